// Probes and decodes mutants of one seed file, one after the other, and tells its parent how each ended.
// Run by fuzz.test.ts as a child process: whatever native code does to it, the parent lives on.
import { readFile, writeFile } from 'node:fs/promises'
import { HeadendError, silentLog } from '../../src/core/index.ts'
import { inspectInput } from '../../src/engine/inspect.ts'
import { liveItems } from '../../src/engine/items.ts'
import { bridgeNativeLog } from '../../src/engine/log-bridge.ts'
import { mediaNodes } from '../../src/engine/registry.ts'
import { runGraph } from '../../src/graph/index.ts'
import type { EdgeSpec, MediaFacts, NodeSpec } from '../../src/model/index.ts'
import { mutate } from './mutate.ts'

const DEADLINE_MS = 10_000

async function decodeAll(facts: MediaFacts, signal: AbortSignal): Promise<void> {
  const streams = [
    ...facts.video.map(each => [each.index, 'video'] as const),
    ...facts.audio.map(each => [each.index, 'audio'] as const),
  ].slice(0, 4)
  if (streams.length === 0) return
  const nodes: NodeSpec[] = [
    { id: 'source', kind: 'source', params: { path: facts.path, streams: streams.map(([index]) => index) } },
  ]
  const edges: EdgeSpec[] = []
  for (const [index, type] of streams) {
    const graph = type === 'video' ? 'scale=64:36' : 'aresample=8000'
    nodes.push(
      { id: `d${index}`, kind: 'decode', params: { type, onDamage: 'count' } },
      { id: `m${index}`, kind: 'measure', params: { type, inputs: 'single', graph, keys: [] } },
    )
    edges.push(
      { from: `source.s${index}`, to: `d${index}.in`, maxItems: 64, maxBytes: 1 << 24 },
      { from: `d${index}.out`, to: `m${index}.in`, maxItems: 8, maxBytes: 1 << 26 },
    )
  }
  await runGraph({ nodes, edges }, mediaNodes, { signal, log: silentLog }).done
}

async function tryOne(path: string): Promise<string> {
  const signal = AbortSignal.timeout(DEADLINE_MS)
  try {
    const facts = await inspectInput(path, { signal, log: silentLog, scan: 'full' })
    await decodeAll(facts, signal)
    return 'ok'
  } catch (error) {
    if (signal.aborted) return 'timeout'
    return error instanceof HeadendError ? error.code : `uncoded: ${error}`
  }
}

const [seedPath, scratch, from, to] = process.argv.slice(2) as [string, string, string, string]
const seed = await readFile(seedPath)
bridgeNativeLog(silentLog)
for (let n = Number(from); n < Number(to); n++) {
  await writeFile(scratch, mutate(seed, n))
  const outcome = await tryOne(scratch)
  await new Promise<void>(resolve => process.send!({ n, outcome, live: liveItems() }, () => resolve()))
}
process.exit(0)
