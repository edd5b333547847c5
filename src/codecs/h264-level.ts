// The smallest H.264 level that allows a stream, or what of the stream is too much for any.
import { compare, div, floor, formatRational, mul, type Rational, rational, toNumber } from '../core/index.ts'
import { h264CodecString } from './codec-strings.ts'
import { type H264Level, type H264Profile, h264Levels, h264Profiles } from './h264-levels.data.ts'

export type H264Stream = {
  readonly profile: H264Profile
  readonly width: number
  readonly height: number
  /** Frames per second. */
  readonly frameRate: Rational
  /** Frames the decoder must hold: max_num_ref_frames. */
  readonly refs: number
  readonly maxrateBps: number
  readonly bufsizeBits: number
}

export type H264LevelChoice =
  | { readonly ok: true; readonly level: H264Level; readonly codecString: string; readonly because: string }
  | {
      readonly ok: false
      readonly because: string
      /** What to change, and to what, so that the highest level in question allows it. */
      readonly nearest: string
    }

/** ITU-T H.264 A.3.1 and A.3.3. `highest` names the last level that may be used. */
export function chooseH264Level(stream: H264Stream, highest = '6.2'): H264LevelChoice {
  const levels = h264Levels.slice(0, h264Levels.findIndex(level => level.name === highest) + 1)
  let below: Excess | null = null
  for (const level of levels) {
    const excess = findExcess(stream, level)
    if (!excess) {
      const because = below ? `the smallest level that allows it: ${below.text}` : 'the smallest level there is'
      return { ok: true, level, codecString: h264CodecString(stream.profile, level), because }
    }
    below = excess
  }
  return { ok: false, because: below?.text ?? `there is no level ${highest}`, nearest: below?.nearest ?? '' }
}

/** Whether a picture of this size and rate fits `highest` at all, whatever its bit rate. */
export function isH264Size(width: number, height: number, frameRate: Rational, highest: string): boolean {
  return chooseH264Level({ profile: 'high', width, height, frameRate, refs: 1, maxrateBps: 0, bufsizeBits: 0 }, highest)
    .ok
}

/** What of `stream` is more than `level` allows, in words; null when nothing is. */
export function firstExceeded(stream: H264Stream, level: H264Level): string | null {
  return findExcess(stream, level)?.text ?? null
}

type Excess = { readonly text: string; readonly nearest: string }

/** The first limit of `level` that `stream` exceeds; null when it keeps all of them. */
function findExcess(stream: H264Stream, level: H264Level): Excess | null {
  const widthMbs = Math.ceil(stream.width / 16)
  const heightMbs = Math.ceil(stream.height / 16)
  const frameMbs = widthMbs * heightMbs
  const rate = toNumber(stream.frameRate)
  const { factor } = h264Profiles[stream.profile]
  const over = (what: string, has: number, allowed: number, nearest: (allowed: number) => string): Excess | null =>
    has <= allowed
      ? null
      : {
          text: `level ${level.name} allows ${allowed} ${what}, this has ${has}`,
          nearest: nearest(allowed),
        }
  const shrunk = (factorOfSide: number): string => {
    const even = (side: number): number => Math.max(2, Math.floor((side * factorOfSide) / 2) * 2)
    return `${even(stream.width)}x${even(stream.height)}`
  }
  // A.3.1 g, h: neither side longer than Sqrt(MaxFS * 8) macroblocks.
  const longest = Math.floor(Math.sqrt(level.maxFs * 8))
  // Rates are rational: 36864 macroblocks at 30000/1001 need 1104815.18, and the limit is on that, not on its rounding.
  const mbps = mul(rational(frameMbs), stream.frameRate)
  const tooFast = compare(mbps, rational(level.maxMbps)) > 0
  return (
    over('macroblocks a frame', frameMbs, level.maxFs, allowed => shrunk(Math.sqrt(allowed / frameMbs) * 0.99)) ??
    over('macroblocks a side', Math.max(widthMbs, heightMbs), longest, allowed =>
      shrunk((allowed * 16) / Math.max(stream.width, stream.height)),
    ) ??
    (tooFast
      ? {
          text: `level ${level.name} allows ${level.maxMbps} macroblocks a second, this has ${Math.ceil(frameMbs * rate)}`,
          nearest: `${formatRational(rational(floor(div(rational(level.maxMbps), rational(frameMbs)))))} fps`,
        }
      : null) ??
    over(
      'frames in the decoder',
      stream.refs,
      Math.min(16, Math.floor(level.maxDpbMbs / frameMbs)),
      allowed => `${allowed} reference frames`,
    ) ??
    over('bit/s', stream.maxrateBps, level.maxBr * factor, allowed => `${allowed} bit/s`) ??
    over('bit of buffer', stream.bufsizeBits, level.maxCpb * factor, allowed => `${allowed} bit of buffer`)
  )
}
