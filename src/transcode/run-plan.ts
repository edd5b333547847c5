// Runs an EncodePlan in an engine worker: bytes on disk, progress, and what happened on the way. No decisions.
import { mkdtemp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Log, type OnProgress, parseRational, toNumber } from '../core/index.ts'
import { type GraphOutcome, runSpec } from '../engine/index.ts'
import type { EncodePlan, FilterResult, GraphSpec, Incident, SwitchEvent } from '../model/index.ts'
import { compileFirstPass, compilePlan, needsTwoPasses, type OutputPaths } from '../plan/index.ts'
import { createMeter } from './progress-meter.ts'

export type RunPlanOptions = {
  readonly signal: AbortSignal
  readonly log: Log
  readonly onProgress?: OnProgress | undefined
  readonly onStart?: ((pid: number) => void) | undefined
}

export type RunPlanResult = GraphOutcome & { readonly incidents: readonly Incident[] }

/** Writes the files named by `paths`; on any failure none of them is left. @throws what the engine throws. */
export async function runPlan(plan: EncodePlan, paths: OutputPaths, options: RunPlanOptions): Promise<RunPlanResult> {
  try {
    if (!needsTwoPasses(plan)) return await runPass(plan, compilePlan(plan, paths), 'encode', options)
    await using undo = new AsyncDisposableStack()
    // Statistics of this job alone: two jobs that share a file spoil each other's second pass.
    const scratch = await mkdtemp(join(dirname(filesOf(paths)[0]!), '.headend-pass-'))
    undo.defer(() => rm(scratch, { recursive: true, force: true }))
    const rungs = plan.video?.renditions ?? []
    const stats = Object.fromEntries(rungs.map(({ id }) => [id, join(scratch, `${id}.stats`)]))
    await runPass(plan, compileFirstPass(plan, stats), 'first pass', options)
    return await runPass(plan, compilePlan(plan, paths, { number: 2, stats }), 'encode', options)
  } catch (error) {
    await Promise.all(filesOf(paths).map(file => rm(file, { force: true })))
    throw error
  }
}

const filesOf = (paths: OutputPaths): string[] => (paths.kind === 'one' ? [paths.path] : Object.values(paths.paths))

async function runPass(
  plan: EncodePlan,
  spec: GraphSpec,
  stage: string,
  { signal, log, onProgress, onStart }: RunPlanOptions,
): Promise<RunPlanResult> {
  const ids = new Set(plan.video?.renditions.map(({ id }) => id))
  const seconds = toNumber(parseRational(plan.duration))
  const meter = createMeter({ stage, total: plan.video?.frames ?? null, seconds, onProgress })
  const done = new Map<string, number>()
  const incidents: Incident[] = []
  const outcome = await runSpec(spec, {
    signal,
    log,
    ...(onStart ? { onStart } : {}),
    onEvent: event => {
      if (event.type !== 'node') return
      if (event.event === 'encoder') incidents.push(describeSwitch(event.node, event.data as SwitchEvent))
      if (event.event === 'filtered' && event.node === 'prepare')
        incidents.push(...describeFrames(event.data as FilterResult))
      if (event.event !== 'progress' || !ids.has(event.node)) return
      done.set(event.node, (event.data as { packets: number }).packets)
      meter.update([...done.values()].reduce((sum, packets) => sum + packets, 0) / ids.size)
    },
  })
  return { ...outcome, incidents }
}

const describeSwitch = (id: string, { from, to, frame, reason }: SwitchEvent): Incident => ({
  code: 'encoder-failed',
  subject: id,
  message: `${from} failed (${reason}); ${to} went on from the key frame at frame ${frame}.`,
})

function describeFrames({ duplicated, dropped }: FilterResult): Incident[] {
  if (duplicated === 0 && dropped === 0) return []
  return [
    {
      code: 'frames-moved',
      subject: 'prepare',
      message: `${duplicated} pictures were repeated and ${dropped} left out to keep the constant frame rate.`,
    },
  ]
}
