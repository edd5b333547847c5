// Clear and protected runs of one sample (ISO/IEC 23001-7 9.5).

/** Pairs of clear and protected bytes, one after the other: [clear, protected, clear, protected …]. */
export type SubsampleMap = readonly number[]

/** Bytes of a sample that are protected. */
export function protectedBytes(sample: Uint8Array, map: SubsampleMap | null): number {
  if (!map) return sample.length
  let sum = 0
  for (let i = 1; i < map.length; i += 2) sum += map[i]!
  return sum
}

const MAX_CLEAR = 0xffff
const BLOCK = 16

/** Collects runs; clear ones grow together until a protected one follows. */
export class SubsampleBuilder {
  readonly #align: boolean
  #pairs: number[] = []
  #clear = 0

  /** `align`: protected runs are whole blocks, what is left over becomes clear: asked for by cenc (9.5.1.1). */
  constructor({ align }: { align: boolean }) {
    this.#align = align
  }

  add(clearBytes: number, protectedBytes: number): void {
    const rest = this.#align ? protectedBytes % BLOCK : 0
    this.#clear += clearBytes + rest
    if (protectedBytes > rest) this.#push(protectedBytes - rest)
  }

  /** The map, and a clean slate for the next sample. */
  finish(): SubsampleMap {
    if (this.#clear > 0) this.#push(0)
    const pairs = this.#pairs
    this.#pairs = []
    return pairs
  }

  #push(protectedBytes: number): void {
    for (; this.#clear > MAX_CLEAR; this.#clear -= MAX_CLEAR) this.#pairs.push(MAX_CLEAR, 0)
    this.#pairs.push(this.#clear, protectedBytes)
    this.#clear = 0
  }
}
