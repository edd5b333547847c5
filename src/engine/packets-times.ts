// Times of packets as they come: do they rise, fit each other and cover the programme. Ticks are whole, seconds are for telling.
import type { PacketsResult } from '../model/index.ts'
import { StretchList } from './packets-stretches.ts'

export type TimedPacket = {
  readonly pts: number | null
  readonly dts: number | null
  /** 0 when it is not known. */
  readonly duration: number
}

/** More than any codec reorders: H.264 and HEVC hold 16 pictures. */
const REORDERED = 34

export type TimesOptions = {
  /** Seconds per tick. */
  readonly tick: number
  readonly type: 'video' | 'audio'
  /** What a picture or a packet of sound lasts, in seconds; null leaves it to the packets. */
  readonly frameS: number | null
  readonly gapS: number
}

export class PacketTimes {
  readonly #options: TimesOptions
  readonly #backwards = new StretchList()
  readonly #early = new StretchList()
  readonly #duplicates = new StretchList()
  readonly #holes = new StretchList(0)
  readonly #overlaps = new StretchList(0)
  /** Sorted by presentation; the earliest leaves when it is full. */
  readonly #waiting: TimedPacket[] = []
  #missing = 0
  #lastDts: number | null = null
  #shown: { readonly pts: number; readonly end: number } | null = null
  #first: number | null = null
  #end: number | null = null
  #steps = 0
  #uneven = 0

  constructor(options: TimesOptions) {
    this.#options = options
  }

  add(packet: TimedPacket): void {
    const { tick } = this.#options
    const { pts, dts, duration } = packet
    const at = (pts ?? dts ?? 0) * tick
    if (dts !== null) {
      if (this.#lastDts !== null && dts <= this.#lastDts) this.#backwards.add(at, at, (this.#lastDts - dts) * tick)
      this.#lastDts = dts
    }
    if (pts === null) {
      this.#missing++
      return
    }
    if (dts !== null && pts < dts) this.#early.add(at, at, (dts - pts) * tick)
    if (this.#first === null || pts < this.#first) this.#first = pts
    if (this.#end === null || pts + duration > this.#end) this.#end = pts + duration
    this.#insert(packet as TimedPacket & { pts: number })
    if (this.#waiting.length > (this.#options.type === 'video' ? REORDERED : 1)) this.#show(this.#waiting.shift()!)
  }

  finish(): Pick<PacketsResult, 'startS' | 'endS' | 'times'> {
    for (const packet of this.#waiting.splice(0)) this.#show(packet)
    const { tick } = this.#options
    return {
      startS: this.#first === null ? null : this.#first * tick,
      endS: this.#end === null ? null : this.#end * tick,
      times: {
        missing: this.#missing,
        backwards: this.#backwards.read(),
        early: this.#early.read(),
        duplicates: this.#duplicates.read(),
        holes: this.#holes.read(),
        overlaps: this.#overlaps.read(),
        unevenSteps: this.#uneven,
        steps: this.#steps,
      },
    }
  }

  #insert(packet: TimedPacket & { pts: number }): void {
    let at = this.#waiting.length
    while (at > 0 && this.#waiting[at - 1]!.pts! > packet.pts) at--
    if (this.#waiting[at - 1]?.pts === packet.pts) {
      const time = packet.pts * this.#options.tick
      this.#duplicates.add(time, time, 1)
      return
    }
    this.#waiting.splice(at, 0, packet)
  }

  #show({ pts, duration }: TimedPacket): void {
    const { tick, frameS, gapS, type } = this.#options
    const before = this.#shown
    // A container may stretch the duration of what precedes a hole to cover it: the frame itself does not last longer.
    const lasts = frameS === null ? duration : frameS / tick
    this.#shown = { pts: pts!, end: pts! + lasts }
    if (!before) return
    this.#steps++
    const gap = (pts! - before.end) * tick
    if (frameS !== null && type === 'video') {
      const frames = ((pts! - before.pts) * tick) / frameS
      if (Math.abs(frames - Math.round(frames)) * frameS > Math.max(tick * 1.5, 0.0015)) this.#uneven++
    }
    if (gap > gapS) this.#holes.add(before.end * tick, pts! * tick, gap)
    else if (-gap > gapS) this.#overlaps.add(pts! * tick, before.end * tick, -gap)
  }
}
