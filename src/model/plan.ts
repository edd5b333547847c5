// What will be done to one title, and why. Plain JSON: printable, diffable, hashable, sendable.
import { z } from 'zod'
import { ColorDescription, ColorTags } from './color.ts'
import { LoudnessReading, RationalJson, Warning } from './facts.ts'

/** One decision: `what` is a dotted path into the plan, e.g. `video.renditions.v720.level`. */
export const Choice = z.object({
  what: z.string(),
  pick: z.string(),
  because: z.string(),
  over: z.array(z.string()).optional(),
})
export type Choice = z.infer<typeof Choice>

/** One FFmpeg filter with its arguments, e.g. `{ name: 'scale', args: { w: 1280, h: 720 } }`. */
export const FilterStep = z.object({ name: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) })
export type FilterStep = z.infer<typeof FilterStep>

/** An encoder with its options by FFmpeg's private and generic option names. */
export const EncoderSettings = z.object({
  name: z.string(),
  options: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type EncoderSettings = z.infer<typeof EncoderSettings>

export const VideoRendition = z.object({
  /** e.g. v720; also the folder name in a package. */
  id: z.string().regex(/^[a-z0-9_-]+$/),
  width: z.int(),
  height: z.int(),
  codec: z.string(),
  profile: z.string(),
  /** As the codec prints it: 3.1 */
  level: z.string(),
  /** RFC 6381, what the manifest must say. */
  codecString: z.string(),
  pixelFormat: z.string(),
  /** Constant rate factor; with maxrate and bufsize this is capped CRF. */
  crf: z.number(),
  maxrateBps: z.int(),
  bufsizeBits: z.int(),
  encoder: EncoderSettings,
  /** After the shared `prepare` chain. */
  filters: z.array(FilterStep),
})
export type VideoRendition = z.infer<typeof VideoRendition>

export const VideoPlan = z.object({
  /** Stream index in the input. */
  stream: z.int(),
  sourceColor: z.object({ stated: ColorTags, used: ColorDescription, assumed: z.array(z.string()) }),
  color: ColorDescription,
  frameRate: RationalJson,
  /** Frames each rendition must have. */
  frames: z.int(),
  /** Frames between key frames; divides segmentFrames exactly. */
  gopFrames: z.int(),
  segmentFrames: z.int(),
  /** Display size of the prepared picture, square pixels: the size at which quality is measured. */
  width: z.int(),
  height: z.int(),
  /** Done once, before the fan-out to the renditions. */
  prepare: z.array(FilterStep),
  renditions: z.array(VideoRendition).min(1),
})
export type VideoPlan = z.infer<typeof VideoPlan>

export const AudioRendition = z.object({
  /** e.g. a_eng_stereo */
  id: z.string().regex(/^[a-z0-9_-]+$/),
  stream: z.int(),
  language: z.string().nullable(),
  label: z.string(),
  codec: z.string(),
  codecString: z.string(),
  bitrateBps: z.int(),
  sampleRateHz: z.int(),
  channels: z.int(),
  layout: z.string(),
  encoder: EncoderSettings,
  filters: z.array(FilterStep),
  loudness: z.object({
    standard: z.string(),
    targetLufs: z.number().nullable(),
    toleranceLu: z.number(),
    maxTruePeakDbtp: z.number(),
    measured: LoudnessReading.nullable(),
    /** Linear gain applied; 0 when none. */
    gainDb: z.number(),
    /** Whether the true-peak limiter is in the chain. */
    limiter: z.boolean(),
  }),
})
export type AudioRendition = z.infer<typeof AudioRendition>

export const EncodePlan = z.object({
  version: z.literal(1),
  kind: z.enum(['vod', 'transcode']),
  input: z.object({ path: z.string(), sizeBytes: z.int() }),
  /** Length of every rendition, in seconds. */
  duration: RationalJson,
  /** Subtracted from every input timestamp so that the presentation begins at 0, in seconds. */
  startTime: RationalJson,
  video: VideoPlan.nullable(),
  audio: z.array(AudioRendition),
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('package'), segmentDuration: RationalJson, hls: z.boolean(), dash: z.boolean() }),
    z.object({ kind: z.literal('file'), container: z.enum(['mp4', 'mov', 'matroska']) }),
  ]),
  choices: z.array(Choice),
  warnings: z.array(Warning),
})
export type EncodePlan = z.infer<typeof EncodePlan>
