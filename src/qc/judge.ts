// Findings of every check, and the verdict over them. Pure.
import type { CheckOutcome, Finding, QcReport, Severity } from '../model/index.ts'
import type { QcCheck } from './check.ts'
import type { Evidence } from './evidence.ts'

/** A check as a profile holds it. */
export type HeldCheck = { readonly check: QcCheck; readonly severity: Severity | 'off'; readonly limits: unknown }

const rank: Readonly<Record<Severity, number>> = { fail: 0, warn: 1, info: 2 }

export function judgeAll(
  held: readonly HeldCheck[],
  evidence: Evidence,
): Pick<QcReport, 'findings' | 'checks' | 'verdict'> {
  const findings: Finding[] = []
  const outcomes: CheckOutcome[] = []
  for (const { check, severity, limits } of held) {
    const { id, layer, title, finds, source } = check
    const outcome = (status: CheckOutcome['status'], count = 0, because: string | null = null): number =>
      outcomes.push({ check: id, layer, title, status, findings: count, because, finds, source })
    if (severity === 'off') {
      outcome('off')
      continue
    }
    const judged = check.judge(evidence, limits)
    if ('skipped' in judged) {
      outcome('skipped', 0, judged.skipped)
      continue
    }
    const own = judged.map(found => ({
      ...found,
      check: id,
      layer,
      severity: lower(severity, found.severity),
      source: found.source ?? check.source,
    }))
    findings.push(...own)
    const worst = own.toSorted((a, b) => rank[a.severity] - rank[b.severity])[0]
    outcome(worst?.severity ?? 'pass', own.length)
  }
  findings.sort((a, b) => rank[a.severity] - rank[b.severity] || (a.startS ?? 0) - (b.startS ?? 0))
  const verdict = findings.some(({ severity }) => severity === 'fail')
    ? 'fail'
    : findings.some(({ severity }) => severity === 'warn')
      ? 'warn'
      : 'pass'
  return { findings, checks: outcomes, verdict }
}

/** A check may hold one of its findings to be less than the profile says, never more. */
const lower = (severity: Severity, own: Severity | undefined): Severity =>
  own && rank[own] > rank[severity] ? own : severity
