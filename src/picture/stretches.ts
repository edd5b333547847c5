// Values over time → stretches in which something holds, and curves that stay short. Pure.
import type { PictureCurve, PictureStretch, PictureStretches } from '../model/index.ts'

/** A file with more is broken all over; what comes later is counted. */
const MOST = 100

export type StretchRules = {
  /** Shorter ones are forgotten. */
  readonly minS: number
  /** Breaks up to this length do not end a stretch. */
  readonly gapS?: number
  /** The worst is the lowest value. */
  readonly lowIsBad?: boolean
}

type Open = { startS: number; endS: number; worst: number; worstS: number; what: string | null }

/** Times are rounded to their timebase: a stretch of exactly the length that is asked for counts. */
const SLACK_S = 1e-3

export class Stretches {
  readonly #rules: StretchRules
  readonly #found: PictureStretch[] = []
  #more = 0
  #open: Open | null = null

  constructor(rules: StretchRules) {
    this.#rules = rules
  }

  /** In order of time. `value` is null where it does not hold; another `what` begins another stretch. */
  push(startS: number, endS: number, value: number | null, what: string | null = null): void {
    const { gapS = 0 } = this.#rules
    // A frame is shown until the next one, whatever its duration says: without a gap, only a null ends a stretch.
    const late = gapS > 0 && this.#open !== null && startS - this.#open.endS > gapS + SLACK_S
    if (late || (value !== null && this.#open?.what !== what)) this.#close()
    if (value === null) {
      if (gapS === 0) this.#close()
      return
    }
    if (!this.#open) this.#open = { startS, endS, worst: value, worstS: startS, what }
    this.#open.endS = endS
    if (this.#rules.lowIsBad ? value < this.#open.worst : value > this.#open.worst) {
      this.#open.worst = value
      this.#open.worstS = startS
    }
  }

  #close(): void {
    const open = this.#open
    this.#open = null
    if (!open || open.endS - open.startS < this.#rules.minS - SLACK_S) return
    if (this.#found.length < MOST) this.#found.push(open)
    else this.#more++
  }

  finish(): PictureStretches {
    this.#close()
    return { found: this.#found, more: this.#more }
  }
}

const MAX_POINTS = 2000

/** Keeps at most MAX_POINTS: when full, neighbours become one, the larger (or the mean of both). */
export class Curve {
  readonly #about: Pick<PictureCurve, 'id' | 'title' | 'unit'>
  readonly #join: 'mean' | 'max'
  #timeS: number[] = []
  #values: number[] = []
  #every = 1
  #pending: number[] = []
  #pendingS = 0

  constructor(about: Pick<PictureCurve, 'id' | 'title' | 'unit'>, join: 'mean' | 'max') {
    this.#about = about
    this.#join = join
  }

  push(timeS: number, value: number): void {
    if (this.#pending.length === 0) this.#pendingS = timeS
    this.#pending.push(value)
    if (this.#pending.length < this.#every) return
    this.#flush()
    if (this.#values.length < MAX_POINTS) return
    const values = this.#values
    this.#values = Array.from({ length: values.length >> 1 }, (_, i) => this.#joined(values.slice(2 * i, 2 * i + 2)))
    this.#timeS = this.#timeS.filter((_, i) => i % 2 === 0)
    this.#every *= 2
  }

  #joined(values: readonly number[]): number {
    return this.#join === 'max' ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / values.length
  }

  #flush(): void {
    if (this.#pending.length === 0) return
    this.#timeS.push(round3(this.#pendingS))
    this.#values.push(round3(this.#joined(this.#pending)))
    this.#pending = []
  }

  finish(): PictureCurve {
    this.#flush()
    return { ...this.#about, timeS: this.#timeS.slice(0, MAX_POINTS), values: this.#values.slice(0, MAX_POINTS) }
  }
}

const round3 = (value: number): number => Number(value.toFixed(3))
