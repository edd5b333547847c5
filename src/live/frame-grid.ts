// The one output clock of a channel: frame n stands at epoch + n / fps, for all time. Pictures come at any time; each gets
// the place that is nearest, sticks to its neighbour while it can, and places without a picture repeat the last one.
import { type Rational, rational, round } from '../core/index.ts'

export type GridCounts = {
  /** Pictures that were shown. */
  readonly shown: number
  /** Places that showed the picture before once more. */
  readonly repeated: number
  /** Pictures without a place: another one had it. */
  readonly dropped: number
  /** Pictures whose place was over when they came, and that took the next one. */
  readonly late: number
}

export type GridFrame<F> = {
  readonly n: bigint
  /** Undefined before the first picture of all. */
  readonly frame: F | undefined
  readonly repeat: boolean
  /** Pictures that will never be shown. Their owner frees them; the shown one stays until the next is shown. */
  readonly dropped: readonly F[]
}

export type GridOptions = {
  readonly fps: Rational
  /** Local microseconds of frame 0. */
  readonly epochUs: number
  /** Pictures that may wait for their place; more are dropped, the oldest first. */
  readonly maxWaiting?: number
}

/** How far, in frames, a picture may stand from the place after its neighbour's and still take it: more than the half of plain rounding. */
const STICKY = 0.85

/** A picture so many places ahead has a wrong time: believing it would refuse all that follow. */
const MAX_AHEAD = 500n

/** Assigns pictures to the places of a constant frame rate. Borrows frames; see `GridFrame.dropped`. */
export class FrameGrid<F> {
  readonly #fps: Rational
  readonly #epochUs: number
  readonly #maxWaiting: number
  #waiting: { readonly n: bigint; readonly frame: F }[] = []
  #refused: F[] = []
  /** Where the last picture belonged, even if it came too late for that. */
  #lastOwn: bigint | undefined
  #lastTaken: bigint | undefined
  #current: F | undefined
  #shown = 0
  #repeated = 0
  #dropped = 0
  #late = 0

  constructor({ fps, epochUs, maxWaiting = 8 }: GridOptions) {
    this.#fps = fps
    this.#epochUs = epochUs
    this.#maxWaiting = maxWaiting
  }

  get counts(): GridCounts {
    return { shown: this.#shown, repeated: this.#repeated, dropped: this.#dropped, late: this.#late }
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** When frame n is due, in local microseconds; exact to half of one, however large n is. */
  timeOfUs(n: bigint): number {
    return this.#epochUs + Number(round(rational(n * this.#fps.den * 1_000_000n, this.#fps.num)))
  }

  /** The place nearest to a time. */
  indexAt(timeUs: number): bigint {
    return round(rational(BigInt(Math.round(timeUs - this.#epochUs)) * this.#fps.num, this.#fps.den * 1_000_000n))
  }

  /** Gives a picture its place. Undefined when it has none; it then comes back as dropped with the next `take`. */
  offer(frame: F, atUs: number): bigint | undefined {
    const own = this.#placeOf(atUs)
    const taken = this.#lastTaken
    if ((this.#lastOwn !== undefined && own <= this.#lastOwn) || (taken !== undefined && own > taken + MAX_AHEAD)) {
      this.#refuse(frame)
      return undefined
    }
    this.#lastOwn = own
    // Newer than what is shown, but too late: better seen late than a picture that stands still.
    const isLate = taken !== undefined && own <= taken
    if (isLate) this.#late++
    const n = isLate ? taken + 1n : own
    // Of a late picture and the one whose place it took the newer stays: that is how lost time is made up for.
    while (this.#waiting.length > 0 && this.#waiting.at(-1)!.n >= n) this.#refuse(this.#waiting.pop()!.frame)
    this.#waiting.push({ n, frame })
    if (this.#waiting.length > this.#maxWaiting) this.#refuse(this.#waiting.shift()!.frame)
    return n
  }

  /** Fills place n; places are filled one after the other. Skipping some (the owner slept) drops what stood there. */
  take(n: bigint): GridFrame<F> {
    let next: F | undefined
    let found = false
    while (this.#waiting.length > 0 && this.#waiting[0]!.n <= n) {
      if (found) this.#refuse(next as F)
      next = this.#waiting.shift()!.frame
      found = true
    }
    this.#lastTaken = n
    if (found) {
      this.#current = next
      this.#shown++
    } else if (this.#current !== undefined) this.#repeated++
    return { n, frame: this.#current, repeat: !found && this.#current !== undefined, dropped: this.#refused.splice(0) }
  }

  /** Takes everything back: what waits, what was refused, what is shown. */
  drain(): readonly F[] {
    const rest = [...this.#refused.splice(0), ...this.#waiting.splice(0).map(({ frame }) => frame)]
    if (this.#current !== undefined) rest.push(this.#current)
    this.#current = undefined
    return rest
  }

  /** Sender and grid at the same rate half a frame apart would repeat and drop in turn without the stickiness. */
  #placeOf(atUs: number): bigint {
    const nearest = this.indexAt(atUs)
    if (this.#lastOwn === undefined) return nearest
    const following = this.#lastOwn + 1n
    if (nearest === following) return nearest
    const offUs = Math.abs(atUs - this.timeOfUs(following))
    const frameUs = (1_000_000 * Number(this.#fps.den)) / Number(this.#fps.num)
    return offUs <= STICKY * frameUs ? following : nearest
  }

  #refuse(frame: F): void {
    this.#dropped++
    this.#refused.push(frame)
  }
}
