// ADM: the cubic sums of a scale over its inner region, of the reference (denominator) and of what is restored and not
// masked (numerator). notes/vmaf-spec.md §4.5, §4.6.
import { D, H, sensitivity, sensitivityFactor, V } from './adm-tables'

/** ⌈log2 n⌉ for n ≥ 1. */
export function ceilLog2(n: i32): i32 {
  return 32 - clz<i32>(n - 1)
}

/** Cube root in single precision. The exponent is the single-precision third, as libvmaf has it. */
export function cubeRoot(x: f32): f32 {
  return Mathf.pow(x, <f32>1.0 / <f32>3.0)
}

/** What every band adds to its cube root: that of 1/32 of the area. */
export function floorOf(left: i32, top: i32, right: i32, bottom: i32): f32 {
  return cubeRoot(<f32>(<f64>((right - left) * (bottom - top)) / 32.0))
}

/** Denominator of a scale; `ref` holds the planes h, v, d of the reference, `plane` bytes apart, `w` wide. */
export function denominator(ref: usize, plane: usize, w: i32, left: i32, top: i32, right: i32, bottom: i32, scale: i32, tables: usize): f32 {
  const least = floorOf(left, top, right, bottom)
  let sum = cubeRoot(contrastOf(ref, w, left, top, right, bottom, scale, sensitivity(tables, scale, H))) + least
  sum += cubeRoot(contrastOf(ref + plane, w, left, top, right, bottom, scale, sensitivity(tables, scale, V))) + least
  sum += cubeRoot(contrastOf(ref + 2 * plane, w, left, top, right, bottom, scale, sensitivity(tables, scale, D))) + least
  return sum
}

/** Σ|o|³ of one band times the cube of its sensitivity. The shifts keep the sums of the original within 64 bits. */
function contrastOf(band: usize, w: i32, left: i32, top: i32, right: i32, bottom: i32, scale: i32, factor: f32): f32 {
  const square: u64 = scale == 2 ? 30 : 31
  const perTerm: u64 = scale == 0 ? 0 : <u64>ceilLog2(right - left)
  const perRow: u64 = scale == 0 ? <u64>max<i32>(0, ceilLog2((right - left) * (bottom - top)) - 20) : <u64>ceilLog2(bottom - top)
  const termHalf: u64 = perTerm > 0 ? (<u64>1) << (perTerm - 1) : 0
  const rowHalf: u64 = perRow > 0 ? (<u64>1) << (perRow - 1) : 0
  let sum: u64 = 0
  for (let y = top; y < bottom; y++) {
    let row: u64 = 0
    for (let x = left; x < right; x++) {
      const o = <i64>load<i32>(band + ((<usize>y * <usize>w + <usize>x) << 2))
      const size = <u64>abs<i64>(o)
      if (scale == 0) row += size * size * size
      // A whole unit is added before the shift, not half of one: so does libvmaf.
      else row += (((size * size + ((<u64>1) << square)) >> square) * size + termHalf) >> perTerm
    }
    sum += (row + rowHalf) >> perRow
  }
  const exponent = (scale == 0 ? 18 : scale == 1 ? 32 : scale == 2 ? 27 : 23) - <i32>perRow - <i32>perTerm
  return <f32>(<f64>sum / powerOfTwo(exponent) * (<f64>factor * <f64>factor * <f64>factor))
}

/** Numerator of a scale; `restored`, `around` and `centre` as `decouple` leaves them; `w` × `h` is the size of the band. */
export function numerator(restored: usize, around: usize, centre: usize, plane: usize, w: i32, h: i32, left: i32, top: i32, right: i32, bottom: i32, scale: i32, tables: usize): f32 {
  const least = floorOf(left, top, right, bottom)
  let sum: f32 = 0.0
  for (let band = H; band <= D; band++) {
    const unmasked = unmaskedOf(restored + <usize>band * plane, around, centre, w, h, left, top, right, bottom, scale, band, tables)
    sum += cubeRoot(unmasked) + least
  }
  return sum
}

/** Σ of the cubes of what one band shows above the masking threshold. */
function unmaskedOf(band: usize, around: usize, centre: usize, w: i32, h: i32, left: i32, top: i32, right: i32, bottom: i32, scale: i32, which: i32, tables: usize): f32 {
  const factor = <i64>sensitivityFactor(tables, scale, which)
  const diagonal = which == D
  const squareShift: i64 = scale == 0 && !diagonal ? 29 : 30
  const thresholdShift: i64 = diagonal ? 12 : 10
  const termShift: i64 = <i64>ceilLog2(w) - (scale > 0 ? 0 : diagonal ? 3 : 4)
  const rowShift: i64 = <i64>ceilLog2(h)
  const squareHalf: i64 = (<i64>1) << (squareShift - 1)
  const termHalf: i64 = termShift > 0 ? (<i64>1) << (termShift - 1) : 0
  const rowHalf: i64 = (<i64>1) << (rowShift - 1)
  let sum: i64 = 0
  for (let y = top; y < bottom; y++) {
    let row: i64 = 0
    for (let x = left; x < right; x++) {
      const at = (<usize>y * <usize>w + <usize>x) << 2
      const threshold = <i64>thresholdAt(around, centre, x, y, w, h)
      const r = <i64>load<i32>(band + at)
      const over: i64 = scale == 0
        ? abs<i64>(r * factor) - (threshold << thresholdShift)
        : abs<i64>((r * factor + 134217728) >> 28) - threshold
      if (over <= 0) continue
      const square = (over * over + squareHalf) >> squareShift
      row += (square * over + termHalf) >> termShift
    }
    sum += (row + rowHalf) >> rowShift
  }
  const total = scale == 0 ? (diagonal ? 57 : 52) : scale == 1 ? 45 : scale == 2 ? 39 : 36
  return <f32>(<f64>sum / powerOfTwo(total - <i32>termShift - <i32>rowShift))
}

/** Masking at a place: what the eight neighbours lend and what the place has itself, over all three bands. */
// @ts-ignore: decorator
@inline
function thresholdAt(around: usize, centre: usize, x: i32, y: i32, w: i32, h: i32): i32 {
  // Outside the band −1 is 1 and n is n−1; the inner region touches the edge only in bands narrower than 15.
  const above = <usize>(y == 0 ? 1 : y - 1) * <usize>w
  const here = <usize>y * <usize>w
  const below = <usize>(y == h - 1 ? y : y + 1) * <usize>w
  const before = <usize>(x == 0 ? 1 : x - 1)
  const after = <usize>(x == w - 1 ? x : x + 1)
  const same = <usize>x
  return at(around, above + before) + at(around, above + same) + at(around, above + after) +
    at(around, here + before) + at(centre, here + same) + at(around, here + after) +
    at(around, below + before) + at(around, below + same) + at(around, below + after)
}

// @ts-ignore: decorator
@inline
function at(plane: usize, index: usize): i32 {
  return load<i32>(plane + (index << 2))
}

/** 2^n for |n| < 1000, exact. */
export function powerOfTwo(n: i32): f64 {
  return reinterpret<f64>((<i64>(1023 + n)) << 52)
}
