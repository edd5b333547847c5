// What `headend loudness` and `headend normalize` say: readings of tracks against a standard, and what was done to them.
import { z } from 'zod'
import { LoudnessReading, Warning } from './facts.ts'
import { LoudnessMeasurement } from './loudness.ts'
import { Check } from './verdict.ts'

/** What is judged by; `name` is a key of the table of standards, or `custom`. */
export const LoudnessAim = z.object({
  name: z.string(),
  label: z.string(),
  targetLufs: z.number(),
  toleranceLu: z.number().nonnegative(),
  maxTruePeakDbtp: z.number(),
  maxShortTermLufs: z.number().nullable(),
  maxMomentaryLufs: z.number().nullable(),
  dialogue: z.object({ targetLufs: z.number(), toleranceLu: z.number(), leastShare: z.number() }).nullable(),
  source: z.string(),
})
export type LoudnessAim = z.infer<typeof LoudnessAim>

/** Loudness of the programme while somebody speaks. */
export const DialogueReading = z.object({
  /** Number of the track that is the dialogue alone, from 1. */
  track: z.int().positive(),
  integratedLufs: z.number().nullable(),
  /** Of the programme's blocks above −70 LUFS: those with speech. */
  share: z.number().min(0).max(1),
})
export type DialogueReading = z.infer<typeof DialogueReading>

const outcome = z.enum(['pass', 'fail']).nullable()

export const TrackLoudness = z.object({
  /** Among the audio tracks of the file, from 1. */
  track: z.int().positive(),
  /** Index in the container. */
  stream: z.int(),
  codec: z.string(),
  language: z.string().nullable(),
  title: z.string().nullable(),
  layout: z.string(),
  sampleRateHz: z.int(),
  seconds: z.number(),
  ...LoudnessReading.shape,
  dialogue: DialogueReading.nullable(),
  channels: LoudnessMeasurement.shape.channels,
  checks: z.array(Check),
  /** null without a standard. */
  verdict: outcome,
  warnings: z.array(Warning),
  series: LoudnessMeasurement.shape.series,
})
export type TrackLoudness = z.infer<typeof TrackLoudness>

export const FileLoudness = z.object({ path: z.string(), tracks: z.array(TrackLoudness) })
export type FileLoudness = z.infer<typeof FileLoudness>

const tool = z.object({ headend: z.string(), node: z.string() })

export const LoudnessReport = z.object({
  version: z.literal(1),
  tool,
  createdAt: z.string(),
  standard: LoudnessAim.nullable(),
  files: z.array(FileLoudness),
  verdict: outcome,
})
export type LoudnessReport = z.infer<typeof LoudnessReport>

export const NormalizedTrack = z.object({
  track: z.int().positive(),
  stream: z.int(),
  before: LoudnessReading,
  /** Measured on the finished file. */
  after: LoudnessReading,
  /** Applied to the samples; 0 where the track was copied. */
  gainDb: z.number(),
  /** Most that the limiter took off a peak; 0 without one. */
  limitedDb: z.number().nonnegative(),
  /** Loudness that the limiter took away, which the gain makes up for. */
  makeUpDb: z.number(),
  /** `copy`, or FFmpeg's encoder. */
  encoder: z.string(),
  /** What was written as metadata. */
  tags: z.record(z.string(), z.string()),
  because: z.string(),
  checks: z.array(Check),
  warnings: z.array(Warning),
})
export type NormalizedTrack = z.infer<typeof NormalizedTrack>

export const NormalizeReport = z.object({
  version: z.literal(1),
  tool,
  createdAt: z.string(),
  /** null for metadata, which states the loudness by a reference of its own. */
  standard: LoudnessAim.nullable(),
  mode: z.enum(['gain', 'limit', 'auto', 'metadata']),
  /** All files together, where one gain was asked for; else null. */
  album: z.object({ before: z.number().nullable(), after: z.number().nullable(), checks: z.array(Check) }).nullable(),
  files: z.array(
    z.object({
      input: z.string(),
      output: z.string(),
      bytes: z.int(),
      tracks: z.array(NormalizedTrack),
      warnings: z.array(Warning),
    }),
  ),
  verdict: z.enum(['pass', 'fail']),
})
export type NormalizeReport = z.infer<typeof NormalizeReport>
