// The smallest value of the last so many seconds, in buckets, so that its memory does not depend on the packet rate.

/** A sliding minimum. Old buckets leave as time goes on: the answer covers between `windowUs` and one bucket less. */
export class WindowedMinimum {
  readonly #bucketUs: number
  readonly #buckets: number
  readonly #minima = new Map<number, number>()

  constructor(windowUs: number, buckets: number) {
    this.#bucketUs = windowUs / buckets
    this.#buckets = buckets
  }

  add(value: number, nowUs: number): void {
    const bucket = Math.floor(nowUs / this.#bucketUs)
    const old = this.#minima.get(bucket)
    this.#minima.set(bucket, old === undefined ? value : Math.min(old, value))
    // Kept until something newer is there: after a long silence the last known value is better than none.
    for (const key of this.#minima.keys()) if (key <= bucket - this.#buckets) this.#minima.delete(key)
  }

  /** Undefined before the first value. */
  get value(): number | undefined {
    return this.#minima.size === 0 ? undefined : Math.min(...this.#minima.values())
  }

  clear(): void {
    this.#minima.clear()
  }
}
