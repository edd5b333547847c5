// Bringing a loudness range down where that was asked for: the ride, its corrections, and what is said of it. Pure.
import { type PlannedRide, planRide, rangeOfMomentary } from '../audio/index.ts'
import type { Check, LoudnessMeasurement, LoudnessReading, NormalizedTrack } from '../model/index.ts'

export type RangeAim = {
  /** What was asked for, LU. */
  readonly maxLra: number
  /** What is planned for: the estimate from curves reads other than the meter. */
  readonly plannedLra: number
  readonly planned: PlannedRide
}

/** So far below the promise a ride aims; more than `SLACK_LU` below it would have taken more than was asked. */
const MARGIN_LU = 0.2
const SLACK_LU = 0.5

type Measured = Pick<LoudnessMeasurement, 'loudnessRangeLu' | 'series'>

/** null where there is no range, or none that is too large. */
export function openRange({ loudnessRangeLu, series }: Measured, maxLra: number): RangeAim | null {
  const estimate = rangeOfMomentary(series.momentaryLufs)
  if (loudnessRangeLu === null || estimate === null || loudnessRangeLu <= maxLra) return null
  return aimFor(series, maxLra, maxLra - MARGIN_LU + (estimate - loudnessRangeLu))
}

/** The aim of the next attempt; null where the finished one stands, or the most has been done. */
export function correctRange(range: RangeAim, { series }: Measured, afterLu: number | null): RangeAim | null {
  const { maxLra, plannedLra, planned } = range
  if (afterLu === null || (afterLu <= maxLra && afterLu >= maxLra - SLACK_LU)) return null
  if (afterLu > maxLra && planned.rangeLu > plannedLra + MARGIN_LU) return null
  return aimFor(series, maxLra, plannedLra + (maxLra - MARGIN_LU - afterLu))
}

function aimFor(series: Measured['series'], maxLra: number, plannedLra: number): RangeAim | null {
  const planned = planRide(series, plannedLra)
  return planned && { maxLra, plannedLra, planned }
}

export function describeRide({ planned }: RangeAim): NonNullable<NormalizedTrack['ride']> {
  const { gainsDb } = planned.ride
  const least = gainsDb.reduce((a, b) => Math.min(a, b), 0)
  const most = gainsDb.reduce((a, b) => Math.max(a, b), 0)
  return { mostCutDb: -least, mostRaiseDb: most }
}

export const judgeRange = (maxLra: number, { loudnessRangeLu }: LoudnessReading, subject: string): Check => ({
  id: 'loudness.range',
  subject,
  status: loudnessRangeLu === null ? 'skipped' : Math.round(loudnessRangeLu * 100) / 100 <= maxLra ? 'pass' : 'fail',
  promised: `at most ${maxLra} LU`,
  measured: loudnessRangeLu === null ? 'no range: silence, or shorter than 3 s' : `${loudnessRangeLu.toFixed(2)} LU`,
  message: 'Loudness range by EBU Tech 3342.',
})
