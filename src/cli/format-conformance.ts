// A conformance report as the terminal shows it.
import type { ConformanceFinding, ConformanceReport } from '../model/index.ts'
import { formatTable } from './table.ts'

const words = { fail: 'FAIL', warn: 'warn', info: 'advice' } as const

/** Rules that are broken, worst first, each with the places where it is. */
export function formatConformance({ target, kind, status, rules, tracks, findings }: ConformanceReport): string {
  const byRule = [...Map.groupBy(findings, ({ rule }) => rule).values()]
  const sorted = (['fail', 'warn', 'info'] as const).flatMap(severity =>
    byRule.filter(([first]) => first!.severity === severity),
  )
  const read = tracks.reduce((sum, each) => sum + each.read, 0)
  return [
    `${status.toUpperCase()}  ${target}  (${kind === 'hls' ? 'HLS' : 'DASH'}, ${tracks.length} tracks, ${read} segments read, ${rules} rules)`,
    '',
    ...formatTable(
      tracks.map(({ id, type, codec, segments, read: done, bytes }) => [
        id,
        type,
        codec ?? '',
        done === segments ? `${segments} segments` : `${done} of ${segments} segments`,
        `${bytes} bytes`,
      ]),
      '  ',
    ),
    ...sorted.flatMap(formatRule),
    ...(findings.length === 0 ? ['', 'nothing to say against it'] : []),
  ].join('\n')
}

function formatRule(found: readonly ConformanceFinding[]): string[] {
  const { rule, cite, severity, says } = found[0]!
  return [
    '',
    `${words[severity]}  ${rule}: ${says} (${cite})`,
    ...found.map(({ subject, message }) => `  ${subject}: ${message}`),
  ]
}
