// What an inspection finds in one file: findings, curves and a verdict. Plain JSON.
import { z } from 'zod'
import { MediaFacts } from './facts.ts'

/** Where a check looks, as EBU QC sorts its items. */
export const QcLayer = z.enum(['wrapper', 'bitstream', 'baseband', 'cross-check'])
export type QcLayer = z.infer<typeof QcLayer>

/** `info` is told and changes no verdict. */
export const Severity = z.enum(['info', 'warn', 'fail'])
export type Severity = z.infer<typeof Severity>

/** Something that a check found. Times are seconds from the start of the programme. */
export const Finding = z.object({
  /** Id of the check: picture.black, sound.clipping, wrapper.timestamps … */
  check: z.string(),
  layer: QcLayer,
  severity: Severity,
  /** `file`, or the stream: `v0`, `a1`, `s2` (its type and index in the container). */
  subject: z.string(),
  /** null: it is about the whole. */
  startS: z.number().nullable(),
  endS: z.number().nullable(),
  /** What was measured and what is allowed, as text with units. */
  measured: z.string(),
  limit: z.string(),
  /** Where the limit comes from: a standard with its clause, or `profile`. */
  source: z.string(),
  /** One sentence for people. */
  message: z.string(),
  /** A moment worth looking at; null where there is no picture of it. */
  pictureS: z.number().nullable(),
})
export type Finding = z.infer<typeof Finding>

/** What became of one check. */
export const CheckOutcome = z.object({
  check: z.string(),
  layer: QcLayer,
  title: z.string(),
  /** `skipped` when the file has nothing that it could look at, or it could not be measured. */
  status: z.enum(['pass', 'info', 'warn', 'fail', 'skipped', 'off']),
  findings: z.int().nonnegative(),
  /** Why it was skipped. */
  because: z.string().nullable(),
  /** What it looks for, and where its limits come from. */
  finds: z.string(),
  source: z.string(),
})
export type CheckOutcome = z.infer<typeof CheckOutcome>

/** A curve over time for the report, thinned to at most 2,000 points. */
export const QcCurve = z.object({
  /** luma.mean, loudness.momentary, bitrate … */
  id: z.string(),
  subject: z.string(),
  title: z.string(),
  unit: z.string(),
  timeS: z.array(z.number()),
  values: z.array(z.number().nullable()),
})
export type QcCurve = z.infer<typeof QcCurve>

export const QcReport = z.object({
  version: z.literal(1),
  tool: z.object({ headend: z.string(), ffmpeg: z.string().nullable() }),
  createdAt: z.string(),
  input: MediaFacts,
  profile: z.string(),
  /** Path of the master that it was compared with; null without one. */
  reference: z.string().nullable(),
  durationS: z.number().nonnegative(),
  /** Worst first, then by time. */
  findings: z.array(Finding),
  /** Every check there is, in the order of the table. */
  checks: z.array(CheckOutcome),
  curves: z.array(QcCurve),
  /** Figures that checks measured, whether or not they found something: by subject, then by name (`integratedLufs`, `shots` …). */
  figures: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.string(), z.null()]))),
  verdict: z.enum(['pass', 'warn', 'fail']),
  elapsedS: z.number().nonnegative(),
})
export type QcReport = z.infer<typeof QcReport>
