// Parameters of the media nodes that a GraphSpec may name: the contract between compile (plan/) and engine/.
import { z } from 'zod'
import { EncoderSettings, SubtitleFormat } from './coding.ts'
import { ContentLight, DolbyVision, MasteringDisplay } from './color.ts'
import { Chapter, RationalJson } from './facts.ts'
import type { LoudnessMeasurement } from './loudness.ts'
import { VmafJob } from './vmaf.ts'

const Options = z.record(z.string(), z.union([z.string(), z.number()]))

/** Reads packets of the chosen streams of a file; output ports `s<index>`. */
export const SourceParams = z.object({
  path: z.string(),
  streams: z.array(z.int()).min(1),
  /** Subtracted from every timestamp, in seconds. */
  startTime: RationalJson.default('0/1'),
  /** Files whose bytes follow each other as one input (init + segments); replaces `path` for reading. */
  parts: z.array(z.string()).optional(),
  /** Begins at the last key frame at or before this time of the presentation, in seconds. */
  seek: RationalJson.optional(),
})
export type SourceParams = z.infer<typeof SourceParams>

/** Packets (port `in`) → frames (port `out`). */
export const DecodeParams = z.object({
  type: z.enum(['video', 'audio']),
  /** Decode on this device (FFmpeg's name of its type: cuda, vaapi, qsv …) when it can; frames come back to CPU memory. */
  device: z.string().optional(),
  /** What damaged data does: fail the run, or be counted and reported. */
  onDamage: z.enum(['fail', 'count']).default('fail'),
  threads: z.int().nonnegative().default(0),
})
export type DecodeParams = z.infer<typeof DecodeParams>

/** Frames → frames through an FFmpeg filter chain. */
export const FilterParams = z.object({ type: z.enum(['video', 'audio']), graph: z.string().min(1) })
export type FilterParams = z.infer<typeof FilterParams>

/** Frames out of FFmpeg's own generators (`testsrc2`, `sine` …): test media and slates. */
export const GenerateParams = z.object({ type: z.enum(['video', 'audio']), graph: z.string().min(1) })
export type GenerateParams = z.infer<typeof GenerateParams>

/**
 * Frames → packets. When the encoder fails while it runs, the next of `fallbacks` goes on from the last key frame of the
 * grid, and the node emits `encoder` with a SwitchEvent; nothing that was already sent on is sent again.
 */
export const EncodeParams = z.object({
  type: z.enum(['video', 'audio']),
  ...EncoderSettings.shape,
  fallbacks: z.array(EncoderSettings).default([]),
  /** Frames per second of the grid; video only. */
  frameRate: RationalJson.optional(),
  /** Every so many frames, counted from 0, a key frame is forced; absent leaves key frames to the encoder. */
  keyFrameEvery: z.int().positive().optional(),
  /** Written into the coded stream's side data, so that the muxer's boxes agree with what the encoder's options say. */
  hdr: z.object({ masteringDisplay: MasteringDisplay.nullable(), contentLight: ContentLight.nullable() }).optional(),
  /** Which pass this is, and where its statistics lie. */
  pass: z.object({ number: z.union([z.literal(1), z.literal(2)]), stats: z.string() }).optional(),
})
export type EncodeParams = z.infer<typeof EncodeParams>

/** What an encode node emits as event `encoder` when it goes over to another encoder. */
export type SwitchEvent = {
  readonly from: string
  readonly to: string
  /** The first frame that the new encoder makes; a multiple of keyFrameEvery. */
  readonly frame: number
  readonly reason: string
}

/** What a video filter node emits at the end as event `filtered`. */
export type FilterResult = {
  readonly framesIn: number
  readonly framesOut: number
  /** By FFmpeg's `fps` filter, where the chain has one: pictures shown again and pictures left out. */
  readonly duplicated: number
  readonly dropped: number
}

/** Packets of ports `s0` … → one file. */
export const MuxParams = z.object({
  path: z.string(),
  format: z.string(),
  options: Options.default({}),
  /** title, artist, timecode … of the file. */
  tags: z.record(z.string(), z.string()).default({}),
  chapters: z.array(Chapter).default([]),
  tracks: z
    .array(
      z.object({
        port: z.string(),
        /** FourCC to force, e.g. hvc1. */
        tag: z.string().optional(),
        timescale: z.int().positive().optional(),
        language: z.string().optional(),
        title: z.string().optional(),
        /** Further tags of the track. */
        tags: z.record(z.string(), z.string()).optional(),
        default: z.boolean().optional(),
        /** Further dispositions by FFmpeg's names: forced, comment, attached_pic … */
        dispositions: z.array(z.string()).optional(),
        /** FFmpeg's bitstream filters, comma separated, for packets that are copied. */
        bitstreamFilters: z.string().optional(),
        /** Clockwise degrees to write as display matrix. */
        rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]).optional(),
        dolbyVision: DolbyVision.optional(),
      }),
    )
    .min(1),
})
export type MuxParams = z.infer<typeof MuxParams>

/** What a mux node emits at the end as event `written`: per input port. */
export type MuxResult = Readonly<Record<string, { /** As in ReadResult. */ readonly bytesPerKey: readonly number[] }>>

/** Subtitle packets → subtitle packets of another format (port `in` → port `out`). */
export const SubtitleParams = z.object({ from: SubtitleFormat, to: SubtitleFormat, width: z.int(), height: z.int() })
export type SubtitleParams = z.infer<typeof SubtitleParams>

/**
 * Frames → numbers. One input `in`, or the two inputs `reference` and `distorted`, paired by presentation time. The chain
 * reads `[in]` or `[distorted][reference]`; `keys` are frame-metadata names that its last filter leaves behind.
 */
export const MeasureParams = z.object({
  type: z.enum(['video', 'audio']),
  inputs: z.enum(['single', 'pair']),
  graph: z.string().min(1),
  keys: z.array(z.string()),
  /** Of pairs: VMAF as well. Its series carry the models' names and libvmaf's names of features; NaN where not scored. */
  vmaf: VmafJob.optional(),
})
export type MeasureParams = z.infer<typeof MeasureParams>

/** What a measure node emits at the end as event `result`. */
export type MeasureResult = {
  /** Frames out of the chain. */
  readonly frames: number
  /** Frames that came in (of the distorted side for a pair). */
  readonly framesIn: number
  /** Pairs whose presentation times differ by more than half a frame, and frames left without a partner. */
  readonly unpaired: number
  /** Presentation time of each frame out, seconds. For drawing. */
  readonly timeS: readonly number[]
  /** One value per frame out and key; NaN where the filter said nothing. */
  readonly series: Readonly<Record<string, readonly number[]>>
  /** Sum of durations seen, as `num/den` seconds: samples/rate for audio, frames' span for video. */
  readonly duration: string
}

/** Sound (port `in`, any sample format and layout) → its loudness, by our own meter. */
export const LoudnessParams = z.object({
  /** A single channel will be heard from two loudspeakers: it counts twice, +3.01 LU. */
  dualMono: z.boolean().default(false),
})
export type LoudnessParams = z.infer<typeof LoudnessParams>

/** What a loudness node emits at the end as event `result`. */
export type LoudnessResult = {
  /** null when no sound came. */
  readonly measurement: LoudnessMeasurement | null
  /** FFmpeg's name of the layout, or the number of channels where the sound has none (`10 channels`). */
  readonly layout: string
  /** The sound does not say which channel is which; the usual layout of that many channels was taken. */
  readonly layoutAssumed: boolean
}

/** Tracks of one channel (ports `s0`, `s1` …; planar floats at `rateHz`) → how the others lie against the first. */
export const AlignParams = z.object({
  tracks: z.int().min(2),
  rateHz: z.int().positive(),
  /** What is looked at, from the beginning. */
  seconds: z.int().positive(),
  /** The largest shift that is looked for. */
  mostS: z.number().positive(),
})
export type AlignParams = z.infer<typeof AlignParams>

/** What an align node emits at the end as event `result`: for `s1` … in their order. */
export type AlignResult = readonly {
  /** Seconds by which the track has to come later to lie on the first; null where that cannot be told. */
  readonly offsetS: number | null
  /** How much of the correlation nearby stands in its one peak: 1 for the same sound, 0.1 for noise. */
  readonly confidence: number
}[]

/** What a decode node emits at the end as event `decoded`. */
export type DecodeResult = {
  readonly frames: number
  readonly samples: number
  readonly damaged: number
  readonly keyTimes: readonly string[]
}

/** What a source node emits at the end as event `read`: per output port. */
export type ReadResult = Readonly<
  Record<
    string,
    {
      readonly packets: number
      readonly bytesPerSecond: readonly number[]
      /** Of pictures: from each key packet to the next one. */
      readonly bytesPerKey: readonly number[]
    }
  >
>
