// Made pictures for tests of the kernels: painted by a function, in samples of any depth.

export type Size = { readonly w: number; readonly h: number; readonly bits: number }
/** A sample at a place: 0 is black, 1 white. */
export type Paint = (x: number, y: number) => number

/** Samples of a picture, rows without gaps, little endian above 8 bits. */
export function rasterize({ w, h, bits }: Size, paint: Paint): Uint8Array {
  const max = 2 ** bits - 1
  const samples = bits > 8 ? new Uint16Array(w * h) : new Uint8Array(w * h)
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) samples[y * w + x] = Math.round(Math.min(1, Math.max(0, paint(x, y))) * max)
  return new Uint8Array(samples.buffer)
}

/** Paints once, so that a random picture stays the same. */
export function remembered({ w, h }: Size, paint: Paint): Paint {
  const samples = Float64Array.from({ length: w * h }, (_, i) => paint(i % w, Math.floor(i / w)))
  return (x, y) => samples[y * w + x]!
}

/** Numerical Recipes' linear congruential generator; values in 0..1. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
