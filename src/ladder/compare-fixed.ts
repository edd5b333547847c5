// What a ladder of fixed rates would do with the title, by the curves that were found, and what the hull needs instead. Pure.
import type { FixedRung, LadderComparison, LadderRung } from '../model/index.ts'
import { bdRate } from './bd-rate.ts'
import type { QualityCurve } from './curve.ts'
import type { Rung } from './fixed-ladder.ts'
import { hullAt, type RatePoint, undominated } from './hull.ts'

export type ComparedTitle = {
  readonly frameRate: FixedRung['frameRate']
  /** From the largest to the smallest. */
  readonly fixed: readonly Pick<Rung, 'width' | 'height' | 'averageBps'>[]
  /** By width and height: its curve and the best setting that was searched. */
  readonly curves: (width: number, height: number) => { readonly curve: QualityCurve; readonly best: number } | null
  readonly hull: readonly RatePoint[]
  readonly rungs: readonly Pick<LadderRung, 'bitrateKbps'>[]
}

/** Beyond it H.264 has no quality to lose; the search for a setting ends there. */
const WORST = 51

export function compareToFixed({ frameRate, fixed, curves, hull, rungs }: ComparedTitle): LadderComparison {
  const rows = fixed.flatMap(({ width, height, averageBps }): FixedRung[] => {
    const found = curves(width, height)
    if (!found) return []
    // At its best setting an encoder spends no more, whatever it is allowed: an easy title does not fill its rate.
    const crf = settingFor(found.curve, averageBps, found.best)
    const bitrateBps = Math.min(averageBps, 2 ** found.curve.logRate(crf))
    const vmaf = found.curve.vmaf(crf)
    const same = rateAt(hull, vmaf)
    return [
      {
        codec: 'h264',
        width,
        height,
        frameRate,
        crf: round(crf, 1),
        bitrateKbps: kbps(bitrateBps),
        vmaf: round(vmaf, 2),
        sameQualityKbps: same === null ? null : kbps(same),
      },
    ]
  })
  const points = rows.map(({ bitrateKbps, vmaf }) => ({ logRate: Math.log2(bitrateKbps * 1000), vmaf }))
  const both = rows.flatMap(({ bitrateKbps, sameQualityKbps }) =>
    sameQualityKbps === null ? [] : [1 - sameQualityKbps / bitrateKbps],
  )
  const sum = (all: readonly { readonly bitrateKbps: number }[]): number =>
    all.reduce((total, { bitrateKbps }) => total + bitrateKbps, 0)
  const difference = bdRate(points, hull)
  return {
    rungs: rows,
    bdRate: difference === null ? null : round(difference, 4),
    savedAtSameVmaf: both.length === 0 ? null : round(both.reduce((a, b) => a + b, 0) / both.length, 4),
    savedStorage: rows.length === 0 ? 0 : round(1 - sum(rungs) / sum(rows), 4),
  }
}

/** The setting that spends this rate: between the best that was searched and the worst there is. */
function settingFor(curve: QualityCurve, bps: number, best: number): number {
  let [low, high] = [best, WORST]
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (2 ** curve.logRate(middle) > bps) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The rate at which the hull reaches a quality; null outside of it. */
function rateAt(hull: readonly RatePoint[], vmaf: number): number | null {
  const points = undominated(hull)
  const flipped = points.map(point => ({ logRate: point.vmaf, vmaf: point.logRate }))
  if (points.length === 0 || vmaf < points[0]!.vmaf - 0.05 || vmaf > points.at(-1)!.vmaf + 0.05) return null
  const log = hullAt(flipped, Math.min(points.at(-1)!.vmaf, Math.max(points[0]!.vmaf, vmaf)))
  return log === null ? null : 2 ** log
}

const kbps = (bps: number): number => round(bps / 1000, 1)
const round = (value: number, digits: number): number => Number(value.toFixed(digits))
