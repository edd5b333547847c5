// Faults within the segments of a track, and between renditions. Pure.
import { compare, formatRational, type Rational, sub } from '../core/index.ts'
import { type Track, type TrackSegment, ticksToSeconds } from '../manifest/index.ts'

/** More of the same kind add nothing. */
const MAX_PER_KIND = 3

const limited = (findings: readonly string[]): string[] =>
  findings.length <= MAX_PER_KIND
    ? [...findings]
    : [...findings.slice(0, MAX_PER_KIND), `… and ${findings.length - MAX_PER_KIND} more of this kind`]

/** `names` are the segment files found, in order. */
export function checkTrack(track: Track, names: readonly string[]): string[] {
  const { segments, init, id } = track
  const seconds = (ticks: bigint): string => formatRational(ticksToSeconds(ticks, init.timescale))
  const numbers = names.map(name => Number.parseInt(name, 10))
  const pairs = segments.slice(1).map((segment, i): [TrackSegment, TrackSegment] => [segments[i]!, segment])
  return [
    ...limited(
      numbers.flatMap((number, i) => (number === i + 1 ? [] : [`${id}/${names[i]} is segment ${i + 1} by its place`])),
    ),
    ...(segments[0]!.start === 0n ? [] : [`${id} begins at ${seconds(segments[0]!.start)} s instead of 0`]),
    ...limited(
      pairs.flatMap(([before, segment]) =>
        before.decodeEnd === segment.decodeStart
          ? []
          : [
              `${segment.path} is decoded from tick ${segment.decodeStart}, but what comes before ends at ${before.decodeEnd}`,
            ],
      ),
    ),
    ...limited(
      pairs.flatMap(([before, segment]) =>
        before.end === segment.start
          ? []
          : [
              `${segment.path} is shown from ${seconds(segment.start)} s, but what comes before ends at ${seconds(before.end)} s`,
            ],
      ),
    ),
    ...limited(segments.flatMap(segment => checkIndex(track, segment))),
  ]
}

/** The segment index repeats what the fragments say. */
function checkIndex({ init }: Track, { path, index, start, end }: TrackSegment): string[] {
  if (!index) return []
  const duration = index.references.reduce((sum, reference) => sum + BigInt(reference.duration), 0n)
  const right =
    index.timescale === init.timescale && index.earliestPresentationTime === start && duration === end - start
  return right ? [] : [`${path}: its sidx gives other times than its fragments`]
}

/** ISO/IEC 23009-1 segmentAlignment, RFC 8216 6.2.4: renditions of the picture are cut at the same instants. */
export function checkAlignment(videos: readonly Track[]): string[] {
  const [first, ...others] = videos
  if (!first) return []
  // Seconds as fractions in lowest terms compare as text.
  const cuts = ({ segments, init }: Track): string =>
    segments
      .map(({ start, end }) => [start, end].map(tick => formatRational(ticksToSeconds(tick, init.timescale))))
      .join()
  return others.flatMap(other => (cuts(other) === cuts(first) ? [] : [`${other.id} is not cut where ${first.id} is`]))
}

/** Whether two durations differ by more than `tolerance`. */
export const differs = (a: Rational, b: Rational, tolerance: Rational): boolean => {
  const gap = sub(a, b)
  return compare(gap.num < 0n ? { num: -gap.num, den: gap.den } : gap, tolerance) > 0
}
