// Packets of several tracks in order of decoding time, with a bound on what is held while one track keeps the others waiting.
import { AV_NOPTS_VALUE } from 'node-av/constants'
import { compare, mul, type Rational, rational } from '../core/index.ts'
import type { Input } from '../graph/index.ts'
import { asPacket, type PacketItem, type PacketOrigin } from './items.ts'

/**
 * Held over all tracks before the earliest packet goes out without waiting for the track that has none. Less would tear
 * picture and sound apart where an encoder looks ahead; more would let a track that speaks once an hour fill the memory.
 */
const MAX_BYTES = 64 << 20
const MAX_PACKETS = 16_384

type Lane = {
  readonly input: Input
  readonly waiting: { readonly item: PacketItem; readonly time: Rational }[]
  origin: PacketOrigin | null
  last: Rational
  pulling: boolean
  ended: boolean
}

export class Interleaver implements Disposable {
  readonly #lanes: readonly Lane[]
  #bytes = 0
  #packets = 0
  #failure: { readonly error: unknown } | null = null
  #wake: () => void = () => {}
  #closed = false

  constructor(inputs: readonly Input[]) {
    const start = rational(0)
    this.#lanes = inputs.map(input => ({
      ...{ input, waiting: [], origin: null, last: start, pulling: false, ended: false },
    }))
  }

  /** What each track is, in the order of the inputs; null for one that ended before it said anything. */
  async origins(): Promise<readonly (PacketOrigin | null)[]> {
    for (;;) {
      this.#pull()
      if (this.#lanes.every(({ origin, ended }) => origin || ended)) return this.#lanes.map(({ origin }) => origin)
      await this.#change()
    }
  }

  /** The next packet, owned by the caller, and the number of its track; undefined when all have ended. */
  async next(): Promise<{ readonly item: PacketItem; readonly track: number } | undefined> {
    for (;;) {
      this.#pull()
      if (this.#full || this.#lanes.every(({ waiting, ended }) => ended || waiting.length > 0)) return this.#take()
      await this.#change()
    }
  }

  get #full(): boolean {
    return this.#bytes >= MAX_BYTES || this.#packets >= MAX_PACKETS
  }

  #take(): { item: PacketItem; track: number } | undefined {
    let best = -1
    for (const [i, { waiting }] of this.#lanes.entries()) {
      const time = waiting[0]?.time
      if (time && (best < 0 || compare(time, this.#lanes[best]!.waiting[0]!.time) < 0)) best = i
    }
    if (best < 0) return undefined
    const { item } = this.#lanes[best]!.waiting.shift()!
    this.#bytes -= item.byteSize
    this.#packets--
    return { item, track: best }
  }

  /** One ask at a time for each track that may go on. */
  #pull(): void {
    for (const lane of this.#lanes) {
      if (lane.ended || lane.pulling || (this.#full && lane.waiting.length > 0)) continue
      lane.pulling = true
      lane.input.next().then(
        item => this.#arrive(lane, item && asPacket(item)),
        (error: unknown) => {
          this.#failure ??= { error }
          this.#wake()
        },
      )
    }
  }

  #arrive(lane: Lane, item: PacketItem | undefined): void {
    lane.pulling = false
    if (!item) lane.ended = true
    else if (this.#closed) item[Symbol.dispose]()
    else {
      lane.origin ??= item.origin
      if (item.announces) item[Symbol.dispose]()
      else {
        const { dts, pts } = item.packet
        const ticks = dts === AV_NOPTS_VALUE ? pts : dts
        // Without any time of its own it follows the one before.
        if (ticks !== AV_NOPTS_VALUE) lane.last = mul(rational(ticks), item.origin.timebase)
        lane.waiting.push({ item, time: lane.last })
        this.#bytes += item.byteSize
        this.#packets++
      }
    }
    this.#wake()
  }

  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    if (!this.#failure) await promise
    if (this.#failure) throw this.#failure.error
  }

  [Symbol.dispose](): void {
    this.#closed = true
    for (const { waiting } of this.#lanes) for (const { item } of waiting.splice(0)) item[Symbol.dispose]()
  }
}
