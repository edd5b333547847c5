// The stage that changes light: curve and primaries, tone mapping, and the way to linear light.
import type { ColorDescription, FilterStep, VideoStream } from '../model/index.ts'
import { zscaleSteps } from './filter-steps.ts'
import type { ColorRequest, ScaleKernel, Size } from './request.ts'
import { planarFormat, type Samples } from './samples.ts'
import { readSource, type Stage } from './source-stage.ts'
import { signalOf } from './target.ts'
import { HLG_HIGHEST_NITS, toneCurveStep } from './tone-curve.ts'

/** How much of the light is kept: all of it, or what a curve brings under `toNits`. */
export type ToneMapping = {
  readonly curve: ColorRequest['toneMap']['curve']
  readonly peakNits: number
  readonly toNits: number
}

export type LightRequest = { readonly target: ColorDescription; readonly toneMapping: ToneMapping | null }

/** R′G′B′; `light` says in which curve and primaries. FFmpeg knows RGB in full range only. */
export const asRgb = (light: ColorDescription): ColorDescription => ({
  ...light,
  matrix: 'gbr',
  range: 'pc',
  chromaLocation: 'left',
})
const RGB16 = 'gbrp16le'
/** Has room below 0 and above 100 %. */
export const RGB_FLOAT = 'gbrpf32le'

/** Where all HDR meets: PQ in the primaries of BT.2020. */
const hub: ColorDescription = asRgb({
  primaries: 'bt2020',
  transfer: 'smpte2084',
  matrix: 'gbr',
  range: 'pc',
  chromaLocation: 'left',
})

/**
 * The source as R′G′B′ in PQ and BT.2020 primaries, 16 bits and full range: what its display shows, as cd/m² can be read
 * from it. `size` is the picture's when it was cropped. @throws {HE_INPUT_UNSUPPORTED} for colors without a conversion.
 */
export function displayLightSteps(video: VideoStream, used: ColorDescription, size?: Size): FilterStep[] {
  const from = readSource({ video, used, ...(size ? { size: { source: size } } : {}) })
  return throughHub(from, { target: hub, toneMapping: null }, 'bilinear').steps
}

/** Pictures of this chroma wait for their scaling in 16 bits, so that nothing is rounded twice. */
const waiting = (chroma: Samples['chroma'], isRgb: boolean): Samples => ({
  chroma: isRgb ? 'rgb' : chroma === '4:2:0' || chroma === '4:2:2' ? chroma : '4:4:4',
  bitDepth: 16,
})

/** In the target's light, matrix and range, at the source's size. */
export function toTarget(from: Stage, request: LightRequest): Stage {
  const { target } = request
  const samples = waiting(from.samples.chroma, target.matrix === 'gbr')
  const lit = needsHub(from, request) ? throughHub(from, request) : from
  return { steps: [...lit.steps, ...zscaleSteps(lit.color, target, planarFormat(samples))], color: target, samples }
}

/** In linear display light of the target's primaries: what a lens would have blurred. */
export function toLinear(from: Stage, request: LightRequest): Stage {
  const linear = asRgb({ ...request.target, transfer: 'linear' })
  // HLG couples its channels: light leaves the hub as it is, and becomes HLG after scaling.
  const target = isHlg(request.target) ? hub : request.target
  const lit = needsHub(from, request) ? throughHub(from, { ...request, target }) : from
  return {
    steps: [...lit.steps, ...zscaleSteps(lit.color, linear, RGB_FLOAT)],
    color: linear,
    samples: { chroma: 'rgb', bitDepth: 32 },
  }
}

/** Between SDR and PQ zimg goes in one step; HLG and tone curves work on R′G′B′. */
const needsHub = (from: Stage, { target, toneMapping }: LightRequest): boolean =>
  toneMapping !== null || isHlg(from.color) || isHlg(target)

/** R′G′B′ in PQ, under the target's peak; from there in the target's curve and primaries. */
function throughHub(from: Stage, { target, toneMapping }: LightRequest, kernel?: ScaleKernel): Stage {
  const samples: Samples = { chroma: 'rgb', bitDepth: 16 }
  const steps = [...from.steps]
  if (isHlg(from.color)) {
    // HLG may go above 100 % (BT.2100 table 9, note 9b).
    const rgb = asRgb(from.color)
    steps.push(...zscaleSteps(from.color, rgb, RGB_FLOAT, { kernel }), ...viaLinear(rgb, hub, RGB16))
  } else steps.push(...zscaleSteps(from.color, hub, RGB16, { kernel }))
  if (toneMapping) steps.push(toneCurveStep(toneMapping.curve, toneMapping.peakNits, toneMapping.toNits))
  else if (isHlg(from.color)) steps.push(toneCurveStep('clip', HLG_HIGHEST_NITS, HLG_HIGHEST_NITS))
  if (signalOf(target) === 'pq') return { steps, color: hub, samples }
  // SDR ends at 100 %: what the target's primaries cannot show is cut here, where it is R′, G′ or B′ that is too much.
  const rgb = asRgb(target)
  const last = isHlg(target) ? viaLinear(hub, rgb, RGB_FLOAT) : zscaleSteps(hub, rgb, RGB16, { pointwise: true })
  return { steps: [...steps, ...last], color: rgb, samples }
}

/** HLG must be computed without tables, which takes ten times as long; the other curve by itself need not be. */
function viaLinear(from: ColorDescription, to: ColorDescription, format: string): FilterStep[] {
  const linear: ColorDescription = { ...from, transfer: 'linear' }
  return [
    ...zscaleSteps(from, linear, RGB_FLOAT, { pointwise: true }),
    ...zscaleSteps(linear, to, format, { pointwise: true }),
  ]
}

export const isHlg = (color: ColorDescription): boolean => signalOf(color) === 'hlg'
