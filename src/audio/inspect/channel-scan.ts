// The only look at every single sample: sums of one hop, runs at one level, runs of digital silence.
import type { ChannelHop } from './hop.ts'

/** Runs that a channel scan meets; samples count from the beginning of the track. */
export type RunEvents = {
  /** At least `runSamples` in a row at or beyond full scale, on one side. */
  fullScale(from: number, samples: number, peak: number): void
  /** At least `runSamples` in a row of one value below full scale that end a slope on both sides, the highest around. */
  flatTop(from: number, samples: number, level: number): void
  /** At least `silentSamples` of (nearly) digital silence; `before` is the mean energy of the last milliseconds before it. */
  silent(from: number, samples: number, before: number): void
  /** NaN or infinite. */
  invalid(at: number): void
}

export type ScanOptions = {
  /** One step of the sample format. */
  readonly quantum: number
  /** 0 when nobody asks. */
  readonly runSamples: number
  /** Tops below this are not looked at. */
  readonly flatAbove: number
  /** 0 when nobody asks. */
  readonly silentSamples: number
  readonly sampleRateHz: number
}

/** Digital silence with dither of 16 bits is below it (−80 dBFS). */
const SILENT_BELOW = 1e-4
/** The level before a silence is that of so long, by weights that fall off. */
const LEVEL_S = 0.005
/**
 * A smooth top that n ≥ 3 equal samples lie on bends by one step over them at most, so its next samples fall by fewer than
 * ((n + 2) / n)² + 1 ≤ 3.8 steps. A cut-off top falls at once.
 */
const KNEE_STEPS = 4

export class ChannelScan {
  readonly samples: Float32Array
  readonly name: string
  readonly #options: ScanOptions
  readonly #on: RunEvents
  readonly #fullScale: number
  readonly #knee: number
  readonly #keep: number
  #last = 0
  #beforeLast = 0
  #flat = 0
  /** The sample before the run at one level. */
  #flatBefore = 0
  readonly #flats: { readonly from: number; readonly length: number; readonly level: number }[] = []
  #over = 0
  #overPeak = 0
  #silent = 0
  #level = 0

  constructor(name: string, longest: number, options: ScanOptions, on: RunEvents) {
    this.name = name
    this.samples = new Float32Array(longest)
    this.#options = options
    this.#on = on
    this.#fullScale = 1 - 1.01 * options.quantum
    this.#knee = KNEE_STEPS * options.quantum
    this.#keep = 1 - 1 / (LEVEL_S * options.sampleRateHz)
  }

  /** Mean energy of the last milliseconds that were not silent. */
  get level(): number {
    return this.#level
  }

  /** Looks at the first `length` of `samples`, the first of which is number `at` of the track. */
  scan(length: number, at: number): ChannelHop {
    const { samples } = this
    const { flatAbove, silentSamples, runSamples } = this.#options
    const fullScale = this.#fullScale
    const keep = this.#keep
    let last = this.#last
    let beforeLast = this.#beforeLast
    let level = this.#level
    let silent = this.#silent
    let peak = 0
    let sum = 0
    let energy = 0
    let jump = 0
    let jumpAt = 0
    let jumpEnergy = 0
    for (let i = 0; i < length; i++) {
      let x = samples[i]!
      let size = Math.abs(x)
      if (!(size < Number.POSITIVE_INFINITY)) {
        this.#on.invalid(at + i)
        samples[i] = 0
        x = 0
        size = 0
      }
      sum += x
      const square = x * x
      energy += square
      if (size > peak) peak = size
      const bend = x - 2 * last + beforeLast
      jumpEnergy += bend * bend
      const bendSize = Math.abs(bend)
      if (bendSize > jump) {
        jump = bendSize
        jumpAt = i
      }
      if (runSamples > 0) {
        if (x === last && size > flatAbove) {
          if (this.#flat++ === 0) this.#flatBefore = beforeLast
        } else if (this.#flat > 0) this.#endFlat(at + i, last, x)
        if (size >= fullScale && (this.#over === 0 || x > 0 === last > 0)) {
          this.#over++
          if (size > this.#overPeak) this.#overPeak = size
        } else if (this.#over > 0) this.#endOver(at + i, size >= fullScale)
      }
      if (size < SILENT_BELOW) silent++
      else {
        if (silent > 0) {
          if (silentSamples > 0 && silent >= silentSamples) {
            this.#on.silent(at + i - silent, silent, level)
            // What comes after it is weighed afresh.
            level = 0
          }
          silent = 0
        }
        level = square + (level - square) * keep
      }
      beforeLast = last
      last = x
    }
    if (this.#flats.length > 0) this.#passFlats(length)
    this.#last = last
    this.#beforeLast = beforeLast
    this.#level = level
    this.#silent = silent
    return { name: this.name, samples, peak, sum, energy, jump, jumpAt, jumpEnergy }
  }

  /** `value` stood for `#flat + 1` samples before `end`; `next` is what follows. */
  #endFlat(end: number, value: number, next: number): void {
    const length = this.#flat + 1
    this.#flat = 0
    const size = Math.abs(value)
    if (length < this.#options.runSamples || size >= this.#fullScale) return
    const side = Math.sign(value)
    const falls = Math.min(size - this.#flatBefore * side, size - next * side)
    if (falls >= this.#knee) this.#flats.push({ from: end - length, length, level: value })
  }

  /** What clips a wave clips all of it: nothing around a flat top is higher. Noise of few steps has flats at any level. */
  #passFlats(length: number): void {
    let [highest, lowest] = [0, 0]
    for (let i = 0; i < length; i++) {
      const x = this.samples[i]!
      if (x > highest) highest = x
      else if (x < lowest) lowest = x
    }
    for (const flat of this.#flats)
      if (flat.level >= highest || flat.level <= lowest) this.#on.flatTop(flat.from, flat.length, Math.abs(flat.level))
    this.#flats.length = 0
  }

  #endOver(end: number, again: boolean): void {
    if (this.#over >= this.#options.runSamples) this.#on.fullScale(end - this.#over, this.#over, this.#overPeak)
    this.#over = again ? 1 : 0
    this.#overPeak = 0
  }

  /** The track ends here, at sample `end`. */
  finish(end: number): void {
    if (this.#over > 0) this.#endOver(end, false)
  }
}
