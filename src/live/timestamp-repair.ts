// Makes the timestamps of one source usable: jumps of its clock are closed for all of its streams alike, so that picture
// and sound stay together; equal and backward DTS are moved on by one tick; PTS never lies before DTS. All counted.
import { type MediaUnit, ticksToUs, usToTicks } from './media-unit.ts'
import { type RepairOptions, repairDefaults } from './repair.data.ts'

/** Why a unit's times were changed. */
export type RepairReason = 'jump-forward' | 'jump-backward' | 'equal' | 'backward' | 'pts-before-dts'

export type Repaired<U> = { readonly unit: U; readonly reasons: readonly RepairReason[] }

type StreamState = {
  /** Of the last unit, after repair. */
  dts: bigint
  arrivalUs: number
  stepTicks: bigint
  shiftUs: number
}

/** One per source, from its first unit to its last. Expects unwrapped ticks (see `TickUnwrapper`). */
export class TimestampRepair {
  readonly #options: RepairOptions
  readonly #streams = new Map<number, StreamState>()
  readonly #counts: Record<RepairReason, number> = {
    'jump-forward': 0,
    'jump-backward': 0,
    equal: 0,
    backward: 0,
    'pts-before-dts': 0,
  }
  /** What the latest jump added to the sender's times. */
  #shiftUs = 0

  constructor(options: Partial<RepairOptions> = {}) {
    this.#options = { ...repairDefaults, ...options }
  }

  get counts(): Readonly<Record<RepairReason, number>> {
    return { ...this.#counts }
  }

  /** Returns the same object when nothing had to be changed. */
  repair<U extends MediaUnit>(unit: U): Repaired<U> {
    const reasons: RepairReason[] = []
    const last = this.#streams.get(unit.stream)
    const shiftUs = this.#shiftOf(unit, last, reasons)
    const shift = usToTicks(shiftUs, unit.timescale)
    let dts = unit.dts + shift
    let pts = unit.pts + shift
    if (last && this.#options.ordered && dts <= last.dts) {
      reasons.push(dts === last.dts ? 'equal' : 'backward')
      dts = last.dts + 1n
    }
    if (pts < dts) {
      // A DTS that was moved on may have passed its PTS; that is one fault, not two.
      if (!reasons.includes('equal') && !reasons.includes('backward')) reasons.push('pts-before-dts')
      pts = dts
    }
    const step = last ? dts - last.dts : 0n
    this.#streams.set(unit.stream, {
      dts: last && dts < last.dts ? last.dts : dts,
      arrivalUs: unit.arrivalUs,
      stepTicks: reasons.length === 0 && step > 0n ? step : (last?.stepTicks ?? 0n),
      shiftUs,
    })
    for (const reason of reasons) this.#counts[reason]++
    const changed = dts !== unit.dts || pts !== unit.pts
    return { unit: changed ? { ...unit, dts, pts } : unit, reasons }
  }

  /** Microseconds to add to this unit: the stream's own shift, the source's newest one, or a new one. */
  #shiftOf(unit: MediaUnit, last: StreamState | undefined, reasons: RepairReason[]): number {
    if (last === undefined) return this.#shiftUs
    const rawUs = ticksToUs(unit.dts, unit.timescale)
    const lastUs = ticksToUs(last.dts, unit.timescale)
    const { jumpUs, jumpBackUs, ordered, defaultDurationUs } = this.#options
    const waitedUs = Math.max(0, unit.arrivalUs - last.arrivalUs)
    const nominalUs = last.stepTicks > 0n ? ticksToUs(last.stepTicks, unit.timescale) : defaultDurationUs
    const expectedUs = lastUs + (waitedUs > jumpUs ? waitedUs : nominalUs)
    // Another stream of this source has jumped. Of its shift and our own the one that fits better: the two stay together.
    const off = (shiftUs: number): number => Math.abs(rawUs + shiftUs - expectedUs)
    const shiftUs = off(this.#shiftUs) < off(last.shiftUs) ? this.#shiftUs : last.shiftUs

    // A step is a jump when neither a pause of the sender nor a late burst of the network explains it.
    const stepUs = rawUs + shiftUs - lastUs
    const isJump = stepUs < -(ordered ? jumpBackUs : jumpUs) || stepUs > waitedUs + jumpUs
    if (!isJump) {
      if (shiftUs !== last.shiftUs) reasons.push(shiftUs > last.shiftUs ? 'jump-backward' : 'jump-forward')
      return shiftUs
    }
    reasons.push(stepUs < 0 ? 'jump-backward' : 'jump-forward')
    this.#shiftUs = expectedUs - rawUs
    return this.#shiftUs
  }
}
