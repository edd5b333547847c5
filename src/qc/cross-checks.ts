// Checks of tracks against each other: where they begin and end, sound’s clock against its samples, languages.
import { z } from 'zod'
import { trackPurpose } from '../audio/index.ts'
import { parseRational, toNumber } from '../core/index.ts'
import type { AudioStream, SubtitleStream } from '../model/index.ts'
import { defineCheck, type Found, type Judgement } from './check.ts'
import type { Evidence } from './evidence.ts'
import { judgeTracks, overall, stretchFindings } from './sound-finding.ts'

type Reach = { readonly startS: number; readonly endS: number; readonly frameS: number }

/** The first stream of pictures, as its packets reach. */
function pictureReach({ facts, spans }: Evidence): Reach | null {
  for (const { index, frameRate } of facts.video) {
    const span = spans.get(index)
    if (span?.startS == null || span.endS === null) continue
    const rate = frameRate ? toNumber(parseRational(frameRate)) : 0
    return { startS: span.startS, endS: span.endS, frameS: rate > 0 ? 1 / rate : 0.04 }
  }
  return null
}

function judgeAgainstPicture(
  evidence: Evidence,
  judge: (subject: string, sound: { startS: number; endS: number }, picture: Reach) => Found | null,
): Judgement {
  const picture = pictureReach(evidence)
  if (!picture) return { skipped: 'the file has no pictures' }
  return judgeTracks(evidence, ({ subject, result }) => {
    const found = result.clock && judge(subject, result.clock, picture)
    return found ? [found] : []
  })
}

/** Milliseconds as text, with their sign. */
const signed = (value: number, unit: string, digits = 0): string =>
  `${value > 0 ? '+' : '−'}${Math.abs(value).toFixed(digits)} ${unit}`

const durationLimits = z.object({
  maxShortFrames: z.number().positive().default(2).describe('Sound may end so many pictures before the last one ends'),
  maxLongS: z.number().positive().default(2).describe('Sound may go on for so long after the last picture'),
})

const duration = defineCheck<z.infer<typeof durationLimits>>({
  id: 'cross.duration',
  layer: 'cross-check',
  title: 'Lengths of tracks',
  finds: 'Sound that ends before the pictures do, or goes on long after them.',
  source: 'EBU QC 0009X (durations); more than 2 pictures short or 2 s long: delivery lists of broadcasters',
  limits: durationLimits,
  profiles: {
    broadcast: { severity: 'fail' },
    ott: { severity: 'warn' },
    ugc: { severity: 'info', limits: { maxShortFrames: 12 } },
  },
  judge: (evidence, { maxShortFrames, maxLongS }) =>
    judgeAgainstPicture(evidence, (subject, sound, picture) => {
      const longer = sound.endS - picture.endS
      const maxShortS = maxShortFrames * picture.frameS
      if (longer >= -maxShortS - 1e-3 && longer <= maxLongS) return null
      return {
        subject,
        startS: Math.max(0, Math.min(sound.endS, picture.endS)),
        endS: Math.max(sound.endS, picture.endS),
        measured: `sound ends ${signed(longer, 's', 3)} from the last picture`,
        limit: `−${maxShortS.toFixed(3)} s (${maxShortFrames} pictures) to +${maxLongS} s`,
        message: longer < 0 ? 'The sound ends before the pictures.' : 'The sound goes on after the last picture.',
        pictureS: Math.min(sound.endS, picture.endS),
      }
    }),
})

const startLimits = z.object({
  maxEarlyMs: z.number().positive().default(45).describe('Sound may begin so much before the first picture'),
  maxLateMs: z.number().positive().default(125).describe('Sound may begin so much after it'),
})

const avStart = defineCheck<z.infer<typeof startLimits>>({
  id: 'cross.av-start',
  layer: 'cross-check',
  title: 'Start of sound and picture',
  finds:
    'Sound that begins earlier or later than the pictures. A player that keeps to timestamps is in sync all the same; one that starts both at once is off by this. What lips do is not looked at.',
  source:
    'ITU-R BT.1359-1: detected from 45 ms early and 125 ms late on, accepted to 90 and 185 ms; EBU R 37: 40 ms early, 60 ms late',
  limits: startLimits,
  profiles: {
    broadcast: { severity: 'warn', limits: { maxEarlyMs: 40, maxLateMs: 60 } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info', limits: { maxEarlyMs: 90, maxLateMs: 185 } },
  },
  judge: (evidence, { maxEarlyMs, maxLateMs }) =>
    judgeAgainstPicture(evidence, (subject, sound, picture) => {
      const lateMs = (sound.startS - picture.startS) * 1000
      if (lateMs >= -maxEarlyMs && lateMs <= maxLateMs) return null
      return {
        subject,
        startS: Math.min(sound.startS, picture.startS),
        endS: Math.max(sound.startS, picture.startS),
        measured: `sound begins ${signed(lateMs, 'ms')} from the first picture`,
        limit: `−${maxEarlyMs} to +${maxLateMs} ms`,
        message: `The sound begins ${lateMs > 0 ? 'after' : 'before'} the pictures.`,
        pictureS: picture.startS,
      }
    }),
})

const driftLimits = z.object({
  maxJumpMs: z
    .number()
    .positive()
    .default(10)
    .describe('A timestamp may differ so much from what the samples before it say'),
  maxDriftMs: z.number().positive().default(40).describe('Timestamps and samples may walk apart by so much in all'),
})
export type DriftLimits = z.infer<typeof driftLimits>

const avDrift = defineCheck<DriftLimits>({
  id: 'cross.av-drift',
  layer: 'cross-check',
  title: 'Clock of sound',
  finds:
    'Gaps and overlaps in the timestamps of sound, and timestamps that run faster or slower than the samples between them: players then cut, stretch, or lose sync.',
  source: 'EBU R 37: 40 ms; jumps by Headend: above the rounding of milliseconds, below a frame of any codec',
  limits: driftLimits,
  profiles: {
    broadcast: { severity: 'fail', limits: { maxDriftMs: 20 } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info', limits: { maxJumpMs: 40, maxDriftMs: 90 } },
  },
  judge: (evidence, { maxJumpMs, maxDriftMs }) =>
    judgeTracks(evidence, ({ subject, result: { clock } }) => {
      if (!clock) return []
      const found = stretchFindings(subject, clock.jumps, ({ worst }) => ({
        measured: `${signed(worst * 1000, 'ms', 1)} against the samples`,
        limit: `within ±${maxJumpMs} ms`,
        message: worst > 0 ? 'There is a gap in the sound.' : 'Sound overlaps what came before it.',
      }))
      const driftMs = clock.driftS * 1000
      if (Math.abs(driftMs) <= maxDriftMs) return found
      const perMille = (1000 * clock.driftS) / Math.max(1e-3, clock.endS - clock.startS)
      return [
        ...found,
        overall(subject, {
          measured: `${signed(driftMs, 'ms')} at the end (${signed(perMille, '‰', 2)})`,
          limit: `within ±${maxDriftMs} ms`,
          message: `Timestamps run ${driftMs > 0 ? 'slower' : 'faster'} than the samples: sound and pictures walk apart.`,
        }),
      ]
    }),
})

/** Dispositions that make a caption track another one. */
const roles = ['forced', 'hearing_impaired', 'captions', 'comment', 'visual_impaired', 'descriptions']

const language = defineCheck({
  id: 'cross.language',
  layer: 'cross-check',
  title: 'Languages',
  finds:
    'Tracks of sound and captions without a language, and two tracks that a menu cannot tell apart: one language, purpose, title and, for sound, codec and channels.',
  source: 'Apple HLS authoring specification (LANGUAGE, NAME); ISO 639-2 / BCP 47 tags of the containers',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'warn' }, ugc: 'off' },
  judge: ({ facts }) => {
    if (facts.audio.length + facts.subtitles.length === 0) return { skipped: 'the file has no sound and no captions' }
    const sound = ({ language: tag, title, codec, channels, dispositions }: AudioStream): string =>
      [tag, trackPurpose({ dispositions }), title, codec, channels].join('/')
    const text = ({ language: tag, title, dispositions }: SubtitleStream): string =>
      [tag, title, ...roles.filter(role => dispositions.includes(role))].join('/')
    return [...languagesOf('a', facts.audio, sound), ...languagesOf('s', facts.subtitles, text)]
  },
})

function languagesOf<S extends AudioStream | SubtitleStream>(
  letter: string,
  streams: readonly S[],
  key: (stream: S) => string,
): Found[] {
  const seen = new Map<string, string>()
  return streams.flatMap(stream => {
    const subject = `${letter}${stream.index}`
    const kind = letter === 'a' ? 'sound' : 'captions'
    if (stream.language === null)
      return [
        overall(subject, {
          measured: 'no language',
          limit: 'a language',
          message: `The track of ${kind} does not say its language.`,
        }),
      ]
    const twin = seen.get(key(stream))
    seen.set(key(stream), twin ?? subject)
    if (twin === undefined) return []
    return [
      overall(subject, {
        measured: `${stream.language}, like ${twin}`,
        limit: 'tracks that can be told apart',
        message: `${subject} and ${twin} have the same language and purpose.`,
      }),
    ]
  })
}

export const crossChecks = [duration, avStart, avDrift, language]

/** When the programme ends: its last picture or its last sample; null when nothing was read. */
export function programmeEndS(evidence: Evidence): number | null {
  const picture = pictureReach(evidence)
  const sound = evidence.sound.flatMap(({ result }) => (result?.clock ? [result.clock.endS] : []))
  const ends = picture ? [picture.endS, ...sound] : sound
  return ends.length > 0 ? Math.max(...ends) : null
}
