// How much longer than the shortest way units were under way lately, as a histogram that forgets.

/** Fine against any depth worth having, coarse enough to walk through at every unit. */
const BIN_US = 2_500

/** Bins of equal width up to `maxUs`; what is longer counts in the last. */
export class ExcessProfile {
  readonly #memoryUs: number
  readonly #weights: Float64Array
  #total = 0
  #lastUs: number | undefined

  /** `memoryUs`: after this long a unit counts for 1/e of a new one. */
  constructor(maxUs: number, memoryUs: number) {
    this.#memoryUs = memoryUs
    this.#weights = new Float64Array(Math.ceil(maxUs / BIN_US))
  }

  add(excessUs: number, nowUs: number): void {
    const elapsedUs = Math.max(0, nowUs - (this.#lastUs ?? nowUs))
    this.#lastUs = Math.max(nowUs, this.#lastUs ?? nowUs)
    const kept = Math.exp(-elapsedUs / this.#memoryUs)
    if (kept < 1) {
      for (let bin = 0; bin < this.#weights.length; bin++) this.#weights[bin]! *= kept
      this.#total *= kept
    }
    const bin = Math.min(this.#weights.length - 1, Math.max(0, Math.floor(excessUs / BIN_US)))
    this.#weights[bin]! += 1
    this.#total += 1
  }

  /** The excess that this share of the units stayed within: the upper edge of its bin. */
  quantileUs(share: number): number {
    let above = this.#total * (1 - share)
    for (let bin = this.#weights.length - 1; bin >= 0; bin--) {
      above -= this.#weights[bin]!
      if (above < 0) return (bin + 1) * BIN_US
    }
    return 0
  }
}
