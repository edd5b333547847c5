// What a caller may ask for, with its defaults. Parsed once, at the door.
import { z } from 'zod'
import { type LoudnessStandardName, layoutChannels, loudnessStandards } from '../audio/index.ts'
import { speedNames } from '../codecs/index.ts'
import { type TierName, tiers } from '../ladder/index.ts'
import { audioCodecs, containers, LadderCodec, VmafModel, videoCodecs, vmafModels } from '../model/index.ts'

const standards = Object.keys(loudnessStandards) as [LoudnessStandardName, ...LoudnessStandardName[]]

/** `4.5M`, `800k` or plain bit/s. */
const BitRate = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)?[kKmM]$/, 'must be a bit rate such as 4500000, 4500k or 4.5M')])
  .transform(value => (typeof value === 'number' ? value : toBits(value)))
  .pipe(z.int().min(1_000).max(10_000_000_000))

function toBits(text: string): number {
  return Math.round(Number.parseFloat(text) * (/k$/i.test(text) ? 1_000 : 1_000_000))
}

/** How what was made is scored. */
const vmafOptions = {
  /** `auto` takes the 4K model for 4K pictures; `off` measures no VMAF. */
  vmafModel: z.enum(['auto', 'off', 'vmaf_v0.6.1', 'vmaf_4k_v0.6.1', 'vmaf_v0.6.1_phone']).default('auto'),
  /** Every n-th frame is scored; left out, about 600 frames of each rendition are. */
  vmafEvery: z.int().min(1).max(1000).optional(),
} as const

/** Names separated by commas, or a list. */
const Names = z
  .union([z.string(), z.array(z.string())])
  .transform(value => (typeof value === 'string' ? value.split(',') : value).map(name => name.trim()).filter(Boolean))

const Switch = z.boolean().default(false)

const layouts = Object.keys(layoutChannels) as [string, ...string[]]
const Decibels = z
  .union([z.number(), z.string().regex(/^[+-]?\d+(\.\d+)?$/, 'must be a number of decibels such as -3')])
  .transform(Number)
  .pipe(z.number().min(-60).max(10))

/** Which tracks of sound, for whom, and what becomes of their channels and times. */
const soundOptions = {
  /** Tracks by index, a:<number>, language or role, in the order in which they are delivered; left out, by rule. */
  audioTracks: Names.default([]),
  /** `<track>=<role>`: what a track is for, where the source does not say it. */
  audioRoles: Names.default([]),
  /** `<track>=+40ms`: a track comes later, or earlier with a minus. */
  audioOffset: Names.default([]),
  /** Find the offset of the other tracks against the first by what they have in common. */
  alignAudio: Switch,
  downmix: z.enum(['standard', 'ltrt']).default('standard'),
  /** Decibels at which low-frequency effects go into each side of a down-mix; left out, they are. */
  lfe: Decibels.optional(),
  /** Divide coefficients so that no sum can clip, or leave them as they are. */
  downmixGain: z.enum(['safe', 'unity']).default('safe'),
  /** What tracks of as many channels are taken for, whatever they state. */
  layout: z.enum(layouts).optional(),
  /** FFmpeg's own encoder of AAC, or Fraunhofer's. */
  aacEncoder: z.enum(['native', 'fdk']).default('native'),
  dualMono: z.enum(['left', 'right', 'sum', 'spread']).optional(),
} as const
const SoundOptions = z.strictObject(soundOptions)
export type SoundOptions = z.infer<typeof SoundOptions>

const tierNames = Object.keys(tiers) as [TierName, ...TierName[]]

/** How a ladder is found for a title, and the grid that it is found on. */
const searchOptions = {
  /** One of x264's names: slower is smaller at the same quality. */
  preset: z.enum(speedNames).default('medium'),
  /** Seconds between key frames; becomes whole frames. */
  gopSeconds: z.number().positive().max(10).default(2),
  /** Seconds per segment; becomes whole GOPs. Left out: 6, or by content where a ladder is found for the title. */
  segmentSeconds: z.number().positive().max(30).optional(),
  /** Longest allowed shorter side of the largest rung; the source's own when left out. */
  maxHeight: z.int().min(32).optional(),
  maxRungs: z.int().min(1).max(12).default(6),
  /** Codecs of the rungs; H.264 is always among them, since every player has it. */
  codec: Names.pipe(z.array(LadderCodec)).default(['h264']),
  /** Names of targets (`headend targets`) that all rungs play on. */
  for: Names.default([]),
  /** What the largest rung is to reach. */
  tier: z.enum(tierNames).default('premium'),
  /** VMAF of the largest rung, instead of the tier's. */
  vmaf: z.number().min(30).max(99).optional(),
  /** Points of VMAF between rungs. */
  step: z.number().min(1).max(30).default(6),
  /** The smallest rung needs no less. */
  minBitrate: BitRate.default(100_000),
  /** The largest rung may have no more on average. */
  maxBitrate: BitRate.optional(),
  /** Half the frames of 50 and 60 per second as a choice for small rungs. */
  frameRates: z.enum(['auto', 'keep']).default('auto'),
  /** Seconds of the title that are tried; a shorter title is tried whole. */
  sampleSeconds: z.number().min(8).max(3600).default(24),
  ...vmafOptions,
} as const

/** What `findLadder` may be asked for. */
export const LadderOptions = z.strictObject({
  ...searchOptions,
  /** A setting of its own for each shot. */
  perShot: Switch,
  /** Times that the whole title is watched, for the bill. */
  views: z.number().nonnegative().default(10_000),
})
export type LadderOptions = z.infer<typeof LadderOptions>

/** What `planVod` may be asked for. */
export const VodOptions = z.strictObject({
  ...searchOptions,
  /** `per-title`, `per-shot`, `fixed`, or a JSON file with rungs. */
  ladder: z.string().min(1).default('per-title'),
  /** Constant rate factor of the fixed ladder, 0–51: lower is better and larger. */
  crf: z.number().min(0).max(51).default(21),
  loudness: z.enum(standards).default('r128'),
  ...soundOptions,
})
export type VodOptions = z.infer<typeof VodOptions>

/** What `planTranscode` may be asked for. What is left out follows from the targets, then from the source. */
export const TranscodeOptions = z.strictObject({
  /** Names of targets (`headend targets`): the file plays on all of them. */
  for: Names.default([]),

  container: z.enum(containers).optional(),
  /** `copy` hands the source's picture on as it is. */
  codec: z.enum([...videoCodecs, 'copy']).optional(),
  /** A profile of the codec: main, high, main10, hq … */
  profile: z.string().optional(),
  /** The last level that may be used, as the codec prints it: 4.1 */
  level: z.string().optional(),
  tier: z.enum(['main', 'high']).optional(),
  /** One of x264's nine names, or a number of the encoder's own scale. */
  preset: z
    .union([z.enum(speedNames), z.int().min(0).max(13), z.string().regex(/^(\d|1[0-3])$/)])
    .transform(String)
    .default('medium'),

  /** Constant quality on the encoder's own scale: lower is better and larger. */
  crf: z.number().min(0).max(63).optional(),
  /** Average bit rate; instead of constant quality. */
  bitrate: BitRate.optional(),
  maxrate: BitRate.optional(),
  /** Bits of the decoder's buffer. */
  bufsize: BitRate.optional(),
  /** Fill the bit rate exactly. */
  cbr: Switch,
  passes: z.union([z.literal(1), z.literal(2)]).default(1),
  gopSeconds: z.number().positive().max(20).default(2),
  /** Key frames on the grid of GOPs alone, or at scene cuts inside of it as well. */
  keyFrames: z.enum(['grid', 'cuts']).default('grid'),
  bFrames: z.int().min(0).max(16).optional(),
  refs: z.int().min(1).max(16).optional(),

  bits: z.union([z.literal(8), z.literal(10), z.literal(12)]).optional(),
  chroma: z.enum(['4:2:0', '4:2:2', '4:4:4']).optional(),
  dynamicRange: z.enum(['keep', 'sdr', 'hdr10', 'hlg']).default('keep'),
  space: z.enum(['keep', 'bt709', 'bt601-525', 'bt601-625', 'bt2020']).default('keep'),
  range: z.enum(['limited', 'full', 'keep']).default('limited'),
  toneMap: z.enum(['bt2390', 'hable', 'mobius', 'reinhard', 'clip']).default('bt2390'),
  /** Brightest part of an HDR source in cd/m², instead of what its metadata say. */
  peakNits: z.number().min(100).max(10_000).optional(),
  measureLightLevel: Switch,
  legal: Switch,

  /** Largest width and height of the display picture; its shape is kept. */
  width: z.int().min(32).max(16_384).optional(),
  height: z.int().min(32).max(16_384).optional(),
  upscale: Switch,
  kernel: z.enum(['bicubic', 'lanczos', 'spline', 'bilinear']).default('bicubic'),
  /** Light in which pictures are scaled. */
  light: z.enum(['gamma', 'linear']).default('gamma'),
  pixels: z.enum(['square', 'keep']).default('square'),
  rotation: z.enum(['apply', 'keep']).default('apply'),
  /** `none`, `auto`, or width:height:x:y in pixels of the source. */
  crop: z
    .string()
    .regex(/^(none|auto|\d+:\d+:\d+:\d+)$/, 'must be none, auto or width:height:x:y')
    .default('none'),
  deinterlace: z.enum(['auto', 'off', 'frame', 'field']).default('auto'),
  inverseTelecine: z.enum(['auto', 'off', 'on']).default('auto'),
  /** Frames per second: 25, 29.97, 30000/1001 … */
  frameRate: z
    .union([
      z.number().positive().max(480),
      z.string().regex(/^\d+(\.\d+)?$|^\d+\/\d+$/, 'must be a frame rate such as 25 or 30000/1001'),
    ])
    .transform(String)
    .optional(),
  rateConversion: z.enum(['repeat', 'blend']).default('repeat'),

  audioCodec: z.enum([...audioCodecs, 'copy']).optional(),
  channels: z.enum(['keep', 'mono', 'stereo', '5.1']).optional(),
  ...soundOptions,
  audioBitrate: BitRate.optional(),
  loudness: z.enum(standards).default('off'),

  subtitles: z.enum(['keep', 'none']).default('keep'),
  fragmented: Switch,
  /** Total rate of an MPEG transport stream, filled with null packets. */
  muxrate: BitRate.optional(),

  /** `auto`, `none`, or encoder families in order, e.g. nvenc,cpu. */
  hw: z
    .string()
    .regex(
      /^(auto|none|(nvenc|qsv|vaapi|amf|videotoolbox|cpu)(,(nvenc|qsv|vaapi|amf|videotoolbox|cpu))*)$/,
      'must be auto, none, or families such as nvenc,cpu',
    )
    .default('auto'),
  /** A promise of quality, e.g. vmaf=93 or ssim=0.98: measured, and tried once more when missed. */
  verify: z
    .string()
    .regex(/^(vmaf|xpsnr|ssim|psnr)=\d+(\.\d+)?$/, 'must be a metric and a value, e.g. vmaf=93 or ssim=0.98')
    .optional(),
  /** Short for `verify: 'vmaf=…'`. */
  vmafTarget: z.number().min(1).max(100).optional(),
  ...vmafOptions,
})
export type TranscodeOptions = z.infer<typeof TranscodeOptions>

/** How two files are measured against each other. */
export const ComparisonOptions = z.strictObject({
  /** `auto` takes the 4K model for 4K pictures. */
  model: z.enum(['auto', ...vmafModels]).default('auto'),
  /** Models that are scored beside it; they cost next to nothing. */
  alsoModels: Names.pipe(z.array(VmafModel)).default([]),
  /** Every n-th frame is scored by VMAF; the other metrics see all. */
  every: z.int().min(1).max(1000).default(1),
  /** The size of the comparison: the reference's, as viewers see it, or that of what was coded. */
  at: z.enum(['reference', 'output']).default('reference'),
  accuracy: z.enum(['exact', 'fast']).default('exact'),
  /** `headend`, or an ffmpeg with libvmaf: `ffmpeg`, or its path. */
  engine: z.string().min(1).default('headend'),
})
export type ComparisonOptions = z.infer<typeof ComparisonOptions>

/** What is asked for when nothing is. */
export const defaultOptions: TranscodeOptions = TranscodeOptions.parse({})
