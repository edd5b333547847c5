// One pass over a file → evidence → findings.
import type { RunOptions } from '../core/index.ts'
import { runSpec } from '../engine/index.ts'
import { probe } from '../probe/index.ts'
import type { Evidence } from './evidence.ts'
import { type HeldCheck, judgeAll } from './judge.ts'
import { addParts, readParts } from './parts.ts'
import { Pass } from './pass.ts'

export type Inspection = { readonly evidence: Evidence } & ReturnType<typeof judgeAll>

/** @throws {HE_INPUT_…} {HE_ENGINE_CRASHED} */
export async function inspect(path: string, held: readonly HeldCheck[], run: RunOptions): Promise<Inspection> {
  const { signal, log } = run
  const facts = await probe(path, { signal, log, scan: 'full' })
  const active = new Map(
    held.filter(({ severity }) => severity !== 'off').map(({ check, limits }) => [check.id, limits]),
  )
  const pass = new Pass(facts)
  addParts(pass, active)
  const results = new Map<string, unknown>()
  const spec = pass.spec(facts.container.startTime ?? '0/1')
  if (spec)
    await runSpec(spec, {
      signal,
      log,
      onEvent: event => {
        if (event.type === 'node' && event.event !== 'progress')
          results.set(event.event === 'result' ? event.node : `${event.node}.${event.event}`, event.data)
      },
    })
  const evidence = readParts(results, facts)
  return { evidence, ...judgeAll(held, evidence) }
}
