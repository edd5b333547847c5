// Checks of how frames are made: fields, their order, film in video, repeated pictures, bars around the picture.
import { z } from 'zod'
import { defineCheck, type Found } from './check.ts'
import { judgePictures, lengthOf, percent, pictureFindings, seconds } from './picture-finding.ts'

const noLimits = z.object({})

export const interlaced = defineCheck({
  id: 'picture.interlaced',
  layer: 'baseband',
  title: 'Combing',
  finds: 'Frames of two moments in a stream that says it is progressive. Needs motion, and windows of 50 frames.',
  source: 'FFmpeg’s idet: 40 % of a window in one field order, four times as many as in the other',
  limits: noLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: evidence =>
    judgePictures(evidence, track =>
      track.stream.scan === 'interlaced'
        ? []
        : pictureFindings(track, 'interlaced', stretch => ({
            measured: `${percent(stretch.worst)} of the frames comb`,
            limit: 'a stream flagged progressive has frames of one moment',
            message: 'The picture is interlaced, and its stream says that it is progressive.',
          })),
    ),
})

export const fieldOrder = defineCheck({
  id: 'picture.field-order',
  layer: 'baseband',
  title: 'Field order',
  finds: 'Fields that lie in the other order than the stream says: motion jumps to and fro.',
  source: 'EBU QC (field order); measured by FFmpeg’s idet',
  limits: noLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: evidence =>
    judgePictures(evidence, track => {
      const { scan, fieldOrder: order } = track.stream
      if (scan !== 'interlaced' || (order !== 'tff' && order !== 'bff')) return []
      const [fault, seen, said] =
        order === 'tff'
          ? (['bottomFieldFirst', 'bottom', 'top'] as const)
          : (['topFieldFirst', 'top', 'bottom'] as const)
      return pictureFindings(track, fault, stretch => ({
        measured: `${seen} field first in ${percent(stretch.worst)} of the frames`,
        limit: `${said} field first, as the stream says`,
        message: `The ${seen} field comes first, and the stream says the ${said} one.`,
      }))
    }),
})

const cadenceLimits = z.object({
  minRepeatPercent: z.number().positive().default(4).describe('Repeated frames in a window of 50, in percent'),
  maxRepeatPercent: z.number().positive().default(70).describe('More of them are a scene that hardly moves'),
})
export type CadenceLimits = z.infer<typeof cadenceLimits>

export const cadence = defineCheck<CadenceLimits>({
  id: 'picture.cadence',
  layer: 'baseband',
  title: 'Cadence',
  finds:
    'Film in 2:3 pull-down where the stream says progressive, and frames shown again while the scene moves: stutter, or a rate that was filled up. Animation on twos and threes looks the same. Frames left out are not seen.',
  source: 'SMPTE RP 197 for pull-down; Headend’s choice for repeats: two in 50',
  limits: cadenceLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { minRepeatPercent }) =>
    judgePictures(evidence, track => [
      ...(track.stream.scan === 'interlaced'
        ? []
        : pictureFindings(track, 'telecine', stretch => ({
            measured: `pull-down, ${percent(stretch.worst)} of the frames comb`,
            limit: 'a stream flagged progressive has frames of one moment',
            message: 'Film was laid into video by 2:3 pull-down, and is coded as if it were progressive.',
          }))),
      ...pictureFindings(track, 'repeats', stretch => ({
        measured: `${percent(stretch.worst)} of the frames are repeats, ${stretch.what}`,
        limit: `less than ${minRepeatPercent} %`,
        message:
          stretch.what === 'at odd times'
            ? 'Motion stutters: frames are shown again.'
            : 'Frames are repeated in a rhythm: the scene has fewer pictures than the stream.',
      })),
    ]),
})

const letterboxLimits = z.object({
  maxBarsPercent: z.number().nonnegative().default(0).describe('Part of the frame that bars may fill, in percent'),
  minShapeS: z.number().nonnegative().default(3).describe('A shape of the picture counts from so many seconds on'),
})
export type LetterboxLimits = z.infer<typeof letterboxLimits>

export const letterbox = defineCheck<LetterboxLimits>({
  id: 'picture.letterbox',
  layer: 'baseband',
  title: 'Bars around the picture',
  finds:
    'Black bars of at least 8 lines or columns on opposite sides, and pictures whose shape changes. Looks four times a second; a scene with dark edges may pass for bars.',
  source: 'Headend’s choice; EBU QC (letterbox, pillarbox, mixed aspect)',
  limits: letterboxLimits,
  profiles: { broadcast: { severity: 'info' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { maxBarsPercent, minShapeS }) =>
    judgePictures(evidence, track => {
      const shapes = (track.result.stretches.shapes?.found ?? []).filter(shape => lengthOf(shape) >= minShapeS - 0.001)
      const names = [...new Set(shapes.map(({ what }) => what))]
      const barred = pictureFindings(track, 'shapes', shape =>
        shape.worst <= maxBarsPercent || lengthOf(shape) < minShapeS - 0.001
          ? null
          : {
              measured: `${shape.what} lit for ${seconds(lengthOf(shape))}`,
              limit: `bars over ${maxBarsPercent} % of the frame`,
              message: `Black bars lie around a picture of ${shape.what}.`,
            },
      )
      const mixed: Found = {
        subject: track.subject,
        startS: null,
        endS: null,
        pictureS: null,
        measured: names.join(', '),
        limit: 'one shape',
        message: 'The picture changes its shape.',
      }
      return names.length > 1 ? [mixed, ...barred] : barred
    }),
})
