// One pass over a file: parts of the inspection hang their measuring nodes on the packets and frames of its streams.
import type { EdgeSpec, GraphSpec, MediaFacts, NodeSpec, QcCurve } from '../model/index.ts'
import { edgeBounds } from '../plan/index.ts'
import type { Evidence } from './evidence.ts'

/** Limits of every check that is on, by id. */
export type ActiveLimits = ReadonlyMap<string, unknown>

/** A part of the inspection: what it measures, and what its measurements say. */
export interface QcPart<E> {
  /** Adds its nodes; none when the file has nothing for it, or no check wants it. */
  addTo(pass: Pass, limits: ActiveLimits): void
  /** `results` has the `result` event of each node by its id. */
  read(results: ReadonlyMap<string, unknown>, facts: MediaFacts): E
  /** What it has to draw, at most 2,000 points each. */
  curves?(evidence: Evidence): QcCurve[]
  /** By subject, then by name. */
  figures?(evidence: Evidence): Record<string, Record<string, number | string | null>>
}

/** Builds the graph. A stream is demuxed and decoded once, whoever asks for it. */
export class Pass {
  readonly facts: MediaFacts
  readonly #nodes: NodeSpec[] = []
  readonly #edges: EdgeSpec[] = []
  readonly #streams = new Set<number>()
  readonly #decoded = new Set<number>()

  constructor(facts: MediaFacts) {
    this.facts = facts
  }

  /** Hangs a node on the packets of a stream; its input is `in`. */
  onPackets(stream: number, node: NodeSpec): void {
    this.#streams.add(stream)
    this.#nodes.push(node)
    this.#edges.push({ from: `source.s${stream}`, to: `${node.id}.in`, ...edgeBounds.packets })
  }

  /** Hangs a node on the decoded pictures or samples of a stream; its input is `in`. `decode_<index>` emits `decoded`. */
  onFrames(stream: number, type: 'video' | 'audio', node: NodeSpec): void {
    const decode = `decode_${stream}`
    if (!this.#decoded.has(stream)) {
      this.#decoded.add(stream)
      this.onPackets(stream, { id: decode, kind: 'decode', params: { type, onDamage: 'count' } })
    }
    this.#nodes.push(node)
    this.#edges.push({
      from: `${decode}.out`,
      to: `${node.id}.in`,
      ...(type === 'video' ? edgeBounds.frames : edgeBounds.packets),
    })
  }

  /** Hangs a node on the output of another one that this pass has. */
  after(from: string, node: NodeSpec, type: 'video' | 'audio'): void {
    this.#nodes.push(node)
    this.#edges.push({
      from: `${from}.out`,
      to: `${node.id}.in`,
      ...(type === 'video' ? edgeBounds.frames : edgeBounds.packets),
    })
  }

  /** Hangs a muxer on the packets of another node that this pass has. */
  write(from: string, node: NodeSpec): void {
    this.#nodes.push(node)
    this.#edges.push({ from: `${from}.out`, to: `${node.id}.s0`, ...edgeBounds.packets })
  }

  /** Adds a node that reads the file by itself. */
  beside(node: NodeSpec): void {
    this.#nodes.push(node)
  }

  /** null when nobody asked for anything. */
  spec(startTime: string): GraphSpec | null {
    if (this.#nodes.length === 0) return null
    if (this.#streams.size === 0) return { nodes: this.#nodes, edges: [] }
    const source: NodeSpec = {
      id: 'source',
      kind: 'source',
      params: { path: this.facts.path, streams: [...this.#streams].toSorted((a, b) => a - b), startTime },
    }
    return { nodes: [source, ...this.#nodes], edges: this.#edges }
  }
}
