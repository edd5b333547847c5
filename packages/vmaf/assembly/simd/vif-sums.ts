// The last step of VIF: variances of a row → logarithms added up, without branches for each pixel. Order does not matter: all of it is
// integers, or products whose logarithm is taken at the end.

/** Variance of the visual noise, 2.0 in 1/65536. */
const NOISE: i32 = 131072
/** log2(NOISE) in 1/2048. */
const NOISE_LOG: i64 = 34816
/** Exponent bias of doubles, and the 15 bits that the table's arguments have below their top bit. */
const EXPONENT: i64 = 1023 + 15

// What is added up, as byte offsets: integers of 64 bits, then the products of the fast way, two lanes each.
const FLAT: usize = 0
const FLAT_DISTORTION: usize = 8
const DEN: usize = 16
const NUM: usize = 24
const NEG: usize = 32
const DEN_PRODUCT: usize = 48
const NUM_PRODUCT: usize = 64
const NEG_PRODUCT: usize = 80
const RESIDUAL_PRODUCT: usize = 96

/** Bytes of the sums. */
export const SUMS_BYTES: usize = 112

/** Starts a scale. */
export function beginSums(sums: usize): void {
  memory.fill(sums, 0, DEN_PRODUCT)
  const one = f64x2.splat(1.0)
  for (let at = DEN_PRODUCT; at < SUMS_BYTES; at += 16) v128.store(sums + at, one)
}

/** Makes the last vector whole: what lies beyond the end is flat and has no distortion. Returns how many that are. */
function fillTail(from: usize, pitch: usize, w: i32): i32 {
  const spare = (4 - (w & 3)) & 3
  for (let x = w; x < w + spare; x++) {
    const at = from + (<usize>x << 2)
    store<i32>(at, 0)
    store<i32>(at + pitch, 0)
    store<i32>(at + 2 * pitch, 0)
  }
  return spare
}

/** Table value of the 15 bits after the top one, of both lanes together. */
// @ts-ignore: decorator
@inline
function tableOf(tables: usize, bits: v128): i32 {
  const a = <usize>(i32x4.extract_lane(bits, 0) & 0x7fff) << 1
  const b = <usize>(i32x4.extract_lane(bits, 2) & 0x7fff) << 1
  return <i32>load<u16>(tables + a) + <i32>load<u16>(tables + b)
}

/** What comes through with this gain, cut to an integer. */
// @ts-ignore: decorator
@inline
function signal(gain: v128, variance: v128): v128 {
  return f64x2.trunc(f64x2.mul(f64x2.mul(gain, gain), variance))
}

// @ts-ignore: decorator
@inline
function upper(a: v128): v128 {
  return v128.shuffle<i32>(a, a, 2, 3, 2, 3)
}

/** Adds one row of variances, `pitch` bytes apart: reference, distorted, covariance. */
export function addRow(from: usize, pitch: usize, w: i32, tables: usize, sums: usize): void {
  const spare = fillTail(from, pitch, w)
  const noise = i32x4.splat(NOISE)
  const noises = f64x2.splat(<f64>NOISE)
  const zero = i32x4.splat(0)
  const zeros = f64x2.splat(0)
  const epsilon = f64x2.splat(65536.0 * 1.0e-10)
  const limit = f64x2.splat(100.0)
  const one = f64x2.splat(1.0)
  let flat = i32x4.splat(0)
  let flatDistortion = i64x2.splat(0)
  let denBits = i64x2.splat(0)
  let numBits = i64x2.splat(0)
  let negBits = i64x2.splat(0)
  let den: i64 = 0
  let num: i64 = 0
  let neg: i64 = 0
  let active: i64 = 0
  const end = from + (<usize>(w + spare) << 2)
  for (let at = from; at < end; at += 16) {
    const ref = v128.load(at)
    const dis = i32x4.max_s(v128.load(at + pitch), zero)
    const isActive = i32x4.ge_s(ref, noise)
    if (!i32x4.all_true(isActive)) {
      flat = i32x4.sub(flat, v128.not(isActive))
      const distortion = v128.andnot(dis, isActive)
      flatDistortion = i64x2.add(flatDistortion, i64x2.add(i64x2.extend_low_i32x4_u(distortion), i64x2.extend_high_i32x4_u(distortion)))
      if (!v128.any_true(isActive)) continue
    }
    active += 4
    const total = v128.bitselect(i32x4.add(ref, noise), noise, isActive)
    const low = i64x2.shr_u(f64x2.convert_low_i32x4_s(total), 37)
    const high = i64x2.shr_u(f64x2.convert_low_i32x4_s(upper(total)), 37)
    den += tableOf(tables, low) + tableOf(tables, high)
    denBits = i64x2.add(denBits, i64x2.add(i64x2.shr_u(low, 15), i64x2.shr_u(high, 15)))
    let both = v128.load(at + 2 * pitch)
    const counts = v128.and(isActive, v128.and(i32x4.gt_s(both, zero), i32x4.gt_s(dis, zero)))
    if (!v128.any_true(counts)) continue
    both = v128.and(both, counts)
    const distorted = v128.and(dis, counts)
    for (let half = 0; half < 2; half++) {
      const r = f64x2.convert_low_i32x4_s(half == 0 ? ref : upper(ref))
      const d = f64x2.convert_low_i32x4_s(half == 0 ? distorted : upper(distorted))
      const b = f64x2.convert_low_i32x4_s(half == 0 ? both : upper(both))
      const gain = f64x2.div(b, f64x2.add(r, epsilon))
      const residual = f64x2.add(f64x2.max(f64x2.trunc(f64x2.sub(d, f64x2.mul(gain, b))), zeros), noises)
      const received = f64x2.add(residual, signal(f64x2.min(gain, limit), r))
      const bits = i64x2.shr_u(received, 37)
      const residualBits = i64x2.shr_u(residual, 37)
      const exponents = i64x2.shr_u(residualBits, 15)
      const residualTable = tableOf(tables, residualBits)
      const table = tableOf(tables, bits) - residualTable
      const exponent = i64x2.sub(i64x2.shr_u(bits, 15), exponents)
      num += table
      numBits = i64x2.add(numBits, exponent)
      if (v128.any_true(f64x2.gt(gain, one))) {
        const plain = i64x2.shr_u(f64x2.add(residual, signal(f64x2.min(gain, one), r)), 37)
        neg += tableOf(tables, plain) - residualTable
        negBits = i64x2.add(negBits, i64x2.sub(i64x2.shr_u(plain, 15), exponents))
      } else {
        neg += table
        negBits = i64x2.add(negBits, exponent)
      }
    }
  }
  addTo(sums, FLAT, <i64>sum32(flat) - spare)
  addTo(sums, FLAT_DISTORTION, sum64(flatDistortion))
  addTo(sums, DEN, den + 2048 * (sum64(denBits) - EXPONENT * active) - NOISE_LOG * active)
  addTo(sums, NUM, num + 2048 * sum64(numBits))
  addTo(sums, NEG, neg + 2048 * sum64(negBits))
}

/** As {@link addRow}, by products: a factor is below 2^32, so 24 of them and what is left stay finite. */
export function addRowFast(from: usize, pitch: usize, w: i32, sums: usize): void {
  const spare = fillTail(from, pitch, w)
  const noise = i32x4.splat(NOISE)
  const noises = f64x2.splat(<f64>NOISE)
  const zero = i32x4.splat(0)
  const zeros = f64x2.splat(0)
  const epsilon = f64x2.splat(65536.0 * 1.0e-10)
  const limit = f64x2.splat(100.0)
  const one = f64x2.splat(1.0)
  let flat = i32x4.splat(0)
  let flatDistortion = i64x2.splat(0)
  let den = v128.load(sums + DEN_PRODUCT)
  let num = v128.load(sums + NUM_PRODUCT)
  let neg = v128.load(sums + NEG_PRODUCT)
  let res = v128.load(sums + RESIDUAL_PRODUCT)
  let denBits = i64x2.splat(0)
  let numBits = i64x2.splat(0)
  let negBits = i64x2.splat(0)
  let active: i64 = 0
  let factors = 0
  const end = from + (<usize>(w + spare) << 2)
  for (let at = from; at < end; at += 16) {
    const ref = v128.load(at)
    const dis = i32x4.max_s(v128.load(at + pitch), zero)
    const isActive = i32x4.ge_s(ref, noise)
    if (!i32x4.all_true(isActive)) {
      flat = i32x4.sub(flat, v128.not(isActive))
      const distortion = v128.andnot(dis, isActive)
      flatDistortion = i64x2.add(flatDistortion, i64x2.add(i64x2.extend_low_i32x4_u(distortion), i64x2.extend_high_i32x4_u(distortion)))
      if (!v128.any_true(isActive)) continue
    }
    active += 4
    const total = v128.bitselect(i32x4.add(ref, noise), noise, isActive)
    den = f64x2.mul(den, f64x2.mul(f64x2.convert_low_i32x4_s(total), f64x2.convert_low_i32x4_s(upper(total))))
    let both = v128.load(at + 2 * pitch)
    const counts = v128.and(isActive, v128.and(i32x4.gt_s(both, zero), i32x4.gt_s(dis, zero)))
    if (v128.any_true(counts)) {
      both = v128.and(both, counts)
      const distorted = v128.and(dis, counts)
      for (let half = 0; half < 2; half++) {
        const r = f64x2.convert_low_i32x4_s(half == 0 ? ref : upper(ref))
        const d = f64x2.convert_low_i32x4_s(half == 0 ? distorted : upper(distorted))
        const b = f64x2.convert_low_i32x4_s(half == 0 ? both : upper(both))
        const gain = f64x2.div(b, f64x2.add(r, epsilon))
        const residual = f64x2.add(f64x2.max(f64x2.trunc(f64x2.sub(d, f64x2.mul(gain, b))), zeros), noises)
        res = f64x2.mul(res, residual)
        num = f64x2.mul(num, f64x2.add(residual, signal(f64x2.min(gain, limit), r)))
        neg = f64x2.mul(neg, f64x2.add(residual, signal(f64x2.min(gain, one), r)))
      }
    }
    factors += 2
    if (factors == 24) {
      factors = 0
      denBits = i64x2.add(denBits, exponentsOf(den))
      numBits = i64x2.add(numBits, i64x2.sub(exponentsOf(num), exponentsOf(res)))
      negBits = i64x2.add(negBits, i64x2.sub(exponentsOf(neg), exponentsOf(res)))
      den = mantissasOf(den)
      num = mantissasOf(num)
      neg = mantissasOf(neg)
      res = mantissasOf(res)
    }
  }
  addTo(sums, FLAT, <i64>sum32(flat) - spare)
  addTo(sums, FLAT_DISTORTION, sum64(flatDistortion))
  addTo(sums, DEN, sum64(denBits) + sum64(exponentsOf(den)) - 17 * active)
  const residuals = sum64(exponentsOf(res))
  addTo(sums, NUM, sum64(numBits) + sum64(exponentsOf(num)) - residuals)
  addTo(sums, NEG, sum64(negBits) + sum64(exponentsOf(neg)) - residuals)
  v128.store(sums + DEN_PRODUCT, mantissasOf(den))
  v128.store(sums + NUM_PRODUCT, mantissasOf(num))
  v128.store(sums + NEG_PRODUCT, mantissasOf(neg))
  v128.store(sums + RESIDUAL_PRODUCT, mantissasOf(res))
}

/** Exponents of positive doubles. */
// @ts-ignore: decorator
@inline
function exponentsOf(a: v128): v128 {
  return i64x2.sub(i64x2.shr_u(a, 52), i64x2.splat(1023))
}

/** The same numbers between 1 and 2. */
// @ts-ignore: decorator
@inline
function mantissasOf(a: v128): v128 {
  return v128.or(v128.and(a, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3ff0000000000000))
}

// @ts-ignore: decorator
@inline
function addTo(sums: usize, which: usize, value: i64): void {
  store<i64>(sums + which, load<i64>(sums + which) + value)
}

// @ts-ignore: decorator
@inline
function sum64(a: v128): i64 {
  return i64x2.extract_lane(a, 0) + i64x2.extract_lane(a, 1)
}

// @ts-ignore: decorator
@inline
function sum32(a: v128): i32 {
  return i32x4.extract_lane(a, 0) + i32x4.extract_lane(a, 1) + i32x4.extract_lane(a, 2) + i32x4.extract_lane(a, 3)
}

/** Numerator, numerator NEG and denominator of a scale whose logarithms were added in 1/2048. */
export function endSums(sums: usize, out: usize): void {
  write(sums, <f64>load<i64>(sums + NUM) / 2048.0, <f64>load<i64>(sums + NEG) / 2048.0, <f64>load<i64>(sums + DEN) / 2048.0, out)
}

/** The same of products: what the exponents have not counted is in the mantissas. */
export function endSumsFast(sums: usize, out: usize): void {
  const res = logOf(sums + RESIDUAL_PRODUCT)
  const num = <f64>load<i64>(sums + NUM) + logOf(sums + NUM_PRODUCT) - res
  const neg = <f64>load<i64>(sums + NEG) + logOf(sums + NEG_PRODUCT) - res
  write(sums, num, neg, <f64>load<i64>(sums + DEN) + logOf(sums + DEN_PRODUCT), out)
}

function logOf(product: usize): f64 {
  return Math.log2(load<f64>(product)) + Math.log2(load<f64>(product, 8))
}

function write(sums: usize, num: f64, neg: f64, den: f64, out: usize): void {
  const flat = <f64>load<i64>(sums + FLAT)
  const flatPart = flat - <f64>load<i64>(sums + FLAT_DISTORTION) / 16384.0 / 65025.0
  store<f64>(out, <f64>(<f32>(num + flatPart)))
  store<f64>(out, <f64>(<f32>(neg + flatPart)), 8)
  store<f64>(out, <f64>(<f32>(den + flat)), 16)
}
