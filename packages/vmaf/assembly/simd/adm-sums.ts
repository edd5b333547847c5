// ADM: the cubic sums of one row, of the reference (denominator) and of what is restored and not masked (numerator), in 64-bit
// lanes (notes/vmaf-spec.md §4.5, §4.6). Columns outside the inner region are masked out.
import { AROUND, CENTRE } from './adm-decouple'

/** In memory and not in the code: see adm-taps.ts. */
const FACTOR: usize = memory.data<i32>([36453])
const FACTOR_D: usize = memory.data<i32>([49417])
const HALF_29: usize = memory.data<i64>([268435456])
const HALF_30: usize = memory.data<i64>([536870912])

/**
 * Adds a row's numerators of one variant to the three u64 at `sums`. `above`, `here`, `below` are slots as `decouple` leaves
 * them, `T` is u16 (scale 0) or i32; `inside` has −1 per 32-bit column of the inner region, otherwise 0; `from` and `to` are
 * multiples of 4. `width` is ⌈log2 of the band's width⌉, `rowShift` that of its height.
 */
export function numerators<T>(above: usize, here: usize, below: usize, row: usize, inside: usize, from: i32, to: i32, width: i32, rowShift: i32, sums: usize): void {
  const factor = v128.load32_splat(FACTOR)
  const factorD = v128.load32_splat(FACTOR_D)
  const half29 = v128.load64_splat(HALF_29)
  const half30 = v128.load64_splat(HALF_30)
  const shift = sizeof<T>() == 2 ? width - 4 : width
  const shiftD = sizeof<T>() == 2 ? width - 3 : width
  const half = i64x2.splat((<i64>1) << <i64>(shift - 1))
  const halfD = i64x2.splat((<i64>1) << <i64>(shiftD - 1))
  let sumH = i64x2.splat(0)
  let sumV = i64x2.splat(0)
  let sumD = i64x2.splat(0)
  let at = <usize>from << 2
  const end = <usize>to << 2
  const around = AROUND * row
  let before = column(above + around, here + around, below + around, at - 16)
  let now = column(above + around, here + around, below + around, at)
  for (; at < end; at += 16) {
    const after = column(above + around, here + around, below + around, at + 16)
    const threshold = i32x4.add(
      i32x4.add(i32x4.shuffle(before, now, 3, 4, 5, 6), i32x4.shuffle(now, after, 1, 2, 3, 4)),
      i32x4.add(now, v128.load(here + CENTRE * row + at)))
    before = now
    now = after
    const mask = v128.load(inside + at)
    if (sizeof<T>() == 2) {
      // 12 bits more still fit: the wavelet keeps energy (times 64² here), so the 64 pixels under nine places of three bands
      // allow thresholds of 3.9e5 at most.
      const short = here + (at >> 1)
      const straight = i32x4.shl(threshold, 10)
      const overH = over(i32x4.mul(v128.load_ext<u16>(short), factor), straight, mask)
      const overV = over(i32x4.mul(v128.load_ext<u16>(short + row), factor), straight, mask)
      const overD = over(
        i32x4.mul(v128.load_ext<u16>(short + 2 * row), factorD), i32x4.shl(threshold, 12), mask)
      sumH = addCubes(sumH, overH, 29, half29, half, shift)
      sumV = addCubes(sumV, overV, 29, half29, half, shift)
      sumD = addCubes(sumD, overD, 30, half30, halfD, shiftD)
    } else {
      sumH = addCubes(sumH, over(v128.load(here + at), threshold, mask), 30, half30, half, shift)
      sumV = addCubes(sumV, over(v128.load(here + row + at), threshold, mask), 30, half30, half, shift)
      sumD = addCubes(sumD, over(v128.load(here + 2 * row + at), threshold, mask), 30, half30, half, shift)
    }
  }
  addRow(sums, sumH, rowShift)
  addRow(sums + 8, sumV, rowShift)
  addRow(sums + 16, sumD, rowShift)
}

/** Adds a row's Σ|o|³ of one band at scale 0 to the u64 at `sum`. `from` and `to` are multiples of 8. */
export function cubesOfWords(band: usize, inside: usize, from: i32, to: i32, rowShift: i32, sum: usize): void {
  let total = i64x2.splat(0)
  for (let x = from; x < to; x += 8) {
    const mask = inside + (<usize>x << 2)
    const size = v128.and(
      i16x8.abs(v128.load(band + (<usize>x << 1))), i16x8.narrow_i32x4_s(v128.load(mask), v128.load(mask, 16)))
    const low = i32x4.extend_low_i16x8_u(size)
    const high = i32x4.extend_high_i16x8_u(size)
    const squareLow = i32x4.extmul_low_i16x8_u(size, size)
    const squareHigh = i32x4.extmul_high_i16x8_u(size, size)
    total = i64x2.add(total, i64x2.add(
      i64x2.add(i64x2.extmul_low_i32x4_u(squareLow, low), i64x2.extmul_high_i32x4_u(squareLow, low)),
      i64x2.add(i64x2.extmul_low_i32x4_u(squareHigh, high), i64x2.extmul_high_i32x4_u(squareHigh, high))))
  }
  addRow(sum, total, rowShift)
}

/** Adds a row's Σ|o|³ of one band at scales 1 to 3 to the u64 at `sum`. `from` and `to` are multiples of 4. */
export function cubesDeep(band: usize, inside: usize, from: i32, to: i32, square: i32, perTerm: i32, rowShift: i32, sum: usize): void {
  // A whole unit is added before the shift, not half of one: so does libvmaf.
  const unit = i64x2.splat((<i64>1) << <i64>square)
  const half = i64x2.splat(perTerm > 0 ? (<i64>1) << <i64>(perTerm - 1) : 0)
  let total = i64x2.splat(0)
  for (let x = from; x < to; x += 4) {
    const at = <usize>x << 2
    const size = v128.and(i32x4.abs(v128.load(band + at)), v128.load(inside + at))
    const low = i64x2.shr_u(i64x2.add(i64x2.extmul_low_i32x4_u(size, size), unit), square)
    const high = i64x2.shr_u(i64x2.add(i64x2.extmul_high_i32x4_u(size, size), unit), square)
    const squares = i32x4.shuffle(low, high, 0, 2, 4, 6)
    total = i64x2.add(total, i64x2.shr_u(i64x2.add(i64x2.extmul_low_i32x4_u(squares, size), half), perTerm))
    total = i64x2.add(total, i64x2.shr_u(i64x2.add(i64x2.extmul_high_i32x4_u(squares, size), half), perTerm))
  }
  addRow(sum, total, rowShift)
}

// @ts-ignore: decorator
@inline
function column(above: usize, here: usize, below: usize, at: usize): v128 {
  return i32x4.add(i32x4.add(v128.load(above + at), v128.load(here + at)), v128.load(below + at))
}

// @ts-ignore: decorator
@inline
function over(value: v128, threshold: v128, mask: v128): v128 {
  return v128.and(i32x4.max_s(i32x4.sub(value, threshold), i32x4.splat(0)), mask)
}

/** Adds ((x² + half) >> square)·x >> shift, rounded, of four values below 2^31. */
// @ts-ignore: decorator
@inline
function addCubes(sum: v128, x: v128, square: i32, squareHalf: v128, half: v128, shift: i32): v128 {
  if (!v128.any_true(x)) return sum
  const low = i64x2.shr_u(i64x2.add(i64x2.extmul_low_i32x4_u(x, x), squareHalf), square)
  const high = i64x2.shr_u(i64x2.add(i64x2.extmul_high_i32x4_u(x, x), squareHalf), square)
  const squares = i32x4.shuffle(low, high, 0, 2, 4, 6)
  return i64x2.add(sum, i64x2.add(
    i64x2.shr_u(i64x2.add(i64x2.extmul_low_i32x4_u(squares, x), half), shift),
    i64x2.shr_u(i64x2.add(i64x2.extmul_high_i32x4_u(squares, x), half), shift)))
}

// @ts-ignore: decorator
@inline
function addRow(sum: usize, lanes: v128, shift: i32): void {
  const half: u64 = shift > 0 ? (<u64>1) << <u64>(shift - 1) : 0
  const row = <u64>i64x2.extract_lane(lanes, 0) + <u64>i64x2.extract_lane(lanes, 1)
  store<u64>(sum, load<u64>(sum) + ((row + half) >> <u64>shift))
}
