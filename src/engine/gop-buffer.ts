// What must be kept so that another encoder can go on from a key frame of the grid: the frames since it, and its packets.
import { AV_NOPTS_VALUE } from 'node-av/constants'
import { compare, mul, type Rational, rational } from '../core/index.ts'
import type { FrameItem, PacketItem } from './items.ts'

type Kept = { readonly item: FrameItem; readonly number: number; readonly time: Rational }

/**
 * Holds references, not copies: the frames since the last key frame whose packets were handed out, and the packets of that
 * group. Its bound is one group of pictures and what the encoder looks ahead, in frames: at 25 fps, groups of 50 and a look-
 * ahead of 40, 90 frames, 280 MB of 1080p 8 bit 4:2:0. Groups must be closed: no packet after a key frame's is shown before it.
 */
export class GopBuffer implements Disposable {
  readonly #every: number
  #frames: Kept[] = []
  #packets: PacketItem[] = []

  /** @param every - frames between key frames of the grid; 1 takes any key frame. */
  constructor(every: number) {
    this.#every = every
  }

  /** Takes ownership of `item`. Frames come in order of `time`, which is what their packets will say. */
  addFrame(item: FrameItem, number: number, time: Rational): void {
    this.#frames.push({ item, number, time })
  }

  /** Takes ownership of a packet; returns those that no restart can touch any more, which the caller owns. */
  addPacket(packet: PacketItem): readonly PacketItem[] {
    const safe = this.#startsGroup(packet) ? this.#release(packet) : []
    this.#packets.push(packet)
    return safe
  }

  /** Everything that is still held: the encoder has come to its end. */
  takeAll(): readonly PacketItem[] {
    const packets = this.#packets
    this.#packets = []
    return packets
  }

  /** Forgets the packets of the unfinished group and returns its frames, which stay here, first the key frame. */
  restart(): readonly { readonly item: FrameItem; readonly number: number }[] {
    for (const packet of this.takeAll()) packet[Symbol.dispose]()
    return [...this.#frames]
  }

  #startsGroup({ packet, origin }: PacketItem): boolean {
    if (!packet.isKeyframe || packet.pts === AV_NOPTS_VALUE) return false
    const time = mul(rational(packet.pts), origin.timebase)
    const frame = this.#frames.find(each => compare(each.time, time) === 0)
    return frame !== undefined && frame.number % this.#every === 0
  }

  #release({ packet, origin }: PacketItem): readonly PacketItem[] {
    const time = mul(rational(packet.pts), origin.timebase)
    while (this.#frames[0] && compare(this.#frames[0].time, time) < 0) this.#frames.shift()!.item[Symbol.dispose]()
    return this.takeAll()
  }

  [Symbol.dispose](): void {
    for (const packet of this.takeAll()) packet[Symbol.dispose]()
    for (const { item } of this.#frames) item[Symbol.dispose]()
    this.#frames = []
  }
}
