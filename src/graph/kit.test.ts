// What the tests of this folder share: items whose references are counted, small nodes, a way to run them. Has no tests.
import { silentLog } from '../core/index.ts'
import type { GraphSpec, NodeSpec } from '../model/index.ts'
import type { GraphEvent, GraphNode, Item, NodeIo, NodeRegistry } from './node.ts'
import { type RunGraphOptions, runGraph } from './run-graph.ts'

/** Counts the references of a test. */
export class Ledger {
  live = 0
  peak = 0
  made = 0
  freedTwice = 0

  item(seq: number, byteSize = 1): TrackedItem {
    return new TrackedItem(this, seq, byteSize)
  }
}

/** A reference that knows when it is freed more than once. */
export class TrackedItem implements Item {
  readonly ledger: Ledger
  readonly seq: number
  readonly byteSize: number
  freed = false

  constructor(ledger: Ledger, seq: number, byteSize: number) {
    this.ledger = ledger
    this.seq = seq
    this.byteSize = byteSize
    ledger.made++
    ledger.peak = Math.max(ledger.peak, ++ledger.live)
  }

  clone(): TrackedItem {
    if (this.freed) throw new Error('cloned after it was freed')
    return new TrackedItem(this.ledger, this.seq, this.byteSize)
  }

  [Symbol.dispose](): void {
    if (this.freed) this.ledger.freedTwice++
    else this.ledger.live--
    this.freed = true
  }
}

/** One turn of the event loop: everything that can run without waiting for a timer has a chance to. */
export const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
export const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await turn()
}

export type Run = (io: NodeIo) => Promise<void>

/** `a>b a>c` joins port out of a with port in of b and of c; `a>c.x` names the port of c. */
export function graph(
  nodes: Record<string, Run | { run: Run; stall: NonNullable<NodeSpec['stall']> }>,
  edges: string,
  options: Partial<RunGraphOptions> & { maxItems?: number; maxBytes?: number } = {},
) {
  const { maxItems = 4, maxBytes = 1000, ...rest } = options
  const events: GraphEvent[] = []
  const registry: NodeRegistry = Object.fromEntries(
    Object.entries(nodes).map(([id, node]) => [
      id,
      (): GraphNode => (typeof node === 'function' ? { run: node } : { run: node.run }),
    ]),
  )
  const spec: GraphSpec = {
    nodes: Object.entries(nodes).map(([id, node]) => ({
      id,
      kind: id,
      params: null,
      ...(typeof node === 'function' ? {} : { stall: node.stall }),
    })),
    edges: edges
      .split(' ')
      .filter(Boolean)
      .map(text => {
        const [from = '', to = ''] = text.split('>')
        return { from: `${from}.out`, to: to.includes('.') ? to : `${to}.in`, maxItems, maxBytes }
      }),
  }
  const run = runGraph(spec, registry, {
    signal: new AbortController().signal,
    log: silentLog,
    onEvent: event => events.push(event),
    ...rest,
  })
  const stats = (id: string) => run.stats().nodes.find(node => node.id === id)!
  return { run, events, stats, seen: () => events.map(event => `${event.type} ${event.node}`) }
}

/** Pushes `count` items, one per turn, until nobody takes them or it is asked to drain. */
export const counting =
  (ledger: Ledger, count = Number.POSITIVE_INFINITY, byteSize = 1): Run =>
  async io => {
    const out = io.output('out')
    for (let seq = 0; seq < count && !io.draining.aborted; seq++) {
      if (!(await out.push(ledger.item(seq, byteSize)))) return
      await turn()
    }
  }

export const passing: Run = async io => {
  const out = io.output('out')
  for await (const item of io.input('in')) await out.push(item)
}

export const collecting =
  (into: number[], count = Number.POSITIVE_INFINITY): Run =>
  async io => {
    const input = io.input('in')
    while (into.length < count) {
      using item = await input.next()
      if (!item) return
      into.push((item as TrackedItem).seq)
    }
  }

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)
