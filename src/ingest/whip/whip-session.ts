// One publisher: its packets go into an `RtpFeed`, its feedback out; it ends with its connection, its silence or its wish.
import type { RTCPeerConnection, RtcpPacket, RtpPacket } from 'werift'
import { RtcpSrPacket } from 'werift'
import type { Log } from '../../core/index.ts'
import type { FeedEvent, OpenFeed, PublishRequest, PublishSession } from '../../live/index.ts'
import { monotonicUs } from '../monotonic.ts'
import { RtpFeed, type RtpVideoCodec } from '../rtp/rtp-feed.ts'
import type { RtpPacketFacts } from '../rtp/rtp-packet.ts'
import { Feedback, listenToPeer } from './peer.ts'
import { type ChosenMedia, spropParameterSets } from './sdp-offer.ts'

export type WhipSessionOptions = {
  readonly peer: RTCPeerConnection
  readonly media: readonly ChosenMedia[]
  readonly request: PublishRequest
  readonly openFeed: OpenFeed
  readonly maxBitrateBps: number
  readonly idleMs: number
  readonly onEnd: () => void
  /** Of tests: a packet for which it is true never came. */
  readonly loses?: () => boolean
  readonly log: Log
}

const TICK_MS = 20
const REMB_EVERY_TICKS = 25
const FACTS_EVERY_TICKS = 50

const codecNames: Readonly<Record<string, RtpVideoCodec>> = {
  ...{ h264: 'h264', h265: 'hevc', av1: 'av1', vp8: 'vp8', vp9: 'vp9' },
}

type Source = { ssrc: number; lastUs: number }

/** A source that was silent so long may be followed by another with the same payload type. */
const SOURCE_GONE_US = 2_000_000

export class WhipSession implements PublishSession {
  readonly request: PublishRequest
  readonly #options: WhipSessionOptions
  readonly #feedback: Feedback
  readonly #feed: RtpFeed
  readonly #sources: { video?: Source; audio?: Source } = {}
  readonly #video: ChosenMedia | undefined
  readonly #audio: ChosenMedia | undefined
  #take: ((event: FeedEvent) => void) | null = null
  #timer: NodeJS.Timeout | undefined
  #ticks = 0
  #bytes = 0
  #heardUs = monotonicUs()
  #ended = false

  constructor(options: WhipSessionOptions) {
    const { peer, media, request } = options
    this.#options = options
    this.request = request
    this.#feedback = new Feedback(peer)
    this.#video = media.find(({ kind }) => kind === 'video')
    this.#audio = media.find(({ kind }) => kind === 'audio')
    const codec = this.#video?.codec
    this.#feed = new RtpFeed({
      video: codec ? { codec: codecNames[codec.name]!, parameterSets: spropParameterSets(codec.fmtp) } : null,
      audio: this.#audio ? { channels: 2 } : null,
      emit: event => this.#take?.(event),
      askKeyFrame: () => this.#sources.video && this.#feedback.keyFrame(this.#sources.video.ssrc),
      askAgain: sequences => this.#sources.video && this.#feedback.nack(this.#sources.video.ssrc, sequences),
    })
    listenToPeer(peer, {
      onRtp: packet => this.#guard(() => this.#onRtp(packet)),
      onRtcp: packet => this.#guard(() => this.#onRtcp(packet)),
      onState: state => {
        if (state === 'connected') this.#begin()
        else if (state === 'failed') this.end('the connection failed')
        else if (state === 'closed' || state === 'disconnected') this.end('the publisher went away')
      },
    })
    this.#timer = setInterval(() => this.#guard(() => this.#tick()), TICK_MS)
  }

  get stats(): Record<string, unknown> {
    return { bytes: this.#bytes, ...this.#feed.counts, codec: this.#video?.codec.name ?? null }
  }

  close(reason: string): void {
    this.end(reason)
  }

  requestKeyFrame(): void {
    this.#feed.requestKeyFrame(monotonicUs())
  }

  /** Ends it, once; the feed hears why. */
  end(reason: string): void {
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#timer)
    this.#take?.({ type: 'end', reason })
    this.#take = null
    this.#options.log.info({ key: this.request.key, reason }, 'WHIP publisher ended')
    this.#options.onEnd()
    this.#options.peer.close().catch(() => {})
  }

  #begin(): void {
    if (this.#take || this.#ended) return
    this.#take = this.#options.openFeed(this)
    this.#feed.begin(monotonicUs())
  }

  /** Bytes of a peer may make our own code fail; then it is this peer's end and nobody else's. */
  #guard(work: () => void): void {
    if (this.#ended) return
    try {
      work()
    } catch (error) {
      this.#options.log.error({ key: this.request.key, error: String(error) }, 'WHIP publisher is cut off')
      this.end('its packets could not be read')
    }
  }

  #tick(): void {
    const nowUs = monotonicUs()
    if (nowUs - this.#heardUs > this.#options.idleMs * 1000) {
      this.end(`nothing came for ${this.#options.idleMs / 1000} s`)
      return
    }
    if (!this.#take) return
    this.#ticks++
    this.#feed.tick(nowUs)
    const ssrcs = [this.#sources.video, this.#sources.audio].flatMap(source => source?.ssrc ?? [])
    if (this.#ticks % REMB_EVERY_TICKS === 0 && ssrcs.length > 0)
      this.#feedback.maxBitrate(this.#options.maxBitrateBps, ssrcs)
    if (this.#ticks % FACTS_EVERY_TICKS === 0)
      this.#take({ type: 'transport', facts: { ...this.#feed.facts, receivedBytes: this.#bytes } })
  }

  #onRtp({ header, payload }: RtpPacket): void {
    const nowUs = monotonicUs()
    this.#heardUs = nowUs
    this.#bytes += payload.length
    if (!this.#take || this.#options.loses?.()) return
    const { payloadType, ssrc, sequenceNumber, timestamp, marker } = header
    const packet: RtpPacketFacts = { sequence: sequenceNumber, timestamp, marker, payload }
    if (payloadType === this.#video?.codec.payloadType) {
      if (this.#isSource('video', ssrc, nowUs)) this.#feed.pushVideo(packet, nowUs)
    } else if (this.#video?.rtx === payloadType) {
      // RFC 4588 4: the original number, then the original payload. Without payload it is a probe for bandwidth.
      if (payload.length > 2 && this.#sources.video)
        this.#feed.pushVideo(
          { ...packet, sequence: payload.readUInt16BE(0), payload: payload.subarray(2) },
          nowUs,
          true,
        )
    } else if (payloadType === this.#audio?.codec.payloadType) {
      if (this.#isSource('audio', ssrc, nowUs)) this.#feed.pushAudio(packet, nowUs)
    } else if (payloadType === this.#audio?.red) {
      if (this.#isSource('audio', ssrc, nowUs)) this.#feed.pushRedAudio(packet, this.#audio.codec.payloadType, nowUs)
    }
  }

  /** Whether packets of this number are the stream: the first one, until it is silent. */
  #isSource(kind: 'video' | 'audio', ssrc: number, nowUs: number): boolean {
    const source = this.#sources[kind]
    if (source && source.ssrc !== ssrc && nowUs - source.lastUs < SOURCE_GONE_US) return false
    this.#sources[kind] = { ssrc, lastUs: nowUs }
    if (!source && kind === 'video') this.#feedback.keyFrame(ssrc)
    return true
  }

  #onRtcp(packet: RtcpPacket): void {
    if (!(packet instanceof RtcpSrPacket)) return
    this.#heardUs = monotonicUs()
    const { ntpTimestamp, rtpTimestamp } = packet.senderInfo
    if (packet.ssrc === this.#sources.video?.ssrc) this.#feed.report('video', rtpTimestamp, ntpTimestamp)
    if (packet.ssrc === this.#sources.audio?.ssrc) this.#feed.report('audio', rtpTimestamp, ntpTimestamp)
  }
}
