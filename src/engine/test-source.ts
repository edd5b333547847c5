// A source for rehearsals: a moving picture with a flash and a beep each second, coded and sent as a camera would, at the pace of a
// clock that may run fast or slow.
import { setTimeout as delay } from 'node:timers/promises'
import { AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE } from 'node-av/constants'
import { Packet } from 'node-av/lib'
import { formatRational, rational } from '../core/index.ts'
import { type FeedEvent, importanceOfH264 } from '../live/index.ts'
import { nowUs } from './channel/local-clock.ts'
import { type EncoderSession, openEncoder } from './encoder.ts'
import { FilterRunner } from './filter-runner.ts'
import type { FrameItem } from './items.ts'
import { recentLog } from './log-bridge.ts'
import { check, isAgain, isEof } from './native.ts'
import { paintTimecode } from './timecode-strip.ts'

export type TestSourceParams = {
  readonly width: number
  readonly height: number
  readonly frameRate: { readonly num: number; readonly den: number }
  readonly keyFrameEvery: number
  readonly bitrateBps: number
  readonly sound: boolean
  /** How much faster its clock runs than ours, in parts of a million. */
  readonly ppm: number
  /** Paints the time of day into the top lines, for machines to read. */
  readonly timecode: boolean
  /** Ends after so many pictures; absent: never. */
  readonly pictures?: number
}

const VIDEO = 0
const AUDIO = 1
const SAMPLE_RATE = 48_000
const AAC_SAMPLES = 1024

/** Sends until it is aborted or over. @throws {HE_ENCODER_FAILED} {HE_FILTER_FAILED} */
export async function runTestSource(
  params: TestSourceParams,
  { signal, emit }: { readonly signal: AbortSignal; readonly emit: (event: FeedEvent) => void },
): Promise<void> {
  using video = await VideoTrack.open(params)
  using audio = params.sound ? await AudioTrack.open() : null
  emit(video.track)
  if (audio) emit(audio.track)
  const startUs = nowUs()
  const pace = 1 / (1 + params.ppm / 1e6)
  const { num, den } = params.frameRate
  for (let n = 0; !signal.aborted && n < (params.pictures ?? Infinity); n++) {
    const mediaUs = ((n + 1) * 1e6 * den) / num
    const waitUs = startUs + mediaUs * pace - nowUs()
    if (waitUs > 0) await delay(Math.ceil(waitUs / 1000), undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    for (const event of await video.next(n, params.timecode)) emit(event)
    if (audio) for (const event of await audio.until(mediaUs)) emit(event)
  }
  emit({ type: 'end', reason: signal.aborted ? 'stopped' : 'the test picture is over' })
}

class VideoTrack implements Disposable {
  readonly track: FeedEvent
  readonly #params: TestSourceParams
  readonly #pictures: FilterRunner
  readonly #encoder: EncoderSession
  #first: FrameItem | null

  private constructor(params: TestSourceParams, pictures: FilterRunner, encoder: EncoderSession, first: FrameItem) {
    this.#params = params
    this.#pictures = pictures
    this.#encoder = encoder
    this.#first = first
    const { width, height, frameRate } = params
    const track = { stream: VIDEO, kind: 'video', codec: 'h264', timescale: frameRate.num, config: null } as const
    this.track = { type: 'track', track: { ...track, width, height } }
  }

  static async open(params: TestSourceParams): Promise<VideoTrack> {
    using undo = new DisposableStack()
    const { width, height, frameRate, keyFrameEvery, bitrateBps } = params
    const rate = `${frameRate.num}/${frameRate.den}`
    const side = Math.max(16, Math.round(height / 6))
    const flash = `drawbox=x=iw-${side}:y=ih-${side}:w=${side}:h=${side}:t=fill:color`
    // One picture long, at the beginning of each second.
    const chain =
      `testsrc2=size=${width}x${height}:rate=${rate},${flash}=black,${flash}=white:enable='lt(mod(t+0.001\\,1)\\,0.99*${frameRate.den}/${frameRate.num})',` +
      'scale=out_color_matrix=bt709:out_range=limited,format=yuv420p,setparams=range=limited:color_primaries=bt709:color_trc=bt709:colorspace=bt709[out]'
    const pictures = undo.use(await FilterRunner.open('video', chain, []))
    const first = undo.use(await pulled(pictures))
    const options = {
      preset: 'ultrafast',
      tune: 'zerolatency',
      b: String(bitrateBps),
      maxrate: String(bitrateBps * 1.5),
      bufsize: String(bitrateBps),
      g: String(keyFrameEvery),
      sc_threshold: '0',
      'forced-idr': '1',
      'x264-params': 'repeat-headers=1',
    }
    const encoder = undo.use(
      await openEncoder(
        {
          type: 'video',
          name: 'libx264',
          frameRate: formatRational(rational(frameRate.num, frameRate.den)),
          hdr: undefined,
          options,
        } as Parameters<typeof openEncoder>[0],
        first,
      ),
    )
    undo.move()
    return new VideoTrack(params, pictures, encoder, first)
  }

  async next(n: number, timecode: boolean): Promise<FeedEvent[]> {
    const { keyFrameEvery, frameRate } = this.#params
    using item = this.#first ?? (await pulled(this.#pictures))
    this.#first = null
    const { frame } = item
    if (timecode) paintTimecode(frame, Date.now())
    frame.pts = BigInt(n)
    frame.duration = 1n
    frame.pictType = n % keyFrameEvery === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
    check(await this.#encoder.send(frame), 'HE_ENCODER_FAILED', 'encoder libx264', { log: recentLog() })
    const events: FeedEvent[] = []
    for await (const packet of packetsOf(this.#encoder)) {
      const payload = Buffer.from(packet.data ?? Buffer.alloc(0))
      const importance = importanceOfH264(payload, null)
      const at = packet.pts * BigInt(frameRate.den)
      const unit = { stream: VIDEO, kind: 'video', importance, timescale: frameRate.num, dts: at, pts: at } as const
      events.push({ type: 'unit', unit: { ...unit, sizeBytes: payload.length, payload, arrivalUs: nowUs() } })
    }
    return events
  }

  [Symbol.dispose](): void {
    this.#first?.[Symbol.dispose]()
    this.#encoder[Symbol.dispose]()
    this.#pictures[Symbol.dispose]()
  }
}

class AudioTrack implements Disposable {
  readonly track: FeedEvent
  readonly #sound: FilterRunner
  readonly #encoder: EncoderSession
  #next: FrameItem
  #samples = 0

  private constructor(sound: FilterRunner, encoder: EncoderSession, first: FrameItem) {
    this.#sound = sound
    this.#encoder = encoder
    this.#next = first
    const { extradata } = encoder.parameters
    const track = { stream: AUDIO, kind: 'audio', codec: 'aac', timescale: SAMPLE_RATE, channels: 2 } as const
    const config = extradata ? Buffer.from(extradata) : null
    this.track = { type: 'track', track: { ...track, sampleRate: SAMPLE_RATE, config } }
  }

  static async open(): Promise<AudioTrack> {
    using undo = new DisposableStack()
    const tone = 'if(lt(mod(t\\,1)\\,0.05)\\,0.4*sin(2*PI*1000*t)\\,0)'
    const chain = `aevalsrc=exprs='${tone}|${tone}':c=stereo:s=${SAMPLE_RATE}:n=${AAC_SAMPLES},aformat=sample_fmts=fltp[out]`
    const sound = undo.use(await FilterRunner.open('audio', chain, []))
    const first = undo.use(await pulled(sound))
    const request = { type: 'audio', name: 'aac', options: { b: '128000' } } as Parameters<typeof openEncoder>[0]
    const encoder = undo.use(await openEncoder(request, first))
    undo.move()
    return new AudioTrack(sound, encoder, first)
  }

  async until(mediaUs: number): Promise<FeedEvent[]> {
    const events: FeedEvent[] = []
    while (((this.#samples + AAC_SAMPLES) * 1e6) / SAMPLE_RATE <= mediaUs) {
      using item = this.#next
      item.frame.pts = BigInt(this.#samples)
      this.#samples += AAC_SAMPLES
      check(await this.#encoder.send(item.frame), 'HE_ENCODER_FAILED', 'encoder aac', { log: recentLog() })
      this.#next = await pulled(this.#sound)
      for await (const packet of packetsOf(this.#encoder)) {
        // What comes out stands where its samples were put in, less the encoder's own delay: before zero nothing was put in.
        if (packet.pts < 0n) continue
        const payload = Buffer.from(packet.data ?? Buffer.alloc(0))
        const unit = { stream: AUDIO, kind: 'audio', importance: 'audio', timescale: SAMPLE_RATE } as const
        const at = { dts: packet.pts, pts: packet.pts, sizeBytes: payload.length, payload, arrivalUs: nowUs() }
        events.push({ type: 'unit', unit: { ...unit, ...at } })
      }
    }
    return events
  }

  [Symbol.dispose](): void {
    this.#next[Symbol.dispose]()
    this.#encoder[Symbol.dispose]()
    this.#sound[Symbol.dispose]()
  }
}

async function pulled(runner: FilterRunner): Promise<FrameItem> {
  const item = await runner.pull()
  if (item === 'again' || item === 'end') throw new RangeError('the test picture ended')
  return item
}

async function* packetsOf(encoder: EncoderSession): AsyncGenerator<Packet> {
  for (;;) {
    using packet = new Packet()
    packet.alloc()
    const ret = await encoder.receive(packet)
    if (isAgain(ret) || isEof(ret)) return
    check(ret, 'HE_ENCODER_FAILED', 'encoder of the test source', { log: recentLog() })
    yield packet
  }
}
