// What our own loudness meter says of one track.
import { z } from 'zod'
import { LoudnessReading } from './facts.ts'

const Series = z.array(z.number().nullable())

/** One track by ITU-R BS.1770-5, EBU Tech 3341 and 3342: its figures, how each channel counted, and its curves. */
export const LoudnessMeasurement = z.object({
  ...LoudnessReading.shape,
  sampleRateHz: z.int().positive(),
  /** Samples per channel. */
  samples: z.int().nonnegative(),
  /** NaN and infinite samples of all channels; they were measured as zero. */
  invalidSamples: z.int().nonnegative(),
  channels: z.array(
    z.object({
      /** FFmpeg's name: FL, FR, FC, LFE, BL … */
      name: z.string(),
      /** By which its energy counts; 0 leaves it out. */
      weight: z.number().nonnegative(),
      truePeakDbtp: z.number().nullable(),
      samplePeakDbfs: z.number().nullable(),
    }),
  ),
  /** Value `i` is of the window that ends at `(i + 1) · stepMs`; null before the first whole window, and of digital silence. */
  series: z.object({ stepMs: z.int().positive(), momentaryLufs: Series, shortTermLufs: Series }),
})
export type LoudnessMeasurement = z.infer<typeof LoudnessMeasurement>
