// Random graphs of random nodes at random speeds, ended in random ways at random moments: every reference is freed exactly
// once, every edge keeps its order and its bounds, and the run ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HeadendError, silentLog } from '../core/index.ts'
import type { EdgeSpec, GraphSpec } from '../model/index.ts'
import { handled } from './bounded-queue.ts'
import { Ledger, type TrackedItem, turn, turns } from './kit.test.ts'
import type { Input, Item, NodeIo, NodeRegistry } from './node.ts'
import { runGraph } from './run-graph.ts'

const MAX_TURNS = 20_000
const HELD = 3

const behaviours = ['pass', 'clone', 'fresh', 'half', 'hold', 'early', 'greedy', 'ahead'] as const
type Behaviour = (typeof behaviours)[number]

const nodeArb = fc.record({
  behaviour: fc.constantFrom(...behaviours),
  /** Turns of the event loop spent on the first, second … item; repeated. */
  delays: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
  count: fc.integer({ min: 0, max: 40 }),
  /** Which earlier nodes feed it, modulo their number, and from which of their two ports; none makes it a source. */
  inputs: fc.array(
    fc.record({
      from: fc.nat(20),
      port: fc.integer({ min: 0, max: 1 }),
      maxItems: fc.integer({ min: 1, max: 4 }),
      maxBytes: fc.integer({ min: 1, max: 40 }),
    }),
    { maxLength: 3 },
  ),
  policy: fc.constantFrom('warn', 'drop', 'restart', undefined),
})
const endingArb = fc.oneof(
  fc.record({ type: fc.constant('none' as const) }),
  fc.record({ type: fc.constantFrom('cancel' as const, 'drain' as const), turn: fc.nat(60) }),
  fc.record({ type: fc.constant('fail' as const), node: fc.nat(20), item: fc.nat(25) }),
)
const caseArb = fc.record({
  nodes: fc.array(nodeArb, { minLength: 2, maxLength: 8 }),
  ending: endingArb,
  stalls: fc.boolean(),
})
type Case = typeof caseArb extends fc.Arbitrary<infer T> ? T : never

/** What was pushed at each output and received at each input. */
type Logs = Map<string, number[]>
const logOf = (logs: Logs, name: string): number[] => {
  const log = logs.get(name) ?? []
  logs.set(name, log)
  return log
}

function buildGraph({ nodes, stalls }: Case): GraphSpec {
  return {
    nodes: nodes.map(({ behaviour, policy }, n) => ({
      id: `n${n}`,
      kind: behaviour,
      params: n,
      ...(stalls && policy ? { stall: { afterMs: 3, policy } } : {}),
    })),
    edges: nodes.flatMap(({ inputs }, n) =>
      n === 0
        ? []
        : inputs.map(({ from, port, maxItems, maxBytes }, i) => ({
            from: `n${from % n}.o${port}`,
            to: `n${n}.i${i}`,
            maxItems,
            maxBytes,
          })),
    ),
  }
}

class Harness {
  readonly ledger = new Ledger()
  readonly pushed: Logs = new Map()
  readonly received: Logs = new Map()
  readonly #case: Case
  #seq = 0

  constructor(each: Case) {
    this.#case = each
  }

  registry(): NodeRegistry {
    return Object.fromEntries(
      behaviours.map(kind => [kind, params => ({ run: io => this.#run(io, kind, Number(params)) })]),
    )
  }

  async #run(io: NodeIo, kind: Behaviour, n: number): Promise<void> {
    if (io.inputs.length === 0) return this.#source(io, n)
    // One loop per input, so that no input waits for another: only a node that pairs its inputs can block a graph.
    const loops = io.inputs.map(port => this.#consume(io, io.input(port), `${io.id}.${port}`, kind, n))
    const { ending, nodes } = this.#case
    // A loop that fails is the node's failure at once: the others may wait for what the source cannot give before that.
    if (ending.type === 'fail' && ending.node % nodes.length === n) await Promise.all(loops)
    // Aborted, all of them end before the node does, since each may have an item in hand.
    const failed = (await Promise.allSettled(loops)).find(loop => loop.status === 'rejected')
    if (failed) throw failed.reason
  }

  async #source(io: NodeIo, n: number): Promise<void> {
    const { count } = this.#case.nodes[n]!
    for (let i = 0; i < count && !io.draining.aborted; i++) {
      if (!(await this.#push(io, this.#make()))) return
      await this.#work(n, i)
    }
  }

  async #consume(io: NodeIo, input: Input, name: string, kind: Behaviour, n: number): Promise<void> {
    const held: Item[] = []
    using _held = { [Symbol.dispose]: () => held.splice(0).forEach(item => void item[Symbol.dispose]()) }
    const log = logOf(this.received, name)
    const take = async (): Promise<TrackedItem | undefined> => {
      const item = (await input.next()) as TrackedItem | undefined
      if (item) log.push(item.seq)
      return item
    }
    const ahead = kind === 'ahead'
    let next = take()
    try {
      for (let i = 0; ; i++) {
        using item = await next
        if (!item) break
        if (ahead) next = handled(take())
        await this.#work(n, i)
        if (io.outputs.length > 0) await this.#handle(io, kind, item, i, held)
        // With several inputs it would have to stop all of its loops at once; one that only stops reading blocks a graph.
        if (kind === 'early' && io.inputs.length === 1 && i + 1 >= this.#case.nodes[n]!.count % 5) return
        if (!ahead) next = take()
      }
    } finally {
      if (ahead) (await next.catch(() => undefined))?.[Symbol.dispose]()
    }
    if (kind === 'hold') while (held.length > 0) await this.#push(io, held.shift() as TrackedItem)
  }

  async #handle(io: NodeIo, kind: Behaviour, item: TrackedItem, i: number, held: Item[]): Promise<void> {
    if (kind === 'half' && i % 2 === 1) return
    if (kind === 'fresh') await this.#push(io, this.#make())
    else if (kind === 'greedy') await Promise.all([this.#push(io, item.clone()), this.#push(io, this.#make())])
    else if (kind === 'hold') {
      held.push(item.clone())
      if (held.length >= HELD) await this.#push(io, held.shift() as TrackedItem)
    } else await this.#push(io, item.clone())
  }

  #make(): TrackedItem {
    const seq = this.#seq++
    return this.ledger.item(seq, (seq * 7) % 50)
  }

  async #push(io: NodeIo, item: TrackedItem): Promise<boolean> {
    const [first, ...others] = io.outputs
    if (first === undefined) {
      item[Symbol.dispose]()
      return true
    }
    const all = [...others.map(port => [port, item.clone()] as const), [first, item] as const]
    const taken = all.map(([port, each]) => {
      if (!io.signal.aborted) logOf(this.pushed, `${io.id}.${port}`).push(each.seq)
      return io.output(port).push(each)
    })
    return (await Promise.all(taken)).some(Boolean)
  }

  async #work(n: number, i: number): Promise<void> {
    const { delays } = this.#case.nodes[n]!
    const { ending } = this.#case
    await turns(delays[i % delays.length]!)
    if (ending.type === 'fail' && ending.node % this.#case.nodes.length === n && i === ending.item)
      throw new Error('bad')
  }
}

/** How many references may exist at once: what the queues may hold and what each loop of a node may have in hand. */
function mostReferences(spec: GraphSpec): number {
  const inHand = (HELD + 4) * 2
  const loops = (id: string): number => Math.max(1, spec.edges.filter(({ to }) => to.startsWith(`${id}.`)).length)
  const edges = spec.edges.reduce((sum, { from, maxItems }) => sum + maxItems + 2 * loops(from.split('.')[0]!), 0)
  return edges + spec.nodes.reduce((sum, { id }) => sum + inHand * loops(id), 0)
}

const isSubsequence = (part: readonly number[], whole: readonly number[]): boolean => {
  let at = 0
  for (const each of whole) if (each === part[at]) at++
  return at === part.length
}

const outcomes: Record<string, number> = {}
const count = (outcome: string): void => {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
}

test('property: random graphs deliver or free every reference exactly once, in order, within bounds, and end', async t => {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  const check = async (each: Case): Promise<void> => {
    const spec = buildGraph(each)
    const harness = new Harness(each)
    const { ledger, pushed, received } = harness
    const controller = new AbortController()
    const cancelled = new Error('cancelled')
    const run = runGraph(spec, harness.registry(), {
      signal: controller.signal,
      log: silentLog,
      abortGraceMs: 1e9,
      onEvent: event => count(event.type),
    })
    let result: { error?: unknown } | undefined
    run.done.then(
      () => {
        result = {}
      },
      (error: unknown) => {
        result = { error }
      },
    )
    const { ending } = each
    for (let n = 0; !result && n < MAX_TURNS; n++) {
      if (ending.type === 'cancel' && n === ending.turn) controller.abort(cancelled)
      if (ending.type === 'drain' && n === ending.turn) run.drain()
      await turn()
      if (each.stalls) t.mock.timers.tick(1)
      for (const stats of run.stats().nodes) {
        const edges = spec.edges.filter(({ to }) => to.startsWith(`${stats.id}.`))
        assert.ok(stats.queuedItems <= edges.reduce((sum, { maxItems }) => sum + maxItems, 0), 'items in queues')
        if (edges.length === 1) assert.ok(stats.queuedBytes <= edges[0]!.maxBytes || stats.queuedItems === 1, 'bytes')
      }
    }
    assert.ok(result, 'it ends')
    // The other loops of a node that failed in one of them put down what they hold a little later.
    if ('error' in result && ending.type === 'fail') await turns(4)
    assert.deepEqual([ledger.live, ledger.freedTwice], [0, 0])
    if (!each.stalls) assert.ok(ledger.peak <= mostReferences(spec), `peak ${ledger.peak}`)
    if ('error' in result) {
      if (result.error === cancelled) assert.equal(ending.type, 'cancel')
      else {
        assert.ok(result.error instanceof HeadendError && ending.type === 'fail', String(result.error))
        assert.deepEqual(result.error.details, { node: `n${ending.node % each.nodes.length}` })
      }
    } else if (ending.type === 'fail') assert.ok(!controller.signal.aborted)
    count('error' in result ? ending.type : `ok after ${ending.type}`)
    for (const edge of spec.edges) checkEdge(each, edge, pushed, received, 'error' in result)
  }
  await fc.assert(fc.asyncProperty(caseArb, check), {
    numRuns: Number(process.env.GRAPH_RUNS ?? 800),
    seed: Number(process.env.GRAPH_SEED ?? 20261123),
  })
  // The test would prove little if chance had left one of these out.
  for (const type of ['cancel', 'fail', 'ok after none', 'ok after drain', 'stalled', 'restarted', 'recovered']) {
    assert.ok((outcomes[type] ?? 0) > 20, `${type}: ${outcomes[type]}`)
  }
  t.diagnostic(JSON.stringify(outcomes))
})

function checkEdge(each: Case, edge: EdgeSpec, pushed: Logs, received: Logs, failed: boolean): void {
  const sent = pushed.get(edge.from) ?? []
  const got = received.get(edge.to) ?? []
  const to = each.nodes[Number(/\d+/.exec(edge.to)![0])]!
  const drops = each.stalls && to.policy === 'drop'
  if (drops) assert.ok(isSubsequence(got, sent), 'in order, with gaps')
  else assert.deepEqual(got, sent.slice(0, got.length), 'in order, without gaps')
  if (!failed && !drops && !(to.behaviour === 'early' && to.inputs.length === 1))
    assert.equal(got.length, sent.length, 'complete')
}
