// Fourier transform of a power of two, in place.

/** Forward; for the inverse hand over `imaginary` as `real` and the other way round, and divide by the length. */
export function transform(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i >= j) continue
    ;[real[i], real[j]] = [real[j]!, real[i]!]
    ;[imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!]
  }
  for (let size = 2; size <= n; size <<= 1) {
    const half = size >> 1
    const step = (-2 * Math.PI) / size
    for (let k = 0; k < half; k++) {
      const cos = Math.cos(step * k)
      const sin = Math.sin(step * k)
      for (let i = k; i < n; i += size) {
        const j = i + half
        const re = real[j]! * cos - imaginary[j]! * sin
        const im = real[j]! * sin + imaginary[j]! * cos
        real[j] = real[i]! - re
        imaginary[j] = imaginary[i]! - im
        real[i] = real[i]! + re
        imaginary[i] = imaginary[i]! + im
      }
    }
  }
}
