// Motion between two reference frames, the reference kernel: the difference is blurred, then its absolute values summed
// (notes/vmaf-spec.md §3, libvmaf 3.2.0; earlier versions blur each frame first).
import { mirrorRow, paddedRowBytes, PAD, rowOffsets, sample } from './pictures'

/** Taps from outside to centre, sum 65536 with their mirror. */
const OUTER: i64 = 3571
const INNER: i64 = 16004
const CENTRE: i64 = 26386
const REACH: i32 = 2
const OFFSETS: usize = 32

/** Bytes of scratch that {@link motionSad} needs. */
export function motionScratchBytes(w: i32, h: i32): i32 {
  return <i32>(OFFSETS + paddedRowBytes(w))
}

/** Mean absolute blurred difference of two luma planes in units of 8-bit code values. */
export function motionSad(previous: usize, current: usize, w: i32, h: i32, stride: i32, bits: i32, scratch: usize): f64 {
  const sum = bits == 8 ? sadOf<u8>(previous, current, w, h, stride, bits, scratch) : sadOf<u16>(previous, current, w, h, stride, bits, scratch)
  return <f64>sum / 256.0 / (<f64>w * <f64>h)
}

function sadOf<T>(previous: usize, current: usize, w: i32, h: i32, stride: i32, bits: i32, scratch: usize): i64 {
  const row = scratch + OFFSETS + (PAD << 2)
  const half: i64 = (<i64>1) << (bits - 1)
  let sad: i64 = 0
  for (let y = 0; y < h; y++) {
    rowOffsets(scratch, y, h, stride, REACH)
    for (let x = 0; x < w; x++) {
      const at = <usize>x * sizeof<T>()
      const blurred =
        OUTER * (difference<T>(previous, current, scratch, 0, at) + difference<T>(previous, current, scratch, 4, at)) +
        INNER * (difference<T>(previous, current, scratch, 1, at) + difference<T>(previous, current, scratch, 3, at)) +
        CENTRE * difference<T>(previous, current, scratch, 2, at)
      store<i32>(row + (<usize>x << 2), <i32>((blurred + half) >> bits))
    }
    mirrorRow(row, w, REACH)
    for (let x = 0; x < w; x++) {
      const at = row + (<usize>x << 2)
      const blurred =
        OUTER * (<i64>load<i32>(at - 8) + <i64>load<i32>(at + 8)) +
        INNER * (<i64>load<i32>(at - 4) + <i64>load<i32>(at + 4)) +
        CENTRE * <i64>load<i32>(at)
      sad += abs<i64>((blurred + 32768) >> 16)
    }
  }
  return sad
}

/** Previous minus current at column offset `at` of the k-th of the rows in `offsets`. */
// @ts-ignore: decorator
@inline
function difference<T>(previous: usize, current: usize, offsets: usize, k: i32, at: usize): i64 {
  const offset = at + <usize>load<i32>(offsets + (<usize>k << 2))
  return <i64>sample<T>(previous + offset) - <i64>sample<T>(current + offset)
}
