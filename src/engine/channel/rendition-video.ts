// One video rendition of a channel: canvas → its size → its encoder → parts.
import { AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE } from 'node-av/constants'
import { type Frame, Packet } from 'node-av/lib'
import { formatRational, type Rational, rational } from '../../core/index.ts'
import {
  type CutPart,
  type PlannedVideo,
  type ProgramTiming,
  type ProgramTrack,
  placeOfFrame,
  TrackChunker,
  videoTicks,
} from '../../live/index.ts'
import { type EncoderSession, openEncoder } from '../encoder.ts'
import { FilterRunner } from '../filter-runner.ts'
import type { FrameItem } from '../items.ts'
import { recentLog } from '../log-bridge.ts'
import { check, isAgain, isEof } from '../native.ts'
import { formatInit, lengthPrefixed } from './init-bytes.ts'

/** Pictures come with the ticks of their sources, and slates with their own; here a tick is one frame. */
const ticksOf = ({ frameRate }: ProgramTiming): Rational => rational(frameRate.den, frameRate.num)

export class VideoRendition implements Disposable {
  readonly track: ProgramTrack
  readonly init: Uint8Array
  readonly #plan: PlannedVideo
  readonly #timing: ProgramTiming
  readonly #session: EncoderSession
  readonly #scaler: FilterRunner | null
  readonly #undo: DisposableStack
  #chunker: TrackChunker
  #first = 0n
  /** Numbers given to the encoder that have not come out. */
  #inside: bigint[] = []
  #encodeUs = 0

  private constructor(
    plan: PlannedVideo,
    timing: ProgramTiming,
    session: EncoderSession,
    scaler: FilterRunner | null,
    undo: DisposableStack,
    described: { init: Uint8Array; codec: string },
  ) {
    this.#plan = plan
    this.#timing = timing
    this.#session = session
    this.#scaler = scaler
    this.#undo = undo
    this.init = described.init
    const { id, width, height, bitrateBps, peakBps } = plan
    this.track = {
      id,
      kind: 'video',
      width,
      height,
      bitrateBps,
      peakBps,
      frameRate: timing.frameRate,
      timescale: videoTicks(timing.frameRate).timescale,
      codec: described.codec,
    }
    this.#chunker = this.#chunkerFrom(0n)
  }

  /** `given`: a picture of the canvas, for its format. @throws {HE_ENCODER_FAILED} {HE_OPTION_UNKNOWN} {HE_FILTER_FAILED} */
  static async open(plan: PlannedVideo, timing: ProgramTiming, given: FrameItem): Promise<VideoRendition> {
    using undo = new DisposableStack()
    using sample = given.clone(ticksOf(timing))
    const same = sample.frame.width === plan.width && sample.frame.height === plan.height
    let scaler: FilterRunner | null = null
    let first: FrameItem
    if (same) first = undo.use(sample.clone())
    else {
      const chain = `[in0]scale=w=${plan.width}:h=${plan.height}:flags=bicubic,setsar=1[out]`
      scaler = undo.use(await FilterRunner.open('video', chain, [sample]))
      using copy = sample.clone()
      await scaler.push(copy)
      const scaled = await scaler.pull()
      if (scaled === 'again' || scaled === 'end') throw new RangeError('the scaler gave no picture')
      first = undo.use(scaled)
    }
    const { num, den } = timing.frameRate
    const frameRate = formatRational(rational(num, den))
    const session = undo.use(
      await openEncoder(
        { type: 'video', name: plan.encoder, frameRate, hdr: undefined, options: { ...plan.options } } as Parameters<
          typeof openEncoder
        >[0],
        first,
      ),
    )
    const described = await formatInit(session.parameters, videoTicks(timing.frameRate).timescale)
    const resources = undo.move()
    return new VideoRendition(plan, timing, session, scaler, resources, described)
  }

  get encodeUs(): number {
    return this.#encodeUs
  }

  /** Begins at this frame; the encoder counts from there. */
  start(n: bigint): void {
    this.#first = n
    this.#chunker = this.#chunkerFrom(n)
  }

  /** Encodes frame n; `null`: it was left out, the one before lasts longer. The item stays the caller's. */
  async encode(n: bigint, item: FrameItem | null, key: boolean): Promise<CutPart[]> {
    if (item) {
      const began = performance.now()
      using frame = await this.#scaled(item)
      await this.#send(frame.frame, n, key)
      this.#encodeUs += ((performance.now() - began) * 1000 - this.#encodeUs) / 16
    }
    return this.#chunker.advance(this.#inside[0] ?? n + 1n)
  }

  async #scaled(item: FrameItem): Promise<FrameItem> {
    const copy = item.clone(ticksOf(this.#timing))
    if (!this.#scaler) return copy
    using _lent = copy
    await this.#scaler.push(copy)
    const scaled = await this.#scaler.pull()
    if (scaled === 'again' || scaled === 'end') throw new RangeError('the scaler gave no picture')
    return scaled
  }

  async #send(frame: Frame, n: bigint, key: boolean): Promise<void> {
    const number = n - this.#first
    frame.pts = number
    frame.duration = 1n
    frame.timeBase = { num: this.#timing.frameRate.den, den: this.#timing.frameRate.num } as Frame['timeBase']
    // All renditions cut here; nowhere else.
    frame.pictType = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
    this.#inside.push(n)
    let ret = await this.#session.send(frame)
    if (isAgain(ret)) {
      await this.#receive()
      ret = await this.#session.send(frame)
    }
    check(ret, 'HE_ENCODER_FAILED', `encoder ${this.#plan.encoder}`, { log: recentLog() })
    await this.#receive()
  }

  async #receive(): Promise<void> {
    for (;;) {
      using packet = new Packet()
      packet.alloc()
      const ret = await this.#session.receive(packet)
      if (isAgain(ret) || isEof(ret)) return
      check(ret, 'HE_ENCODER_FAILED', `encoder ${this.#plan.encoder}`, { log: recentLog() })
      const n = this.#first + packet.pts
      this.#inside = this.#inside.filter(inside => inside !== n)
      this.#chunker.add(n, lengthPrefixed(this.#session.parameters, packet.data ?? Buffer.alloc(0)), packet.isKeyframe)
    }
  }

  #chunkerFrom(n: bigint): TrackChunker {
    const placeOf = (frame: bigint) => placeOfFrame(frame, this.#timing)
    const ticksPerNumber = videoTicks(this.#timing.frameRate).frameTicks
    return new TrackChunker({ track: this.#plan.id, trackId: 1, ticksPerNumber, placeOf, isAudio: false }, n)
  }

  [Symbol.dispose](): void {
    this.#undo.dispose()
  }
}
