// How fast sound has to be played so that it stays with the output clock: a ratio near one that nobody hears, moved slowly.

export type AudioDriftOptions = {
  /** The largest correction. 1000 ppm are 1.7 cents; docs/live-timing.md. */
  readonly maxPpm: number
  readonly slewPpmPerSecond: number
  /** In how many seconds an offset should be gone if the drift itself were right. */
  readonly settleSeconds: number
  /** An offset beyond this is cut or filled at once: softly it would take too long. */
  readonly hardUs: number
}

export const audioDriftDefaults: AudioDriftOptions = {
  maxPpm: 1000,
  slewPpmPerSecond: 100,
  settleSeconds: 30,
  hardUs: 120_000,
}

export type AudioCorrection = {
  /** Output samples per input sample. Above one: stretched, since the sender's clock is slow or its sound ran ahead. */
  readonly ratio: number
  readonly ppm: number
  /** Silence to insert (positive) or sound to cut (negative), now, before the ratio applies. */
  readonly jumpUs: number
}

/** One per audio stream. */
export class AudioDrift {
  readonly #options: AudioDriftOptions
  #ppm = 0
  #lastUs: number | undefined
  #jumps = 0

  constructor(options: Partial<AudioDriftOptions> = {}) {
    this.#options = { ...audioDriftDefaults, ...options }
  }

  get jumps(): number {
    return this.#jumps
  }

  /**
   * `driftPpm` is that of the sender's clock (zero while it is not known); `aheadUs` says how much sooner than its picture,
   * by their timestamps, the sound stands in the output.
   */
  update(nowUs: number, { driftPpm, aheadUs }: { driftPpm: number; aheadUs: number }): AudioCorrection {
    const { maxPpm, slewPpmPerSecond, settleSeconds, hardUs } = this.#options
    const seconds = this.#lastUs === undefined ? 0 : Math.max(0, nowUs - this.#lastUs) / 1_000_000
    this.#lastUs = nowUs
    const jumpUs = Math.abs(aheadUs) > hardUs ? aheadUs : 0
    if (jumpUs !== 0) this.#jumps++
    // 1 us of offset gone in 1 s is 1 ppm.
    const wanted = driftPpm + (aheadUs - jumpUs) / settleSeconds
    const target = Math.min(maxPpm, Math.max(-maxPpm, wanted))
    const step = slewPpmPerSecond * seconds
    this.#ppm += Math.min(step, Math.max(-step, target - this.#ppm))
    return { ratio: 1 + this.#ppm / 1_000_000, ppm: this.#ppm, jumpUs }
  }
}
