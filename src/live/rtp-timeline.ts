// Puts the streams of one RTP sender on one timeline. Each begins at a random timestamp (RFC 3550 5.1); which moments belong
// together its sender reports say (RFC 3550 6.4.1: one NTP time and one RTP timestamp for the same instant).
import { ticksToUs } from './media-unit.ts'
import { TickUnwrapper, timestampBits } from './tick-unwrapper.ts'

/** The 64 bits of an NTP timestamp, 32 of them the fraction, as microseconds since 1900. */
export const ntpToUs = (ntp: bigint): number => Number((ntp * 1_000_000n) >> 32n)

type Stream = {
  readonly clockRate: number
  readonly unwrapper: TickUnwrapper
  /** Source time of the stream's tick zero, in microseconds. */
  zeroUs: number | undefined
  known: boolean
}

/**
 * One per sender (one CNAME). Until a stream has its first report it is placed by its first arrival, which is right but for the
 * difference in transit; the first report then moves it by `movedUs`, and later ones by what its media clock drifts from the sender's
 * NTP clock. The result goes through `TimestampRepair`.
 */
export class RtpTimeline {
  readonly #streams = new Map<number, Stream>()
  /** What turns the sender's NTP time into the timeline that began with the first arrival. */
  #ntpShiftUs: number | undefined
  /** NTP's seconds begin again in February 2036. */
  readonly #era = new TickUnwrapper(64)

  addStream(stream: number, clockRate: number): void {
    this.#streams.set(stream, {
      clockRate,
      unwrapper: new TickUnwrapper(timestampBits.rtp),
      zeroUs: undefined,
      known: false,
    })
  }

  /** Microseconds of the sender's timeline for a 32-bit timestamp of one of its streams. */
  toSourceUs(stream: number, rtp: number, arrivalUs: number): number {
    const state = this.#stream(stream)
    const us = ticksToUs(state.unwrapper.unwrap(BigInt(rtp)), state.clockRate)
    state.zeroUs ??= arrivalUs - us
    return state.zeroUs + us
  }

  /** A sender report came. Returns by how much the stream moved: nothing for one that had no unit yet. */
  report(stream: number, { rtp, ntp }: { readonly rtp: number; readonly ntp: bigint }): { readonly movedUs: number } {
    const state = this.#stream(stream)
    const before = state.zeroUs
    if (before === undefined) return { movedUs: 0 }
    const us = ticksToUs(state.unwrapper.unwrap(BigInt(rtp)), state.clockRate)
    const ntpUs = ntpToUs(this.#era.unwrap(ntp))
    // The first stream with a report stays where it is; the others are moved to it.
    this.#ntpShiftUs ??= before + us - ntpUs
    state.zeroUs = ntpUs + this.#ntpShiftUs - us
    state.known = true
    return { movedUs: state.zeroUs - before }
  }

  /** Whether picture and sound are known to be on one timeline, not only believed to be. */
  get aligned(): boolean {
    return [...this.#streams.values()].every(({ known }) => known)
  }

  #stream(stream: number): Stream {
    const state = this.#streams.get(stream)
    if (state === undefined) throw new RangeError(`no RTP stream ${stream}`)
    return state
  }
}
