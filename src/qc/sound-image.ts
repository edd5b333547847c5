// Checks of how channels relate: inverted pairs, pairs that are one channel, layouts that promise more than there is.
import { z } from 'zod'
import type { SoundPair } from '../model/index.ts'
import { defineCheck, type Found } from './check.ts'
import { type HeardTrack, judgeTracks, lengthOf, overall, seconds, stretchFindings } from './sound-finding.ts'

const phaseLimits = z.object({
  correlationBelow: z
    .number()
    .min(-1)
    .max(0)
    .default(-0.5)
    .describe('Correlation of a left and right channel (−1 is inverted)'),
  minPhaseS: z.number().positive().default(2).describe('for so long'),
})
export type PhaseLimits = z.infer<typeof phaseLimits>

export const phase = defineCheck<PhaseLimits>({
  id: 'sound.phase',
  layer: 'baseband',
  title: 'Inverted phase',
  finds: 'Left and right channels of opposite polarity: who hears them from one loudspeaker hears little or nothing.',
  source: 'Phase beyond 180° ± 90° (DPP list of EBU QC tests) is a correlation below 0; the limit of −0.5 is Headend’s',
  limits: phaseLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { correlationBelow }) =>
    judgeTracks(evidence, ({ subject, inspection }) =>
      stretchFindings(subject, inspection.stretches.phase, stretch => ({
        measured: `correlation ${stretch.worst.toFixed(2)} of ${stretch.channel} for ${seconds(lengthOf(stretch))}`,
        limit: `not below ${correlationBelow}`,
        message: `${stretch.channel} are of opposite polarity: mixed to mono they cancel.`,
      })),
    ),
})

const monoLimits = z.object({
  minShare: z.number().positive().max(1).default(0.995).describe('Part of the time with sound'),
  minActiveS: z.number().positive().default(2).describe('Shorter sound is not judged'),
})

export const monoAsStereo = defineCheck<z.infer<typeof monoLimits>>({
  id: 'sound.mono-as-stereo',
  layer: 'baseband',
  title: 'Mono as stereo',
  finds:
    'Pairs of channels that carry one and the same sound (to −50 dB), or of which one is silent, from beginning to end.',
  source: 'Headend’s choice; EBU QC and DPP lists name the test without a limit',
  limits: monoLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'info' }, ugc: { severity: 'info' } },
  judge: (evidence, { minShare, minActiveS }) =>
    judgeTracks(evidence, ({ subject, inspection: { pairs } }) =>
      pairs.flatMap(pair => {
        if (pair.activeS < minActiveS) return []
        const name = `${pair.left}+${pair.right}`
        const limit = `less than ${percent(minShare)} of the sound`
        if (pair.oneSidedS >= minShare * pair.activeS)
          return [
            overall(subject, {
              measured: `${percent(pair.oneSidedS / pair.activeS)} one-sided (${name})`,
              limit,
              message: `Only one channel of ${name} is heard.`,
            }),
          ]
        if (pair.sameS < minShare * pair.activeS) return []
        return [
          overall(subject, {
            measured: `${percent(pair.sameS / pair.activeS)} the same (${name})`,
            limit,
            message: `Both channels of ${name} carry the same sound: it is mono.`,
          }),
        ]
      }),
    ),
})

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`

const layoutLimits = z.object({
  maxLfeHighBandDb: z.number().default(-10).describe('Energy of an LFE channel above 250 Hz, against all of it'),
  minActiveS: z.number().positive().default(2).describe('Shorter sound is not judged'),
})
type LayoutLimits = z.infer<typeof layoutLimits>

export const layout = defineCheck<LayoutLimits>({
  id: 'sound.layout',
  layer: 'baseband',
  title: 'Channel layout',
  finds:
    'Tracks without a layout, layouts that change, channels of a surround layout that are silent throughout, and LFE channels with sound that is no bass: usually channels in another order.',
  source: 'ITU-R BS.775-3 and BS.2051-3 (LFE: up to 120 Hz); limits by Headend',
  limits: layoutLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, limits) => judgeTracks(evidence, track => judgeLayout(track, limits)),
})

function judgeLayout({ subject, result, inspection }: HeardTrack, limits: LayoutLimits): Found[] {
  const found: Found[] = []
  const { channels, pairs } = inspection
  // One or two channels are mono and stereo to everyone, and PCM in Matroska has no word for it.
  if (result.layoutAssumed && channels.length > 2)
    found.push(
      overall(subject, {
        measured: `${result.layout} without a layout`,
        limit: 'a layout that names each channel',
        message: 'The track does not say which channel is which: players guess.',
      }),
    )
  for (const { atS, from, to } of result.changes)
    found.push({
      subject,
      startS: atS,
      endS: atS,
      measured: `${from} → ${to}`,
      limit: 'one rate and one layout',
      message: 'Rate or layout change within the track; what follows was not inspected.',
      pictureS: null,
    })
  if (channels.length <= 2 || Math.max(...channels.map(({ activeS }) => activeS)) < limits.minActiveS) return found
  // A mute half of a pair is another check’s.
  const partner = (name: string): SoundPair | undefined =>
    pairs.find(({ left, right }) => left === name || right === name)
  const silent = channels.filter(({ name, activeS }) => activeS === 0 && (partner(name)?.activeS ?? 0) === 0)
  if (silent.length > 0) {
    // Without bass effects an LFE channel is silent, and rightly so.
    const onlyLfe = silent.every(({ name }) => name.startsWith('LFE'))
    found.push(
      overall(subject, {
        measured: `silent throughout: ${silent.map(({ name }) => name).join(', ')}`,
        limit: `sound in the channels of ${result.layout}`,
        message: onlyLfe
          ? 'The LFE channel is silent: there are no bass effects.'
          : `${result.layout} promises channels that have no sound in them.`,
        ...(onlyLfe ? { severity: 'info' } : {}),
      }),
    )
  }
  for (const { name, highBandDb, activeS } of channels)
    if (highBandDb !== null && activeS >= limits.minActiveS && highBandDb > limits.maxLfeHighBandDb)
      found.push(
        overall(subject, {
          measured: `${highBandDb.toFixed(1)} dB of ${name} above 250 Hz`,
          limit: `at most ${limits.maxLfeHighBandDb} dB`,
          message: `${name} carries sound of all frequencies: the channels may be in another order.`,
        }),
      )
  return found
}
