// How checks of the wrapper say what they found.
import type { IsoLayout, PacketStretch, PacketStretches, TsLayout } from '../model/index.ts'
import type { Found, Judgement } from './check.ts'
import type { Evidence } from './evidence.ts'
import { overall } from './sound-finding.ts'

type Text = Pick<Found, 'measured' | 'limit' | 'message'>

export const NO_ISO = 'the file is no MP4 or QuickTime'

export function judgeIso({ layout }: Evidence, judge: (iso: IsoLayout) => Judgement): Judgement {
  return layout?.iso ? judge(layout.iso) : { skipped: NO_ISO }
}

export function judgeTs({ layout }: Evidence, judge: (ts: TsLayout) => readonly Found[]): Judgement {
  return layout?.ts ? judge(layout.ts) : { skipped: 'the file is no transport stream' }
}

const MAX_FINDINGS = 20

/** One finding per stretch, and one for those that are too many to be listed. */
export function stretchesOf(
  subject: string,
  { found, more }: PacketStretches,
  say: (stretch: PacketStretch) => Text,
): Found[] {
  const listed = found.slice(0, MAX_FINDINGS).map(stretch => ({
    subject,
    startS: micro(stretch.startS),
    endS: micro(stretch.endS),
    pictureS: subject.startsWith('v') ? Math.max(0, micro(stretch.startS)) : null,
    ...say(stretch),
  }))
  const rest = found.length - listed.length + more
  if (rest === 0) return listed
  const { limit } = say(found.at(-1)!)
  const message = `There are ${rest} more of these; the first ones are listed.`
  return [...listed, overall(subject, { measured: `${rest} more`, limit, message })]
}

const micro = (seconds: number): number => Math.round(seconds * 1e6) / 1e6

export const ms = (seconds: number): string => `${(seconds * 1000).toFixed(1)} ms`
export const secs = (seconds: number): string => `${seconds.toFixed(3)} s`
export const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

/** What findings call a track of ISO media: the streams of FFmpeg come in the order of the tracks. */
export function trackSubject(iso: IsoLayout, index: number): string {
  const letters: Readonly<Record<string, string>> = { vide: 'v', soun: 'a', subt: 's', sbtl: 's', text: 's', clcp: 's' }
  return `${letters[iso.tracks[index]!.handler] ?? 'd'}${index}`
}
