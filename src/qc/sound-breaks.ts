// Checks of faults within sound: dropouts, clicks, hum, invalid samples.
import { z } from 'zod'
import { defineCheck } from './check.ts'
import { judgeTracks, ofChannel, overall, stretchFindings } from './sound-finding.ts'

const dropoutLimits = z.object({
  minDropoutMs: z.number().positive().default(3).describe('Digital silence (below −80 dBFS) of at least so long'),
  maxDropoutMs: z.number().positive().default(500).describe('and at most so long'),
  programmeAboveDbfs: z.number().max(0).default(-40).describe('with sound above this right before and after it'),
})
export type DropoutLimits = z.infer<typeof dropoutLimits>

export const dropout = defineCheck<DropoutLimits>({
  id: 'sound.dropout',
  layer: 'baseband',
  title: 'Dropout',
  finds:
    'Short digital silence with loud sound right before and after it. Of what was lost before lossy coding, holes of 20 ms and more stay empty in AAC, MP3 and AC-3; Opus fills them.',
  source: 'Headend’s choice; EBU QC and Baton name the test without a limit',
  limits: dropoutLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { minDropoutMs, maxDropoutMs }) =>
    judgeTracks(evidence, ({ subject, inspection }) =>
      stretchFindings(subject, inspection.stretches.dropout, stretch => ({
        measured: `${stretch.worst.toFixed(1)} ms of digital silence${ofChannel(stretch)}`,
        limit: `none of ${minDropoutMs} to ${maxDropoutMs} ms within sound`,
        message: `The sound breaks off for a moment${ofChannel(stretch)}.`,
      })),
    ),
})

const clickLimits = z.object({
  minRatio: z.number().positive().default(40).describe('A jump so many times larger than the sound around it'),
  aboveDbfs: z.number().max(0).default(-34).describe('Size of a jump that is looked at'),
})
export type ClickLimits = z.infer<typeof clickLimits>

export const click = defineCheck<ClickLimits>({
  id: 'sound.click',
  layer: 'baseband',
  title: 'Click',
  finds:
    'Lone jumps between samples within sound that goes on as before: a bad edit, lost samples, damage. Jumps in bright or noisy sound hide in it.',
  source: 'Headend’s choice: nothing above 8 was found in the film that it was tried on',
  limits: clickLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'info' }, ugc: { severity: 'info' } },
  judge: (evidence, { minRatio }) =>
    judgeTracks(evidence, ({ subject, inspection }) =>
      stretchFindings(subject, inspection.stretches.click, stretch => ({
        measured: `a jump of ${stretch.worst.toFixed(0)} times its surroundings${ofChannel(stretch)}`,
        limit: `less than ${minRatio} times`,
        message: `A click${ofChannel(stretch)}.`,
      })),
    ),
})

export const hum = defineCheck({
  id: 'sound.hum',
  layer: 'baseband',
  title: 'Mains hum',
  finds:
    'A line at 50 or 60 Hz, or at their second or third harmonic, that stays at one level in all of the sound. Needs 10 s of it; a drone that was composed looks the same.',
  source:
    'Headend’s choice: 15 dB above its neighbours and steady to 4 dB in 90 % of the windows of 2 s; EBU QC names the test',
  limits: z.object({ aboveDbfs: z.number().max(0).default(-65).describe('RMS level of the line') }),
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'info' }, ugc: { severity: 'info' } },
  judge: (evidence, { aboveDbfs }) =>
    judgeTracks(evidence, ({ subject, inspection }) =>
      inspection.hum
        .filter(({ levelDbfs }) => levelDbfs > aboveDbfs)
        .map(({ channel, mainsHz, lineHz, levelDbfs, share }) =>
          overall(subject, {
            measured: `${lineHz} Hz at ${levelDbfs.toFixed(1)} dBFS in ${channel}, ${(100 * share).toFixed(0)} % of the time`,
            limit: `no steady line of ${mainsHz} Hz mains above ${aboveDbfs} dBFS`,
            message: `${mainsHz} Hz mains hum in ${channel}.`,
          }),
        ),
    ),
})

export const invalidSamples = defineCheck({
  id: 'sound.nan',
  layer: 'baseband',
  title: 'Invalid samples',
  finds:
    'Samples that are no numbers or infinite: only formats of floats can hold them, and players hiss or fall silent.',
  source: 'IEEE 754: NaN and infinities are no amplitudes',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: evidence =>
    judgeTracks(evidence, ({ subject, inspection }) =>
      stretchFindings(subject, inspection.stretches.invalid, stretch => ({
        measured: `${stretch.count} samples${ofChannel(stretch)}`,
        limit: 'none',
        message: `Samples are no numbers${ofChannel(stretch)}.`,
      })),
    ),
})
