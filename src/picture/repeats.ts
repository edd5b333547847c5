// Pictures that are shown again while the scene moves: stutter, and frame rates that were filled up. Pure.
import type { PictureParams, PictureStretches } from '../model/index.ts'
import type { Moment } from './small-picture.ts'
import { Stretches } from './stretches.ts'

const WINDOW = 50
/** Mean difference in percent of the range with which a picture moves, and the part of its neighbours' that a repeat may have. */
const MOVES = 0.25
const REPEATS = 0.18
/** A repeat lies between pictures that move; those next to it may be repeats as well. */
const REACH = 2
/** A window is judged where this part of what is not repeated moves. */
const MOVING = 0.8
/** Of the repeats, those that come again after a cycle; two of the longest fill a window. */
const IN_RHYTHM = 0.8
const LONGEST_CYCLE = 25

export class RepeatWatch {
  readonly #limits: NonNullable<PictureParams['repeats']>
  readonly #stretches = new Stretches({ minS: 0 })
  /** With the frames to both sides of the window that its first and last ones are judged by. */
  #recent: { readonly moment: Moment; readonly change: number }[] = []
  #before = 0
  #repeats = 0

  constructor(limits: NonNullable<PictureParams['repeats']>) {
    this.#limits = limits
  }

  /** `change`: mean difference to the picture before, percent of the range. */
  push(moment: Moment, change: number | null): void {
    if (change !== null) this.#recent.push({ moment, change })
    if (this.#recent.length === this.#before + WINDOW + REACH) this.#judge()
  }

  #judge(): void {
    const [recent, first] = [this.#recent, this.#before]
    const window = recent.slice(first, first + WINDOW)
    this.#recent = recent.slice(first + WINDOW - REACH)
    this.#before = REACH
    const typical = window.map(({ change }) => change).toSorted((a, b) => b - a)[Math.floor(WINDOW / 5)]!
    const isRepeat = window.map((_, i) => isBetween(recent, first + i))
    const others = window.filter((_, i) => !isRepeat[i])
    const moving = others.filter(({ change }) => change >= MOVES).length
    const [startS, endS] = [window[0]!.moment.startS, window.at(-1)!.moment.endS]
    const count = WINDOW - others.length
    const share = (100 * count) / WINDOW
    const { minSharePercent, maxSharePercent } = this.#limits
    const judged = typical >= MOVES && moving >= MOVING * others.length
    if (judged) this.#repeats += count
    const bad = judged && share >= minSharePercent && share <= maxSharePercent
    this.#stretches.push(startS, endS, bad ? share : null, bad ? rhythmOf(isRepeat) : null)
  }

  get figures(): Record<string, number> {
    return { repeatedFrames: this.#repeats }
  }

  finish(): PictureStretches {
    if (this.#recent.length >= this.#before + WINDOW) this.#judge()
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

/** `1 in 5`, or `at odd times`: in the shortest cycle that repeats keep. */
function rhythmOf(isRepeat: readonly boolean[]): string {
  // 23.976 frames a second in 25: one cycle is a frame longer than the next.
  for (const slack of [0, 1])
    for (let cycle = slack === 0 ? 2 : 10; cycle <= LONGEST_CYCLE; cycle++)
      if (keeps(isRepeat, cycle, slack)) {
        const repeats = isRepeat.filter(Boolean).length
        return `${Math.round((cycle * repeats) / isRepeat.length)} in ${cycle}`
      }
  return 'at odd times'
}

function keeps(isRepeat: readonly boolean[], cycle: number, slack: number): boolean {
  const isNear = (at: number): boolean => isRepeat.slice(Math.max(0, at - slack), at + slack + 1).includes(true)
  const [first, last] = [cycle + slack, isRepeat.length - cycle - slack]
  const after = isRepeat.flatMap((is, i) => (is && i < last ? [isNear(i + cycle)] : []))
  const before = isRepeat.flatMap((is, i) => (is && i >= first ? [isNear(i - cycle)] : []))
  const places = [...after, ...before]
  return after.length > 0 && places.filter(Boolean).length >= IN_RHYTHM * places.length
}
