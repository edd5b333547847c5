// The slots for pictures: whoever finds none free waits, and that is the back-pressure.
import type { Slot } from './layout.ts'

/** A slot with the number of those who still need it. */
export type Held = { readonly slot: Slot; holders: number }

export class Ring {
  readonly #free: Slot[]
  #waiter: { resolve: (slot: Slot) => void; reject: (reason: unknown) => void } | null = null

  constructor(slots: readonly Slot[]) {
    this.#free = [...slots]
  }

  /** One caller at a time. */
  async take(holders: number): Promise<Held> {
    const slot =
      this.#free.pop() ?? (await new Promise<Slot>((resolve, reject) => (this.#waiter = { resolve, reject })))
    return { slot, holders }
  }

  /** Gives up one holder's claim; the last one frees the slot. */
  release(held: Held): void {
    if (--held.holders > 0) return
    const waiter = this.#waiter
    this.#waiter = null
    if (waiter) waiter.resolve(held.slot)
    else this.#free.push(held.slot)
  }

  /** Whoever waits will wait no more. */
  fail(reason: unknown): void {
    this.#waiter?.reject(reason)
    this.#waiter = null
  }
}
