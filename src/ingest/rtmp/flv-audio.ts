// The body of an FLV audio tag (Adobe FLV 10.1 E.4.2; Enhanced RTMP v2), read into units.
import type { AudioCodec, FeedEvent, FeedTrack } from '../../live/index.ts'
import { readExtensions } from './flv-extensions.ts'
import { FLV_TIMESCALE, flvStreams, sameBytes } from './flv-streams.ts'

const codecOfFourCc: Readonly<Record<string, AudioCodec>> = {
  mp4a: 'aac',
  Opus: 'opus',
  'ac-3': 'ac3',
  'ec-3': 'eac3',
  '.mp3': 'mp3',
}
const format = { mp3: 2, alaw: 7, mulaw: 8, enhanced: 9, aac: 10 } as const
const codecOfFormat: Readonly<Record<number, AudioCodec>> = {
  [format.mp3]: 'mp3',
  [format.alaw]: 'pcm_alaw',
  [format.mulaw]: 'pcm_mulaw',
  [format.aac]: 'aac',
}
const packet = { sequenceStart: 0, codedFrames: 1 } as const

type Body = { readonly codec: AudioCodec; readonly packetType: number; readonly data: Buffer; readonly flags: number }

export class FlvAudio {
  #track: (FeedTrack & { readonly kind: 'audio' }) | null = null
  #ignored = 0

  /** Tags that nothing was made of. */
  get ignored(): number {
    return this.#ignored
  }

  /** What one tag says. `dts`: unwrapped milliseconds. @throws {RangeError} it is cut off. */
  read(tag: Buffer, dts: bigint, arrivalUs: number): FeedEvent[] {
    if (tag.length === 0) return []
    const body = readBody(tag)
    if (!body) {
      this.#ignored++
      return []
    }
    if (body.packetType === packet.sequenceStart) return this.#begin(body.codec, body.data, body.flags)
    if (body.packetType !== packet.codedFrames || body.data.length === 0) return []
    const events =
      this.#track?.codec === body.codec
        ? []
        : needsConfig(body.codec)
          ? null
          : this.#begin(body.codec, null, body.flags)
    if (!events) return []
    const payload = Buffer.from(body.data)
    const unit = { stream: flvStreams.audio, kind: 'audio', importance: 'audio', timescale: FLV_TIMESCALE } as const
    return [
      ...events,
      { type: 'unit', unit: { ...unit, dts, pts: dts, sizeBytes: payload.length, payload, arrivalUs } },
    ]
  }

  #begin(codec: AudioCodec, config: Buffer | null, flags: number): FeedEvent[] {
    if (this.#track?.codec === codec && (config === null || sameBytes(this.#track.config, config))) return []
    if (config !== null && config.length < 2) throw new RangeError(`the configuration of ${codec} is cut off`)
    const track = { stream: flvStreams.audio, kind: 'audio', codec, timescale: FLV_TIMESCALE } as const
    const kept = config === null ? null : Buffer.from(config)
    // E.4.2.1: telephone sound has 8 kHz whatever the flags say; its channels are theirs.
    const telephone = codec === 'pcm_alaw' || codec === 'pcm_mulaw'
    this.#track = { ...track, config: kept, ...(telephone ? { sampleRate: 8000, channels: 1 + (flags & 1) } : {}) }
    return [{ type: 'track', track: this.#track }]
  }
}

const needsConfig = (codec: AudioCodec): boolean => codec === 'aac' || codec === 'opus'

function readBody(tag: Buffer): Body | null {
  const flags = tag[0]!
  const kind = flags >> 4
  if (kind === format.enhanced) {
    const body = readExtensions(tag, flags & 15, { modifier: 7, multitrack: 5 })
    const codec = body && codecOfFourCc[body.fourCc]
    return body && codec ? { codec, packetType: body.packetType, data: body.data, flags: 0 } : null
  }
  const codec = codecOfFormat[kind]
  if (!codec) return null
  if (codec !== 'aac') return { codec, packetType: packet.codedFrames, data: tag.subarray(1), flags }
  if (tag.length < 2) throw new RangeError('an FLV audio tag is cut off')
  return { codec, packetType: tag[1]!, data: tag.subarray(2), flags }
}
