// Tracks by the words of a command line: `2`, `a:0`, `eng`, `commentary`, `eng:description`; roles and offsets given so.
import { HeadendError } from '../core/index.ts'
import type { AudioStream } from '../model/index.ts'

/** What a track is for, with FFmpeg's dispositions that say it; the first is written. */
const ROLES = {
  main: [],
  commentary: ['comment'],
  description: ['visual_impaired', 'descriptions'],
  hearing: ['hearing_impaired'],
  karaoke: ['karaoke'],
} as const satisfies Record<string, readonly string[]>

export type TrackRole = keyof typeof ROLES
export const trackRoles = Object.keys(ROLES) as [TrackRole, ...TrackRole[]]

type Disposed = Pick<AudioStream, 'dispositions'>

/** FFmpeg's name of what a track is for; the programme itself is `main`. */
export const trackPurpose = ({ dispositions }: Disposed): string =>
  ['comment', 'visual_impaired', 'hearing_impaired', 'descriptions', 'karaoke'].find(each =>
    dispositions.includes(each),
  ) ?? 'main'

export function trackRole(track: Disposed): TrackRole {
  const purpose = trackPurpose(track)
  return trackRoles.find(role => (ROLES[role] as readonly string[]).includes(purpose)) ?? 'main'
}

/** Every track that `word` means: index in the file, place among the sounds, language, role, or language and role. */
export function matchTracks(streams: readonly AudioStream[], word: string): AudioStream[] {
  if (/^\d+$/.test(word)) return streams.filter(({ index }) => index === Number(word))
  const place = /^a:(\d+)$/.exec(word)
  if (place) return streams.slice(Number(place[1]), Number(place[1]) + 1)
  const [first = '', second] = word.split(':')
  const role = trackRoles.find(each => each === (second ?? first))
  if (second !== undefined && role === undefined) return []
  const language = second === undefined && role !== undefined ? undefined : canonical(first)
  return streams.filter(
    stream =>
      (role === undefined || trackRole(stream) === role) &&
      (language === undefined || canonical(stream.language ?? 'und') === language),
  )
}

/** In the order of the words, each track once. @throws {HE_PLAN_IMPOSSIBLE} for a word that means none. */
export function pickTracks(streams: readonly AudioStream[], words: readonly string[]): AudioStream[] {
  return [...new Set(words.flatMap(word => needTracks(streams, word)))]
}

/** `<track>=<role>`: the streams with what they are for as it was said. @throws {HE_PLAN_IMPOSSIBLE} */
export function applyRoles(streams: readonly AudioStream[], settings: readonly string[]): AudioStream[] {
  const roles = readSettings(streams, settings, text => {
    const role = trackRoles.find(each => each === text)
    if (role) return role
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `there is no role ${text}`, {
      hint: `Roles: ${trackRoles.join(', ')}.`,
    })
  })
  const purposes: readonly string[] = Object.values(ROLES).flat()
  return streams.map(stream => {
    const role = roles.get(stream.index)
    if (role === undefined) return stream
    const others = stream.dispositions.filter(each => !purposes.includes(each))
    return { ...stream, dispositions: [...others, ...ROLES[role].slice(0, 1)] }
  })
}

/** `<track>=+40ms`: seconds by stream index; what is positive comes later. @throws {HE_PLAN_IMPOSSIBLE} */
export function offsetsOf(streams: readonly AudioStream[], settings: readonly string[]): ReadonlyMap<number, number> {
  return readSettings(streams, settings, text => {
    const found = /^([+-]?\d+(?:\.\d+)?)(ms|s)$/.exec(text)
    if (found) return Number(found[1]) / (found[2] === 'ms' ? 1000 : 1)
    throw new HeadendError('HE_PLAN_IMPOSSIBLE', `${text} is no offset`, { hint: 'For example eng=+40ms or 2=-0.5s.' })
  })
}

function readSettings<T>(
  streams: readonly AudioStream[],
  settings: readonly string[],
  read: (text: string) => T,
): Map<number, T> {
  return new Map(
    settings.flatMap(setting => {
      const [word = '', text = ''] = setting.split('=')
      const value = read(text)
      return needTracks(streams, word).map(({ index }) => [index, value] as const)
    }),
  )
}

/** @throws {HE_PLAN_IMPOSSIBLE} */
function needTracks(streams: readonly AudioStream[], word: string): AudioStream[] {
  const found = matchTracks(streams, word)
  if (found.length > 0) return found
  const known = streams.map(
    stream => `${stream.index} (${[stream.language ?? 'und', trackRole(stream)].join(':')}, ${stream.layout})`,
  )
  throw new HeadendError('HE_PLAN_IMPOSSIBLE', `no audio track is meant by “${word}”`, {
    hint: `Tracks: ${known.join(', ') || 'none'}.`,
  })
}

/** `eng` and `en` are one language. */
function canonical(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0]?.toLowerCase() ?? language
  } catch {
    return language.toLowerCase()
  }
}
