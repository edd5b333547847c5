// Encode node: frames → packets. When its encoder fails, the next one goes on from the last key frame of the grid.
import type { Packet } from 'node-av/lib'
import { type ErrorCode, HeadendError, mul, parseRational, type Rational, rational, rescale } from '../core/index.ts'
import type { GraphNode, NodeFactory, NodeIo } from '../graph/index.ts'
import { EncodeParams, type EncoderSettings, type SwitchEvent } from '../model/index.ts'
import { EncodedPackets } from './encoded-packets.ts'
import { type EncoderSession, type OpenEncoder, openEncoder } from './encoder.ts'
import { EncoderRun } from './encoder-run.ts'
import { GopBuffer } from './gop-buffer.ts'
import { asFrame, type FrameItem, type PacketItem } from './items.ts'

/** With encoders of one's own instead of FFmpeg's: tests put failing ones here. */
export const createEncodeWith =
  (open: OpenEncoder): NodeFactory =>
  (params: unknown): GraphNode => {
    const settings = EncodeParams.parse(params)
    return { run: io => new Encoding(io, settings, open).run() }
  }

/** Its packets go to `out`; where nobody is connected, as in a first pass, they are dropped. */
export const createEncode: NodeFactory = createEncodeWith(openEncoder)

/** Failures that another encoder may not have. A wrong option is our mistake and shown. */
const failovers: readonly ErrorCode[] = [
  'HE_ENCODER_FAILED',
  'HE_ENCODER_NONE',
  'HE_FILTER_FAILED',
  'HE_PLAN_IMPOSSIBLE',
]

class Encoding {
  readonly #io: NodeIo
  readonly #params: EncodeParams
  readonly #open: OpenEncoder
  readonly #waiting: EncoderSettings[]
  readonly #tick: Rational | undefined
  readonly #packets: EncodedPackets
  /** Only where there is another encoder to go over to: otherwise packets are sent on as they come. */
  readonly #buffer: GopBuffer | null
  #settings: EncoderSettings
  #run: EncoderRun
  #frames = 0
  #sent = 0
  #wanted = true

  constructor(io: NodeIo, params: EncodeParams, open: OpenEncoder) {
    this.#io = io
    this.#params = params
    this.#open = open
    this.#settings = params
    this.#waiting = params.type === 'video' ? [...params.fallbacks] : []
    const rate = params.frameRate ? parseRational(params.frameRate) : undefined
    this.#tick = rate && rational(rate.den, rate.num)
    this.#packets = new EncodedPackets(rate, this.#waiting.length > 0)
    this.#buffer = this.#waiting.length > 0 ? new GopBuffer(params.keyFrameEvery ?? 1) : null
    this.#run = this.#start(0)
  }

  async run(): Promise<void> {
    try {
      for await (const item of this.#io.input('in')) {
        using frame = asFrame(item)
        this.#buffer?.addFrame(frame.clone(), this.#frames, this.#timeOf(frame))
        this.#frames++
        await this.#insist(() => this.#run.push(frame), false)
        if (!this.#wanted) return
      }
      await this.#insist(() => this.#run.finish(), true)
      await this.#sendAll(this.#buffer?.takeAll() ?? [])
      this.#io.emit('progress', { packets: this.#sent })
    } finally {
      this.#run[Symbol.dispose]()
      this.#packets[Symbol.dispose]()
      this.#buffer?.[Symbol.dispose]()
    }
  }

  #start(frame: number): EncoderRun {
    const { type, frameRate, keyFrameEvery, hdr, pass } = this.#params
    const deliver = (packet: Packet, session: EncoderSession): Promise<void> => this.#deliver(packet, session)
    const context = { type, frameRate, keyFrameEvery, hdr, pass, open: this.#open, deliver }
    return new EncoderRun(this.#settings, context, frame)
  }

  /** Does `action`; when the encoder fails in it, the next one does the whole unfinished group of pictures. */
  async #insist(action: () => Promise<void>, atEnd: boolean): Promise<void> {
    let attempt = action
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        attempt = this.#switch(error, atEnd)
      }
    }
  }

  /** @throws `error` when it is not the encoder's, or when there is no other encoder. */
  #switch(error: unknown, atEnd: boolean): () => Promise<void> {
    this.#io.signal.throwIfAborted()
    if (!(error instanceof HeadendError) || !failovers.includes(error.code)) throw error
    const next = this.#waiting.shift()
    if (!next) throw error
    const frames = this.#buffer!.restart()
    const frame = frames[0]?.number ?? 0
    const event: SwitchEvent = { from: this.#settings.name, to: next.name, frame, reason: error.message }
    this.#io.log.warn(event, 'the encoder failed; the next one goes on')
    this.#io.emit('encoder', event)
    this.#run[Symbol.dispose]()
    this.#settings = next
    this.#run = this.#start(frame)
    return async () => {
      for (const { item } of frames) {
        using copy = item.clone()
        await this.#run.push(copy)
      }
      if (atEnd) await this.#run.finish()
    }
  }

  /** When the packet of this frame will say that it is shown. */
  #timeOf({ frame, timebase }: FrameItem): Rational {
    if (!this.#tick) return mul(rational(frame.pts), timebase)
    return mul(rational(rescale(frame.pts, timebase, this.#tick)), this.#tick)
  }

  async #deliver(packet: Packet, session: EncoderSession): Promise<void> {
    for await (const item of this.#packets.accept(packet, session)) {
      await this.#sendAll(this.#buffer ? this.#buffer.addPacket(item) : [item])
    }
  }

  /** Owns the items, whatever becomes of the first ones. */
  async #sendAll(items: readonly PacketItem[]): Promise<void> {
    const rest = [...items]
    try {
      for (let item = rest.shift(); item; item = rest.shift()) await this.#send(item)
    } finally {
      for (const item of rest) item[Symbol.dispose]()
    }
  }

  async #send(item: PacketItem): Promise<void> {
    this.#packets.finish(item)
    this.#sent++
    if (this.#sent % 8 === 0) this.#io.emit('progress', { packets: this.#sent })
    if (this.#io.outputs.includes('out')) this.#wanted = await this.#io.output('out').push(item)
    else item[Symbol.dispose]()
  }
}
