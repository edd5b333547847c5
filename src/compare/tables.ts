// Every frame's metrics as files that other tools read: libvmaf's JSON layout, and CSV.
import { type LibvmafPooled, poolAll } from '@headend/vmaf'
import type { Comparison, MeasureResult } from '../model/index.ts'

/** Names as libvmaf and its users have them; `vmaf` is the first model, the others go by their own names. */
function metricNames({ plan }: Comparison): Record<string, string> {
  return {
    'lavfi.psnr.psnr.y': 'psnr_y',
    'lavfi.psnr.psnr.u': 'psnr_cb',
    'lavfi.psnr.psnr.v': 'psnr_cr',
    'lavfi.ssim.Y': 'ssim_y',
    'lavfi.xpsnr.xpsnr.y': 'xpsnr_y',
    [plan.vmaf.model]: 'vmaf',
    ...(plan.vmaf.neg ? { [plan.vmaf.neg]: 'vmaf_neg' } : {}),
  }
}

type Row = { readonly frame: number; readonly timeS: number; readonly metrics: Record<string, number> }

/** One row for each frame that was scored. Identical planes have no finite PSNR; it stands at 100 dB. */
function rowsOf(comparison: Comparison, { timeS, series }: MeasureResult): Row[] {
  const names = metricNames(comparison)
  const scores = series[comparison.plan.vmaf.model] ?? []
  return timeS.flatMap((time, frame) => {
    if (Number.isNaN(scores[frame])) return []
    const metrics: Record<string, number> = {}
    for (const [key, values] of Object.entries(series)) {
      const value = values[frame]!
      if (!Number.isNaN(value)) metrics[names[key] ?? key] = Math.min(value, 100)
    }
    return [{ frame, timeS: time, metrics }]
  })
}

/** libvmaf's layout, with the whole comparison beside it under `headend`. */
export type LibvmafFile = {
  readonly version: string
  readonly fps: number
  readonly frames: readonly { readonly frameNum: number; readonly metrics: Readonly<Record<string, number>> }[]
  readonly pooled_metrics: Readonly<Record<string, LibvmafPooled>>
  readonly aggregate_metrics: Readonly<Record<string, never>>
  readonly headend: Comparison
}

export function toLibvmafFile(comparison: Comparison, result: MeasureResult): LibvmafFile {
  const rows = rowsOf(comparison, result)
  return {
    version: `headend ${comparison.tool.headend}`,
    fps: comparison.fps,
    frames: rows.map(({ frame, metrics }) => ({ frameNum: frame, metrics })),
    pooled_metrics: poolAll(rows.map(({ metrics }) => metrics)),
    aggregate_metrics: {},
    headend: comparison,
  }
}

/** A header, then `frame,time_s,<metrics>` for each scored frame. */
export function toCsv(comparison: Comparison, result: MeasureResult): string {
  const rows = rowsOf(comparison, result)
  const names = Object.keys(rows[0]?.metrics ?? {})
  const lines = rows.map(({ frame, timeS, metrics }) =>
    [frame, timeS.toFixed(6), ...names.map(name => metrics[name] ?? '')].join(','),
  )
  return `${[['frame', 'time_s', ...names].join(','), ...lines].join('\n')}\n`
}
