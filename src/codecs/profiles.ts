// Which profile carries given samples, and in which pixel format its encoder is fed.
import { HeadendError } from '../core/index.ts'
import type { VideoCodec } from '../model/index.ts'
import { codecLabels, type ProfileRow, profileRows } from './profiles.data.ts'
import { type ChromaName, type Sampling, samplingOf } from './sampling.ts'

/** The profiles of a codec that Headend makes, from the least capable to the most. */
export const profilesOf = (codec: VideoCodec): readonly ProfileRow[] => profileRows.filter(row => row.codec === codec)

/** @throws {HE_INTERNAL} when there is none of that name. */
export function profileOf(codec: VideoCodec, name: string): ProfileRow {
  const row = profileRows.find(each => each.codec === codec && each.name === name)
  if (!row) throw new HeadendError('HE_INTERNAL', `${codecLabels[codec]} has no profile ${name}`)
  return row
}

export type ProfileRequest = {
  readonly codec: VideoCodec
  readonly chroma: ChromaName
  readonly bitDepth: number
  readonly hasAlpha?: boolean
  /** Names of profiles, where not all may be used. */
  readonly allowed?: readonly string[]
}

export type ProfileChoice =
  | { readonly ok: true; readonly profile: ProfileRow; readonly because: string }
  | {
      readonly ok: false
      readonly because: string
      /** What to reduce the samples to. */
      readonly nearest: string
    }

/**
 * The profile that carries the samples and as little more as possible. Of profiles that carry the same, the usual one, else
 * the most capable. Of RGB, its samples after a matrix are enough. Transparency is required only of a codec that has it.
 */
export function chooseProfile({ codec, chroma, bitDepth, hasAlpha = false, allowed }: ProfileRequest): ProfileChoice {
  const all = profilesOf(codec)
  const rows = allowed ? all.filter(({ name }) => allowed.includes(name)) : all
  const alpha = hasAlpha && all.some(row => row.alpha)
  const wanted = { chroma, bitDepth, hasAlpha: alpha }
  const text = describe(wanted)
  const among = allowed ? 'allowed ' : ''
  if (rows.length === 0)
    return {
      ok: false,
      because: `${codecLabels[codec]} has none of the profiles that are allowed (${(allowed ?? []).join(', ')})`,
      nearest: `another codec, or one of ${all.map(({ name }) => name).join(', ')}`,
    }
  const able = rows
    .map((row, index) => ({ row, index, format: bestFormat(row, wanted) }))
    .filter(({ format }) => carries(samplingOf(format), wanted))
    .sort((a, b) => cost(a.format) - cost(b.format) || Number(b.row.usual) - Number(a.row.usual) || b.index - a.index)
  const best = able[0]
  if (best) {
    const dropped = hasAlpha && !alpha ? `; ${codecLabels[codec]} has no transparency here` : ''
    const because =
      able.length === 1
        ? `the only ${among}profile that carries ${text}${dropped}`
        : `of the ${among}profiles that carry ${text}, the one for no more than that${dropped}`
    return { ok: true, profile: best.row, because }
  }
  const closest = rows
    .map(row => bestFormat(row, wanted))
    .reduce((a, b) => (compareFit(samplingOf(b), samplingOf(a), wanted) > 0 ? b : a))
  return {
    ok: false,
    because: `${text} is more than ${rows.map(({ label }) => label).join(', ')} of ${codecLabels[codec]} can carry`,
    nearest: describe(samplingOf(closest)),
  }
}

export type FormatRequest = Omit<ProfileRequest, 'allowed'> & { readonly profile: string }

/**
 * The pixel format that the software encoder of `codec` is fed so that it writes `profile`: the least that carries the
 * samples, or what keeps most of them.
 * @throws {HE_INTERNAL} when the codec has no such profile.
 */
export function pixelFormatFor({ codec, profile, chroma, bitDepth, hasAlpha = false }: FormatRequest): string {
  return bestFormat(profileOf(codec, profile), { chroma, bitDepth, hasAlpha })
}

function bestFormat({ pixelFormats }: ProfileRow, wanted: Sampling): string {
  return pixelFormats.reduce((best, each) => {
    const better = compareFit(samplingOf(each), samplingOf(best), wanted)
    return better > 0 || (better === 0 && cost(each) < cost(best)) ? each : best
  })
}

/** From few samples to many; 4:1:0 and 4:1:1 are carried by the next format that has no fewer in either direction. */
const fineness: Readonly<Record<ChromaName, number>> = {
  '4:0:0': 0,
  '4:1:0': 1,
  '4:2:0': 2,
  '4:1:1': 3,
  '4:2:2': 4,
  '4:4:4': 5,
  rgb: 6,
}

/** How much of the chroma of `wanted` survives in `has`: 4:4:4 keeps RGB but for rounding, RGB keeps itself alone. */
function keptChroma(has: ChromaName, wanted: ChromaName): number {
  if (has === 'rgb') return wanted === 'rgb' ? fineness.rgb : -1
  // 4:2:0 is finer than 4:1:1 upright and coarser across: half of it is lost.
  if (has === '4:2:0' && wanted === '4:1:1') return fineness['4:1:0']
  if (has === '4:1:1' && fineness[wanted] === fineness['4:2:0']) return fineness['4:1:0']
  return Math.min(fineness[has], fineness[wanted])
}

function carries(has: Sampling, { chroma, bitDepth, hasAlpha }: Sampling): boolean {
  const enough = chroma === 'rgb' ? fineness['4:4:4'] : fineness[chroma]
  return keptChroma(has.chroma, chroma) >= enough && has.bitDepth >= bitDepth && (has.hasAlpha || !hasAlpha)
}

/** Positive when `a` keeps more of `wanted` than `b` does: transparency before depth before chroma. */
function compareFit(a: Sampling, b: Sampling, wanted: Sampling): number {
  const alpha = (of: Sampling): number => Number(of.hasAlpha && wanted.hasAlpha)
  const depth = (of: Sampling): number => Math.min(of.bitDepth, wanted.bitDepth)
  const chroma = (of: Sampling): number => keptChroma(of.chroma, wanted.chroma)
  return alpha(a) - alpha(b) || depth(a) - depth(b) || chroma(a) - chroma(b)
}

/** Bits of a pixel. */
function cost(pixelFormat: string): number {
  const { chroma, bitDepth, hasAlpha } = samplingOf(pixelFormat)
  const planes = { '4:0:0': 1, '4:1:0': 1.125, '4:1:1': 1.5, '4:2:0': 1.5, '4:2:2': 2, '4:4:4': 3, rgb: 3 }[chroma]
  return (planes + Number(hasAlpha)) * bitDepth
}

const describe = ({ chroma, bitDepth, hasAlpha }: Sampling): string =>
  `${chroma === 'rgb' ? 'RGB' : chroma}, ${bitDepth} bit${hasAlpha ? ', with transparency' : ''}`
