// Stretches of time in which something holds, merged where they nearly touch, and bounded in number.
import type { SoundStretch, SoundStretches } from '../../model/index.ts'

/** So many are kept of each kind and channel: more of them say nothing new, and the file may be hours of it. */
const KEPT = 100
/** Half a hop: where timestamps wander, what touches may differ by as much. */
const TOUCHING_S = 0.005
/** Times are sums of hops. */
const ROUNDING_S = 1e-6

export type StretchRule = {
  /** Shorter ones are dropped when they end. */
  readonly minS?: number
  /** A pause up to this long does not end a stretch. */
  readonly mergeS?: number
  /** The worse of two figures. */
  readonly worse: (a: number, b: number) => number
}

/** Stretches of one kind in one channel, in the order of time. */
export class StretchList {
  readonly #channel: string | null
  readonly #rule: StretchRule
  readonly #found: SoundStretch[] = []
  #more = 0
  #open: { startS: number; endS: number; worst: number; count: number } | null = null

  constructor(channel: string | null, rule: StretchRule) {
    this.#channel = channel
    this.#rule = rule
  }

  /** Times must not go backwards. */
  add(startS: number, endS: number, figure: number, count = 1): void {
    const open = this.#open
    if (open && startS <= open.endS + Math.max(this.#rule.mergeS ?? 0, TOUCHING_S)) {
      open.endS = Math.max(open.endS, endS)
      open.worst = this.#rule.worse(open.worst, figure)
      open.count += count
      return
    }
    this.cut()
    this.#open = { startS, endS, worst: figure, count }
  }

  finish(): SoundStretches {
    this.cut()
    return { found: this.#found, more: this.#more }
  }

  /** Ends what is open: what comes next is another stretch, however near. */
  cut(): void {
    const open = this.#open
    this.#open = null
    if (!open || open.endS - open.startS < (this.#rule.minS ?? 0) - ROUNDING_S) return
    if (this.#found.length < KEPT) this.#found.push({ channel: this.#channel, ...open })
    else this.#more++
  }
}

/** The stretches of several channels as one list in the order of time. */
export function joinStretches(lists: readonly StretchList[]): SoundStretches {
  const all = lists.map(list => list.finish())
  return {
    found: all.flatMap(({ found }) => found).toSorted((a, b) => a.startS - b.startS),
    more: all.reduce((sum, { more }) => sum + more, 0),
  }
}

/** What is lost in one channel is often lost in all of them: so near, it is one event. */
const COINCIDING_S = 0.02

/** The same, with what happens in several channels at one time as one stretch of `FL, FR`. */
export function joinCoinciding(lists: readonly StretchList[]): SoundStretches {
  const { found, more } = joinStretches(lists)
  const events: SoundStretch[] = []
  for (const each of found) {
    const at = events.findLastIndex(
      event => each.startS - event.startS <= COINCIDING_S && Math.abs(each.endS - event.endS) <= COINCIDING_S,
    )
    const event = events[at]
    if (event)
      events[at] = {
        channel: `${event.channel}, ${each.channel}`,
        startS: event.startS,
        endS: Math.max(event.endS, each.endS),
        worst: Math.max(event.worst, each.worst),
        count: Math.max(event.count, each.count),
      }
    else events.push(each)
  }
  return { found: events, more }
}

/** The one that is further from zero. */
export const fartherFromZero = (a: number, b: number): number => (Math.abs(b) > Math.abs(a) ? b : a)
