// Seeded mutations of a media file: the same number gives the same bytes on every machine.

/** mulberry32: small, fast and the same everywhere. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Flips bytes, cuts, repeats or zeroes pieces of `seed`; headers are hit as often as bodies. */
export function mutate(seed: Uint8Array, number: number): Uint8Array {
  const next = random(number * 7919 + 1)
  const below = (limit: number): number => Math.floor(next() * Math.max(1, limit))
  let bytes = Uint8Array.from(seed)
  const where = (): number => (next() < 0.5 ? below(Math.min(2048, bytes.length)) : below(bytes.length))
  const times = 1 + below(6)
  for (let i = 0; i < times; i++) {
    const at = where()
    const length = 1 + below(64)
    switch (below(6)) {
      case 0:
        bytes[at] = below(256)
        break
      case 1:
        bytes = bytes.slice(0, at)
        break
      case 2:
        bytes.fill(0, at, at + length)
        break
      case 3:
        bytes.fill(0xff, at, at + Math.min(length, 8))
        break
      case 4:
        bytes.copyWithin(where(), at, at + length)
        break
      default:
        for (let k = 0; k < length; k++) bytes[below(bytes.length)] = below(256)
    }
  }
  return bytes
}
