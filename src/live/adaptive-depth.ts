// How deep a jitter buffer is: k times the jitter, up at once, down slowly, and never out of its limits.

import { ExcessProfile } from './excess-profile.ts'
import type { JitterOptions } from './jitter.data.ts'
import { JitterEstimate } from './jitter-estimate.ts'

/** The depth of one stream. Times are microseconds. */
export class AdaptiveDepth {
  readonly #options: JitterOptions
  readonly #jitter = new JitterEstimate()
  readonly #excess: ExcessProfile
  #depthUs: number
  #neededAtUs: number | undefined
  #changedAtUs: number | undefined

  constructor(options: JitterOptions) {
    this.#options = options
    this.#excess = new ExcessProfile(options.maxDepthUs, options.memoryUs)
    this.#depthUs = options.minDepthUs
  }

  get us(): number {
    return this.#depthUs
  }

  get jitterUs(): number {
    return this.#jitter.us
  }

  /** A unit arrived, this much after the shortest way would have brought it. */
  arrived(mediaUs: number, arrivalUs: number, excessUs: number): void {
    const { jitterFactor, onTimeShare } = this.#options
    const jitterUs = this.#jitter.add(mediaUs, arrivalUs)
    this.#excess.add(excessUs, arrivalUs)
    const target = Math.max(jitterFactor * jitterUs, this.#excess.quantileUs(onTimeShare))
    if (target >= this.#depthUs) this.#raise(target, arrivalUs)
    else this.#fall(target, arrivalUs)
  }

  /** This depth would just have been enough for a unit that came too late. */
  needed(depthUs: number, nowUs: number): void {
    this.#raise(depthUs + this.#options.lateMarginUs, nowUs)
  }

  /** The next unit begins a new timeline on the same network. */
  rebase(): void {
    this.#jitter.rebase()
  }

  #raise(targetUs: number, nowUs: number): void {
    this.#depthUs = this.#clamp(Math.max(targetUs, this.#depthUs))
    this.#neededAtUs = nowUs
    this.#changedAtUs = nowUs
  }

  #fall(targetUs: number, nowUs: number): void {
    const { holdUs, fallUsPerSecond } = this.#options
    const from = Math.max(this.#changedAtUs ?? nowUs, (this.#neededAtUs ?? nowUs) + holdUs)
    if (nowUs <= from) {
      this.#changedAtUs ??= nowUs
      return
    }
    // One step never takes more than its share of time, so that a pause of the sender does not empty the depth at once.
    const elapsedUs = Math.min(nowUs - from, 1_000_000)
    this.#depthUs = this.#clamp(Math.max(targetUs, this.#depthUs - (elapsedUs / 1_000_000) * fallUsPerSecond))
    this.#changedAtUs = nowUs
  }

  #clamp(us: number): number {
    return Math.min(this.#options.maxDepthUs, Math.max(this.#options.minDepthUs, us))
  }
}
