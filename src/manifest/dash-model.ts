// A DASH MPD (ISO/IEC 23009-1) as objects. Reading: dash.ts. Writing: dash-format.ts.
import type { Rational } from '../core/index.ts'

export type TimelineEntry = { readonly start: bigint; readonly duration: bigint }

/** SegmentTemplate: one file for each segment. */
export type TemplateAddressing = {
  readonly kind: 'template'
  readonly timescale: number
  readonly presentationTimeOffset: bigint
  /** Path of the init segment; null where there is none (pictures, raw text). */
  readonly initialization: string | null
  /** With `$Number…$` or `$Time$`. */
  readonly media: string
  readonly startNumber: number
  /** In ticks of `timescale`, relative to the period's start plus presentationTimeOffset. */
  readonly timeline: readonly TimelineEntry[]
  /** SegmentTemplate@duration instead of a SegmentTimeline, in ticks: `timeline` is then what it amounts to. */
  readonly nominal: bigint | null
  /** How much earlier than whole a segment may be asked for (23009-1 5.3.9.5.3): it comes in chunks. Absent: not before it is whole. */
  readonly availabilityTimeOffset?: Rational
}

/** First and last byte. */
export type Range = readonly [bigint, bigint]

/** SegmentBase: one file with its own index (on-demand). */
export type BaseAddressing = {
  readonly kind: 'base'
  readonly url: string
  readonly timescale: number
  readonly presentationTimeOffset: bigint
  readonly initRange: Range | null
  readonly indexRange: Range | null
}

/** A whole file without index: subtitles beside the picture. */
export type FileAddressing = { readonly kind: 'file'; readonly url: string }

export type Descriptor = { readonly scheme: string; readonly value: string | null }

/** ContentProtection: one for the scheme itself, one for each system. */
export type ContentProtection = Descriptor & {
  /** As UUID in lower case; of `urn:mpeg:dash:mp4protection:2011`. */
  readonly defaultKid: string | null
  /** Base64 of the whole box. */
  readonly pssh: string | null
}

export type Representation = {
  readonly id: string
  readonly bandwidth: number
  readonly codecs: string
  readonly mimeType: string
  readonly width: number | null
  readonly height: number | null
  readonly sampleAspect: readonly [number, number] | null
  readonly frameRate: Rational | null
  readonly sampleRateHz: number | null
  /** ChannelConfiguration of ISO/IEC 23091-3, or the number of channels; as written. */
  readonly channels: string | null
  readonly segments: TemplateAddressing | BaseAddressing | FileAddressing
}

export type AdaptationSet = {
  readonly id: string | null
  readonly contentType: string
  readonly language: string | null
  readonly label: string | null
  readonly roles: readonly string[]
  readonly accessibility: readonly Descriptor[]
  readonly essential: readonly Descriptor[]
  /** Without those of color, which have a field of their own. */
  readonly supplemental: readonly Descriptor[]
  readonly protection: readonly ContentProtection[]
  /** Whether every segment begins with a picture at which decoding can begin, and nothing before it is shown. */
  readonly startsWithSap: boolean
  readonly segmentAlignment: boolean
  /** CICP code points (ISO/IEC 23091-2) of primaries, transfer and matrix. */
  readonly color: { readonly primaries: number; readonly transfer: number; readonly matrix: number } | null
  readonly representations: readonly Representation[]
}

export type Period = {
  readonly id: string | null
  /** In seconds on the timeline of the presentation; where the manifest is silent, the end of the one before. */
  readonly start: Rational
  readonly duration: Rational | null
  readonly adaptationSets: readonly AdaptationSet[]
  readonly eventStreams?: readonly EventStream[]
}

/** EventStream (5.10.2); times in milliseconds from the start of its period. */
export type EventStream = {
  readonly scheme: string
  readonly events: readonly {
    readonly id: string
    readonly startMs: number
    readonly durationMs: number | null
    /** SCTE 214-1 6.8.4: a splice_info_section as base64. */
    readonly binary: string | null
  }[]
}

/** What a manifest of a presentation that goes on says beside. Dates as ISO 8601. */
export type LiveFacts = {
  readonly availabilityStartTime: string
  readonly publishTime: string
  readonly minimumUpdatePeriod: Rational
  readonly timeShiftBufferDepth: Rational
  readonly suggestedPresentationDelay: Rational
  readonly utcTiming: readonly Descriptor[]
  /** ServiceDescription (annex K): how far behind players should be. */
  readonly latency: { readonly targetMs: number; readonly minMs: number; readonly maxMs: number } | null
  readonly playbackRate: { readonly min: string; readonly max: string } | null
}

export type Mpd = {
  readonly type: 'static' | 'dynamic'
  readonly profiles: readonly string[]
  readonly duration: Rational | null
  readonly minBufferTime: Rational | null
  readonly periods: readonly Period[]
  /** Of dynamic manifests that we write; the parser does not read it. */
  readonly live?: LiveFacts
}

export const schemes = {
  primaries: 'urn:mpeg:mpegB:cicp:ColourPrimaries',
  transfer: 'urn:mpeg:mpegB:cicp:TransferCharacteristics',
  matrix: 'urn:mpeg:mpegB:cicp:MatrixCoefficients',
  /** ISO/IEC 23009-1 5.8.5.5. */
  role: 'urn:mpeg:dash:role:2011',
  /** ISO/IEC 23009-1 5.8.4.1. */
  protection: 'urn:mpeg:dash:mp4protection:2011',
  /** DASH-IF IOP 3.2.9: pictures for fast forward; the value is the id of the set that they belong to. */
  trickMode: 'http://dashif.org/guidelines/trickmode',
  /** DASH-IF IOP 6.2.6: columns and rows of a sheet of small pictures. */
  thumbnails: 'http://dashif.org/guidelines/thumbnail_tile',
  channels: 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011',
  /** SCTE 214-1: a splice_info_section in XML, its bytes as base64. */
  scte35: 'urn:scte:scte35:2014:xml+bin',
  /** ISO/IEC 23009-1 5.8.5.7: the time as ISO 8601 from a server. */
  timeIso: 'urn:mpeg:dash:utc:http-iso:2014',
  /** DVB and DASH-IF: 1 for the visually impaired, 2 for the hard of hearing. */
  audioPurpose: 'urn:tva:metadata:cs:AudioPurposeCS:2007',
} as const

export const profiles = {
  live: 'urn:mpeg:dash:profile:isoff-live:2011',
  onDemand: 'urn:mpeg:dash:profile:isoff-on-demand:2011',
} as const
