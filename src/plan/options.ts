// What a caller may ask for, with its defaults. Parsed once, at the door.
import { z } from 'zod'
import { type LoudnessStandardName, loudnessStandards } from '../audio/index.ts'

const presets = [
  'ultrafast',
  'superfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
] as const
export type Preset = (typeof presets)[number]

const standards = Object.keys(loudnessStandards) as [LoudnessStandardName, ...LoudnessStandardName[]]

const shared = {
  /** libx264 preset: slower is smaller at the same quality. */
  preset: z.enum(presets).default('medium'),
  /** Constant rate factor, 0–51: lower is better and larger. */
  crf: z.number().min(0).max(51).default(21),
  /** Seconds between key frames; becomes whole frames. */
  gopSeconds: z.number().positive().max(10).default(2),
}

/** What `planVod` may be asked for. */
export const VodOptions = z.strictObject({
  ...shared,
  /** Seconds per segment; becomes whole GOPs. */
  segmentSeconds: z.number().positive().max(30).default(6),
  /** Longest allowed shorter side of the largest rung; the source's own when left out. */
  maxHeight: z.int().min(32).optional(),
  maxRungs: z.int().min(1).max(8).default(5),
  loudness: z.enum(standards).default('r128'),
})
export type VodOptions = z.infer<typeof VodOptions>

/** What `planTranscode` may be asked for. */
export const TranscodeOptions = z.strictObject({
  ...shared,
  container: z.enum(['mp4', 'mov', 'matroska']).default('mp4'),
  /** Shorter side of the picture; the source's own when left out, never more. */
  height: z.int().min(32).optional(),
  loudness: z.enum(standards).default('off'),
})
export type TranscodeOptions = z.infer<typeof TranscodeOptions>
