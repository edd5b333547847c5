// The marks of a channel: breaks with beginning and end, as one thing each.
import type { ProgramCue } from '../live/index.ts'

/** Times are microseconds since 1970. */
export type StoredCue = {
  readonly id: string
  /** `in`: a return to which no beginning is known. */
  readonly kind: 'out' | 'in' | 'other'
  readonly startUs: number
  readonly plannedUs: number | null
  /** Where it ended, when somebody said so. */
  readonly endUs: number | null
  /** The splice_info_section of its beginning and of its end. */
  readonly begin: Uint8Array | null
  readonly end: Uint8Array | null
}

/** Sections are sent several times; later ones of an event are the same event. Numbers of events come again another day. */
const SAME_EVENT_US = 60_000_000
const MAX_CUES = 500

export class CueList {
  #all: readonly StoredCue[] = []

  /** In the order of their beginnings. */
  get all(): readonly StoredCue[] {
    return this.#all
  }

  restore(all: readonly StoredCue[]): void {
    this.#all = all
  }

  take(cue: ProgramCue): void {
    if (cue.kind === 'cancel') {
      // What has begun cannot be taken back: players were told.
      this.#all = this.#all.filter(({ id, startUs }) => !isOf(id, cue.id) || startUs <= cue.startUs)
      return
    }
    const known = this.#all.findLast(({ id }) => isOf(id, cue.id))
    if (cue.kind === 'in' && known?.kind === 'out' && cue.startUs > known.startUs) {
      if (known.endUs === null) this.#put({ ...known, endUs: cue.startUs, end: cue.scte35 ?? null })
      return
    }
    const again = known && known.kind === cue.kind && Math.abs(known.startUs - cue.startUs) < SAME_EVENT_US
    // What was told of an event stays: RFC 8216 4.3.2.7 forbids other values under the same ID.
    if (again) return
    this.#put({
      id: known ? `${cue.id}.${this.#all.filter(({ id }) => isOf(id, cue.id)).length}` : cue.id,
      kind: cue.kind,
      startUs: cue.startUs,
      plannedUs: cue.durationUs ?? null,
      endUs: null,
      begin: cue.scte35 ?? null,
      end: null,
    })
  }

  /** The break that is open at this time, the latest. */
  openAt(us: number): StoredCue | null {
    return (
      this.#all.findLast(
        ({ kind, startUs, endUs, plannedUs }) =>
          kind === 'out' && startUs <= us && endUs === null && (plannedUs === null || startUs + plannedUs > us),
      ) ?? null
    )
  }

  /** Leaves out what was over before. */
  forget(beforeUs: number): void {
    this.#all = this.#all.filter(({ startUs, endUs, plannedUs }) => (endUs ?? startUs + (plannedUs ?? 0)) >= beforeUs)
  }

  #put(cue: StoredCue): void {
    this.#all = [...this.#all.filter(({ id }) => id !== cue.id), cue]
      .toSorted((a, b) => a.startUs - b.startUs)
      .slice(-MAX_CUES)
  }
}

/** `splice-5.2` is the third of `splice-5`; `segmentation-7-52` is of `segmentation-7`. */
const isOf = (id: string, name: string): boolean =>
  id === name || (id.startsWith(name) && /^(?:\.\d+|-\d+)$/.test(id.slice(name.length)))
