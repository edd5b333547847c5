// Checks of how a picture was treated: blocks, blur, bands, noise, dropouts.
import { z } from 'zod'
import { defineCheck, type Found } from './check.ts'
import { judgePictures, lengthOf, percent, pictureFindings, type SeenTrack, seconds } from './picture-finding.ts'

const held = (value: number) =>
  z.number().nonnegative().default(value).describe('A figure beyond its limit for so many seconds')

const blockLimits = z.object({
  maxRatio: z.number().min(1).default(2.3).describe('Steps on a grid of eight, as a multiple of those between'),
  minS: held(1),
})
export type BlockLimits = z.infer<typeof blockLimits>

export const blockiness = defineCheck<BlockLimits>({
  id: 'picture.blockiness',
  layer: 'baseband',
  title: 'Blocks',
  finds:
    'Edges of coding blocks on a grid of eight pixels. A picture that was scaled after coding has its grid elsewhere; loop filters of H.264 and later hide theirs in blur.',
  source:
    'Headend: measured, film in H.264 has up to 1.8, in MPEG-2 with quantiser 4 (that looks whole) up to 2.2, with 8 up to 2.9, with 16 up to 4.3',
  limits: blockLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { maxRatio }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'blockiness', stretch => ({
        measured: `steps ${stretch.worst.toFixed(2)} times as large on the grid`,
        limit: `${maxRatio} times`,
        message: 'Coding blocks can be seen.',
      })),
    ),
})

const blurLimits = z.object({
  maxBlur: z
    .number()
    .positive()
    .max(1)
    .default(0.55)
    .describe('0 is sharp; 1 has nothing that blurring could take away'),
  minS: held(3),
})
export type BlurLimits = z.infer<typeof blurLimits>

export const blur = defineCheck<BlurLimits>({
  id: 'picture.blur',
  layer: 'baseband',
  title: 'Blur',
  finds:
    'Pictures without fine detail anywhere: out of focus, scaled up, coded too hard. A soft scene that is meant looks the same.',
  source:
    'Crété-Roffet et al., “The blur effect” (2007), rows only. Headend: measured, film has 0.25 to 0.50, the same through a Gauss filter of σ = 4 pixels 0.58 to 0.61',
  limits: blurLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'info' }, ugc: { severity: 'info' } },
  judge: (evidence, { maxBlur }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'blur', stretch => ({
        measured: `blur of ${stretch.worst.toFixed(2)}`,
        limit: `${maxBlur}`,
        message: 'The picture has no fine detail.',
      })),
    ),
})

const bandLimits = z.object({
  areaPercent: z.number().nonnegative().default(15).describe('Part of the picture that is staircases of flat bands'),
  minS: held(1),
})
export type BandLimits = z.infer<typeof bandLimits>

export const banding = defineCheck<BandLimits>({
  id: 'picture.banding',
  layer: 'baseband',
  title: 'Banding',
  finds: 'Gradients that are staircases: flat bands, each a step of one to three 8-bit codes from the last one.',
  source: 'Headend’s choice; bands as CAMBI (Netflix, 2021) defines them, by a count of its own',
  limits: bandLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'info' }, ugc: { severity: 'info' } },
  judge: (evidence, { areaPercent }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'banding', stretch => ({
        measured: `${percent(stretch.worst)} of the picture`,
        limit: `${areaPercent} %`,
        message: 'Gradients fall into bands.',
      })),
    ),
})

const noiseLimits = z.object({
  maxSigma: z.number().positive().default(6).describe('Standard deviation of noise in 8-bit codes'),
  minS: held(2),
})
export type NoiseLimits = z.infer<typeof noiseLimits>

export const noise = defineCheck<NoiseLimits>({
  id: 'picture.noise',
  layer: 'baseband',
  title: 'Noise',
  finds: 'Noise or grain in the quietest parts of the picture. Texture that fills all of it counts as noise.',
  source: 'Immerkær, “Fast Noise Variance Estimation” (1996); the limit is Headend’s choice',
  limits: noiseLimits,
  profiles: { broadcast: { severity: 'info' }, ott: { severity: 'info' }, ugc: { severity: 'info' } },
  judge: (evidence, { maxSigma }) =>
    judgePictures(evidence, track =>
      pictureFindings(track, 'noise', stretch => ({
        measured: `σ = ${stretch.worst.toFixed(1)} codes of 8 bits`,
        limit: `${maxSigma} codes`,
        message: 'The picture is noisy.',
      })),
    ),
})

const dropoutLimits = z.object({
  areaPercent: z.number().positive().default(0.5).describe('Part of the picture that is hit, in percent'),
})
export type PictureDropoutLimits = z.infer<typeof dropoutLimits>

export const pictureDropout = defineCheck<PictureDropoutLimits>({
  id: 'picture.dropout',
  layer: 'baseband',
  title: 'Dropouts',
  finds:
    'Blocks and lines that are wrong for one frame while the picture stays as it is, and frames that the decoder says it patched. A blinking lamp looks the same; damage that stays until the next key frame is seen by the decoder alone.',
  source: 'EBU QC (digital and analogue dropouts, without a limit); Headend’s choice',
  limits: dropoutLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { areaPercent }) =>
    judgePictures(evidence, track => [
      ...lostPackets(track),
      ...pictureFindings(track, 'damaged', stretch => ({
        measured: `${seconds(lengthOf(stretch))} of damaged frames`,
        limit: 'no frame that the decoder has to patch',
        message: 'The stream is damaged here: the decoder patched the picture.',
      })),
      ...pictureFindings(track, 'dropout', stretch => ({
        measured: `${percent(stretch.worst)} of the picture for one frame`,
        limit: `${areaPercent} %`,
        message: 'Parts of the picture are wrong for a frame.',
      })),
    ]),
})

/** What could not be decoded at all has no frame to be shown. */
const lostPackets = ({ subject, damaged, result }: SeenTrack): Found[] =>
  damaged === 0 || (result.stretches.damaged?.found.length ?? 0) > 0
    ? []
    : [
        {
          subject,
          startS: null,
          endS: null,
          pictureS: null,
          measured: `${damaged} packets that cannot be decoded`,
          limit: 'none',
          message: 'The stream is damaged: parts of it cannot be decoded.',
        },
      ]
