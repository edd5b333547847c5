// Encode node: frames → packets on the encoder's own timebase.
import { AV_PICTURE_TYPE_NONE } from 'node-av/constants'
import { type CodecContext, Packet } from 'node-av/lib'
import { parseRational, type Rational, rational, rescale } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { EncodeParams } from '../model/index.ts'
import { openEncoder } from './encoder.ts'
import { FilterRunner } from './filter-runner.ts'
import { asFrame, type FrameItem, PacketItem, type PacketOrigin } from './items.ts'
import { recentLog } from './log-bridge.ts'
import { check, isAgain, isEof, toRational } from './native.ts'

export function createEncode(params: unknown): GraphNode {
  const settings = EncodeParams.parse(params)
  return { run: io => new Encoding(io, settings).run() }
}

class Encoding {
  readonly #io: NodeIo
  readonly #params: EncodeParams
  readonly #undo = new DisposableStack()
  #context: CodecContext | null = null
  #origin: PacketOrigin | null = null
  /** Cuts sound into the frame size the encoder wants. */
  #chunker: FilterRunner | null = null
  #packets = 0

  constructor(io: NodeIo, params: EncodeParams) {
    this.#io = io
    this.#params = params
  }

  async run(): Promise<void> {
    using _undo = this.#undo
    for await (const item of this.#io.input('in')) {
      using frame = asFrame(item)
      if (!this.#context) await this.#open(frame)
      if (this.#chunker) {
        await this.#chunker.push(frame)
        await this.#drainChunker()
      } else await this.#encode(frame)
    }
    if (!this.#context) return
    if (this.#chunker) {
      await this.#chunker.end()
      await this.#drainChunker()
    }
    check(await this.#context.sendFrame(null), 'HE_ENCODER_FAILED', `encoder ${this.#params.name}`)
    await this.#receive()
    this.#io.emit('progress', { packets: this.#packets })
  }

  async #open(first: FrameItem): Promise<void> {
    const context = await openEncoder(this.#params, first)
    this.#undo.defer(() => context.freeContext())
    this.#context = context
    const timebase = toRational(context.timeBase) ?? rational(1, 1)
    const frameRate = this.#params.frameRate ? parseRational(this.#params.frameRate) : null
    this.#origin = { timebase, encoder: context, ...(frameRate ? { frameRate } : {}) }
    if (this.#params.type === 'audio' && context.frameSize > 1) {
      const chain = `[in0]asetnsamples=n=${context.frameSize}:p=0[out]`
      this.#chunker = this.#undo.use(await FilterRunner.open('audio', chain, [first]))
    }
  }

  async #drainChunker(): Promise<void> {
    for (;;) {
      const ready = await this.#chunker!.pull()
      if (ready === 'again' || ready === 'end') return
      using chunk = ready
      await this.#encode(chunk)
    }
  }

  async #encode({ frame, timebase }: FrameItem): Promise<void> {
    const target = this.#origin!.timebase
    frame.pts = rescale(frame.pts, timebase, target)
    frame.duration = this.#duration(frame.duration, timebase, target)
    // The source's picture types must not force the encoder's; a filter may have handed them on.
    frame.pictType = AV_PICTURE_TYPE_NONE
    let ret = await this.#context!.sendFrame(frame)
    if (isAgain(ret)) {
      await this.#receive()
      ret = await this.#context!.sendFrame(frame)
    }
    check(ret, 'HE_ENCODER_FAILED', `encoder ${this.#params.name}`, { log: recentLog() })
    await this.#receive()
  }

  #duration(ticks: bigint, from: Rational, to: Rational): bigint {
    return this.#params.frameRate ? 1n : rescale(ticks, from, to)
  }

  async #receive(): Promise<void> {
    for (;;) {
      const packet = new Packet()
      packet.alloc()
      const ret = await this.#context!.receivePacket(packet)
      if (ret < 0) {
        packet.free()
        if (isAgain(ret) || isEof(ret)) return
        check(ret, 'HE_ENCODER_FAILED', `encoder ${this.#params.name}`, { log: recentLog() })
      }
      this.#packets++
      if (this.#packets % 8 === 0) this.#io.emit('progress', { packets: this.#packets })
      await this.#io.output('out').push(new PacketItem(packet, this.#origin!))
    }
  }
}
