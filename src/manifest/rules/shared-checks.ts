// Checks that HLS and DASH share: what segments themselves must be.
import { compare, formatRational, type Rational, rational, sub, toNumber } from '../../core/index.ts'
import { sumOf } from '../bitrates.ts'
import { ticksToSeconds } from '../dash-segments.ts'
import { type CheckedTrack, type Found, neighbours, readSegments } from './facts.ts'

/** More of the same kind add nothing. */
const MAX_PER_TRACK = 3

export const few = (found: readonly Found[]): Found[] =>
  found.length <= MAX_PER_TRACK
    ? [...found]
    : [
        ...found.slice(0, MAX_PER_TRACK),
        { subject: found[0]!.subject, message: `… and ${found.length - MAX_PER_TRACK} more of this kind` },
      ]

export const show = (seconds: Rational): string => `${toNumber(seconds).toFixed(3)} s`

export const abs = (value: Rational): Rational => (value.num < 0n ? { num: -value.num, den: value.den } : value)

export const differs = (a: Rational, b: Rational, tolerance: Rational): boolean =>
  compare(abs(sub(a, b)), tolerance) > 0

/** A thousandth and a bit: playlists print three decimals or more. */
export const MILLISECOND = rational(11, 10_000)

export const reachable = (track: CheckedTrack): Found[] => [
  ...(track.initProblem === null ? [] : [{ subject: track.id, message: `init segment: ${track.initProblem}` }]),
  ...few(
    track.segments.flatMap(({ uri, problem }) =>
      problem === null ? [] : [{ subject: track.id, message: `${uri}: ${problem}` }],
    ),
  ),
]

/** Decode times follow each other, except over a discontinuity. */
export const continuous = (track: CheckedTrack): Found[] =>
  few(
    neighbours(track).flatMap(([before, segment]) =>
      segment.discontinuity || before.actual.decodeEnd === segment.actual.decodeStart
        ? []
        : [
            {
              subject: track.id,
              message: `${segment.uri} is decoded from tick ${segment.actual.decodeStart}, but what comes before ends at ${before.actual.decodeEnd}`,
            },
          ],
    ),
  )

export const keyFrames = (track: CheckedTrack): Found[] =>
  track.type !== 'video'
    ? []
    : few(
        readSegments(track).flatMap(({ uri, actual }) =>
          actual.startsWithKeyframe ? [] : [{ subject: track.id, message: `${uri} does not begin with a key frame` }],
        ),
      )

/** Instants of all cuts, as text that compares. Seconds as fractions in lowest terms do. */
export const cuts = (track: CheckedTrack): string =>
  readSegments(track)
    .map(({ actual }) => formatRational(ticksToSeconds(actual.start, track.init?.timescale ?? 1)))
    .join()

/** How long it is by its fragments; null where they were not all read. */
export function measuredLength(track: CheckedTrack): Rational | null {
  const read = readSegments(track)
  if (!track.init || !track.complete || read.length === 0 || read.length < track.segments.length) return null
  return ticksToSeconds(
    read.reduce((sum, { actual }) => sum + actual.end - actual.start, 0n),
    track.init.timescale,
  )
}

/** Frames a second over all that was read. */
export function measuredRate(track: CheckedTrack): Rational | null {
  const read = readSegments(track)
  const frames = read.reduce((sum, { actual }) => sum + actual.frames, 0)
  const ticks = read.reduce((sum, { actual }) => sum + actual.end - actual.start, 0n)
  return track.init && ticks > 0n ? rational(BigInt(frames) * BigInt(track.init.timescale), ticks) : null
}

export const statedLength = (track: CheckedTrack): Rational => sumOf(track.segments.map(each => each.statedDuration))
