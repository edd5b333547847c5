// The first stage of a conversion: the source's own samples, in a format and a shape that zimg reads.
import type { ColorDescription, FilterStep, VideoStream } from '../model/index.ts'
import { chromaPositionArgs, formatStep, zscaleSteps } from './filter-steps.ts'
import type { ColorRequest, Size } from './request.ts'
import { chromaShift, planarFormat, planarFormatOf, planarSamples, type Samples } from './samples.ts'

/** Pictures after some filters. */
export type Stage = { readonly steps: FilterStep[]; readonly color: ColorDescription; readonly samples: Samples }

/** No sample is changed; chroma is spread where a line or column is odd, or belongs to one of two fields. */
export function readSource({
  video,
  used,
  size,
  interlaced,
}: Pick<ColorRequest, 'video' | 'size' | 'interlaced'> & { readonly used: ColorDescription }): Stage {
  const format = planarFormatOf(video)
  const samples = planarSamples(format) ?? { chroma: video.chroma, bitDepth: 8 }
  const steps = format === video.pixelFormat ? [] : [formatStep(format)]
  const { width, height } = size?.source ?? uprightSize(video)
  const [right, down] = chromaShift(video.chroma)
  const [blockWidth, blockHeight] = [1 << right, 1 << down]
  const [isWide, isTall] = [width % blockWidth === 0, height % blockHeight === 0]
  if (interlaced ? down > 0 || !isWide : !isWide || !isTall) {
    // A line of chroma belongs to two lines of one field.
    const chroma = interlaced && right === 1 && isWide ? '4:2:2' : '4:4:4'
    const full: Samples = { chroma, bitDepth: samples.bitDepth }
    const spread = interlaced
      ? spreadFields(used, [video.chroma, chroma], planarFormat(full))
      : spreadOdd(used, { width, height }, [blockWidth, blockHeight], planarFormat(full))
    return { steps: [...steps, ...spread], color: used, samples: full }
  }
  return { steps, color: used, samples }
}

/** Of the whole picture when it has been turned. */
const uprightSize = ({ codedWidth, codedHeight, rotation }: VideoStream): Size =>
  rotation % 180 === 0 ? { width: codedWidth, height: codedHeight } : { width: codedHeight, height: codedWidth }

/** As much chroma as zimg wants, from each field by itself. */
function spreadFields(
  used: ColorDescription,
  chroma: readonly [Samples['chroma'], Samples['chroma']],
  format: string,
): FilterStep[] {
  const { range } = used
  const args = { flags: 'bicubic+accurate_rnd', in_range: range, out_range: range }
  return [
    { name: 'scale', args: { ...args, ...chromaPositionArgs(used.chromaLocation, chroma, true) } },
    formatStep(format),
  ]
}

/**
 * zimg wants whole blocks of chroma, and swscale would stretch them to the odd size: the last line and column are repeated
 * to make a block whole, and cut off again where every pixel has its own chroma. FFmpeg's `pad` drops an odd line; an empty
 * tile beside and below the picture does not.
 */
function spreadOdd(
  used: ColorDescription,
  { width, height }: Size,
  [blockWidth, blockHeight]: readonly [number, number],
  format: string,
): FilterStep[] {
  // Half of the tiled side, rounded up to whole blocks: right for pictures that somebody made even before, too.
  const whole = (side: string, block: number): string => `${block}*ceil(${side}/${2 * block})`
  const smear = { right: -width & (blockWidth - 1), bottom: -height & (blockHeight - 1), mode: 'smear' }
  return [
    { name: 'tile', args: { layout: '2x2', nb_frames: 1 } },
    { name: 'crop', args: { w: whole('iw', blockWidth), h: whole('ih', blockHeight), x: 0, y: 0, exact: 1 } },
    { name: 'fillborders', args: smear },
    ...zscaleSteps(used, used, format),
    { name: 'crop', args: { w: `min(iw,${width})`, h: `min(ih,${height})`, x: 0, y: 0, exact: 1 } },
  ]
}
