// What encoders give out, as one stream: on one timebase, from one origin, whatever encoder each packet is from.
import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_NOPTS_VALUE, AV_PKT_DATA_NEW_EXTRADATA } from 'node-av/constants'
import type { Packet } from 'node-av/lib'
import { mul, type Rational, rational, rescale } from '../core/index.ts'
import { BitstreamChain } from './bitstream-chain.ts'
import type { EncoderSession } from './encoder.ts'
import { PacketItem, type PacketOrigin } from './items.ts'
import { check } from './native.ts'

/**
 * Ticks per frame where encoders may change. The new one may reorder more than the old one did; its first decoding times
 * are then squeezed in after the last one that was sent on. No codec reorders by more than 16 pictures.
 */
const FINE_TICKS = 32

export class EncodedPackets implements Disposable {
  readonly #frameRate: Rational | undefined
  readonly #mayChange: boolean
  #origin: PacketOrigin | null = null
  #session: EncoderSession | null = null
  #headers: BitstreamChain | null = null
  #lastDts: bigint | null = null

  constructor(frameRate: Rational | undefined, mayChange: boolean) {
    this.#frameRate = frameRate
    this.#mayChange = mayChange
  }

  /** Takes ownership of `packet`; yields items that the caller owns, not yet in order of `finish`. */
  async *accept(packet: Packet, session: EncoderSession): AsyncGenerator<PacketItem> {
    try {
      if (session !== this.#session) this.#change(packet, session)
    } catch (error) {
      packet.free()
      throw error
    }
    if (!this.#headers) {
      yield this.#item(packet, session)
      return
    }
    try {
      for await (const out of this.#headers.feed(packet)) yield this.#item(out, session)
    } finally {
      packet.free()
    }
  }

  /** Last step before an item is sent on, in the order in which it is: decoding times rise, as muxers demand. */
  finish({ packet }: PacketItem): void {
    if (this.#mayChange && packet.dts !== AV_NOPTS_VALUE) {
      if (this.#lastDts !== null && packet.dts <= this.#lastDts) packet.dts = this.#lastDts + 1n
      this.#lastDts = packet.dts
    }
  }

  #change(packet: Packet, session: EncoderSession): void {
    this.#session = session
    this.#headers?.[Symbol.dispose]()
    this.#headers = null
    const { parameters, timebase } = session
    // Nothing was sent on: the muxer will hear of this encoder only.
    if (!this.#origin || this.#lastDts === null) {
      const ticks = this.#mayChange ? mul(timebase, rational(1, FINE_TICKS)) : timebase
      this.#origin = { timebase: ticks, parameters, ...(this.#frameRate ? { frameRate: this.#frameRate } : {}) }
      return
    }
    if (parameters.codecId !== AV_CODEC_ID_H264 && parameters.codecId !== AV_CODEC_ID_HEVC) return
    const { extradata } = parameters
    if (!extradata) return
    // The header that was written has the parameter sets of another encoder. FFmpeg's MP4 muxer makes a second sample
    // description of the new ones, Matroska and MPEG-TS do not: there, and for players that read the first one only, they
    // also stand before each key frame.
    check(packet.addSideData(AV_PKT_DATA_NEW_EXTRADATA, extradata), 'HE_ENCODER_FAILED', 'parameter sets')
    this.#headers = BitstreamChain.open('dump_extra=freq=keyframe', parameters, timebase)
  }

  #item(packet: Packet, { timebase }: EncoderSession): PacketItem {
    const origin = this.#origin!
    const convert = (ticks: bigint): bigint =>
      ticks === AV_NOPTS_VALUE ? ticks : rescale(ticks, timebase, origin.timebase)
    packet.pts = convert(packet.pts)
    packet.dts = convert(packet.dts)
    packet.duration = convert(packet.duration)
    return new PacketItem(packet, origin)
  }

  [Symbol.dispose](): void {
    this.#headers?.[Symbol.dispose]()
    this.#headers = null
  }
}
