// From the source's pictures to the target's: what is done once, and what is done for each size.
import type { ColorDescription, FilterStep } from '../model/index.ts'
import { formatStep, isSameLight, plainScaleStep, type ZscaleWish, zscaleSteps } from './filter-steps.ts'
import { legalLumaStep, legalSteps } from './legal.ts'
import { asRgb, isHlg, type LightRequest, RGB_FLOAT, toLinear, toTarget } from './light-stage.ts'
import type { ColorRequest, Size } from './request.ts'
import { planarFormat, planarSamples, type Samples } from './samples.ts'
import { readSource, type Stage } from './source-stage.ts'

export type ChainRequest = Pick<
  ColorRequest,
  'video' | 'pixelFormat' | 'legal' | 'light' | 'kernel' | 'size' | 'interlaced'
> &
  LightRequest & { readonly used: ColorDescription }

export type Chain = {
  readonly convert: readonly FilterStep[]
  readonly scale: (width: number, height: number) => readonly FilterStep[]
  /** What was done, in words, for the plan's reasons. */
  readonly how: readonly string[]
}

/** Chroma that swscale resizes without a detour: it takes RGB through Y′CbCr, and gray for full range (measured). */
const PLAIN: readonly Samples['chroma'][] = ['4:2:0', '4:2:2', '4:4:4']

/** @throws {HE_INPUT_UNSUPPORTED} for colors without a conversion. */
export function buildChain(request: ChainRequest): Chain {
  const { video, used, target, toneMapping, pixelFormat, legal, light, kernel } = request
  const made = planarSamples(pixelFormat)!
  const sameSamples = video.chroma === made.chroma && video.bitDepth === made.bitDepth
  const untouched =
    toneMapping === null && isSameLight(used, target) && used.matrix === target.matrix && used.range === target.range
  const sameSiting = video.chroma !== '4:2:0' || used.chromaLocation === target.chromaLocation
  if (untouched && sameSamples && sameSiting && !legal && light === 'gamma' && PLAIN.includes(made.chroma))
    return {
      convert: [],
      how: [],
      scale: (width, height) => [
        ...(video.pixelFormat === pixelFormat ? [] : [formatStep(pixelFormat)]),
        plainScaleStep({ width, height }, kernel, used, [made.chroma, made.chroma], request.interlaced),
      ],
    }
  const first = readSource(request)
  const needsLight = toneMapping !== null || !isSameLight(used, target)
  // Light of two fields cannot be scaled as one.
  const linear = light === 'linear' && !request.interlaced
  const converted = linear ? toLinear(first, request) : needsLight ? toTarget(first, request) : first
  const convert = asFields(request, converted.steps)
  return {
    convert,
    how: describe(request, needsLight, linear),
    scale: (width, height) =>
      request.interlaced
        ? scaleFields(converted, request, { width, height })
        : scaleFrom(converted, request, { width, height }),
  }
}

/** To size, then to the target's samples, rounded once. */
function scaleFrom(from: Stage, { target, pixelFormat, kernel, legal }: ChainRequest, size: Size): FilterStep[] {
  const last = { dither: true, kernel }
  if (from.color.transfer === 'linear') {
    const sized = zscaleSteps(from.color, from.color, RGB_FLOAT, { size, kernel })
    if (isHlg(target)) {
      const hlg = asRgb(target)
      return [
        ...sized,
        ...zscaleSteps(from.color, hlg, RGB_FLOAT, { pointwise: true }),
        ...lastSteps(hlg, target, pixelFormat, legal, last),
      ]
    }
    return [...sized, ...lastSteps(from.color, target, pixelFormat, legal, last)]
  }
  return lastSteps(from.color, target, pixelFormat, legal, { ...last, size })
}

function lastSteps(
  from: ColorDescription,
  target: ColorDescription,
  pixelFormat: string,
  legal: boolean,
  wish: ZscaleWish,
): FilterStep[] {
  // In full range there is nothing beyond the legal values.
  if (!legal || target.range === 'pc') return zscaleSteps(from, target, pixelFormat, wish)
  return [
    ...zscaleSteps(from, target, YUV16, { ...wish, dither: false }),
    ...legalSteps(target),
    ...zscaleSteps(target, target, pixelFormat, { dither: true }),
    // Fewer chroma samples may overshoot again at edges.
    legalLumaStep(planarSamples(pixelFormat)!.bitDepth),
  ]
}
const YUV16 = 'yuv444p16le'

/**
 * zimg takes a frame that is flagged as interlaced for a single field: it is told that the frame is not, and does nothing
 * that would mix lines. What does is left to swscale, which knows two fields in a frame (`interl`).
 */
function asFields({ interlaced, video }: ChainRequest, steps: readonly FilterStep[]): readonly FilterStep[] {
  if (!interlaced || steps.length === 0) return steps
  return [setField('prog'), ...steps, setField(video.fieldOrder === 'bff' ? 'bff' : 'tff')]
}
const setField = (mode: string): FilterStep => ({ name: 'setfield', args: { mode } })

/** As `scaleFrom`, in the signal's own light: size first and 4:2:0 last, each field by itself. */
function scaleFields(from: Stage, request: ChainRequest, size: Size): readonly FilterStep[] {
  const { target, pixelFormat, kernel, legal } = request
  const made = planarSamples(pixelFormat)!
  const tall: Samples = made.chroma === '4:2:0' ? { ...made, chroma: '4:2:2' } : made
  return [
    plainScaleStep(size, kernel, from.color, [from.samples.chroma, from.samples.chroma], true),
    ...asFields(request, lastSteps(from.color, target, planarFormat(tall), legal, { dither: true })),
    ...(made.chroma === '4:2:0'
      ? [plainScaleStep(size, kernel, target, [tall.chroma, made.chroma], true), formatStep(pixelFormat)]
      : []),
  ]
}

function describe(
  { used, target, legal, pixelFormat, video }: ChainRequest,
  needsLight: boolean,
  linear: boolean,
): string[] {
  const made = planarSamples(pixelFormat)!
  return [
    ...(needsLight
      ? [`${used.primaries}/${used.transfer} becomes ${target.primaries}/${target.transfer} in linear light`]
      : []),
    ...(used.matrix === target.matrix
      ? []
      : [
          used.matrix === 'gbr'
            ? 'RGB becomes Y′CbCr'
            : target.matrix === 'gbr'
              ? 'Y′CbCr becomes RGB'
              : `matrix ${used.matrix} becomes ${target.matrix}`,
        ]),
    ...(used.range === target.range || used.matrix === 'gbr' || target.matrix === 'gbr'
      ? []
      : [target.range === 'tv' ? 'full range becomes limited' : 'limited range becomes full']),
    ...(video.chroma === '4:2:0' && made.chroma === '4:2:0' && used.chromaLocation !== target.chromaLocation
      ? [`chroma moves from ${used.chromaLocation} to ${target.chromaLocation}`]
      : []),
    ...(linear ? ['light is scaled, not the signal'] : []),
    ...(legal ? ['levels are held within EBU R 103'] : []),
  ]
}
