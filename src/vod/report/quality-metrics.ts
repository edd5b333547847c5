// The metrics of a rung as tables and charts show them: VMAF first, where it was measured.
import type { Pooled, QualityResult, Report } from '../../model/index.ts'

export const metrics = [
  { key: 'vmaf', name: 'VMAF', unit: '', decimals: 2 },
  { key: 'psnrY', name: 'PSNR-Y', unit: 'dB', decimals: 2 },
  { key: 'ssimY', name: 'SSIM-Y', unit: '', decimals: 4 },
  { key: 'xpsnrY', name: 'XPSNR-Y', unit: 'dB', decimals: 2 },
] as const
export type Metric = (typeof metrics)[number]

/** Those that at least one rung has. */
export const metricsOf = ({ video }: Pick<Report, 'video'>): readonly Metric[] =>
  metrics.filter(({ key }) => video.some(({ quality }) => quality && measured(quality, key)))

export type Measured = {
  readonly pooled: Pooled
  readonly timeS: readonly number[]
  readonly values: readonly number[]
}

/** null where the rung has no such figure. */
export function measured(quality: QualityResult, key: Metric['key']): Measured | null {
  if (key !== 'vmaf') return { pooled: quality[key], timeS: quality.series.timeS, values: quality.series[key] }
  const { vmaf } = quality
  return vmaf && { pooled: vmaf.score, timeS: vmaf.series.timeS, values: vmaf.series.score }
}
