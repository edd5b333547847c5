// The journey of one file: probe → plan → encode → verify, and once more where a promised quality was missed.
import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { containerRows } from '../codecs/index.ts'
import type { RationalText, RunOptions } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import type { EncodePlan, Incident, MediaFacts, Report } from '../model/index.ts'
import { correctRate, type TranscodeOptions } from '../plan/index.ts'
import { targetFigure } from '../quality/index.ts'
import { runPlan } from '../transcode/index.ts'
import { assembleReport } from './assemble-report.ts'
import { type PlannedFile, planFile } from './plan-file.ts'
import { createStopwatch, type Stopwatch } from './stopwatch.ts'
import { type FinishedRendition, type Verification, verify } from './verify.ts'
import { refuseExisting, unwritable } from './work-dir.ts'

export type RunTranscodeOptions = RunOptions & {
  readonly options: TranscodeOptions
  readonly force: boolean
  readonly onStart?: (pid: number) => void
}

/** Encodes `path` into the one file `outFile` and verifies it. @throws as `runVod`. */
export async function runTranscode(
  path: string,
  outFile: string,
  run: RunTranscodeOptions,
): Promise<{ report: Report }> {
  const { options, force, ...common } = run
  const watch = createStopwatch()
  const final = resolve(outFile)
  await refuseExisting(final, force)
  const planned = await watch.time('analyse', () => planFile(path, options, common))
  await using undo = new AsyncDisposableStack()
  const partial = join(dirname(final), `.${basename(final)}.${randomUUID().slice(0, 8)}.partial`)
  undo.defer(() => rm(partial, { force: true }))
  await claim(partial)

  const attempt = await attemptTwice(planned, partial, watch, run)
  common.signal.throwIfAborted()
  const { size } = await stat(partial)
  await rename(partial, final).catch(error => {
    throw unwritable(final, error)
  })
  const artifacts = [{ path: basename(final), bytes: size, what: containerLabel(attempt.plan) }]
  const report = await assembleReport({ ...attempt, facts: planned.facts, artifacts, timings: watch.timings }, common)
  return { report }
}

const containerLabel = ({ output }: EncodePlan): string =>
  output.kind === 'file' ? containerRows[output.container].label : ''

type Attempt = {
  readonly plan: EncodePlan
  readonly made: MediaFacts
  readonly verification: Verification
  readonly incidents: readonly Incident[]
}

/** One attempt; where the plan promises a quality that was missed, a second one at a corrected rate, which then stands. */
async function attemptTwice(
  { plan, replan }: PlannedFile,
  path: string,
  watch: Stopwatch,
  run: RunTranscodeOptions,
): Promise<Attempt> {
  const first = await attemptOnce(plan, path, watch, run)
  const outcome = first.verification.video[0]
  const figure = outcome ? targetFigure(plan, outcome) : null
  const correction = figure === null ? null : correctRate(plan, figure)
  if (!correction) return first
  const second = await attemptOnce(replan(correction.options), path, watch, run)
  const incident: Incident = { code: 'second-attempt', subject: outcome!.id, message: correction.because }
  return { ...second, incidents: [...first.incidents, incident, ...second.incidents] }
}

async function attemptOnce(
  plan: EncodePlan,
  path: string,
  watch: Stopwatch,
  { onStart, options: _, force: __, ...common }: RunTranscodeOptions,
): Promise<Attempt> {
  const { incidents } = await watch.time('encode', () => runPlan(plan, { kind: 'one', path }, { ...common, onStart }))
  const made: MediaFacts = await callEngine('inspect', { path, scan: 'full' }, common)
  const verification = await watch.time('verify', () => verify(plan, finishedFile(plan, made, path), null, common))
  return { plan, made, verification, incidents }
}

/** Finds out before the work begins that the file can be written. */
async function claim(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await (await open(path, 'w')).close()
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Containers whose clock starts anywhere: their first picture is time zero. */
const FLOATING: ReadonlySet<string> = new Set(['mpegts', 'flv'])

/** Tracks lie in the file in the order of the plan. */
function finishedFile(plan: EncodePlan, made: MediaFacts, path: string): FinishedRendition[] {
  const floats = plan.output.kind === 'file' && FLOATING.has(plan.output.container)
  const origin = made.video[0]?.startTime ?? made.container.startTime
  const describe = (
    id: string,
    stream: { index: number; duration: string | null } | undefined,
    ordinal: number,
  ): FinishedRendition => ({
    id,
    stream: stream?.index ?? 0,
    ordinal,
    parts: [path],
    head: path,
    duration: (stream?.duration ?? plan.duration) as RationalText,
    segments: null,
    ...(floats && origin ? { startTime: origin } : {}),
  })
  return [
    ...(plan.video?.renditions ?? []).map(({ id }, i) => describe(id, made.video[i], i)),
    ...plan.audio.map(({ id }, i) => describe(id, made.audio[i], i)),
  ]
}
