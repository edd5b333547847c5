// Scores in the layout of libvmaf's own JSON log, for tools that read it.
import type { FrameScore } from './meter.ts'
import type { Features } from './predict.ts'

export type LibvmafPooled = {
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly harmonic_mean: number
}
export type LibvmafReport = {
  readonly version: string
  readonly fps: number
  readonly frames: readonly { readonly frameNum: number; readonly metrics: Readonly<Record<string, number>> }[]
  readonly pooled_metrics: Readonly<Record<string, LibvmafPooled>>
  readonly aggregate_metrics: Readonly<Record<string, number>>
}

/** libvmaf's names of the features: `integer_vif_scale0` …; with `_egl_1` those of NEG (enhancement gain limit 1). */
export function featureMetrics(features: Features): Record<string, number> {
  const scales = (name: string, values: readonly number[], suffix: string): [string, number][] =>
    values.map((value, scale) => [`integer_${name}_scale${scale}${suffix}`, value])
  return {
    integer_adm2: features.adm2,
    ...Object.fromEntries(scales('adm', features.admScales, '')),
    integer_motion2: features.motion2,
    ...Object.fromEntries(scales('vif', features.vif, '')),
    integer_adm2_egl_1: features.adm2Neg,
    ...Object.fromEntries(scales('adm', features.admScalesNeg, '_egl_1')),
    ...Object.fromEntries(scales('vif', features.vifNeg, '_egl_1')),
  }
}

/**
 * The first model's score is `vmaf`, the name under which libvmaf reports a single model; each model has its own name beside.
 * `extra` holds further metrics of each scored frame, in the same order; `fps` is how fast they were measured, frames per
 * second, as libvmaf states it. Metrics that are not finite are left out: JSON has no such numbers.
 */
export function toLibvmafReport(
  frames: readonly FrameScore[],
  { version, fps, extra }: { version: string; fps: number; extra?: readonly Readonly<Record<string, number>>[] },
): LibvmafReport {
  const rows = frames.map(({ frame, features, scores }, i) => ({
    frameNum: frame,
    metrics: finite({ ...featureMetrics(features), ...firstScore(scores), ...scores, ...extra?.[i] }),
  }))
  return {
    version,
    fps,
    frames: rows,
    pooled_metrics: poolAll(rows.map(({ metrics }) => metrics)),
    aggregate_metrics: {},
  }
}

/** libvmaf's four figures of every metric that each row has. */
export function poolAll(rows: readonly Readonly<Record<string, number>>[]): Record<string, LibvmafPooled> {
  const names = Object.keys(rows[0] ?? {}).filter(name => rows.every(row => row[name] !== undefined))
  return Object.fromEntries(
    names.map(name => {
      const values = rows.map(row => row[name]!)
      return [
        name,
        {
          min: values.reduce((a, b) => Math.min(a, b)),
          max: values.reduce((a, b) => Math.max(a, b)),
          mean: values.reduce((a, b) => a + b) / values.length,
          harmonic_mean: values.length / values.reduce((sum, value) => sum + 1 / (value + 1), 0) - 1,
        },
      ]
    }),
  )
}

const firstScore = (scores: FrameScore['scores']): Record<string, number> =>
  Object.fromEntries(Object.values(scores).flatMap((score, i) => (i === 0 ? [['vmaf', score]] : [])))

const finite = (metrics: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)))
