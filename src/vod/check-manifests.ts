// The manifests of a finished package, held against the rules of HLS, DASH and CMAF.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { checkPresentation } from '../conformance/index.ts'
import type { OnProgress } from '../core/index.ts'
import type { ConformanceReport } from '../model/index.ts'

/** One report per manifest that is there. */
export async function checkManifests(
  dir: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress?: OnProgress | undefined },
): Promise<ConformanceReport[]> {
  const reports: ConformanceReport[] = []
  for (const name of ['master.m3u8', 'manifest.mpd']) {
    const path = join(dir, name)
    if (!(await stat(path).catch(() => null))) continue
    reports.push({ ...(await checkPresentation(path, { signal, onProgress, first: null })), target: name })
  }
  return reports
}

type ConformanceFinding = ConformanceReport['findings'][number]

/**
 * Which renditions there are, Apple's specification asks of whoever planned them: broken, it warns. What is written around
 * them must be right.
 */
export const ownSeverity = ({ rule, severity }: ConformanceFinding): ConformanceFinding['severity'] =>
  severity === 'fail' && rule.startsWith('apple-') ? 'warn' : severity

/** One sentence for each rule that must be kept and is not. */
export const brokenRules = (reports: readonly ConformanceReport[]): string[] =>
  reports.flatMap(({ target, findings }) =>
    findings
      .filter(finding => ownSeverity(finding) === 'fail')
      .map(({ rule, subject, message }) => `${target}: ${subject}: ${message} (${rule})`),
  )
