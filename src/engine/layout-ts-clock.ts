// Clock references of a transport stream: how often they and the tables come, and whether the clock jumps.
import type { TsLayout } from '../model/index.ts'
import { StretchList } from './packets-stretches.ts'

const TICKS = 90_000
const WRAP = 2 ** 33
/** A clock that goes on by more between two references has jumped: TR 101 290 2.3b says 100 ms, which late ones would be too. */
const JUMP_S = 1

/** Ticks from `a` to `b` on a counter of 33 bits. */
export function stepOf(a: number, b: number): number {
  const step = (b - a + WRAP) % WRAP
  return step > WRAP / 2 ? step - WRAP : step
}

type Seen = { longestS: number; count: number; readonly late: StretchList; readonly last: Map<number, number> }

export class TsClock {
  readonly #startS: number
  readonly #maxPcrS: number
  readonly #maxTableS: number
  readonly #late = new StretchList()
  readonly #jumps = new StretchList(0)
  readonly #tables: Record<'pat' | 'pmt', Seen> = { pat: fresh(), pmt: fresh() }
  #references = 0
  #longestS = 0
  #last: { readonly ticks: number; readonly offset: number; readonly atS: number } | null = null
  /** Of the stretch before the last reference. */
  #secondsPerByte = 0
  #firstShow: number | null = null
  #showTicks = 0

  constructor({ startS, maxPcrS, maxTableS }: { startS: number; maxPcrS: number; maxTableS: number }) {
    this.#startS = startS
    this.#maxPcrS = maxPcrS
    this.#maxTableS = maxTableS
  }

  /** Where the programme is: the last presentation time that came, in seconds. */
  get showS(): number {
    return this.#firstShow === null ? 0 : Math.max(0, (this.#firstShow + this.#showTicks) / TICKS - this.#startS)
  }

  show(pts: number): void {
    this.#firstShow ??= pts
    // Pictures come out of order: the furthest counts, unless the programme begins again.
    const ticks = stepOf(this.#firstShow % WRAP, pts)
    if (ticks > this.#showTicks || ticks < this.#showTicks - 10 * TICKS) this.#showTicks = ticks
  }

  /** `announced`: the packet says that the clock is a new one. */
  reference(ticks: number, offset: number, announced: boolean, showS: number): void {
    this.#references++
    const last = this.#last
    const stepS = last ? stepOf(last.ticks, ticks) / TICKS : 0
    const jumps = last !== null && (stepS < 0 || stepS > Math.max(JUMP_S, this.#maxPcrS * 2))
    if (jumps && !announced) this.#jumps.add(showS, showS, Math.abs(stepS))
    if (last && !announced && stepS > 0 && !jumps) {
      this.#longestS = Math.max(this.#longestS, stepS)
      if (stepS > this.#maxPcrS + 1e-6) this.#late.add(showS, showS, stepS)
      if (offset > last.offset) this.#secondsPerByte = stepS / (offset - last.offset)
    }
    const atS = last ? last.atS + (jumps || announced ? 0 : Math.max(0, stepS)) : 0
    this.#last = { ticks, offset, atS }
  }

  table(which: 'pat' | 'pmt', pid: number, offset: number, showS: number): void {
    const seen = this.#tables[which]
    seen.count++
    if (!this.#last) return
    const atS = this.#last.atS + (offset - this.#last.offset) * this.#secondsPerByte
    const before = seen.last.get(pid)
    seen.last.set(pid, atS)
    if (before === undefined) return
    const stepS = atS - before
    seen.longestS = Math.max(seen.longestS, stepS)
    if (stepS > this.#maxTableS) seen.late.add(showS, showS, stepS)
  }

  finish(): { pcr: Omit<TsLayout['pcr'], 'pid'>; pat: TsLayout['pat']; pmt: TsLayout['pmt'] } {
    const { pat, pmt } = this.#tables
    return {
      pcr: { count: this.#references, longestS: this.#longestS, late: this.#late.read(), jumps: this.#jumps.read() },
      pat: { longestS: pat.longestS, late: pat.late.read(), count: pat.count },
      pmt: { longestS: pmt.longestS, late: pmt.late.read(), count: pmt.count },
    }
  }
}

const fresh = (): Seen => ({ longestS: 0, count: 0, late: new StretchList(), last: new Map() })
