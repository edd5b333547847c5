// Checks of what a picture shows: black, freeze, one color, bars, pictures that do not belong, cuts.
import { z } from 'zod'
import { defineCheck } from './check.ts'
import { judgePictures, lengthOf, percent, pictureFindings, placeOf, seconds } from './picture-finding.ts'

const blackLimits = z.object({
  belowPercent: z.number().default(10).describe('Luma, in percent of the nominal range, that counts as black'),
  areaPercent: z.number().positive().max(100).default(98).describe('Part of the picture that is black, in percent'),
  minBlackS: z.number().positive().default(2).describe('Black within the programme from so many seconds on'),
  minEdgeBlackS: z.number().positive().default(5).describe('Black at its head and tail from so many seconds on'),
})
export type BlackLimits = z.infer<typeof blackLimits>

export const black = defineCheck<BlackLimits>({
  id: 'picture.black',
  layer: 'baseband',
  title: 'Black',
  finds: 'Pictures that are black all over, for longer than a fade takes. Whether black is meant it cannot know.',
  source: 'EBU QC (black); thresholds as FFmpeg’s blackdetect has them, 10 % of luma over 98 % of the picture',
  limits: blackLimits,
  profiles: {
    broadcast: { severity: 'fail' },
    ott: { severity: 'warn' },
    ugc: { severity: 'warn', limits: { minBlackS: 5 } },
  },
  judge: (evidence, { minBlackS, minEdgeBlackS }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'black', stretch => {
        const place = placeOf(stretch, track.result)
        const limit = place === 'within' ? minBlackS : minEdgeBlackS
        if (lengthOf(stretch) < limit - 0.001) return null
        return {
          measured: `${seconds(lengthOf(stretch))} of black`,
          limit: `less than ${limit} s ${blackPlaces[place]}`,
          message: blackWords[place],
        }
      }),
    ),
})

const blackPlaces = { head: 'at its head', tail: 'at its tail', within: 'within the programme', all: 'of black' }
const blackWords = {
  head: 'The programme has long black at its head.',
  tail: 'The programme has long black at its tail.',
  within: 'The picture is black.',
  all: 'The programme is black from its first picture to its last.',
}

const freezeLimits = z.object({
  minFreezeS: z.number().positive().default(4).describe('A picture that stands still from so many seconds on'),
  meanPercent: z.number().positive().default(0.12).describe('Mean change, in percent of luma, that is coding noise'),
  blockPercent: z.number().positive().default(2).describe('Change of one block in 2,000 that is something moving'),
})
export type FreezeLimits = z.infer<typeof freezeLimits>

export const freeze = defineCheck<FreezeLimits>({
  id: 'picture.freeze',
  layer: 'baseband',
  title: 'Freeze',
  finds:
    'A picture that stands still. Captions, slides and end cards do too: it is for eyes to tell. Black is not counted.',
  source: 'EBU QC (freeze); Headend: measured, x264 at crf 20 to 28 changes a still picture by 0.02 to 0.08 %',
  limits: freezeLimits,
  profiles: {
    broadcast: { severity: 'warn', limits: { minFreezeS: 2 } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info', limits: { minFreezeS: 10 } },
  },
  judge: (evidence, { minFreezeS }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'freeze', stretch => ({
        measured: `no change for ${seconds(lengthOf(stretch))}`,
        limit: `less than ${minFreezeS} s`,
        message: 'The picture stands still.',
      })),
    ),
})

const solidLimits = z.object({
  spreadPercent: z
    .number()
    .positive()
    .default(2)
    .describe('Range of luma and chroma that 99 % of the picture lie within'),
  minSolidS: z.number().nonnegative().default(0.5).describe('One color all over from so many seconds on'),
})
export type SolidLimits = z.infer<typeof solidLimits>

export const solid = defineCheck<SolidLimits>({
  id: 'picture.solid',
  layer: 'baseband',
  title: 'One color',
  finds: 'Pictures of one color other than black: a player without input, a decoder’s green, a white-out.',
  source: 'Headend’s choice; EBU QC counts it to test patterns',
  limits: solidLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { minSolidS }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'solid', stretch => ({
        measured: `${seconds(lengthOf(stretch))} of ${stretch.what} at ${percent(stretch.worst)} luma`,
        limit: `less than ${minSolidS} s`,
        message: `The picture is ${stretch.what} all over.`,
      })),
    ),
})

const barsLimits = z.object({
  minBarsS: z.number().nonnegative().default(0.2).describe('Color bars from so many seconds on'),
})
export type BarsLimits = z.infer<typeof barsLimits>

export const bars = defineCheck<BarsLimits>({
  id: 'picture.bars',
  layer: 'baseband',
  title: 'Color bars',
  finds: 'EBU, SMPTE and SMPTE HD color bars over the whole frame. Other test patterns are not known.',
  source: 'ITU-R BT.471, SMPTE EG 1 and RP 219: the order of the colors; that a programme has none is Headend’s choice',
  limits: barsLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: (evidence, { minBarsS }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'bars', stretch => ({
        measured: `${stretch.what} for ${seconds(lengthOf(stretch))}`,
        limit: `less than ${minBarsS} s`,
        message: `The picture shows ${stretch.what}.`,
      })),
    ),
})

const flashFrameLimits = z.object({
  maxFrames: z.int().positive().max(4).default(2).describe('Frames that a picture lasts which does not belong'),
})
export type FlashFrameLimits = z.infer<typeof flashFrameLimits>

export const flashFrame = defineCheck<FlashFrameLimits>({
  id: 'picture.flash-frame',
  layer: 'baseband',
  title: 'Flash frames',
  finds:
    'One or two pictures of another scene, blank or foreign, within a shot or between two: an edit that is a frame off. Flashes of light show the same scene, brighter, and are not meant.',
  source: 'Headend’s choice; EBU QC and Baton name the test without a limit',
  limits: flashFrameLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { maxFrames }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'flashFrames', stretch => ({
        measured: `${seconds(lengthOf(stretch))}, ${percent(stretch.worst)} away from its neighbours`,
        limit: `no ${stretch.what?.startsWith('blank') ? 'blank' : 'foreign'} picture of ${maxFrames} frames or less`,
        message: flashWords[stretch.what ?? ''] ?? 'A picture does not belong.',
      })),
    ),
})

const flashWords: Readonly<Record<string, string>> = {
  blank: 'A blank picture flashes up within a shot.',
  foreign: 'A picture of another scene flashes up within a shot.',
  shot: 'A shot lasts for a frame or two only.',
  'blank between shots': 'A blank picture flashes up between two shots.',
}

const cutLimits = z.object({
  maxCuts: z.int().positive().default(30).describe('Cuts in any window'),
  windowS: z.number().positive().default(10).describe('Length of the window'),
})
export type CutLimits = z.infer<typeof cutLimits>

export const cuts = defineCheck<CutLimits>({
  id: 'picture.cuts-anomaly',
  layer: 'baseband',
  title: 'Rate of cuts',
  finds:
    'More cuts than editors make: shuffled frames, damage that looks like cuts. Cuts, fades and dissolves are figures of the report.',
  source: 'Headend’s choice: trailers and music videos stay below two cuts a second',
  limits: cutLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'info' }, ugc: { severity: 'info' } },
  judge: (evidence, { maxCuts, windowS }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'cuts', stretch => ({
        measured: `${stretch.worst} cuts in ${windowS} s`,
        limit: `${maxCuts} cuts in ${windowS} s`,
        message: 'The picture cuts faster than edited film does.',
      })),
    ),
})
