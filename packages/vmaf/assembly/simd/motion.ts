// Motion between two reference frames with SIMD: the same integers as the reference (assembly/scalar/motion.ts). Differences of
// five rows stay in a ring of 16-bit rows; the blurred row has 17 bits and goes on as its upper part and its lowest byte.
import { align16, mirrored } from '../scalar/pictures'
import { motionSad as scalarSad, motionScratchBytes as scalarBytes } from '../scalar/motion'

/** Taps from outside to centre, sum 65536 with their mirror. */
const OUTER: i32 = 3571
const INNER: i32 = 16004
const CENTRE: i32 = 26386
const REACH: i32 = 2
const SLOTS: i32 = 2 * REACH + 1
/** Bytes before and after a row: two mirrored values and what is computed beyond the end. */
const MARGIN: usize = 32
/** Deepest samples whose differences, two of them added, fit 16 bits. */
const MOST_BITS: i32 = 14

/** Bytes of a row of 16-bit values with its margins. */
function rowBytes(w: i32): usize {
  return align16(<usize>w << 1) + 2 * MARGIN
}

/** Bytes of scratch that {@link motionSad} needs. */
export function motionScratchBytes(w: i32, h: i32): i32 {
  return max<i32>(<i32>(<usize>(SLOTS + 2) * rowBytes(w)), scalarBytes(w, h))
}

/** Mean absolute blurred difference of two luma planes in units of 8-bit code values. */
export function motionSad(previous: usize, current: usize, w: i32, h: i32, stride: i32, bits: i32, scratch: usize): f64 {
  if (bits > MOST_BITS) return scalarSad(previous, current, w, h, stride, bits, scratch)
  const pitch = rowBytes(w)
  const upper = scratch + MARGIN
  const lower = upper + pitch
  const ring = lower + pitch
  let sum: i64 = 0
  let filled = 0
  for (let y = 0; y < h; y++) {
    for (; filled <= min<i32>(y + REACH, h - 1); filled++) {
      const at = <usize>(filled * stride)
      const to = ring + <usize>(filled % SLOTS) * pitch
      if (bits == 8) subtract<u8>(previous + at, current + at, w, to)
      else subtract<u16>(previous + at, current + at, w, to)
    }
    blurColumns(slot(ring, pitch, y - 2, h), slot(ring, pitch, y - 1, h), slot(ring, pitch, y, h), slot(ring, pitch, y + 1, h), slot(ring, pitch, y + 2, h), w, bits, upper, pitch)
    mirrorEnds(upper, w)
    mirrorEnds(lower, w)
    sum += sumOfRow(upper, pitch, w)
  }
  return <f64>sum / 256.0 / (<f64>w * <f64>h)
}

/** The row of the ring that stands in for row `y`. */
function slot(ring: usize, pitch: usize, y: i32, h: i32): usize {
  return ring + <usize>(mirrored(y, h) % SLOTS) * pitch
}

/** Previous minus current, 16 bits each. */
function subtract<T>(previous: usize, current: usize, w: i32, to: usize): void {
  for (let x: usize = 0; x < <usize>w; x += 8) {
    const at = x * sizeof<T>()
    let a: v128
    let b: v128
    if (sizeof<T>() == 1) {
      a = v128.load_ext<u8>(previous + at)
      b = v128.load_ext<u8>(current + at)
    } else {
      a = v128.load(previous + at)
      b = v128.load(current + at)
    }
    v128.store(to + (x << 1), i16x8.sub(a, b))
  }
}

/** Σ g·value of the four columns in the low halves of three vectors: outer and inner pairs already added. */
// @ts-ignore: decorator
@inline
function blurLow(outer: v128, inner: v128, centre: v128): v128 {
  const sides = i32x4.dot_i16x8_s(v128.shuffle<i16>(outer, inner, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat((INNER << 16) | OUTER))
  return i32x4.add(sides, i32x4.extmul_low_i16x8_s(centre, i16x8.splat(<i16>CENTRE)))
}

/** As {@link blurLow}, of the high halves. */
// @ts-ignore: decorator
@inline
function blurHigh(outer: v128, inner: v128, centre: v128): v128 {
  const sides = i32x4.dot_i16x8_s(v128.shuffle<i16>(outer, inner, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat((INNER << 16) | OUTER))
  return i32x4.add(sides, i32x4.extmul_high_i16x8_s(centre, i16x8.splat(<i16>CENTRE)))
}

/** Blurs five rows down the columns; y = 256·upper + lower goes to two rows a pitch apart. */
function blurColumns(a: usize, b: usize, c: usize, d: usize, e: usize, w: i32, bits: i32, to: usize, pitch: usize): void {
  const half = i32x4.splat(1 << (bits - 1))
  const mask = i32x4.splat(255)
  for (let x2: usize = 0; x2 < <usize>w << 1; x2 += 16) {
    const outer = i16x8.add(v128.load(a + x2), v128.load(e + x2))
    const inner = i16x8.add(v128.load(b + x2), v128.load(d + x2))
    const centre = v128.load(c + x2)
    const low = i32x4.shr_s(i32x4.add(blurLow(outer, inner, centre), half), bits)
    const high = i32x4.shr_s(i32x4.add(blurHigh(outer, inner, centre), half), bits)
    v128.store(to + x2, i16x8.narrow_i32x4_s(i32x4.shr_s(low, 8), i32x4.shr_s(high, 8)))
    v128.store(to + pitch + x2, i16x8.narrow_i32x4_s(v128.and(low, mask), v128.and(high, mask)))
  }
}

/** Σ |z| of a row, with its lower bytes a pitch behind it. */
function sumOfRow(row: usize, pitch: usize, w: i32): i64 {
  const half = i32x4.splat(32768)
  let sum = i32x4.splat(0)
  let x = 0
  for (; x < w; x += 8) {
    const at = row + (<usize>x << 1)
    const upperOuter = i16x8.add(v128.load(at - 4), v128.load(at + 4))
    const upperInner = i16x8.add(v128.load(at - 2), v128.load(at + 2))
    const upperCentre = v128.load(at)
    const next = at + pitch
    const lowerOuter = i16x8.add(v128.load(next - 4), v128.load(next + 4))
    const lowerInner = i16x8.add(v128.load(next - 2), v128.load(next + 2))
    const lowerCentre = v128.load(next)
    // The sum has 33 bits: its lowest 8, rounding included, cannot reach into what is left after the shift by 16.
    let low = i32x4.shr_s(i32x4.add(blurLow(lowerOuter, lowerInner, lowerCentre), half), 8)
    let high = i32x4.shr_s(i32x4.add(blurHigh(lowerOuter, lowerInner, lowerCentre), half), 8)
    low = i32x4.abs(i32x4.shr_s(i32x4.add(blurLow(upperOuter, upperInner, upperCentre), low), 8))
    high = i32x4.abs(i32x4.shr_s(i32x4.add(blurHigh(upperOuter, upperInner, upperCentre), high), 8))
    if (x + 8 > w) {
      const left = i32x4.splat(w - x)
      low = v128.and(low, i32x4.gt_s(left, i32x4(0, 1, 2, 3)))
      high = v128.and(high, i32x4.gt_s(left, i32x4(4, 5, 6, 7)))
    }
    // |z| < 2^16, so a lane takes 32767 vectors of a row.
    sum = i32x4.add(sum, i32x4.add(low, high))
  }
  const wide = i64x2.add(i64x2.extend_low_i32x4_u(sum), i64x2.extend_high_i32x4_u(sum))
  return i64x2.extract_lane(wide, 0) + i64x2.extract_lane(wide, 1)
}

/** Fills two 16-bit values on either side of a row with the mirrored ones. */
function mirrorEnds(row: usize, w: i32): void {
  const end = row + (<usize>(w - 1) << 1)
  for (let k: usize = 2; k <= 4; k += 2) {
    store<u16>(row - k, load<u16>(row + k))
    store<u16>(end + k, load<u16>(end - k))
  }
}
