// VIF at four scales, the reference: one row at a time, every integer as the specification (notes/vmaf-spec.md §2) has it.
// Standard and NEG differ in the gain limit of the numerator only, so both come out of one pass.
import { align16, mirrorRow, paddedRowBytes, PAD, rowOffsets, sample } from './pictures'
import { log2Of, vifFilter, vifReach } from './vif-tables'

export { initVifTables, vifTablesBytes } from './vif-tables'

/** Variance of the visual noise, 2.0 in 1/65536. */
const NOISE: i32 = 131072
/** log2(NOISE) in 1/2048. */
const NOISE_LOG: i64 = 34816
/** The five filtered quantities of a row: means of both pictures, squares of both, product. */
const ROWS: usize = 5
/** Room for the offsets of 17 rows. */
const OFFSETS: usize = 80

/** Bytes of scratch that {@link vif} needs for a picture of this size. */
export function vifScratchBytes(w: i32, h: i32): i32 {
  let bytes = OFFSETS + ROWS * paddedRowBytes(w)
  for (let scale = 1; scale < 4; scale++) bytes += 2 * planeBytes(w >> scale, h >> scale)
  return <i32>bytes
}

/**
 * Writes 12 f64 to `out`: numerator (gain limit 100), numerator NEG (gain limit 1) and denominator of scales 0 to 3, each a
 * single-precision value widened. `tables` from `initVifTables`; planes and scratch 16-byte aligned; `stride` in bytes.
 */
export function vif(ref: usize, dis: usize, w: i32, h: i32, stride: i32, bits: i32, tables: usize, scratch: usize, out: usize): void {
  const offsets = scratch
  const rows = offsets + OFFSETS
  let next = rows + ROWS * paddedRowBytes(w)
  for (let scale = 0; scale < 4; scale++) {
    if (scale > 0) {
      const small = <usize>(w >> 1) << 1
      const smallRef = next
      const smallDis = smallRef + planeBytes(w >> 1, h >> 1)
      next = smallDis + planeBytes(w >> 1, h >> 1)
      if (scale == 1 && bits == 8) {
        halve<u8>(ref, w, h, stride, scale, bits, tables, offsets, rows, smallRef, small)
        halve<u8>(dis, w, h, stride, scale, bits, tables, offsets, rows, smallDis, small)
      } else {
        const shift = scale == 1 ? bits : 16
        halve<u16>(ref, w, h, stride, scale, shift, tables, offsets, rows, smallRef, small)
        halve<u16>(dis, w, h, stride, scale, shift, tables, offsets, rows, smallDis, small)
      }
      ref = smallRef
      dis = smallDis
      w >>= 1
      h >>= 1
      stride = <i32>small
    }
    const results = out + <usize>(scale * 24)
    if (scale > 0) measure<u16>(ref, dis, w, h, stride, scale, 16, 16, tables, offsets, rows, results)
    else if (bits == 8) measure<u8>(ref, dis, w, h, stride, scale, 8, 0, tables, offsets, rows, results)
    else measure<u16>(ref, dis, w, h, stride, scale, bits, 2 * (bits - 8), tables, offsets, rows, results)
  }
}

function planeBytes(w: i32, h: i32): usize {
  return align16((<usize>w * <usize>h) << 1)
}

/** Adds up one scale and writes numerator, numerator NEG and denominator. */
function measure<T>(ref: usize, dis: usize, w: i32, h: i32, stride: i32, scale: i32, meanShift: i32, squareShift: i32, tables: usize, offsets: usize, rows: usize, out: usize): void {
  const reach = vifReach(scale)
  const taps = vifFilter(tables, scale)
  const pitch = paddedRowBytes(w)
  const first = rows + (PAD << 2)
  let log: i64 = 0
  let logNeg: i64 = 0
  let logDen: i64 = 0
  let flat: i64 = 0
  let flatDistortion: i64 = 0
  for (let y = 0; y < h; y++) {
    rowOffsets(offsets, y, h, stride, reach)
    filterColumns<T>(ref, dis, w, reach, taps, offsets, meanShift, squareShift, first, pitch)
    for (let r: usize = 0; r < ROWS; r++) mirrorRow(first + r * pitch, w, reach)
    for (let x = 0; x < w; x++) {
      let meanRef: u32 = 0
      let meanDis: u32 = 0
      let squareRef: u64 = 32768
      let squareDis: u64 = 32768
      let product: u64 = 32768
      let at = first + (<usize>(x - reach) << 2)
      for (let k = 0; k <= 2 * reach; k++) {
        const tap = load<u32>(taps + (<usize>k << 2))
        meanRef += tap * load<u32>(at)
        meanDis += tap * load<u32>(at + pitch)
        squareRef += <u64>tap * <u64>load<u32>(at + 2 * pitch)
        squareDis += <u64>tap * <u64>load<u32>(at + 3 * pitch)
        product += <u64>tap * <u64>load<u32>(at + 4 * pitch)
        at += 4
      }
      const varianceRef = <i32>(<u32>(squareRef >> 16) - productOf(meanRef, meanRef))
      const varianceDis = <i32>max<i32>(0, <i32>(<u32>(squareDis >> 16) - productOf(meanDis, meanDis)))
      const covariance = <i32>(<u32>(product >> 16) - productOf(meanRef, meanDis))
      if (varianceRef < NOISE) {
        flat += 1
        flatDistortion += varianceDis
        continue
      }
      logDen += log2Of(tables, <u64>(NOISE + varianceRef)) - NOISE_LOG
      if (covariance <= 0 || varianceDis <= 0) continue
      const gain = <f64>covariance / (<f64>varianceRef + 65536.0 * 1.0e-10)
      const residual = <i64>max<i32>(0, <i32>(<f64>varianceDis - gain * <f64>covariance)) + NOISE
      const residualLog = log2Of(tables, <u64>residual)
      log += log2Of(tables, <u64>(residual + signal(min<f64>(gain, 100.0), varianceRef))) - residualLog
      logNeg += log2Of(tables, <u64>(residual + signal(min<f64>(gain, 1.0), varianceRef))) - residualLog
    }
  }
  const flatPart = <f64>flat - <f64>flatDistortion / 16384.0 / 65025.0
  store<f64>(out, <f64>(<f32>(<f64>log / 2048.0 + flatPart)))
  store<f64>(out, <f64>(<f32>(<f64>logNeg / 2048.0 + flatPart)), 8)
  store<f64>(out, <f64>(<f32>(<f64>logDen / 2048.0 + <f64>flat)), 16)
}

/** Product of two means in the scale of the squares: (a·b + 2^31) >> 32. */
// @ts-ignore: decorator
@inline
function productOf(a: u32, b: u32): u32 {
  return <u32>((<u64>a * <u64>b + 0x80000000) >> 32)
}

/** The part of the variance that comes through with this gain, cut to an integer. */
// @ts-ignore: decorator
@inline
function signal(gain: f64, variance: i32): i64 {
  return <i64>(gain * gain * <f64>variance)
}

/** Filters the five quantities down the columns into the padded rows. */
function filterColumns<T>(ref: usize, dis: usize, w: i32, reach: i32, taps: usize, offsets: usize, meanShift: i32, squareShift: i32, first: usize, pitch: usize): void {
  const meanHalf: u32 = 1 << (meanShift - 1)
  const squareHalf: u64 = squareShift > 0 ? <u64>1 << (squareShift - 1) : 0
  for (let x = 0; x < w; x++) {
    let meanRef = meanHalf
    let meanDis = meanHalf
    let squareRef = squareHalf
    let squareDis = squareHalf
    let product = squareHalf
    const column = <usize>x * sizeof<T>()
    for (let k = 0; k <= 2 * reach; k++) {
      const at = column + <usize>load<i32>(offsets + (<usize>k << 2))
      const tap = load<u32>(taps + (<usize>k << 2))
      const r = sample<T>(ref + at)
      const d = sample<T>(dis + at)
      meanRef += tap * r
      meanDis += tap * d
      squareRef += <u64>tap * <u64>(r * r)
      squareDis += <u64>tap * <u64>(d * d)
      product += <u64>tap * <u64>(r * d)
    }
    const at = first + (<usize>x << 2)
    store<u32>(at, meanRef >> meanShift)
    store<u32>(at + pitch, meanDis >> meanShift)
    store<u32>(at + 2 * pitch, <u32>(squareRef >> squareShift))
    store<u32>(at + 3 * pitch, <u32>(squareDis >> squareShift))
    store<u32>(at + 4 * pitch, <u32>(product >> squareShift))
  }
}

/** Halves a plane for `scale` into 16-bit samples: filtered, then every second row and column; odd remainders fall off. */
function halve<T>(plane: usize, w: i32, h: i32, stride: i32, scale: i32, shift: i32, tables: usize, offsets: usize, rows: usize, target: usize, targetStride: usize): void {
  const reach = vifReach(scale)
  const taps = vifFilter(tables, scale)
  const first = rows + (PAD << 2)
  const half: u32 = 1 << (shift - 1)
  for (let y = 0; y < h >> 1; y++) {
    rowOffsets(offsets, 2 * y, h, stride, reach)
    for (let x = 0; x < w; x++) {
      let sum = half
      const column = plane + <usize>x * sizeof<T>()
      for (let k = 0; k <= 2 * reach; k++) {
        sum += load<u32>(taps + (<usize>k << 2)) * sample<T>(column + <usize>load<i32>(offsets + (<usize>k << 2)))
      }
      store<u32>(first + (<usize>x << 2), sum >> shift)
    }
    mirrorRow(first, w, reach)
    for (let x = 0; x < w >> 1; x++) {
      let sum: u32 = 32768
      const at = first + (<usize>(2 * x - reach) << 2)
      for (let k = 0; k <= 2 * reach; k++) {
        sum += load<u32>(taps + (<usize>k << 2)) * load<u32>(at + (<usize>k << 2))
      }
      store<u16>(target + <usize>y * targetStride + (<usize>x << 1), <u16>(sum >> 16))
    }
  }
}
