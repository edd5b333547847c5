// 300 open/close cycles (probe, then decode) in one process: resident memory must stay flat. Prints one reading per 50.
// Run: node bench/memory.ts [cycles]
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../src/core/index.ts'
import { inspectInput } from '../src/engine/inspect.ts'
import { liveItems } from '../src/engine/items.ts'
import { bridgeNativeLog } from '../src/engine/log-bridge.ts'
import { mediaNodes } from '../src/engine/registry.ts'
import { runGraph } from '../src/graph/index.ts'
import type { GraphSpec } from '../src/model/index.ts'
import { makeClip } from '../test/media/make-media.ts'

const cycles = Number(process.argv[2] ?? 300)
const signal = new AbortController().signal
const dir = await mkdtemp(join(tmpdir(), 'headend-memory-'))
const clip = await makeClip(join(dir, 'clip.mp4'), {
  video: 'testsrc2=s=640x360:r=25:d=1,format=yuv420p',
  audio: [{ graph: 'sine=f=440:r=48000:d=1,aformat=channel_layouts=stereo:sample_fmts=fltp' }],
})
const bounds = { maxItems: 8, maxBytes: 1 << 28 }
const spec: GraphSpec = {
  nodes: [
    { id: 'source', kind: 'source', params: { path: clip, streams: [0] } },
    { id: 'decode', kind: 'decode', params: { type: 'video' } },
    {
      id: 'measure',
      kind: 'measure',
      params: { type: 'video', inputs: 'single', graph: 'siti', keys: ['lavfi.siti.si'] },
    },
  ],
  edges: [
    { from: 'source.s0', to: 'decode.in', ...bounds },
    { from: 'decode.out', to: 'measure.in', ...bounds },
  ],
}
bridgeNativeLog(silentLog)
const readings: number[] = []
for (let cycle = 1; cycle <= cycles; cycle++) {
  await inspectInput(clip, { signal, log: silentLog, scan: 'full' })
  await runGraph(spec, mediaNodes, { signal, log: silentLog }).done
  if (cycle % 50 !== 0) continue
  const rssMiB = process.memoryUsage.rss() / 2 ** 20
  const open = (await readdir('/proc/self/fd').catch(() => [])).length
  readings.push(rssMiB)
  console.log(`${cycle} cycles: resident ${rssMiB.toFixed(0)} MiB, ${open} files open, ${liveItems()} references held`)
}
const [first, last] = [readings[0]!, readings.at(-1)!]
console.log(`from cycle 50 to ${cycles}: ${(last - first).toFixed(1)} MiB (${((last / first - 1) * 100).toFixed(1)} %)`)
await rm(dir, { recursive: true, force: true })
process.exit(0)
