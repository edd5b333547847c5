// What playlists say of rates and of the longest segment. One definition for those who write and those who check.
import { add, compare, div, floor, mul, type Rational, rational, round } from '../core/index.ts'

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
  const least = rational(targetDurationS, 2n)
  const most = rational(BigInt(targetDurationS) * 3n, 2n)
  let peak = 0
  for (let i = 0; i < segments.length; i++) {
    let bytes = 0
    let duration = rational(0)
    for (let j = i; j < segments.length; j++) {
      bytes += segments[j]!.bytes
      duration = add(duration, segments[j]!.duration)
      if (compare(duration, most) > 0) break
      if (compare(duration, least) >= 0) peak = Math.max(peak, bitsPerSecond(bytes, duration))
    }
  }
  return peak > 0 ? peak : averageBitrate(segments)
}

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
