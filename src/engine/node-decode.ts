// Decode node: packets → frames, with damage either failing the run or counted.
import { AV_FRAME_FLAG_CORRUPT, AV_FRAME_FLAG_KEY, AV_NOPTS_VALUE } from 'node-av/constants'
import { type CodecContext, Frame } from 'node-av/lib'
import { formatRational, HeadendError, mul, rational, toNumber } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { DecodeParams, type DecodeResult, type Warning } from '../model/index.ts'
import { openDecoder, toCpu } from './decoder.ts'
import { asPacket, FrameItem, type PacketItem, type PacketOrigin } from './items.ts'
import { recentLog } from './log-bridge.ts'
import { check, isAgain, isEof, isInvalidData } from './native.ts'

export function createDecode(params: unknown): GraphNode {
  const settings = DecodeParams.parse(params)
  return { run: io => new Decoding(io, settings).run() }
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
  #ending = false
  readonly #keyTimes: string[] = []
  /** While a device has not given its first frame: the packets it was given, for the software that takes over. */
  #untried: PacketItem[] | null

  constructor(io: NodeIo, settings: DecodeParams) {
    this.#io = io
    this.#settings = settings
    this.#untried = settings.device === undefined ? null : []
  }

  async run(): Promise<void> {
    try {
      for await (const item of this.#io.input('in')) {
        using packet = asPacket(item)
        if (packet.announces) continue
        this.#origin ??= packet.origin
        this.#untried?.push(packet.clone())
        await this.#orInSoftware(() => this.#send(packet))
        if (!this.#listening) break
      }
      if (this.#origin && this.#listening) await this.#orInSoftware(() => this.#finish())
    } finally {
      this.#context?.freeContext()
      this.#forget()
    }
    const result: DecodeResult = {
      frames: this.#frames,
      samples: this.#samples,
      damaged: this.#damaged,
      keyTimes: this.#keyTimes,
    }
    this.#io.emit('decoded', result)
  }

  /** Does `action`; a device that fails before its first frame is left, and software decodes what it was given. */
  async #orInSoftware(action: () => Promise<void>): Promise<void> {
    try {
      return await action()
    } catch (error) {
      this.#io.signal.throwIfAborted()
      const packets = this.#untried
      if (!packets || !(error instanceof HeadendError)) throw error
      this.#untried = null
      const message = `Decoding on ${this.#settings.device} failed and is done in software: ${error.message}`
      const warning: Warning = { code: 'hardware-decode', message }
      this.#io.log.warn(warning, 'hardware decoding failed')
      this.#io.emit('warning', warning)
      this.#context?.freeContext()
      this.#context = null
      try {
        for (const packet of packets) if (this.#listening) await this.#send(packet)
      } finally {
        for (const packet of packets) packet[Symbol.dispose]()
      }
      // The end of input was the action that failed.
      if (this.#ending && this.#listening) await this.#finish()
    }
  }

  #forget(): void {
    for (const packet of this.#untried ?? []) packet[Symbol.dispose]()
    this.#untried = null
  }

  async #open(): Promise<CodecContext> {
    const { threads, device } = this.#settings
    this.#context ??= await openDecoder(this.#origin!, { threads, device: this.#untried ? device : undefined })
    return this.#context
  }

  async #finish(): Promise<void> {
    this.#ending = true
    const context = await this.#open()
    await context.sendPacket(null)
    await this.#receiveAll()
  }

  async #send(item: PacketItem): Promise<void> {
    const context = await this.#open()
    let ret = await context.sendPacket(item.packet)
    if (isAgain(ret)) {
      await this.#receiveAll()
      ret = await context.sendPacket(item.packet)
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
      await this.#deliver(await toCpu(frame))
    }
  }

  async #deliver(frame: Frame): Promise<void> {
    const { timebase } = this.#origin!
    this.#forget()
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
    // Whether it is the data or the device, software will tell.
    if (this.#settings.onDamage === 'count' && !this.#untried) {
      this.#damaged++
      return
    }
    const pts = item && item.packet.pts !== AV_NOPTS_VALUE ? mul(rational(item.packet.pts), item.origin.timebase) : null
    const where = pts ? ` at ${toNumber(pts).toFixed(3)} s` : ''
    throw new HeadendError('HE_INPUT_DAMAGED', `the ${this.#settings.type} stream cannot be decoded${where}`, {
      details: { log: recentLog() },
    })
  }
}
