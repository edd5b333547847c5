// ADM at four scales in SIMD: every scale goes through the picture row by row, from the wavelet to the sums, so that only `a`
// is ever a whole plane. Bit for bit what assembly/scalar/adm.ts computes; constants and tables are shared with it.
import { ceilLog2, cubeRoot, floorOf, powerOfTwo } from '../scalar/adm-sums'
import { D, H, sensitivity, sensitivityFactor } from '../scalar/adm-tables'
import { AROUND, decoupleWords, NEG_ROWS, SLOT_ROWS } from './adm-decouple'
import { decoupleDeep } from './adm-decouple-deep'
import { SPARE_BYTES } from './adm-direction'
import { LEAD } from './adm-horizontal'
import { passBytes, transformRow } from './adm-row'
import { cubesDeep, cubesOfWords, numerators } from './adm-sums'

export { admTablesBytes, initAdmTables } from '../scalar/adm-tables'

/** Nine u64 and the spare bytes of `decoupleWords`. */
const HEAD: usize = 80 + SPARE_BYTES

/** Bytes of scratch that {@link adm} needs for a picture of this size. */
export function admScratchBytes(w: i32, h: i32): i32 {
  const row = rowBytes((w + 1) >> 1)
  return <i32>(HEAD + 4 * passBytes(w) + (7 + 3 * SLOT_ROWS) * row + 2 * (planeBytes(w, h, 1) + 2 * planeBytes(w, h, 2)))
}

/**
 * Writes 12 f64 to `out`: numerator (gain limit 100), numerator NEG (gain limit 1) and denominator of scales 0 to 3, each a
 * single-precision value widened. `tables` from `initAdmTables`; planes and scratch 16-byte aligned; `stride` in bytes.
 */
export function adm(ref: usize, dis: usize, w: i32, h: i32, stride: i32, bits: i32, tables: usize, scratch: usize, out: usize): void {
  // Scales 0 and 2 write their `a` to one area (that of scale 2 in halves), scale 1 writes to the other.
  const area0 = scratch + HEAD + 4 * passBytes(w) + (7 + 3 * SLOT_ROWS) * rowBytes((w + 1) >> 1)
  const bytes0: usize = planeBytes(w, h, 1)
  const bytes1: usize = 2 * planeBytes(w, h, 2)
  let split: usize = 0
  for (let scale = 0; scale < 4; scale++) {
    const nextSplit = planeBytes(w, h, 1)
    const nextRef = scale == 1 ? area0 + 2 * bytes0 : area0
    const nextDis = nextRef + (scale == 1 ? bytes1 : bytes0)
    level(scale, ref, dis, w, h, stride, bits, split, nextRef, nextDis, nextSplit, tables, scratch, out + <usize>(scale * 24))
    ref = nextRef
    dis = nextDis
    split = nextSplit
    w = (w + 1) >> 1
    h = (h + 1) >> 1
    stride = <i32>wordRowBytes(w)
  }
}

/** One scale; `inW`, `inH` and `stride` describe its input. */
function level(scale: i32, ref: usize, dis: usize, inW: i32, inH: i32, stride: i32, bits: i32, split: usize, nextRef: usize, nextDis: usize, nextSplit: usize, tables: usize, scratch: usize, out: usize): void {
  const w = (inW + 1) >> 1
  const h = (inH + 1) >> 1
  const row = rowBytes(w)
  const spare = scratch + 80
  const pass = scratch + HEAD
  const inside = pass + 4 * passBytes(inW)
  const refBands = inside + row + LEAD
  const disBands = refBands + 3 * row
  const slots = disBands + 3 * row
  const slotBytes = SLOT_ROWS * row
  const nextStride = wordRowBytes(w)

  // The inner region is summed; one more column and row on each side masks it. It has the band's edge only if narrower than 15.
  const left = <i32>(<f64>w * 0.1 - 0.5)
  const top = <i32>(<f64>h * 0.1 - 0.5)
  const right = w - left
  const bottom = h - top
  const from = max<i32>(left - 1, 0) & ~7
  const to = (min<i32>(right + 1, w) + 7) & ~7
  for (let x = from; x < to; x++) store<i32>(inside + (<usize>x << 2), x >= left && x < right ? -1 : 0)
  memory.fill(scratch, 0, 80)

  const factor = sensitivityFactor(tables, scale, H)
  const factorD = sensitivityFactor(tables, scale, D)
  const perTerm = scale == 0 ? 0 : ceilLog2(right - left)
  const perRow = scale == 0 ? max<i32>(0, ceilLog2((right - left) * (bottom - top)) - 20) : ceilLog2(bottom - top)
  const square = scale == 2 ? 30 : 31
  const width = ceilLog2(w)
  const rowShift = ceilLog2(h)

  // Scale 3 has no next level, so nothing below the region is of use.
  const end = scale == 3 ? min<i32>(bottom + 1, h) : h
  for (let y = 0; y < end; y++) {
    const wanted = y >= top - 1 && y <= bottom
    const stop = wanted ? to : from
    const next = <usize>y * nextStride
    transformRow(scale, ref, inW, inH, stride, bits, split, y, pass, nextRef + next, nextSplit, refBands, row, from, stop)
    transformRow(scale, dis, inW, inH, stride, bits, split, y, pass, nextDis + next, nextSplit, disBands, row, from, stop)
    if (!wanted) continue
    const slot = slots + <usize>(y % 3) * slotBytes
    if (scale == 0) decoupleWords(refBands, disBands, row, slot, from, to, spare, tables)
    else decoupleDeep(refBands, disBands, row, slot, from, to, factor, factorD, spare)
    if (left == 0) {
      extendContrast(slot + AROUND * row, w)
      extendContrast(slot + (NEG_ROWS + AROUND) * row, w)
    }
    if (y >= top && y < bottom) {
      for (let band: usize = 0; band < 3; band++) {
        const sum = scratch + 48 + (band << 3)
        if (scale == 0) cubesOfWords(refBands + band * row, inside, from, to, perRow, sum)
        else cubesDeep(refBands + band * row, inside, from, to, square, perTerm, perRow, sum)
      }
    }
    if (y > top) numeratorRows(scale, slots, slotBytes, y - 1, h, row, inside, from, to, width, rowShift, scratch)
  }
  if (bottom == h) numeratorRows(scale, slots, slotBytes, h - 1, h, row, inside, from, to, width, rowShift, scratch)

  const least = floorOf(left, top, right, bottom)
  store<f64>(out, <f64>numerator(scratch, scale, width, rowShift, least))
  store<f64>(out, <f64>numerator(scratch + 24, scale, width, rowShift, least), 8)
  const total = (scale == 0 ? 18 : scale == 1 ? 32 : scale == 2 ? 27 : 23) - perRow - perTerm
  let sum: f32 = 0
  for (let band = H; band <= D; band++) {
    const rf = <f64>sensitivity(tables, scale, band)
    sum += cubeRoot(<f32>(<f64>load<u64>(scratch + 48 + (<usize>band << 3)) / powerOfTwo(total) * (rf * rf * rf))) + least
  }
  store<f64>(out, <f64>sum, 16)
}

/** Adds the numerators of row `y`, standard and NEG. Outside the band −1 is 1 and n is n−1. */
function numeratorRows(scale: i32, slots: usize, slotBytes: usize, y: i32, h: i32, row: usize, inside: usize, from: i32, to: i32, width: i32, rowShift: i32, sums: usize): void {
  const above = slots + <usize>((y == 0 ? 1 : y - 1) % 3) * slotBytes
  const here = slots + <usize>(y % 3) * slotBytes
  const below = slots + <usize>((y == h - 1 ? y : y + 1) % 3) * slotBytes
  const neg = NEG_ROWS * row
  if (scale == 0) {
    numerators<u16>(above, here, below, row, inside, from, to, width, rowShift, sums)
    numerators<u16>(above + neg, here + neg, below + neg, row, inside, from, to, width, rowShift, sums + 24)
  } else {
    numerators<i32>(above, here, below, row, inside, from, to, width, rowShift, sums)
    numerators<i32>(above + neg, here + neg, below + neg, row, inside, from, to, width, rowShift, sums + 24)
  }
}

function numerator(sums: usize, scale: i32, width: i32, rowShift: i32, least: f32): f32 {
  let sum: f32 = 0
  for (let band = H; band <= D; band++) {
    const total = scale == 0 ? (band == D ? 57 : 52) : scale == 1 ? 45 : scale == 2 ? 39 : 36
    const perTerm = scale == 0 ? (band == D ? width - 3 : width - 4) : width
    sum += cubeRoot(<f32>(<f64>load<i64>(sums + (<usize>band << 3)) / powerOfTwo(total - perTerm - rowShift))) + least
  }
  return sum
}

/** Fills columns −1 and w of a row of contrasts. */
function extendContrast(row: usize, w: i32): void {
  const end = row + (<usize>w << 2)
  store<i32>(row - 4, load<i32>(row, 4))
  store<i32>(end, load<i32>(end - 4))
}

/** Bytes of a row of 32-bit values of a band with four values to spare at the end. */
function rowBytes(w: i32): usize {
  return LEAD + (((<usize>w + 7) & ~7) << 2) + 16
}

/** Bytes of a row of `a` in 16-bit values. */
function wordRowBytes(w: i32): usize {
  return ((<usize>w + 7) & ~7) << 1
}

/** Bytes of a plane of 16-bit values after `levels` halvings. */
function planeBytes(w: i32, h: i32, levels: i32): usize {
  for (let i = 0; i < levels; i++) {
    w = (w + 1) >> 1
    h = (h + 1) >> 1
  }
  return wordRowBytes(w) * <usize>h
}
