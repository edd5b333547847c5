// What the output is: the dynamic range as asked, and a description that players know, from what the source is.
import { HeadendError } from '../core/index.ts'
import type { ColorDescription } from '../model/index.ts'
import type { ColorRequest, SdrSpace } from './request.ts'
import { planarFormat, planarSamples, type Samples } from './samples.ts'
import { bt601Lines525, bt601Lines625, bt709 } from './source-color.ts'

/** ITU-R BT.2020 with the SDR curve. */
const bt2020 = (bitDepth: number): ColorDescription => ({
  primaries: 'bt2020',
  transfer: bitDepth > 10 ? 'bt2020-12' : 'bt2020-10',
  matrix: 'bt2020nc',
  range: 'tv',
  chromaLocation: 'left',
})

export type Signal = 'sdr' | 'pq' | 'hlg'
export const signalOf = ({ transfer }: ColorDescription): Signal =>
  transfer === 'smpte2084' ? 'pq' : transfer === 'arib-std-b67' ? 'hlg' : 'sdr'

export type Target = {
  readonly color: ColorDescription
  readonly signal: Signal
  readonly because: string
  readonly over: readonly string[]
}

/** @throws {HE_PLAN_IMPOSSIBLE} for HDR in fewer than 10 bits, and for samples that no encoder is fed. */
export function decideTarget(request: ColorRequest, used: ColorDescription): Target {
  const made = samplesOf(request.pixelFormat)
  const from = signalOf(used)
  const signal = request.dynamicRange === 'keep' ? from : request.dynamicRange === 'hdr10' ? 'pq' : request.dynamicRange
  if (signal !== 'sdr') refuseFewBits(request, signal, made)
  const base = signal === 'sdr' ? decideSdr(request.space, used, made.bitDepth) : hdr(signal, from)
  const isRgb = made.chroma === 'rgb'
  const color: ColorDescription = {
    ...base.color,
    ...(isRgb ? { matrix: 'gbr' as const } : {}),
    range: isRgb ? 'pc' : decideRange(request, used),
    chromaLocation: isTopLeft(request, used, made, base.color) ? 'topleft' : 'left',
  }
  return { ...base, color, signal }
}

function samplesOf(pixelFormat: string): Samples {
  const samples = planarSamples(pixelFormat)
  if (samples) return samples
  throw new HeadendError('HE_PLAN_IMPOSSIBLE', `there is no conversion to the pixel format ${pixelFormat}`, {
    hint: 'The nearest that is possible: yuv420p, or yuv420p10le for 10 bits.',
  })
}

/** BT.2100 and BT.2020 know 10 and 12 bits: in 8 the steps of PQ and HLG are visible bands. */
function refuseFewBits({ dynamicRange }: ColorRequest, signal: Signal, { chroma, bitDepth }: Samples): void {
  if (bitDepth >= 10) return
  const name = signal === 'pq' ? 'PQ' : 'HLG'
  const kept = dynamicRange === 'keep' ? `the source is ${name} and its dynamic range is kept` : `${name} is asked for`
  throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${kept}, but ${bitDepth} bits are too few: ITU-R BT.2100 needs 10`, {
    hint: `The nearest that is possible: ${planarFormat({ chroma, bitDepth: 10 })}, or SDR.`,
    details: { bitDepth, signal },
  })
}

type Base = Pick<Target, 'color' | 'because' | 'over'>

function hdr(signal: 'pq' | 'hlg', from: Signal): Base {
  const transfer = signal === 'pq' ? 'smpte2084' : 'arib-std-b67'
  const name = signal === 'pq' ? 'PQ' : 'HLG'
  const because =
    from === signal
      ? `${name} is kept, in the one set of primaries that BT.2100 has`
      : from === 'sdr'
        ? `as asked: SDR is placed in ${name} by ITU-R BT.2408, its white at 203 cd/m² (${signal === 'pq' ? '58' : '75'} % of the signal), its colors as they are`
        : `as asked: ${from === 'pq' ? 'PQ becomes HLG' : 'HLG becomes PQ'} for a display of 1000 cd/m², where both show the same (ITU-R BT.2408 §6)`
  return { color: { ...bt2020(10), transfer }, because, over: from === signal ? ['SDR'] : ['the source’s own curve'] }
}

const FAMILIES: Readonly<Record<Exclude<SdrSpace, 'keep'>, (bitDepth: number) => ColorDescription>> = {
  bt709: () => bt709,
  'bt601-525': () => bt601Lines525,
  'bt601-625': () => bt601Lines625,
  bt2020,
}
const KEPT: Readonly<Partial<Record<ColorDescription['primaries'], Exclude<SdrSpace, 'keep'>>>> = {
  bt709: 'bt709',
  smpte170m: 'bt601-525',
  bt470bg: 'bt601-625',
  bt2020: 'bt2020',
}

function decideSdr(space: SdrSpace, used: ColorDescription, bitDepth: number): Base {
  const isHdr = signalOf(used) !== 'sdr'
  // Of an HDR source `keep` cannot mean the primaries: what shows SDR expects BT.709.
  const own = isHdr ? undefined : KEPT[used.primaries]
  const chosen = space === 'keep' ? (own ?? 'bt709') : space
  const because =
    space === 'keep'
      ? own
        ? 'SDR color is kept, one description for all renditions, so that a switch never shifts it'
        : 'players show SDR as BT.709'
      : 'as asked'
  return {
    color: FAMILIES[chosen](bitDepth),
    because,
    over: chosen === own ? (chosen === 'bt709' ? [] : ['BT.709']) : ['the source’s own description'],
  }
}

function decideRange({ range }: ColorRequest, used: ColorDescription): ColorDescription['range'] {
  if (range !== 'keep') return range === 'full' ? 'pc' : 'tv'
  // RGB is always full; as Y′CbCr it gets the range that players expect.
  return used.matrix === 'gbr' ? 'tv' : used.range
}

/** BT.2020 and BT.2100 pictures keep chroma on the top left sample where the source has it there; all others have it left. */
function isTopLeft({ video }: ColorRequest, used: ColorDescription, made: Samples, base: ColorDescription): boolean {
  return (
    video.chroma === '4:2:0' &&
    made.chroma === '4:2:0' &&
    used.chromaLocation === 'topleft' &&
    base.primaries === 'bt2020'
  )
}
