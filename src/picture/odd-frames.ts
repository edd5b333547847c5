// One or two pictures that do not belong: in the middle of a shot, or as a shot of their own. Pure.
import type { PictureStretches } from '../model/index.ts'
import type { Moment } from './small-picture.ts'
import { Stretches } from './stretches.ts'

/** Mean difference in percent of the range: two scenes differ by 5 to 40. */
const FOREIGN = 5
/** Of that difference: by so much the pictures before and after may differ, and each from its other neighbour. */
const SAME = 0.35
const CALM = 0.4
/** A flash of light shows the same scene: its picture goes with the one before. */
const SAME_SCENE = 0.5
/** A mix of both sides is what a change of frame rate leaves at a cut. */
const MIX = 0.4

type Kept = { readonly moment: Moment; readonly tiny: Float32Array }

export class OddFrameWatch {
  readonly #longest: number
  readonly #kept: Kept[] = []
  readonly #stretches = new Stretches({ minS: 0 })
  #last = Number.NEGATIVE_INFINITY
  #lightFlashes = 0

  constructor({ maxFrames }: { readonly maxFrames: number }) {
    this.#longest = maxFrames
  }

  push(moment: Moment, tiny: Float32Array): void {
    const kept = this.#kept
    kept.push({ moment, tiny: tiny.slice() })
    if (kept.length > this.#longest + 4) kept.shift()
    for (let length = 1; length <= this.#longest; length++) if (this.#look(length)) return
  }

  /** The last two pictures are after it, and two are before. */
  #look(length: number): boolean {
    const kept = this.#kept
    const first = kept.length - 2 - length
    if (first < 2) return false
    const [earlier, before, odd, oddEnd, after, later] = [-2, -1, 0, length - 1, length, length + 1].map(
      i => kept[first + i]!,
    ) as [Kept, Kept, Kept, Kept, Kept, Kept]
    if (odd.moment.number <= this.#last) return false
    const [into, out] = [difference(before, odd), difference(oddEnd, after)]
    const least = Math.min(into, out)
    if (least < FOREIGN) return false
    if (difference(earlier, before) > CALM * least || difference(after, later) > CALM * least) return false
    const across = difference(before, after)
    if (across <= SAME * least) {
      this.#last = oddEnd.moment.number
      if (isSameScene(before.tiny, odd.tiny)) this.#lightFlashes++
      else this.#report(odd, oddEnd, least, isEven(odd.tiny) ? 'blank' : 'foreign')
      return true
    }
    if (across < FOREIGN || isMix(before.tiny, odd.tiny, after.tiny)) return false
    this.#last = oddEnd.moment.number
    this.#report(odd, oddEnd, least, isEven(odd.tiny) ? 'blank between shots' : 'shot')
    return true
  }

  #report(from: Kept, to: Kept, value: number, what: string): void {
    this.#stretches.push(from.moment.startS, to.moment.endS, value, what)
    this.#stretches.push(to.moment.endS, to.moment.endS, null)
  }

  get figures(): Record<string, number> {
    return { lightFlashes: this.#lightFlashes }
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}

const RANGE = 876

function difference({ tiny: a }: Kept, { tiny: b }: Kept): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return (100 * sum) / a.length / RANGE
}

const meanOf = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length

/** Correlation of the two, and the second one is lighter. */
function isSameScene(before: Float32Array, odd: Float32Array): boolean {
  const [meanA, meanB] = [meanOf(before), meanOf(odd)]
  let [both, ownA, ownB] = [0, 0, 0]
  for (let i = 0; i < before.length; i++) {
    const [a, b] = [before[i]! - meanA, odd[i]! - meanB]
    both += a * b
    ownA += a * a
    ownB += b * b
  }
  const like = both / Math.sqrt(ownA * ownB || 1)
  // A flash that burns all out has no picture left.
  return meanB > meanA && (like >= SAME_SCENE || lumaOf(meanB) > 0.9)
}

const lumaOf = (code: number): number => (code - 64) / RANGE

function isEven(values: Float32Array): boolean {
  const mean = meanOf(values)
  return values.every(value => Math.abs(value - mean) < 0.03 * RANGE)
}

/** The best mix of `a` and `b` leaves little of `odd`. */
function isMix(a: Float32Array, odd: Float32Array, b: Float32Array): boolean {
  let [top, bottom] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    const way = b[i]! - a[i]!
    top += (odd[i]! - a[i]!) * way
    bottom += way * way
  }
  const part = Math.min(Math.max(top / (bottom || 1), 0), 1)
  if (part < 0.1 || part > 0.9) return false
  let [left, apart] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    left += Math.abs(odd[i]! - a[i]! - part * (b[i]! - a[i]!))
    apart += Math.abs(b[i]! - a[i]!)
  }
  return left <= MIX * apart
}
