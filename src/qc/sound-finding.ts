// How checks of sound walk over tracks, and how they say what they found.
import type { AudioStream, SoundInspection, SoundResult, SoundStretch, SoundStretches } from '../model/index.ts'
import type { Found, Judgement } from './check.ts'
import type { Evidence } from './evidence.ts'

export type HeardTrack = {
  readonly stream: AudioStream
  readonly subject: string
  readonly result: SoundResult
  readonly inspection: SoundInspection
}

/** Every track that could be decoded, judged by itself. */
export function judgeTracks({ sound }: Evidence, judge: (track: HeardTrack) => readonly Found[]): Judgement {
  if (sound.length === 0) return { skipped: 'the file has no sound' }
  const heard = sound.flatMap(({ stream, result }) =>
    result?.inspection ? [{ stream, subject: `a${stream.index}`, result, inspection: result.inspection }] : [],
  )
  return heard.length === 0 ? { skipped: 'no track of sound has samples' } : heard.flatMap(judge)
}

/** About the whole of a stream or of the file. */
export const overall = (subject: string, text: Pick<Found, 'measured' | 'limit' | 'message' | 'severity'>): Found => ({
  subject,
  startS: null,
  endS: null,
  pictureS: null,
  ...text,
})

/** One finding per stretch, and one more for those that were not kept. */
export function stretchFindings(
  subject: string,
  { found, more }: SoundStretches,
  say: (stretch: SoundStretch) => Pick<Found, 'measured' | 'limit' | 'message' | 'severity'>,
): Found[] {
  const findings: Found[] = found.map(stretch => ({
    subject,
    startS: round(stretch.startS),
    endS: round(stretch.endS),
    pictureS: null,
    ...say(stretch),
  }))
  const last = found.at(-1)
  if (more > 0 && last) {
    const { limit } = say(last)
    findings.push(
      overall(subject, {
        measured: `${more} more`,
        limit,
        message: `There are ${more} more of these; the first ones are listed.`,
      }),
    )
  }
  return findings
}

/** To the microsecond: times of findings are sums. */
const round = (seconds: number): number => Math.round(seconds * 1e6) / 1e6

export const lengthOf = ({ startS, endS }: SoundStretch): number => endS - startS

/** Enough digits for a finding, no more. */
export const seconds = (value: number): string => `${value.toFixed(value < 1 ? 3 : 2)} s`
export const dbfs = (value: number): string => (value <= -200 ? 'digital silence' : `${value.toFixed(1)} dBFS`)
/** `FL ` before what is said of it; nothing when it is about all channels. */
export const ofChannel = ({ channel }: SoundStretch): string => (channel === null ? '' : ` in ${channel}`)
