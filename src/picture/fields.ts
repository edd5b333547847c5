// What FFmpeg's idet says of frame after frame → stretches of fields, their order, and film in pull-down. Pure.
import type { PictureStretches } from '../model/index.ts'
import { CYCLE, hasPulldownRhythm } from './pulldown.ts'
import type { Moment } from './small-picture.ts'
import { Stretches } from './stretches.ts'

/** One frame in idet's words. */
export type FieldReading = {
  readonly order: 'tff' | 'bff' | 'progressive' | 'undetermined'
  /** Of the frame by itself: without motion there is nothing to see. */
  readonly still: boolean
  readonly repeated: 'top' | 'bottom' | 'neither'
}

const WINDOW = 10 * CYCLE
/** Of the frames of a window with fields of one order; the same ratio as idet wants for a whole title. */
const COMBED = 0.4
const ONE_ORDER = 4
/**
 * Percent of the picture that combs by itself. idet compares pictures with the next ones, and takes what rolls by an odd
 * number of lines (credits) for fields: without a comb there are none. Interlaced motion has 2 to 4, texture up to 1 (measured).
 */
const LEAST_COMB = 0.5

export class FieldWatch {
  readonly #interlaced = new Stretches({ minS: 0 })
  readonly #top = new Stretches({ minS: 0 })
  readonly #bottom = new Stretches({ minS: 0 })
  readonly #telecine = new Stretches({ minS: 0 })
  readonly #counts = { tff: 0, bff: 0, progressive: 0, undetermined: 0 }
  /** Of the looks at detail since the window began. */
  #combs: number[] = []
  #mostComb = 0
  #window: { readonly startS: number; readonly endS: number; readonly reading: FieldReading }[] = []

  push({ startS, endS }: Pick<Moment, 'startS' | 'endS'>, reading: FieldReading): void {
    this.#window.push({ startS, endS, reading })
    if (this.#window.length === WINDOW) this.#judge()
  }

  /** Of a picture every so often: what part of it combs, in percent. */
  pushComb(percent: number): void {
    this.#combs.push(percent)
    this.#mostComb = Math.max(this.#mostComb, percent)
  }

  #judge(): void {
    const window = this.#window
    const comb = this.#combs.length > 0 ? Math.max(...this.#combs) : 0
    this.#window = []
    this.#combs = []
    const [startS, endS] = [window[0]!.startS, window.at(-1)!.endS]
    const share = (is: (reading: FieldReading) => boolean): number =>
      window.filter(({ reading }) => is(reading)).length / window.length
    const [tff, bff] = [share(({ order }) => order === 'tff'), share(({ order }) => order === 'bff')]
    const places = (which: 'top' | 'bottom'): number[] =>
      window.map(({ reading }) => (reading.repeated === which ? 1 : 0))
    const film = hasPulldownRhythm(places('top'), places('bottom')) && Math.max(tff, bff) > 0 && comb >= LEAST_COMB
    const combed = comb >= LEAST_COMB && tff + bff >= COMBED && Math.max(tff, bff) >= ONE_ORDER * Math.min(tff, bff)
    const push = (stretches: Stretches, holds: boolean, value: number): void =>
      stretches.push(startS, endS, holds ? 100 * value : null)
    for (const { reading } of window) this.#counts[comb >= LEAST_COMB ? reading.order : 'progressive']++
    push(this.#telecine, film, tff + bff)
    push(this.#interlaced, combed && !film, tff + bff)
    push(this.#top, combed && tff > bff, tff)
    push(this.#bottom, combed && bff > tff, bff)
  }

  get figures(): Record<string, number> {
    const { tff, bff, progressive, undetermined } = this.#counts
    const all = tff + bff + progressive + undetermined
    return all === 0 ? {} : { combedPercent: (100 * (tff + bff)) / all, combAreaPercent: this.#mostComb }
  }

  finish(): Record<'interlaced' | 'topFieldFirst' | 'bottomFieldFirst' | 'telecine', PictureStretches> {
    if (this.#window.length >= WINDOW / 2) this.#judge()
    return {
      interlaced: this.#interlaced.finish(),
      topFieldFirst: this.#top.finish(),
      bottomFieldFirst: this.#bottom.finish(),
      telecine: this.#telecine.finish(),
    }
  }
}
