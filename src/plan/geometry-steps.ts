// Crop and turn as FFmpeg filters, on whole samples of chroma.
import { HeadendError } from '../core/index.ts'
import type { CropRectangle, FilterStep, VideoStream } from '../model/index.ts'

/** Clockwise degrees. */
export type Turn = VideoStream['rotation']
export type Size = { readonly width: number; readonly height: number }

/** Columns and lines that share one sample of chroma (SubWidthC and SubHeightC of ITU-T H.264, Table 6-1). */
const chromaSpan: Readonly<Record<VideoStream['chroma'], readonly [columns: number, lines: number]>> = {
  '4:0:0': [1, 1],
  '4:1:0': [4, 4],
  '4:1:1': [4, 1],
  '4:2:0': [2, 2],
  '4:2:2': [2, 1],
  '4:4:4': [1, 1],
  rgb: [1, 1],
}

/**
 * The rectangle on whole samples of chroma, of both fields where there are two: moved inward, so that nothing appears that
 * was to be cut off. The picture's own last column and line stay where they are. @throws {HE_PLAN_IMPOSSIBLE} outside of it
 */
export function alignCrop(video: VideoStream, crop: 'none' | CropRectangle, fields: boolean): CropRectangle {
  const { codedWidth, codedHeight, chroma } = video
  if (crop === 'none') return { x: 0, y: 0, width: codedWidth, height: codedHeight }
  const right = crop.x + crop.width
  const bottom = crop.y + crop.height
  if (right > codedWidth || bottom > codedHeight)
    throw new HeadendError(
      'HE_PLAN_IMPOSSIBLE',
      `the crop ${crop.width}x${crop.height}+${crop.x}+${crop.y} lies outside of ${codedWidth}x${codedHeight}`,
      {
        hint: 'Give width:height:x:y in pixels of the coded picture, before it is turned.',
        details: { crop, codedWidth, codedHeight },
      },
    )
  const [columns, lines] = chromaSpan[chroma]
  const rows = fields ? 2 * lines : lines
  const [x, width] = inward(crop.x, right, columns, codedWidth)
  const [y, height] = inward(crop.y, bottom, rows, codedHeight)
  return { x, y, width, height }
}

function inward(from: number, to: number, step: number, side: number): [from: number, length: number] {
  const start = Math.ceil(from / step) * step
  const end = to === side ? side : Math.floor(to / step) * step
  return [start, Math.max(0, end - start)]
}

/** Nothing when the rectangle is the whole picture. */
export function cropSteps(
  { codedWidth, codedHeight }: VideoStream,
  { x, y, width, height }: CropRectangle,
): FilterStep[] {
  if (width === codedWidth && height === codedHeight) return []
  return [{ name: 'crop', args: { w: width, h: height, x, y, exact: 1 } }]
}

/** The engine leaves pixels as they were coded; this is the only place that turns them. */
export function turnSteps(turn: Turn): FilterStep[] {
  if (turn === 0) return []
  if (turn === 180)
    return [
      { name: 'hflip', args: {} },
      { name: 'vflip', args: {} },
    ]
  return [{ name: 'transpose', args: { dir: turn === 90 ? 'clock' : 'cclock' } }]
}
