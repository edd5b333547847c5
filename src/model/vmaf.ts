// VMAF: which models there are, what a measurement is asked to do, and what it found.
import { z } from 'zod'

export const vmafModels = [
  'vmaf_v0.6.1',
  'vmaf_v0.6.1neg',
  'vmaf_4k_v0.6.1',
  'vmaf_4k_v0.6.1neg',
  'vmaf_v0.6.1_phone',
] as const
/** Netflix's names. A score without its model means nothing. */
export const VmafModel = z.enum(vmafModels)
export type VmafModel = z.infer<typeof VmafModel>

/** Whose arithmetic: our own package, or an ffmpeg on this machine that was built with libvmaf. */
export const VmafEngine = z.discriminatedUnion('name', [
  z.object({ name: z.literal('headend') }),
  z.object({ name: z.literal('ffmpeg'), path: z.string(), version: z.string() }),
])
export type VmafEngine = z.infer<typeof VmafEngine>

/** What a measure node does beside its filters: both pictures have one size and one format. */
export const VmafJob = z.object({
  models: z.array(VmafModel).min(1),
  /** Each n-th pair is scored; motion is still that between neighbours. */
  every: z.int().min(1),
  /** `fast` multiplies where libvmaf looks logarithms up. */
  accuracy: z.enum(['exact', 'fast']).default('exact'),
  engine: VmafEngine.default({ name: 'headend' }),
  /** How many measure nodes share the machine's cores. */
  share: z.int().min(1).default(1),
})
export type VmafJob = z.infer<typeof VmafJob>

/** How the pictures of a plan are scored. */
export const VmafPlan = z.object({
  model: VmafModel,
  /** The same model without credit for enhancement; null where there is none. */
  neg: VmafModel.nullable(),
  every: z.int().min(1),
  /** Whether the model was trained on such pictures: SDR alone. */
  calibrated: z.boolean(),
})
export type VmafPlan = z.infer<typeof VmafPlan>
