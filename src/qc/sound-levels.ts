// Checks of levels: silence, a mute channel, a mean beside zero, line-up tone.
import { z } from 'zod'
import { defineCheck } from './check.ts'
import { dbfs, judgeTracks, lengthOf, ofChannel, overall, seconds, stretchFindings } from './sound-finding.ts'

const silenceLimits = z.object({
  belowDbfs: z.number().max(0).default(-60).describe('Every channel stays below this level'),
  minSilenceS: z.number().positive().default(2).describe('for so long, within the programme'),
  minEdgeSilenceS: z.number().positive().default(5).describe('for so long, at its beginning or end'),
})
export type SilenceLimits = z.infer<typeof silenceLimits>

/** Silence that begins or ends so near the track's own ends belongs to them. */
const EDGE_S = 0.1

export const silence = defineCheck<SilenceLimits>({
  id: 'sound.silence',
  layer: 'baseband',
  title: 'Silence',
  finds: 'Stretches in which every channel is silent. Programmes fade in and out: their ends may be silent for longer.',
  source: 'Headend’s choice; delivery lists of broadcasters go down to 12 frames (Adstream)',
  limits: silenceLimits,
  profiles: {
    broadcast: { severity: 'warn', limits: { minEdgeSilenceS: 2 } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info' },
  },
  judge: (evidence, { belowDbfs, minSilenceS, minEdgeSilenceS }) =>
    judgeTracks(evidence, ({ subject, result, inspection }) => {
      const { startS, endS } = result.clock ?? { startS: 0, endS: Number.POSITIVE_INFINITY }
      const { found, more } = inspection.stretches.silence
      const isEdge = (from: number, to: number): boolean => from < startS + EDGE_S || to > endS - EDGE_S
      const held = found.filter(each => {
        const least = isEdge(each.startS, each.endS) ? minEdgeSilenceS : minSilenceS
        return lengthOf(each) >= least - 1e-6
      })
      return stretchFindings(subject, { found: held, more }, stretch => {
        const whole = stretch.startS < startS + EDGE_S && stretch.endS > endS - EDGE_S
        const least = isEdge(stretch.startS, stretch.endS) ? minEdgeSilenceS : minSilenceS
        return {
          measured: `${seconds(lengthOf(stretch))}, at most ${dbfs(stretch.worst)}`,
          limit: `less than ${seconds(least)} below ${belowDbfs} dBFS`,
          message: whole ? 'The track is silent from beginning to end.' : 'All channels are silent.',
        }
      })
    }),
})

const muteLimits = z.object({
  minMuteS: z
    .number()
    .positive()
    .default(5)
    .describe('One channel of a pair is silent while the other is heard, for so long'),
})
export type MuteLimits = z.infer<typeof muteLimits>

export const muteChannel = defineCheck<MuteLimits>({
  id: 'sound.mute-channel',
  layer: 'baseband',
  title: 'Mute channel',
  finds:
    'A left or right channel that is silent while its partner is heard, for a part of the programme. A pair that is one-sided throughout is found by sound.mono-as-stereo.',
  source: 'Headend’s choice: sound may be placed wholly to one side for a moment',
  limits: muteLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { minMuteS }) =>
    judgeTracks(evidence, ({ subject, inspection: { stretches, pairs, channels } }) => {
      const dead = channels.filter(({ activeS }) => activeS === 0).map(({ name }) => name)
      const oneSided = pairs.filter(pair => dead.includes(pair.left) !== dead.includes(pair.right))
      const throughout = oneSided.flatMap(({ left, right }) => [left, right])
      const { found, more } = stretches.mute
      const partly = found.filter(({ channel }) => channel === null || !throughout.includes(channel))
      return stretchFindings(subject, { found: partly, more }, stretch => ({
        measured: `${stretch.channel} silent for ${seconds(lengthOf(stretch))}, its partner at ${dbfs(stretch.worst)}`,
        limit: `less than ${seconds(minMuteS)}`,
        message: `${stretch.channel} is silent while its partner is heard.`,
      }))
    }),
})

const dcLimits = z.object({
  maxOffsetDbfs: z
    .number()
    .max(0)
    .default(-46)
    .describe('Mean of the samples, in size (−46 dBFS is 0.5 % of full scale)'),
  minOffsetS: z.number().positive().default(3).describe('for so long'),
})
export type DcLimits = z.infer<typeof dcLimits>

export const dcOffset = defineCheck<DcLimits>({
  id: 'sound.dc-offset',
  layer: 'baseband',
  title: 'DC offset',
  finds:
    'Channels whose samples have a mean beside zero: a fault of a converter that costs headroom and clicks at each edit.',
  source: 'Headend’s choice; no standard states a limit',
  limits: dcLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { maxOffsetDbfs, minOffsetS }) =>
    judgeTracks(evidence, ({ subject, inspection: { stretches, channels } }) => {
      const limit = `mean within ±${(100 * 10 ** (maxOffsetDbfs / 20)).toFixed(2)} % of full scale for ${seconds(minOffsetS)}`
      const found = stretchFindings(subject, stretches.dc, stretch => ({
        measured: `${(100 * stretch.worst).toFixed(2)} %${ofChannel(stretch)}`,
        limit,
        message: `The samples of ${stretch.channel} lie beside zero.`,
      }))
      // A track may be shorter than the stretch.
      const heard = new Set(stretches.dc.found.map(({ channel }) => channel))
      const above = 10 ** (maxOffsetDbfs / 20)
      const whole = channels.filter(({ name, dcOffset: mean }) => !heard.has(name) && Math.abs(mean) > above)
      return [
        ...found,
        ...whole.map(({ name, dcOffset: mean }) =>
          overall(subject, {
            measured: `${(100 * mean).toFixed(2)} % in ${name}`,
            limit,
            message: `The samples of ${name} lie beside zero.`,
          }),
        ),
      ]
    }),
})

const toneLimits = z.object({
  minToneS: z.number().positive().default(3).describe('One steady sine between 200 Hz and 5 kHz for so long'),
  aboveDbfs: z.number().max(0).default(-40).describe('RMS level of a tone that is looked for'),
})
export type ToneLimits = z.infer<typeof toneLimits>

export const tone = defineCheck<ToneLimits>({
  id: 'sound.tone',
  layer: 'baseband',
  title: 'Line-up tone',
  finds: 'A steady sine in one or more channels: line-up tone that was left in, or a censor’s tone that stays on.',
  source: 'Line-up tone is a sine of 1 kHz (EBU R 49); length by Headend',
  limits: toneLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { minToneS }) =>
    judgeTracks(evidence, ({ subject, inspection }) =>
      stretchFindings(subject, inspection.stretches.tone, stretch => ({
        measured: `${stretch.worst.toFixed(0)} Hz for ${seconds(lengthOf(stretch))}${ofChannel(stretch)}`,
        limit: `less than ${seconds(minToneS)} of one tone`,
        message: `A steady tone is heard${ofChannel(stretch)}.`,
      })),
    ),
})
