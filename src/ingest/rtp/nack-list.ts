// Which missing packets to ask for now (RFC 4585 6.2.1): each at once when it is missed, again when an answer is overdue, not for ever.

/** `repeatUs` is above the round trip of most networks; `tries` times it is about what the sequence window waits. */
export const nackDefaults = { repeatUs: 40_000, tries: 4, atOnce: 128 }

export class NackList {
  readonly #asked = new Map<number, { lastUs: number; tries: number }>()

  /** `missing` as `SequenceWindow` tells it. Returns extended numbers. */
  due(missing: readonly number[], nowUs: number, repeatUs: number = nackDefaults.repeatUs): number[] {
    const still = new Set(missing)
    for (const at of this.#asked.keys()) if (!still.has(at)) this.#asked.delete(at)
    const due: number[] = []
    for (const at of missing) {
      if (due.length >= nackDefaults.atOnce) break
      const asked = this.#asked.get(at)
      if (asked && (asked.tries >= nackDefaults.tries || nowUs - asked.lastUs < repeatUs)) continue
      this.#asked.set(at, { lastUs: nowUs, tries: (asked?.tries ?? 0) + 1 })
      due.push(at)
    }
    return due
  }
}
