// The contract between the graph runtime and its nodes. The runtime moves items; what they are is the nodes' affair.
import type { Log } from '../core/index.ts'

/** One reference to something that flows: a frame, a packet. Disposing frees the reference, never the shared data of others. */
export interface Item extends Disposable {
  /** What the queue's byte bound counts. */
  readonly byteSize: number
  /** Takes another reference to the same data without copying it; the caller owns it. */
  clone(): Item
}

export interface Input {
  /** The next item, owned by the caller, who disposes or pushes it; undefined at end of stream. @throws the abort reason. */
  next(): Promise<Item | undefined>
  [Symbol.asyncIterator](): AsyncIterator<Item>
}

export interface Output {
  /**
   * Hands the item over (the caller must not touch it afterwards, whatever happens) and resolves when there is room for
   * more. With several edges every consumer gets its own reference. Resolves to false when nobody will take items from
   * this output any more, so a producer may stop early. @throws the abort reason.
   */
  push(item: Item): Promise<boolean>
}

export interface NodeIo {
  readonly id: string
  /** Aborts when the graph fails or is cancelled, and when this node is restarted. */
  readonly signal: AbortSignal
  /** Aborts when the graph is asked to drain: sources end their stream, everybody else carries on to the end. */
  readonly draining: AbortSignal
  readonly log: Log
  /** Names of the connected ports, sorted. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** @throws {HE_GRAPH_INVALID} when the port is not connected. */
  input(port: string): Input
  output(port: string): Output
  /** Tells the owner of the graph something: progress, a measured value. Data must be structured-cloneable. */
  emit(type: string, data: unknown): void
}

/** An async transform with named ports. When `run` resolves its outputs end; when it rejects the graph fails. */
export interface GraphNode {
  run(io: NodeIo): Promise<void>
}

export type NodeFactory = (params: unknown, id: string) => GraphNode
export type NodeRegistry = Readonly<Record<string, NodeFactory>>

export type NodeStats = {
  readonly id: string
  readonly kind: string
  readonly state: 'waiting' | 'running' | 'blocked' | 'stalled' | 'done' | 'failed'
  readonly itemsIn: number
  readonly itemsOut: number
  /** Items and bytes waiting at its inputs. */
  readonly queuedItems: number
  readonly queuedBytes: number
  /** Milliseconds between taking an item and asking for the next, without the time blocked in push. */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly stalls: number
  readonly dropped: number
}
export type GraphStats = { readonly nodes: readonly NodeStats[]; readonly elapsedMs: number }

export type GraphEvent =
  | { readonly type: 'node'; readonly node: string; readonly event: string; readonly data: unknown }
  | { readonly type: 'stalled' | 'recovered' | 'restarted' | 'done'; readonly node: string }

export type GraphOptions = {
  readonly signal: AbortSignal
  readonly log: Log
  readonly onEvent?: (event: GraphEvent) => void
}

/** A running graph. */
export interface GraphRun {
  /** Resolves when every node has ended; rejects with the first failure, after every item has been freed. */
  readonly done: Promise<void>
  stats(): GraphStats
  /** Asks sources to end; everything already queued is still delivered. */
  drain(): void
}
