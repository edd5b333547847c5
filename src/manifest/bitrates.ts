// What playlists say of rates and of the longest segment. One definition for those who write and those who check.
import { add, div, floor, mul, type Rational, rational, round } from '../core/index.ts'

export type Load = { readonly bytes: number; readonly duration: Rational }

/** RFC 8216 4.3.3.1: no EXTINF, rounded to the nearest second, may exceed it. No more than that. */
export function targetDuration(durations: readonly Rational[]): number {
  return durations.reduce((most, duration) => Math.max(most, Number(round(duration))), 1)
}

/**
 * RFC 8216 4.1: the largest bit rate of any contiguous run of segments that lasts between 0.5 and 1.5 target durations.
 * Where nothing lasts that long, the rate of the whole.
 */
export function peakBitrate(segments: readonly Load[], targetDurationS: number): number {
  const { ticks, perSecond } = commonTicks(segments)
  const target = BigInt(targetDurationS) * perSecond
  let peak = 0
  for (let i = 0; i < segments.length; i++) {
    let bytes = 0
    let duration = 0n
    const last = Math.min(segments.length, i + MAX_RUN)
    for (let j = i; j < last; j++) {
      bytes += segments[j]!.bytes
      duration += ticks[j]!
      if (duration * 2n > target * 3n) break
      if (duration * 2n >= target) peak = Math.max(peak, bitsPerSecond(bytes, rational(duration, perSecond)))
    }
  }
  return peak > 0 ? peak : averageBitrate(segments)
}

/** Of the shortest segments that anyone makes, a run has no more; segments that claim to last no time would have no end. */
const MAX_RUN = 200
/** Beyond this many ticks a second nothing is measured any more. */
const MOST_TICKS = 10n ** 24n

/** Durations in ticks that all of them share. */
function commonTicks(segments: readonly Load[]): { ticks: bigint[]; perSecond: bigint } {
  let perSecond = 1n
  for (const { duration } of segments) {
    if (perSecond % duration.den !== 0n) perSecond = lcm(perSecond, duration.den)
    if (perSecond > MOST_TICKS) {
      perSecond = MOST_TICKS
      break
    }
  }
  return { perSecond, ticks: segments.map(({ duration: { num, den } }) => (num * perSecond) / den) }
}

/** `rational` has the reduced product. */
const lcm = (a: bigint, b: bigint): bigint => a * rational(b, a).num

export function averageBitrate(segments: readonly Load[]): number {
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  return bitsPerSecond(bytes, sumOf(segments.map(({ duration }) => duration)))
}

export const sumOf = (durations: readonly Rational[]): Rational => durations.reduce(add, rational(0))

/** Rounded up; 0 for no duration. */
const bitsPerSecond = (bytes: number, duration: Rational): number =>
  duration.num <= 0n ? 0 : Number(-floor(div(rational(-bytes * 8), duration)))

/** Microseconds as seconds: `4.004000`. */
export const formatMicros = (micros: bigint): string =>
  `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`

export const toMicros = (seconds: Rational): bigint => round(mul(seconds, rational(1_000_000)))
