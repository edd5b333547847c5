// What one node has done and is doing: counters, process times and what it waits for. Touched twice per item, so cheap.
import type { BoundedQueue } from './bounded-queue.ts'
import type { NodeStats } from './node.ts'

// Enough for a stable p95 (13 samples above it) and recent enough to show a change within seconds at 25 fps.
const SAMPLES = 256

/** When a port last handed an item over; `at` is negative while it has nothing in the node's hands. */
export type Handed = { at: number; blockedMs: number }

/** The counters of one node; they outlive a restart of it. */
export class NodeMeter {
  readonly #inputs: readonly BoundedQueue[]
  readonly #onRecover: () => void
  readonly #times = new Float64Array(SAMPLES)
  #timesSeen = 0
  #blockedMs = 0
  #blockedSince = 0
  #held = 0
  #stalled = false
  /** Rises with every ask, push and event; a watcher compares it with what it saw before. */
  activity = 0
  itemsIn = 0
  itemsOut = 0
  stalls = 0
  /** Asks and pushes that have to wait. */
  asking = 0
  pushing = 0

  constructor(inputs: readonly BoundedQueue[], onRecover: () => void) {
    this.#inputs = inputs
    this.#onRecover = onRecover
  }

  get stalled(): boolean {
    return this.#stalled
  }

  /** Whether it has something to do and nobody else to wait for. */
  get shouldMove(): boolean {
    return !this.waits && (this.#held > 0 || this.#inputs.some(queue => queue.items > 0))
  }

  /** Whether it waits for input or for room. */
  get waits(): boolean {
    return this.asking > 0 || this.pushing > 0
  }

  /** It moved. */
  touch(): void {
    this.activity++
    if (this.#stalled) {
      this.#stalled = false
      this.#onRecover()
    }
  }

  stall(): void {
    this.#stalled = true
    this.stalls++
  }

  /** A new instance begins with empty hands. */
  reset(): void {
    this.#held = 0
  }

  /** It asks for the next item, so it has finished with the one before. */
  asked(handed: Handed): void {
    this.touch()
    if (handed.at < 0) return
    const ms = performance.now() - handed.at - (this.#blockedMs - handed.blockedMs)
    this.#times[this.#timesSeen++ % SAMPLES] = Math.max(0, ms)
    this.#held--
    handed.at = -1
  }

  took(handed: Handed): void {
    this.itemsIn++
    // Asks that overlap: the port counts from the newest item, and holds one.
    if (handed.at < 0) this.#held++
    handed.at = performance.now()
    handed.blockedMs = this.#blockedMs
  }

  blocked(): void {
    if (this.pushing++ === 0) this.#blockedSince = performance.now()
  }

  unblocked(): void {
    if (--this.pushing === 0) this.#blockedMs += performance.now() - this.#blockedSince
  }

  stats(id: string, kind: string, ending: 'done' | 'failed' | undefined): NodeStats {
    const [p50Ms, p95Ms] = this.#percentiles()
    const sum = (of: (queue: BoundedQueue) => number): number =>
      this.#inputs.reduce((total, queue) => total + of(queue), 0)
    return {
      id,
      kind,
      state: ending ?? this.#state(),
      itemsIn: this.itemsIn,
      itemsOut: this.itemsOut,
      queuedItems: sum(queue => queue.items),
      queuedBytes: sum(queue => queue.bytes),
      p50Ms,
      p95Ms,
      stalls: this.stalls,
      dropped: sum(queue => queue.dropped),
    }
  }

  #state(): NodeStats['state'] {
    if (this.#stalled) return 'stalled'
    if (this.pushing > 0) return 'blocked'
    return this.asking > 0 ? 'waiting' : 'running'
  }

  #percentiles(): readonly [number, number] {
    const sorted = this.#times.slice(0, Math.min(this.#timesSeen, SAMPLES)).sort()
    const at = (q: number): number => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0
    return [at(0.5), at(0.95)]
  }
}
