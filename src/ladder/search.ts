// Which encode to try next: the one that says most about the hull. Pure, and the same for the same probes.
import { fitCurve, type Probe, type QualityCurve } from './curve.ts'
import { hullAt, type RatePoint, undominated, upperHull } from './hull.ts'

/** A picture size that rungs may have; the larger ones first. */
export type Candidate = { readonly id: string; readonly width: number; readonly height: number }

export type SearchSpace = {
  readonly candidates: readonly Candidate[]
  /** Best and worst setting of constant quality that may be used, whole numbers. */
  readonly crfFrom: number
  readonly crfTo: number
  /** Lower rates are of no use, and not searched. */
  readonly leastBps?: number | undefined
}

/** Probes by the id of their candidate. */
export type Probed = Readonly<Record<string, readonly Probe[]>>
export type Wanted = { readonly candidate: string; readonly crf: number }

/** A point of the hull with what makes it. */
export type HullPoint = RatePoint & { readonly candidate: string; readonly crf: number }

/** The two settings that every candidate begins with, as shares of the range: a quarter from either end. */
const FIRST = [0.25, 0.75]
/** Nobody is shown less: what lies below is not searched. */
const LEAST = 30
/** A curve that is so far below the best may still reach it, points of VMAF. */
const NEAR = 1.5
/** Beyond the outermost probes a curve is a guess: that share of what it changes there may be wrong. */
const GUESS = 0.12
/** Between two probes the curve may be off by that share of what it falls there, in the middle, when they
 * are so many settings apart; half as far apart, half that share of half that fall. */
const BEND = 0.06
const WIDE = 12

/** The hull by what is known: on a grid of whole settings. Candidates with fewer than two probes are left out. */
export function hullOf({ candidates, crfFrom, crfTo }: SearchSpace, probed: Probed): HullPoint[] {
  const points = candidates.flatMap(({ id }) => {
    const curve = curveOf(probed, id)
    if (!curve) return []
    return range(crfFrom, crfTo).map(crf => pointAt(curve, id, crf))
  })
  const good = points.filter(({ vmaf }) => vmaf >= LEAST)
  return upperHull(good.length > 0 ? good : points)
}

/**
 * What a rung may be: settings of any candidate that no other one beats. The hull leaves out what lies between its corners, and where
 * quality falls off ever more slowly all that lies between two far ones; a network that carries it is served by it nevertheless.
 */
export function worthwhile({ candidates, crfFrom, crfTo }: SearchSpace, probed: Probed): HullPoint[] {
  const points = candidates.flatMap(({ id }) => {
    const curve = curveOf(probed, id)
    return curve ? range(crfFrom, crfTo).map(crf => pointAt(curve, id, crf)) : []
  })
  const good = points.filter(({ vmaf }) => vmaf >= LEAST)
  return undominated(good.length > 0 ? good : points)
}

function curveOf(probed: Probed, id: string): QualityCurve | null {
  const probes = probed[id] ?? []
  return new Set(probes.map(({ crf }) => crf)).size < 2 ? null : fitCurve(probes)
}

const pointAt = (curve: QualityCurve, candidate: string, crf: number): HullPoint => ({
  candidate,
  crf,
  logRate: curve.logRate(crf),
  vmaf: curve.vmaf(crf),
})

/**
 * The next encodes, at most `atOnce` of them, each of another candidate or stretch; empty when no stretch of the hull is
 * less certain than `tolerance` points of VMAF.
 */
export function nextProbes(space: SearchSpace, probed: Probed, tolerance: number, atOnce = 1): Wanted[] {
  const first = firstProbes(space, probed)
  if (first.length > 0) return first
  const front = worthwhile(space, probed)
  return space.candidates
    .flatMap(({ id }) => doubts(space, id, probed[id]!, fitCurve(probed[id]!), front))
    .filter(({ doubt }) => doubt > tolerance)
    .toSorted((a, b) => b.doubt - a.doubt)
    .slice(0, atOnce)
    .map(({ candidate, crf }) => ({ candidate, crf }))
}

function firstProbes({ candidates, crfFrom, crfTo }: SearchSpace, probed: Probed): Wanted[] {
  return candidates.flatMap(({ id }) => {
    const known = new Set((probed[id] ?? []).map(({ crf }) => crf))
    const settings = [...new Set(FIRST.map(share => Math.round(crfFrom + share * (crfTo - crfFrom))))]
    if (known.size >= 2) return []
    return settings.filter(crf => !known.has(crf)).map(crf => ({ candidate: id, crf }))
  })
}

type Doubt = Wanted & { readonly doubt: number }

/** Of one candidate: each stretch between probes that the best may run along, with how wrong the curve may be there. */
function doubts(
  { crfFrom, crfTo, leastBps = 0 }: SearchSpace,
  candidate: string,
  probes: readonly Probe[],
  curve: QualityCurve,
  front: readonly RatePoint[],
): Doubt[] {
  const settings = [...new Set(probes.map(({ crf }) => crf))].toSorted((a, b) => a - b)
  const bounds = [crfFrom - 1, ...settings, crfTo + 1]
  return bounds.slice(1).flatMap((to, i) => {
    const from = bounds[i]!
    const inside = range(from + 1, to - 1).filter(crf => {
      const point = pointAt(curve, candidate, crf)
      return 2 ** point.logRate >= leastBps && isNear(point, front)
    })
    if (inside.length === 0) return []
    const scored = inside.map(crf => ({ candidate, crf, doubt: doubtAt(curve, settings, crf) }))
    return [scored.reduce((worst, each) => (each.doubt > worst.doubt ? each : worst))]
  })
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)

function isNear(point: HullPoint, front: readonly RatePoint[]): boolean {
  const [lowest, highest] = [front[0]!, front.at(-1)!]
  if (point.logRate < lowest.logRate) return point.vmaf > LEAST - NEAR
  if (point.logRate > highest.logRate) return point.vmaf > highest.vmaf - NEAR
  return point.vmaf > hullAt(front, point.logRate)! - NEAR
}

/** Points of VMAF by which the curve may be off at a setting without a probe. */
function doubtAt(curve: QualityCurve, settings: readonly number[], crf: number): number {
  const [first, last] = [settings[0]!, settings.at(-1)!]
  if (crf < first) return GUESS * Math.abs(curve.vmaf(crf) - curve.vmaf(first))
  if (crf > last) return GUESS * Math.abs(curve.vmaf(crf) - curve.vmaf(last))
  const after = settings.find(each => each > crf)!
  const before = settings.findLast(each => each < crf)!
  const share = (crf - before) / (after - before)
  // Nothing at the probes themselves, and less the closer they are: a fall over few settings hides little.
  const length = (after - before) / WIDE
  return BEND * 4 * share * (1 - share) * length * (curve.vmaf(before) - curve.vmaf(after))
}
