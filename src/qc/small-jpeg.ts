// What the pages of QC show of a picture: upright, in square pixels, small, as SDR. Pure.
import { HeadendError } from '../core/index.ts'
import type { FilterStep, VideoStream } from '../model/index.ts'
import { jpegSteps } from '../quality/index.ts'

export type SmallPicture = { readonly width: number; readonly height: number; readonly steps: readonly FilterStep[] }

const TURNS: Readonly<Record<VideoStream['rotation'], readonly FilterStep[]>> = {
  0: [],
  90: [{ name: 'transpose', args: { dir: 'clock' } }],
  180: [
    { name: 'hflip', args: {} },
    { name: 'vflip', args: {} },
  ],
  270: [{ name: 'transpose', args: { dir: 'cclock' } }],
}

/** null where its colors cannot be shown (Dolby Vision without a base layer). The longer side has `longest` pixels at most. */
export function smallJpeg(video: VideoStream, longest: number): SmallPicture | null {
  const { displayWidth, displayHeight, pixelFormat, chroma, rotation } = video
  const scale = Math.min(1, longest / Math.max(displayWidth, displayHeight))
  const even = (size: number): number => Math.max(2, 2 * Math.round((size * scale) / 2))
  const [width, height] = [even(displayWidth), even(displayHeight)]
  try {
    const turned = rotation === 90 || rotation === 270
    const size = turned ? { w: height, h: width } : { w: width, h: height }
    const small = { width: size.w, height: size.h, pixelFormat, chroma }
    const steps: FilterStep[] = [
      { name: 'scale', args: { ...size, flags: 'area' } },
      { name: 'setsar', args: { sar: 1 } },
      ...jpegSteps(video, small),
      ...TURNS[rotation],
    ]
    return { width, height, steps }
  } catch (error) {
    if (error instanceof HeadendError && error.code === 'HE_INPUT_UNSUPPORTED') return null
    throw error
  }
}
