// Scores of a measure node → the reading that reports carry: pooled, with the worst second and the worst shot. Pure.
import { type Pooled as PooledScores, pool, type Stretch } from '@headend/vmaf'
import type { MeasureResult, PooledVmaf, ScoredStretch, VmafPlan, VmafReading } from '../model/index.ts'
import { round, thin } from './thin.ts'

export type VmafContext = {
  readonly plan: VmafPlan
  readonly engine: string
  /** Frames per second of the compared pictures. */
  readonly rate: { readonly num: bigint; readonly den: bigint }
  /** Seconds at which the source cuts. */
  readonly cutsS: readonly number[]
}

/** null when no frame was scored. */
export function readVmaf(result: MeasureResult, { plan, engine, rate, cutsS }: VmafContext): VmafReading | null {
  const all = result.series[plan.model] ?? []
  const scored = all.flatMap((score, i) => (Number.isNaN(score) ? [] : [i]))
  if (scored.length === 0) return null
  const times = scored.map(i => result.timeS[i]!)
  const of = (model: string): number[] => scored.map(i => result.series[model]![i]!)
  const scores = of(plan.model)
  const perSecond = { num: Number(rate.num), den: Number(rate.den) * plan.every }
  const shotStarts = startsOf(times, cutsS)
  const pooled = pool(scores, { rate: perSecond, ...(shotStarts.length > 0 ? { shotStarts } : {}) })
  const frameS = perSecond.den / perSecond.num
  const stretch = ({ first, count, mean }: Stretch): ScoredStretch => ({
    startS: round(times[first]!, 3),
    endS: round(times[first + count - 1]! + frameS, 3),
    mean: round(mean, 3),
  })
  const keep = thin(scores.length, i => scores[i]!)
  return {
    ...plan,
    engine,
    frames: scored.length,
    score: figures(pooled),
    negScore: plan.neg ? figures(pool(of(plan.neg))) : null,
    worstSecond: stretch(pooled.worstSecond!),
    worstShot: pooled.worstShot ? stretch(pooled.worstShot) : null,
    series: { timeS: keep.map(i => round(times[i]!, 4)), score: keep.map(i => round(scores[i]!, 3)) },
  }
}

/** Index of the first scored frame of each shot; shots without one are passed over. */
function startsOf(times: readonly number[], cutsS: readonly number[]): number[] {
  const starts = new Set<number>()
  let at = 0
  for (const cut of cutsS.toSorted((a, b) => a - b)) {
    // Half a millisecond: both clocks count the same pictures in different ticks.
    while (at < times.length && times[at]! < cut - 0.0005) at++
    if (at > 0 && at < times.length) starts.add(at)
  }
  return [...starts]
}

const figures = (pooled: PooledScores): PooledVmaf => ({
  mean: round(pooled.mean, 4),
  harmonicMean: round(pooled.harmonicMean, 4),
  min: round(pooled.min, 4),
  p1: round(pooled.p1, 4),
  p5: round(pooled.p5, 4),
  p10: round(pooled.p10, 4),
  median: round(pooled.p50, 4),
  stdDev: round(pooled.standardDeviation, 4),
})
