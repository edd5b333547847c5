// Pictures that are shown again while the scene moves: stutter, and frame rates that were filled up. Pure.
import type { PictureParams, PictureStretches } from '../model/index.ts'
import type { Moment } from './small-picture.ts'
import { Stretches } from './stretches.ts'

const WINDOW = 50
/** Mean difference in percent of the range with which a picture moves, and the part of its neighbours' that a repeat may have. */
const MOVES = 0.25
const REPEATS = 0.12
/** A repeat lies between pictures that move; those next to it may be repeats as well. */
const REACH = 2
/** A window is judged where this part of what is not repeated moves. */
const MOVING = 0.8
/** Repeats of this part in one place of a cycle, and this part of the places taken: a rhythm. */
const IN_RHYTHM = 0.8
const LONGEST_CYCLE = 6

export class RepeatWatch {
  readonly #limits: NonNullable<PictureParams['repeats']>
  readonly #stretches = new Stretches({ minS: 0 })
  #window: { readonly moment: Moment; readonly change: number }[] = []
  #repeats = 0

  constructor(limits: NonNullable<PictureParams['repeats']>) {
    this.#limits = limits
  }

  /** `change`: mean difference to the picture before, percent of the range. */
  push(moment: Moment, change: number | null): void {
    if (change !== null) this.#window.push({ moment, change })
    if (this.#window.length === WINDOW) this.#judge()
  }

  #judge(): void {
    const window = this.#window
    this.#window = []
    const typical = window.map(({ change }) => change).toSorted((a, b) => b - a)[Math.floor(WINDOW / 5)]!
    const isRepeat = window.map((_, i) => isBetween(window, i))
    const others = window.filter((_, i) => !isRepeat[i])
    const moving = others.filter(({ change }) => change >= MOVES).length
    const [startS, endS] = [window[0]!.moment.startS, window.at(-1)!.moment.endS]
    const count = WINDOW - others.length
    const share = (100 * count) / WINDOW
    const { minSharePercent, maxSharePercent } = this.#limits
    const judged = typical >= MOVES && moving >= MOVING * others.length
    if (judged) this.#repeats += count
    const bad = judged && share >= minSharePercent && share <= maxSharePercent
    this.#stretches.push(startS, endS, bad ? share : null, bad ? rhythmOf(isRepeat, count) : null)
  }

  get figures(): Record<string, number> {
    return { repeatedFrames: this.#repeats }
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}

/** It changes little, and pictures move right before and right after it. */
function isBetween(window: readonly { readonly change: number }[], at: number): boolean {
  const most = (from: number, to: number): number =>
    Math.max(0, ...window.slice(Math.max(0, from), to).map(({ change }) => change))
  const around = Math.min(most(at - REACH, at), most(at + 1, at + 1 + REACH))
  return around >= MOVES && window[at]!.change < REPEATS * around
}

/** `one in 5`, or `at odd times`. */
function rhythmOf(isRepeat: readonly boolean[], count: number): string {
  for (let cycle = 2; cycle <= LONGEST_CYCLE; cycle++)
    for (let place = 0; place < cycle; place++) {
      const places = isRepeat.filter((_, i) => i % cycle === place)
      const hits = places.filter(Boolean).length
      if (hits >= IN_RHYTHM * count && hits >= IN_RHYTHM * places.length) return `one in ${cycle}`
    }
  return 'at odd times'
}
