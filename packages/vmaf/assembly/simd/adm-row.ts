// ADM: one output row of a wavelet level, both passes; where no band is wanted only `a`, the input of the next level, is made.
import { approximateHalves, approximateWords, bandHalves, bandWords, extendRow, LEAD } from './adm-horizontal'
import { verticalBytes, verticalPixels, verticalSplit, verticalWords } from './adm-vertical'

/** Bytes of one of the four rows between the passes, for an input `w` wide. */
export function passBytes(w: i32): usize {
  return LEAD + (((<usize>w + 15) & ~15) << 1) + 32
}

/**
 * Transforms row `y` of a level. Scale 0 reads pixels of `bits` bits and writes 16-bit `a`, h, v, d; from scale 1 on bands are
 * 32-bit and `a` is in halves, `split` bytes apart; scales 2 and 3 read such halves, `inSplit` bytes apart. Bands are written
 * to rows `bandRow` bytes apart in columns `from`..`to`−1 (multiples of 8; none if equal); `a` in all columns, but none at
 * scale 3. `pass` has four rows of {@link passBytes}.
 */
export function transformRow(scale: i32, plane: usize, w: i32, h: i32, stride: i32, bits: i32, inSplit: usize, y: i32, pass: usize, a: usize, split: usize, bands: usize, bandRow: usize, from: i32, to: i32): void {
  const size = passBytes(w)
  const low = pass + LEAD
  const high = low + 2 * size
  const r0 = plane + <usize>(border(2 * y - 1, h) * stride)
  const r1 = plane + <usize>(border(2 * y, h) * stride)
  const r2 = plane + <usize>(border(2 * y + 1, h) * stride)
  const r3 = plane + <usize>(border(2 * y + 2, h) * stride)
  const both = to > from
  if (scale > 1) verticalSplit(r0, r1, r2, r3, inSplit, w, low, high, size, both)
  else if (scale == 1) verticalWords(r0, r1, r2, r3, w, low, high, size, both)
  else if (bits == 8) verticalBytes(r0, r1, r2, r3, w, low, high, both)
  else verticalPixels(r0, r1, r2, r3, w, bits, low, high, both)
  extendRow(low, w)
  extendRow(high, w)
  if (scale > 0) {
    extendRow(low + size, w)
    extendRow(high + size, w)
  }
  const width = (w + 1) >> 1
  if (scale == 0) {
    approximateWords(low, a, 0, from)
    bandWords(low, high, a, bands, bandRow, from, to)
    approximateWords(low, a, to, width)
  } else if (scale == 2) {
    approximateHalves<u16>(low, size, a, split, width)
    bandHalves<u16>(low, high, size, bands, bandRow, from, to)
  } else {
    if (scale == 1) approximateHalves<u8>(low, size, a, split, width)
    bandHalves<u8>(low, high, size, bands, bandRow, from, to)
  }
}

/** −1 mirrors to 1 but beyond the far end the edge is repeated: n → n−1. */
function border(i: i32, n: i32): i32 {
  if (i < 0) return -i
  return i < n ? i : 2 * n - 1 - i
}
