// Decodes the first frames of a video stream: what only the bitstream knows. The decoder is not told the container's colors, so
// whatever it says about color comes from the stream itself.
import * as AV from 'node-av/constants'
import { Codec, CodecContext, Frame, type Packet, type Stream } from 'node-av/lib'
import type { ContentLight, MasteringDisplay } from '../model/index.ts'
import { type NativeColor, readNativeColor, silentColor } from './inspect-color.ts'
import { isAgain } from './native.ts'
import { parseContentLight, parseMasteringDisplay } from './native-structs.ts'

/** Enough to see HDR10+ on every frame, and a field pair that is coded as two packets. */
const WANTED_FRAMES = 8
/** Damaged beginnings (a recording that starts amid a GOP) get this many packets to come round. */
const MAX_PACKETS = 96

export type HeadFacts = {
  readonly frames: number
  readonly packetsSent: number
  readonly color: NativeColor
  readonly pixelFormat: number | null
  readonly interlacedFrames: number
  readonly topFieldFirst: number
  readonly sampleAspectRatio: { readonly num: number; readonly den: number } | null
  readonly displayMatrix: Buffer | null
  readonly masteringDisplay: MasteringDisplay | null
  readonly contentLight: ContentLight | null
  readonly hdr10Plus: boolean
  readonly dolbyVisionRpu: boolean
}

/** One decoder over the beginning of one stream. Errors of the stream are not its affair: it says how many frames came out. */
export class HeadDecoder implements Disposable {
  readonly #context: CodecContext | null
  #done = false
  #sent = 0
  #frames = 0
  #interlaced = 0
  #topFirst = 0
  #color: NativeColor = silentColor
  #pixelFormat: number | null = null
  #aspect: HeadFacts['sampleAspectRatio'] = null
  #matrix: Buffer | null = null
  #mastering: MasteringDisplay | null = null
  #light: ContentLight | null = null
  #hdr10Plus = false
  #rpu = false

  private constructor(context: CodecContext | null) {
    this.#context = context
  }

  static async open(stream: Stream): Promise<HeadDecoder> {
    const codec = Codec.findDecoder(stream.codecpar.codecId)
    if (!codec) return new HeadDecoder(null)
    const context = new CodecContext()
    context.allocContext3(codec)
    try {
      const told = context.parametersToContext(stream.codecpar)
      context.colorPrimaries = AV.AVCOL_PRI_UNSPECIFIED
      context.colorTrc = AV.AVCOL_TRC_UNSPECIFIED
      context.colorSpace = AV.AVCOL_SPC_UNSPECIFIED
      context.colorRange = AV.AVCOL_RANGE_UNSPECIFIED
      context.chromaLocation = AV.AVCHROMA_LOC_UNSPECIFIED
      context.pktTimebase = stream.timeBase
      // One thread: frame threads would hold back the frames that are waited for.
      context.threadCount = 1
      if (told >= 0 && (await context.open2(codec, null)) >= 0) return new HeadDecoder(context)
    } catch {
      // A stream that no decoder opens is reported by its lack of frames.
    }
    context.freeContext()
    return new HeadDecoder(null)
  }

  get done(): boolean {
    return this.#done || !this.#context
  }

  /** Borrows the packet. */
  async push(packet: Packet): Promise<void> {
    if (this.done || (this.#sent === 0 && !packet.isKeyframe && this.#skips++ < MAX_PACKETS)) return
    this.#sent++
    const ret = await this.#context!.sendPacket(packet)
    await this.#receive()
    if (isAgain(ret)) await this.#context!.sendPacket(packet)
    if (this.#frames >= WANTED_FRAMES || this.#sent >= MAX_PACKETS) this.#done = true
  }
  #skips = 0

  /** Flushes what the decoder holds back; for streams shorter than what was wanted. */
  async finish(): Promise<HeadFacts> {
    if (!this.done) {
      await this.#context!.sendPacket(null)
      await this.#receive()
    }
    return {
      frames: this.#frames,
      packetsSent: this.#sent,
      color: this.#color,
      pixelFormat: this.#pixelFormat,
      interlacedFrames: this.#interlaced,
      topFieldFirst: this.#topFirst,
      sampleAspectRatio: this.#aspect,
      displayMatrix: this.#matrix,
      masteringDisplay: this.#mastering,
      contentLight: this.#light,
      hdr10Plus: this.#hdr10Plus,
      dolbyVisionRpu: this.#rpu,
    }
  }

  async #receive(): Promise<void> {
    using frame = new Frame()
    frame.alloc()
    while ((await this.#context!.receiveFrame(frame)) >= 0) {
      this.#read(frame)
      frame.unref()
    }
  }

  #read(frame: Frame): void {
    this.#frames++
    if (frame.flags & AV.AV_FRAME_FLAG_INTERLACED) {
      this.#interlaced++
      if (frame.flags & AV.AV_FRAME_FLAG_TOP_FIELD_FIRST) this.#topFirst++
    }
    if (this.#frames === 1) {
      this.#color = readNativeColor(frame)
      this.#pixelFormat = frame.format
      this.#aspect = { num: frame.sampleAspectRatio.num, den: frame.sampleAspectRatio.den }
    }
    this.#matrix ??= copy(frame.getSideData(AV.AV_FRAME_DATA_DISPLAYMATRIX))
    const mastering = frame.getSideData(AV.AV_FRAME_DATA_MASTERING_DISPLAY_METADATA)
    const light = frame.getSideData(AV.AV_FRAME_DATA_CONTENT_LIGHT_LEVEL)
    if (mastering) this.#mastering ??= parseMasteringDisplay(mastering)
    if (light) this.#light ??= parseContentLight(light)
    this.#hdr10Plus ||= frame.getSideData(AV.AV_FRAME_DATA_DYNAMIC_HDR_PLUS) !== null
    this.#rpu ||= frame.getSideData(AV.AV_FRAME_DATA_DOVI_RPU_BUFFER) !== null
  }

  [Symbol.dispose](): void {
    this.#done = true
    this.#context?.freeContext()
  }
}

/** Side data may be a view of memory that goes with the frame. */
const copy = (data: Buffer | null): Buffer | null => (data ? Buffer.from(data) : null)
