// What a level is to everybody but its own codec: limits on a picture, on the decoder's buffer and on the rate.
import { compare, floor, mul, type Rational, rational } from '../core/index.ts'

export type Tier = 'main' | 'high'

export type PictureShape = {
  readonly width: number
  readonly height: number
  /** Frames per second. */
  readonly frameRate: Rational
  readonly interlaced?: boolean | undefined
}

/** One limit, held against a stream. */
export type Limit = {
  /** What is counted: `macroblocks a frame`. */
  readonly what: string
  /** Rounded up where it is not whole; `broken` is exact. */
  readonly has: number
  readonly allowed: number
  readonly broken: boolean
  /** What of the stream to change. */
  readonly change: 'size' | 'rate' | 'references' | 'bits' | 'buffer' | 'scan'
}

/** A level of one profile. */
export type Level = {
  /** As the codec prints it, always with both digits: `4.0`. */
  readonly name: string
  /** As the bitstream carries it, and FFmpeg says it. */
  readonly code: number
  readonly hasHighTier: boolean
  /** Limits on size and rate of the pictures. */
  readonly picture: (shape: PictureShape) => readonly Limit[]
  /** Frames that the decoder holds at this size. */
  readonly buffer: (size: Pick<PictureShape, 'width' | 'height' | 'interlaced'>) => number
  /** The most that the coded stream may run at; `bufsizeBits` null where the standard leaves it open. */
  readonly rates: (tier: Tier) => { readonly maxrateBps: number; readonly bufsizeBits: number | null }
}

/** At most `allowed` of something. */
export function atMost(change: Limit['change'], what: string, has: number, allowed: number): Limit {
  return { change, what, has, allowed, broken: has > allowed }
}

/**
 * At most `allowed` of something a second, of which each frame has `perFrame`. Exact: 36864 macroblocks at 30000/1001 are
 * 1104815.18 a second, and the limit is on that, not on its rounding.
 */
export function perSecond(what: string, perFrame: number, frameRate: Rational, allowed: number): Limit {
  const exact = mul(rational(perFrame), frameRate)
  const whole = floor(exact)
  const has = Number(compare(exact, rational(whole)) > 0 ? whole + 1n : whole)
  return { change: 'rate', what, has, allowed, broken: compare(exact, rational(allowed)) > 0 }
}
