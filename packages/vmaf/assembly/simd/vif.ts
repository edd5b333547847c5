// VIF at four scales with SIMD: the same integers as the reference (assembly/scalar/vif.ts), two rows at a time, so that everything but
// the pictures stays in the caches. Filters are in vif-rows.ts, the rows they read in vif-pairs.ts, sums in vif-sums.ts.
import { align16, mirrored } from '../scalar/pictures'
import { vifReach } from '../scalar/vif-tables'
import { fillPair16, fillPair8 } from './vif-pairs'
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
  rowMeans0,
  rowMeans1,
  rowMeans2,
  rowMeans3,
  rowSquares0,
  rowSquares1,
  rowSquares2,
  rowSquares3,
  squares0,
  squares1,
  squares2,
  squares3,
} from './vif-rows'
import { addRow, addRowFast, beginSums, endSums, endSumsFast, SUMS_BYTES } from './vif-sums'

export { initVifTables, vifTablesBytes } from '../scalar/vif-tables'

/** Pointers to the nine pairs of rows of the widest filter. */
const POINTERS: usize = 48
const MOST_PAIRS: usize = 9
/** Bytes before and after a row: 8 mirrored values, and what is computed beyond the end. */
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

/** Bytes of a row of 32-bit variances, whole eights of them. */
function varianceBytes(w: i32): usize {
  return <usize>((w + 7) & ~7) << 2
}

/** Bytes of one of the four couples of quantities in a pair of 16-bit rows. */
function coupleBytes(w: i32): usize {
  return <usize>((w + 7) & ~7) << 3
}

function planeBytes(w: i32, h: i32): usize {
  return align16(<usize>w << 1) * <usize>h + 2 * GUARD
}

/** Bytes of scratch that {@link vif} and {@link vifFast} need for a picture of this size. */
export function vifScratchBytes(w: i32, h: i32): i32 {
  let bytes = POINTERS + SUMS_BYTES + 2 * QUANTITIES * rowBytes(w) + VARIANCES * varianceBytes(w)
  bytes += MOST_PAIRS * 4 * coupleBytes(w) + GUARD
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
  const rows = scratch + POINTERS + SUMS_BYTES
  const ring = rows + 2 * QUANTITIES * rowBytes(w) + VARIANCES * varianceBytes(w)
  let next = ring + MOST_PAIRS * 4 * coupleBytes(w) + GUARD
  for (let scale = 0; scale < 4; scale++) {
    const small = align16(<usize>(w >> 1) << 1)
    const smallRef = next + GUARD
    const smallDis = smallRef + planeBytes(w >> 1, h >> 1)
    next = smallDis + planeBytes(w >> 1, h >> 1) - GUARD
    measure(ref, dis, w, h, stride, scale, bits, tables, scratch, rows, ring, smallRef, smallDis, fast)
    const results = out + <usize>(scale * 24)
    if (fast) endSumsFast(scratch + POINTERS, results)
    else endSums(scratch + POINTERS, results)
    ref = smallRef
    dis = smallDis
    w >>= 1
    h >>= 1
    stride = <i32>small
  }
}

/** Adds up one scale and writes the pictures of the next one. */
function measure(ref: usize, dis: usize, w: i32, h: i32, stride: i32, scale: i32, bits: i32, tables: usize, pointers: usize, rows: usize, ring: usize, smallRef: usize, smallDis: usize, fast: bool): void {
  const sums = pointers + POINTERS
  const reach = vifReach(scale)
  const pitch = rowBytes(w)
  const first = rows + BEFORE
  const next = QUANTITIES * pitch
  const variances = rows + 2 * next
  const couple = coupleBytes(w)
  const is8 = scale == 0 && bits == 8
  const small = align16(<usize>(w >> 1) << 1)
  beginSums(sums)
  let filled = 0
  for (let i = 0; 2 * i < h; i++) {
    // Pair p holds rows 2p − reach and the one below: output rows 2i and 2i+1 read pairs i to i + reach.
    for (; filled <= i + reach; filled++) {
      const upper = <usize>(mirrored(2 * filled - reach, h) * stride)
      const lower = <usize>(mirrored(2 * filled + 1 - reach, h) * stride)
      const to = ring + <usize>(filled % (reach + 1)) * 4 * couple
      if (is8) fillPair8(ref, dis, upper, lower, w, to)
      else fillPair16(ref, dis, upper, lower, w, to, couple)
    }
    for (let j = 0; j <= reach; j++) store<u32>(pointers + (<usize>j << 2), <u32>(ring + <usize>((i + j) % (reach + 1)) * 4 * couple))
    if (scale < 3 && i < h >> 1) {
      const at = <usize>i * small
      halve(scale, is8, pointers, w, bits, first, pitch, smallRef + at, smallDis + at)
    }
    if (is8) columns8(pointers, <usize>w, first, pitch, next)
    else filterColumns(scale, bits, pointers, couple, <usize>w, first, pitch, next)
    const count = min<i32>(2, h - 2 * i)
    for (let k = 0; k < count; k++) {
      const row = first + <usize>k * next
      for (let q: usize = 0; q < QUANTITIES; q++) mirrorRow(row + q * pitch, w)
      filterRows(scale, row, pitch, w, variances)
      if (fast) addRowFast(variances, varianceBytes(w), w, sums)
      else addRow(variances, varianceBytes(w), w, tables, sums)
    }
  }
}

/** The eight rows of 16-bit pictures down the columns, for two rows of the picture. */
function filterColumns(scale: i32, bits: i32, pairs: usize, couple: usize, w: usize, to: usize, pitch: usize, next: usize): void {
  if (scale == 0) means0(pairs, w, bits, to, pitch, next)
  else if (scale == 1) means1(pairs, w, to, pitch, next)
  else if (scale == 2) means2(pairs, w, to, pitch, next)
  else means3(pairs, w, to, pitch, next)
  for (let q: usize = 1; q < 4; q++) {
    const at = to + 2 * q * pitch
    if (scale == 0) squares0(pairs, q * couple, w, 2 * (bits - 8), at, pitch, next)
    else if (scale == 1) squares1(pairs, q * couple, w, at, pitch, next)
    else if (scale == 2) squares2(pairs, q * couple, w, at, pitch, next)
    else squares3(pairs, q * couple, w, at, pitch, next)
  }
}

/** The eight rows along the row, down to variances of the reference, of the distorted, and covariance. */
function filterRows(scale: i32, row: usize, pitch: usize, width: i32, to: usize): void {
  const w = <usize>width
  const out = varianceBytes(width)
  if (scale == 0) rowMeans0(row, pitch, w, to, out)
  else if (scale == 1) rowMeans1(row, pitch, w, to, out)
  else if (scale == 2) rowMeans2(row, pitch, w, to, out)
  else rowMeans3(row, pitch, w, to, out)
  for (let q: usize = 0; q < VARIANCES; q++) {
    const at = row + (2 + 2 * q) * pitch
    if (scale == 0) rowSquares0(at, pitch, w, to + q * out)
    else if (scale == 1) rowSquares1(at, pitch, w, to + q * out)
    else if (scale == 2) rowSquares2(at, pitch, w, to + q * out)
    else rowSquares3(at, pitch, w, to + q * out)
  }
}

/** One row of both pictures at half the size, for the scale after `scale`, from the rows that are at hand. */
function halve(scale: i32, is8: bool, pairs: usize, w: i32, bits: i32, rows: usize, pitch: usize, ref: usize, dis: usize): void {
  // The smaller filter begins later in the window: its reach is half of this scale's, the pairs are two rows high.
  const begin = pairs + (<usize>(vifReach(scale) >> 2) << 2)
  if (is8) halveColumns8(begin, <usize>w, rows, pitch)
  else if (scale == 0) halveColumns1(begin, <usize>w, bits, rows, pitch)
  else if (scale == 1) halveColumns2(begin, <usize>w, rows, pitch)
  else halveColumns3(begin, <usize>w, rows, pitch)
  mirrorRow(rows, w)
  mirrorRow(rows + pitch, w)
  const half = <usize>(w >> 1)
  if (scale == 0) {
    halveRow1(rows, half, ref)
    halveRow1(rows + pitch, half, dis)
  } else if (scale == 1) {
    halveRow2(rows, half, ref)
    halveRow2(rows + pitch, half, dis)
  } else {
    halveRow3(rows, half, ref)
    halveRow3(rows + pitch, half, dis)
  }
}

/** Fills eight 16-bit values on either side of a row with the mirrored ones: the narrower filters read fewer. */
// @ts-ignore: decorator
@inline
function mirrorRow(row: usize, w: i32): void {
  const end = row + (<usize>w << 1)
  const before = v128.load(row, 2)
  const after = v128.load(end - 18)
  v128.store(row - 16, v128.shuffle<i16>(before, before, 7, 6, 5, 4, 3, 2, 1, 0))
  v128.store(end, v128.shuffle<i16>(after, after, 7, 6, 5, 4, 3, 2, 1, 0))
}
