// Opens an FFmpeg encoder for frames of one format, refusing option names that FFmpeg would silently ignore.
import {
  AV_CODEC_FLAG_FRAME_DURATION,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_FRAME_FLAG_INTERLACED,
  AV_FRAME_FLAG_TOP_FIELD_FIRST,
  AV_OPT_SEARCH_CHILDREN,
  AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
  type FFEncoderCodec,
} from 'node-av/constants'
import {
  Codec,
  CodecContext,
  CodecParameters,
  Dictionary,
  type Frame,
  type Rational as NativeRational,
  Option,
  type Packet,
} from 'node-av/lib'
import { HeadendError, parseRational, type Rational, rational } from '../core/index.ts'
import type { CodecOptions, EncodeParams } from '../model/index.ts'
import type { FrameItem } from './items.ts'
import { recentLog } from './log-bridge.ts'
import { check, toNative, toRational } from './native.ts'
import { formatContentLight, formatMasteringDisplay } from './native-structs.ts'

export type EncoderRequest = Pick<EncodeParams, 'type' | 'name' | 'frameRate' | 'hdr'> & {
  /** Complete: nothing is substituted any more. */
  readonly options: CodecOptions
}

/** An open encoder. Disposing it frees it, whatever it still holds. */
export interface EncoderSession extends Disposable {
  readonly timebase: Rational
  /** Samples that each frame of sound must have; 0 for any number. */
  readonly frameSize: number
  /** What a muxer must know, with coded side data. They outlive the session. */
  readonly parameters: CodecParameters
  /** FFmpeg's return code. The frame stays the caller's. */
  send(frame: Frame | null): Promise<number>
  /** FFmpeg's return code. */
  receive(packet: Packet): Promise<number>
}

export type OpenEncoder = (request: EncoderRequest, first: FrameItem) => Promise<EncoderSession>

const native = (value: { num: bigint; den: bigint }): NativeRational => toNative(value) as NativeRational

/** @throws {HE_ENCODER_NONE} {HE_OPTION_UNKNOWN} {HE_ENCODER_FAILED} */
export const openEncoder: OpenEncoder = async (request, first) => {
  const { name, options, type } = request
  const codec = Codec.findEncoderByName(name as FFEncoderCodec)
  if (!codec) throw new HeadendError('HE_ENCODER_NONE', `this build has no encoder ${name}`)
  const context = new CodecContext()
  context.allocContext3(codec)
  try {
    refuseUnknown(context, codec, options)
    if (type === 'video') describeVideo(context, request, first)
    else describeAudio(context, first)
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
    const all = type === 'video' ? { ...fieldOrder(options, first), ...options } : options
    check(await context.open2(codec, Dictionary.fromObject(all)), 'HE_ENCODER_FAILED', `encoder ${name} cannot open`, {
      log: recentLog(),
    })
    return {
      timebase: toRational(context.timeBase) ?? rational(1, 1),
      frameSize: context.frameSize,
      parameters: describe(context, request),
      send: frame => context.sendFrame(frame),
      receive: packet => context.receivePacket(packet),
      [Symbol.dispose]: () => context.freeContext(),
    }
  } catch (error) {
    context.freeContext()
    throw error
  }
}

/** @throws {HE_OPTION_UNKNOWN} */
function refuseUnknown(context: CodecContext, codec: Codec, options: CodecOptions): void {
  const own = codec.getOptions()
  for (const name of Object.keys(options)) {
    if (Option.find(context.getNative(), name, AV_OPT_SEARCH_CHILDREN)) continue
    if (own.some(option => option.name === name)) continue
    throw new HeadendError('HE_OPTION_UNKNOWN', `encoder ${codec.name} has no option "${name}"`)
  }
}

function describeVideo(context: CodecContext, { frameRate }: EncoderRequest, { frame, timebase }: FrameItem): void {
  const rate = frameRate ? parseRational(frameRate) : null
  context.width = frame.width
  context.height = frame.height
  context.pixelFormat = frame.format as CodecContext['pixelFormat']
  if (frame.hwFramesCtx) context.hwFramesCtx = frame.hwFramesCtx
  context.sampleAspectRatio = frame.sampleAspectRatio
  context.timeBase = native(rate ? rational(rate.den, rate.num) : timebase)
  if (rate) context.framerate = native(rate)
  context.colorPrimaries = frame.colorPrimaries
  context.colorTrc = frame.colorTrc
  context.colorSpace = frame.colorSpace
  context.colorRange = frame.colorRange
  context.chromaLocation = frame.chromaLocation
  context.setFlags(AV_CODEC_FLAG_FRAME_DURATION)
}

/**
 * What the container says of fields: the order of the frames where the encoder codes fields, else progressive. QuickTime
 * File Format, “Field handling”: tt and bb are the two that name one field as both first stored and first shown.
 */
function fieldOrder({ flags }: CodecOptions, { frame }: FrameItem): CodecOptions {
  const fields = /ildct|ilme/.test(String(flags ?? '')) && (frame.flags & AV_FRAME_FLAG_INTERLACED) !== 0
  if (!fields) return { field_order: 'progressive' }
  return { field_order: frame.flags & AV_FRAME_FLAG_TOP_FIELD_FIRST ? 'tt' : 'bb' }
}

function describeAudio(context: CodecContext, { frame }: FrameItem): void {
  context.sampleRate = frame.sampleRate
  context.sampleFormat = frame.format as CodecContext['sampleFormat']
  context.channelLayout = frame.channelLayout
  context.timeBase = native(rational(1, frame.sampleRate))
}

function describe(context: CodecContext, { hdr }: EncoderRequest): CodecParameters {
  const parameters = new CodecParameters()
  parameters.alloc()
  check(parameters.fromContext(context), 'HE_ENCODER_FAILED', 'codec parameters')
  // fromContext clears side data: it comes after.
  const add = (type: Parameters<CodecParameters['addCodedSideData']>[0], data: Buffer): void => {
    check(parameters.addCodedSideData(type, data), 'HE_ENCODER_FAILED', 'coded side data')
  }
  if (hdr?.masteringDisplay) add(AV_PKT_DATA_MASTERING_DISPLAY_METADATA, formatMasteringDisplay(hdr.masteringDisplay))
  if (hdr?.contentLight) add(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, formatContentLight(hdr.contentLight))
  return parameters
}
