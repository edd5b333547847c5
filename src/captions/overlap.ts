// Cues that overlap → cues that follow each other, for formats whose samples cannot share a time (mov_text).
import type { Cue, CueText } from './cue.ts'

/**
 * Takes cues in the order of their start and gives out what is shown between one change and the next: the texts of all cues
 * that are on, the earliest on top. Times may be of any unit. What starts before a time already given out starts there.
 */
export class Sequencer {
  #active: readonly Cue[] = []
  #now = 0n
  #begun = false

  /** The cues that are complete now that nothing before `cue.startUs` can come any more. */
  add(cue: Cue): Cue[] {
    if (!this.#begun) this.#now = cue.startUs
    this.#begun = true
    const done = this.#advance(cue.startUs)
    if (cue.startUs > this.#now) this.#now = cue.startUs
    if (cue.endUs > this.#now) this.#active = [...this.#active, cue]
    return done
  }

  end(): Cue[] {
    return this.#advance(null)
  }

  #advance(until: bigint | null): Cue[] {
    const done: Cue[] = []
    while (this.#active.length > 0 && (until === null || this.#now < until)) {
      const next = this.#active.map(({ endUs }) => endUs).reduce(earlier)
      const to = until === null ? next : earlier(until, next)
      done.push({ ...merge(this.#active), startUs: this.#now, endUs: to })
      this.#now = to
      this.#active = this.#active.filter(({ endUs }) => endUs > to)
    }
    return done
  }
}

export function earlier(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}

export function later(a: bigint, b: bigint): bigint {
  if (a > b) return a
  return b
}

const merge = (cues: readonly Cue[]): CueText => ({
  lines: cues.flatMap(({ lines }) => lines),
  anchor: cues[0]!.anchor,
})

/** @param cues - in the order of their start */
export function sequenceCues(cues: readonly Cue[]): readonly Cue[] {
  const sequencer = new Sequencer()
  return [...cues.flatMap(cue => sequencer.add(cue)), ...sequencer.end()]
}
