// A comparison as the terminal shows it.
import type { Comparison, Pooled } from '../model/index.ts'
import { quotePath } from './format-report.ts'
import { formatTable } from './table.ts'

export function formatComparison(comparison: Comparison, page: string | undefined): string {
  const { plan, vmaf, models } = comparison
  const { score, worstSecond, worstShot } = vmaf
  const two = (value: number): string => value.toFixed(2)
  const at = (seconds: number): string => `${seconds.toFixed(2)} s`
  const row = (name: string, { mean, min, p1, p5, median }: Pooled, text: (value: number) => string): string[] => [
    name,
    ...[mean, min, p1, p5, median].map(text),
  ]
  const db = (value: number): string => `${value.toFixed(2)} dB`
  const others = plan.models.filter(model => model !== vmaf.model && model !== vmaf.neg)
  const lines = [
    `VMAF ${two(score.mean)}  ${vmaf.model}${vmaf.engine === 'headend' ? '' : `, by ${vmaf.engine}`}`,
    '',
    ...formatTable([
      ['', 'mean', 'lowest', '1 %', '5 %', 'median'],
      row('VMAF', score, two),
      ...(vmaf.negScore ? [row('VMAF NEG', vmaf.negScore, two)] : []),
      row('PSNR-Y', comparison.psnrY, db),
      row('PSNR weighted', comparison.psnrWeighted, db),
      row('SSIM-Y', comparison.ssimY, value => value.toFixed(4)),
      row('XPSNR-Y', comparison.xpsnrY, db),
    ]),
    '',
    `harmonic mean ${two(score.harmonicMean)}, 10th percentile ${two(score.p10)}, standard deviation ${two(score.stdDev)}`,
    `worst second ${two(worstSecond.mean)} at ${at(worstSecond.startS)}${worstShot ? `, worst shot ${two(worstShot.mean)} from ${at(worstShot.startS)} to ${at(worstShot.endS)}` : ''}`,
    ...others.map(model => `${model} ${two(models[model]!)}`),
    `${comparison.frames} pictures at ${plan.width}x${plan.height}, ${plan.vmaf.every > 1 ? `every ${plan.vmaf.every}th scored, ` : ''}${comparison.fps.toFixed(1)} a second`,
    ...(comparison.warnings.length > 0
      ? ['', 'notes', ...comparison.warnings.map(({ message }) => `  ${message}`)]
      : []),
    ...(page ? ['', `page     ${quotePath(page)}`] : []),
  ]
  return lines.join('\n')
}
