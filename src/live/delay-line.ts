// How long media waits in a channel: as long as its jitter buffers ask for, more at once, less only as slowly as sound can follow.
import type { AudioDriftOptions } from './audio-drift.ts'
import type { JitterOptions } from './jitter.data.ts'

/** Sound that has to catch up is played 0.2 % faster, 3.5 cents; listeners do not notice less than some 5. */
const FALL_US_PER_SECOND = 2000

/** What the sound of a channel is given: room for the clocks to drift beside, and a cut before anybody sees the offset (BT.1359: 45 ms). */
export const channelAudioDrift: Partial<AudioDriftOptions> = {
  maxPpm: 3000,
  slewPpmPerSecond: 500,
  settleSeconds: 10,
  hardUs: 40_000,
}

/**
 * The jitter buffers of a channel: half a minute of quiet counts for more than one jam, since every millisecond is one of latency, and a
 * jam costs a picture that stands still, no more.
 */
export const channelJitter: Partial<JitterOptions> = { onTimeShare: 0.99, memoryUs: 20_000_000, maxDepthUs: 600_000 }

export class DelayLine {
  readonly #extraUs: number
  #delayUs: number
  #atUs: number | null = null

  /** `extraUs`: what comes on top of the depth of the buffers. */
  constructor(extraUs: number) {
    this.#extraUs = extraUs
    this.#delayUs = extraUs
  }

  get delayUs(): number {
    return this.#delayUs
  }

  /** Takes the deepest buffer's depth; time only goes forward. */
  update(depthUs: number, nowUs: number): number {
    const wanted = depthUs + this.#extraUs
    const passed = this.#atUs === null ? 0 : Math.max(0, nowUs - this.#atUs) / 1e6
    this.#atUs = nowUs
    if (wanted >= this.#delayUs) this.#delayUs = wanted
    else this.#delayUs = Math.max(wanted, this.#delayUs - FALL_US_PER_SECOND * passed)
    return this.#delayUs
  }

  /** Nothing is on air: the next one begins with what it needs. */
  reset(): void {
    this.#delayUs = this.#extraUs
    this.#atUs = null
  }
}
