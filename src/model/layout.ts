// What the inspection of a file's own structure says: boxes of ISO media, packets of a transport stream.
import { z } from 'zod'
import { RationalJson } from './facts.ts'
import type { PacketStretches } from './packets.ts'

/** Reads the file itself, beside the demuxer. */
export const LayoutParams = z.object({
  path: z.string(),
  /** FFmpeg's name. */
  demuxer: z.string(),
  /** Subtracted from every time. */
  startTime: RationalJson.default('0/1'),
  /** Of transport streams: program clock references and tables that are further apart are noted. */
  maxPcrS: z.number().positive().default(0.1),
  maxTableS: z.number().positive().default(0.5),
  /** Of movie fragments: decoding times may be off by this much. */
  maxFragmentGapS: z.number().nonnegative().default(0.001),
})
export type LayoutParams = z.infer<typeof LayoutParams>

export type LayoutBox = { readonly type: string; readonly offset: number; readonly bytes: number }

/** One entry of an edit list, in seconds; `mediaS` null is an empty edit. */
export type LayoutEdit = { readonly durationS: number; readonly mediaS: number | null; readonly rate: number }

export type LayoutTrack = {
  readonly id: number
  /** `vide`, `soun` … */
  readonly handler: string
  /** Sample entry: avc1, hvc1, mp4a … */
  readonly fourCc: string | null
  readonly sampleEntries: number
  readonly enabled: boolean
  readonly alternateGroup: number
  readonly samples: number
  /** As tkhd, mdhd and the sample table say; null where they leave it open. */
  readonly trackS: number | null
  readonly mediaS: number | null
  readonly sampleS: number | null
  /** Where the last sample that is shown ends, before edits. */
  readonly shownS: number | null
  readonly edits: readonly LayoutEdit[]
}

export type LayoutFragments = {
  readonly count: number
  /** Fragments whose number does not rise. */
  readonly sequenceFaults: number
  /** `worst` is how far the decoding time is from the end of the fragment before it. */
  readonly timeFaults: PacketStretches
  /** Fragments without tfdt. */
  readonly untimed: number
  readonly hasIndex: boolean
  /** In words: what sidx and mfra say that is not so. */
  readonly indexFaults: readonly string[]
}

export type IsoLayout = {
  readonly brands: { readonly major: string; readonly compatible: readonly string[] } | null
  readonly boxes: number
  /** Types that no standard that we know has, at the top. */
  readonly unknown: readonly LayoutBox[]
  /** Bytes behind the last box that are none. */
  readonly trailingBytes: number
  /** How much longer the last box says to be than the file is. */
  readonly missingBytes: number
  readonly moovOffset: number | null
  readonly mdatOffset: number | null
  readonly movieS: number | null
  readonly tracks: readonly LayoutTrack[]
  /** The furthest that picture and sound lie apart in the order of the file; null for fragments and single tracks. */
  readonly interleave: { readonly worstS: number; readonly atS: number; readonly bytes: number } | null
  readonly fragments: LayoutFragments | null
}

export type TsLayout = {
  readonly packetBytes: number
  readonly packets: number
  /** Bytes that are no part of a packet, and how often packets had to be searched. */
  readonly lostBytes: number
  readonly syncLosses: PacketStretches
  /** Marked as damaged by whoever received them. */
  readonly errorPackets: number
  readonly continuity: readonly { readonly pid: number; readonly faults: PacketStretches }[]
  /** Behind the last packet. */
  readonly trailingBytes: number
  readonly pcr: {
    readonly count: number
    readonly pid: number | null
    readonly longestS: number
    readonly late: PacketStretches
    /** Jumps that are not announced. */
    readonly jumps: PacketStretches
  }
  readonly pat: { readonly longestS: number; readonly late: PacketStretches; readonly count: number }
  readonly pmt: { readonly longestS: number; readonly late: PacketStretches; readonly count: number }
  /** As for ISO files. */
  readonly interleave: { readonly worstS: number; readonly atS: number; readonly bytes: number } | null
}

/** What a layout node emits at the end as event `result`. */
export type LayoutResult = { readonly iso: IsoLayout | null; readonly ts: TsLayout | null }
