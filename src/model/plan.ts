// What will be done to one title, and why. Plain JSON: printable, diffable, hashable, sendable.
import { z } from 'zod'
import {
  AudioCodec,
  CodecOptions,
  ContainerName,
  EncoderSettings,
  FilterStep,
  PlannedHdr,
  RateControl,
  SubtitleFormat,
  VideoCodec,
} from './coding.ts'
import { ColorDescription, ColorTags } from './color.ts'
import { Chapter, LoudnessReading, RationalJson, Warning } from './facts.ts'
import { VmafPlan } from './vmaf.ts'

/** One decision: `what` is a dotted path into the plan, e.g. `video.renditions.v720.level`. */
export const Choice = z.object({
  what: z.string(),
  pick: z.string(),
  because: z.string(),
  over: z.array(z.string()).optional(),
})
export type Choice = z.infer<typeof Choice>

export const VideoRendition = z.object({
  /** e.g. v720; also the folder name in a package. */
  id: z.string().regex(/^[a-z0-9_-]+$/),
  width: z.int(),
  height: z.int(),
  /** 1/1 unless the source's own was asked to be kept. */
  sampleAspectRatio: RationalJson.default('1/1'),
  codec: VideoCodec,
  /** A name of codecs/: constrained-baseline, main, high10, main10, 422hq … */
  profile: z.string(),
  /** As the codec prints it: 3.1; null for codecs without levels. */
  level: z.string().nullable(),
  tier: z.enum(['main', 'high']).nullable(),
  /** RFC 6381, what a manifest must say; null where none is defined. */
  codecString: z.string().nullable(),
  /** FourCC of the sample entry in ISO files; null leaves it to the muxer. */
  tag: z.string().nullable(),
  pixelFormat: z.string(),
  scan: z.enum(['progressive', 'tff', 'bff']).default('progressive'),
  /** Where it is not the title's: half of it. */
  frameRate: RationalJson.optional(),
  rate: RateControl,
  encoder: EncoderSettings,
  /** Next encoders, in order, when the first fails while running. */
  fallbacks: z.array(EncoderSettings).default([]),
  /** Mean VMAF that trials of the title foretell; absent where nothing was tried. */
  promisedVmaf: z.number().optional(),
  /** After the shared `prepare` chain. */
  filters: z.array(FilterStep),
  /** FFmpeg's bitstream filters, comma separated, for a picture that is copied. */
  bitstreamFilters: z.string().optional(),
})
export type VideoRendition = z.infer<typeof VideoRendition>

export const VideoPlan = z.object({
  /** Stream index in the input. */
  stream: z.int(),
  sourceColor: z.object({ stated: ColorTags, used: ColorDescription, assumed: z.array(z.string()) }),
  color: ColorDescription,
  hdr: PlannedHdr,
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
  /** After `prepare`: the picture that renditions are compared with, at `width` × `height` in the output's color. */
  reference: z.array(FilterStep),
  /** null where VMAF does not apply: pictures that are too small, that are copied, or when it was not wanted. */
  vmaf: VmafPlan.nullable(),
  renditions: z.array(VideoRendition).min(1),
})
export type VideoPlan = z.infer<typeof VideoPlan>

export const AudioRendition = z.object({
  /** e.g. a_eng_stereo */
  id: z.string().regex(/^[a-z0-9_-]+$/),
  stream: z.int(),
  language: z.string().nullable(),
  label: z.string(),
  /** FFmpeg's names: default, comment, hearing_impaired … */
  dispositions: z.array(z.string()).default([]),
  codec: AudioCodec,
  /** RFC 6381; null where none is defined. */
  codecString: z.string().nullable(),
  /** null where the codec sets it (PCM, lossless) or the packets are copied. */
  bitrateBps: z.int().nullable(),
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

/** A subtitle track: converted as text, never drawn. */
export const SubtitleRendition = z.object({
  id: z.string().regex(/^[a-z0-9_-]+$/),
  stream: z.int(),
  language: z.string().nullable(),
  label: z.string().nullable(),
  dispositions: z.array(z.string()),
  from: SubtitleFormat,
  to: SubtitleFormat,
})
export type SubtitleRendition = z.infer<typeof SubtitleRendition>

export const FileOutput = z.object({
  kind: z.literal('file'),
  container: ContainerName,
  /** FFmpeg's muxer with its options, as codecs/ chose them for this container. */
  muxer: z.object({ format: z.string(), options: CodecOptions }),
  subtitles: z.array(SubtitleRendition).default([]),
  /** Written where the container has chapters. */
  chapters: z.array(Chapter).default([]),
  /** Stream index of the cover picture to hand on; null for none. */
  cover: z.int().nullable().default(null),
  /** title, artist, date … and `timecode` */
  tags: z.record(z.string(), z.string()).default({}),
  /** Clockwise degrees written as display matrix instead of turning the pixels; 0 for none. */
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]).default(0),
})
export type FileOutput = z.infer<typeof FileOutput>

/** A promise of quality: measured after encoding, missed once → a second attempt at a corrected rate, missed twice → flagged. */
export const QualityTarget = z.object({
  metric: z.enum(['vmaf', 'xpsnr', 'ssim', 'psnr']),
  /** Pooled mean over all frames: 0–100 for vmaf, dB for xpsnr and psnr, 0–1 for ssim. */
  value: z.number(),
})
export type QualityTarget = z.infer<typeof QualityTarget>

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
    z.object({
      kind: z.literal('package'),
      segmentDuration: RationalJson,
      hls: z.boolean(),
      dash: z.boolean(),
      /** As WebVTT; absent where the source has none. */
      subtitles: z.array(SubtitleRendition).optional(),
    }),
    FileOutput,
  ]),
  qualityTarget: QualityTarget.optional(),
  choices: z.array(Choice),
  warnings: z.array(Warning),
})
export type EncodePlan = z.infer<typeof EncodePlan>
