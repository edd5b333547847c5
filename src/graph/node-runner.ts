// One node of a running graph: makes its instances, gives them its ports, ends its edges, and carries out what its stall
// policy says. Which node fails the graph, and when it is over, run-graph.ts decides.
import { HeadendError, type Log } from '../core/index.ts'
import type { NodeSpec } from '../model/index.ts'
import type { BoundedQueue } from './bounded-queue.ts'
import type { GraphEvent, GraphNode, NodeFactory, NodeStats } from './node.ts'
import { type Ending, NodeInstance, type NodeView } from './node-instance.ts'
import { NodeMeter } from './node-meter.ts'
import { InputPort, OutputPort } from './ports.ts'

/** What the graph does for its nodes. */
export type Host = {
  readonly draining: AbortSignal
  readonly abortGraceMs: number
  send(event: GraphEvent): void
  fail(error: HeadendError): void
  /** An instance has started; the graph is not over before `finished` resolves. */
  started(finished: Promise<void>): void
}

/** The queues of a node by port. */
export type NodeEdges = {
  readonly inputs: ReadonlyMap<string, BoundedQueue>
  readonly outputs: ReadonlyMap<string, readonly BoundedQueue[]>
}

/** A node and, after restarts, its successive instances. */
export class NodeRunner {
  readonly meter: NodeMeter
  readonly spec: NodeSpec
  readonly #factory: NodeFactory
  readonly #edges: NodeEdges
  readonly #host: Host
  readonly #log: Log
  readonly #first: GraphNode
  #instance: NodeInstance | undefined
  #ending: 'done' | 'failed' | undefined

  /** Makes the node, so that bad parameters show before anything runs. @throws {HeadendError} the factory's failure. */
  constructor(spec: NodeSpec, factory: NodeFactory, edges: NodeEdges, host: Host, log: Log) {
    this.spec = spec
    this.#factory = factory
    this.#edges = edges
    this.#host = host
    this.#log = log
    this.meter = new NodeMeter([...edges.inputs.values()], () => this.#recovered())
    this.#first = this.#make()
  }

  get finished(): boolean {
    return this.#ending !== undefined
  }

  stats(): NodeStats {
    return this.meter.stats(this.spec.id, this.spec.kind, this.#ending)
  }

  start(): void {
    this.#launch(this.#first)
  }

  abort(reason: unknown): void {
    this.#instance?.abort(reason)
  }

  /** It has not moved for as long as its specification allows. */
  stalled(): void {
    const { id, stall } = this.spec
    const policy = stall?.policy ?? 'warn'
    if (this.#instance?.aborted || (this.meter.stalled && policy !== 'restart')) return
    this.meter.stall()
    this.#log.warn({ policy, afterMs: stall?.afterMs }, 'node stalled')
    this.#host.send({ type: 'stalled', node: id })
    // Whoever heard of it may have cancelled the graph.
    if (this.#instance?.aborted) return
    if (policy === 'drop') this.#discard(true)
    else if (policy === 'restart') this.#restart()
    else if (policy === 'fail') {
      const message = `Node ${id} (${this.spec.kind}) has produced nothing for ${stall?.afterMs} ms while input waits.`
      this.#host.fail(new HeadendError('HE_GRAPH_STALLED', message, { details: { node: id } }))
    }
  }

  #restart(): void {
    const { id } = this.spec
    this.abort(new HeadendError('HE_GRAPH_STALLED', `Node ${id} stalled and is restarted.`, { details: { node: id } }))
    this.meter.reset()
    try {
      this.#launch(this.#make())
    } catch (error) {
      this.#failed(error)
      return
    }
    this.#host.send({ type: 'restarted', node: id })
  }

  #launch(node: GraphNode): void {
    const instance = new NodeInstance(node, this.#view(), this.#host.abortGraceMs)
    this.#instance = instance
    this.#host.started(instance.finished.then(ending => this.#finished(instance, ending)))
  }

  #finished(instance: NodeInstance, ending: Ending): void {
    if (ending.type === 'abandoned') this.#log.warn('node did not stop after it was aborted; it is left behind')
    if (!instance.aborted) {
      if (ending.type === 'failed') this.#failed(ending.error)
      else this.#ended()
    } else if (instance === this.#instance) {
      // The graph failed or was cancelled: what the node says about it no longer counts.
      this.#ending ??= ending.type === 'ended' ? 'done' : 'failed'
    }
  }

  #recovered(): void {
    this.#discard(false)
    this.#log.info('node moves again')
    this.#host.send({ type: 'recovered', node: this.spec.id })
  }

  #discard(on: boolean): void {
    for (const queue of this.#edges.inputs.values()) queue.discard(on)
  }

  #ended(): void {
    this.meter.touch()
    this.#ending = 'done'
    for (const queues of this.#edges.outputs.values()) for (const queue of queues) queue.end()
    for (const queue of this.#edges.inputs.values()) queue.close()
    this.#host.send({ type: 'done', node: this.spec.id })
  }

  #failed(error: unknown): void {
    this.#ending = 'failed'
    this.#host.fail(this.#named(error))
  }

  #make(): GraphNode {
    try {
      return this.#factory(this.spec.params, this.spec.id)
    } catch (error) {
      throw this.#named(error)
    }
  }

  /** The same HeadendError with this node in its details; anything else is a bug, and wrapped. */
  #named(error: unknown): HeadendError {
    const { id, kind } = this.spec
    if (error instanceof HeadendError) {
      if (!Object.isFrozen(error)) Object.assign(error, { details: { node: id, ...error.details } })
      return error
    }
    const text = error instanceof Error ? error.message : String(error)
    const message = `Node ${id} (${kind}) failed: ${text}`
    return new HeadendError('HE_INTERNAL', message, { cause: error, details: { node: id } })
  }

  #view(): NodeView {
    const { id } = this.spec
    const { inputs, outputs } = this.#edges
    return {
      id,
      log: this.#log,
      draining: this.#host.draining,
      inputs: [...inputs.keys()].sort(),
      outputs: [...outputs.keys()].sort(),
      openInput: (port, signal) => new InputPort(this.#connected(inputs, port, 'input'), this.meter, signal),
      openOutput: (port, signal) => new OutputPort(this.#connected(outputs, port, 'output'), this.meter, signal),
      emit: (event, data) => {
        this.meter.touch()
        this.#host.send({ type: 'node', node: id, event, data })
      },
    }
  }

  #connected<T>(ports: ReadonlyMap<string, T>, port: string, side: 'input' | 'output'): T {
    const edge = ports.get(port)
    if (edge !== undefined) return edge
    const { id, kind } = this.spec
    const message = `Node ${id} (${kind}) uses its ${side} ${port}, but no edge is connected there.`
    throw new HeadendError('HE_GRAPH_INVALID', message, { details: { node: id, port, side } })
  }
}
