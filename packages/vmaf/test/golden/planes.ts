// Packs luma planes for the repository: the residual of a median predictor, then brotli. Lossless; raw planes are samples of
// one byte, or two little endian above 8 bits, without padding.
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'

/** What has to be known of planes to read them. */
export type PlaneShape = { readonly width: number; readonly height: number; readonly bits: number }

type Samples = Uint8Array | Uint16Array

/** Packs raw planes; what {@link unpackPlanes} undoes. */
export function packPlanes(raw: Uint8Array, { width, height, bits }: PlaneShape): Uint8Array {
  const samples = samplesOf(raw, bits)
  // Low bytes first, then high bytes: the high ones are nearly all zero and pack to almost nothing.
  const residual = new Uint8Array(raw.length)
  eachPrediction(samples, width, height, (at, predicted) => {
    // Modulo 2^16, which is how the sum comes back: 16-bit differences fold into 16 bits.
    const difference = ((samples[at]! - predicted) << 16) >> 16
    const folded = difference < 0 ? -2 * difference - 1 : 2 * difference
    residual[at] = bits > 8 ? folded & 255 : difference
    if (bits > 8) residual[samples.length + at] = folded >> 8
  })
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 }
  return brotliCompressSync(residual, { params })
}

/** Raw planes from what {@link packPlanes} made of them. */
export function unpackPlanes(packed: Uint8Array, { width, height, bits }: PlaneShape): Uint8Array {
  const residual = brotliDecompressSync(packed)
  const raw = new Uint8Array(residual.length)
  const samples = samplesOf(raw, bits)
  eachPrediction(samples, width, height, (at, predicted) => {
    const folded = residual[at]! + (bits > 8 ? residual[samples.length + at]! * 256 : 0)
    samples[at] = predicted + (bits === 8 ? folded : folded & 1 ? -(folded + 1) / 2 : folded / 2)
  })
  return raw
}

/** Calls `visit` for every sample in order with the median of left, above and left + above − corner, as in LOCO-I. */
function eachPrediction(
  samples: Samples,
  width: number,
  height: number,
  visit: (at: number, predicted: number) => void,
): void {
  for (let at = 0; at < samples.length; at++) {
    const x = at % width
    const y = Math.floor(at / width) % height
    const left = x > 0 ? samples[at - 1]! : y > 0 ? samples[at - width]! : 0
    const above = y > 0 ? samples[at - width]! : left
    const corner = x > 0 && y > 0 ? samples[at - width - 1]! : above
    visit(at, Math.max(Math.min(left, above), Math.min(Math.max(left, above), left + above - corner)))
  }
}

function samplesOf(raw: Uint8Array, bits: number): Samples {
  if (bits === 8) return raw
  if (raw.byteOffset % 2 === 0) return new Uint16Array(raw.buffer, raw.byteOffset, raw.byteLength / 2)
  return new Uint16Array(raw.slice().buffer)
}
