// RTP packets of one publisher become the events of a feed. No socket, no clock: packets and times come in as arguments.
import { type FeedEvent, type FeedTrack, RtpTimeline, type TransportFacts } from '../../live/index.ts'
import { joinAv1 } from './av1-depacketizer.ts'
import { FrameAssembler, type JoinPayloads } from './frame-assembler.ts'
import { createH264Join } from './h264-depacketizer.ts'
import { createHevcJoin } from './hevc-depacketizer.ts'
import { NackList } from './nack-list.ts'
import { opusHead, opusPacketSamples } from './opus-packet.ts'
import { readRed } from './red-opus.ts'
import type { OrderedPacket, RtpPacketFacts } from './rtp-packet.ts'
import { RtpTicks } from './rtp-ticks.ts'
import { SequenceWindow } from './sequence-window.ts'
import { joinVp8 } from './vp8-depacketizer.ts'
import { joinVp9 } from './vp9-depacketizer.ts'

export type RtpVideoCodec = 'h264' | 'hevc' | 'av1' | 'vp8' | 'vp9'

export type RtpFeedOptions = {
  readonly video: { readonly codec: RtpVideoCodec; readonly parameterSets?: readonly Uint8Array[] } | null
  readonly audio: { readonly channels: number } | null
  readonly emit: (event: FeedEvent) => void
  /** Asks the sender for a key frame. */
  readonly askKeyFrame: () => void
  /** Asks the sender for packets of the picture again, by their 16-bit numbers. */
  readonly askAgain: (sequences: readonly number[]) => void
}

const VIDEO = 0
const AUDIO = 1
/** Key frames are asked for at most so often. */
const KEY_FRAME_EVERY_US = 500_000
/** Sound is not asked for again; it waits only for packets that overtook each other. */
const AUDIO_HOLD_US = 60_000

const joins: Record<RtpVideoCodec, (sets: readonly Uint8Array[]) => JoinPayloads> = {
  h264: sets => createH264Join(sets),
  hevc: () => createHevcJoin(),
  av1: () => joinAv1,
  vp8: () => joinVp8,
  vp9: () => joinVp9,
}

export class RtpFeed {
  readonly #options: RtpFeedOptions
  readonly #timeline = new RtpTimeline()
  readonly #ticks: readonly [RtpTicks, RtpTicks]
  readonly #videoWindow = new SequenceWindow()
  readonly #audioWindow = new SequenceWindow({ holdUs: AUDIO_HOLD_US })
  readonly #nacks = new NackList()
  readonly #assembler: FrameAssembler | null
  /** Decoding can begin only at a key frame: pictures until then go nowhere. */
  #needsKey = true
  #keyAskedUs = Number.NEGATIVE_INFINITY
  #nacked = 0
  #repaired = 0

  constructor(options: RtpFeedOptions) {
    this.#options = options
    this.#ticks = [new RtpTicks(this.#timeline, VIDEO, 90_000), new RtpTicks(this.#timeline, AUDIO, 48_000)]
    const { video } = options
    this.#assembler = video ? new FrameAssembler(joins[video.codec](video.parameterSets ?? [])) : null
  }

  /** Says what will come and asks for the first key frame. */
  begin(nowUs: number): void {
    const { video, audio, emit } = this.#options
    const base = { config: null, timescale: 90_000, stream: VIDEO } as const
    const tracks: FeedTrack[] = []
    if (video) tracks.push({ ...base, kind: 'video', codec: video.codec })
    if (audio) {
      const sound = { kind: 'audio', codec: 'opus', sampleRate: 48_000, channels: audio.channels } as const
      tracks.push({ stream: AUDIO, timescale: 48_000, config: opusHead(audio.channels), ...sound })
    }
    for (const track of tracks) emit({ type: 'track', track })
    if (video) this.requestKeyFrame(nowUs)
  }

  /** `repaired`: it came because it was asked for again. */
  pushVideo(packet: RtpPacketFacts, arrivalUs: number, repaired = false): void {
    if (!this.#assembler) return
    if (repaired) this.#repaired++
    this.#takeVideo(this.#videoWindow.push(packet, arrivalUs), arrivalUs)
    this.#ask(arrivalUs)
  }

  pushAudio(packet: RtpPacketFacts, arrivalUs: number): void {
    if (this.#options.audio) this.#takeAudio(this.#audioWindow.push(packet, arrivalUs), arrivalUs)
  }

  /** RFC 2198: what the packet repeats of those before it fills their gaps. */
  pushRedAudio(packet: RtpPacketFacts, opusPayloadType: number, arrivalUs: number): void {
    const blocks = readRed(packet.payload)
    if (!blocks) return
    for (const [i, { payloadType, timestampOffset, data }] of blocks.entries()) {
      if (payloadType !== opusPayloadType || data.length === 0) continue
      const sequence = (packet.sequence - (blocks.length - 1 - i)) & 0xffff
      const timestamp = (packet.timestamp - timestampOffset) >>> 0
      this.pushAudio({ sequence, timestamp, marker: false, payload: data }, arrivalUs)
    }
  }

  /** A sender report (RFC 3550 6.4.1). */
  report(kind: 'video' | 'audio', rtp: number, ntp: bigint): void {
    this.#ticks[kind === 'video' ? VIDEO : AUDIO].report(rtp, ntp)
  }

  /** To be called every 20 ms or so: gives up what waited long enough, asks again for what is still missing. */
  tick(nowUs: number): void {
    this.#takeVideo(this.#videoWindow.due(nowUs), nowUs)
    this.#takeAudio(this.#audioWindow.due(nowUs), nowUs)
    this.#ask(nowUs)
    if (this.#assembler && this.#needsKey) this.requestKeyFrame(nowUs)
  }

  requestKeyFrame(nowUs: number): void {
    if (!this.#assembler || nowUs - this.#keyAskedUs < KEY_FRAME_EVERY_US) return
    this.#keyAskedUs = nowUs
    this.#options.askKeyFrame()
  }

  get facts(): TransportFacts {
    return {
      lostPackets: this.#videoWindow.counts.lost + this.#audioWindow.counts.lost,
      retransmittedPackets: this.#repaired,
    }
  }

  get counts(): { readonly nacked: number; readonly repaired: number; readonly lost: number } {
    return { nacked: this.#nacked, repaired: this.#repaired, lost: this.#videoWindow.counts.lost }
  }

  #ask(nowUs: number): void {
    const due = this.#nacks.due(this.#videoWindow.missing(), nowUs)
    if (due.length === 0) return
    this.#nacked += due.length
    this.#options.askAgain(due.map(at => at & 0xffff))
  }

  #takeVideo(packets: readonly OrderedPacket[], arrivalUs: number): void {
    for (const packet of packets) {
      const { pictures, broken } = this.#assembler!.push(packet)
      // A gap stands before the pictures that came of the same packet; unreadable packets make none.
      if (broken !== null) this.#break(broken, arrivalUs)
      for (const { data, importance, timestamp } of pictures) {
        const dts = this.#ticks[VIDEO].place(timestamp, arrivalUs)
        if (importance === 'idr') this.#needsKey = false
        if (this.#needsKey) continue
        this.#options.emit({
          type: 'unit',
          unit: {
            ...{ stream: VIDEO, kind: 'video', importance, dts, pts: dts, timescale: 90_000, arrivalUs },
            ...{ sizeBytes: data.length, payload: data },
          },
        })
      }
    }
  }

  #break(reason: string, nowUs: number): void {
    if (!this.#needsKey) this.#options.emit({ type: 'broken', stream: VIDEO, reason })
    this.#needsKey = true
    this.requestKeyFrame(nowUs)
  }

  #takeAudio(packets: readonly OrderedPacket[], arrivalUs: number): void {
    for (const { timestamp, payload } of packets) {
      const samples = opusPacketSamples(payload)
      if (samples === null) continue
      const dts = this.#ticks[AUDIO].place(timestamp, arrivalUs)
      this.#options.emit({
        type: 'unit',
        unit: {
          ...{ stream: AUDIO, kind: 'audio', importance: 'audio', dts, pts: dts, timescale: 48_000, arrivalUs },
          ...{ durationTicks: BigInt(samples), sizeBytes: payload.length, payload: payload.slice() },
        },
      })
    }
  }
}
