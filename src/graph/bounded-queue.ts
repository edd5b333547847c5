// The queue of one edge: bounded by items and by bytes, first in, first out. It owns what waits in it, and frees it
// exactly once when its consumer closes it or the graph aborts. Statistics and signals are the ports' affair.
import type { Item } from './node.ts'

/** An item larger than `maxBytes` passes when the queue is empty. */
export type QueueBounds = { readonly maxItems: number; readonly maxBytes: number }

type Waiter<T> = PromiseWithResolvers<T>
type WaitingPush = { readonly item: Item; readonly size: number; readonly waiter: Waiter<boolean> }

const nothing = (): void => {}

/** Frees one reference. One that throws is not allowed to keep the others from being freed. */
export function free(item: Item): void {
  try {
    item[Symbol.dispose]()
  } catch {}
}

/** Marks the promise as handled: whoever asks ahead may be busy elsewhere when the abort comes, and must not end the process. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(nothing)
  return promise
}

/** A rejected promise that does not end the process when nobody looks at it. */
export const rejected = (reason: unknown): Promise<never> => handled(Promise.reject(reason))

/** What flows between one output and one input. Answers at once where it can: a promise means that somebody has to wait. */
export class BoundedQueue {
  readonly #bounds: QueueBounds
  // A ring whose length is a power of two; sizes stand beside the items because a native byteSize may not stay the same.
  #ring: (Item | undefined)[] = new Array(8).fill(undefined)
  #sizes: number[] = new Array(8).fill(0)
  #head = 0
  #count = 0
  #bytes = 0
  #dropped = 0
  #pushes: WaitingPush[] = []
  #takers: Waiter<Item | undefined>[] = []
  #ended = false
  #closed = false
  #discarding = false
  #aborted: { readonly reason: unknown } | undefined

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds
  }

  get items(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Items freed while discarding. */
  get dropped(): number {
    return this.#dropped
  }

  /** Whether a push would still be taken. */
  get open(): boolean {
    return !this.#ended && !this.#closed && this.#aborted === undefined
  }

  /** Whether somebody waits for room. */
  get full(): boolean {
    return this.#pushes.length > 0
  }

  /** Takes the item over. True once it has its place, false when it was freed because nobody wants it. @throws the abort reason. */
  push(item: Item): boolean | Promise<boolean> {
    if (!this.open) {
      free(item)
      return this.#aborted ? rejected(this.#aborted.reason) : false
    }
    if (this.#discarding) {
      this.#drop(item)
      return true
    }
    const taker = this.#takers.shift()
    if (taker) {
      taker.resolve(item)
      return true
    }
    const size = item.byteSize
    if (this.#pushes.length === 0 && this.#hasRoom(size)) {
      this.#append(item, size)
      return true
    }
    const waiter = Promise.withResolvers<boolean>()
    this.#pushes.push({ item, size, waiter })
    return waiter.promise
  }

  /** The oldest item, then owned by the caller; undefined after the last one. @throws the abort reason. */
  next(): Item | undefined | Promise<Item | undefined> {
    if (this.#count > 0) return this.#shift()
    if (this.#aborted) return rejected(this.#aborted.reason)
    // Nobody waits to push into an empty queue, which always has room, so ended means that nothing more comes.
    if (this.#ended || this.#closed) return undefined
    const taker = Promise.withResolvers<Item | undefined>()
    this.#takers.push(taker)
    return taker.promise
  }

  /** The producer's end: what was pushed is still delivered, then comes the end of stream. */
  end(): void {
    this.#ended = true
    this.#settleTakers()
  }

  /** The consumer's end: what waits is freed, and so is what comes later. */
  close(): void {
    this.#closed = true
    this.#clear()
    for (const { item, waiter } of this.#takePushes()) {
      free(item)
      waiter.resolve(false)
    }
    this.#settleTakers()
  }

  /** Frees what waits and rejects whoever waits, now and later. */
  abort(reason: unknown): void {
    if (this.#aborted) return
    this.#aborted = { reason }
    this.#clear()
    for (const { item, waiter } of this.#takePushes()) {
      free(item)
      handled(waiter.promise)
      waiter.reject(reason)
    }
    for (const taker of this.#takers.splice(0)) {
      handled(taker.promise)
      taker.reject(reason)
    }
  }

  /** While on, what waits and what comes is freed and counted in `dropped`; producers do not wait. */
  discard(on: boolean): void {
    this.#discarding = on
    if (!on) return
    this.#dropped += this.#clear()
    for (const { item, waiter } of this.#takePushes()) {
      this.#drop(item)
      waiter.resolve(true)
    }
  }

  #hasRoom(size: number): boolean {
    return this.#count === 0 || (this.#count < this.#bounds.maxItems && this.#bytes + size <= this.#bounds.maxBytes)
  }

  #append(item: Item, size: number): void {
    if (this.#count === this.#ring.length) this.#grow()
    const at = (this.#head + this.#count) & (this.#ring.length - 1)
    this.#ring[at] = item
    this.#sizes[at] = size
    this.#count++
    this.#bytes += size
  }

  #shift(): Item {
    const item = this.#remove()
    for (let first = this.#pushes[0]; first && this.#hasRoom(first.size); first = this.#pushes[0]) {
      this.#pushes.shift()
      this.#append(first.item, first.size)
      first.waiter.resolve(true)
    }
    return item
  }

  #remove(): Item {
    const at = this.#head
    const item = this.#ring[at] as Item
    this.#ring[at] = undefined
    this.#head = (at + 1) & (this.#ring.length - 1)
    this.#count--
    this.#bytes -= this.#sizes[at]!
    return item
  }

  #grow(): void {
    const { length } = this.#ring
    const order = <T>(ring: readonly T[]): T[] => [...ring.slice(this.#head), ...ring.slice(0, this.#head)]
    this.#ring = [...order(this.#ring), ...new Array<undefined>(length).fill(undefined)]
    this.#sizes = [...order(this.#sizes), ...new Array<number>(length).fill(0)]
    this.#head = 0
  }

  #clear(): number {
    const count = this.#count
    while (this.#count > 0) free(this.#remove())
    return count
  }

  #drop(item: Item): void {
    this.#dropped++
    free(item)
  }

  #takePushes(): WaitingPush[] {
    return this.#pushes.splice(0)
  }

  #settleTakers(): void {
    for (const taker of this.#takers.splice(0)) taker.resolve(undefined)
  }
}
