// What a package holds, as manifests need it: exact segments, names, roles, keys. And what follows from it: rates, range, joins.
import type { TrackRole } from '../audio/index.ts'
import { mul, type Rational, rational, round } from '../core/index.ts'
import { type Load, targetDuration } from './bitrates.ts'
import type { DateRange } from './hls-date-range.ts'
import type { HlsKey } from './hls-key.ts'
import { segmentDuration, type Track } from './track.ts'

/** Encryption from one segment on. */
export type TrackProtection = {
  /** Index of the first segment it applies to. */
  readonly fromSegment: number
  /** Where keys rotate, an init segment of its own from here on: players of HLS read the key id there. */
  readonly initPath?: string
  /** cenc or cbcs; null where the segments are in the clear. */
  readonly scheme: string | null
  /** UUID in lower case. */
  readonly kid: string | null
  /** One for each system that players may ask: DASH ContentProtection. */
  readonly systems: readonly { readonly systemId: string; readonly name: string | null; readonly pssh: string | null }[]
  /** The same for HLS: one for each KEYFORMAT. */
  readonly hlsKeys: readonly HlsKey[]
}

/** Picture or sound: the bytes, and what they do not tell. */
export type NamedTrack = {
  readonly track: Track
  readonly type: 'video' | 'audio'
  /** RFC 6381. */
  readonly codecs: string
  readonly supplementalCodecs: string | null
  /** BCP 47. */
  readonly language: string | null
  readonly label: string | null
  readonly isDefault: boolean
  /** What sound is for. */
  readonly role: TrackRole
  /** SCORE of RFC 8216bis; null where there is no opinion. All pictures have one, or none. */
  readonly score: Rational | null
  /** In order of `fromSegment`; empty in the clear. */
  readonly protection: readonly TrackProtection[]
}

/** Key frames of a picture track, for fast forward. */
export type TrickTrack = {
  /** Id of the track they are taken from. */
  readonly of: string
  readonly codecs: string
  readonly track: Track
}

/** Subtitles in WebVTT. */
export type TextTrack = {
  readonly id: string
  readonly language: string | null
  readonly label: string | null
  readonly isDefault: boolean
  /** Only what must be read to follow: signs, foreign speech. */
  readonly forced: boolean
  /** Says what is to be heard, not speech alone. */
  readonly hearingImpaired: boolean
  /** One for each stretch of time, without gaps, over the whole title. */
  readonly segments: readonly { readonly path: string; readonly bytes: number; readonly duration: Rational }[]
}

/** Sheets of small pictures, for the seek bar. */
export type ImageTrack = {
  readonly id: string
  /** `image/jpeg` … */
  readonly mimeType: string
  /** Path with `$Number$`, from 1. */
  readonly media: string
  readonly columns: number
  readonly rows: number
  /** Of a whole sheet, in pixels. */
  readonly width: number
  readonly height: number
  /** What one sheet covers. */
  readonly sheetDuration: Rational
  readonly bytes: readonly number[]
}

export type PackageTracks = {
  /** Pictures in the order in which players are offered them, then sound. */
  readonly media: readonly NamedTrack[]
  readonly trick: readonly TrickTrack[]
  readonly text: readonly TextTrack[]
  readonly images: readonly ImageTrack[]
  /** For the media playlists of the picture. */
  readonly dateRanges: readonly DateRange[]
}

/** A picture or sound of which nothing but this is to be said. */
export const plainTrack = (
  track: Track,
  codecs: string,
  more: Partial<Omit<NamedTrack, 'track' | 'codecs'>> = {},
): NamedTrack => ({
  track,
  type: track.init.handler === 'vide' ? 'video' : 'audio',
  codecs,
  supplementalCodecs: track.init.supplementalCodec,
  language: null,
  label: null,
  isDefault: false,
  role: 'main',
  score: null,
  protection: [],
  ...more,
})

/** Of picture and sound alone. */
export const plainPackage = (media: readonly NamedTrack[]): PackageTracks => ({
  media,
  trick: [],
  text: [],
  images: [],
  dateRanges: [],
})

/** One target duration for all, so that every playlist's peak is measured over the same window. */
export const commonTarget = (named: readonly NamedTrack[]): number =>
  targetDuration(named.flatMap(({ track }) => track.segments.map(segment => segmentDuration(track, segment))))

/** Frames per second over the whole track: exact where the rate is constant. */
export function frameRate(track: Track): Rational {
  const { segments, init } = track
  const frames = segments.reduce((sum, segment) => sum + segment.frames, 0)
  const ticks = segments.at(-1)!.end - segments[0]!.start
  return ticks > 0n ? rational(BigInt(frames) * BigInt(init.timescale), ticks) : rational(0)
}

/** RFC 8216bis, VIDEO-RANGE, by ISO/IEC 23091-2 transfer characteristics; null where the init segment says nothing. */
export function videoRange(track: Track): 'SDR' | 'HLG' | 'PQ' | null {
  const transfer = track.init.video?.color?.transfer
  return transfer === undefined ? null : transfer === 16 ? 'PQ' : transfer === 18 ? 'HLG' : 'SDR'
}

/** Bytes and seconds of each segment. */
export const loads = (track: Track): Load[] =>
  track.segments.map(segment => ({ bytes: segment.bytes, duration: segmentDuration(track, segment) }))

/** Three decimals, as RFC 8216 4.3.4.2 asks. */
export function formatFrameRate(rate: Rational): string {
  const thousandths = `${round(mul(rate, rational(1000)))}`.padStart(4, '0')
  return `${thousandths.slice(0, -3)}.${thousandths.slice(-3)}`
}

/** Whether a player can begin at each segment: SAP type 1. */
export const canJoin = ({ track }: NamedTrack): boolean =>
  track.segments.every(segment => segment.startsWithKeyframe && segment.firstShownFirst)

/** The one to start with. */
export const leader = (members: readonly NamedTrack[]): NamedTrack =>
  members.find(({ isDefault }) => isDefault) ?? members[0]!

/** RESOLUTION is the size at which to show it: square pixels. */
export function displaySize({ init }: Track): { width: number; height: number } | null {
  if (!init.video) return null
  const [x, y] = init.video.aspect
  const width = x > 0 && y > 0 ? Math.round((init.video.width * x) / y) : init.video.width
  return { width, height: init.video.height }
}
