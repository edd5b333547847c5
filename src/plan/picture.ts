// What a picture must be to be planned at all, and what is said about its samples, whatever it becomes.

import { samplingOf } from '../codecs/index.ts'
import { type ColorPlan, describeSourceColor } from '../color/index.ts'
import { HeadendError } from '../core/index.ts'
import type { Choice, FilterStep, VideoStream, Warning } from '../model/index.ts'
import { pictureSteps } from './plan-rendition.ts'

/** Encoders and the quality metrics need this many pixels a side to mean anything. */
const MIN_SIDE = 32

/** Pixel formats that no chain here reads: none, those in a GPU's memory, camera raw, and XYZ of cinema packages. */
const UNREADABLE =
  /^(none|unknown|)$|^(vaapi|vdpau|cuda|d3d|dxva|qsv|videotoolbox|mediacodec|drm_prime|opencl|vulkan)|^(bayer|xyz)/

/** @throws {HE_INPUT_UNSUPPORTED} */
export function refuseUnusable({
  pixelFormat,
  displayWidth,
  displayHeight,
  codedWidth,
  codedHeight,
  index,
}: VideoStream): void {
  if (UNREADABLE.test(pixelFormat)) {
    throw new HeadendError(
      'HE_INPUT_UNSUPPORTED',
      `video stream ${index} has the pixel format “${pixelFormat}”, which cannot be read`,
    )
  }
  if (Math.min(displayWidth, displayHeight, codedWidth, codedHeight) < MIN_SIDE) {
    throw new HeadendError(
      'HE_INPUT_UNSUPPORTED',
      `a picture of ${codedWidth}x${codedHeight} is too small; the minimum is ${MIN_SIDE}x${MIN_SIDE}`,
      {
        hint: 'Scale the source up first.',
        details: { codedWidth, codedHeight, displayWidth, displayHeight },
      },
    )
  }
}

/** Screens show SDR of 8 bit as BT.601 or BT.709; wider SDR is for those who asked for it. */
export const screenSpace = (video: VideoStream): 'keep' | 'bt709' =>
  describeSourceColor(video).used.primaries === 'bt2020' ? 'bt709' : 'keep'

/** The coded size, after the turn that the source asks for. */
export function uprightSize({ codedWidth, codedHeight, rotation }: VideoStream): { width: number; height: number } {
  return rotation % 180 === 0 ? { width: codedWidth, height: codedHeight } : { width: codedHeight, height: codedWidth }
}

type PictureSize = Parameters<typeof pictureSteps>[1]

/** The prepared picture at full size in the output's color: what renditions are compared with. */
export function referenceSteps(color: ColorPlan, size: PictureSize): FilterStep[] {
  // Whole 4:2:0 blocks, which every metric can be computed on.
  const even = (side: number): number => side - (side % 2)
  return [
    ...pictureSteps(color, { ...size, width: even(size.width), height: even(size.height) }),
    { name: 'setsar', args: { sar: '1/1' } },
    ...color.finish,
  ]
}

/** Says when samples become fewer or coarser than the source's. */
export function samplingChoices({ chroma, bitDepth }: VideoStream, pixelFormat: string): Choice[] {
  const made = samplingOf(pixelFormat)
  if (made.chroma === chroma && made.bitDepth === bitDepth) return []
  const fewer = made.bitDepth < bitDepth || (made.chroma !== chroma && chroma !== '4:0:0')
  return [
    {
      what: 'video.sampling',
      pick: `${made.chroma}, ${made.bitDepth} bit`,
      because: fewer
        ? `the source is ${chroma}, ${bitDepth} bit; this is what the profile carries`
        : `the source is ${chroma}, ${bitDepth} bit; the profile carries it in this`,
      over: [`${chroma}, ${bitDepth} bit`],
    },
  ]
}

export const alphaWarnings = ({ hasAlpha }: VideoStream, codec: string): Warning[] =>
  hasAlpha
    ? [{ code: 'alpha-dropped', message: `The transparency of the picture is dropped; ${codec} has none here.` }]
    : []
