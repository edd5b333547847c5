// The place of one RTP stream on the sender's common timeline, in ticks that keep the sender's own spacing.
import { type RtpTimeline, TickUnwrapper, timestampBits, usToTicks } from '../../live/index.ts'

/** Below this a sender report moves nothing: it is the noise of the sender's own clocks. */
const MOVE_US = 2000

export class RtpTicks {
  readonly #timeline: RtpTimeline
  readonly #stream: number
  readonly #timescale: number
  readonly #unwrapper = new TickUnwrapper(timestampBits.rtp)
  #offset: bigint | undefined
  #movedUs = 0

  /** The stream is added to the timeline here. */
  constructor(timeline: RtpTimeline, stream: number, timescale: number) {
    this.#timeline = timeline
    this.#stream = stream
    this.#timescale = timescale
    timeline.addStream(stream, timescale)
  }

  /** Ticks of the common timeline. */
  place(rtp: number, arrivalUs: number): bigint {
    const ticks = this.#unwrapper.unwrap(BigInt(rtp))
    const us = this.#timeline.toSourceUs(this.#stream, rtp, arrivalUs)
    this.#offset ??= usToTicks(us, this.#timescale) - ticks
    return ticks + this.#offset
  }

  report(rtp: number, ntp: bigint): void {
    this.#movedUs += this.#timeline.report(this.#stream, { rtp, ntp }).movedUs
    if (Math.abs(this.#movedUs) < MOVE_US) return
    this.#movedUs = 0
    this.#offset = undefined
  }
}
