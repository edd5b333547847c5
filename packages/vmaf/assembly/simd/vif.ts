// VIF at four scales with SIMD: the same integers as the reference (assembly/scalar/vif.ts), row by row, so that everything but the
// pictures stays in the first caches. Filters are in vif-rows.ts, sums in vif-sums.ts.
import { align16, mirrored } from '../scalar/pictures'
import { vifReach } from '../scalar/vif-tables'
import {
  columns8,
  halveColumns1,
  halveColumns2,
  halveColumns3,
  halveColumns8,
  halveRow1,
  halveRow2,
  halveRow3,
  means0,
  means1,
  means2,
  means3,
  squares0,
  squares1,
  squares2,
  squares3,
  variances0,
  variances1,
  variances2,
  variances3,
} from './vif-rows'
import { addRow, addRowFast, beginSums, endSums, endSumsFast, SUMS_BYTES } from './vif-sums'

export { initVifTables, vifTablesBytes } from '../scalar/vif-tables'

const BIAS: v128 = i16x8.splat(-32768)
/** Pointers to the 17 rows of the widest filter. */
const POINTERS: usize = 80
/** Values before and after a row: 8 mirrored ones, rounded to whole vectors, and what is computed beyond the end. */
const BEFORE: usize = 32
const AFTER: usize = 96
/** Rows of one picture row: two means, and both halves of three squares. */
const QUANTITIES: usize = 8
/** Variance of the reference, of the distorted, covariance. */
const VARIANCES: usize = 3
/** Bytes that kernels may read before and after a plane. */
const GUARD: usize = 64

/** Bytes of a row of 16-bit values with its margins. */
function rowBytes(w: i32): usize {
  return align16(<usize>w << 1) + BEFORE + AFTER
}

function varianceBytes(w: i32): usize {
  return align16(<usize>w << 2) + 32
}

function planeBytes(w: i32, h: i32): usize {
  return align16(<usize>w << 1) * <usize>h + 2 * GUARD
}

/** Bytes of scratch that {@link vif} and {@link vifFast} need for a picture of this size. */
export function vifScratchBytes(w: i32, h: i32): i32 {
  let bytes = POINTERS + SUMS_BYTES + QUANTITIES * rowBytes(w) + VARIANCES * varianceBytes(w)
  bytes += 17 * QUANTITIES * rowBytes(w)
  for (let scale = 1; scale < 4; scale++) bytes += 2 * planeBytes(w >> scale, h >> scale)
  return <i32>bytes
}

/**
 * Writes 12 f64 to `out`: numerator (gain limit 100), numerator NEG (gain limit 1) and denominator of scales 0 to 3, each a
 * single-precision value widened. `tables` from `initVifTables`; planes and scratch 16-byte aligned; `stride` in bytes.
 */
export function vif(ref: usize, dis: usize, w: i32, h: i32, stride: i32, bits: i32, tables: usize, scratch: usize, out: usize): void {
  allScales(ref, dis, w, h, stride, bits, tables, scratch, out, false)
}

/** As {@link vif}, with logarithms of products in place of sums of rounded logarithms: at most 1e-5 away in each scale. */
export function vifFast(ref: usize, dis: usize, w: i32, h: i32, stride: i32, bits: i32, tables: usize, scratch: usize, out: usize): void {
  allScales(ref, dis, w, h, stride, bits, tables, scratch, out, true)
}

function allScales(ref: usize, dis: usize, w: i32, h: i32, stride: i32, bits: i32, tables: usize, scratch: usize, out: usize, fast: bool): void {
  const pointers = scratch
  const sums = pointers + POINTERS
  const rows = sums + SUMS_BYTES
  const variances = rows + QUANTITIES * rowBytes(w)
  const ring = variances + VARIANCES * varianceBytes(w)
  let next = ring + 17 * QUANTITIES * rowBytes(w)
  for (let scale = 0; scale < 4; scale++) {
    if (scale > 0) {
      const small = align16(<usize>(w >> 1) << 1)
      const smallRef = next + GUARD
      const smallDis = smallRef + planeBytes(w >> 1, h >> 1)
      next = smallDis + planeBytes(w >> 1, h >> 1) - GUARD
      halve(ref, w, h, stride, scale, bits, pointers, rows, smallRef, small)
      halve(dis, w, h, stride, scale, bits, pointers, rows, smallDis, small)
      ref = smallRef
      dis = smallDis
      w >>= 1
      h >>= 1
      stride = <i32>small
    }
    measure(ref, dis, w, h, stride, scale, bits, tables, pointers, sums, rows, variances, ring, fast)
    const results = out + <usize>(scale * 24)
    if (fast) endSumsFast(sums, results)
    else endSums(sums, results)
  }
}

/** Adds up one scale in `sums`. */
function measure(ref: usize, dis: usize, w: i32, h: i32, stride: i32, scale: i32, bits: i32, tables: usize, pointers: usize, sums: usize, rows: usize, variances: usize, ring: usize, fast: bool): void {
  const reach = vifReach(scale)
  const pitch = rowBytes(w)
  const first = rows + BEFORE
  const out = varianceBytes(w)
  const width = <usize>w
  const isDeep = scale > 0 || bits > 8
  const shift = scale > 0 ? 16 : bits
  const squareShift = scale > 0 ? 16 : 2 * (bits - 8)
  beginSums(sums)
  let filled = 0
  for (let y = 0; y < h; y++) {
    if (!isDeep) {
      for (let k = -reach; k <= reach; k++) store<u32>(pointers + (<usize>(k + reach) << 2), <u32>(ref + <usize>(mirrored(y + k, h) * stride)))
      columns8(pointers, dis - ref, width, pitch, first)
    } else {
      const slots = 2 * reach + 1
      const last = min<i32>(y + reach, h - 1)
      for (; filled <= last; filled++) {
        const at = <usize>(filled * stride)
        expandRow(ref + at, dis + at, width, ring + <usize>(filled % slots) * QUANTITIES * pitch, pitch)
      }
      for (let k = -reach; k <= reach; k++) {
        const slot = <usize>(mirrored(y + k, h) % slots)
        store<u32>(pointers + (<usize>(k + reach) << 2), <u32>(ring + slot * QUANTITIES * pitch))
      }
      filterColumns(scale, pointers, pitch, width, 1 << (shift - 1), shift, 1 << (squareShift - 1), squareShift, first)
    }
    for (let q: usize = 0; q < QUANTITIES; q++) mirrorRow(first + q * pitch, w, reach)
    if (scale == 0) variances0(first, pitch, width, variances, out)
    else if (scale == 1) variances1(first, pitch, width, variances, out)
    else if (scale == 2) variances2(first, pitch, width, variances, out)
    else variances3(first, pitch, width, variances, out)
    if (fast) addRowFast(variances, out, w, sums)
    else addRow(variances, out, w, tables, sums)
  }
}

/** The eight rows of 16-bit pictures down the columns. */
function filterColumns(scale: i32, pointers: usize, pitch: usize, w: usize, half: i32, shift: i32, squareHalf: i32, squareShift: i32, to: usize): void {
  if (scale == 0) {
    means0(pointers, 0, w, half, shift, to)
    means0(pointers, pitch, w, half, shift, to + pitch)
    for (let q: usize = 2; q < QUANTITIES; q += 2) squares0(pointers, q * pitch, pitch, w, squareHalf, squareShift, to + q * pitch)
  } else if (scale == 1) {
    means1(pointers, 0, w, half, shift, to)
    means1(pointers, pitch, w, half, shift, to + pitch)
    for (let q: usize = 2; q < QUANTITIES; q += 2) squares1(pointers, q * pitch, pitch, w, squareHalf, squareShift, to + q * pitch)
  } else if (scale == 2) {
    means2(pointers, 0, w, half, shift, to)
    means2(pointers, pitch, w, half, shift, to + pitch)
    for (let q: usize = 2; q < QUANTITIES; q += 2) squares2(pointers, q * pitch, pitch, w, squareHalf, squareShift, to + q * pitch)
  } else {
    means3(pointers, 0, w, half, shift, to)
    means3(pointers, pitch, w, half, shift, to + pitch)
    for (let q: usize = 2; q < QUANTITIES; q += 2) squares3(pointers, q * pitch, pitch, w, squareHalf, squareShift, to + q * pitch)
  }
}

/** Both pictures' samples and the halves of their squares and product, biased, to eight rows. */
function expandRow(ref: usize, dis: usize, w: usize, to: usize, pitch: usize): void {
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    const r = v128.load(ref + x2)
    const d = v128.load(dis + x2)
    const at = to + x2
    v128.store(at, v128.xor(r, BIAS))
    v128.store(at + pitch, v128.xor(d, BIAS))
    expandProduct(r, r, at + 2 * pitch, pitch)
    expandProduct(d, d, at + 4 * pitch, pitch)
    expandProduct(r, d, at + 6 * pitch, pitch)
  }
}

// @ts-ignore: decorator
@inline
function expandProduct(a: v128, b: v128, to: usize, pitch: usize): void {
  const low = i32x4.extmul_low_i16x8_u(a, b)
  const high = i32x4.extmul_high_i16x8_u(a, b)
  v128.store(to, v128.xor(v128.shuffle<i16>(low, high, 1, 3, 5, 7, 9, 11, 13, 15), BIAS))
  v128.store(to + pitch, v128.xor(v128.shuffle<i16>(low, high, 0, 2, 4, 6, 8, 10, 12, 14), BIAS))
}

/** Halves a plane for `scale` into 16-bit samples: filtered, then every second row and column; odd remainders fall off. */
function halve(plane: usize, w: i32, h: i32, stride: i32, scale: i32, bits: i32, pointers: usize, rows: usize, target: usize, targetStride: usize): void {
  const reach = vifReach(scale)
  const first = rows + BEFORE
  const width = <usize>w
  const half = <usize>(w >> 1)
  const shift = scale == 1 ? bits : 16
  for (let y = 0; y < h >> 1; y++) {
    for (let k = -reach; k <= reach; k++) store<u32>(pointers + (<usize>(k + reach) << 2), <u32>(plane + <usize>(mirrored(2 * y + k, h) * stride)))
    const to = target + <usize>y * targetStride
    if (scale == 1) {
      if (bits == 8) halveColumns8(pointers, width, first)
      else halveColumns1(pointers, width, 1 << (shift - 1), shift, first)
      mirrorRow(first, w, reach)
      halveRow1(first, half, to)
    } else if (scale == 2) {
      halveColumns2(pointers, width, 1 << (shift - 1), shift, first)
      mirrorRow(first, w, reach)
      halveRow2(first, half, to)
    } else {
      halveColumns3(pointers, width, 1 << (shift - 1), shift, first)
      mirrorRow(first, w, reach)
      halveRow3(first, half, to)
    }
  }
}

/** Fills `reach` 16-bit values on either side of a row with the mirrored ones. */
function mirrorRow(row: usize, w: i32, reach: i32): void {
  const end = row + (<usize>(w - 1) << 1)
  for (let k: usize = 2; k <= <usize>reach << 1; k += 2) {
    store<u16>(row - k, load<u16>(row + k))
    store<u16>(end + k, load<u16>(end - k))
  }
}
