// Counters of a transport that begin again at zero, made into one that does not: 33 bits in MPEG-TS, 32 in RTMP and RTP.

/** Bits of the timestamps of each transport. MPEG-TS: ISO/IEC 13818-1 2.4.3.7; RTP: RFC 3550 5.1; RTMP and FLV: 24 + 8 bits. */
export const timestampBits = { 'mpeg-ts': 33, rtp: 32, rtmp: 32 } as const

/** Unwraps one counter. Each value is taken as the one nearest to the last, so reordered units near a wrap are right too. */
export class TickUnwrapper {
  readonly #period: bigint
  #last: bigint | undefined
  #wraps = 0

  constructor(bits: number) {
    this.#period = 1n << BigInt(bits)
  }

  /** How many times the counter has begun again, less the times it was seen going back over that point. */
  get wraps(): number {
    return this.#wraps
  }

  /** Takes values outside the counter's range too (a PTS that was moved below zero): only the remainder counts. */
  unwrap(raw: bigint): bigint {
    const value = BigInt.asUintN(64, raw) % this.#period
    if (this.#last === undefined) {
      this.#last = value
      return value
    }
    const result = this.near(value, this.#last)
    this.#wraps += Number(floorDiv(result, this.#period) - floorDiv(this.#last, this.#period))
    this.#last = result
    return result
  }

  /** The value nearest to `anchor` without moving the counter: a PTS is unwrapped near its DTS. */
  near(raw: bigint, anchor: bigint): bigint {
    const half = this.#period / 2n
    const ahead = (((raw - anchor) % this.#period) + this.#period) % this.#period
    return anchor + (ahead >= half ? ahead - this.#period : ahead)
  }
}

const floorDiv = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b))
