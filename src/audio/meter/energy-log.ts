// Energies of one kind of window, kept for a whole programme.

/** A list of numbers that grows: 8 bytes each, 288 kB for an hour of ten per second. */
export class EnergyLog {
  #values = new Float64Array(1024)
  #length = 0

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = value
  }

  /** What was pushed; a view that the next push may leave behind. */
  values(): Float64Array<ArrayBuffer> {
    return this.#values.subarray(0, this.#length)
  }
}
