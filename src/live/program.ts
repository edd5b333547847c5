// What a channel makes, as its origin takes it: tracks, parts, cues. Media time zero is 1970-01-01T00:00:00Z, so a place on the
// timeline is a time of day, segment numbers are a function of it, and two workers of one channel make the same numbers.

/** A fraction, exact. */
export type Ratio = { readonly num: number; readonly den: number }

/** One rendition of a channel as players select it. */
export type ProgramTrack = {
  /** In URLs: lower-case letters, digits, dashes. */
  readonly id: string
  readonly timescale: number
  /** RFC 6381, as the init segment has it. */
  readonly codec: string
  /** What was asked of the encoder; the origin measures what it became. */
  readonly bitrateBps: number
  readonly peakBps: number
} & (
  | { readonly kind: 'video'; readonly width: number; readonly height: number; readonly frameRate: Ratio }
  | { readonly kind: 'audio'; readonly sampleRate: number; readonly channels: number; readonly language?: string }
)

/** What is the same for all tracks. Segment n begins at n × segment duration after 1970, in every track (audio: to the nearest frame). */
export type ProgramTiming = {
  readonly frameRate: Ratio
  readonly framesPerSegment: number
  readonly framesPerPart: number
}

/** The time of a segment as a fraction of seconds. */
export const segmentDuration = ({ frameRate, framesPerSegment }: ProgramTiming): Ratio => ({
  num: framesPerSegment * frameRate.den,
  den: frameRate.num,
})

/** A chunk: one moof and its mdat (CMAF, ISO/IEC 23000-19 7.3.2.3). */
export type ProgramPart = {
  readonly track: string
  /** Media sequence number: the segment's place since 1970. */
  readonly segment: number
  /** From 0 in each segment. */
  readonly index: number
  /** Whether the segment ends with it. */
  readonly last: boolean
  /** Whether it begins with a key frame; for audio always. */
  readonly independent: boolean
  /** Of the first sample, in the track's timescale. */
  readonly decodeTicks: bigint
  readonly durationTicks: number
}

/** An event on the timeline: an advertisement's begin or end (SCTE 35), or what the operator set. */
export type ProgramCue = {
  /** The same for the beginning and the end of a break. */
  readonly id: string
  /** Microseconds since 1970. */
  readonly startUs: number
  readonly durationUs?: number
  /** Out of the programme, back into it; `cancel`: what was announced under this id does not happen. */
  readonly kind: 'out' | 'in' | 'other' | 'cancel'
  /** The splice_info_section. */
  readonly scte35?: Uint8Array
}

/** What a worker tells the origin about one channel, in order. The first is `program`; one with other tracks replaces it. */
export type ProgramEvent =
  | {
      readonly type: 'program'
      readonly timing: ProgramTiming
      readonly tracks: readonly (ProgramTrack & { readonly init: Uint8Array })[]
    }
  | { readonly type: 'part'; readonly part: ProgramPart; readonly bytes: Uint8Array }
  | { readonly type: 'cue'; readonly cue: ProgramCue }
  /** The channel ended for good: what there is becomes a recording. */
  | { readonly type: 'end' }

/** Where a channel stands in the origin's store, per track: what a worker that begins again goes on from. */
export type ProgramPosition = Readonly<
  Record<string, { readonly segment: number; readonly index: number; readonly endTicks: string }>
>
