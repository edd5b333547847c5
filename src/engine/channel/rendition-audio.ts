// The sound of a channel: samples of the line → AAC → parts.
import { AV_CHANNEL_LAYOUT_MONO, AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_FLTP } from 'node-av/constants'
import { Frame, Packet } from 'node-av/lib'
import { rational } from '../../core/index.ts'
import {
  type CutPart,
  type PlannedAudio,
  type ProgramTiming,
  type ProgramTrack,
  placeOfSound,
  TrackChunker,
} from '../../live/index.ts'
import { type EncoderSession, openEncoder } from '../encoder.ts'
import { FrameItem } from '../items.ts'
import { recentLog } from '../log-bridge.ts'
import { check, isAgain, isEof } from '../native.ts'
import { formatInit } from './init-bytes.ts'

export class AudioRendition implements Disposable {
  readonly track: ProgramTrack
  readonly init: Uint8Array
  readonly #plan: PlannedAudio
  readonly #timing: ProgramTiming
  readonly #session: EncoderSession
  #chunker: TrackChunker
  /** Number of the next coded frame, and of the first. */
  #next = 0n
  #first = 0n

  private constructor(
    plan: PlannedAudio,
    timing: ProgramTiming,
    session: EncoderSession,
    described: { init: Uint8Array; codec: string },
  ) {
    this.#plan = plan
    this.#timing = timing
    this.#session = session
    this.init = described.init
    const { id, bitrateBps, sampleRate, channels } = plan
    this.track = {
      id,
      kind: 'audio',
      bitrateBps,
      peakBps: bitrateBps,
      sampleRate,
      channels,
      timescale: sampleRate,
      codec: described.codec,
    }
    this.#chunker = this.#chunkerFrom(0n)
  }

  /** @throws {HE_ENCODER_FAILED} */
  static async open(plan: PlannedAudio, timing: ProgramTiming): Promise<AudioRendition> {
    using silence = frameOf(new Float32Array(plan.frameSamples * plan.channels), plan, 0n)
    const options = { b: String(plan.bitrateBps) }
    const session = await openEncoder(
      { type: 'audio', name: 'aac', options } as Parameters<typeof openEncoder>[0],
      silence,
    )
    try {
      return new AudioRendition(plan, timing, session, await formatInit(session.parameters, plan.sampleRate))
    } catch (error) {
      session[Symbol.dispose]()
      throw error
    }
  }

  /** The sample at which the next coded frame begins. */
  get nextSample(): bigint {
    return this.#next * BigInt(this.#plan.frameSamples)
  }

  /** Begins at this coded frame. */
  start(frame: bigint): void {
    this.#next = frame
    this.#first = frame
    this.#chunker = this.#chunkerFrom(frame)
  }

  /** Leaves a hole up to this coded frame. */
  skipTo(frame: bigint): void {
    this.#next = frame
  }

  /** Encodes one coded frame's samples, interleaved. */
  async encode(samples: Float32Array): Promise<CutPart[]> {
    const pts = (this.#next - this.#first) * BigInt(this.#plan.frameSamples)
    using item = frameOf(samples, this.#plan, pts)
    this.#next++
    let ret = await this.#session.send(item.frame)
    if (isAgain(ret)) {
      await this.#receive()
      ret = await this.#session.send(item.frame)
    }
    check(ret, 'HE_ENCODER_FAILED', 'encoder aac', { log: recentLog() })
    return this.#chunker.advance(await this.#receive())
  }

  /** Which coded frame comes next out of the encoder. */
  #delivered = 0n

  async #receive(): Promise<bigint> {
    for (;;) {
      using packet = new Packet()
      packet.alloc()
      const ret = await this.#session.receive(packet)
      if (isAgain(ret) || isEof(ret)) return this.#first + this.#delivered
      check(ret, 'HE_ENCODER_FAILED', 'encoder aac', { log: recentLog() })
      // PTS says which samples come out when the packet is decoded; the first is the encoder's own delay, before the first sample.
      const number = packet.pts / BigInt(this.#plan.frameSamples)
      if (packet.pts < 0n) continue
      this.#chunker.add(this.#first + number, Buffer.from(packet.data ?? Buffer.alloc(0)), true)
      this.#delivered = number + 1n
    }
  }

  #chunkerFrom(n: bigint): TrackChunker {
    const { frameSamples, sampleRate, id } = this.#plan
    const placeOf = (frame: bigint) => placeOfSound(frame, frameSamples, sampleRate, this.#timing)
    return new TrackChunker({ track: id, trackId: 1, ticksPerNumber: frameSamples, placeOf, isAudio: true }, n)
  }

  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]()
  }
}

/** Interleaved samples as a frame of planes, which FFmpeg's AAC encoder wants. */
function frameOf(samples: Float32Array, { channels, sampleRate }: PlannedAudio, pts: bigint): FrameItem {
  const count = samples.length / channels
  const planes = new Float32Array(samples.length)
  for (let c = 0; c < channels; c++) for (let i = 0; i < count; i++) planes[c * count + i] = samples[i * channels + c]!
  const frame = Frame.fromAudioBuffer(Buffer.from(planes.buffer), {
    nbSamples: count,
    format: AV_SAMPLE_FMT_FLTP,
    sampleRate,
    channelLayout: channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO,
    timeBase: { num: 1, den: sampleRate },
    pts,
  })
  return new FrameItem(frame, rational(1, sampleRate))
}
