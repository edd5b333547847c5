// The last step of VIF: variances of a row → logarithms added up, four pixels at a time. Order does not matter: all of it is
// integers, or products whose logarithm is taken at the end.

/** Variance of the visual noise, 2.0 in 1/65536. */
const NOISE: f64 = 131072
/** log2(NOISE) in 1/2048. */
const NOISE_LOG: i64 = 34816
/** Exponent bias of doubles, and the 15 bits that the table's arguments have below their top bit. */
const EXPONENT: i64 = 1023 + 15
// Read from memory, since V8 builds a constant anew, in three instructions, wherever it is used: noise, the guard of the division and
// the gain limit; the greatest variance that is noise; the mask of a byte offset into the table.
const DOUBLES: usize = memory.data<f64>([NOISE, 65536.0 * 1.0e-10, 100.0], 16)
const INTEGERS: usize = memory.data<u32>([131071, 0xfffe], 16)

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

/**
 * Makes the last eight values whole: what lies beyond the end is flat and has no distortion. Of eight values those at even places
 * come first. Returns how many are beyond.
 */
function fillTail(from: usize, pitch: usize, w: i32): i32 {
  const end = (w + 7) & ~7
  for (let x = w; x < end; x++) {
    const at = from + (<usize>((x & ~7) + ((x & 1) << 2) + ((x & 7) >> 1)) << 2)
    store<i32>(at, 0)
    store<i32>(at + pitch, 0)
    store<i32>(at + 2 * pitch, 0)
  }
  return end - w
}

/** Sum of four table values at these addresses. */
// @ts-ignore: decorator
@inline
function tableSum(addresses: v128): i64 {
  const a = <u64>i64x2.extract_lane(addresses, 0)
  const b = <u64>i64x2.extract_lane(addresses, 1)
  return (<i64>load<u16>(<usize>(<u32>a)) + <i64>load<u16>(<usize>(a >> 32))) + (<i64>load<u16>(<usize>(<u32>b)) + <i64>load<u16>(<usize>(b >> 32)))
}

/** Sign, exponent and 20 mantissa bits of four doubles. */
// @ts-ignore: decorator
@inline
function upperWords(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7)
}

/** Where the table has the 15 mantissa bits below the top one. */
// @ts-ignore: decorator
@inline
function addressesOf(words: v128, mask: v128, table: v128): v128 {
  return i32x4.add(v128.and(i32x4.shr_u(words, 4), mask), table)
}

/** What is left of the distorted picture's variance, cut to an integer, with the noise. */
// @ts-ignore: decorator
@inline
function residualOf(distorted: v128, gain: v128, both: v128, zeros: v128, noises: v128): v128 {
  return f64x2.add(f64x2.pmax(f64x2.trunc(f64x2.sub(distorted, f64x2.mul(gain, both))), zeros), noises)
}

/** What comes through with this gain, cut to an integer. With the gain limit of NEG, 1, it is this or the variance, if that is less. */
// @ts-ignore: decorator
@inline
function signal(gain: v128, variance: v128): v128 {
  return f64x2.trunc(f64x2.mul(f64x2.mul(gain, gain), variance))
}

// @ts-ignore: decorator
@inline
function doublesOf(a: v128): v128 {
  return f64x2.convert_low_i32x4_s(a)
}

// @ts-ignore: decorator
@inline
function upperDoublesOf(a: v128): v128 {
  return f64x2.convert_low_i32x4_s(v128.shuffle<i32>(a, a, 2, 3, 2, 3))
}

/** Adds one row of variances, `pitch` bytes apart: reference, distorted, covariance. */
export function addRow(from: usize, pitch: usize, w: i32, tables: usize, sums: usize): void {
  const spare = fillTail(from, pitch, w)
  const noises = v128.load_splat<u64>(DOUBLES)
  const epsilon = v128.load_splat<u64>(DOUBLES, 8)
  const limit = v128.load_splat<u64>(DOUBLES, 16)
  const greatest = v128.load_splat<u32>(INTEGERS)
  const mask = v128.load_splat<u32>(INTEGERS, 4)
  const table = i32x4.splat(<i32>tables)
  const zero = i32x4.splat(0)
  let active = i32x4.splat(0)
  let flatDistortion = i64x2.splat(0)
  let denBits = i32x4.splat(0)
  let numBits = i32x4.splat(0)
  let negBits = i32x4.splat(0)
  let den: i64 = 0
  let num: i64 = 0
  let neg: i64 = 0
  let vectors: i64 = 0
  const end = from + (<usize>(w + spare) << 2)
  for (let at = from; at < end; at += 16) {
    const reference = v128.load(at)
    const dis = v128.load(at + pitch)
    const isActive = i32x4.gt_s(reference, greatest)
    if (!i32x4.all_true(isActive)) {
      const distortion = v128.andnot(i32x4.max_s(dis, zero), isActive)
      flatDistortion = i64x2.add(flatDistortion, i64x2.add(i64x2.extend_low_i32x4_u(distortion), i64x2.extend_high_i32x4_u(distortion)))
      if (!v128.any_true(isActive)) continue
    }
    active = i32x4.sub(active, isActive)
    vectors += 1
    const ref = v128.and(reference, isActive)
    const refLow = doublesOf(ref)
    const refHigh = upperDoublesOf(ref)
    const total = upperWords(f64x2.add(refLow, noises), f64x2.add(refHigh, noises))
    denBits = i32x4.add(denBits, i32x4.shr_u(total, 20))
    den += tableSum(addressesOf(total, mask, table))
    const covariance = v128.load(at + 2 * pitch)
    const counts = v128.and(isActive, v128.and(i32x4.gt_s(covariance, zero), i32x4.gt_s(dis, zero)))
    if (!v128.any_true(counts)) continue
    const both = v128.and(covariance, counts)
    const distorted = v128.and(dis, counts)
    const bothLow = doublesOf(both)
    const bothHigh = upperDoublesOf(both)
    const gainLow = f64x2.div(bothLow, f64x2.add(refLow, epsilon))
    const gainHigh = f64x2.div(bothHigh, f64x2.add(refHigh, epsilon))
    const residualLow = residualOf(doublesOf(distorted), gainLow, bothLow, zero, noises)
    const residualHigh = residualOf(upperDoublesOf(distorted), gainHigh, bothHigh, zero, noises)
    const residual = upperWords(residualLow, residualHigh)
    const residualBits = i32x4.shr_u(residual, 20)
    const residualTable = tableSum(addressesOf(residual, mask, table))
    const signalLow = signal(f64x2.pmin(gainLow, limit), refLow)
    const signalHigh = signal(f64x2.pmin(gainHigh, limit), refHigh)
    const received = upperWords(f64x2.add(residualLow, signalLow), f64x2.add(residualHigh, signalHigh))
    const bits = i32x4.sub(i32x4.shr_u(received, 20), residualBits)
    const tableValue = tableSum(addressesOf(received, mask, table)) - residualTable
    numBits = i32x4.add(numBits, bits)
    num += tableValue
    if (v128.any_true(v128.or(f64x2.gt(signalLow, refLow), f64x2.gt(signalHigh, refHigh)))) {
      const plain = upperWords(f64x2.add(residualLow, f64x2.pmin(signalLow, refLow)), f64x2.add(residualHigh, f64x2.pmin(signalHigh, refHigh)))
      negBits = i32x4.add(negBits, i32x4.sub(i32x4.shr_u(plain, 20), residualBits))
      neg += tableSum(addressesOf(plain, mask, table)) - residualTable
    } else {
      negBits = i32x4.add(negBits, bits)
      neg += tableValue
    }
  }
  addTo(sums, FLAT, <i64>w - <i64>sum32(active))
  addTo(sums, FLAT_DISTORTION, sum64(flatDistortion))
  addTo(sums, DEN, den + 2048 * <i64>sum32(denBits) - 4 * (2048 * EXPONENT + NOISE_LOG) * vectors)
  addTo(sums, NUM, num + 2048 * <i64>sum32(numBits))
  addTo(sums, NEG, neg + 2048 * <i64>sum32(negBits))
}

/** As {@link addRow}, by products: a factor is below 2^45, so 20 of them and what is left stay finite. */
export function addRowFast(from: usize, pitch: usize, w: i32, sums: usize): void {
  const spare = fillTail(from, pitch, w)
  const noises = v128.load_splat<u64>(DOUBLES)
  const epsilon = v128.load_splat<u64>(DOUBLES, 8)
  const limit = v128.load_splat<u64>(DOUBLES, 16)
  const greatest = v128.load_splat<u32>(INTEGERS)
  const zero = i32x4.splat(0)
  let active = i32x4.splat(0)
  let flatDistortion = i64x2.splat(0)
  let den = v128.load(sums + DEN_PRODUCT)
  let num = v128.load(sums + NUM_PRODUCT)
  let neg = v128.load(sums + NEG_PRODUCT)
  let res = v128.load(sums + RESIDUAL_PRODUCT)
  let denBits = i64x2.splat(0)
  let numBits = i64x2.splat(0)
  let negBits = i64x2.splat(0)
  let vectors: i64 = 0
  let factors = 0
  const end = from + (<usize>(w + spare) << 2)
  for (let at = from; at < end; at += 16) {
    const reference = v128.load(at)
    const dis = v128.load(at + pitch)
    const isActive = i32x4.gt_s(reference, greatest)
    if (!i32x4.all_true(isActive)) {
      const distortion = v128.andnot(i32x4.max_s(dis, zero), isActive)
      flatDistortion = i64x2.add(flatDistortion, i64x2.add(i64x2.extend_low_i32x4_u(distortion), i64x2.extend_high_i32x4_u(distortion)))
      if (!v128.any_true(isActive)) continue
    }
    active = i32x4.sub(active, isActive)
    vectors += 1
    const ref = v128.and(reference, isActive)
    const refLow = doublesOf(ref)
    const refHigh = upperDoublesOf(ref)
    den = f64x2.mul(den, f64x2.mul(f64x2.add(refLow, noises), f64x2.add(refHigh, noises)))
    const covariance = v128.load(at + 2 * pitch)
    const counts = v128.and(isActive, v128.and(i32x4.gt_s(covariance, zero), i32x4.gt_s(dis, zero)))
    const both = v128.and(covariance, counts)
    const distorted = v128.and(dis, counts)
    const bothLow = doublesOf(both)
    const bothHigh = upperDoublesOf(both)
    const gainLow = f64x2.div(bothLow, f64x2.add(refLow, epsilon))
    const gainHigh = f64x2.div(bothHigh, f64x2.add(refHigh, epsilon))
    const residualLow = residualOf(doublesOf(distorted), gainLow, bothLow, zero, noises)
    const residualHigh = residualOf(upperDoublesOf(distorted), gainHigh, bothHigh, zero, noises)
    res = f64x2.mul(res, f64x2.mul(residualLow, residualHigh))
    const signalLow = signal(f64x2.pmin(gainLow, limit), refLow)
    const signalHigh = signal(f64x2.pmin(gainHigh, limit), refHigh)
    num = f64x2.mul(num, f64x2.mul(f64x2.add(residualLow, signalLow), f64x2.add(residualHigh, signalHigh)))
    neg = f64x2.mul(neg, f64x2.mul(f64x2.add(residualLow, f64x2.pmin(signalLow, refLow)), f64x2.add(residualHigh, f64x2.pmin(signalHigh, refHigh))))
    factors += 2
    if (factors == 20) {
      factors = 0
      const residuals = exponentsOf(res)
      denBits = i64x2.add(denBits, exponentsOf(den))
      numBits = i64x2.add(numBits, i64x2.sub(exponentsOf(num), residuals))
      negBits = i64x2.add(negBits, i64x2.sub(exponentsOf(neg), residuals))
      den = mantissasOf(den)
      num = mantissasOf(num)
      neg = mantissasOf(neg)
      res = mantissasOf(res)
    }
  }
  addTo(sums, FLAT, <i64>w - <i64>sum32(active))
  addTo(sums, FLAT_DISTORTION, sum64(flatDistortion))
  addTo(sums, DEN, sum64(denBits) + sum64(exponentsOf(den)) - 4 * 17 * vectors)
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
