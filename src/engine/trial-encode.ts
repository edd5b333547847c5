// Proves an encoder by running it in a graph like the one that will run: same settings, size, samples and rate control.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AV_LOG_ERROR, AV_PIX_FMT_NONE, type AVPixelFormat, type FFEncoderCodec } from 'node-av/constants'
import { avGetCodecName, avGetPixFmtFromName, avGetPixFmtName, Codec } from 'node-av/lib'
import { HeadendError, type RunOptions } from '../core/index.ts'
import { type NodeFactory, runGraph } from '../graph/index.ts'
import type { EncoderSettings, EncoderTrial, GraphSpec } from '../model/index.ts'
import { captureNativeLog, type NativeLine } from './inspect-log.ts'
import { PacketItem } from './items.ts'
import { mediaNodes } from './registry.ts'

export type TrialRequest = {
  /** Exactly what will run. */
  readonly settings: EncoderSettings
  readonly width: number
  readonly height: number
  /** Of the frames before `settings.filters`. */
  readonly pixelFormat: string
  /** `num/den` frames per second. */
  readonly frameRate: string
}

/** Past the B-frames that start an encoder's output; what it looks ahead for comes out at the end. */
const FRAMES = 12

/** Why a trial ended, in words of ours; the device's own come before them. */
class TrialFailure extends Error {}

/** Never throws for an encoder that does not work: that is its result. @throws the signal's reason; {HE_OPTION_UNKNOWN} */
export async function trialEncode(
  request: TrialRequest,
  { signal, log }: Pick<RunOptions, 'signal' | 'log'>,
): Promise<EncoderTrial> {
  signal.throwIfAborted()
  const { name, family } = request.settings
  const started = performance.now()
  const codec = Codec.findEncoderByName(name as FFEncoderCodec)
  const { value: failure, lines } = await captureNativeLog(log, () => attempt(codec, request, { signal, log }))
  return {
    name,
    codec: (codec && avGetCodecName(codec.id)) ?? 'unknown',
    family,
    works: failure === null,
    reason: failure === null ? null : explain(lines, failure),
    elapsedMs: Math.round(performance.now() - started),
  }
}

type Options = Pick<RunOptions, 'signal' | 'log'>

async function attempt(codec: Codec | null, request: TrialRequest, options: Options): Promise<string | null> {
  try {
    if (!codec) throw new TrialFailure('this build of FFmpeg has no such encoder')
    checkFormat(codec, request)
    await encode(request, options)
    return null
  } catch (error) {
    options.signal.throwIfAborted()
    if (error instanceof HeadendError && error.code === 'HE_OPTION_UNKNOWN') throw error
    return error instanceof Error ? error.message : String(error)
  }
}

/** FFmpeg would only say “invalid argument”. */
function checkFormat({ pixelFormats }: Codec, { pixelFormat, settings }: TrialRequest): void {
  const step = settings.filters.findLast(({ name }) => name === 'format')
  const name = step ? String(step.args.pix_fmts) : pixelFormat
  const format: AVPixelFormat = avGetPixFmtFromName(name)
  if (format === AV_PIX_FMT_NONE) throw new TrialFailure(`there is no pixel format ${name}`)
  // Frames that are uploaded have the device's own format.
  if (settings.device !== undefined || !pixelFormats || pixelFormats.includes(format)) return
  throw new TrialFailure(`it takes ${pixelFormats.map(taken => avGetPixFmtName(taken)).join(', ')}, not ${name}`)
}

async function encode(request: TrialRequest, options: Options): Promise<void> {
  const { firstPass } = request.settings
  if (!firstPass) return run(request, request.settings, options)
  const dir = await mkdtemp(join(tmpdir(), 'headend-trial-'))
  try {
    const stats = join(dir, 'stats')
    await run(request, { ...request.settings, options: firstPass.options, pass: { number: 1, stats } }, options)
    await run(request, { ...request.settings, pass: { number: 2, stats } }, options)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

type Attempt = EncoderSettings & { readonly pass?: { readonly number: 1 | 2; readonly stats: string } }

async function run({ width, height, pixelFormat, frameRate }: TrialRequest, attempt: Attempt, options: Options) {
  let packets = 0
  const count: NodeFactory = () => ({
    run: async io => {
      for await (const item of io.input('in')) {
        using packet = item
        if (packet instanceof PacketItem && packet.packet.size > 0) packets++
      }
    },
  })
  const { name, family, options: codecOptions, filters, device, pass } = attempt
  const encoder = {
    name,
    family,
    options: codecOptions,
    filters,
    ...(device ? { device } : {}),
    ...(pass ? { pass } : {}),
  }
  const picture = `testsrc2=s=${width}x${height}:r=${frameRate},trim=end_frame=${FRAMES},format=${pixelFormat}`
  const spec: GraphSpec = {
    nodes: [
      { id: 'generate', kind: 'generate', params: { type: 'video', graph: picture } },
      { id: 'encode', kind: 'encode', params: { type: 'video', frameRate, ...encoder } },
      { id: 'count', kind: 'count', params: {} },
    ],
    edges: [
      { from: 'generate.out', to: 'encode.in', maxItems: 2, maxBytes: 1 << 28 },
      { from: 'encode.out', to: 'count.in', maxItems: 64, maxBytes: 1 << 28 },
    ],
  }
  await runGraph(spec, { ...mediaNodes, count }, options).done
  // A first pass may keep its packets to itself. VP9 and AV1 pack hidden frames together with shown ones, never one for many.
  if (attempt.pass?.number !== 1 && packets < FRAMES / 2)
    throw new TrialFailure(`${FRAMES} frames went in and ${packets} packets came out`)
}

/** The device's own words, which FFmpeg logs as errors or, while it looks for a device, as chatter; then the step that failed. */
function explain(lines: readonly NativeLine[], failure: string): string {
  const said = lines.filter(({ text }) => text.trim() !== '')
  const errors = said.filter(({ level }) => level <= AV_LOG_ERROR)
  const words = (errors.length > 0 ? errors : said.slice(-2)).map(({ text }) => text.trim().replace(/\.$/, ''))
  return [...new Set([...words.slice(0, 3), failure])].join('; ')
}
