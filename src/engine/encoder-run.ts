// One encoder at work with the filters of its own: frames in, packets out, key frames where the grid wants them.
import {
  AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
  AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  type AVFrameSideDataType,
} from 'node-av/constants'
import { type Frame, type HardwareDeviceContext, Packet } from 'node-av/lib'
import { formatFilters } from '../codecs/index.ts'
import { HeadendError, parseRational, rational, rescale } from '../core/index.ts'
import type { EncodeParams, EncoderSettings } from '../model/index.ts'
import { openDevice } from './device.ts'
import type { EncoderSession, OpenEncoder } from './encoder.ts'
import { FilterRunner } from './filter-runner.ts'
import type { FrameItem } from './items.ts'
import { recentLog } from './log-bridge.ts'
import { check, isAgain, isEof, toNative } from './native.ts'
import { formatContentLight, formatMasteringDisplay } from './native-structs.ts'

export type RunContext = Pick<EncodeParams, 'type' | 'frameRate' | 'keyFrameEvery' | 'hdr' | 'pass'> & {
  readonly open: OpenEncoder
  /** Takes a packet, which becomes its own. */
  readonly deliver: (packet: Packet, session: EncoderSession) => Promise<void>
}

export class EncoderRun implements Disposable {
  readonly #settings: EncoderSettings
  readonly #context: RunContext
  readonly #undo = new DisposableStack()
  #device: HardwareDeviceContext | undefined
  #filter: FilterRunner | null = null
  /** Cuts sound into the frame size the encoder wants. */
  #chunker: FilterRunner | null = null
  #session: EncoderSession | null = null
  /** Number of the next frame that is sent to the encoder; filters here make one of one. */
  #frame: number
  /** Where the sound that was sent ends, in the session's ticks. */
  #soundEnd: bigint | null = null

  /** @param start - the number of the first frame on the grid of key frames. */
  constructor(settings: EncoderSettings, context: RunContext, start = 0) {
    this.#settings = settings
    this.#context = context
    this.#frame = start
  }

  /** Encodes one frame, whose picture and properties are used up; the item stays the caller's to dispose. */
  async push(item: FrameItem): Promise<void> {
    const { filters, device } = this.#settings
    if (filters.length === 0) return this.#chunk(item)
    if (!this.#filter) {
      if (device) this.#device = this.#undo.adopt(openDevice(device), opened => opened.free())
      const chain = `[in0]${formatFilters(filters)}[out]`
      this.#filter = this.#undo.use(await FilterRunner.open(this.#context.type, chain, [item], this.#device))
    }
    await this.#filter.push(item)
    await this.#drain(this.#filter, ready => this.#chunk(ready))
  }

  /** Takes out everything that filters and encoder hold. */
  async finish(): Promise<void> {
    if (this.#filter) {
      await this.#filter.end()
      await this.#drain(this.#filter, ready => this.#chunk(ready))
    }
    if (this.#chunker) {
      await this.#chunker.end()
      await this.#drain(this.#chunker, ready => this.#encode(ready))
    }
    if (!this.#session) return
    this.#check(await this.#session.send(null))
    await this.#receive()
  }

  async #drain(runner: FilterRunner, to: (item: FrameItem) => Promise<void>): Promise<void> {
    for (;;) {
      const ready = await runner.pull()
      if (ready === 'again' || ready === 'end') return
      using item = ready
      await to(item)
    }
  }

  async #chunk(item: FrameItem): Promise<void> {
    this.#session ??= this.#undo.use(await this.#open(item))
    if (this.#context.type === 'video' || this.#session.frameSize <= 1) return this.#encode(item)
    if (!this.#chunker) {
      const chain = `[in0]asetnsamples=n=${this.#session.frameSize}:p=0[out]`
      this.#chunker = this.#undo.use(await FilterRunner.open('audio', chain, [item]))
    }
    await this.#chunker.push(item)
    await this.#drain(this.#chunker, ready => this.#encode(ready))
  }

  #open(first: FrameItem): Promise<EncoderSession> {
    const { type, frameRate, hdr, open } = this.#context
    const { name } = this.#settings
    return open({ type, name, frameRate, hdr, options: this.#options() }, first)
  }

  /** @throws {HE_ENCODER_FAILED} for statistics without a place. */
  #options(): EncoderSettings['options'] {
    const { pass } = this.#context
    const { firstPass, options, name } = this.#settings
    const chosen = pass?.number === 1 && firstPass ? firstPass.options : options
    return Object.fromEntries(
      Object.entries(chosen).map(([key, value]) => {
        if (typeof value !== 'string' || !value.includes('{stats}')) return [key, value]
        if (!pass) throw new HeadendError('HE_ENCODER_FAILED', `${name} wants statistics of a first pass`)
        return [key, value.replaceAll('{stats}', pass.stats)]
      }),
    )
  }

  async #encode({ frame, timebase }: FrameItem): Promise<void> {
    const session = this.#session!
    const { type, frameRate, keyFrameEvery } = this.#context
    frame.pts = rescale(frame.pts, timebase, session.timebase)
    frame.duration = frameRate ? frameTicks(frameRate, session) : rescale(frame.duration, timebase, session.timebase)
    // nvenc and libvpx look at the frame's own timebase.
    frame.timeBase = toNative(session.timebase) as Frame['timeBase']
    if (type === 'video') {
      // The source's picture types must not force the encoder's; a filter may have handed them on.
      const key = keyFrameEvery !== undefined && this.#frame % keyFrameEvery === 0
      frame.pictType = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
      this.#describeLight(frame)
    } else {
      this.#soundEnd = frame.pts + rescale(BigInt(frame.nbSamples), rational(1, frame.sampleRate), session.timebase)
    }
    let ret = await session.send(frame)
    if (isAgain(ret)) {
      await this.#receive()
      ret = await session.send(frame)
    }
    this.#check(ret)
    this.#frame++
    await this.#receive()
  }

  /** Hardware encoders take static metadata from the frames; what the plan does not name must not slip through there. */
  #describeLight(frame: Frame): void {
    const { hdr } = this.#context
    const write = (type: AVFrameSideDataType, data: Buffer | null): void => {
      frame.removeSideData(type)
      if (data) data.copy(frame.newSideData(type, data.length))
    }
    const { masteringDisplay, contentLight } = hdr ?? {}
    write(AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, masteringDisplay ? formatMasteringDisplay(masteringDisplay) : null)
    write(AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, contentLight ? formatContentLight(contentLight) : null)
  }

  async #receive(): Promise<void> {
    const session = this.#session!
    for (;;) {
      const packet = new Packet()
      packet.alloc()
      const ret = await session.receive(packet)
      if (ret < 0) {
        packet.free()
        if (isAgain(ret) || isEof(ret)) return
        this.#check(ret)
      }
      this.#trim(packet)
      await this.#context.deliver(packet, session)
    }
  }

  /** Encoders of AC-3 fill the last block and count what they filled; in the file it would outlast the picture. */
  #trim(packet: Packet): void {
    const end = this.#soundEnd
    if (end === null || packet.pts >= end || packet.pts + packet.duration <= end) return
    packet.duration = end - packet.pts
  }

  #check(ret: number): void {
    check(ret, 'HE_ENCODER_FAILED', `encoder ${this.#settings.name}`, { log: recentLog() })
  }

  [Symbol.dispose](): void {
    this.#undo.dispose()
  }
}

const frameTicks = (frameRate: string, { timebase }: EncoderSession): bigint => {
  const rate = parseRational(frameRate)
  return rescale(rate.den, rational(1n, rate.num), timebase)
}
