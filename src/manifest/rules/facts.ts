// What rules look at: a manifest as parsed, and the truth about each segment as read from its bytes.
import type { Rational } from '../../core/index.ts'
import type { Mpd, Representation } from '../dash-model.ts'
import { ticksToSeconds } from '../dash-segments.ts'
import type { MediaPlaylist } from '../hls-media.ts'
import type { MultivariantPlaylist } from '../hls-multivariant.ts'
import type { InitFacts } from '../init-segment.ts'
import type { TrackSegment } from '../track.ts'

export type CheckedSegment = {
  /** As a reader can find it: path or address. */
  readonly uri: string
  /** Where the manifest puts it on the presentation's timeline; null in HLS, which only says how long. */
  readonly statedStart: Rational | null
  readonly statedDuration: Rational
  /** Said to be of another timeline than what comes before. */
  readonly discontinuity: boolean
  /** null: it is not there, is damaged, was not looked at, or is no CMAF. */
  readonly actual: TrackSegment | null
  /** Bytes of it, where they are known. */
  readonly bytes: number | null
  /** Why it cannot be used; null where nothing is wrong. */
  readonly problem: string | null
  /** The beginning of a WebVTT segment. */
  readonly text: string | null
  /** How it came over HTTP. */
  readonly transfer: Transfer | null
}

export type Transfer = {
  readonly contentType: string | null
  readonly contentEncoding: string | null
  readonly redirects: number
}

export type CheckedTrack = {
  /** Of the playlist or the Representation. */
  readonly id: string
  readonly type: 'video' | 'audio' | 'text' | 'image' | 'iframes'
  readonly init: InitFacts | null
  readonly initProblem: string | null
  readonly segments: readonly CheckedSegment[]
  /** Whether every segment was looked at. */
  readonly complete: boolean
}

export type HlsEntry = {
  /** As the multivariant playlist writes it. */
  readonly uri: string
  readonly playlist: MediaPlaylist
  readonly track: CheckedTrack
  readonly transfer: Transfer | null
}

/** What could not be read or understood at all. */
export type Problem = { readonly subject: string; readonly message: string }

export type HlsFacts = {
  readonly kind: 'hls'
  /** null where a media playlist was given. */
  readonly master: MultivariantPlaylist | null
  /** By the URI in the multivariant playlist. */
  readonly entries: ReadonlyMap<string, HlsEntry>
  readonly problems: readonly Problem[]
  /** Address where it was fetched over HTTP. */
  readonly url: string | null
  readonly transfer: Transfer | null
}

export type DashEntry = {
  readonly period: number
  /** Index of its AdaptationSet in the period. */
  readonly set: number
  readonly representation: Representation
  readonly track: CheckedTrack
}

export type DashFacts = {
  readonly kind: 'dash'
  readonly mpd: Mpd
  /** The manifest's own text: some faults vanish in parsing. */
  readonly text: string
  readonly entries: readonly DashEntry[]
  readonly problems: readonly Problem[]
  readonly url: string | null
  readonly transfer: Transfer | null
}

/** A rule: what it wants in our words, where it is written, and how bad it is to break it. */
export type RuleRow = {
  readonly id: string
  readonly cite: string
  /** fail: what the text demands. warn: what it recommends, or what players are known to stumble over. info: advice. */
  readonly severity: 'fail' | 'warn' | 'info'
  readonly says: string
}

/** One place that breaks a rule. */
export type Found = { readonly subject: string; readonly message: string }

export type Check<Facts> = (facts: Facts) => Iterable<Found>

/** A segment that was read, with its place. */
export type ReadSegment = CheckedSegment & { readonly actual: TrackSegment; readonly index: number }

export const readSegments = ({ segments }: CheckedTrack): ReadSegment[] =>
  segments.flatMap((segment, index) => (segment.actual ? [{ ...segment, actual: segment.actual, index }] : []))

/** Neighbours that were both read. */
export function neighbours(track: CheckedTrack): [ReadSegment, ReadSegment][] {
  const read = readSegments(track)
  return read
    .slice(1)
    .flatMap((segment, i): [ReadSegment, ReadSegment][] =>
      read[i]!.index === segment.index - 1 ? [[read[i]!, segment]] : [],
    )
}

/** Seconds of ticks of a track; null where its init segment is not known. */
export const secondsOf = ({ init }: CheckedTrack, ticks: bigint): Rational | null =>
  init ? ticksToSeconds(ticks, init.timescale) : null

export const actualDuration = (track: CheckedTrack, { actual }: ReadSegment): Rational =>
  ticksToSeconds(actual.end - actual.start, track.init?.timescale ?? 1)

/** Whether all segments of a track were read and none has a problem. */
export const isWhole = (track: CheckedTrack): boolean =>
  track.complete && track.segments.length > 0 && track.segments.every(({ actual }) => actual !== null)
