// One level of the db2 wavelet of ADM into four planes of 32-bit values (notes/vmaf-spec.md §4.1).
import { sample } from './pictures'

const LOW0: i64 = 15826
const LOW1: i64 = 27411
const LOW2: i64 = 7345
const LOW3: i64 = -4240
const HIGH0: i64 = -4240
const HIGH1: i64 = -7345
const HIGH2: i64 = 27411
const HIGH3: i64 = -15826
/** Sum of the low-pass taps: what mid-grey adds to the first level. */
const LOW_SUM: i64 = 46342

/** Rows of 32-bit values the transform works in: low and high half of one output row. */
export const WAVELET_ROWS: i32 = 2

/**
 * Transforms `plane` (samples of type `T`, `stride` in bytes) into a, h, v, d of ⌈w/2⌉ × ⌈h/2⌉ 32-bit values without padding.
 * `level` 0 takes pixels of `bits` bits and removes mid-grey; levels 1 to 3 take the `a` of the level before.
 */
export function transform<T>(plane: usize, w: i32, h: i32, stride: i32, level: i32, bits: i32, rows: usize, a: usize, bandH: usize, bandV: usize, bandD: usize): void {
  const vertical: i32 = level == 0 ? bits : level == 1 ? 0 : 16
  const horizontal: i64 = level == 1 || level == 3 ? 15 : 16
  const half: i64 = vertical > 0 ? <i64>1 << (vertical - 1) : 0
  const bias: i64 = level == 0 ? half - LOW_SUM * half : half
  const low = rows
  const high = rows + (<usize>w << 2)
  const bandW = (w + 1) >> 1
  const bandHeight = (h + 1) >> 1
  let to: usize = 0
  for (let y = 0; y < bandHeight; y++) {
    const row0 = plane + <usize>(border(2 * y - 1, h) * stride)
    const row1 = plane + <usize>(border(2 * y, h) * stride)
    const row2 = plane + <usize>(border(2 * y + 1, h) * stride)
    const row3 = plane + <usize>(border(2 * y + 2, h) * stride)
    for (let x = 0; x < w; x++) {
      const at = <usize>x * sizeof<T>()
      const s0 = value<T>(row0 + at)
      const s1 = value<T>(row1 + at)
      const s2 = value<T>(row2 + at)
      const s3 = value<T>(row3 + at)
      store<i32>(low + (<usize>x << 2), <i32>((lowPass(s0, s1, s2, s3) + bias) >> <i64>vertical))
      store<i32>(high + (<usize>x << 2), <i32>((highPass(s0, s1, s2, s3) + half) >> <i64>vertical))
    }
    for (let x = 0; x < bandW; x++) {
      const x0 = <usize>border(2 * x - 1, w) << 2
      const x1 = <usize>border(2 * x, w) << 2
      const x2 = <usize>border(2 * x + 1, w) << 2
      const x3 = <usize>border(2 * x + 2, w) << 2
      store<i32>(a + to, rounded(lowPass(value<i32>(low + x0), value<i32>(low + x1), value<i32>(low + x2), value<i32>(low + x3)), horizontal))
      store<i32>(bandV + to, rounded(highPass(value<i32>(low + x0), value<i32>(low + x1), value<i32>(low + x2), value<i32>(low + x3)), horizontal))
      store<i32>(bandH + to, rounded(lowPass(value<i32>(high + x0), value<i32>(high + x1), value<i32>(high + x2), value<i32>(high + x3)), horizontal))
      store<i32>(bandD + to, rounded(highPass(value<i32>(high + x0), value<i32>(high + x1), value<i32>(high + x2), value<i32>(high + x3)), horizontal))
      to += 4
    }
  }
}

/** −1 mirrors to 1 but beyond the far end the edge sample is repeated: n → n−1. */
function border(i: i32, n: i32): i32 {
  if (i < 0) return -i
  return i < n ? i : 2 * n - 1 - i
}

// @ts-ignore: decorator
@inline
function value<T>(address: usize): i64 {
  if (isSigned<T>()) return <i64>load<i32>(address)
  return <i64>sample<T>(address)
}

// @ts-ignore: decorator
@inline
function lowPass(s0: i64, s1: i64, s2: i64, s3: i64): i64 {
  return LOW0 * s0 + LOW1 * s1 + LOW2 * s2 + LOW3 * s3
}

// @ts-ignore: decorator
@inline
function highPass(s0: i64, s1: i64, s2: i64, s3: i64): i64 {
  return HIGH0 * s0 + HIGH1 * s1 + HIGH2 * s2 + HIGH3 * s3
}

// @ts-ignore: decorator
@inline
function rounded(sum: i64, shift: i64): i32 {
  return <i32>((sum + ((<i64>1) << (shift - 1))) >> shift)
}
