// The wavelet of ADM in 16-bit dot products, at every scale (notes/vmaf-spec.md §4.1). A 32-bit value enters as two signed
// halves, x = 65536·upper + lower: taps times halves stay within 32 bits and the rounding shift meets only `lower`.

/**
 * Taps in pairs, lower half first. In memory and not in the code: V8 builds a constant vector anew at every use, in three
 * instructions, while one that was loaded before the loop stays in a register.
 */
export const LOW_FIRST: usize = memory.data<i16>([15826, 27411], 4)
/** See {@link LOW_FIRST}. */
export const LOW_LAST: usize = memory.data<i16>([7345, -4240], 4)
/** See {@link LOW_FIRST}. */
export const HIGH_FIRST: usize = memory.data<i16>([-4240, -7345], 4)
/** See {@link LOW_FIRST}. */
export const HIGH_LAST: usize = memory.data<i16>([27411, -15826], 4)
/** What is added before a shift by 8 bits. */
export const HALF_8: usize = memory.data<i32>([128])
/** What is added before a shift by 15 bits. */
export const HALF_15: usize = memory.data<i32>([16384])
/** What is added before a shift by 16 bits. */
export const HALF_16: usize = memory.data<i32>([32768])
/** Half less what mid-grey adds at 8 bits: the sum of the low-pass taps is 46342. */
export const GREY_8: usize = memory.data<i32>([128 - 46342 * 128])

/** Pairs of samples times pairs of taps. */
// @ts-ignore: decorator
@inline
export function sum(first: v128, firstTaps: v128, last: v128, lastTaps: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(first, firstTaps), i32x4.dot_i16x8_s(last, lastTaps))
}

/** (sum + bias) >> shift. */
// @ts-ignore: decorator
@inline
export function shifted(sum: v128, bias: v128, shift: i32): v128 {
  return i32x4.shr_s(i32x4.add(sum, bias), shift)
}

/** Stores eight 32-bit values as eight upper and, `split` bytes on, eight lower halves. No value comes within 32768 of 2^31. */
// @ts-ignore: decorator
@inline
export function storeSplit(at: usize, split: usize, carry: v128, a: v128, b: v128): void {
  v128.store(at, i16x8.shuffle(i32x4.add(a, carry), i32x4.add(b, carry), 1, 3, 5, 7, 9, 11, 13, 15))
  v128.store(at + split, i16x8.shuffle(a, b, 0, 2, 4, 6, 8, 10, 12, 14))
}
