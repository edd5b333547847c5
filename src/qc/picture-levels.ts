// Checks of video levels: luma, chroma, and R, G and B beyond what EBU R 103 tolerates.
import { z } from 'zod'
import { defineCheck } from './check.ts'
import { judgePictures, percent, pictureFindings } from './picture-finding.ts'

const shared = {
  areaPercent: z.number().nonnegative().default(1).describe('Part of the picture that may lie beyond, in percent'),
  minS: z.number().nonnegative().default(0).describe('For so many seconds'),
}
const wide = 'Measured on means of about 480×270 boxes, so that overshoot of edges and grain do not count.'

const lumaLimits = z.object({
  minPercent: z.number().default(-5).describe('Lowest luma, black is 0'),
  maxPercent: z.number().default(105).describe('Highest luma, white is 100'),
  ...shared,
})
export type LumaLimits = z.infer<typeof lumaLimits>

export const lumaLevels = defineCheck<LumaLimits>({
  id: 'picture.luma-levels',
  layer: 'baseband',
  title: 'Luma levels',
  finds: `Luma below black or above white by more than is tolerated. ${wide} Full-range video cannot go beyond.`,
  source: 'EBU R 103 v3.0: −5 to 105 % over more than 1 % of the picture; broadcast: v1.1, −1 to 103 %',
  limits: lumaLimits,
  profiles: {
    broadcast: { severity: 'fail', limits: { minPercent: -1, maxPercent: 103 } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info' },
  },
  judge: (evidence, { minPercent, maxPercent, areaPercent }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'luma', stretch => ({
        measured: `${percent(stretch.worst)} of the picture beyond`,
        limit: `luma of ${minPercent} to ${maxPercent} % in all but ${areaPercent} % of the picture`,
        message: `Luma goes beyond ${minPercent} to ${maxPercent} %.`,
      })),
    ),
})

const chromaLimits = z.object({
  maxPercent: z.number().positive().default(105).describe('Largest Cb or Cr, the nominal peak is 100'),
  ...shared,
})
export type ChromaLimits = z.infer<typeof chromaLimits>

export const chromaLevels = defineCheck<ChromaLimits>({
  id: 'picture.chroma-levels',
  layer: 'baseband',
  title: 'Chroma levels',
  finds: `Color differences beyond their nominal peaks. ${wide}`,
  source: 'ITU-R BT.709 §4.6: Cb and Cr from 16 to 240 in 8 bits; the tolerance is that of EBU R 103 for components',
  limits: chromaLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { maxPercent, areaPercent }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'chroma', stretch => ({
        measured: `${percent(stretch.worst)} of the picture beyond`,
        limit: `Cb and Cr up to ${maxPercent} % in all but ${areaPercent} % of the picture`,
        message: `Cb or Cr goes beyond ${maxPercent} % of its peak.`,
      })),
    ),
})

const gamutLimits = z.object({
  minPercent: z.number().default(-5).describe('Lowest R, G or B'),
  maxPercent: z.number().default(105).describe('Highest R, G or B'),
  ...shared,
})
export type GamutLimits = z.infer<typeof gamutLimits>

export const gamut = defineCheck<GamutLimits>({
  id: 'picture.gamut',
  layer: 'baseband',
  title: 'Gamut',
  finds: `Colors that no screen has: R, G or B below 0 or above 100 % by more than is tolerated, by BT.601 and by BT.709 where the stream names no matrix. ${wide}`,
  source: 'EBU R 103 v3.0: R, G and B of −5 to 105 %, an error over more than 1 % of the picture',
  limits: gamutLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { minPercent, maxPercent, areaPercent }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'gamut', stretch => ({
        measured: `${percent(stretch.worst)} of the picture beyond`,
        limit: `R, G and B of ${minPercent} to ${maxPercent} % in all but ${areaPercent} % of the picture`,
        message: `R, G or B goes beyond ${minPercent} to ${maxPercent} %.`,
      })),
    ),
})
