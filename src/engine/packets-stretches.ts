// Collects stretches in which something is wrong, in bounded memory.
import type { PacketStretch, PacketStretches } from '../model/index.ts'

const MAX_STRETCHES = 100
/** Faults closer than this are one stretch. */
const JOIN_S = 0.5

export class StretchList {
  readonly #found: PacketStretch[] = []
  readonly #joinS: number
  #last: PacketStretch | null = null
  #more = 0

  /** 0 keeps every fault apart. */
  constructor(joinS = JOIN_S) {
    this.#joinS = joinS
  }

  add(startS: number, endS: number, worst: number): void {
    const last = this.#last
    if (last && startS <= last.endS + this.#joinS && endS >= last.startS - this.#joinS && this.#joinS > 0) {
      this.#last = {
        startS: Math.min(last.startS, startS),
        endS: Math.max(last.endS, endS),
        worst: Math.max(last.worst, worst),
        count: last.count + 1,
      }
      return
    }
    this.#keep()
    this.#last = { startS, endS, worst, count: 1 }
  }

  read(): PacketStretches {
    this.#keep()
    return { found: this.#found, more: this.#more }
  }

  #keep(): void {
    if (!this.#last) return
    if (this.#found.length < MAX_STRETCHES) this.#found.push(this.#last)
    else this.#more++
    this.#last = null
  }
}
