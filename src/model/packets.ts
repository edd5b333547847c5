// What the inspection of a stream's packets is asked for, and what it says. Times are seconds of the programme.
import { z } from 'zod'

/** A leaky bucket that a stream is held against: filled at a rate, emptied picture by picture. */
export const RateBucket = z.object({
  /** `level`, `limit`; `declared` is what the stream itself promises, and is found by the node. */
  id: z.string(),
  bitRateBps: z.number().positive(),
  bufferBits: z.number().positive(),
})
export type RateBucket = z.infer<typeof RateBucket>

/** Packets of one stream (port `in`) → their times, rates, groups of pictures and parameter sets. */
export const PacketsParams = z.object({
  type: z.enum(['video', 'audio']),
  /** FFmpeg's name. */
  codec: z.string(),
  /** What one picture lasts, where the rate is known. */
  frameS: z.number().positive().nullable().default(null),
  /** Times may be off by this much before they make a hole or an overlap. */
  gapS: z.number().positive().default(0.04),
  /** Groups of pictures that are longer are noted. */
  maxGopS: z.number().positive().optional(),
  buckets: z.array(RateBucket).default([]),
})
export type PacketsParams = z.infer<typeof PacketsParams>

/** Where something is wrong; `worst` in the unit of what was measured. */
export type PacketStretch = {
  readonly startS: number
  readonly endS: number
  readonly worst: number
  /** Packets that it is about. */
  readonly count: number
}
/** At most so many are kept; `more` says how many others there were. */
export type PacketStretches = { readonly found: readonly PacketStretch[]; readonly more: number }

export type BucketResult = RateBucket & {
  /** Filled at a constant rate: full means over. */
  readonly constantRate: boolean
  /** The least that was left in it after a picture; negative where it ran dry. */
  readonly lowestBits: number
  readonly lowestAtS: number
  /** `worst` is how many bits were missing. */
  readonly underflows: PacketStretches
}

export type GopResult = {
  /** Entries: packets that decoding may begin with. */
  readonly keys: number
  readonly beginsWithKey: boolean
  /** null when there is one group only. */
  readonly shortestS: number | null
  readonly longestS: number
  readonly longestPictures: number
  readonly longestAtS: number
  /** Groups of this many pictures, the usual ones first; the last group, which the end cuts off, is left out. */
  readonly lengths: readonly (readonly [pictures: number, groups: number])[]
  readonly tooLong: PacketStretches
  /** Entries after which pictures come that need what was before; `worst` counts those pictures. */
  readonly open: PacketStretches
}

export type PictureKinds = {
  readonly I: number
  readonly P: number
  readonly B: number
  /** The most B-pictures in a row, in decoding order. */
  readonly mostB: number
  readonly mostBAtS: number
  /** B-pictures that others refer to. */
  readonly referenceB: number
}

export type CodedSequence = {
  readonly profileIdc: number
  readonly levelIdc: number
  readonly highTier: boolean
  readonly width: number
  readonly height: number
  readonly bitDepth: number
  readonly chromaFormat: number
  readonly framesOnly: boolean
  readonly maxReferences: number
  readonly heldFrames: number | null
  readonly reorderFrames: number | null
  readonly frameRate: { readonly num: number; readonly den: number; readonly fixed: boolean } | null
  readonly hrd: { readonly bitRateBps: number; readonly bufferBits: number; readonly constantRate: boolean } | null
}

/** What a packets node emits at the end as event `result`. */
export type PacketsResult = {
  readonly packets: number
  readonly bytes: number
  /** Of presentation; null when no packet had a time. */
  readonly startS: number | null
  readonly endS: number | null
  readonly times: {
    readonly missing: number
    /** Decoding times that do not rise; `worst` is the step back in seconds. */
    readonly backwards: PacketStretches
    /** Shown before they are decoded; `worst` is by how much. */
    readonly early: PacketStretches
    readonly duplicates: PacketStretches
    readonly holes: PacketStretches
    readonly overlaps: PacketStretches
    /** Steps between pictures that are no whole number of frames, and all steps. */
    readonly unevenSteps: number
    readonly steps: number
  }
  readonly rate: {
    readonly averageBps: number
    /** Of any second. */
    readonly peakBps: number
    readonly peakAtS: number
    readonly curve: { readonly timeS: readonly number[]; readonly values: readonly number[] }
  }
  readonly buckets: readonly BucketResult[]
  /** Pictures only. */
  readonly gops: GopResult | null
  /** null for codecs whose pictures are not looked into. */
  readonly kinds: PictureKinds | null
  readonly sequence: CodedSequence | null
  readonly setChanges: PacketStretches
}
