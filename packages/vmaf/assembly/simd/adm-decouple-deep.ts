// ADM, scales 1 to 3: what adm-decouple.ts does, on 32-bit values, four columns at a time (notes/vmaf-spec.md §4.3, §4.4).
// Products of up to 48 bits are exact in double precision, longer ones are 64-bit integers.
import { decided, perhaps, surely } from './adm-direction'
import { AROUND, CENTRE, NEG_ROWS } from './adm-decouple'

// Constants in memory and not in the code: V8 builds a constant vector anew at every use, in three instructions, but loads one in
// one. (There are too many for the registers.)

/** 100 times this is still 32 bits and above every value: bands stay below 2.11e9. */
const LARGEST_HUNDREDTH: usize = memory.data<i32>([21474836])
const SMALLEST_HUNDREDTH: usize = memory.data<i32>([-21474836])
const HUNDRED: usize = memory.data<i32>([100])
const ONE: usize = memory.data<i32>([1])
const FIFTEENTH: usize = memory.data<i32>([143165577])
const TWO_FIFTEENTHS: usize = memory.data<i32>([286331153])
const HALF_28: usize = memory.data<i64>([134217728])
/** libvmaf's rounding constant for a shift by 32 wraps to a negative number. */
const WRAPPED_HALF: usize = memory.data<i64>([-2147483648])
/** Half of the last of the 15 bits that stay of a double, and all bits that stay. */
const HALF_BIT: usize = memory.data<i64>([0x2000000000])
const KEPT_BITS: usize = memory.data<i64>([-0x4000000000])
const EXPONENT: usize = memory.data<i64>([0x7ff0000000000000])
/** Bits of the doubles 1 and 2^15 added. */
const UNIT_BITS: usize = memory.data<i64>([0x3ff0000000000000 + 0x40e0000000000000])
const TWO_TO_16: usize = memory.data<f64>([65536])
const TWO_TO_30: usize = memory.data<f64>([1073741824])
const HALF: usize = memory.data<f64>([0.5])
const GAIN_ONE: usize = memory.data<f64>([32768])
/** 1.5·2^67: added to a double it leaves multiples of 2^15, counted by the lower bits. */
const COUNTS: usize = memory.data<f64>([221360928884514619392.0])

/**
 * Works on columns `from`..`to`−1, both multiples of 4. `ref` and `dis` hold the 32-bit rows h, v, d `row` bytes apart;
 * `factor` and `factorD` are the sensitivities times 2^32.
 */
export function decoupleDeep(ref: usize, dis: usize, row: usize, slot: usize, from: i32, to: i32, factor: i32, factorD: i32, spare: usize): void {
  const straight = i32x4.splat(factor)
  const diagonal = i32x4.splat(factorD)
  const neg = slot + NEG_ROWS * row
  for (let x = from; x < to; x += 4) {
    const at = <usize>x << 2
    const oh = v128.load(ref + at)
    const ov = v128.load(ref + row + at)
    const od = v128.load(ref + 2 * row + at)
    const th = v128.load(dis + at)
    const tv = v128.load(dis + row + at)
    const td = v128.load(dis + 2 * row + at)
    const same = sameDirection(oh, ov, th, tv, spare)
    const bh = restored(oh, th)
    const bv = restored(ov, tv)
    const bd = restored(od, td)
    store4(slot + at, row, straight, diagonal,
      limited(bh, hundredfold(bh), th, same), limited(bv, hundredfold(bv), tv, same), limited(bd, hundredfold(bd), td, same),
      th, tv, td)
    if (!v128.any_true(same)) {
      for (let k: usize = 0; k < NEG_ROWS * row; k += row) v128.store(neg + at + k, v128.load(slot + at + k))
      continue
    }
    store4(neg + at, row, straight, diagonal,
      limited(bh, bh, th, same), limited(bv, bv, tv, same), limited(bd, bd, td, same),
      th, tv, td)
  }
}

// @ts-ignore: decorator
@inline
function sameDirection(oh: v128, ov: v128, th: v128, tv: v128, spare: usize): v128 {
  const a = f32x4.convert_i32x4_s(oh)
  const b = f32x4.convert_i32x4_s(ov)
  const c = f32x4.convert_i32x4_s(th)
  const d = f32x4.convert_i32x4_s(tv)
  const dot = f32x4.add(f32x4.mul(a, c), f32x4.mul(b, d))
  const lengths = f32x4.mul(f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b)), f32x4.add(f32x4.mul(c, c), f32x4.mul(d, d)))
  const sure = surely(dot, lengths)
  if (!v128.any_true(v128.xor(sure, perhaps(dot, lengths)))) return sure
  return decided(oh, ov, th, tv, spare)
}

/** k·o with the gain k = t/o limited to 0..1, in 1/32768. */
// @ts-ignore: decorator
@inline
function restored(o: v128, t: v128): v128 {
  const sign = i32x4.shr_s(o, 31)
  const size = i32x4.max_s(i32x4.abs(o), v128.load32_splat(ONE))
  const along = i32x4.max_s(i32x4.sub(v128.xor(t, sign), sign), i32x4.splat(0))
  const low = restored2(size, along, o)
  const high = restored2(upper(size), upper(along), upper(o))
  return i32x4.shuffle(low, high, 0, 2, 4, 6)
}

/** Two values, from the lower lanes, as 64-bit lanes of which the lower halves count. */
// @ts-ignore: decorator
@inline
function restored2(size: v128, along: v128, o: v128): v128 {
  // |o| rounded to 15 bits, as m·2^e; a number of up to 15 bits stays as it is.
  const rounded = v128.and(
    i64x2.add(f64x2.convert_low_i32x4_s(size), v128.load64_splat(HALF_BIT)), v128.load64_splat(KEPT_BITS))
  // 2^(30+e), e at least 0. libvmaf keeps the e of before the rounding; m = 32768 then gives the same gain as 16384 with e + 1.
  const power = f64x2.pmax(
    f64x2.mul(v128.and(rounded, v128.load64_splat(EXPONENT)), v128.load64_splat(TWO_TO_16)), v128.load64_splat(TWO_TO_30))
  const inverse = f64x2.floor(f64x2.div(power, rounded))
  // 2^(−15−e), by the exponents.
  const unit = i64x2.sub(v128.load64_splat(UNIT_BITS), power)
  const product = f64x2.mul(f64x2.mul(inverse, f64x2.convert_low_i32x4_s(along)), unit)
  const gain = f64x2.pmin(f64x2.floor(f64x2.add(product, v128.load64_splat(HALF))), v128.load64_splat(GAIN_ONE))
  // (k·o + 2^14) >> 15 by rounding to multiples of 2^15; the half makes the ties go up.
  return f64x2.add(
    f64x2.add(f64x2.mul(gain, f64x2.convert_low_i32x4_s(o)), v128.load64_splat(HALF)), v128.load64_splat(COUNTS))
}

// @ts-ignore: decorator
@inline
function upper(a: v128): v128 {
  return i64x2.shuffle(a, a, 1, 1)
}

// @ts-ignore: decorator
@inline
function hundredfold(r: v128): v128 {
  const most = i32x4.max_s(i32x4.min_s(r, v128.load32_splat(LARGEST_HUNDREDTH)), v128.load32_splat(SMALLEST_HUNDREDTH))
  return i32x4.mul(most, v128.load32_splat(HUNDRED))
}

/** `r`, or where the direction is the same `t` limited to the range between 0 and `limit`. */
// @ts-ignore: decorator
@inline
function limited(r: v128, limit: v128, t: v128, same: v128): v128 {
  const zero = i32x4.splat(0)
  const other = i32x4.max_s(i32x4.min_s(t, i32x4.max_s(limit, zero)), i32x4.min_s(limit, zero))
  return v128.bitselect(other, r, same)
}

/** Writes one variant: of the bands |r| times the sensitivity, and of the added parts what masks. */
// @ts-ignore: decorator
@inline
function store4(to: usize, row: usize, straight: v128, diagonal: v128, rh: v128, rv: v128, rd: v128, th: v128, tv: v128, td: v128): void {
  v128.store(to, weighted(rh, straight))
  v128.store(to + row, weighted(rv, straight))
  v128.store(to + 2 * row, weighted(rd, diagonal))
  const ch = weighted(i32x4.sub(th, rh), straight)
  const cv = weighted(i32x4.sub(tv, rv), straight)
  const cd = weighted(i32x4.sub(td, rd), diagonal)
  const around = i32x4.add(i32x4.add(part(ch, FIFTEENTH), part(cv, FIFTEENTH)), part(cd, FIFTEENTH))
  const centre = i32x4.add(i32x4.add(part(ch, TWO_FIFTEENTHS), part(cv, TWO_FIFTEENTHS)), part(cd, TWO_FIFTEENTHS))
  v128.store(to + AROUND * row, around)
  v128.store(to + CENTRE * row, i32x4.sub(centre, around))
}

/** |(factor·a + 2^27) >> 28|, which fits 32 bits: factors stay below 2^28. */
// @ts-ignore: decorator
@inline
function weighted(a: v128, factor: v128): v128 {
  const half = v128.load64_splat(HALF_28)
  const low = i64x2.shr_u(i64x2.add(i64x2.extmul_low_i32x4_s(a, factor), half), 28)
  const high = i64x2.shr_u(i64x2.add(i64x2.extmul_high_i32x4_s(a, factor), half), 28)
  return i32x4.abs(i32x4.shuffle(low, high, 0, 2, 4, 6))
}

/** (factor·c − 2^31) >> 32. */
// @ts-ignore: decorator
@inline
function part(c: v128, factor: usize): v128 {
  const half = v128.load64_splat(WRAPPED_HALF)
  const by = v128.load32_splat(factor)
  return i32x4.shuffle(
    i64x2.add(i64x2.extmul_low_i32x4_u(c, by), half), i64x2.add(i64x2.extmul_high_i32x4_u(c, by), half), 1, 3, 5, 7)
}
