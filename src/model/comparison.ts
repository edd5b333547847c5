// Two files measured against each other: what is compared, how, and what came of it.
import { z } from 'zod'
import { FilterStep } from './coding.ts'
import { RationalJson, Warning } from './facts.ts'
import { Choice } from './plan.ts'
import { Pooled, ScoredStretch, VmafReading } from './verdict.ts'
import { VmafEngine, VmafModel, VmafPlan } from './vmaf.ts'

/** One of the two files. */
export const ComparedPicture = z.object({
  path: z.string(),
  stream: z.int(),
  width: z.int(),
  height: z.int(),
  frames: z.int().nullable(),
  /** Taken off its timestamps, in seconds: its first picture is at zero. */
  startTime: RationalJson,
  /** Upright, in the common color, size and format. */
  steps: z.array(FilterStep),
})
export type ComparedPicture = z.infer<typeof ComparedPicture>

export const ComparisonPlan = z.object({
  version: z.literal(1),
  kind: z.literal('comparison'),
  reference: ComparedPicture,
  distorted: ComparedPicture,
  /** Size and format in which both are measured. */
  width: z.int(),
  height: z.int(),
  pixelFormat: z.string(),
  frameRate: RationalJson,
  vmaf: VmafPlan,
  /** All models that are scored; the first is the plan's. */
  models: z.array(VmafModel).min(1),
  accuracy: z.enum(['exact', 'fast']),
  engine: VmafEngine,
  choices: z.array(Choice),
  warnings: z.array(Warning),
})
export type ComparisonPlan = z.infer<typeof ComparisonPlan>

/** A moment worth looking at. */
export const WorstMoment = z.object({
  frame: z.int(),
  timeS: z.number(),
  score: z.number(),
})
export type WorstMoment = z.infer<typeof WorstMoment>

export const Comparison = z.object({
  version: z.literal(1),
  tool: z.object({ headend: z.string(), node: z.string() }),
  createdAt: z.string(),
  plan: ComparisonPlan,
  /** Pairs that were compared. */
  frames: z.int(),
  /** Pictures of either file that had no partner at their time. */
  unpaired: z.int(),
  vmaf: VmafReading,
  /** Further models, by name. */
  models: z.record(z.string(), z.number()),
  /** dB; over all pairs. Weighted: (6·Y + Cb + Cr) / 8. */
  psnrY: Pooled,
  psnrWeighted: Pooled,
  ssimY: Pooled,
  xpsnrY: Pooled,
  worst: z.array(WorstMoment),
  worstShot: ScoredStretch.nullable(),
  /** Frames measured per second of wall time. */
  fps: z.number(),
  warnings: z.array(Warning),
})
export type Comparison = z.infer<typeof Comparison>
