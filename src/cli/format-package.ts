// What `headend package` made, as the terminal shows it.
import type { PackagePlan, PackageReport } from '../model/index.ts'
import { formatConformance } from './format-conformance.ts'
import { quotePath } from './format-report.ts'
import { formatTable } from './table.ts'

export function formatPackagePlan(plan: PackagePlan): string {
  const from = (input: number, stream: number | null): string =>
    `${plan.inputs[input]!.path}${stream === null ? '' : `, stream ${stream}`}`
  const rows = [
    ...plan.video.map(({ id, codecString, codec, width, height, input, stream }) => [
      id,
      `${codecString ?? codec} ${width}x${height}`,
      from(input, stream),
    ]),
    ...plan.audio.map(({ id, codec, channels, language, label, role, input, stream }) => [
      id,
      [codec, `${channels} channels`, language, label, role].filter(Boolean).join(' '),
      from(input, stream),
    ]),
    ...plan.subtitles.map(({ id, language, label, forced, input, stream }) => [
      id,
      ['WebVTT', language, label, forced ? 'forced' : null].filter(Boolean).join(' '),
      from(input, stream),
    ]),
  ]
  return [...formatTable(rows, '  '), ...plan.warnings.map(({ message }) => `  note: ${message}`)].join('\n')
}

export function formatPackage(report: PackageReport, output: string): string {
  const { plan, tracks, conformance, verdict } = report
  const rows = tracks.map(({ id, codec, segments, longestSegmentS, averageBps, peakBps }) => [
    id,
    codec,
    `${segments} segments, at most ${longestSegmentS.toFixed(3)} s`,
    `${Math.round(averageBps / 1000)} kbit/s`,
    `peak ${Math.round(peakBps / 1000)}`,
  ])
  return [
    ...formatTable(rows, '  '),
    ...plan.warnings.map(({ message }) => `  note: ${message}`),
    '',
    ...conformance.flatMap(each => {
      const findings = each.findings.filter(({ severity }) => severity !== 'info')
      return findings.length > 0
        ? [formatConformance({ ...each, findings }), '']
        : [`  ${each.target}: ${each.rules} rules kept`]
    }),
    '',
    `${verdict.toUpperCase()}  ${quotePath(output)}`,
    `play     headend preview ${quotePath(output)}`,
  ].join('\n')
}
