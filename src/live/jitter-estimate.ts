// How uneven a stream arrives: the inter-arrival jitter of RFC 3550 6.4.1, in microseconds.

/** Smoothed difference between how far apart units arrive and how far apart they were sent. */
export class JitterEstimate {
  #lastTransitUs: number | undefined
  #jitterUs = 0

  get us(): number {
    return this.#jitterUs
  }

  /** Units in the order of their arrival, late ones and reordered ones too. */
  add(mediaUs: number, arrivalUs: number): number {
    const transit = arrivalUs - mediaUs
    if (this.#lastTransitUs !== undefined) {
      // RFC 3550 6.4.1: J += (|D| - J) / 16; the gain of 1/16 is the RFC's, for noise against speed of convergence.
      this.#jitterUs += (Math.abs(transit - this.#lastTransitUs) - this.#jitterUs) / 16
    }
    this.#lastTransitUs = transit
    return this.#jitterUs
  }

  /** Forgets the last unit, not the jitter: the next unit begins a new timeline on the same network. */
  rebase(): void {
    this.#lastTransitUs = undefined
  }
}
