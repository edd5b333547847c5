// Timestamps of sound against its samples: gaps, overlaps, and a clock that runs at another speed.
import type { SoundClock } from '../../model/index.ts'
import { fartherFromZero, StretchList } from './stretches.ts'

export class ClockWatch {
  readonly #rate: number
  readonly #jumpS: number
  readonly #jumps = new StretchList(null, { worse: fartherFromZero })
  #startS: number | null = null
  /** Where the next frame begins by the one before it. */
  #nextS = 0
  #driftS = 0
  #untimed = 0

  constructor(sampleRateHz: number, jumpMs: number) {
    this.#rate = sampleRateHz
    this.#jumpS = jumpMs / 1000
  }

  /** `timeS` is null where a frame has none. Returns the time at which it begins. */
  frame(timeS: number | null, samples: number): number {
    const begins = timeS ?? this.#nextS
    if (timeS === null) this.#untimed++
    if (this.#startS === null) this.#startS = begins
    else {
      const step = begins - this.#nextS
      if (Math.abs(step) > this.#jumpS)
        this.#jumps.add(Math.min(begins, this.#nextS), Math.max(begins, this.#nextS), step)
      else this.#driftS += step
    }
    this.#nextS = begins + samples / this.#rate
    return begins
  }

  /** null when no frame came. */
  finish(): SoundClock | null {
    if (this.#startS === null) return null
    return {
      startS: this.#startS,
      endS: this.#nextS,
      jumps: this.#jumps.finish(),
      driftS: this.#driftS,
      untimed: this.#untimed,
    }
  }
}
