// Decodes one elementary stream of a feed. A damaged unit costs itself and what is predicted from it, never the channel.
import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_AC3,
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_EAC3,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_MP2,
  AV_CODEC_ID_MP3,
  AV_CODEC_ID_MPEG2VIDEO,
  AV_CODEC_ID_OPUS,
  AV_CODEC_ID_PCM_ALAW,
  AV_CODEC_ID_PCM_MULAW,
  AV_CODEC_ID_PCM_S16BE,
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  AV_NOPTS_VALUE,
  AV_PKT_FLAG_KEY,
  type AVCodecID,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants'
import { type CodecContext, CodecParameters, Frame, Packet } from 'node-av/lib'
import { rational } from '../../core/index.ts'
import { type FeedTrack, type FeedUnit, isKey } from '../../live/index.ts'
import { openDecoder } from '../decoder.ts'
import { FrameItem } from '../items.ts'
import { isAgain, isEof } from '../native.ts'

const codecIds: Readonly<Record<FeedTrack['codec'], AVCodecID>> = {
  h264: AV_CODEC_ID_H264,
  hevc: AV_CODEC_ID_HEVC,
  av1: AV_CODEC_ID_AV1,
  vp8: AV_CODEC_ID_VP8,
  vp9: AV_CODEC_ID_VP9,
  mpeg2video: AV_CODEC_ID_MPEG2VIDEO,
  aac: AV_CODEC_ID_AAC,
  opus: AV_CODEC_ID_OPUS,
  mp3: AV_CODEC_ID_MP3,
  mp2: AV_CODEC_ID_MP2,
  ac3: AV_CODEC_ID_AC3,
  eac3: AV_CODEC_ID_EAC3,
  pcm_s16be: AV_CODEC_ID_PCM_S16BE,
  pcm_mulaw: AV_CODEC_ID_PCM_MULAW,
  pcm_alaw: AV_CODEC_ID_PCM_ALAW,
}

/** FFmpeg reads this many bytes beyond the end of what it is given: AV_INPUT_BUFFER_PADDING_SIZE. Packets of node-av have them. */
export class FeedDecoder implements Disposable {
  readonly #context: CodecContext
  readonly #timescale: number
  #damaged = 0

  private constructor(context: CodecContext, timescale: number) {
    this.#context = context
    this.#timescale = timescale
  }

  /** @throws {HE_INPUT_UNSUPPORTED} {HE_INPUT_DAMAGED} */
  static async open(track: FeedTrack): Promise<FeedDecoder> {
    const parameters = new CodecParameters()
    parameters.alloc()
    parameters.codecType = track.kind === 'video' ? AVMEDIA_TYPE_VIDEO : AVMEDIA_TYPE_AUDIO
    parameters.codecId = codecIds[track.codec]
    if (track.config) parameters.extradata = Buffer.from(track.config)
    if (track.kind === 'audio' && track.sampleRate) parameters.sampleRate = track.sampleRate
    if (track.kind === 'audio' && track.channels)
      parameters.channelLayout = { nbChannels: track.channels, order: 0, mask: 0n } as CodecParameters['channelLayout']
    // Threads by frame would hold back as many frames.
    const context = await openDecoder({ parameters, timebase: rational(1, track.timescale) }, { threads: 1 })
    return new FeedDecoder(context, track.timescale)
  }

  /** Pictures per second as the bitstream says; null where it does not. */
  get declaredRate(): number | null {
    const { num, den } = this.#context.framerate
    return num > 0 && den > 0 ? num / den : null
  }

  /** Units that were damaged, whole or in part. */
  get damaged(): number {
    return this.#damaged
  }

  /** The frames that one unit brings forth; each is the caller's. PTS in ticks of the track. */
  async *decode(unit: FeedUnit): AsyncGenerator<FrameItem> {
    const packet = new Packet()
    packet.alloc()
    try {
      packet.data = Buffer.from(unit.payload.buffer, unit.payload.byteOffset, unit.payload.byteLength)
      packet.pts = unit.pts
      packet.dts = unit.dts
      if (isKey(unit)) packet.flags = AV_PKT_FLAG_KEY
      let ret = await this.#context.sendPacket(packet)
      if (isAgain(ret)) {
        yield* this.#receive()
        ret = await this.#context.sendPacket(packet)
      }
      if (ret < 0 && !isAgain(ret)) this.#damaged++
    } finally {
      packet.free()
    }
    yield* this.#receive()
  }

  async *#receive(): AsyncGenerator<FrameItem> {
    for (;;) {
      const frame = new Frame()
      frame.alloc()
      const ret = await this.#context.receiveFrame(frame)
      if (ret < 0) {
        frame.free()
        if (isAgain(ret) || isEof(ret)) return
        this.#damaged++
        continue
      }
      if (frame.bestEffortTimestamp !== AV_NOPTS_VALUE) frame.pts = frame.bestEffortTimestamp
      yield new FrameItem(frame, rational(1, this.#timescale))
    }
  }

  [Symbol.dispose](): void {
    this.#context.freeContext()
  }
}
