// One pass over a file → evidence → findings.
import { parseRational, type RunOptions, toNumber } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import type { Comparison, MediaFacts } from '../model/index.ts'
import { probe } from '../probe/index.ts'
import { createMeter } from '../transcode/index.ts'
import type { Evidence } from './evidence.ts'
import { type HeldCheck, judgeAll } from './judge.ts'
import { addParts, readParts } from './parts.ts'
import { Pass } from './pass.ts'

export type Inspection = { readonly evidence: Evidence } & ReturnType<typeof judgeAll>

export type InspectOptions = RunOptions & {
  /** Measured before; null without a master. */
  readonly comparison?: Comparison | null
  /** Adds what else shall be taken from the same pass. */
  readonly extend?: (pass: Pass) => void
}

/** @throws {HE_INPUT_…} {HE_ENGINE_CRASHED} */
export async function inspect(
  path: string,
  held: readonly HeldCheck[],
  { comparison = null, extend, ...run }: InspectOptions,
): Promise<Inspection> {
  const { signal, log } = run
  const facts = await probe(path, { signal, log, scan: 'full' })
  const active = new Map(
    held.filter(({ severity }) => severity !== 'off').map(({ check, limits }) => [check.id, limits]),
  )
  const pass = new Pass(facts)
  addParts(pass, active)
  extend?.(pass)
  const results = await runPass(pass, facts, run)
  const evidence: Evidence = { ...readParts(results, facts), comparison }
  return { evidence, ...judgeAll(held, evidence) }
}

async function runPass(pass: Pass, facts: MediaFacts, { signal, log, onProgress }: RunOptions) {
  const results = new Map<string, unknown>()
  const spec = pass.spec(facts.container.startTime ?? '0/1')
  if (!spec) return results
  const seconds = facts.container.duration ? toNumber(parseRational(facts.container.duration)) : 0
  const picture = spec.nodes.find(({ kind }) => kind === 'picture')?.id
  const meter = createMeter({ stage: 'inspect', total: facts.video[0]?.frameCount ?? null, seconds, onProgress })
  await runSpec(spec, {
    signal,
    log,
    onEvent: event => {
      if (event.type !== 'node') return
      if (event.event !== 'progress')
        results.set(event.event === 'result' ? event.node : `${event.node}.${event.event}`, event.data)
      else if (event.node === picture || picture === undefined) meter.update((event.data as { frames: number }).frames)
    },
  })
  return results
}
