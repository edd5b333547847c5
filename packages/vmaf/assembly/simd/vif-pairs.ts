// Two rows of both pictures interleaved for VIF's filters down the columns: a dot product then takes two rows at once, and no
// shuffling is left for the filters, which read each pair of rows up to nine times.

const SIGN8: v128 = i8x16.splat(-128)
const BIAS: v128 = i16x8.splat(-32768)

/** 8-bit rows at two offsets, less 128: of each four columns eight bytes of the reference, then eight of the distorted. */
export function fillPair8(ref: usize, dis: usize, upper: usize, lower: usize, w: i32, to: usize): void {
  for (let x: usize = 0; x < <usize>w; x += 16) {
    const r = v128.xor(v128.load(ref + upper + x), SIGN8)
    const s = v128.xor(v128.load(ref + lower + x), SIGN8)
    const d = v128.xor(v128.load(dis + upper + x), SIGN8)
    const e = v128.xor(v128.load(dis + lower + x), SIGN8)
    const refLow = v128.shuffle<i8>(r, s, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const refHigh = v128.shuffle<i8>(r, s, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
    const disLow = v128.shuffle<i8>(d, e, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const disHigh = v128.shuffle<i8>(d, e, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
    const at = to + (x << 2)
    v128.store(at, v128.shuffle<i64>(refLow, disLow, 0, 2))
    v128.store(at, v128.shuffle<i64>(refLow, disLow, 1, 3), 16)
    v128.store(at, v128.shuffle<i64>(refHigh, disHigh, 0, 2), 32)
    v128.store(at, v128.shuffle<i64>(refHigh, disHigh, 1, 3), 48)
  }
}

/**
 * 16-bit rows at two offsets, biased, in four couples `couple` bytes apart: both pictures, then upper and lower halves of both
 * squares and of the product; of each four columns 16 bytes of the first, then 16 of the second.
 */
export function fillPair16(ref: usize, dis: usize, upper: usize, lower: usize, w: i32, to: usize, couple: usize): void {
  for (let x2: usize = 0; x2 < <usize>w << 1; x2 += 16) {
    const r = v128.load(ref + upper + x2)
    const s = v128.load(ref + lower + x2)
    const d = v128.load(dis + upper + x2)
    const e = v128.load(dis + lower + x2)
    const at = to + (x2 << 2)
    v128.store(at, v128.xor(v128.shuffle<i16>(r, s, 0, 8, 1, 9, 2, 10, 3, 11), BIAS))
    v128.store(at, v128.xor(v128.shuffle<i16>(d, e, 0, 8, 1, 9, 2, 10, 3, 11), BIAS), 16)
    v128.store(at, v128.xor(v128.shuffle<i16>(r, s, 4, 12, 5, 13, 6, 14, 7, 15), BIAS), 32)
    v128.store(at, v128.xor(v128.shuffle<i16>(d, e, 4, 12, 5, 13, 6, 14, 7, 15), BIAS), 48)
    storeProducts(at + couple, r, r, s, s)
    storeProducts(at + 2 * couple, d, d, e, e)
    storeProducts(at + 3 * couple, r, d, s, e)
  }
}

/** Products a·b of the upper row and c·d of the lower one in halves, eight columns. */
// @ts-ignore: decorator
@inline
function storeProducts(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  storeHalves(to, i32x4.extmul_low_i16x8_u(a, b), i32x4.extmul_low_i16x8_u(c, d))
  storeHalves(to + 32, i32x4.extmul_high_i16x8_u(a, b), i32x4.extmul_high_i16x8_u(c, d))
}

// @ts-ignore: decorator
@inline
function storeHalves(to: usize, upper: v128, lower: v128): void {
  v128.store(to, v128.xor(v128.shuffle<i16>(i32x4.shr_u(upper, 16), lower, 0, 9, 2, 11, 4, 13, 6, 15), BIAS))
  v128.store(to, v128.xor(v128.shuffle<i16>(upper, i32x4.shl(lower, 16), 0, 9, 2, 11, 4, 13, 6, 15), BIAS), 16)
}
