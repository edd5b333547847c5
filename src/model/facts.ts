// What an input is, read from container and bitstream. Plain JSON.
import { z } from 'zod'
import { ColorTags, Hdr } from './color.ts'

/** `num/den`; seconds unless the name says otherwise. */
export const RationalJson = z.templateLiteral([z.bigint(), '/', z.bigint()])

export const Warning = z.object({ code: z.string(), message: z.string() })
export type Warning = z.infer<typeof Warning>

export const Container = z.object({
  /** Short name: mp4, mov, mpegts, matroska, webm, mxf, avi, wav … */
  format: z.string(),
  /** FFmpeg's demuxer name, which may list several. */
  demuxer: z.string(),
  longName: z.string(),
  majorBrand: z.string().nullable(),
  startTime: RationalJson.nullable(),
  duration: RationalJson.nullable(),
  bitrateBps: z.int().nullable(),
  /** ISO BMFF only: moov before mdat. */
  fastStart: z.boolean().nullable(),
  /** ISO BMFF only: has moof. */
  fragmented: z.boolean().nullable(),
  tags: z.record(z.string(), z.string()),
})
export type Container = z.infer<typeof Container>

const streamBase = {
  /** Index in the container. */
  index: z.int(),
  /** FFmpeg's codec name: h264, hevc, aac … */
  codec: z.string(),
  /** RFC 6381 string, e.g. avc1.64001F; null where none is defined. */
  codecString: z.string().nullable(),
  codecTag: z.string().nullable(),
  profile: z.string().nullable(),
  timebase: RationalJson,
  startTime: RationalJson.nullable(),
  duration: RationalJson.nullable(),
  bitrateBps: z.int().nullable(),
  /** BCP 47 or ISO 639-2 as tagged; null when absent or `und`. */
  language: z.string().nullable(),
  title: z.string().nullable(),
  /** default, forced, hearing_impaired, attached_pic … */
  dispositions: z.array(z.string()),
  /** Packets seen by a full scan; null without one. */
  packets: z.int().nullable(),
}

export const VideoStream = z.object({
  ...streamBase,
  /** Level as the codec counts: H.264 31 = 3.1, HEVC 93 = 3.1; null when unknown. */
  level: z.int().nullable(),
  codedWidth: z.int(),
  codedHeight: z.int(),
  /** Display size in square pixels, after sample aspect ratio and rotation. */
  displayWidth: z.int(),
  displayHeight: z.int(),
  sampleAspectRatio: RationalJson,
  /** Nominal rate in frames per second, exact. */
  frameRate: RationalJson.nullable(),
  frameRateMode: z.enum(['constant', 'variable', 'unknown']),
  /** Counted by a full scan, else as the container states; null when neither. */
  frameCount: z.int().nullable(),
  pixelFormat: z.string(),
  bitDepth: z.int(),
  chroma: z.enum(['4:0:0', '4:2:0', '4:2:2', '4:4:4', '4:1:1', '4:1:0', 'rgb']),
  hasAlpha: z.boolean(),
  scan: z.enum(['progressive', 'interlaced']),
  fieldOrder: z.enum(['progressive', 'tff', 'bff', 'unknown']),
  /** Clockwise degrees needed to show it upright. */
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  hasBFrames: z.boolean(),
  color: z.object({
    container: ColorTags,
    bitstream: ColorTags,
    /** The bitstream's where present, else the container's. */
    effective: ColorTags,
    /** Fields in which both speak and disagree. */
    contradictions: z.array(z.string()),
  }),
  hdr: Hdr,
  timecode: z.string().nullable(),
})
export type VideoStream = z.infer<typeof VideoStream>

export const AudioStream = z.object({
  ...streamBase,
  sampleRateHz: z.int(),
  sampleFormat: z.string(),
  channels: z.int(),
  /** FFmpeg's layout name: mono, stereo, 5.1, 5.1(side), 7.1 …; `N channels` when unspecified. */
  layout: z.string(),
  /** Encoder delay at the front, in samples. */
  initialPaddingSamples: z.int(),
  /** What the stream is tagged with beside language and title: Ogg keeps all tags here. Absent where there are none. */
  tags: z.record(z.string(), z.string()).optional(),
})
export type AudioStream = z.infer<typeof AudioStream>

export const SubtitleStream = z.object({ ...streamBase })
export type SubtitleStream = z.infer<typeof SubtitleStream>
export const OtherStream = z.object({ ...streamBase, type: z.string() })
export type OtherStream = z.infer<typeof OtherStream>

export const Chapter = z.object({ start: RationalJson, end: RationalJson, title: z.string().nullable() })
export type Chapter = z.infer<typeof Chapter>

export const MediaFacts = z.object({
  path: z.string(),
  sizeBytes: z.int(),
  container: Container,
  video: z.array(VideoStream),
  audio: z.array(AudioStream),
  subtitles: z.array(SubtitleStream),
  other: z.array(OtherStream),
  chapters: z.array(Chapter),
  timecode: z.string().nullable(),
  /** `full` when every packet was read, `head` when only the beginning was. */
  scan: z.enum(['full', 'head']),
  /** Set by a full scan when the file ends before its own index does. */
  truncated: z.boolean(),
  warnings: z.array(Warning),
})
export type MediaFacts = z.infer<typeof MediaFacts>

/** One loudness reading by ITU-R BS.1770 / EBU R 128. null where the programme is too short or silent to have one. */
export const LoudnessReading = z.object({
  integratedLufs: z.number().nullable(),
  momentaryMaxLufs: z.number().nullable(),
  shortTermMaxLufs: z.number().nullable(),
  loudnessRangeLu: z.number().nullable(),
  truePeakDbtp: z.number().nullable(),
  samplePeakDbfs: z.number().nullable(),
})
export type LoudnessReading = z.infer<typeof LoudnessReading>
