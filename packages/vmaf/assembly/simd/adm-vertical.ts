// ADM: the vertical pass of the wavelet, from four rows of the input to a row of low-pass and one of high-pass values.
import { GREY_8, HALF_8, HALF_16, HIGH_FIRST, HIGH_LAST, LOW_FIRST, LOW_LAST, shifted, storeSplit, sum } from './adm-taps'

/** Vertical pass over four rows of 8-bit pixels into 16-bit rows `low` and, if `both`, `high`. Writes ⌈w/16⌉·16 columns. */
export function verticalBytes(r0: usize, r1: usize, r2: usize, r3: usize, w: i32, low: usize, high: usize, both: bool): void {
  const lowBias = v128.load32_splat(GREY_8)
  const highBias = v128.load32_splat(HALF_8)
  const lowFirst = v128.load32_splat(LOW_FIRST)
  const lowLast = v128.load32_splat(LOW_LAST)
  const highFirst = v128.load32_splat(HIGH_FIRST)
  const highLast = v128.load32_splat(HIGH_LAST)
  for (let x: usize = 0; x < <usize>w; x += 16) {
    const s0 = v128.load(r0 + x)
    const s1 = v128.load(r1 + x)
    const s2 = v128.load(r2 + x)
    const s3 = v128.load(r3 + x)
    const first = i8x16.shuffle(s0, s1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const last = i8x16.shuffle(s2, s3, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const first2 = i8x16.shuffle(s0, s1, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
    const last2 = i8x16.shuffle(s2, s3, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
    const a = i16x8.extend_low_i8x16_u(first)
    const b = i16x8.extend_low_i8x16_u(last)
    const c = i16x8.extend_high_i8x16_u(first)
    const d = i16x8.extend_high_i8x16_u(last)
    const e = i16x8.extend_low_i8x16_u(first2)
    const f = i16x8.extend_low_i8x16_u(last2)
    const g = i16x8.extend_high_i8x16_u(first2)
    const h = i16x8.extend_high_i8x16_u(last2)
    const at = low + (x << 1)
    v128.store(at, i16x8.narrow_i32x4_s(shifted(sum(a, lowFirst, b, lowLast), lowBias, 8), shifted(sum(c, lowFirst, d, lowLast), lowBias, 8)))
    v128.store(at, i16x8.narrow_i32x4_s(shifted(sum(e, lowFirst, f, lowLast), lowBias, 8), shifted(sum(g, lowFirst, h, lowLast), lowBias, 8)), 16)
    if (!both) continue
    const to = high + (x << 1)
    v128.store(to, i16x8.narrow_i32x4_s(shifted(sum(a, highFirst, b, highLast), highBias, 8), shifted(sum(c, highFirst, d, highLast), highBias, 8)))
    v128.store(to, i16x8.narrow_i32x4_s(shifted(sum(e, highFirst, f, highLast), highBias, 8), shifted(sum(g, highFirst, h, highLast), highBias, 8)), 16)
  }
}

/** The same for pixels of 9 to 16 bits in 16-bit words. Mid-grey leaves first, so that 16 bits fit. */
export function verticalPixels(r0: usize, r1: usize, r2: usize, r3: usize, w: i32, bits: i32, low: usize, high: usize, both: bool): void {
  const half: i32 = 1 << (bits - 1)
  const grey = i16x8.splat(<i16>half)
  const bias = i32x4.splat(half)
  const lowFirst = v128.load32_splat(LOW_FIRST)
  const lowLast = v128.load32_splat(LOW_LAST)
  const highFirst = v128.load32_splat(HIGH_FIRST)
  const highLast = v128.load32_splat(HIGH_LAST)
  const end = <usize>w << 1
  for (let at: usize = 0; at < end; at += 16) {
    const s0 = i16x8.sub(v128.load(r0 + at), grey)
    const s1 = i16x8.sub(v128.load(r1 + at), grey)
    const s2 = i16x8.sub(v128.load(r2 + at), grey)
    const s3 = i16x8.sub(v128.load(r3 + at), grey)
    const a = pairsLow(s0, s1)
    const b = pairsLow(s2, s3)
    const c = pairsHigh(s0, s1)
    const d = pairsHigh(s2, s3)
    v128.store(low + at, i16x8.narrow_i32x4_s(shifted(sum(a, lowFirst, b, lowLast), bias, bits), shifted(sum(c, lowFirst, d, lowLast), bias, bits)))
    if (both) v128.store(high + at, i16x8.narrow_i32x4_s(shifted(sum(a, highFirst, b, highLast), bias, bits), shifted(sum(c, highFirst, d, highLast), bias, bits)))
  }
}

/** Vertical pass of scale 1: 16-bit values in, their sums unshifted out, `split` bytes between the rows of the two halves. */
export function verticalWords(r0: usize, r1: usize, r2: usize, r3: usize, w: i32, low: usize, high: usize, split: usize, both: bool): void {
  const half = v128.load32_splat(HALF_16)
  const lowFirst = v128.load32_splat(LOW_FIRST)
  const lowLast = v128.load32_splat(LOW_LAST)
  const highFirst = v128.load32_splat(HIGH_FIRST)
  const highLast = v128.load32_splat(HIGH_LAST)
  const end = <usize>w << 1
  for (let at: usize = 0; at < end; at += 16) {
    const s0 = v128.load(r0 + at)
    const s1 = v128.load(r1 + at)
    const s2 = v128.load(r2 + at)
    const s3 = v128.load(r3 + at)
    const a = pairsLow(s0, s1)
    const b = pairsLow(s2, s3)
    const c = pairsHigh(s0, s1)
    const d = pairsHigh(s2, s3)
    storeSplit(low + at, split, half, sum(a, lowFirst, b, lowLast), sum(c, lowFirst, d, lowLast))
    if (both) storeSplit(high + at, split, half, sum(a, highFirst, b, highLast), sum(c, highFirst, d, highLast))
  }
}

/** Vertical pass of scales 2 and 3: values in halves, `plane` bytes apart; shifted by 16. */
export function verticalSplit(r0: usize, r1: usize, r2: usize, r3: usize, plane: usize, w: i32, low: usize, high: usize, split: usize, both: bool): void {
  const half = v128.load32_splat(HALF_16)
  const lowFirst = v128.load32_splat(LOW_FIRST)
  const lowLast = v128.load32_splat(LOW_LAST)
  const highFirst = v128.load32_splat(HIGH_FIRST)
  const highLast = v128.load32_splat(HIGH_LAST)
  const end = <usize>w << 1
  for (let at: usize = 0; at < end; at += 16) {
    const u0 = v128.load(r0 + at)
    const u1 = v128.load(r1 + at)
    const u2 = v128.load(r2 + at)
    const u3 = v128.load(r3 + at)
    const l0 = v128.load(r0 + plane + at)
    const l1 = v128.load(r1 + plane + at)
    const l2 = v128.load(r2 + plane + at)
    const l3 = v128.load(r3 + plane + at)
    const ua = pairsLow(u0, u1)
    const ub = pairsLow(u2, u3)
    const uc = pairsHigh(u0, u1)
    const ud = pairsHigh(u2, u3)
    const la = pairsLow(l0, l1)
    const lb = pairsLow(l2, l3)
    const lc = pairsHigh(l0, l1)
    const ld = pairsHigh(l2, l3)
    storeSplit(low + at, split, half,
      i32x4.add(sum(ua, lowFirst, ub, lowLast), shifted(sum(la, lowFirst, lb, lowLast), half, 16)), i32x4.add(sum(uc, lowFirst, ud, lowLast), shifted(sum(lc, lowFirst, ld, lowLast), half, 16)))
    if (both) storeSplit(high + at, split, half,
      i32x4.add(sum(ua, highFirst, ub, highLast), shifted(sum(la, highFirst, lb, highLast), half, 16)), i32x4.add(sum(uc, highFirst, ud, highLast), shifted(sum(lc, highFirst, ld, highLast), half, 16)))
  }
}

// @ts-ignore: decorator
@inline
function pairsLow(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
}

// @ts-ignore: decorator
@inline
function pairsHigh(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
}
