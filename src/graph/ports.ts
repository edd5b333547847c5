// The two ends of edges as a node sees them. A port belongs to one instance of a node: after a restart or an abort the
// old instance's ports only free and refuse.
import { type BoundedQueue, free, handled, rejected } from './bounded-queue.ts'
import type { Input, Item, Output } from './node.ts'
import type { Handed, NodeMeter } from './node-meter.ts'

const yes = Promise.resolve(true)
const no = Promise.resolve(false)

/** The end of an edge from which a node takes. */
export class InputPort implements Input {
  readonly #queue: BoundedQueue
  readonly #meter: NodeMeter
  readonly #signal: AbortSignal
  readonly #handed: Handed = { at: -1, blockedMs: 0 }

  constructor(queue: BoundedQueue, meter: NodeMeter, signal: AbortSignal) {
    this.#queue = queue
    this.#meter = meter
    this.#signal = signal
  }

  next(): Promise<Item | undefined> {
    if (this.#signal.aborted) return rejected(this.#signal.reason)
    this.#meter.asked(this.#handed)
    const got = this.#queue.next()
    if (got instanceof Promise) {
      this.#meter.asking++
      return handled(got.then(this.#arrived, this.#refused))
    }
    if (got) this.#meter.took(this.#handed)
    return Promise.resolve(got)
  }

  [Symbol.asyncIterator](): AsyncIterator<Item> {
    return { next: () => this.next().then(asResult) }
  }

  readonly #arrived = (item: Item | undefined): Item | undefined => {
    this.#meter.asking--
    if (item) this.#meter.took(this.#handed)
    return item
  }

  readonly #refused = (reason: unknown): never => {
    this.#meter.asking--
    throw reason
  }
}

const asResult = (item: Item | undefined): IteratorResult<Item> =>
  item ? { done: false, value: item } : { done: true, value: undefined }

/** Where a node pushes: one or more edges, each of which gets its own reference. */
export class OutputPort implements Output {
  readonly #queues: readonly BoundedQueue[]
  readonly #meter: NodeMeter
  readonly #signal: AbortSignal

  constructor(queues: readonly BoundedQueue[], meter: NodeMeter, signal: AbortSignal) {
    this.#queues = queues
    this.#meter = meter
    this.#signal = signal
  }

  push(item: Item): Promise<boolean> {
    if (this.#signal.aborted) {
      free(item)
      return rejected(this.#signal.reason)
    }
    this.#meter.touch()
    const taken = this.#queues.length === 1 ? this.#queues[0]!.push(item) : this.#fanOut(item)
    if (taken !== false) this.#meter.itemsOut++
    if (typeof taken === 'boolean') return taken ? yes : no
    this.#meter.blocked()
    return handled(taken.then(this.#admitted, this.#refused))
  }

  #fanOut(item: Item): boolean | Promise<unknown> {
    let left = 0
    for (const queue of this.#queues) if (queue.open) left++
    if (left === 0) {
      free(item)
      return false
    }
    const waits: Promise<boolean>[] = []
    for (const queue of this.#queues) {
      if (!queue.open) continue
      let mine = item
      try {
        if (--left > 0) mine = item.clone()
      } catch (error) {
        // It was handed over whatever happens, so a clone that fails takes the original with it.
        free(item)
        return rejected(error)
      }
      const taken = queue.push(mine)
      if (typeof taken !== 'boolean') waits.push(taken)
    }
    return waits.length === 0 ? true : Promise.all(waits)
  }

  readonly #admitted = (): boolean => {
    this.#meter.unblocked()
    return this.#queues.some(queue => queue.open)
  }

  readonly #refused = (reason: unknown): never => {
    this.#meter.unblocked()
    throw reason
  }
}
