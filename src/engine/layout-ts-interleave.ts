// How far picture and sound of a transport stream lie apart in the order of its packets.
import type { TsLayout } from '../model/index.ts'
import { stepOf } from './layout-ts-clock.ts'
import type { PesTimes } from './layout-ts-tables.ts'

const TICKS = 90_000
/** Streams that lie apart by more are of two timelines. */
const MAX_APART_S = 600

type Lane = { readonly kind: PesTimes['kind']; ticks: number; offset: number }

export class TsInterleave {
  readonly #lanes = new Map<number, Lane>()
  #first: number | null = null
  #worst = { worstS: 0, atTicks: 0, bytes: 0 }

  add(pid: number, { kind, dts }: PesTimes, offset: number): void {
    this.#first ??= dts
    const ticks = stepOf(this.#first, dts)
    // Whoever has nothing left to send is not waited for: a lane is judged when it comes, not while it is silent.
    for (const [other, lane] of this.#lanes) {
      if (other === pid || lane.kind === kind) continue
      const ahead = (lane.ticks - ticks) / TICKS
      if (ahead > this.#worst.worstS && ahead < MAX_APART_S)
        this.#worst = { worstS: ahead, atTicks: ticks, bytes: offset - (this.#lanes.get(pid)?.offset ?? 0) }
    }
    this.#lanes.set(pid, { kind, ticks, offset })
  }

  finish(startS: number): TsLayout['interleave'] {
    if (new Set([...this.#lanes.values()].map(({ kind }) => kind)).size < 2) return null
    const { worstS, atTicks, bytes } = this.#worst
    return { worstS, atS: Math.max(0, ((this.#first ?? 0) + atTicks) / TICKS - startS), bytes }
  }
}
