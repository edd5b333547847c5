// Reads bits of parameter sets: fixed fields and Exp-Golomb codes (ITU-T H.264 7.2 and 9.1, H.265 the same).

/** Bytes that keep start codes out of a NAL unit's payload are left out (H.264 7.3.1). */
export function withoutEmulation(unit: Uint8Array): Uint8Array {
  const kept = new Uint8Array(unit.length)
  let length = 0
  let zeros = 0
  for (const byte of unit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    kept[length++] = byte
  }
  return kept.subarray(0, length)
}

/** Reading beyond the end gives zeros and sets `overrun`: what is cut off is for the caller to judge. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get overrun(): boolean {
    return this.#at > this.#bytes.length * 8
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3] ?? 0
    const bit = (byte >> (7 - (this.#at & 7))) & 1
    this.#at++
    return bit
  }

  flag(): boolean {
    return this.bit() === 1
  }

  /** Up to 53 bits, unsigned. */
  bits(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++) value = value * 2 + this.bit()
    return value
  }

  skip(count: number): void {
    this.#at += count
  }

  /** ue(v). */
  ue(): number {
    let zeros = 0
    while (this.bit() === 0) {
      // More than 32 leading zeros is no code: cut off or damaged.
      if (++zeros > 32) {
        this.#at = this.#bytes.length * 8 + 1
        return 0
      }
    }
    return 2 ** zeros - 1 + this.bits(zeros)
  }

  /** se(v). */
  se(): number {
    const code = this.ue()
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2
  }
}
