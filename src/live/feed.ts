// What an ingest makes of its wire protocol, whichever it was: tracks, units, cues. Behind this nobody knows that it was RTMP.
import type { MediaUnit } from './media-unit.ts'

/** Codecs that a live source may bring, by FFmpeg's names. */
export const feedCodecs = {
  video: ['h264', 'hevc', 'av1', 'vp8', 'vp9', 'mpeg2video'],
  audio: ['aac', 'opus', 'mp3', 'mp2', 'ac3', 'eac3', 'pcm_s16be', 'pcm_mulaw', 'pcm_alaw'],
} as const

export type VideoCodec = (typeof feedCodecs.video)[number]
export type AudioCodec = (typeof feedCodecs.audio)[number]

/** One elementary stream of a source, as its decoder needs it. A second one with the same number replaces the first. */
export type FeedTrack = {
  readonly stream: number
  /** Ticks per second of its units. */
  readonly timescale: number
  /**
   * What FFmpeg calls extradata: the payload of avcC, hvcC or av1C (units are then length-prefixed), an AudioSpecificConfig, an OpusHead.
   * Null: it comes in band (Annex B, ADTS, low-overhead OBUs).
   */
  readonly config: Uint8Array | null
  readonly language?: string
} & (
  | { readonly kind: 'video'; readonly codec: VideoCodec; readonly width?: number; readonly height?: number }
  | { readonly kind: 'audio'; readonly codec: AudioCodec; readonly sampleRate?: number; readonly channels?: number }
)

/** One access unit or audio frame with its bytes. */
export type FeedUnit = MediaUnit<Uint8Array>

/** An SCTE 35 splice_info_section as the source carried it; `ptsTicks` where it stood in the stream. */
export type FeedCue = {
  readonly ptsTicks: bigint
  readonly timescale: number
  readonly section: Uint8Array
}

/** What the transport knows of itself; only what it can know is there. */
export type TransportFacts = {
  readonly rttMs?: number
  readonly lostPackets?: number
  readonly retransmittedPackets?: number
  readonly droppedPackets?: number
  readonly latencyMs?: number
  readonly jitterMs?: number
  readonly receivedBytes?: number
}

/** Everything that an ingest tells of one source, in order. */
export type FeedEvent =
  | { readonly type: 'track'; readonly track: FeedTrack }
  | { readonly type: 'unit'; readonly unit: FeedUnit }
  | { readonly type: 'cue'; readonly cue: FeedCue }
  | { readonly type: 'transport'; readonly facts: TransportFacts }
  /** Decoding cannot go on over this point: data was lost before it. */
  | { readonly type: 'broken'; readonly stream: number; readonly reason: string }
  | { readonly type: 'end'; readonly reason: string }

/** Who wants to publish, and as what. `key` is the stream's secret or name as the publisher gave it. */
export type PublishRequest = {
  readonly protocol: 'rtmp' | 'srt' | 'whip' | 'pull'
  readonly app: string
  readonly key: string
  readonly remoteAddress: string
  /** Further parameters that came with the name (query of an RTMP name, pairs of an SRT stream id). */
  readonly parameters: Readonly<Record<string, string>>
}

/** What the hook says to a publisher. */
export type PublishVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Decides on a publisher before any media is taken. */
export type Authorize = (request: PublishRequest) => Promise<PublishVerdict>

/** A publisher that was let in: what the one who takes its media may ask of it. */
export interface PublishSession {
  readonly request: PublishRequest
  /** Ends it; the publisher is told where the protocol has a way to. */
  close(reason: string): void
  /** Asks the publisher for a key frame, where the protocol has a way to. */
  requestKeyFrame(): void
}

/** Takes the feed of a publisher that was let in. Called once per publisher; the function it returns takes every event. */
export type OpenFeed = (session: PublishSession) => (event: FeedEvent) => void
