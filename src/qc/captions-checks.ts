// Checks of caption tracks that the file itself carries.
import { z } from 'zod'
import type { CueFault, CueNote } from '../model/index.ts'
import { defineCheck, type Found, type Judgement } from './check.ts'
import { programmeEndS } from './cross-checks.ts'
import type { Evidence } from './evidence.ts'
import type { CaptionTrack } from './part-captions.ts'
import { overall, seconds } from './sound-finding.ts'

type ReadTrack = CaptionTrack & { readonly result: NonNullable<CaptionTrack['result']> }

function judgeCues({ captions }: Evidence, judge: (subject: string, track: ReadTrack) => readonly Found[]): Judgement {
  if (captions.length === 0) return { skipped: 'the file has no captions' }
  const read = captions.filter((track): track is ReadTrack => track.result !== null)
  if (read.length === 0) return { skipped: 'its captions are pictures, or of a format that is not read' }
  return read.flatMap(track => judge(`s${track.stream.index}`, track))
}

/** One finding per cue, and one more for those that were not kept. */
function cueFindings(
  subject: string,
  { result }: ReadTrack,
  fault: CueFault,
  say: (note: CueNote) => Pick<Found, 'measured' | 'limit' | 'message' | 'severity'>,
): Found[] {
  const { found, more } = result.faults[fault]
  const findings: Found[] = found.map(note => ({
    subject,
    startS: note.startS,
    endS: note.endS,
    pictureS: Math.max(0, note.startS),
    ...say(note),
  }))
  const last = found.at(-1)
  if (more > 0 && last)
    findings.push(
      overall(subject, {
        measured: `${more} more`,
        limit: say(last).limit,
        message: `There are ${more} more of these; the first ones are listed.`,
      }),
    )
  return findings
}

const presentLimits = z.object({
  languages: z.array(z.string()).default([]).describe('Languages that have to be there; none: any track will do'),
})

const present = defineCheck<z.infer<typeof presentLimits>>({
  id: 'captions.present',
  layer: 'cross-check',
  title: 'Captions are there',
  finds: 'A file without caption tracks. Captions within the pictures (CEA-608/708, teletext) are not looked for.',
  source: 'profile: many deliveries bring captions in files of their own, so no profile of Headend asks for them',
  limits: presentLimits,
  profiles: { broadcast: 'off', ott: 'off', ugc: 'off' },
  judge: ({ captions }, { languages }) => {
    const missing = languages.filter(each => !captions.some(({ stream }) => stream.language === each))
    if (captions.length > 0 && missing.length === 0) return []
    return [
      overall('file', {
        measured: captions.length === 0 ? 'no caption track' : `none in ${missing.join(', ')}`,
        limit: languages.length === 0 ? 'a caption track' : `captions in ${languages.join(', ')}`,
        message: 'Captions are missing.',
      }),
    ]
  },
})

const parsable = defineCheck({
  id: 'captions.parsable',
  layer: 'bitstream',
  title: 'Captions can be read',
  finds: 'Caption packets that break the rules of their format, or have no time.',
  source: 'The format of the track: WebVTT, TTML, ASS, SubRip, 3GPP TS 26.245 (mov_text)',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: evidence =>
    judgeCues(evidence, (subject, track) =>
      cueFindings(subject, track, 'unreadable', ({ text }) => ({
        measured: text || 'not understood',
        limit: `valid ${track.format}`,
        message: 'A caption cannot be read, or not all of it.',
      })),
    ),
})

const empty = defineCheck({
  id: 'captions.empty',
  layer: 'baseband',
  title: 'Empty captions',
  finds: 'Cues without text, and tracks without cues.',
  source: 'Headend’s choice: a cue is there to show something',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: evidence =>
    judgeCues(evidence, (subject, track) => [
      ...(track.result.cues === 0
        ? [
            overall(subject, {
              measured: 'no cue',
              limit: 'at least one',
              message: 'The caption track has nothing to show.',
            }),
          ]
        : []),
      ...cueFindings(subject, track, 'empty', () => ({
        measured: 'no text',
        limit: 'text in every cue',
        message: 'A cue shows nothing.',
      })),
    ]),
})

const overlap = defineCheck({
  id: 'captions.overlap',
  layer: 'baseband',
  title: 'Overlapping captions',
  finds: 'Cues in one place of the screen that are on at the same time. Other places may have cues of their own.',
  source: 'Headend’s choice: players stack such cues in different orders, or show one of them',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: evidence =>
    judgeCues(evidence, (subject, track) =>
      cueFindings(subject, track, 'overlap', ({ figure, text }) => ({
        measured: `${seconds(figure)} before the cue ahead has ended`,
        limit: 'cues that follow each other',
        message: `“${text}” begins before the cue ahead of it ends.`,
      })),
    ),
})

const timingLimits = z.object({
  maxCharactersPerS: z.number().positive().default(25).describe('Pace of the text, line breaks not counted'),
  minDurationS: z.number().nonnegative().default(0.3).describe('Shortest time that a cue is shown'),
  maxBeyondEndS: z
    .number()
    .nonnegative()
    .default(0.5)
    .describe('A cue may be on for so long after the end of the programme'),
})
export type CaptionTimingLimits = z.infer<typeof timingLimits>

const timing = defineCheck<CaptionTimingLimits>({
  id: 'captions.timing',
  layer: 'cross-check',
  title: 'Times of captions',
  finds:
    'Cues that have no length, flash by, are too fast to read, begin before the programme or are on after its end.',
  source:
    'Netflix Timed Text Style Guide: 20 characters per second and 5/6 s; limits by Headend leave room for translations',
  limits: timingLimits,
  profiles: {
    broadcast: { severity: 'warn' },
    ott: { severity: 'warn' },
    ugc: { severity: 'info' },
  },
  judge: (evidence, { maxCharactersPerS, minDurationS, maxBeyondEndS }) =>
    judgeCues(evidence, (subject, track) => {
      const { startS, endS, lastText } = track.result
      const found = [
        ...cueFindings(subject, track, 'short', ({ figure, text }) => ({
          measured: figure <= 0 ? `a length of ${figure.toFixed(3)} s` : seconds(figure),
          limit: `at least ${seconds(minDurationS)}`,
          message: `${text ? `“${text}”` : 'A cue'} ${figure <= 0 ? 'has no length' : 'flashes by'}.`,
        })),
        ...cueFindings(subject, track, 'fast', ({ figure, text }) => ({
          measured: `${figure.toFixed(0)} characters per second`,
          limit: `at most ${maxCharactersPerS}`,
          message: `“${text}” is too fast to read.`,
          // Read it can be, by some.
          severity: 'info',
        })),
      ]
      const programme = programmeEndS(evidence)
      const about = (fromS: number, toS: number, text: Pick<Found, 'measured' | 'limit' | 'message'>): Found => ({
        subject,
        startS: fromS,
        endS: toS,
        pictureS: null,
        ...text,
      })
      if (startS !== null && startS < 0)
        found.push(
          about(startS, 0, {
            measured: `begins at ${startS.toFixed(3)} s`,
            limit: 'not before the programme',
            message: 'A cue begins before the programme.',
          }),
        )
      if (programme !== null && endS !== null && endS > programme + maxBeyondEndS)
        found.push(
          about(programme, endS, {
            measured: `ends ${seconds(endS - programme)} after the programme`,
            limit: `at most ${seconds(maxBeyondEndS)}`,
            message: `“${lastText}” is on when the programme is over.`,
          }),
        )
      return found
    }),
})

export const captionChecks = [present, parsable, empty, overlap, timing]
