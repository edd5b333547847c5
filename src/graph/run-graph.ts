// Runs a graph: joins its nodes by queues, starts them, and ends it one way for success, failure and cancel: every node
// has settled and every queued item has been delivered or freed.
import { HeadendError, type Log, onAbort } from '../core/index.ts'
import type { GraphSpec } from '../model/index.ts'
import { BoundedQueue, handled } from './bounded-queue.ts'
import type { GraphEvent, GraphOptions, GraphRun, GraphStats, NodeRegistry } from './node.ts'
import { type Host, NodeRunner } from './node-runner.ts'
import { parseEndpoint, validateGraph } from './validate.ts'
import { Watchdog } from './watchdog.ts'

/** What the contract asks for, and how patient an abort is. */
export type RunGraphOptions = GraphOptions & {
  /** How long an aborted node may take to settle before it is left behind. Default 5000. */
  readonly abortGraceMs?: number
}

/**
 * Starts a graph and returns at once; nodes begin in a later microtask. `done` rejects with the first failure, or with the
 * signal's reason unchanged when cancelled. Failures of factories are thrown here, before anything runs.
 * @throws {HE_GRAPH_INVALID} when kinds, names and edges do not fit together.
 */
export function runGraph(spec: GraphSpec, registry: NodeRegistry, options: RunGraphOptions): GraphRun {
  validateGraph(spec, registry)
  return new Run(spec, registry, options)
}

type Edge = { readonly name: string; readonly queue: BoundedQueue }

class Run implements GraphRun {
  readonly #options: RunGraphOptions
  readonly #log: Log
  readonly #edges: readonly Edge[]
  readonly #nodes: readonly NodeRunner[]
  readonly #draining = new AbortController()
  readonly #watchdog: Watchdog
  readonly #settled = Promise.withResolvers<void>()
  readonly done = this.#settled.promise
  readonly #startedAt = performance.now()
  #elapsedMs: number | undefined
  #unfinished = 0
  #failure: { readonly reason: unknown } | undefined

  constructor(spec: GraphSpec, registry: NodeRegistry, options: RunGraphOptions) {
    this.#options = options
    this.#log = options.log
    const { edges, nodes } = this.#build(spec, registry)
    this.#edges = edges
    this.#nodes = nodes
    this.#watchdog = new Watchdog(nodes, () => this.#deadlocked())
    // Whoever starts a graph may look at something else before it awaits `done`.
    handled(this.done)
    queueMicrotask(() => this.#start())
  }

  stats(): GraphStats {
    const elapsedMs = this.#elapsedMs ?? performance.now() - this.#startedAt
    return { nodes: this.#nodes.map(node => node.stats()), elapsedMs }
  }

  drain(): void {
    this.#draining.abort()
  }

  #build(spec: GraphSpec, registry: NodeRegistry): { edges: Edge[]; nodes: NodeRunner[] } {
    const inputs = new Map(spec.nodes.map(({ id }) => [id, new Map<string, BoundedQueue>()]))
    const outputs = new Map(spec.nodes.map(({ id }) => [id, new Map<string, BoundedQueue[]>()]))
    const edges = spec.edges.map(edge => {
      const queue = new BoundedQueue(edge)
      const from = parseEndpoint(edge.from)!
      const to = parseEndpoint(edge.to)!
      inputs.get(to.node)!.set(to.port, queue)
      const ports = outputs.get(from.node)!
      ports.set(from.port, [...(ports.get(from.port) ?? []), queue])
      return { name: `${edge.from} → ${edge.to}`, queue }
    })
    const host: Host = {
      draining: this.#draining.signal,
      abortGraceMs: this.#options.abortGraceMs ?? 5000,
      send: event => this.#send(event),
      fail: error => this.#fail(error),
      started: finished => this.#track(finished),
    }
    const nodes = spec.nodes.map(node => {
      const ends = { inputs: inputs.get(node.id)!, outputs: outputs.get(node.id)! }
      return new NodeRunner(node, registry[node.kind]!, ends, host, this.#log.child({ node: node.id }))
    })
    return { edges, nodes }
  }

  #start(): void {
    const { signal } = this.#options
    const cancel = onAbort(signal, () => this.#abort(signal.reason))
    this.done.then(
      () => cancel[Symbol.dispose](),
      () => cancel[Symbol.dispose](),
    )
    // Counted as one more, so that a graph without nodes, or cancelled by now, ends too.
    this.#unfinished++
    if (!this.#failure) this.#watchdog.start()
    for (const node of this.#nodes) if (!this.#failure) node.start()
    this.#release()
  }

  #track(finished: Promise<void>): void {
    this.#unfinished++
    finished.then(() => this.#release())
  }

  #release(): void {
    if (--this.#unfinished > 0) return
    this.#watchdog.stop()
    this.#elapsedMs = performance.now() - this.#startedAt
    if (this.#failure) this.#settled.reject(this.#failure.reason)
    else this.#settled.resolve()
  }

  #fail(error: HeadendError): void {
    if (this.#failure) this.#log.debug({ err: error }, 'node failed while the graph was stopping')
    else this.#abort(error)
  }

  #abort(reason: unknown): void {
    if (this.#failure) return
    this.#failure = { reason }
    this.#watchdog.stop()
    for (const { queue } of this.#edges) queue.abort(reason)
    for (const node of this.#nodes) node.abort(reason)
  }

  #deadlocked(): void {
    const edges = this.#edges.filter(({ queue }) => queue.full).map(({ name }) => name)
    const nodes = this.#nodes.filter(node => !node.finished).map(node => node.spec.id)
    const message = `Every node waits for another one; these edges are full: ${edges.join(', ')}.`
    const hint =
      'A node needs more items before it gives any than the edge beside it can hold; give that edge more room.'
    this.#fail(new HeadendError('HE_GRAPH_STALLED', message, { hint, details: { nodes, edges } }))
  }

  #send(event: GraphEvent): void {
    try {
      this.#options.onEvent?.(event)
    } catch (error) {
      this.#log.error({ err: error }, 'the event handler of the graph threw')
    }
  }
}
