// The smallest level that allows a stream, or what of the stream is too much for any, and what to change.
import type { Rational } from '../core/index.ts'
import type { ColorDescription, VideoCodec } from '../model/index.ts'
import { codecString } from './codec-strings.ts'
import { atMost, type Level, type Limit, type Tier } from './level-rules.ts'
import { findLevel, hasTiers, levelOf, levelsOf } from './level-tables.ts'
import { nearestLegal } from './nearest-legal.ts'
import { codecLabels } from './profiles.data.ts'
import { profileOf, profilesOf } from './profiles.ts'

export type CodedStream = {
  readonly codec: VideoCodec
  readonly profile: string
  readonly width: number
  readonly height: number
  /** Frames per second; of fields, half of their rate. */
  readonly frameRate: Rational
  /** Frames that the decoder must hold: decodedPictureBuffer of the encoder. */
  readonly references: number
  /** null where nothing bounds the rate: the level is chosen by the picture, and its own limit is then the cap. */
  readonly maxrateBps: number | null
  readonly bufsizeBits: number | null
  readonly interlaced?: boolean
  /** For the codec string alone: what is coded, described how, and whether every picture is a key frame. */
  readonly pixelFormat?: string
  readonly color?: ColorDescription
  readonly intraOnly?: boolean
}

export type LevelLimits = {
  /** The last level that may be used; the codec's last when absent. */
  readonly highest?: string
  /** The highest tier that may be used; `main` when absent. */
  readonly tier?: Tier
}

export type LevelChoice =
  | {
      readonly ok: true
      /** null for codecs without levels. */
      readonly level: string | null
      /** null for codecs without tiers. */
      readonly tier: Tier | null
      readonly codecString: string | null
      readonly because: string
    }
  | {
      readonly ok: false
      readonly because: string
      /** What to change, and to what, so that the last level that may be used allows it. */
      readonly nearest: string
    }

/**
 * The smallest level that allows `stream`, in Main tier before High. High tier is chosen where it may be and the rate needs
 * it, or where nothing bounds the rate. A stream that breaks several limits is told of the first.
 * @throws {HE_INTERNAL} when the codec has no such profile.
 */
export function chooseLevel(stream: CodedStream, limits: LevelLimits = {}): LevelChoice {
  const { codec, profile } = stream
  const levels = levelsOf(codec, profile)
  const refused = refuseScan(stream)
  if (refused) return refused
  if (!levels) {
    const because = `${codecLabels[codec]} has no levels`
    return {
      ok: true,
      level: null,
      tier: null,
      codecString: codecString({ ...stream, level: null, tier: null }),
      because,
    }
  }
  const last = levels[levels.length - 1]!
  const highest = limits.highest === undefined ? last : findLevel(levels, limits.highest)
  if (!highest)
    return {
      ok: false,
      because: `${codecLabels[codec]} ${profileOf(codec, profile).label} has no level ${limits.highest}`,
      nearest: `level ${last.name}`,
    }
  const allowed = levels.slice(0, levels.indexOf(highest) + 1)
  let below: Excess | null = null
  for (const attempt of attempts(allowed, stream, limits.tier ?? 'main')) {
    const excess = findExcess(stream, attempt)
    if (!excess) return chosen(stream, attempt, below)
    below = excess
  }
  return { ok: false, because: sentence(below!), nearest: nearestLegal(stream, below!.limit, highest) }
}

type Attempt = { readonly level: Level; readonly tier: Tier }
type Excess = { readonly limit: Limit; readonly attempt: Attempt }

/** Level by level, in each of them Main before High. Where nothing bounds the rate, High means to use it. */
function attempts(levels: readonly Level[], { maxrateBps, bufsizeBits }: CodedStream, tier: Tier): Attempt[] {
  const unbounded = maxrateBps === null && bufsizeBits === null
  return levels.flatMap(level => {
    const tiers: readonly Tier[] =
      tier === 'main' || !level.hasHighTier ? ['main'] : unbounded ? ['high'] : ['main', 'high']
    return tiers.map(each => ({ level, tier: each }))
  })
}

function chosen(stream: CodedStream, { level, tier }: Attempt, below: Excess | null): LevelChoice {
  const named = hasTiers(stream.codec) ? tier : null
  return {
    ok: true,
    level: level.name,
    tier: named,
    codecString: codecString({ ...stream, level: level.name, tier: named }),
    because: below ? `the smallest level that allows it: ${sentence(below)}` : 'the smallest level there is',
  }
}

/** Codecs and profiles without fields. */
function refuseScan({ codec, profile, interlaced }: CodedStream): LevelChoice | null {
  const row = profileOf(codec, profile)
  if (!interlaced || row.interlaced) return null
  const other = profilesOf(codec).find(each => each.interlaced)
  return {
    ok: false,
    because: `${codecLabels[codec]} ${row.label} codes whole frames only, this is interlaced`,
    nearest: other ? `${codecLabels[codec]} ${other.label}, or progressive pictures` : 'progressive pictures',
  }
}

/** The first limit that `stream` breaks; null when it keeps all of them. */
const findExcess = (stream: CodedStream, attempt: Attempt): Excess | null => excesses(stream, attempt)[0] ?? null

function excesses(stream: CodedStream, attempt: Attempt): Excess[] {
  const { references, maxrateBps, bufsizeBits } = stream
  const { level, tier } = attempt
  const rates = level.rates(tier)
  const limits = [
    ...level.picture(stream),
    atMost('references', 'frames in the decoder', references, level.buffer(stream)),
    atMost('bits', 'bit/s', maxrateBps ?? 0, rates.maxrateBps),
    atMost('buffer', 'bit of buffer', bufsizeBits ?? 0, rates.bufsizeBits ?? Number.POSITIVE_INFINITY),
  ]
  return limits.filter(({ broken }) => broken).map(limit => ({ limit, attempt }))
}

function sentence({ limit: { change, what, has, allowed }, attempt: { level, tier } }: Excess): string {
  if (change === 'scan') return `level ${level.name} codes whole frames only, this is interlaced`
  return `level ${level.name}${tier === 'high' ? ', High tier,' : ''} allows ${allowed} ${what}, this has ${has}`
}

/**
 * What of `stream` is more than `level` allows, in words; null when nothing is, and for codecs without levels.
 * @throws {HE_INTERNAL} when there is no such profile or level.
 */
export function firstExceeded(stream: CodedStream, level: string, tier: Tier = 'main'): string | null {
  if (!levelsOf(stream.codec, stream.profile)) return null
  const scan = refuseScan(stream)
  if (scan) return scan.because
  const attempt = { level: levelOf(stream.codec, stream.profile, level), tier }
  if (tier === 'high' && !attempt.level.hasHighTier) return `level ${level} has no High tier`
  const excess = findExcess(stream, attempt)
  return excess && sentence(excess)
}

/**
 * Everything of `stream` that is more than the level with this code allows; null where there is no such level, as with
 * codecs that have none. @throws {HE_INTERNAL} when the codec has no such profile.
 */
export function exceededLimits(
  stream: CodedStream,
  code: number,
  tier: Tier = 'main',
): { readonly level: string; readonly broken: readonly Limit[] } | null {
  const level = levelsOf(stream.codec, stream.profile)?.find(each => each.code === code)
  if (!level) return null
  const used = level.hasHighTier ? tier : 'main'
  return { level: level.name, broken: excesses(stream, { level, tier: used }).map(({ limit }) => limit) }
}

/**
 * The most that a stream of this level may run at, and hold ahead in the decoder.
 * @throws {HE_INTERNAL} when there is no such level, or it has no such tier.
 */
export function levelLimits(
  codec: VideoCodec,
  profile: string,
  level: string,
  tier: Tier = 'main',
): { readonly maxrateBps: number; readonly bufsizeBits: number | null } {
  const found = levelOf(codec, profile, level)
  return found.rates(tier === 'high' && !found.hasHighTier ? 'main' : tier)
}

export type ReferencesRequest = Pick<CodedStream, 'codec' | 'profile' | 'width' | 'height' | 'interlaced'> & {
  readonly level: string
}

/**
 * Pictures that one may refer to at this size and level. HEVC and MPEG-2 count the picture that is being decoded among those
 * in the buffer, so of them it is one less than the buffer holds. @throws {HE_INTERNAL} when there is no such level.
 */
export function referencesAllowed({ codec, profile, level, ...size }: ReferencesRequest): number {
  const held = levelOf(codec, profile, level).buffer(size)
  return codec === 'hevc' || codec === 'mpeg2' ? held - 1 : held
}

/** Whether a picture of this size and rate fits `highest` in any profile, whatever its bit rate. */
export function isPictureSize(
  codec: VideoCodec,
  width: number,
  height: number,
  frameRate: Rational,
  highest?: string,
): boolean {
  const bare = { codec, width, height, frameRate, references: 1, maxrateBps: null, bufsizeBits: null }
  return profilesOf(codec).some(
    ({ name }) => chooseLevel({ ...bare, profile: name }, highest === undefined ? {} : { highest }).ok,
  )
}
