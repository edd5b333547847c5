// Bits of coded headers: plain (AV1), or of a NAL unit whose emulation prevention bytes are passed over while reading.
import { damaged } from '../../manifest/index.ts'

export class BitReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  readonly #escaped: boolean
  #at: number
  /** Bits left in the byte at `#at`; 8 means that it is whole. */
  #left = 8
  #zeros = 0

  /** `escaped`: H.264 7.3.1, H.265 7.3.1.1: of 00 00 03 the third byte is none of the payload. */
  constructor(
    bytes: Uint8Array,
    { escaped, start = 0, end = bytes.length }: { escaped: boolean; start?: number; end?: number },
  ) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    this.#escaped = escaped
  }

  /** Offset behind the last byte of which a bit was read. */
  get byteEnd(): number {
    return this.#left === 8 ? this.#at : this.#at + 1
  }

  bit(): number {
    if (this.#left === 8) {
      if (this.#escaped && this.#zeros >= 2 && this.#bytes[this.#at] === 3) {
        this.#at++
        this.#zeros = 0
      }
      if (this.#at >= this.#end) throw damaged('a coded header is cut off')
    }
    const byte = this.#bytes[this.#at]!
    const bit = (byte >> (this.#left - 1)) & 1
    if (--this.#left === 0) {
      this.#zeros = byte === 0 ? this.#zeros + 1 : 0
      this.#at++
      this.#left = 8
    }
    return bit
  }

  flag(): boolean {
    return this.bit() === 1
  }

  /** Up to 32 bits, unsigned. */
  u(bits: number): number {
    let value = 0
    for (let i = 0; i < bits; i++) value = value * 2 + this.bit()
    return value
  }

  /** AV1 4.10.6: a signed number of `bits` bits in two's complement. */
  su(bits: number): number {
    const value = this.u(bits)
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value
  }

  skip(bits: number): void {
    for (let i = 0; i < bits; i++) this.bit()
  }

  /** Exp-Golomb, unsigned: H.264 9.1, H.265 9.2. */
  ue(): number {
    let zeros = 0
    while (this.bit() === 0) if (++zeros > 32) throw damaged('an Exp-Golomb number is too long')
    return 2 ** zeros - 1 + this.u(zeros)
  }

  /** As ue, and no more than `most`: it bounds a loop. */
  ueMost(most: number, what: string): number {
    const value = this.ue()
    if (value > most) throw damaged(`${what} is ${value}, more than ${most}`)
    return value
  }

  se(): number {
    const value = this.ue()
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2
  }
}

/** Bits that hold any number below `values`. */
export const bitsFor = (values: number): number => (values <= 1 ? 0 : Math.ceil(Math.log2(values)))
