// The words of coding that plan, codecs, hardware and engine share: codecs, containers, rate control, encoder settings.
import { z } from 'zod'
import { ContentLight, DolbyVision, hdrFormats, MasteringDisplay } from './color.ts'
import { Warning } from './facts.ts'

export const videoCodecs = ['h264', 'hevc', 'av1', 'vp9', 'mpeg2', 'prores', 'dnxhr', 'ffv1'] as const
export const VideoCodec = z.enum(videoCodecs)
export type VideoCodec = z.infer<typeof VideoCodec>

export const audioCodecs = ['aac', 'ac3', 'eac3', 'opus', 'flac', 'alac', 'mp3', 'pcm'] as const
export const AudioCodec = z.enum(audioCodecs)
export type AudioCodec = z.infer<typeof AudioCodec>

export const containers = ['mp4', 'mov', 'cmaf', 'matroska', 'webm', 'mpegts', 'flv', 'mxf'] as const
export const ContainerName = z.enum(containers)
export type ContainerName = z.infer<typeof ContainerName>

export const subtitleFormats = ['srt', 'webvtt', 'ass', 'ttml', 'mov_text'] as const
export const SubtitleFormat = z.enum(subtitleFormats)
export type SubtitleFormat = z.infer<typeof SubtitleFormat>

/**
 * How bits are spent. `quality` is on the encoder's own scale (x264, x265 0–51; SVT-AV1, VP9 0–63). `constant-quality` has
 * a cap only where `maxrateBps` is set (capped CRF); `vbr` holds an average under a cap; `cbr` fills its rate; `fixed` is
 * for codecs whose profile sets the rate (ProRes, DNxHR) or that lose nothing (FFV1).
 */
export const RateControl = z.discriminatedUnion('mode', [
  z.object({
    mode: z.literal('constant-quality'),
    quality: z.number(),
    maxrateBps: z.int().positive().nullable(),
    bufsizeBits: z.int().positive().nullable(),
  }),
  z.object({
    mode: z.literal('vbr'),
    averageBps: z.int().positive(),
    maxrateBps: z.int().positive(),
    bufsizeBits: z.int().positive(),
  }),
  z.object({ mode: z.literal('cbr'), averageBps: z.int().positive(), bufsizeBits: z.int().positive() }),
  z.object({ mode: z.literal('fixed'), averageBps: z.int().positive().nullable() }),
])
export type RateControl = z.infer<typeof RateControl>

/** One FFmpeg filter with its arguments, e.g. `{ name: 'scale', args: { w: 1280, h: 720 } }`. */
export const FilterStep = z.object({ name: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) })
export type FilterStep = z.infer<typeof FilterStep>

export const CodecOptions = z.record(z.string(), z.union([z.string(), z.number()]))
export type CodecOptions = z.infer<typeof CodecOptions>

/** nvenc, qsv, vaapi, amf, videotoolbox or cpu. */
export const EncoderFamily = z.enum(['nvenc', 'qsv', 'vaapi', 'amf', 'videotoolbox', 'cpu'])
export type EncoderFamily = z.infer<typeof EncoderFamily>

/** An encoder with everything it is told, by FFmpeg's names. The engine adds nothing. */
export const EncoderSettings = z.object({
  /** FFmpeg's encoder name; `copy` hands the source's packets on. */
  name: z.string(),
  family: EncoderFamily.default('cpu'),
  options: CodecOptions,
  /**
   * Options of the first of two passes, or absent for one pass. The text `{stats}` in a value stands for the path of this
   * job's statistics.
   */
  firstPass: z.object({ options: CodecOptions }).optional(),
  /** Done for this encoder alone, after the rendition's own chain: a pixel format it wants, an upload to its device. */
  filters: z.array(FilterStep).default([]),
  /** FFmpeg's name of the device type that the filters and the encoder share: cuda, vaapi, qsv … */
  device: z.string().optional(),
})
export type EncoderSettings = z.infer<typeof EncoderSettings>

/** What becomes of the HDR metadata of the source: what the output's bitstream and container will carry. */
export const PlannedHdr = z.object({
  format: z.enum(hdrFormats),
  masteringDisplay: MasteringDisplay.nullable(),
  contentLight: ContentLight.nullable(),
  /** SMPTE ST 2094-40 per frame. */
  hdr10Plus: z.boolean(),
  /** The configuration that the output will have; null for none. */
  dolbyVision: DolbyVision.nullable(),
})
export type PlannedHdr = z.infer<typeof PlannedHdr>

/** A rectangle in coded pixels of the source. */
export const CropRectangle = z.object({
  x: z.int().nonnegative(),
  y: z.int().nonnegative(),
  width: z.int().positive(),
  height: z.int().positive(),
})
export type CropRectangle = z.infer<typeof CropRectangle>

/** What was seen by decoding, beyond what a probe reads. Absent fields were not looked for. */
export const PictureAnalysis = z.object({
  /** The picture without its black bars; null when there are none. */
  crop: CropRectangle.nullable().optional(),
  /** How frames are made of fields, over the stretch that was looked at. */
  cadence: z
    .object({
      kind: z.enum(['progressive', 'interlaced', 'telecine', 'mixed']),
      /** Frames judged in each way by their fields. */
      progressive: z.int(),
      tff: z.int(),
      bff: z.int(),
      undetermined: z.int(),
      /** Frames that repeat a field of the one before. */
      repeated: z.int(),
    })
    .optional(),
  /** MaxCLL and MaxFALL by CTA-861.3, measured. */
  contentLight: ContentLight.optional(),
  /** What was seen and cannot be acted upon, e.g. bars that come and go. */
  warnings: z.array(Warning).optional(),
})
export type PictureAnalysis = z.infer<typeof PictureAnalysis>
