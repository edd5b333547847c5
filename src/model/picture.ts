// What a decoded picture is inspected for, and what its inspection says: stretches and figures, never a value per frame.
import { z } from 'zod'

const Percent = z.number()
const Seconds = z.number().nonnegative()
const Matrix = z.enum(['bt601', 'bt709', 'bt2020'])

/** What to look for; what is absent is not measured. Percent of luma and RGB are of the nominal range, black 0, white 100. */
export const PictureParams = z.object({
  fps: z.number().positive(),
  matrix: Matrix,
  /** What it may be as well, where the stream names none. */
  otherMatrices: z.array(Matrix).default([]),
  transfer: z.enum(['sdr', 'pq', 'hlg']),
  /** All codes are picture: nothing lies outside the range. */
  fullRange: z.boolean(),
  black: z.object({ belowPercent: Percent, areaPercent: Percent, minS: Seconds }).optional(),
  solid: z.object({ spreadPercent: Percent, minS: Seconds }).optional(),
  freeze: z.object({ minS: Seconds, meanPercent: Percent, blockPercent: Percent }).optional(),
  bars: z.object({ minS: Seconds }).optional(),
  flashFrames: z.object({ maxFrames: z.int().positive() }).optional(),
  cuts: z.object({ maxPerWindow: z.int().positive(), windowS: Seconds }).optional(),
  luma: z.object({ minPercent: Percent, maxPercent: Percent, areaPercent: Percent, minS: Seconds }).optional(),
  chroma: z.object({ maxPercent: Percent, areaPercent: Percent, minS: Seconds }).optional(),
  gamut: z.object({ minPercent: Percent, maxPercent: Percent, areaPercent: Percent, minS: Seconds }).optional(),
  flashes: z.object({ areaPercent: Percent, perSecond: z.int().positive() }).optional(),
  dropout: z.object({ areaPercent: Percent }).optional(),
  repeats: z.object({ maxSharePercent: Percent, minSharePercent: Percent }).optional(),
  fields: z.boolean().default(false),
  blockiness: z.object({ maxRatio: z.number(), minS: Seconds }).optional(),
  blur: z.object({ maxBlur: z.number(), minS: Seconds }).optional(),
  banding: z.object({ areaPercent: Percent, minS: Seconds }).optional(),
  noise: z.object({ maxSigma: z.number(), minS: Seconds }).optional(),
  letterbox: z.boolean().default(false),
})
export type PictureParams = z.infer<typeof PictureParams>

/** A part of the programme in which something holds. */
export type PictureStretch = {
  readonly startS: number
  readonly endS: number
  /** The worst value in it, and when that was. */
  readonly worst: number
  readonly worstS: number
  /** What it is, where there are several kinds. */
  readonly what: string | null
}

/** The first stretches, and how many more there are. */
export type PictureStretches = { readonly found: readonly PictureStretch[]; readonly more: number }

export const pictureFaults = [
  'black',
  'solid',
  'freeze',
  'bars',
  'flashFrames',
  'cuts',
  'luma',
  'chroma',
  'gamut',
  'flashes',
  'redFlashes',
  'dropout',
  'damaged',
  'repeats',
  'interlaced',
  'topFieldFirst',
  'bottomFieldFirst',
  'telecine',
  'blockiness',
  'blur',
  'banding',
  'noise',
  'shapes',
] as const
export type PictureFault = (typeof pictureFaults)[number]

/** What a picture node emits at the end as event `result`. */
export type PictureResult = {
  readonly frames: number
  readonly startS: number
  readonly endS: number
  /** By fault; one that was not looked for has no entry. */
  readonly stretches: Readonly<Partial<Record<PictureFault, PictureStretches>>>
  /** Means, maxima and counts by name. */
  readonly figures: Readonly<Record<string, number>>
  readonly curves: readonly PictureCurve[]
}

/** At most 2,000 points. */
export type PictureCurve = {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly timeS: readonly number[]
  readonly values: readonly number[]
}
