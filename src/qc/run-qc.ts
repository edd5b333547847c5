// The journey of one file under inspection: compare with its master, measure in one pass, judge, look at the moments, report.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runComparison } from '../compare/index.ts'
import { parseRational, type RunOptions, toNumber } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import type { QcReport } from '../model/index.ts'
import { ComparisonOptions } from '../plan/index.ts'
import { headendVersion } from '../transcode/index.ts'
import { inspect } from './inspect.ts'
import { picturesOf } from './moments.ts'
import { noPictures, type QcPictures } from './page.ts'
import { describeParts } from './parts.ts'
import type { QcProfile } from './profile-file.ts'
import { addStoryboard, readStoryboard, type StoryboardGrid } from './storyboard.ts'

export type RunQcOptions = RunOptions & {
  readonly profile: QcProfile
  /** Path of the master; null without one. */
  readonly reference: string | null
  /** Whether pictures are taken for a page. */
  readonly pictures: boolean
}

/**
 * Inspects `path`. What is wrong with it is in the report; it is not thrown.
 * @throws {HE_INPUT_…} {HE_COMPARE_IMPOSSIBLE} {HE_ENGINE_CRASHED} or the signal's reason
 */
export async function runQc(
  path: string,
  { profile, reference, pictures: wanted, ...run }: RunQcOptions,
): Promise<{ report: QcReport; pictures: QcPictures }> {
  const { signal, log } = run
  const started = performance.now()
  const compared = reference === null ? null : await runComparison(reference, path, ComparisonOptions.parse({}), run)
  const folder = await mkdtemp(join(tmpdir(), 'headend-qc-'))
  try {
    const sheet = join(folder, 'sheet.jpg')
    let grid: StoryboardGrid | null = null
    const inspection = await inspect(path, profile.held, {
      ...run,
      comparison: compared?.comparison ?? null,
      extend: pass => {
        if (wanted) grid = addStoryboard(pass, sheet)
      },
    })
    const { evidence, findings, checks, verdict } = inspection
    const { facts } = evidence
    const pictures = wanted
      ? { storyboard: await readStoryboard(grid, sheet), moments: await picturesOf(facts, findings, run) }
      : noPictures
    const { ffmpeg } = await callEngine<{ ffmpeg: string }>('about', {}, { signal, log })
    const report: QcReport = {
      version: 1,
      tool: { headend: await headendVersion(), ffmpeg },
      createdAt: new Date().toISOString(),
      input: facts,
      profile: profile.name,
      reference,
      durationS: facts.container.duration ? toNumber(parseRational(facts.container.duration)) : 0,
      ...{ findings, checks, verdict },
      ...describeParts(evidence),
      elapsedS: Math.round(performance.now() - started) / 1000,
    }
    return { report, pictures }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
