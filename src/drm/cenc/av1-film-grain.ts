// Passes over the film grain parameters of an AV1 frame (5.9.30), the last thing in its header.
import type { Av1Sequence } from './av1-sequence.ts'
import type { BitReader } from './bit-reader.ts'

export function skipFilmGrain(bits: BitReader, seq: Av1Sequence, inter: boolean): void {
  if (!bits.flag()) return
  bits.skip(16)
  if (inter && !bits.flag()) {
    bits.skip(3)
    return
  }
  const luma = bits.u(4)
  bits.skip(16 * luma)
  const fromLuma = !seq.monochrome && bits.flag()
  let [cb, cr] = [0, 0]
  if (!seq.monochrome && !fromLuma && !(seq.subsamplingX && seq.subsamplingY && luma === 0)) {
    cb = bits.u(4)
    bits.skip(16 * cb)
    cr = bits.u(4)
    bits.skip(16 * cr)
  }
  bits.skip(2)
  const lag = bits.u(2)
  const lumaPositions = 2 * lag * (lag + 1)
  const chromaPositions = luma > 0 ? lumaPositions + 1 : lumaPositions
  if (luma > 0) bits.skip(8 * lumaPositions)
  if (fromLuma || cb > 0) bits.skip(8 * chromaPositions)
  if (fromLuma || cr > 0) bits.skip(8 * chromaPositions)
  bits.skip(4)
  if (cb > 0) bits.skip(25)
  if (cr > 0) bits.skip(25)
  bits.skip(2)
}
