// What flows through a media graph: frames and packets, each one reference with its timebase.
import { type CodecParameters, type Frame, Packet } from 'node-av/lib'
import type { Rational } from '../core/index.ts'
import type { Item } from '../graph/index.ts'

let live = 0

/** References held by this process right now: 0 after every run, whatever became of it. */
export const liveItems = (): number => live

/** Where packets come from: what decoders and muxers must know before the first one. */
export type PacketOrigin = {
  readonly timebase: Rational
  /** A copy of its own with coded side data; it outlives the file or the encoder that it describes. */
  readonly parameters: CodecParameters
  readonly frameRate?: Rational
  /** FFmpeg's flags of the stream that the packets were read from. */
  readonly disposition?: number
}

export class PacketItem implements Item {
  readonly kind = 'packet'
  readonly packet: Packet
  readonly origin: PacketOrigin
  readonly byteSize: number
  /** It carries no data, only its origin: the first packet of a stream may come minutes later, its header cannot wait. */
  readonly announces: boolean
  #freed = false

  /** Takes ownership of `packet`. */
  constructor(packet: Packet, origin: PacketOrigin, announces = false) {
    this.packet = packet
    this.origin = origin
    this.byteSize = packet.size
    this.announces = announces
    live++
  }

  /** Tells a muxer of a stream before its first packet. */
  static announce(origin: PacketOrigin): PacketItem {
    const packet = new Packet()
    packet.alloc()
    return new PacketItem(packet, origin, true)
  }

  clone(): PacketItem {
    const copy = this.packet.clone()
    if (!copy) throw new Error('out of memory while referencing a packet')
    return new PacketItem(copy, this.origin, this.announces)
  }

  [Symbol.dispose](): void {
    if (this.#freed) return
    this.#freed = true
    live--
    this.packet.free()
  }
}

export class FrameItem implements Item {
  readonly kind = 'frame'
  readonly frame: Frame
  /** Seconds per tick of `frame.pts`. */
  readonly timebase: Rational
  readonly byteSize: number
  #freed = false

  /** Takes ownership of `frame`. */
  constructor(frame: Frame, timebase: Rational) {
    this.frame = frame
    this.timebase = timebase
    this.byteSize = estimateBytes(frame)
    live++
  }

  /** Another reference; `timebase`: with other ticks, for who gives it a new PTS anyway. */
  clone(timebase: Rational = this.timebase): FrameItem {
    const copy = this.frame.clone()
    if (!copy) throw new Error('out of memory while referencing a frame')
    return new FrameItem(copy, timebase)
  }

  [Symbol.dispose](): void {
    if (this.#freed) return
    this.#freed = true
    live--
    this.frame.free()
  }
}

/** Bytes of the picture or sound by its line sizes, cheap and never below the truth for planar formats. */
function estimateBytes(frame: Frame): number {
  if (frame.width > 0) {
    const lines = frame.linesize
    let bytes = 0
    for (let plane = 0; plane < lines.length; plane++) {
      const stride = Math.abs(lines[plane] ?? 0)
      // Chroma planes narrower than luma belong to a subsampled format; 4:2:2 is counted as if it were 4:2:0 high.
      bytes += stride * (plane > 0 && stride < Math.abs(lines[0] ?? 0) ? Math.ceil(frame.height / 2) : frame.height)
    }
    return bytes
  }
  return frame.nbSamples * frame.channels * 4
}

/** @throws {TypeError} when something else flows on this edge. */
export function asPacket(item: Item): PacketItem {
  if (item instanceof PacketItem) return item
  throw new TypeError('a packet was expected on this edge')
}

/** @throws {TypeError} when something else flows on this edge. */
export function asFrame(item: Item): FrameItem {
  if (item instanceof FrameItem) return item
  throw new TypeError('a frame was expected on this edge')
}
