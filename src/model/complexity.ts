// How hard a picture is to code, and what it is made of.
import { z } from 'zod'
import { CropRectangle } from './coding.ts'

/** How a shot begins. */
export const transitions = ['start', 'cut', 'fade', 'dissolve'] as const
export const Transition = z.enum(transitions)
export type Transition = z.infer<typeof Transition>

export const Shot = z.object({
  /** First frame on the title's grid, and how many. */
  frame: z.int(),
  frames: z.int(),
  /** Of a fade, `frame` is the first picture after black or white; of a dissolve, one in the middle of it. */
  transition: Transition,
  /** Means of its frames; the difference to the shot before is no motion and left out. */
  si: z.number(),
  ti: z.number(),
})
export type Shot = z.infer<typeof Shot>

/** One GOP of the title's grid. */
export const GopComplexity = z.object({
  frame: z.int(),
  frames: z.int(),
  /** Mean spatial and temporal information (ITU-T P.910) of its frames; jumps at cuts count, as they cost bits. */
  si: z.number(),
  ti: z.number(),
  /** Bits that a fast encode of a small picture took: what the others cannot say. */
  proxyBits: z.number(),
})
export type GopComplexity = z.infer<typeof GopComplexity>

export const Complexity = z.object({
  version: z.literal(1),
  /** Frames that were looked at. */
  frames: z.int(),
  /**
   * ITU-T P.910 over the luma of the prepared picture at its own size, in 8-bit codes of full range: mean, and P.910's maximum.
   * Of pictures larger than 1280×720 two neighbours in four are measured.
   */
  si: z.object({ mean: z.number(), max: z.number() }),
  ti: z.object({ mean: z.number(), max: z.number() }),
  /** By the mean SI; by the mean TI without jumps from shot to shot. */
  texture: z.enum(['flat', 'low', 'medium', 'high']),
  motion: z.enum(['static', 'low', 'medium', 'high']),
  /** Standard deviation of noise in 8-bit code values, and its class. */
  grain: z.object({ sigma: z.number(), class: z.enum(['none', 'light', 'heavy']) }),
  /** The picture without black bars, in pixels of the plan's width × height; null when there are none. */
  letterbox: CropRectangle.nullable(),
  shots: z.array(Shot),
  gops: z.array(GopComplexity),
})
export type Complexity = z.infer<typeof Complexity>
