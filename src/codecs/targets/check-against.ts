// A stream held against what targets play: every limit that it breaks, who set it, and the nearest setting that keeps it.
import type { Rational } from '../../core/index.ts'
import { compare, rational, toNumber } from '../../core/index.ts'
import type { AudioCodec, ContainerName, Hdr, VideoCodec } from '../../model/index.ts'
import { audioCodecRows } from '../audio-codecs.data.ts'
import { chooseLevel } from '../choose-level.ts'
import { containerRows } from '../containers/index.ts'
import { levelNames } from '../level-tables.ts'
import { codecLabels } from '../profiles.data.ts'
import { carriesHdr } from './carries-hdr.ts'
import { carriersOf, combineTargets, soundCarriersOf, targetOf } from './combine.ts'
import { fitsModes, formatMode, nearestMode } from './modes.ts'
import type { CombinedTarget, HdrName, TargetVideoRule } from './target.ts'

export type PlayedStream = {
  readonly codec: VideoCodec
  /** A name of `profilesOf(codec)`. */
  readonly profile: string
  /** null where the bitstream names none: the smallest that its size and rate need is meant. */
  readonly level: string | null
  readonly tier: 'main' | 'high' | null
  readonly width: number
  readonly height: number
  readonly frameRate: Rational
  /** Peak of the coded picture, bit/s; null where it is not known, and then it is not judged. */
  readonly maxrateBps: number | null
  readonly hdr: Hdr['format']
  readonly container: ContainerName
  /** null without sound. */
  readonly audioCodec: AudioCodec | null
  readonly channels: number | null
  readonly interlaced?: boolean
  /** Whether pixels are square; taken for true. */
  readonly squarePixels?: boolean
}

export type LimitName =
  | 'codec'
  | 'profile'
  | 'level'
  | 'tier'
  | 'size'
  | 'frame rate'
  | 'bit rate'
  | 'HDR'
  | 'scan'
  | 'pixels'
  | 'container'
  | 'sound'
  | 'channels'

export type BrokenLimit = {
  readonly limit: LimitName
  readonly has: string
  readonly allowed: string
  /** The setting next to what the stream has that keeps the limit. */
  readonly nearest: string
  /** Names of the targets that set it, joined by `, `. */
  readonly setBy: string
  readonly source: string
}

/** Every limit that the stream breaks; empty when it plays on all the targets of `profile`. */
export function checkAgainst(profile: CombinedTarget, stream: PlayedStream): readonly BrokenLimit[] {
  const broken = inspect(profile, stream)
  if (profile.names.length === 1) return broken.map(each => ({ ...each, setBy: profile.names[0]! }))
  const own = broken.length === 0 ? [] : profile.names.map(name => ({ name, limits: inspect(alone(name), stream) }))
  return broken.map(each => {
    const same = own.filter(({ limits }) => limits.some(({ limit }) => limit === each.limit))
    // A codec that fell out of the combination is refused by its members for their own reasons.
    const those = same.length > 0 ? same : own.filter(({ limits }) => limits.length > 0)
    const sources = those.flatMap(({ limits }) =>
      limits.filter(({ limit }) => same.length === 0 || limit === each.limit).map(({ source }) => source),
    )
    return { ...each, setBy: those.map(({ name }) => name).join(', '), source: [...new Set(sources)].join('; ') }
  })
}

function alone(name: string): CombinedTarget {
  const own = combineTargets([targetOf(name).name])
  if (!own.ok) throw new TypeError(own.because.join())
  return own.profile
}

type Broken = Omit<BrokenLimit, 'setBy'>

function inspect(profile: CombinedTarget, stream: PlayedStream): readonly Broken[] {
  const all = profile.sources.join('; ')
  const rule = profile.video.find(({ codec }) => codec === stream.codec)
  const codecs = profile.video.map(({ codec }) => codecLabels[codec])
  const ofCodec: readonly Broken[] = rule
    ? inspectCoding(rule, stream)
    : [broken('codec', codecLabels[stream.codec], codecs.join(', '), codecs[0]!, all)]
  return [
    ...ofCodec,
    ...inspectPresentation(profile, stream, rule?.source ?? all),
    ...inspectContainer(profile, stream, rule, all),
    ...inspectSound(profile, stream, all),
  ]
}

const broken = (limit: LimitName, has: string, allowed: string, nearest: string, source: string): Broken => ({
  ...{ limit, has, allowed, nearest, source },
})

function inspectCoding(rule: TargetVideoRule, stream: PlayedStream): readonly Broken[] {
  const { profile, width, height, frameRate, maxrateBps } = stream
  const { profiles, source } = rule
  const size = `${width}x${height} at ${Number(toNumber(frameRate).toFixed(3))} fps`
  const level = excessLevel(rule, stream)
  return [
    ...(profiles.includes(profile) ? [] : [broken('profile', profile, profiles.join(', '), profiles.at(-1)!, source)]),
    ...(level ? [broken('level', level.has, `up to ${rule.highestLevel}`, level.nearest, source)] : []),
    ...(rule.tier === 'main' && stream.tier === 'high' ? [broken('tier', 'High', 'Main', 'Main', source)] : []),
    ...(fitsModes(stream, rule)
      ? []
      : [broken('size', size, rule.modes.map(formatMode).join(' or '), formatMode(nearestMode(stream, rule)), source)]),
    ...(rule.maxBitrateBps !== null && maxrateBps !== null && maxrateBps > rule.maxBitrateBps
      ? [
          broken(
            'bit rate',
            `${maxrateBps} bit/s`,
            `up to ${rule.maxBitrateBps} bit/s`,
            `${rule.maxBitrateBps} bit/s`,
            source,
          ),
        ]
      : []),
  ]
}

/** The stated level by its place in the codec's table; of a stream that states none, whether the limit allows its pictures. */
function excessLevel(
  { highestLevel }: TargetVideoRule,
  { codec, profile, level, width, height, frameRate, interlaced = false }: PlayedStream,
): { has: string; nearest: string } | null {
  if (highestLevel === null) return null
  const order = levelNames(codec, profile)
  if (level !== null)
    return order.indexOf(level) > order.indexOf(highestLevel) ? { has: level, nearest: highestLevel } : null
  const picture = { codec, profile, width, height, frameRate, interlaced }
  const least = chooseLevel(
    { ...picture, references: 1, maxrateBps: null, bufsizeBits: null },
    { highest: highestLevel },
  )
  return least.ok ? null : { has: least.because, nearest: least.nearest }
}

/** Of dynamic metadata the base is what must be shown: HDR10+ and bare PQ show wherever HDR10 does (ST 2094-40 may be ignored). */
const baseOf: Readonly<Record<Exclude<Hdr['format'], 'sdr'>, HdrName>> = {
  hdr10: 'hdr10',
  hdr10plus: 'hdr10',
  pq: 'hdr10',
  hlg: 'hlg',
  'dolby-vision': 'dolby-vision',
}

function inspectPresentation(profile: CombinedTarget, stream: PlayedStream, source: string): readonly Broken[] {
  const { frameRate, hdr, interlaced = false, squarePixels = true, codec } = stream
  const shows = profile.hdr.join(', ') || 'SDR alone'
  const unable = hdr !== 'sdr' && !carriesHdr({ codec, profiles: [stream.profile] })
  const unknown = hdr !== 'sdr' && !profile.hdr.includes(baseOf[hdr])
  return [
    ...(profile.maxFps !== null && compare(frameRate, rational(profile.maxFps)) > 0
      ? [
          broken(
            'frame rate',
            `${toNumber(frameRate)} fps`,
            `up to ${profile.maxFps} fps`,
            `${profile.maxFps} fps`,
            source,
          ),
        ]
      : []),
    ...(unable || unknown
      ? [broken('HDR', `${hdr} in ${codecLabels[codec]}`, shows, nearestHdr(profile, unable), source)]
      : []),
    ...(profile.progressiveOnly && interlaced
      ? [broken('scan', 'interlaced', 'progressive', 'progressive', source)]
      : []),
    ...(profile.squarePixels && !squarePixels
      ? [broken('pixels', 'not square', 'square', 'square pixels at the display size', source)]
      : []),
  ]
}

const nearestHdr = ({ hdr, video }: CombinedTarget, unable: boolean): string => {
  const able = video.find(carriesHdr)
  if (!able || hdr.length === 0) return 'SDR'
  return unable ? `${codecLabels[able.codec]} ${able.profiles.at(-1)}` : hdr[0]!
}

function inspectContainer(
  profile: CombinedTarget,
  { container, codec }: PlayedStream,
  rule: TargetVideoRule | undefined,
  all: string,
): readonly Broken[] {
  const carriers = carriersOf(rule ?? { codec, containers: null }, profile.containers)
  if (carriers.includes(container)) return []
  const list = (names: readonly ContainerName[]): string => names.map(name => containerRows[name].label).join(', ')
  const possible = carriers.length > 0 ? carriers : profile.containers
  const has = `${codecLabels[codec]} in ${containerRows[container].label}`
  return [broken('container', has, list(possible), containerRows[possible[0]!].label, rule?.source ?? all)]
}

function inspectSound(
  { audio }: CombinedTarget,
  { audioCodec, channels, container }: PlayedStream,
  all: string,
): readonly Broken[] {
  if (audioCodec === null) return []
  const list = audio.map(({ codec }) => audioCodecRows[codec].label).join(', ')
  const rule = audio.find(({ codec }) => codec === audioCodec)
  const fitting = audio.find(each => soundCarriersOf(each, [container]).length > 0) ?? audio[0]!
  const label = audioCodecRows[audioCodec].label
  if (!rule) return [broken('sound', label, list, audioCodecRows[fitting.codec].label, all)]
  const inside = containerRows[container]
  return [
    ...(soundCarriersOf(rule, [container]).length > 0
      ? []
      : [broken('sound', `${label} in ${inside.label}`, list, audioCodecRows[fitting.codec].label, rule.source)]),
    ...(channels !== null && channels > rule.maxChannels
      ? [broken('channels', `${channels}`, `up to ${rule.maxChannels} of ${label}`, `${rule.maxChannels}`, rule.source)]
      : []),
  ]
}
