// Cues of one track, one after the other → those that players and readers have trouble with.
import { type CueFault, type CueNote, type CueNotes, type CuesResult, cueFaults } from '../model/index.ts'
import { type Cue, plainText } from './cue.ts'

export type CueRules = { readonly maxCharactersPerS?: number | undefined; readonly minDurationS: number }

/** Of each fault. */
const KEPT = 100
const TEXT_LENGTH = 40
/** Times of containers are rounded to a millisecond: what overlaps by two of them follows. */
const TOUCHING_US = 2000n

const secondsOf = (us: bigint): number => Number(us) / 1e6

/** Takes cues in the order of their packets; times in microseconds of the programme. */
export class CueInspector {
  readonly #rules: CueRules
  readonly #found: Record<CueFault, CueNote[]> = { overlap: [], short: [], fast: [], empty: [], unreadable: [] }
  readonly #more: Record<CueFault, number> = { overlap: 0, short: 0, fast: 0, empty: 0, unreadable: 0 }
  /** Cues that may still be on, by where they stand. */
  readonly #on = new Map<number, { readonly endUs: bigint; readonly text: string }>()
  #cues = 0
  #startUs: bigint | null = null
  #endUs: bigint | null = null
  #lastText = ''

  constructor(rules: CueRules) {
    this.#rules = rules
  }

  /** A cue as it is shown. */
  add(cue: Cue): void {
    const text = plainText(cue)
    this.#cues++
    const durationS = secondsOf(cue.endUs - cue.startUs)
    if (this.#startUs === null || cue.startUs < this.#startUs) this.#startUs = cue.startUs
    if (this.#endUs === null || cue.endUs > this.#endUs) {
      this.#endUs = cue.endUs
      this.#lastText = shorten(text)
    }
    if (text.trim() === '') this.note('empty', cue.startUs, cue.endUs, durationS)
    const { maxCharactersPerS, minDurationS } = this.#rules
    const pace = [...text.replaceAll('\n', '')].length / Math.max(durationS, 1e-3)
    if (durationS < minDurationS || durationS <= 0) this.note('short', cue.startUs, cue.endUs, durationS, text)
    else if (maxCharactersPerS !== undefined && pace > maxCharactersPerS)
      this.note('fast', cue.startUs, cue.endUs, pace, text)
    // Two places of the screen may show text at once: two speakers, a sign.
    const before = this.#on.get(cue.anchor)
    if (before && before.endUs > cue.startUs + TOUCHING_US)
      this.note('overlap', cue.startUs, before.endUs, secondsOf(before.endUs - cue.startUs), text)
    if (!before || cue.endUs > before.endUs) this.#on.set(cue.anchor, { endUs: cue.endUs, text })
  }

  /** What has no cue of its own: a sample without text, one that cannot be read, one without a length. */
  note(fault: CueFault, startUs: bigint, endUs: bigint, figure = 0, text = ''): void {
    const found = this.#found[fault]
    if (found.length >= KEPT) this.#more[fault]++
    else found.push({ startS: secondsOf(startUs), endS: secondsOf(endUs), figure, text: shorten(text) })
  }

  finish(): CuesResult {
    const notes = (fault: CueFault): [CueFault, CueNotes] => [
      fault,
      { found: this.#found[fault], more: this.#more[fault] },
    ]
    return {
      cues: this.#cues,
      startS: this.#startUs === null ? null : secondsOf(this.#startUs),
      endS: this.#endUs === null ? null : secondsOf(this.#endUs),
      lastText: this.#lastText,
      faults: Object.fromEntries(cueFaults.map(notes)) as CuesResult['faults'],
    }
  }
}

function shorten(text: string): string {
  const line = text.replaceAll('\n', ' ')
  return line.length > TEXT_LENGTH ? `${line.slice(0, TEXT_LENGTH - 1)}…` : line
}
