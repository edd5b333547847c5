// Pictures as they come → shots: how many cuts, fades and dissolves, and where they are too close. Pure.
import type { PictureParams, PictureStretches } from '../model/index.ts'
import { type Changes, findShotStarts } from './shots.ts'
import type { Moment } from './small-picture.ts'
import { Stretches } from './stretches.ts'

/** Shots are looked for in pieces, so that a day of pictures takes the memory of minutes. */
const PIECE = 4096
/** Longer than any dissolve that is looked for, to both sides. */
const OVERLAP = 512

type Series = { readonly [K in Exclude<keyof Changes, 'lag'>]: number[] }
const empty = (): Series => ({ near: [], far: [], si: [], mean: [], low: [], high: [] })

/** Pictures in 0.4 s: the lag at which a dissolve is told from motion, and as short as dissolves are. */
export const lagOf = (fps: number): number => Math.max(4, Math.round(0.4 * fps))

export class ShotWatch {
  readonly #lag: number
  readonly #limits: NonNullable<PictureParams['cuts']>
  readonly #stretches: Stretches
  readonly #recent: Float32Array[] = []
  #series = empty()
  #times: number[] = []
  /** The first picture in `series`, and up to which one shots have been counted. */
  #first = 0
  #counted = 0
  readonly #counts = { cut: 0, fade: 0, dissolve: 0 }
  /** Of the last cuts. */
  readonly #cutS: number[] = []

  constructor(limits: NonNullable<PictureParams['cuts']>, fps: number) {
    this.#limits = limits
    this.#lag = lagOf(fps)
    this.#stretches = new Stretches({ minS: 0, gapS: limits.windowS })
  }

  /** `tiny` in 10-bit codes, about 96×54 of them. */
  push({ startS }: Moment, tiny: Float32Array, width: number): void {
    const now = tiny.map(code => Math.min(255, Math.max(0, ((code - 64) * 255) / 876)))
    const { near, far, si, mean, low, high } = this.#series
    const recent = this.#recent
    near.push(recent.length > 0 ? differ(recent.at(-1)!, now) : 0)
    far.push(recent.length >= this.#lag ? differ(recent[0]!, now) : Number.NaN)
    recent.push(now)
    if (recent.length > this.#lag) recent.shift()
    si.push(spatialInformation(now, width))
    mean.push(now.reduce((a, b) => a + b, 0) / now.length)
    const [dark, bright] = tenths(now)
    low.push(dark)
    high.push(bright)
    this.#times.push(startS)
    if (near.length >= PIECE + 2 * OVERLAP) this.#count(this.#first + near.length - OVERLAP)
  }

  /** Counts what begins before picture `to`, and forgets what is not needed any more. */
  #count(to: number): void {
    const starts = findShotStarts({ ...this.#series, lag: this.#lag })
    for (const { frame, transition } of starts) {
      const at = this.#first + frame
      if (transition === 'start' || at < this.#counted || at >= to) continue
      this.#counts[transition]++
      if (transition === 'cut') this.#cut(this.#times[frame]!)
    }
    this.#counted = to
    const drop = Math.max(0, to - OVERLAP - this.#first)
    this.#first += drop
    this.#times = this.#times.slice(drop)
    const { near, far, si, mean, low, high } = this.#series
    const [a, b, c, d, e, f] = [near, far, si, mean, low, high].map(each => each.slice(drop)) as [
      number[],
      number[],
      number[],
      number[],
      number[],
      number[],
    ]
    this.#series = { near: a, far: b, si: c, mean: d, low: e, high: f }
  }

  #cut(atS: number): void {
    const { windowS, maxPerWindow } = this.#limits
    const cuts = this.#cutS
    cuts.push(atS)
    while (cuts[0]! <= atS - windowS) cuts.shift()
    if (cuts.length > maxPerWindow) this.#stretches.push(cuts[0]!, atS, cuts.length)
  }

  finish(): { stretches: PictureStretches; figures: Record<string, number> } {
    this.#count(this.#first + this.#series.near.length)
    const { cut, fade, dissolve } = this.#counts
    return { stretches: this.#stretches.finish(), figures: { cuts: cut, fades: fade, dissolves: dissolve } }
  }
}

function differ(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return (100 * sum) / a.length / 255
}

/** What a tenth of the picture is darker than, and brighter than, in whole codes. */
function tenths(codes: Float32Array): [number, number] {
  const counts = new Uint32Array(256)
  for (const code of codes) counts[Math.round(code)]!++
  const at = (share: number): number => {
    let [code, sum] = [0, counts[0]!]
    while (sum <= share * codes.length && code < 255) sum += counts[++code]!
    return code
  }
  return [at(0.1), at(0.9)]
}

/** ITU-T P.910: standard deviation of Sobel's magnitude. */
function spatialInformation(p: Float32Array, width: number): number {
  const height = Math.floor(p.length / width)
  let [sum, squares, count] = [0, 0, 0]
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const [up, down] = [i - width, i + width]
      const gx = p[up + 1]! + 2 * p[i + 1]! + p[down + 1]! - p[up - 1]! - 2 * p[i - 1]! - p[down - 1]!
      const gy = p[down - 1]! + 2 * p[down]! + p[down + 1]! - p[up - 1]! - 2 * p[up]! - p[up + 1]!
      const power = gx * gx + gy * gy
      sum += Math.sqrt(power)
      squares += power
      count++
    }
  if (count === 0) return 0
  const mean = sum / count
  return Math.sqrt(Math.max(0, squares / count - mean * mean))
}
