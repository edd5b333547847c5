// Runs an EncodePlan in an engine worker: bytes on disk and progress, no decisions.
import { rm } from 'node:fs/promises'
import { type Log, type OnProgress, parseRational, toNumber } from '../core/index.ts'
import { type GraphOutcome, runSpec } from '../engine/index.ts'
import type { EncodePlan } from '../model/index.ts'
import { compilePlan, type OutputPaths } from '../plan/index.ts'
import { createMeter } from './progress-meter.ts'

export type RunPlanOptions = {
  readonly signal: AbortSignal
  readonly log: Log
  readonly onProgress?: OnProgress | undefined
  readonly onStart?: ((pid: number) => void) | undefined
}

/** Writes the files named by `paths`; on any failure none of them is left. @throws what the engine throws. */
export async function runPlan(plan: EncodePlan, paths: OutputPaths, options: RunPlanOptions): Promise<GraphOutcome> {
  const { signal, log, onProgress } = options
  const rungs = plan.video?.renditions.length ?? 0
  const seconds = toNumber(parseRational(plan.duration))
  const meter = createMeter({ stage: 'encode', total: plan.video?.frames ?? null, seconds, onProgress })
  const done = new Map<string, number>()
  try {
    return await runSpec(compilePlan(plan, paths), {
      signal,
      log,
      ...(options.onStart ? { onStart: options.onStart } : {}),
      onEvent: event => {
        if (event.type !== 'node' || event.event !== 'progress') return
        if (!plan.video?.renditions.some(rung => rung.id === event.node)) return
        done.set(event.node, (event.data as { packets: number }).packets)
        meter.update([...done.values()].reduce((sum, packets) => sum + packets, 0) / rungs)
      },
    })
  } catch (error) {
    await removeAll(paths)
    throw error
  }
}

async function removeAll(paths: OutputPaths): Promise<void> {
  const files = paths.kind === 'one' ? [paths.path] : Object.values(paths.paths)
  await Promise.all(files.map(file => rm(file, { force: true })))
}
