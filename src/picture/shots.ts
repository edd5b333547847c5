// Where shots begin and how: cuts, fades and dissolves, from what changes between small pictures. Pure.
import type { Transition } from '../model/index.ts'

/** One value per picture. Differences are in percent of the scale, luma in 8-bit codes of full range. */
export type Changes = {
  /** To the picture before; of the first one anything. */
  readonly near: readonly number[]
  /** To the one `lag` before; NaN for those that have none. */
  readonly far: readonly number[]
  readonly lag: number
  /** Spatial information of the small picture. */
  readonly si: readonly number[]
  readonly mean: readonly number[]
  /** What a tenth of the picture is darker than, and brighter than. */
  readonly low: readonly number[]
  readonly high: readonly number[]
}

export type ShotStart = { readonly frame: number; readonly transition: Transition }

/** Pictures of 96×54 change by 0.2 to 3 % of the scale when something moves; two scenes differ by 5 to 40 %. */
const LEAST_CUT = 3.5
/** A cut stands out of what moves around it by so much. */
const STANDS_OUT = 2.5
/** After a cut the old picture does not come back; after a flash it does. */
const STAYS = 0.5
/** Closer cuts are one: fields and frame-rate conversion spread it over two or three pictures. */
const SAME_CUT = 3

/**
 * A dissolve moves every pixel one way only, so that its small differences add up to the large one; motion and grain cancel out.
 * 1 is the ideal (twin comparison after Zhang, Kankanhalli and Smoliar, 1993, with the sum as its own threshold).
 */
const ONE_WAY = 0.7
/** Least difference in one lag, and in the whole of a dissolve. */
const LEAST_LAG = 1.5
const LEAST_DISSOLVE = 4
/** Half of each of two pictures has a quarter of their variances (Alattar's parabola, 1993): half of the mean where they are equal. */
const DIP = 0.75
/** The same where motion hides the first sign: a deeper dip, over so many lags to both sides. */
const DEEP = 0.55
const DIP_LAGS = [1, 1.5, 2, 3, 4]
const WITHOUT_BREAK = 0.7
const SOME_WAY = 0.5
/** A fade of three pictures has steps of a third. */
const ONE_STEP = 0.4
/** Longer ones are a change of light. */
const LONGEST_LAGS = 12

/** Black or white all over: letters on it are a picture. */
const isDark = (c: Changes, i: number): boolean => c.high[i]! <= 8 && c.mean[i]! <= 5
const isBright = (c: Changes, i: number): boolean => c.low[i]! >= 230 && c.mean[i]! >= 240
const isBlank = (c: Changes, i: number): boolean => isDark(c, i) || isBright(c, i)
/** Far enough from both to count as another picture. */
const isClear = (c: Changes, i: number): boolean => c.high[i]! >= 40 && c.low[i]! <= 200

/** In order; the first begins at 0. What is blank belongs to the shot before it. */
export function findShotStarts(changes: Changes): ShotStart[] {
  const length = changes.near.length
  const cuts = findCuts(changes).filter(at => !isBlank(changes, at))
  const fades = findFades(changes).filter(at => !cuts.some(cut => Math.abs(cut - at) < SAME_CUT))
  const dissolves = findDissolves(changes, cuts)
  const found: ShotStart[] = [
    ...cuts.map(frame => ({ frame, transition: 'cut' as const })),
    ...fades.map(frame => ({ frame, transition: 'fade' as const })),
    ...dissolves.map(frame => ({ frame, transition: 'dissolve' as const })),
  ].toSorted((a, b) => a.frame - b.frame)
  const starts: ShotStart[] = length > 0 ? [{ frame: 0, transition: 'start' }] : []
  for (const each of found) if (each.frame - starts.at(-1)!.frame >= SAME_CUT) starts.push(each)
  return starts
}

function findCuts({ near, far, lag }: Changes): number[] {
  const reach = Math.max(SAME_CUT, lag >> 1)
  const cuts: number[] = []
  for (let at = 1; at < near.length; at++) {
    const jump = near[at]!
    if (jump < LEAST_CUT) continue
    const around = near
      .slice(Math.max(1, at - reach), at + reach + 1)
      .toSpliced(Math.min(reach, at - 1), 1)
      .toSorted((a, b) => b - a)
    // The second largest: one other cut may be near, but what moves by steps moves more than twice.
    if (jump < STANDS_OUT * (around[1] ?? 0)) continue
    const last = cuts.at(-1)
    const same = last !== undefined && at - last < SAME_CUT
    if (same && near[last]! >= jump) continue
    const after = far.slice(at + 1, at + lag).filter(value => !Number.isNaN(value))
    if (after.length > 0 && median(after) < STAYS * jump) continue
    if (same) cuts.pop()
    cuts.push(at)
  }
  return cuts
}

/** Pictures from one to another, both counted. */
type Stretch = { readonly from: number; readonly to: number }
/** What may be a dissolve: from the last picture before it to the first after it. */
type Gradual = Stretch & { readonly middle: number }

/** First pictures after black or white between two clear scenes, where one side at least comes by and by: else it is a flash. */
function findFades(changes: Changes): number[] {
  const starts: number[] = []
  let wasClear = false
  let blank = null as Stretch | null
  for (let i = 0; i < changes.near.length; i++) {
    if (isBlank(changes, i)) blank = { from: blank?.from ?? i, to: i }
    if (!isClear(changes, i)) continue
    if (wasClear && blank && isFade(changes, blank)) starts.push(blank.to + 1)
    wasClear = true
    blank = null
  }
  return starts
}

const isFade = (changes: Changes, { from, to }: Stretch): boolean =>
  isSlow(changes, from - changes.lag + 1, from) || isSlow(changes, to + 1, to + changes.lag)

/** No step of pictures from `from` to `to` is most of the way. */
function isSlow({ near }: Changes, from: number, to: number): boolean {
  const steps = near.slice(Math.max(1, from), to + 1)
  return Math.max(...steps) <= ONE_STEP * steps.reduce((sum, step) => sum + step, 0)
}

function findDissolves(changes: Changes, cuts: readonly number[]): number[] {
  const { near, lag } = changes
  const sums = [0]
  for (let i = 1; i < near.length; i++) sums.push(sums[i - 1]! + near[i]!)
  const oneWay = near.map((_, at) => (at < lag ? 0 : changes.far[at]! / (sums[at]! - sums[at - lag]! || 1)))
  const isWhole = ({ from, to }: Stretch): boolean => {
    if (sums[to]! - sums[from]! < LEAST_DISSOLVE || !isClear(changes, from) || !isClear(changes, to)) return false
    // A jump is a cut or a flash.
    if (!isSlow(changes, from + 1, to)) return false
    // A fade is a dissolve with black.
    for (let i = Math.max(0, from - 2); i <= Math.min(near.length - 1, to + 2); i++)
      if (isBlank(changes, i)) return false
    return !cuts.some(cut => cut > from && cut <= to)
  }
  const found: Gradual[] = []
  for (const stretch of [...oneWayStretches(changes, cuts, oneWay, sums), ...dips(changes, oneWay)])
    if (isWhole(stretch) && !found.some(({ from, to }) => stretch.from <= to + lag && from <= stretch.to + lag))
      found.push(stretch)
  return found.map(({ middle }) => middle)
}

/** Calm scenes: while they dissolve all goes one way, and contrast is less in the middle than at the ends. */
function oneWayStretches(
  { near, far, lag, si }: Changes,
  cuts: readonly number[],
  oneWay: readonly number[],
  sums: readonly number[],
): Gradual[] {
  const cutAt = new Set(cuts)
  let lastCut = Number.NEGATIVE_INFINITY
  const isGradual = near.map((_, at) => {
    if (cutAt.has(at)) lastCut = at
    return at >= lag && far[at]! >= LEAST_LAG && oneWay[at]! >= ONE_WAY && lastCut <= at - lag
  })
  const found: Gradual[] = []
  for (let first = 0; first < near.length; first++) {
    if (!isGradual[first]) continue
    let to = first
    while (isGradual[to + 1]) to++
    const from = first - lag
    first = to
    if (to - from > LONGEST_LAGS * lag) continue
    const half = (sums[from]! + sums[to]!) / 2
    let middle = from + 1
    while (sums[middle]! < half) middle++
    const ends = (powerIn(si, from - lag, from) + powerIn(si, to, to + lag)) / 2
    if (powerIn(si, middle - 1, middle + 1) <= DIP * ends) found.push({ from, to, middle })
  }
  return found
}

/** Scenes in motion: contrast falls without a break to less than half of what it is on both sides, and rises again. */
function dips({ near, lag, si }: Changes, oneWay: readonly number[]): Gradual[] {
  const power = si.map((_, i) => powerIn(si, i - 1, i + 1))
  const depth = (at: number, reach: number): number => (2 * power[at]!) / (power[at - reach]! + power[at + reach]! || 1)
  const found: (Gradual & { readonly depth: number })[] = []
  for (let middle = 0; middle < near.length; middle++) {
    for (const reach of DIP_LAGS.map(lags => Math.round(lags * lag))) {
      const [from, to] = [middle - reach, middle + reach]
      if (from < 0 || to >= near.length || depth(middle, reach) > DEEP) continue
      const side = (sign: 1 | -1): number => {
        let down = 0
        for (let i = 1; i <= reach; i++) if (power[middle + sign * i]! >= power[middle + sign * (i - 1)]!) down++
        return down / reach
      }
      if (Math.min(side(1), side(-1)) < WITHOUT_BREAK) continue
      if (Math.max(...oneWay.slice(from + 1, to + 1)) < SOME_WAY) continue
      found.push({ from, to, middle, depth: depth(middle, reach) })
      break
    }
  }
  return found.toSorted((a, b) => a.depth - b.depth || a.middle - b.middle)
}

const powerIn = (si: readonly number[], from: number, to: number): number =>
  median(si.slice(Math.max(0, from), to + 1).map(value => value ** 2))

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
