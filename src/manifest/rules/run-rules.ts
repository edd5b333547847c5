// Facts through all rules of their kind.
import { dashChecks } from './dash-checks.ts'
import { dashRules } from './dash-rules.data.ts'
import type { DashFacts, HlsFacts, RuleRow } from './facts.ts'
import { hlsChecks } from './hls-checks.ts'
import { hlsRules } from './hls-rules.data.ts'

export type RuleFinding = {
  readonly rule: string
  readonly cite: string
  readonly severity: RuleRow['severity']
  /** What the rule wants. */
  readonly says: string
  readonly subject: string
  readonly message: string
}

/** In the order of the tables. */
export function runRules(facts: HlsFacts | DashFacts): RuleFinding[] {
  const pairs =
    facts.kind === 'hls'
      ? hlsRules.map(rule => ({ rule, found: () => hlsChecks[rule.id](facts) }))
      : dashRules.map(rule => ({ rule, found: () => dashChecks[rule.id](facts) }))
  return pairs.flatMap(({ rule: { id, cite, severity, says }, found }) =>
    [...found()].map(({ subject, message }) => ({ rule: id, cite, severity, says, subject, message })),
  )
}

/** How many rules a manifest of this kind is held against. */
export const ruleCount = (kind: 'hls' | 'dash'): number => (kind === 'hls' ? hlsRules : dashRules).length
