// Checks against the master, where one is named.
import { z } from 'zod'
import type { Comparison, QcReport } from '../model/index.ts'
import { defineCheck, type Found, type Judgement, type QcCheck } from './check.ts'
import type { Evidence } from './evidence.ts'

const judgeComparison = (
  { comparison, facts }: Evidence,
  judge: (comparison: Comparison, subject: string) => readonly Found[],
): Judgement =>
  comparison ? judge(comparison, `v${facts.video[0]?.index ?? 0}`) : { skipped: 'no master was named (--ref)' }

const whole = (subject: string, text: Pick<Found, 'measured' | 'limit' | 'message'>): Found => ({
  ...{ subject, startS: null, endS: null, pictureS: null },
  ...text,
})

const vmafLimits = z.object({
  minHarmonicMean: z.number().min(0).max(100).default(90).describe('Harmonic mean of VMAF over all scored pictures'),
  minP1: z.number().min(0).max(100).default(75).describe('VMAF that 99 % of the scored pictures reach'),
  minWorstSecond: z.number().min(0).max(100).default(70).describe('Mean VMAF of the worst second'),
})

const vmaf = defineCheck<z.infer<typeof vmafLimits>>({
  id: 'cross.vmaf',
  layer: 'cross-check',
  title: 'VMAF against the master',
  finds:
    'Quality lost against the master: over the whole, in its worst hundredth, in its worst second and shot. The model looks at luma; color is not judged by it.',
  source: 'Netflix VMAF v0.6.1; limits by Headend: 93 is taken for transparent, 6 points are what most people see',
  limits: vmafLimits,
  profiles: {
    broadcast: { severity: 'fail', limits: { minHarmonicMean: 93, minP1: 85, minWorstSecond: 80 } },
    ott: { severity: 'fail', limits: { minHarmonicMean: 80, minP1: 60, minWorstSecond: 55 } },
    ugc: { severity: 'warn', limits: { minHarmonicMean: 70, minP1: 40, minWorstSecond: 40 } },
  },
  judge: (evidence, { minHarmonicMean, minP1, minWorstSecond }) =>
    judgeComparison(evidence, ({ vmaf: { score, worstSecond, worstShot } }, subject) => {
      const found: Found[] = []
      const miss = (value: number, limit: number, what: string): void => {
        if (value < limit)
          found.push(
            whole(subject, {
              measured: `${what} ${value.toFixed(2)}`,
              limit: `at least ${limit}`,
              message: `The ${what} of VMAF is ${(limit - value).toFixed(1)} below what is asked for.`,
            }),
          )
      }
      miss(score.harmonicMean, minHarmonicMean, 'harmonic mean')
      miss(score.p1, minP1, 'first percentile')
      if (worstSecond.mean < minWorstSecond) {
        const { startS, endS, mean } = worstShot && worstShot.mean < minWorstSecond ? worstShot : worstSecond
        found.push({
          ...{ subject, startS, endS, pictureS: (startS + endS) / 2 },
          measured: `${mean.toFixed(2)} on average, the worst second ${worstSecond.mean.toFixed(2)}`,
          limit: `at least ${minWorstSecond} in every second`,
          message: 'The picture is worst here.',
        })
      }
      return found
    }),
})

type Metric = 'psnrY' | 'ssimY'

/** A figure that is better the higher it is: mean and first percentile. */
function pooledCheck(
  id: string,
  metric: Metric,
  words: { readonly name: string; readonly unit: string; readonly digits: number; readonly source: string },
  limits: Readonly<Record<'broadcast' | 'ott' | 'ugc', readonly [mean: number, p1: number]>>,
): QcCheck {
  const { name, unit, digits, source } = words
  const schema = z.object({
    minMean: z
      .number()
      .min(0)
      .default(limits.ott[0])
      .describe(`Mean ${name} of luma${unit && `, ${unit}`}`),
    minP1: z.number().min(0).default(limits.ott[1]).describe(`${name} of luma that 99 % of the pictures reach`),
  })
  const show = (value: number): string => `${value.toFixed(digits)}${unit && ` ${unit}`}`
  return defineCheck<z.infer<typeof schema>>({
    ...{ id, layer: 'cross-check', title: `${name} against the master`, source },
    finds: `${name} of luma below what is asked for, on average or in its worst hundredth. It counts differences, not what people see.`,
    limits: schema,
    profiles: {
      broadcast: { severity: 'warn', limits: { minMean: limits.broadcast[0], minP1: limits.broadcast[1] } },
      ott: { severity: 'info' },
      ugc: { severity: 'info', limits: { minMean: limits.ugc[0], minP1: limits.ugc[1] } },
    },
    judge: (evidence, { minMean, minP1 }) =>
      judgeComparison(evidence, (comparison, subject) => {
        const { mean, p1 } = comparison[metric]
        if (mean >= minMean && p1 >= minP1) return []
        return [
          whole(subject, {
            measured: `mean ${show(mean)}, first percentile ${show(p1)}`,
            limit: `at least ${show(minMean)} and ${show(minP1)}`,
            message: `${name} against the master is lower than asked for.`,
          }),
        ]
      }),
  })
}

const byHeadend = 'limits by Headend, from encodes whose VMAF is at the limits of cross.vmaf'
const psnr = pooledCheck(
  'cross.psnr',
  'psnrY',
  { name: 'PSNR', unit: 'dB', digits: 2, source: `ITU-T J.340; ${byHeadend}` },
  { broadcast: [38, 33], ott: [33, 28], ugc: [30, 25] },
)
const ssim = pooledCheck(
  'cross.ssim',
  'ssimY',
  { name: 'SSIM', unit: '', digits: 4, source: `Wang et al. 2004; ${byHeadend}` },
  { broadcast: [0.97, 0.94], ott: [0.93, 0.88], ugc: [0.9, 0.8] },
)

const pairLimits = z.object({
  maxUnpaired: z.int().nonnegative().default(0).describe('Pictures of either file without a partner at their time'),
})

const pictures = defineCheck<z.infer<typeof pairLimits>>({
  id: 'cross.pictures',
  layer: 'cross-check',
  title: 'Same pictures as the master',
  finds: 'Pictures that the master has and the file has not, or the other way round, at their time to half a frame.',
  source: 'Headend: a delivery has every picture of its master, once',
  limits: pairLimits,
  profiles: {
    broadcast: { severity: 'fail' },
    ott: { severity: 'warn', limits: { maxUnpaired: 2 } },
    ugc: { severity: 'info', limits: { maxUnpaired: 10 } },
  },
  judge: (evidence, { maxUnpaired }) =>
    judgeComparison(evidence, ({ unpaired, frames }, subject) =>
      unpaired <= maxUnpaired
        ? []
        : [
            whole(subject, {
              measured: `${unpaired} without a partner, ${frames} pairs`,
              limit: `at most ${maxUnpaired}`,
              message: 'File and master do not have the same pictures at the same times.',
            }),
          ],
    ),
})

/** What the comparison measured, whether or not a check found fault with it. */
export function referenceFigures({ comparison, facts }: Evidence): QcReport['figures'] {
  if (!comparison) return {}
  const {
    vmaf: { score },
    psnrY,
    ssimY,
    frames,
    unpaired,
  } = comparison
  const to = (value: number, digits: number): number => Number(value.toFixed(digits))
  return {
    [`v${facts.video[0]?.index ?? 0}`]: {
      vmafMean: to(score.mean, 2),
      vmafHarmonicMean: to(score.harmonicMean, 2),
      vmafP1: to(score.p1, 2),
      vmafP5: to(score.p5, 2),
      vmafMin: to(score.min, 2),
      psnrYMeanDb: to(psnrY.mean, 2),
      ssimYMean: to(ssimY.mean, 4),
      comparedPairs: frames,
      unpairedPictures: unpaired,
    },
  }
}

export const referenceChecks = [vmaf, psnr, ssim, pictures]
