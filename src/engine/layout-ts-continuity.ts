// Continuity counters of a transport stream (ISO/IEC 13818-1 2.4.3.3; TR 101 290 1.4): a lost packet shows as a missing number.
import type { TsLayout } from '../model/index.ts'
import { StretchList } from './packets-stretches.ts'

type Counter = { value: number; repeats: number; readonly faults: StretchList }
const MAX_PIDS = 1000

export class TsContinuity {
  readonly #counters = new Map<number, Counter>()

  add(
    pid: number,
    packet: Buffer,
    { hasPayload, announced }: { hasPayload: boolean; announced: boolean },
    atS: number,
  ): void {
    const value = packet[3]! & 15
    const counter = this.#counters.get(pid)
    if (!counter) {
      if (this.#counters.size < MAX_PIDS) this.#counters.set(pid, { value, repeats: 0, faults: new StretchList() })
      return
    }
    const missing = (value - counter.value + 16) % 16
    // A packet without payload does not count, one with payload may be sent twice.
    const expected = hasPayload ? missing === 1 || (missing === 0 && counter.repeats === 0) : missing === 0
    if (!expected && !announced) counter.faults.add(atS, atS, Math.max(1, (missing + 15) % 16))
    counter.repeats = hasPayload && missing === 0 ? counter.repeats + 1 : 0
    counter.value = value
  }

  /** PIDs with faults. */
  finish(): TsLayout['continuity'] {
    return [...this.#counters]
      .map(([pid, { faults }]) => ({ pid, faults: faults.read() }))
      .filter(({ faults }) => faults.found.length > 0)
      .sort((a, b) => a.pid - b.pid)
  }
}
