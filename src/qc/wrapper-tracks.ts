// Checks of what the wrapper says of its tracks: which ones play, and the timecode of the programme.
import { z } from 'zod'
import { parseRational, toNumber } from '../core/index.ts'
import type { AudioStream, SubtitleStream, VideoStream } from '../model/index.ts'
import { defineCheck, type Found } from './check.ts'
import { overall } from './sound-finding.ts'

type AnyStream = VideoStream | AudioStream | SubtitleStream

const kinds = [
  ['video', 'v', 'picture'],
  ['audio', 'a', 'sound'],
  ['subtitles', 's', 'captions'],
] as const

const isDefault = ({ dispositions }: AnyStream): boolean => dispositions.includes('default')
const isCover = ({ dispositions }: AnyStream): boolean => dispositions.includes('attached_pic')

const trackFlags = defineCheck({
  id: 'wrapper.track-flags',
  layer: 'wrapper',
  title: 'Flags of tracks',
  finds:
    'Pictures or sound of which no track is marked to play, two tracks of a kind that both are, and tracks of sound in MP4 that are on together without being alternatives.',
  source: 'ISO/IEC 14496-12 8.3.2 (track_enabled, alternate_group); RFC 9559 5.1.4.1.5 (FlagDefault)',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'warn' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: ({ facts, layout }) => {
    const { format } = facts.container
    const iso = layout?.iso
    if (!iso && format !== 'matroska' && format !== 'webm') return { skipped: 'the container has no such flags' }
    const found: Found[] = []
    for (const [kind, letter, name] of kinds) {
      const streams = (facts[kind] as readonly AnyStream[]).filter(stream => !isCover(stream))
      const on = streams.filter(stream => iso?.tracks[stream.index]?.enabled ?? isDefault(stream))
      // Of a single track Matroska needs no flag: it is eligible all the same.
      const least = iso ? 1 : 2
      if (on.length === 0 && streams.length >= least && kind !== 'subtitles')
        found.push(
          overall(`${letter}${streams[0]!.index}`, {
            measured: `none of ${streams.length}`,
            limit: 'one track',
            message: `No track of ${name} is marked to play: players may show none.`,
          }),
        )
      // Tracks that are alternatives in MP4 may all be on: the player takes one of the group.
      const groups = on.map(({ index }) => iso?.tracks[index]?.alternateGroup ?? 0)
      const together = on.length > 1 && (groups.includes(0) || new Set(groups).size > 1)
      if (together)
        found.push(
          overall(`${letter}${on[1]!.index}`, {
            measured: on.map(({ index }) => `${letter}${index}`).join(', '),
            limit: 'one track, or alternatives of one group',
            message: `Several tracks of ${name} are marked to play: players mix them, or choose by chance.`,
          }),
        )
    }
    return found
  },
})

const SMPTE = /^(\d\d):([0-5]\d):([0-5]\d)([:;.])(\d\d)$/

const timecodeLimits = z.object({
  start: z.string().default('').describe('The timecode of the first picture, as 10:00:00:00; empty takes any'),
})

const timecode = defineCheck<z.infer<typeof timecodeLimits>>({
  id: 'wrapper.timecode',
  layer: 'wrapper',
  title: 'Timecode',
  finds:
    'QuickTime and MXF files without a start timecode, timecodes that cannot be, drop-frame counting at a rate that has none, and streams that contradict each other.',
  source: 'SMPTE ST 12-1 (values, drop-frame at 29.97 and 59.94); that there is one: delivery lists of broadcasters',
  limits: timecodeLimits,
  profiles: { broadcast: { severity: 'warn' }, ott: 'off', ugc: 'off' },
  judge: ({ facts }, { start }) => {
    const [picture] = facts.video.filter(stream => !isCover(stream))
    if (!picture) return { skipped: 'the file has no pictures' }
    const told = [
      ...(facts.timecode === null ? [] : [['file', facts.timecode] as const]),
      ...facts.video.flatMap(({ index, timecode: own }) => (own === null ? [] : [[`v${index}`, own] as const])),
    ]
    const first = told[0]
    if (!first) {
      if (!['mov', 'mxf'].includes(facts.container.format))
        return { skipped: 'the file has no timecode, and its container is not one for delivery to broadcasters' }
      return [
        overall('file', { measured: 'no timecode', limit: 'a timecode', message: 'The file has no start timecode.' }),
      ]
    }
    const rate = picture.frameRate ? toNumber(parseRational(picture.frameRate)) : null
    const found = told.flatMap(([subject, text]) => {
      const wrong = faultOf(text, rate)
      return wrong ? [overall(subject, { measured: text, ...wrong })] : []
    })
    const other = told.find(([, text]) => text !== first[1])
    if (other)
      found.push(
        overall(other[0], {
          measured: `${other[1]} and ${first[1]}`,
          limit: 'one timecode',
          message: 'Timecodes of the file contradict each other.',
        }),
      )
    if (start !== '' && first[1] !== start)
      found.push(
        overall(first[0], {
          measured: first[1],
          limit: start,
          message: 'The timecode does not begin where it should.',
        }),
      )
    // The same timecode is told by the file and by its streams: it is wrong once.
    return found.filter(({ message }, i) => found.findIndex(each => each.message === message) === i)
  },
})

function faultOf(text: string, rate: number | null): Pick<Found, 'limit' | 'message'> | null {
  const parts = SMPTE.exec(text)
  if (!parts) return { limit: 'HH:MM:SS:FF', message: 'The timecode cannot be read.' }
  const [hours, minutes, seconds, frames] = [parts[1], parts[2], parts[3], parts[5]].map(Number) as [
    number,
    number,
    number,
    number,
  ]
  if (hours > 23) return { limit: 'below 24 hours', message: 'The timecode is beyond a day.' }
  if (rate === null) return null
  const counted = Math.round(rate)
  if (frames >= counted)
    return { limit: `frames below ${counted}`, message: 'The timecode counts frames that the rate does not have.' }
  if (parts[4] === ':') return null
  const isNtsc = Math.abs(rate - 30_000 / 1001) < 0.01 || Math.abs(rate - 60_000 / 1001) < 0.01
  if (!isNtsc)
    return { limit: 'drop-frame at 29.97 and 59.94 only', message: 'Drop-frame counting at a rate that has none.' }
  // Numbers 00 and 01 (00 to 03 at 59.94) are left out at each minute but the tenth.
  const dropped = counted === 60 ? 4 : 2
  if (seconds === 0 && minutes % 10 !== 0 && frames < dropped)
    return { limit: 'a number that drop-frame counting has', message: 'The timecode is one that is left out.' }
  return null
}

export const trackChecks = [trackFlags, timecode]
