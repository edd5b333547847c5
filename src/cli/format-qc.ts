// A QC report as the terminal shows it.
import type { QcReport } from '../model/index.ts'
import { formatSpan } from '../qc/index.ts'
import { formatTable } from './table.ts'

const words = { fail: 'FAIL', warn: 'warn', info: 'info' } as const
/** The whole list is in the page and in JSON. */
const MOST = 40

export function formatQc(report: QcReport): string {
  const { input, profile, verdict, findings, checks, durationS, elapsedS, figures } = report
  const of = (status: string): number => checks.filter(each => each.status === status).length
  const counts = (['fail', 'warn', 'info'] as const)
    .map(severity => [findings.filter(each => each.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`)
  const speed = elapsedS > 0 ? `, ${(durationS / elapsedS).toFixed(1)}× real time` : ''
  const rows = findings
    .slice(0, MOST)
    .map(({ severity, check, subject, startS, endS, measured, limit }) => [
      words[severity],
      check,
      subject,
      formatSpan(startS, endS),
      `${measured}; limit ${limit}`,
    ])
  const sound = Object.entries(figures)
    .filter(([, each]) => typeof each.integratedLufs === 'number')
    .map(
      ([subject, each]) =>
        `  ${subject}: ${each.integratedLufs} LUFS, range ${each.loudnessRangeLu} LU, true peak ${each.truePeakDbtp} dBTP`,
    )
  const compared = Object.entries(figures)
    .filter(([, each]) => typeof each.vmafMean === 'number')
    .map(
      ([subject, each]) =>
        `  ${subject}: VMAF ${each.vmafMean} (harmonic mean ${each.vmafHarmonicMean}, 1 % below ${each.vmafP1}), PSNR ${each.psnrYMeanDb} dB, SSIM ${each.ssimYMean}`,
    )
  const reasons = Map.groupBy(
    checks.filter(each => each.status === 'skipped'),
    each => each.because ?? 'no reason given',
  )
  const skipped = [...reasons]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([because, of]) => `  ${of.length} skipped: ${because}`)
  const sources = [...new Map(findings.slice(0, MOST).map(each => [each.check, each.source]))]
  return [
    `${verdict.toUpperCase()}  ${input.path}  (profile ${profile}: ${counts.join(', ') || 'nothing found'})`,
    '',
    ...(rows.length > 0 ? [...formatTable(rows, '  '), ''] : []),
    ...(sources.length > 0 ? [...formatTable(sources, '  source of '), ''] : []),
    ...(findings.length > MOST ? [`  … and ${findings.length - MOST} more: --html or --json shows all`, ''] : []),
    ...sound,
    ...compared,
    ...skipped,
    `  ${checks.length} checks: ${of('pass')} passed, ${of('skipped')} with nothing to look at, ${of('off')} off; ${durationS.toFixed(1)} s in ${elapsedS.toFixed(1)} s${speed}`,
  ].join('\n')
}
