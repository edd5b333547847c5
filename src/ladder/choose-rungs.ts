// Rungs from the hull: the best that is wanted on top, then steps that people see, down to what the poorest network takes. Pure.
import type { HullPoint } from './search.ts'

/** VMAF of the largest rung: what a viewer of the service is promised. */
export const tiers = { premium: 93, standard: 87, mobile: 80 } as const
export type TierName = keyof typeof tiers

export type RungWish = {
  /** VMAF of the largest rung. */
  readonly top: number
  /** Points of VMAF between neighbours. About 6 is one just-noticeable difference. */
  readonly step: number
  readonly maxRungs: number
  /** The smallest rung needs no less: bit/s. */
  readonly leastBps: number
  /** The largest rung may have no more: bit/s, or null for no limit. */
  readonly mostBps: number | null
}

/**
 * Players choose by rate: closer neighbours make them switch for nothing, further ones leave a network without a rung that
 * fits (Apple's TN2224 asks for 1.5 to 2; its later tables step by 1.35 to 2.7).
 */
const RATIO = { least: 1.5, most: 2.5 } as const

export type ChosenRung = HullPoint & { readonly because: string }

export type ChosenLadder = {
  /** From the largest to the smallest; none is dominated by another. */
  readonly rungs: readonly ChosenRung[]
  /** The best VMAF that can be had, where the wish is beyond it; else null. */
  readonly bestReachable: number | null
}

/** `hull`: what a rung may be, rising from left to right, at least one point. */
export function chooseRungs(hull: readonly HullPoint[], wish: RungWish): ChosenLadder {
  const allowed = hull.filter(({ logRate }) => wish.mostBps === null || 2 ** logRate <= wish.mostBps)
  const points = allowed.length > 0 ? allowed : hull.slice(0, 1)
  const best = points.at(-1)!
  const first = points.find(({ vmaf }) => vmaf >= wish.top) ?? best
  const reached = first.vmaf >= wish.top
  const capped = wish.mostBps !== null && points.length < hull.length
  const why = reached
    ? `the fewest bits that reach VMAF ${wish.top}`
    : capped
      ? 'the best under the highest rate that is allowed'
      : 'the best that this source and these settings give'
  const rungs: ChosenRung[] = [{ ...first, because: why }]
  while (rungs.length < wish.maxRungs) {
    const next = below(points, rungs.at(-1)!, wish)
    if (!next) break
    rungs.push(next)
  }
  return { rungs, bestReachable: reached ? null : first.vmaf }
}

/** The next rung down; null when the floor is reached. */
function below(points: readonly HullPoint[], rung: HullPoint, { step, leastBps }: RungWish): ChosenRung | null {
  const ratio = (point: HullPoint): number => 2 ** (rung.logRate - point.logRate)
  const further = points.filter(point => ratio(point) >= RATIO.least && 2 ** point.logRate >= leastBps)
  if (further.length === 0) return null
  const lower = further.filter(point => ratio(point) <= RATIO.most)
  // Where sizes change, what is worth having may jump: better one wide step than a ladder that ends.
  if (lower.length === 0)
    return { ...further.at(-1)!, because: 'the next lower one that is worth its bits, although the step is wide' }
  const wanted = rung.vmaf - step
  const nearest = lower.reduce((a, b) => (Math.abs(b.vmaf - wanted) < Math.abs(a.vmaf - wanted) ? b : a))
  const off = nearest.vmaf - wanted
  const because =
    Math.abs(off) <= step / 2
      ? `${step} points of VMAF below the rung above, about one step that is seen`
      : off > 0
        ? `the rate is not to fall to less than ${(100 / RATIO.most).toFixed(0)} % at once, although less than ${step} points are lost`
        : `the rate is to fall to ${(100 / RATIO.least).toFixed(0)} % at least: closer rungs switch for nothing`
  return { ...nearest, because }
}
