// What the graph runtime itself costs per item: a chain of five nodes, and a fan-out to four consumers, moving empty items.
// Run: node bench/graph.ts [items]
import { silentLog } from '../src/core/index.ts'
import { type GraphNode, type Item, type NodeRegistry, runGraph } from '../src/graph/index.ts'
import type { GraphSpec } from '../src/model/index.ts'

const items = Number(process.argv[2] ?? 300_000)
const runs = 5

const item: Item = { byteSize: 1, clone: () => item, [Symbol.dispose]: () => {} }
const source: GraphNode = {
  async run(io) {
    const out = io.output('out')
    for (let n = 0; n < items; n++) await out.push(item)
  },
}
const pass: GraphNode = {
  async run(io) {
    const out = io.output('out')
    for await (const each of io.input('in')) await out.push(each)
  },
}
const sink: GraphNode = {
  async run(io) {
    for await (using _each of io.input('in')) {
    }
  },
}
const registry: NodeRegistry = { source: () => source, pass: () => pass, sink: () => sink }

const node = (id: string, kind: string) => ({ id, kind, params: null })
const edge = (from: string, to: string) => ({ from: `${from}.out`, to: `${to}.in`, maxItems: 8, maxBytes: 1e9 })
const shapes: Record<string, GraphSpec> = {
  'chain of 5': {
    nodes: [node('a', 'source'), node('b', 'pass'), node('c', 'pass'), node('d', 'pass'), node('e', 'sink')],
    edges: [edge('a', 'b'), edge('b', 'c'), edge('c', 'd'), edge('d', 'e')],
  },
  'fan-out to 4': {
    nodes: [node('a', 'source'), ...[1, 2, 3, 4].map(n => node(`s${n}`, 'sink'))],
    edges: [1, 2, 3, 4].map(n => edge('a', `s${n}`)),
  },
}

for (let round = 0; round < runs; round++) {
  for (const [name, spec] of Object.entries(shapes)) {
    const started = performance.now()
    await runGraph(spec, registry, { signal: new AbortController().signal, log: silentLog }).done
    const ms = performance.now() - started
    const hops = items * spec.edges.length
    const rate = Math.round(items / (ms / 1000)).toLocaleString('en')
    console.log(`${name}: ${rate} items/s, ${((ms * 1000) / hops).toFixed(2)} µs per item and edge`)
  }
}
