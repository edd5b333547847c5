// Everything a journey learned → its report.
import type { RunOptions } from '../core/index.ts'
import type { Incident, Report } from '../model/index.ts'
import type { PlannedTitle } from './plan-title.ts'
import type { Verification } from './verify.ts'
import { toolVersions } from './versions.ts'

export type ReportParts = Omit<PlannedTitle, 'ladder'> & {
  readonly verification: Verification
  readonly artifacts: Report['artifacts']
  readonly incidents: readonly Incident[]
  readonly timings: Report['timings']
  readonly protection?: Report['protection'] | null
}

export async function assembleReport(
  { facts, plan, verification, artifacts, incidents, timings, protection }: ReportParts,
  run: Pick<RunOptions, 'signal' | 'log'>,
): Promise<Report> {
  return {
    version: 1,
    tool: await toolVersions(run),
    createdAt: new Date().toISOString(),
    input: facts,
    plan,
    ...verification,
    artifacts,
    incidents: [...incidents],
    timings,
    ...(protection ? { protection } : {}),
  }
}
