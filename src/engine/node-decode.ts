// Decode node: packets → frames, with damage either failing the run or counted.
import {
  AV_FRAME_FLAG_CORRUPT,
  AV_FRAME_FLAG_KEY,
  AV_NOPTS_VALUE,
  FF_THREAD_FRAME,
  FF_THREAD_SLICE,
} from 'node-av/constants'
import { Codec, CodecContext, Frame } from 'node-av/lib'
import { formatRational, HeadendError, mul, rational, toNumber } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { DecodeParams, type DecodeResult } from '../model/index.ts'
import { asPacket, FrameItem, type PacketItem, type PacketOrigin } from './items.ts'
import { recentLog } from './log-bridge.ts'
import { check, isAgain, isEof, isInvalidData, toNative } from './native.ts'

export function createDecode(params: unknown): GraphNode {
  const settings = DecodeParams.parse(params)
  return { run: io => new Decoding(io, settings).run() }
}

async function openDecoder(origin: PacketOrigin, threads: number): Promise<CodecContext> {
  const { parameters } = origin
  if (!parameters) throw new HeadendError('HE_GRAPH_INVALID', 'a decoder needs packets that were read from a file')
  const codec = Codec.findDecoder(parameters.codecId)
  if (!codec) throw new HeadendError('HE_INPUT_UNSUPPORTED', `there is no decoder for codec ${parameters.codecId}`)
  const context = new CodecContext()
  context.allocContext3(codec)
  try {
    check(context.parametersToContext(parameters), 'HE_INPUT_DAMAGED', 'the codec parameters are unusable')
    context.pktTimebase = toNative(origin.timebase) as CodecContext['pktTimebase']
    context.threadCount = threads
    context.threadType = (FF_THREAD_FRAME | FF_THREAD_SLICE) as CodecContext['threadType']
    check(await context.open2(codec, null), 'HE_INPUT_UNSUPPORTED', `decoder ${codec.name} cannot open`, {
      log: recentLog(),
    })
    return context
  } catch (error) {
    context.freeContext()
    throw error
  }
}

class Decoding {
  readonly #io: NodeIo
  readonly #settings: DecodeParams
  #context: CodecContext | null = null
  #origin: PacketOrigin | null = null
  #frames = 0
  #samples = 0
  #damaged = 0
  #listening = true
  readonly #keyTimes: string[] = []

  constructor(io: NodeIo, settings: DecodeParams) {
    this.#io = io
    this.#settings = settings
  }

  async run(): Promise<void> {
    try {
      for await (const item of this.#io.input('in')) {
        using packet = asPacket(item)
        if (!this.#context) {
          this.#origin = packet.origin
          this.#context = await openDecoder(packet.origin, this.#settings.threads)
        }
        await this.#send(packet)
        if (!this.#listening) break
      }
      if (this.#context && this.#listening) {
        await this.#context.sendPacket(null)
        await this.#receiveAll()
      }
    } finally {
      this.#context?.freeContext()
    }
    const result: DecodeResult = {
      frames: this.#frames,
      samples: this.#samples,
      damaged: this.#damaged,
      keyTimes: this.#keyTimes,
    }
    this.#io.emit('decoded', result)
  }

  async #send(item: PacketItem): Promise<void> {
    let ret = await this.#context!.sendPacket(item.packet)
    if (isAgain(ret)) {
      await this.#receiveAll()
      ret = await this.#context!.sendPacket(item.packet)
    }
    if (isInvalidData(ret)) this.#damage(item)
    else if (!isEof(ret)) check(ret, 'HE_INPUT_DAMAGED', 'decoding failed', { log: recentLog() })
    await this.#receiveAll()
  }

  async #receiveAll(): Promise<void> {
    while (this.#listening) {
      const frame = new Frame()
      frame.alloc()
      const ret = await this.#context!.receiveFrame(frame)
      if (ret < 0) {
        frame.free()
        if (isAgain(ret) || isEof(ret)) return
        if (isInvalidData(ret)) {
          this.#damage(null)
          continue
        }
        check(ret, 'HE_INPUT_DAMAGED', 'decoding failed', { log: recentLog() })
        return
      }
      await this.#deliver(frame)
    }
  }

  async #deliver(frame: Frame): Promise<void> {
    const { timebase } = this.#origin!
    if (frame.bestEffortTimestamp !== AV_NOPTS_VALUE) frame.pts = frame.bestEffortTimestamp
    if (frame.flags & AV_FRAME_FLAG_CORRUPT || frame.decodeErrorFlags) this.#damaged++
    this.#frames++
    this.#samples += frame.nbSamples
    if (this.#settings.type === 'video' && frame.flags & AV_FRAME_FLAG_KEY) {
      this.#keyTimes.push(formatRational(mul(rational(frame.pts), timebase)))
    }
    this.#listening = await this.#io.output('out').push(new FrameItem(frame, timebase))
  }

  #damage(item: PacketItem | null): void {
    this.#damaged++
    if (this.#settings.onDamage === 'count') return
    const pts = item && item.packet.pts !== AV_NOPTS_VALUE ? mul(rational(item.packet.pts), item.origin.timebase) : null
    const where = pts ? ` at ${toNumber(pts).toFixed(3)} s` : ''
    throw new HeadendError('HE_INPUT_DAMAGED', `the ${this.#settings.type} stream cannot be decoded${where}`, {
      details: { log: recentLog() },
    })
  }
}
