// Puts RTP packets in order: each waits for those before it, for a while. Gaps that stay are told, not hidden.
import type { OrderedPacket, RtpPacketFacts } from './rtp-packet.ts'

/** `holdUs`: how long a packet waits for the ones before it. `span`: how far ahead a packet may be before it waits no longer. */
export const sequenceWindowDefaults = { holdUs: 150_000, span: 512 }

/** A packet so far from the others belongs to a sequence that began anew (RFC 3550 A.1: MAX_DROPOUT). */
const MAX_JUMP = 3000

type Held = { readonly packet: RtpPacketFacts; readonly arrivalUs: number }

export type WindowCounts = { received: number; late: number; lost: number }

export class SequenceWindow {
  readonly #holdUs: number
  readonly #span: number
  readonly #held = new Map<number, Held>()
  /** The extended number that comes next. */
  #next: number | undefined
  #highest = 0
  #gap = false
  readonly counts: WindowCounts = { received: 0, late: 0, lost: 0 }

  constructor({ holdUs, span }: Partial<typeof sequenceWindowDefaults> = {}) {
    this.#holdUs = holdUs ?? sequenceWindowDefaults.holdUs
    this.#span = span ?? sequenceWindowDefaults.span
  }

  /** Takes a packet; returns those whose turn it is now. */
  push(packet: RtpPacketFacts, arrivalUs: number): readonly OrderedPacket[] {
    this.counts.received++
    const out: OrderedPacket[] = []
    if (this.#next === undefined) {
      this.#next = packet.sequence + 65_536
      this.#highest = this.#next - 1
    }
    // The extended number nearest to the highest seen.
    let at = this.#highest + ((((packet.sequence - this.#highest) & 0xffff) ^ 0x8000) - 0x8000)
    if (Math.abs(at - this.#highest) > MAX_JUMP) {
      this.#flush(out)
      this.#gap = true
      at = packet.sequence + 65_536
      this.#next = at
      this.#highest = at - 1
    }
    if (at < this.#next || this.#held.has(at)) {
      this.counts.late++
      return out
    }
    this.#held.set(at, { packet, arrivalUs })
    if (at > this.#highest) this.#highest = at
    while (this.#highest - this.#next >= this.#span) this.#skip(out)
    this.#release(out)
    this.#expire(out, arrivalUs)
    return out
  }

  /** What has waited long enough. */
  due(nowUs: number): readonly OrderedPacket[] {
    const out: OrderedPacket[] = []
    this.#expire(out, nowUs)
    return out
  }

  /** Extended numbers of the packets that are waited for, oldest first; their low 16 bits are what the sender knows. */
  missing(): number[] {
    const missing: number[] = []
    if (this.#next === undefined || this.#held.size === 0) return missing
    for (let at = this.#next; at < this.#highest; at++) if (!this.#held.has(at)) missing.push(at)
    return missing
  }

  #expire(out: OrderedPacket[], nowUs: number): void {
    while (this.#held.size > 0) {
      const first = Math.min(...this.#held.keys())
      if (nowUs - this.#held.get(first)!.arrivalUs < this.#holdUs) return
      this.#skip(out)
      this.#release(out)
    }
  }

  /** Gives up the packet that is missing now, and those missing right behind it. */
  #skip(out: OrderedPacket[]): void {
    while (this.#next! <= this.#highest && !this.#held.has(this.#next!)) {
      this.#next!++
      this.counts.lost++
      this.#gap = true
    }
    this.#release(out)
  }

  #release(out: OrderedPacket[]): void {
    for (let held = this.#held.get(this.#next!); held; held = this.#held.get(this.#next!)) {
      this.#held.delete(this.#next!)
      this.#next!++
      out.push({ ...held.packet, gapBefore: this.#gap })
      this.#gap = false
    }
  }

  #flush(out: OrderedPacket[]): void {
    while (this.#held.size > 0) this.#skip(out)
  }
}
