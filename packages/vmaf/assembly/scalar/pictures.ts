// What every kernel of the reference needs to read pictures: one sample of either width, a mirrored border, padded rows.
// Raw pointers only: the module owns no memory besides its constants (the host gives scratch).

/** Widest border any filter reaches over: half of 17 taps. */
export const PAD: i32 = 8

/** Rounds up to the 16 bytes that every buffer of a scratch area starts on. */
// @ts-ignore: decorator
@inline
export function align16(bytes: usize): usize {
  return (bytes + 15) & ~15
}

/** The sample at `address`: `T` is u8 for 8-bit pictures, u16 (little endian) for all deeper ones. */
// @ts-ignore: decorator
@inline
export function sample<T>(address: usize): u32 {
  return <u32>load<T>(address)
}

/** Index of the sample that stands in for `i` in 0..n−1: mirrored without repeating the edge (−1 → 1, n → n−2). */
export function mirrored(i: i32, n: i32): i32 {
  if (i < 0) return -i
  return i < n ? i : 2 * n - 2 - i
}

/** Bytes of a row of `width` 32-bit values with room for the mirrored border on both sides. */
export function paddedRowBytes(width: i32): usize {
  return align16(<usize>(width + 2 * PAD) << 2)
}

/** Fills `reach` 32-bit values on either side of `row` (pointer to its value 0) with the mirrored ones. */
export function mirrorRow(row: usize, width: i32, reach: i32): void {
  for (let k = 1; k <= reach; k++) {
    store<u32>(row - (<usize>k << 2), load<u32>(row + (<usize>k << 2)))
    store<u32>(row + (<usize>(width - 1 + k) << 2), load<u32>(row + (<usize>(width - 1 - k) << 2)))
  }
}

/** Writes the byte offsets of the `2·reach + 1` rows around row `y` to `offsets` (32-bit each), mirrored at the border. */
export function rowOffsets(offsets: usize, y: i32, height: i32, stride: i32, reach: i32): void {
  for (let k = -reach; k <= reach; k++) {
    store<i32>(offsets + (<usize>(k + reach) << 2), mirrored(y + k, height) * stride)
  }
}
