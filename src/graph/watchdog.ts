// Finds nodes that do not move, and graphs in which everybody waits for somebody else. One timer per graph, nothing per
// item. It counts its own ticks as time, so that a process that was frozen or kept busy does not look like a stall.
import type { NodeRunner } from './node-runner.ts'

const MAX_TICK_MS = 1000
// A node may do long work beside a pending ask; one that does so for this long while nothing else moves is not known.
const DEADLOCK_MS = 10_000

type Watched = { readonly node: NodeRunner; readonly afterMs: number; seen: number; quietMs: number }

/** Watches the nodes of one running graph. */
export class Watchdog {
  readonly #nodes: readonly NodeRunner[]
  readonly #watched: readonly Watched[]
  readonly #tickMs: number
  readonly #onDeadlock: () => void
  #timer: NodeJS.Timeout | undefined
  #seen = 0
  #quietMs = 0

  /** `onDeadlock` is called when every unfinished node has been waiting for another, and nothing moved, for 10 s. */
  constructor(nodes: readonly NodeRunner[], onDeadlock: () => void) {
    this.#nodes = nodes
    this.#onDeadlock = onDeadlock
    this.#watched = nodes.flatMap(node =>
      node.spec.stall ? [{ node, afterMs: node.spec.stall.afterMs, seen: -1, quietMs: 0 }] : [],
    )
    // A quarter: a stall is found between 1 and 1.25 times its limit.
    this.#tickMs = Math.max(1, Math.min(MAX_TICK_MS, ...this.#watched.map(({ afterMs }) => Math.ceil(afterMs / 4))))
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), this.#tickMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    for (const watched of this.#watched) this.#checkNode(watched)
    const moved = this.#nodes.reduce((sum, node) => sum + node.meter.activity, 0)
    const stuck = moved === this.#seen && this.#nodes.every(node => node.finished || node.meter.waits)
    this.#seen = moved
    this.#quietMs = stuck ? this.#quietMs + this.#tickMs : 0
    if (this.#quietMs >= DEADLOCK_MS) this.#onDeadlock()
  }

  #checkNode(watched: Watched): void {
    const { node, afterMs, seen } = watched
    const { activity, shouldMove } = node.meter
    watched.seen = activity
    if (node.finished || !shouldMove || activity !== seen) {
      watched.quietMs = 0
      return
    }
    watched.quietMs += this.#tickMs
    if (watched.quietMs < afterMs) return
    watched.quietMs = 0
    node.stalled()
  }
}
