// ADM: the horizontal pass of the wavelet, from a row of low-pass and one of high-pass values to a row of each band.
import { HALF_15, HALF_16, HIGH_FIRST, HIGH_LAST, LOW_FIRST, LOW_LAST, shifted, storeSplit, sum } from './adm-taps'

/** Bytes before column 0 of a row buffer: room for column −1, and alignment. */
export const LEAD: usize = 16

/** Fills columns −1, w and w+1 of a row of 16-bit values: −1 mirrors to 1, beyond the end the edge is repeated (n → n−1). */
export function extendRow(row: usize, w: i32): void {
  const end = row + (<usize>w << 1)
  store<i16>(row - 2, load<i16>(row, 2))
  store<i16>(end, load<i16>(end - 2))
  store<i16>(end, load<i16>(end - 4), 2)
}

/** Horizontal low-pass alone of a 16-bit row, shifted by 16: columns `from`..`to`−1 (multiples of 8) of `a`. */
export function approximateWords(low: usize, a: usize, from: i32, to: i32): void {
  const half = v128.load32_splat(HALF_16)
  const lowFirst = v128.load32_splat(LOW_FIRST)
  const lowLast = v128.load32_splat(LOW_LAST)
  for (let x = from; x < to; x += 8) {
    const at = low + (<usize>x << 2)
    v128.store(a + (<usize>x << 1), i16x8.narrow_i32x4_s(
      shifted(sum(v128.load(at - 2), lowFirst, v128.load(at + 2), lowLast), half, 16),
      shifted(sum(v128.load(at + 14), lowFirst, v128.load(at + 18), lowLast), half, 16)))
  }
}

/** All four bands of a pair of 16-bit rows; h, v, d go to rows `row` bytes apart. */
export function bandWords(low: usize, high: usize, a: usize, bands: usize, row: usize, from: i32, to: i32): void {
  const half = v128.load32_splat(HALF_16)
  const lowFirst = v128.load32_splat(LOW_FIRST)
  const lowLast = v128.load32_splat(LOW_LAST)
  const highFirst = v128.load32_splat(HIGH_FIRST)
  const highLast = v128.load32_splat(HIGH_LAST)
  for (let x = from; x < to; x += 8) {
    const at = <usize>x << 2
    const band = bands + (<usize>x << 1)
    const l0 = v128.load(low + at - 2)
    const l1 = v128.load(low + at + 2)
    const l2 = v128.load(low + at + 14)
    const l3 = v128.load(low + at + 18)
    const h0 = v128.load(high + at - 2)
    const h1 = v128.load(high + at + 2)
    const h2 = v128.load(high + at + 14)
    const h3 = v128.load(high + at + 18)
    v128.store(a + (<usize>x << 1), i16x8.narrow_i32x4_s(
      shifted(sum(l0, lowFirst, l1, lowLast), half, 16), shifted(sum(l2, lowFirst, l3, lowLast), half, 16)))
    v128.store(band + row, i16x8.narrow_i32x4_s(
      shifted(sum(l0, highFirst, l1, highLast), half, 16), shifted(sum(l2, highFirst, l3, highLast), half, 16)))
    v128.store(band, i16x8.narrow_i32x4_s(
      shifted(sum(h0, lowFirst, h1, lowLast), half, 16), shifted(sum(h2, lowFirst, h3, lowLast), half, 16)))
    v128.store(band + 2 * row, i16x8.narrow_i32x4_s(
      shifted(sum(h0, highFirst, h1, highLast), half, 16), shifted(sum(h2, highFirst, h3, highLast), half, 16)))
  }
}

/**
 * Horizontal low-pass alone of a row in halves, `size` bytes apart: all columns of `a`, in halves `split` bytes apart.
 * `T` is u8 for the shift by 15 of scale 1, u16 for that by 16 of scale 2.
 */
export function approximateHalves<T>(low: usize, size: usize, a: usize, split: usize, width: i32): void {
  const carry = v128.load32_splat(HALF_16)
  const half = v128.load32_splat(sizeof<T>() == 1 ? HALF_15 : HALF_16)
  const lowFirst = v128.load32_splat(LOW_FIRST)
  const lowLast = v128.load32_splat(LOW_LAST)
  for (let x = 0; x < width; x += 8) {
    const at = low + (<usize>x << 2)
    const under = at + size
    storeSplit(a + (<usize>x << 1), split, carry,
      joined<T>(sum(v128.load(at - 2), lowFirst, v128.load(at + 2), lowLast),
        sum(v128.load(under - 2), lowFirst, v128.load(under + 2), lowLast), half),
      joined<T>(sum(v128.load(at + 14), lowFirst, v128.load(at + 18), lowLast),
        sum(v128.load(under + 14), lowFirst, v128.load(under + 18), lowLast), half))
  }
}

/** h, v, d of a pair of rows in halves, 32 bits wide, in columns `from`..`to`−1 (multiples of 4). `T` as in {@link approximateHalves}. */
export function bandHalves<T>(low: usize, high: usize, size: usize, bands: usize, row: usize, from: i32, to: i32): void {
  const half = v128.load32_splat(sizeof<T>() == 1 ? HALF_15 : HALF_16)
  const lowFirst = v128.load32_splat(LOW_FIRST)
  const lowLast = v128.load32_splat(LOW_LAST)
  const highFirst = v128.load32_splat(HIGH_FIRST)
  const highLast = v128.load32_splat(HIGH_LAST)
  for (let x = from; x < to; x += 4) {
    const at = <usize>x << 2
    const h0 = v128.load(high + at - 2)
    const h1 = v128.load(high + at + 2)
    const h2 = v128.load(high + size + at - 2)
    const h3 = v128.load(high + size + at + 2)
    v128.store(bands + at + row, joined<T>(
      sum(v128.load(low + at - 2), highFirst, v128.load(low + at + 2), highLast),
      sum(v128.load(low + size + at - 2), highFirst, v128.load(low + size + at + 2), highLast), half))
    v128.store(bands + at, joined<T>(sum(h0, lowFirst, h1, lowLast), sum(h2, lowFirst, h3, lowLast), half))
    v128.store(bands + at + 2 * row, joined<T>(sum(h0, highFirst, h1, highLast), sum(h2, highFirst, h3, highLast), half))
  }
}

/** The sum from those of the halves. */
// @ts-ignore: decorator
@inline
function joined<T>(upper: v128, lower: v128, half: v128): v128 {
  if (sizeof<T>() == 1) return i32x4.add(i32x4.add(upper, upper), shifted(lower, half, 15))
  return i32x4.add(upper, shifted(lower, half, 16))
}
