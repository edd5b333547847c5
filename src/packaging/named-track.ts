// A packaged track with its name, and what manifests say of one: rates, range, where one can join. Pure.
import type { TrackRole } from '../audio/index.ts'
import { mul, type Rational, rational, round } from '../core/index.ts'
import { type Load, targetDuration } from '../manifest/index.ts'
import { segmentDuration, type Track } from './read-track.ts'

/** A track and what its bytes do not tell. */
export type NamedTrack = {
  readonly track: Track
  readonly type: 'video' | 'audio'
  /** RFC 6381. */
  readonly codecs: string
  /** BCP 47. */
  readonly language: string | null
  readonly label: string | null
  readonly role: TrackRole
  readonly isDefault: boolean
}

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
