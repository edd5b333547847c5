// The sender's clock against ours, from when its units arrive: an offset and a drift, with how far the drift may be off.
import { type Line, lowerLine, type Point } from './lower-line.ts'
import { type SenderClockOptions, senderClockDefaults } from './sender-clock.data.ts'

export type ClockEstimate = {
  /** Microseconds of ours per million of the sender's, less a million: positive when the sender's clock is slow. */
  readonly ppm: number
  /** How far `ppm` may be off; Infinity while nothing is known. */
  readonly errorPpm: number
  /** Whether `ppm` may be acted upon. */
  readonly locked: boolean
  /** The path changed its length this many times. */
  readonly steps: number
}

/** One per source; units of all of its streams may be added, in the order of their arrival. */
export class SenderClock {
  readonly #options: SenderClockOptions
  #origin: { readonly mediaUs: number; readonly arrivalUs: number } | undefined
  // The shortest transit of each bucket, by media time; both axes from the origin, so that doubles keep their precision.
  #points: Point[] = []
  #open: { readonly bucket: number; readonly point: Point } | undefined
  #line: Line | undefined
  /** The drift from before the last step: the crystal did not change, only the way. */
  #held: { readonly slope: number; readonly error: number } | undefined
  #steps = 0

  constructor(options: Partial<SenderClockOptions> = {}) {
    this.#options = { ...senderClockDefaults, ...options }
  }

  get estimate(): ClockEstimate {
    const { maxPpm, lockedPpm } = this.#options
    const errorPpm = (this.#line?.error ?? Infinity) * 1e6
    const ppm = Math.min(maxPpm, Math.max(-maxPpm, (this.#line?.slope ?? 0) * 1e6))
    return { ppm, errorPpm, locked: errorPpm <= lockedPpm, steps: this.#steps }
  }

  add(mediaUs: number, arrivalUs: number): void {
    this.#origin ??= { mediaUs, arrivalUs }
    const x = mediaUs - this.#origin.mediaUs
    const y = arrivalUs - this.#origin.arrivalUs - x
    const bucket = Math.floor(x / this.#options.bucketUs)
    const open = this.#open
    if (open === undefined || bucket > open.bucket) {
      if (open) this.#close(open.point)
      this.#open = { bucket, point: { x, y } }
    } else if (bucket === open.bucket && y < open.point.y) this.#open = { bucket, point: { x, y } }
    // Reordered units of an older bucket came late: they say nothing about the shortest way.
  }

  /** When a unit with this media time would arrive by the shortest way. Undefined before the first unit. */
  toLocalUs(mediaUs: number): number | undefined {
    if (this.#origin === undefined) return undefined
    const x = mediaUs - this.#origin.mediaUs
    // A drift that is not known yet would move times more than it mends them.
    const { ppm, locked } = this.estimate
    const slope = locked ? ppm / 1e6 : 0
    const offset = this.#lowest(slope)
    return Math.round(this.#origin.arrivalUs + x + offset + slope * x)
  }

  /** Forgets everything but the drift: the source connects again. */
  rebase(): void {
    if (this.#line) this.#held = { slope: this.#line.slope, error: this.#line.error }
    this.#origin = undefined
    this.#points = []
    this.#open = undefined
  }

  #close(point: Point): void {
    const { windowUs, bucketUs, stepUpUs, stepDownUs } = this.#options
    this.#points.push(point)
    while (this.#points.length > windowUs / bucketUs || this.#points[0]!.x < point.x - windowUs) this.#points.shift()
    this.#step(stepUpUs, 1)
    this.#step(stepDownUs, -1)
    if (this.#isSuspicious()) return
    const fit = this.#fit(this.#points)
    const held = this.#held
    if (fit && (held === undefined || fit.error <= held.error)) {
      this.#line = fit
      this.#held = undefined
    } else if (held) this.#line = { ...held, offset: this.#lowest(held.slope) }
  }

  /** Something came far sooner than the line allows, and it is too early to say why: the line waits for the answer. */
  #isSuspicious(): boolean {
    const line = this.#line
    if (line === undefined || !this.estimate.locked) return false
    const first = this.#points.find(({ x, y }) => y - line.offset - line.slope * x < -this.#options.stepUs)
    return first !== undefined && this.#points.at(-1)!.x - first.x <= this.#options.stepDownUs
  }

  /** Starts anew from where every later point lies beyond what the earlier ones foretell. */
  #step(durationUs: number, direction: 1 | -1): void {
    const newest = this.#points.at(-1)!.x
    const from = this.#points.findIndex(({ x }) => x > newest - durationUs)
    const before = this.#fit(this.#points.slice(0, from))
    if (before === undefined) return
    const beyond = this.#points
      .slice(from)
      .every(({ x, y }) => (y - before.offset - before.slope * x) * direction > this.#options.stepUs)
    if (!beyond) return
    this.#steps++
    if (this.#held === undefined || before.error < this.#held.error)
      this.#held = { slope: before.slope, error: before.error }
    this.#points.splice(0, from)
  }

  #fit(points: readonly Point[]): Line | undefined {
    if (points.length < 4 || points.at(-1)!.x - points[0]!.x < this.#options.minSpanUs) return undefined
    return lowerLine(points)
  }

  #lowest(slope: number): number {
    let lowest = this.#open ? this.#open.point.y - slope * this.#open.point.x : Infinity
    for (const { x, y } of this.#points) lowest = Math.min(lowest, y - slope * x)
    return lowest
  }
}
