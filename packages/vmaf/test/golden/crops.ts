// Pictures cut from the fixtures, for what no golden pair has: odd sizes, 12 and 16 bit, all five models. crops.json holds what
// libvmaf 86da14d (in BtbN's build of ffmpeg n9.0.2) says about them, to six decimals, run on a CPU without AVX: its AVX-512
// code differs from its C code by up to 0.03 in adm_scale2 at some odd widths (129, 130, 193, 257, 258, 386, 513).
import type { Pair } from './kernels.ts'

/** Where a picture is cut from and what becomes of it. */
export type Crop = {
  /** Name of the fixture. */
  readonly of: string
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Frames taken from the start of the clip. */
  readonly count: number
  /** Bits a sample; those that the fixture has not are filled with a pattern that differs between the two clips. */
  readonly bits: number
}

/** All crops with a known result. */
export const crops: readonly Crop[] = [
  { of: 'g10', left: 1, top: 1, width: 349, height: 261, count: 3, bits: 8 },
  { of: 'g09', left: 11, top: 20, width: 129, height: 91, count: 3, bits: 8 },
  { of: 'g12', left: 40, top: 7, width: 96, height: 203, count: 3, bits: 8 },
  { of: 'g08', left: 3, top: 5, width: 333, height: 231, count: 3, bits: 10 },
  { of: 'g09', left: 201, top: 100, width: 201, height: 143, count: 3, bits: 12 },
  { of: 'g08', left: 150, top: 33, width: 97, height: 81, count: 3, bits: 12 },
  { of: 'g10', left: 0, top: 0, width: 257, height: 97, count: 3, bits: 16 },
]

/** Cuts both clips of a pair. */
export function cropPair(pair: Pair, { left, top, width, height, count, bits }: Crop): Pair {
  const cut = (raw: Uint8Array, salt: number): Uint8Array => {
    const from = pair.bits > 8 ? new Uint16Array(raw.slice().buffer) : raw
    const to = bits > 8 ? new Uint16Array(width * height * count) : new Uint8Array(width * height * count)
    for (let at = 0; at < to.length; at++) {
      const x = at % width
      const y = Math.floor(at / width) % height
      const frame = Math.floor(at / width / height)
      const low = (x * 7 + y * 13 + frame * 29 + x * y * salt) % (1 << (bits - pair.bits))
      const sample = from[(frame * pair.height + top + y) * pair.width + left + x]!
      to[at] = (sample << (bits - pair.bits)) + low
    }
    return new Uint8Array(to.buffer)
  }
  return { width, height, bits, ref: cut(pair.ref, 3), dis: cut(pair.dis, 5) }
}
