// Bjøntegaard's measure: how many bits one set of encodes needs against another at the same quality (VCEG-M33). Pure.
import { hullAt, type RatePoint, undominated } from './hull.ts'

const STEPS = 1000

/**
 * Mean difference of rate at equal quality, as a share of `anchor`'s: −0.2 means a fifth fewer bits. Piecewise linear in
 * log rate between the points of both, over the range of quality that they share; null when they share none.
 */
export function bdRate(anchor: readonly RatePoint[], tested: readonly RatePoint[]): number | null {
  const [a, b] = [undominated(anchor), undominated(tested)]
  if (a.length < 2 || b.length < 2) return null
  const from = Math.max(a[0]!.vmaf, b[0]!.vmaf)
  const to = Math.min(a.at(-1)!.vmaf, b.at(-1)!.vmaf)
  if (to <= from) return null
  // The same curve with its axes exchanged.
  const flip = (points: readonly RatePoint[]): RatePoint[] =>
    points.map(({ logRate, vmaf }) => ({ logRate: vmaf, vmaf: logRate }))
  const [rateOfA, rateOfB] = [flip(a), flip(b)]
  let sum = 0
  for (let i = 0; i <= STEPS; i++) {
    const quality = from + ((to - from) * i) / STEPS
    const weight = i === 0 || i === STEPS ? 0.5 : 1
    sum += weight * (clamped(rateOfB, quality) - clamped(rateOfA, quality))
  }
  return 2 ** (sum / STEPS) - 1
}

/** Rounding may put an end a hair outside. */
function clamped(points: readonly RatePoint[], at: number): number {
  const [first, last] = [points[0]!, points.at(-1)!]
  return hullAt(points, Math.min(last.logRate, Math.max(first.logRate, at)))!
}
