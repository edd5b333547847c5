// Proves an encoder by encoding with it at the real size, format and rate control. A compiled-in encoder proves nothing.
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_ERROR,
  AV_OPT_SEARCH_CHILDREN,
  AV_PIX_FMT_NONE,
  type AVPixelFormat,
  type FFEncoderCodec,
} from 'node-av/constants'
import {
  avGetCodecName,
  avGetPixFmtFromName,
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  Option,
  Packet,
} from 'node-av/lib'
import { HeadendError, parseRational, type RunOptions, rational } from '../core/index.ts'
import type { EncoderTrial } from '../model/index.ts'
import { captureNativeLog, type NativeLine } from './inspect-log.ts'
import { isAgain, isEof, toNative } from './native.ts'
import { familyOf, openFrameSource } from './trial-frames.ts'

export type TrialRequest = {
  /** FFmpeg's encoder name. */
  readonly encoder: string
  readonly width: number
  readonly height: number
  /** What the plan would feed it; hardware gets the nearest format of the same depth that it takes. */
  readonly pixelFormat: string
  /** `num/den` frames per second. */
  readonly frameRate: string
  readonly options: Readonly<Record<string, string | number>>
}

/** Past the B-frames and the look-ahead that start an encoder's output. */
const FRAMES = 12

/** Why a trial ended, in words of ours; the device's own come before them. */
class TrialFailure extends Error {}

/** Never throws for an encoder that does not work: that is its result. @throws the signal's reason; {HE_OPTION_UNKNOWN} */
export async function trialEncode(
  request: TrialRequest,
  { signal, log }: Pick<RunOptions, 'signal' | 'log'>,
): Promise<EncoderTrial> {
  signal.throwIfAborted()
  const started = performance.now()
  const codec = Codec.findEncoderByName(request.encoder as FFEncoderCodec)
  const { value: failure, lines } = await captureNativeLog(log, () => attempt(codec, request, signal))
  return {
    name: request.encoder,
    codec: (codec && avGetCodecName(codec.id)) ?? 'unknown',
    family: familyOf(request.encoder),
    works: failure === null,
    reason: failure === null ? null : explain(lines, failure),
    elapsedMs: Math.round(performance.now() - started),
  }
}

async function attempt(codec: Codec | null, request: TrialRequest, signal: AbortSignal): Promise<string | null> {
  try {
    if (!codec) throw new TrialFailure('this build of FFmpeg has no such encoder')
    await encode(codec, request, signal)
    return null
  } catch (error) {
    if (signal.aborted || error instanceof HeadendError) throw error
    return error instanceof Error ? error.message : String(error)
  }
}

async function encode(codec: Codec, request: TrialRequest, signal: AbortSignal): Promise<void> {
  using undo = new DisposableStack()
  const wanted = avGetPixFmtFromName(request.pixelFormat)
  if (wanted === AV_PIX_FMT_NONE) throw new TrialFailure(`there is no pixel format ${request.pixelFormat}`)
  const source = undo.use(openFrameSource(codec, request, wanted))
  const context = new CodecContext()
  context.allocContext3(codec)
  undo.defer(() => context.freeContext())
  const rate = parseRational(request.frameRate)
  context.width = request.width
  context.height = request.height
  context.pixelFormat = source.format as AVPixelFormat
  context.timeBase = toNative(rational(rate.den, rate.num)) as CodecContext['timeBase']
  context.framerate = toNative(rate) as CodecContext['framerate']
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  if (source.frames) context.hwFramesCtx = source.frames
  for (const name of Object.keys(request.options)) {
    // FFmpeg ignores names that it does not know; a trial with half of its options would prove something else.
    const known = Option.find(context.getNative(), name, AV_OPT_SEARCH_CHILDREN)
    if (!known && !codec.getOptions().some(option => option.name === name))
      throw new HeadendError('HE_OPTION_UNKNOWN', `encoder ${request.encoder} has no option "${name}"`)
  }
  pass(await context.open2(codec, Dictionary.fromObject(request.options)), 'it cannot be opened')
  using packet = new Packet()
  packet.alloc()
  let packets = 0
  const receive = async (): Promise<void> => {
    for (;;) {
      const ret = await context.receivePacket(packet)
      if (isAgain(ret) || isEof(ret)) return
      pass(ret, 'it fails while encoding')
      if (packet.size > 0) packets++
      packet.unref()
    }
  }
  for (let n = 0; n < FRAMES; n++) {
    signal.throwIfAborted()
    using frame = await source.next(n)
    let ret = await context.sendFrame(frame)
    if (isAgain(ret)) {
      await receive()
      ret = await context.sendFrame(frame)
    }
    pass(ret, 'it refuses a frame')
    await receive()
  }
  pass(await context.sendFrame(null), 'it cannot be flushed')
  await receive()
  // VP9 and AV1 pack hidden frames together with shown ones, so there may be fewer packets, but never one for many.
  if (packets < FRAMES / 2) throw new TrialFailure(`${FRAMES} frames went in and ${packets} packets came out`)
}

function pass(ret: number, what: string): void {
  if (ret < 0) throw new TrialFailure(`${what}: ${FFmpegError.strerror(ret)}`)
}

/** The device's own words, which FFmpeg logs as errors or, while it looks for a device, as chatter; then the step that failed. */
function explain(lines: readonly NativeLine[], failure: string): string {
  const said = lines.filter(({ text }) => text.trim() !== '')
  const errors = said.filter(({ level }) => level <= AV_LOG_ERROR)
  const words = (errors.length > 0 ? errors : said.slice(-2)).map(({ text }) => text.trim().replace(/\.$/, ''))
  return [...new Set([...words.slice(0, 3), failure])].join('; ')
}
