// The body of an FLV video tag (Adobe FLV 10.1 E.4.3; Enhanced RTMP v2 by the Veovera group), read into units.
import {
  type FeedEvent,
  type FeedTrack,
  type Importance,
  importanceOfH264,
  importanceOfHevc,
  type VideoCodec,
} from '../../live/index.ts'
import { type Bodies, readExtensions } from './flv-extensions.ts'
import { FLV_TIMESCALE, flvStreams, sameBytes } from './flv-streams.ts'

const codecOfFourCc: Readonly<Record<string, VideoCodec>> = {
  avc1: 'h264',
  hvc1: 'hevc',
  av01: 'av1',
  vp09: 'vp9',
  vp08: 'vp8',
}
/** FLV's own number of AVC, and the one that some encoders use for HEVC. */
const codecOfId: Readonly<Record<number, VideoCodec>> = { 7: 'h264', 12: 'hevc' }

const packet = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  codedFramesX: 3,
  metadata: 4,
  mpeg2tsStart: 5,
} as const
const FRAME_KEY = 1
const FRAME_COMMAND = 5

type Body = { readonly codec: VideoCodec; readonly packetType: number; readonly key: boolean; readonly data: Buffer }

export class FlvVideo {
  #track: (FeedTrack & { readonly kind: 'video' }) | null = null
  #ignored = 0

  /** Tags that nothing was made of: further tracks, unknown codecs, commands. */
  get ignored(): number {
    return this.#ignored
  }

  /** What one tag says. `dts`: unwrapped milliseconds. @throws {RangeError} it is cut off. */
  read(tag: Buffer, dts: bigint, arrivalUs: number): FeedEvent[] {
    if (tag.length === 0) return []
    const body = (tag[0]! & 0x80) === 0 ? legacyBody(tag) : enhancedBody(tag)
    if (!body) {
      this.#ignored++
      return []
    }
    const { packetType } = body
    if (packetType === packet.sequenceStart) return this.#start(body)
    if (packetType === packet.codedFrames || packetType === packet.codedFramesX) return this.#unit(body, dts, arrivalUs)
    return []
  }

  #start({ codec, data }: Body): FeedEvent[] {
    if (this.#track?.codec === codec && sameBytes(this.#track.config, data)) return []
    if (data.length < (codec === 'hevc' ? 23 : codec === 'h264' ? 7 : 4))
      throw new RangeError(`the configuration of ${codec} has only ${data.length} bytes`)
    const track = { stream: flvStreams.video, kind: 'video', codec, timescale: FLV_TIMESCALE } as const
    this.#track = { ...track, config: Buffer.from(data) }
    return [{ type: 'track', track: this.#track }]
  }

  #unit({ codec, packetType, key, data }: Body, dts: bigint, arrivalUs: number): FeedEvent[] {
    const hasOffset = (codec === 'h264' || codec === 'hevc') && packetType === packet.codedFrames
    if (hasOffset && data.length < 3) throw new RangeError('a picture without its composition time')
    const payload = Buffer.from(hasOffset ? data.subarray(3) : data)
    if (payload.length === 0) return []
    const events: FeedEvent[] = []
    if (this.#track?.codec !== codec) {
      // VP8 and VP9 need no configuration; of the others nothing can be decoded before it came.
      if (codec !== 'vp8' && codec !== 'vp9') return []
      const track = { stream: flvStreams.video, kind: 'video', codec, timescale: FLV_TIMESCALE } as const
      this.#track = { ...track, config: null }
      events.push({ type: 'track', track: this.#track })
    }
    const pts = dts + BigInt(hasOffset ? data.readIntBE(0, 3) : 0)
    events.push({
      type: 'unit',
      unit: {
        stream: flvStreams.video,
        kind: 'video',
        importance: this.#importance(codec, payload, key),
        dts,
        pts: pts < dts ? dts : pts,
        timescale: FLV_TIMESCALE,
        sizeBytes: payload.length,
        payload,
        arrivalUs,
      },
    })
    return events
  }

  #importance(codec: VideoCodec, payload: Buffer, key: boolean): Importance {
    const config = this.#track?.config
    if (codec === 'h264') {
      const found = importanceOfH264(payload, config ? (config[4]! & 3) + 1 : null)
      // Encoders mark pictures with a recovery point as key frames: decoding may start there.
      return key ? 'idr' : found === 'idr' ? 'reference' : found
    }
    if (codec === 'hevc') {
      const found = importanceOfHevc(payload, config ? (config[21]! & 3) + 1 : null)
      return key ? 'idr' : found === 'idr' ? 'reference' : found
    }
    return key ? 'idr' : 'reference'
  }
}

function legacyBody(tag: Buffer): Body | null {
  const codec = codecOfId[tag[0]! & 15]
  const frameType = tag[0]! >> 4
  if (!codec || frameType === FRAME_COMMAND) return null
  if (tag.length < 5) throw new RangeError('an FLV video tag is cut off')
  const packetType = tag[1]!
  // Sequence headers and ends have a composition time too, of zero.
  const withOffset = packetType === packet.codedFrames
  return { codec, packetType, key: frameType === FRAME_KEY, data: tag.subarray(withOffset ? 2 : 5) }
}

function enhancedBody(tag: Buffer): Body | null {
  const frameType = (tag[0]! >> 4) & 7
  const bodies: Bodies | null = readExtensions(tag, tag[0]! & 15, { modifier: 7, multitrack: 6 })
  if (!bodies || bodies.packetType === packet.metadata || frameType === FRAME_COMMAND) return null
  const codec = codecOfFourCc[bodies.fourCc]
  if (!codec) return null
  return { codec, packetType: bodies.packetType, key: frameType === FRAME_KEY, data: bodies.data }
}
