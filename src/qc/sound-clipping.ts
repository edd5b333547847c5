// Check of clipping: samples that stand at full scale, and tops that were cut off below it.
import { z } from 'zod'
import { defineCheck } from './check.ts'
import { dbfs, judgeTracks, ofChannel, stretchFindings } from './sound-finding.ts'

const limits = z.object({
  minRunSamples: z
    .int()
    .min(3)
    .default(4)
    .describe('So many samples in a row at full scale, or at one level at the top of a wave'),
  minRuns: z.int().positive().default(3).describe('So many runs within a second of each other'),
  flatTopsAboveDbfs: z.number().max(0).default(-30).describe('Level above which a flat top counts'),
})
export type ClippingLimits = z.infer<typeof limits>

export const clipping = defineCheck<ClippingLimits>({
  id: 'sound.clipping',
  layer: 'baseband',
  title: 'Clipping',
  finds:
    'Runs of samples at full scale, and flat tops below it, which were clipped and then turned down. Lossy coding bends flat tops: of what was clipped before it only full scale is found. A square wave looks the same.',
  source:
    'EBU QC 0005B (audio clipping); length of runs by Headend: a whole sine at full scale of 16 bits stays there for 4 samples only below 30 Hz',
  limits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { minRunSamples, minRuns }) =>
    judgeTracks(evidence, ({ subject, inspection: { stretches } }) => {
      const enough = ({ count }: { count: number }): boolean => count >= minRuns
      const limit = `fewer than ${minRuns} runs of ${minRunSamples} samples`
      const { fullScale, flatTop } = stretches
      return [
        ...stretchFindings(subject, { ...fullScale, found: fullScale.found.filter(enough) }, stretch => ({
          measured: `${stretch.count} runs at full scale${ofChannel(stretch)}, the longest of ${stretch.worst} samples`,
          limit,
          message: `The sound is clipped at full scale${ofChannel(stretch)}.`,
        })),
        ...stretchFindings(subject, { ...flatTop, found: flatTop.found.filter(enough) }, stretch => ({
          measured: `${stretch.count} flat tops${ofChannel(stretch)}, up to ${dbfs(stretch.worst)}`,
          limit,
          message: `The sound was clipped before its level was changed${ofChannel(stretch)}.`,
        })),
      ]
    }),
})
