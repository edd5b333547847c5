// The journey of one file: probe → plan → encode → verify. Appears whole or not at all.
import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { RationalText, RunOptions } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import type { EncodePlan, MediaFacts, Report } from '../model/index.ts'
import type { TranscodeOptions } from '../plan/index.ts'
import { runPlan } from '../transcode/index.ts'
import { assembleReport } from './assemble-report.ts'
import { planFile } from './plan-title.ts'
import { createStopwatch } from './stopwatch.ts'
import { type FinishedRendition, verify } from './verify.ts'
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
  const { facts, plan } = await watch.time('analyse', () => planFile(path, options, common))
  await using undo = new AsyncDisposableStack()
  const partial = join(dirname(final), `.${basename(final)}.${randomUUID().slice(0, 8)}.partial`)
  undo.defer(() => rm(partial, { force: true }))
  await claim(partial)

  await watch.time('encode', () => runPlan(plan, { kind: 'one', path: partial }, { ...common, onStart: run.onStart }))
  const made: MediaFacts = await callEngine('inspect', { path: partial, scan: 'full' }, common)
  const verification = await watch.time('verify', () => verify(plan, finishedFile(plan, made, partial), null, common))
  common.signal.throwIfAborted()
  const { size } = await stat(partial)
  await rename(partial, final).catch(error => {
    throw unwritable(final, error)
  })
  const artifacts = [{ path: basename(final), bytes: size, what: made.container.longName }]
  const report = await assembleReport({ facts, plan, verification, artifacts, timings: watch.timings }, common)
  return { report }
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

/** Tracks lie in the file in the order of the plan. */
function finishedFile(plan: EncodePlan, made: MediaFacts, path: string): FinishedRendition[] {
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
  })
  return [
    ...(plan.video?.renditions ?? []).map(({ id }, i) => describe(id, made.video[i], i)),
    ...plan.audio.map(({ id }, i) => describe(id, made.audio[i], i)),
  ]
}
