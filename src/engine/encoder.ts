// Opens an FFmpeg encoder for frames of one format, refusing option names that FFmpeg would silently ignore.
import {
  AV_CODEC_FLAG_FRAME_DURATION,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_OPT_SEARCH_CHILDREN,
  type FFEncoderCodec,
} from 'node-av/constants'
import { Codec, CodecContext, Dictionary, type Rational as NativeRational, Option } from 'node-av/lib'
import { HeadendError, parseRational, rational } from '../core/index.ts'
import type { EncodeParams } from '../model/index.ts'
import type { FrameItem } from './items.ts'
import { recentLog } from './log-bridge.ts'
import { check, toNative } from './native.ts'

const native = (value: { num: bigint; den: bigint }): NativeRational => toNative(value) as NativeRational

/** @throws {HE_ENCODER_NONE} {HE_OPTION_UNKNOWN} {HE_ENCODER_FAILED} */
export async function openEncoder(params: EncodeParams, first: FrameItem): Promise<CodecContext> {
  const codec = Codec.findEncoderByName(params.name as FFEncoderCodec)
  if (!codec) throw new HeadendError('HE_ENCODER_NONE', `this build has no encoder ${params.name}`)
  const context = new CodecContext()
  context.allocContext3(codec)
  try {
    for (const name of Object.keys(params.options)) {
      if (
        Option.find(context.getNative(), name, AV_OPT_SEARCH_CHILDREN) ||
        codec.getOptions().some(option => option.name === name)
      )
        continue
      throw new HeadendError('HE_OPTION_UNKNOWN', `encoder ${params.name} has no option "${name}"`)
    }
    if (params.type === 'video') describeVideo(context, params, first)
    else describeAudio(context, first)
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
    const options = Dictionary.fromObject(params.options)
    check(await context.open2(codec, options), 'HE_ENCODER_FAILED', `encoder ${params.name} cannot open`, {
      log: recentLog(),
    })
    return context
  } catch (error) {
    context.freeContext()
    throw error
  }
}

function describeVideo(context: CodecContext, params: EncodeParams, { frame, timebase }: FrameItem): void {
  const rate = params.frameRate ? parseRational(params.frameRate) : null
  context.width = frame.width
  context.height = frame.height
  context.pixelFormat = frame.format as CodecContext['pixelFormat']
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

function describeAudio(context: CodecContext, { frame }: FrameItem): void {
  context.sampleRate = frame.sampleRate
  context.sampleFormat = frame.format as CodecContext['sampleFormat']
  context.channelLayout = frame.channelLayout
  context.timeBase = native(rational(1, frame.sampleRate))
}
