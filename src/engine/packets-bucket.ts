// A decoder's buffer as a leaky bucket (ITU-T H.264 C.1, H.265 C.2, H.262 annex C): filled at a rate, emptied at decoding times.
import type { BucketResult, RateBucket } from '../model/index.ts'
import { StretchList } from './packets-stretches.ts'

/** Lengths before units and start codes differ by a byte or so per unit: this share of the buffer is no fault. */
const SLACK = 0.001
/** Times that jump by more are not of one timeline. */
const MAX_STEP_S = 60

export class Bucket {
  readonly #bucket: RateBucket
  readonly #constantRate: boolean
  readonly #underflows = new StretchList()
  #fullness: number | null = null
  #atS = 0
  #lowest = Number.POSITIVE_INFINITY
  #lowestAtS = 0

  constructor(bucket: RateBucket, constantRate = false) {
    this.#bucket = bucket
    this.#constantRate = constantRate
  }

  /** Takes a picture out at `atS`; `delayS` is how long the stream says that its first bit has waited, null for a full buffer. */
  remove(atS: number, showS: number, bytes: number, delayS: number | null): void {
    const { bitRateBps, bufferBits } = this.#bucket
    const stepS = atS - this.#atS
    if (this.#fullness === null || stepS < 0 || stepS > MAX_STEP_S)
      this.#fullness = delayS === null ? bufferBits : Math.min(bufferBits, delayS * bitRateBps)
    else this.#fullness = Math.min(bufferBits, this.#fullness + stepS * bitRateBps)
    this.#atS = atS
    this.#fullness -= bytes * 8
    if (this.#fullness < this.#lowest) [this.#lowest, this.#lowestAtS] = [this.#fullness, showS]
    if (this.#fullness < -bufferBits * SLACK) {
      this.#underflows.add(showS, showS, -this.#fullness)
      // The decoder waits until the picture is there.
      this.#fullness = 0
    }
  }

  finish(): BucketResult {
    return {
      ...this.#bucket,
      constantRate: this.#constantRate,
      lowestBits: Number.isFinite(this.#lowest) ? this.#lowest : this.#bucket.bufferBits,
      lowestAtS: this.#lowestAtS,
      underflows: this.#underflows.read(),
    }
  }
}
