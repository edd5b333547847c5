// ADM, scale 0: splits a row of the distorted bands into what is restored of the reference and what was added, and turns the
// added part into masking contrast (notes/vmaf-spec.md §4.3, §4.4). Standard and NEG together, eight columns at a time.
import { reciprocal } from '../scalar/adm-tables'
import { decided, perhaps, surely } from './adm-direction'

/** Rows of a slot, `row` bytes each: restored h, v, d (absolute), contrast for the neighbours, own minus that; then NEG's. */
export const AROUND: usize = 3
/** See {@link AROUND}. */
export const CENTRE: usize = 4
/** See {@link AROUND}: where NEG's rows begin. */
export const NEG_ROWS: usize = 5
/** Rows of a slot. */
export const SLOT_ROWS: usize = 10

// Constants in memory and not in the code: see adm-decouple-deep.ts.

/** From here on the gain of libvmaf, in 1/32768, is too coarse to restore every value; below, the restored value is exact. */
const COARSE: usize = memory.data<i16>([16384])
/** 100 times this exceeds every value. */
const LARGEST_HUNDREDTH: usize = memory.data<i16>([327])
const SMALLEST_HUNDREDTH: usize = memory.data<i16>([-327])
const HUNDRED: usize = memory.data<i16>([100])
const ONE: usize = memory.data<i16>([1])
const SENSITIVITY: usize = memory.data<i16>([3685])
const FIFTEENTH: usize = memory.data<i16>([2184])
const TWO_FIFTEENTHS: usize = memory.data<i16>([4368])
const DIAGONAL: usize = memory.data<i16>([24709, 24708], 4)
const DIAGONAL_HALF: usize = memory.data<i32>([65535])

/**
 * Works on columns `from`..`to`−1, both multiples of 8. `ref` and `dis` hold the 16-bit rows h, v, d `row` bytes apart; `spare`
 * has `SPARE_BYTES`.
 */
export function decoupleWords(ref: usize, dis: usize, row: usize, slot: usize, from: i32, to: i32, spare: usize, tables: usize): void {
  for (let x = from; x < to; x += 8) {
    const at = <usize>x << 1
    const oh = v128.load(ref + at)
    const ov = v128.load(ref + row + at)
    const od = v128.load(ref + 2 * row + at)
    const th = v128.load(dis + at)
    const tv = v128.load(dis + row + at)
    const td = v128.load(dis + 2 * row + at)
    const same = sameDirection(oh, ov, th, tv, spare)

    // Where the gain is fine enough, k·o is t limited to 0..o; the direction then widens the limit to 0..100·o, NEG's to 0..o.
    let rh = limited(th, bound(oh, same))
    let rv = limited(tv, bound(ov, same))
    let rd = limited(td, bound(od, same))
    let nh = limited(th, oh)
    let nv = limited(tv, ov)
    let nd = limited(td, od)
    const largest = i16x8.max_u(i16x8.max_u(i16x8.abs(oh), i16x8.abs(ov)), i16x8.abs(od))
    if (v128.any_true(i16x8.ge_s(largest, v128.load16_splat(COARSE)))) {
      rh = coarsely(oh, th, same, 100, spare, tables)
      rv = coarsely(ov, tv, same, 100, spare, tables)
      rd = coarsely(od, td, same, 100, spare, tables)
      nh = coarsely(oh, th, same, 1, spare, tables)
      nv = coarsely(ov, tv, same, 1, spare, tables)
      nd = coarsely(od, td, same, 1, spare, tables)
    }
    store8(slot, row, at, rh, rv, rd, i16x8.sub(th, rh), i16x8.sub(tv, rv), i16x8.sub(td, rd))
    store8(slot + NEG_ROWS * row, row, at, nh, nv, nd, i16x8.sub(th, nh), i16x8.sub(tv, nv), i16x8.sub(td, nd))
  }
}

// @ts-ignore: decorator
@inline
function sameDirection(oh: v128, ov: v128, th: v128, tv: v128, spare: usize): v128 {
  const o0 = i16x8.shuffle(oh, ov, 0, 8, 1, 9, 2, 10, 3, 11)
  const o1 = i16x8.shuffle(oh, ov, 4, 12, 5, 13, 6, 14, 7, 15)
  const t0 = i16x8.shuffle(th, tv, 0, 8, 1, 9, 2, 10, 3, 11)
  const t1 = i16x8.shuffle(th, tv, 4, 12, 5, 13, 6, 14, 7, 15)
  const dot0 = f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(o0, t0))
  const dot1 = f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(o1, t1))
  const lengths0 = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(o0, o0)), f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(t0, t0)))
  const lengths1 = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(o1, o1)), f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(t1, t1)))
  const sure = i16x8.narrow_i32x4_s(surely(dot0, lengths0), surely(dot1, lengths1))
  const maybe = i16x8.narrow_i32x4_s(perhaps(dot0, lengths0), perhaps(dot1, lengths1))
  if (!v128.any_true(v128.xor(sure, maybe))) return sure
  return i16x8.narrow_i32x4_s(
    decided(i32x4.extend_low_i16x8_s(oh), i32x4.extend_low_i16x8_s(ov), i32x4.extend_low_i16x8_s(th), i32x4.extend_low_i16x8_s(tv), spare),
    decided(i32x4.extend_high_i16x8_s(oh), i32x4.extend_high_i16x8_s(ov), i32x4.extend_high_i16x8_s(th), i32x4.extend_high_i16x8_s(tv), spare))
}

/** 100·o where the direction is the same, else o. |t| stays below 32700. */
// @ts-ignore: decorator
@inline
function bound(o: v128, same: v128): v128 {
  const stronger = i16x8.mul(i16x8.max_s(i16x8.min_s(o, v128.load16_splat(LARGEST_HUNDREDTH)), v128.load16_splat(SMALLEST_HUNDREDTH)), v128.load16_splat(HUNDRED))
  return v128.bitselect(stronger, o, same)
}

/** `t` limited to the range between 0 and `limit`. */
// @ts-ignore: decorator
@inline
function limited(t: v128, limit: v128): v128 {
  const zero = i16x8.splat(0)
  return i16x8.max_s(i16x8.min_s(t, i16x8.max_s(limit, zero)), i16x8.min_s(limit, zero))
}

/** Writes one variant: |r| of the bands, and of the added parts what masks. q15mulr is (x·y + 2^14) >> 15. */
// @ts-ignore: decorator
@inline
function store8(rows: usize, row: usize, at: usize, rh: v128, rv: v128, rd: v128, ah: v128, av: v128, ad: v128): void {
  v128.store(rows + at, i16x8.abs(rh))
  v128.store(rows + row + at, i16x8.abs(rv))
  v128.store(rows + 2 * row + at, i16x8.abs(rd))
  // (36453·a + 2^14) >> 15, 36453 = 32768 + 3685
  const ch = i16x8.abs(i16x8.add(ah, i16x8.q15mulr_sat_s(ah, v128.load16_splat(SENSITIVITY))))
  const cv = i16x8.abs(i16x8.add(av, i16x8.q15mulr_sat_s(av, v128.load16_splat(SENSITIVITY))))
  const cd = i16x8.abs(diagonal(ad))
  // (4369·c + 2^11) >> 12 is (34952·c + 2^14) >> 15; the sum of three stays below 2^16.
  const around = i16x8.add(i16x8.add(fifteenth(ch), fifteenth(cv)), fifteenth(cd))
  const a0 = i32x4.extend_low_i16x8_u(around)
  const a1 = i32x4.extend_high_i16x8_u(around)
  // (8738·c + 2^11) >> 12 is (69904·c + 2^14) >> 15 and wraps at 16 bits, as in libvmaf; the sum of three does not.
  const h = twoFifteenths(ch)
  const v = twoFifteenths(cv)
  const d = twoFifteenths(cd)
  const ones = v128.load16_splat(ONE)
  const c0 = i32x4.add(i32x4.dot_i16x8_s(i16x8.shuffle(h, v, 0, 8, 1, 9, 2, 10, 3, 11), ones), i32x4.extend_low_i16x8_s(d))
  const c1 = i32x4.add(i32x4.dot_i16x8_s(i16x8.shuffle(h, v, 4, 12, 5, 13, 6, 14, 7, 15), ones), i32x4.extend_high_i16x8_s(d))
  const wide = rows + (at << 1)
  v128.store(wide + AROUND * row, a0)
  v128.store(wide + AROUND * row, a1, 16)
  v128.store(wide + CENTRE * row, i32x4.sub(c0, a0))
  v128.store(wide + CENTRE * row, i32x4.sub(c1, a1), 16)
}

/** (49417·a + 65535) >> 17: 65535 and not 65536 is what libvmaf adds. 49417 = 24709 + 24708. */
// @ts-ignore: decorator
@inline
function diagonal(a: v128): v128 {
  const taps = v128.load32_splat(DIAGONAL)
  const add = v128.load32_splat(DIAGONAL_HALF)
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(i16x8.shuffle(a, a, 0, 0, 1, 1, 2, 2, 3, 3), taps), add), 17),
    i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(i16x8.shuffle(a, a, 4, 4, 5, 5, 6, 6, 7, 7), taps), add), 17))
}

// @ts-ignore: decorator
@inline
function fifteenth(c: v128): v128 {
  return i16x8.add(c, i16x8.q15mulr_sat_s(c, v128.load16_splat(FIFTEENTH)))
}

// @ts-ignore: decorator
@inline
function twoFifteenths(c: v128): v128 {
  return i16x8.add(i16x8.add(c, c), i16x8.q15mulr_sat_s(c, v128.load16_splat(TWO_FIFTEENTHS)))
}

/** The restored part of eight values as libvmaf computes it, for vectors with a large value. */
function coarsely(o8: v128, t8: v128, same: v128, gainLimit: i32, spare: usize, tables: usize): v128 {
  v128.store(spare, o8)
  v128.store(spare, t8, 16)
  v128.store(spare, same, 32)
  for (let i: usize = 0; i < 16; i += 2) {
    const o = <i32>load<i16>(spare + i)
    const t = <i32>load<i16>(spare + i, 16)
    let k: i64 = 32768
    if (o != 0) {
      const inverse = o > 0 ? reciprocal(tables, o) : -reciprocal(tables, -o)
      k = min<i64>(max<i64>((inverse * <i64>t + 16384) >> 15, 0), 32768)
    }
    let r = <i32>((k * <i64>o + 16384) >> 15)
    if (load<i16>(spare + i, 32) && k != 0 && o != 0) r = o > 0 ? min<i32>(r * gainLimit, t) : max<i32>(r * gainLimit, t)
    store<i16>(spare + i, <i16>r, 48)
  }
  return v128.load(spare, 48)
}
