// DASH checks of time: timelines against fragments, periods, duration, bandwidth against the buffer.
import { add, compare, rational, sub } from '../../core/index.ts'
import type { Period } from '../dash-model.ts'
import { ticksToSeconds } from '../dash-segments.ts'
import { actualDuration, type Check, type CheckedTrack, type DashFacts, readSegments } from './facts.ts'
import { continuous, differs, few, keyFrames, MILLISECOND, reachable, show } from './shared-checks.ts'

export const everythingReachable: Check<DashFacts> = ({ entries, problems }) => [
  ...problems,
  ...entries.flatMap(({ track }) => reachable(track)),
]

export const timeline: Check<DashFacts> = ({ entries }) =>
  entries.flatMap(({ representation }) => {
    const { segments } = representation
    if (segments.kind !== 'template' || segments.nominal !== null) return []
    return few(
      segments.timeline.slice(1).flatMap(({ start }, i) => {
        const before = segments.timeline[i]!
        const end = before.start + before.duration
        if (start === end) return []
        return [
          {
            subject: representation.id,
            message: `${start > end ? 'a gap' : 'an overlap'} of ${start > end ? start - end : end - start} ticks before t=${start}`,
          },
        ]
      }),
    )
  })

/** Sound may be cut anywhere within a block: what is stated may be one block off, as for constant @duration. */
export const times: Check<DashFacts> = ({ entries }) =>
  entries.flatMap(({ representation, track }) => {
    const { segments } = representation
    const { init } = track
    if (segments.kind !== 'template' || !init || track.type === 'text' || track.type === 'image') return []
    // Half of a segment's length is what DASH allows of @duration.
    const tolerance =
      segments.nominal === null
        ? rational(1, segments.timescale)
        : ticksToSeconds(segments.nominal, segments.timescale * 2)
    const offset = ticksToSeconds(segments.presentationTimeOffset, segments.timescale)
    return few(
      readSegments(track).flatMap(segment => {
        const start = sub(ticksToSeconds(segment.actual.start, init.timescale), offset)
        const stated = segment.statedStart
        const long = actualDuration(track, segment)
        if (stated && differs(start, stated, tolerance))
          return [
            {
              subject: representation.id,
              message: `${segment.uri} begins at ${show(start)}, the manifest says ${show(stated)}`,
            },
          ]
        return segments.nominal === null && differs(long, segment.statedDuration, tolerance)
          ? [
              {
                subject: representation.id,
                message: `${segment.uri} lasts ${show(long)}, the manifest says ${show(segment.statedDuration)}`,
              },
            ]
          : []
      }),
    )
  })

export const timescale: Check<DashFacts> = ({ entries }) =>
  entries.flatMap(({ representation: { id, segments }, track }) =>
    segments.kind === 'file' || !track.init || segments.timescale === track.init.timescale
      ? []
      : [{ subject: id, message: `timescale is ${segments.timescale}, that of the media ${track.init.timescale}` }],
  )

const end = (track: CheckedTrack) => {
  const last = readSegments(track).at(-1)
  return track.init && last ? ticksToSeconds(last.actual.end, track.init.timescale) : null
}

/** A frame of picture, or a block of sound, and a little. */
const END_TOLERANCE = rational(1, 10)

export const duration: Check<DashFacts> = ({ mpd, entries }) => {
  if (mpd.type === 'dynamic') return []
  if (!mpd.duration) return [{ subject: 'MPD', message: 'mediaPresentationDuration is missing' }]
  const last = mpd.periods.length - 1
  const tracks = entries.filter(
    ({ period, track }) => period === last && track.complete && readSegments(track).length === track.segments.length,
  )
  const of = (type: string) => tracks.filter(({ track }) => track.type === type)
  const judges = of('video').length > 0 ? of('video') : of('audio')
  const ends = judges.flatMap(({ track, representation: { segments } }) => {
    const at = end(track)
    const offset =
      segments.kind === 'file' ? rational(0) : ticksToSeconds(segments.presentationTimeOffset, segments.timescale)
    return at ? [add(mpd.periods[last]!.start, sub(at, offset))] : []
  })
  if (ends.length === 0) return []
  const longest = ends.reduce((a, b) => (compare(a, b) < 0 ? b : a))
  return differs(mpd.duration, longest, END_TOLERANCE)
    ? [
        {
          subject: 'MPD',
          message: `mediaPresentationDuration is ${show(mpd.duration)}, the media ends at ${show(longest)}`,
        },
      ]
    : []
}

const periodEnd = ({ periods, duration: total }: DashFacts['mpd'], i: number) =>
  periods[i]!.duration ? add(periods[i]!.start, periods[i]!.duration) : (periods[i + 1]?.start ?? total)

export const covers: Check<DashFacts> = ({ mpd, entries }) =>
  entries.flatMap(({ period, representation, track }) => {
    if (mpd.type === 'dynamic' || track.type === 'image' || track.type === 'text') return []
    const stated = track.segments.at(-1)
    const until = periodEnd(mpd, period)
    if (!stated?.statedStart || !until || !track.complete) return []
    const reaches = add(mpd.periods[period]!.start, add(stated.statedStart, stated.statedDuration))
    return compare(add(reaches, END_TOLERANCE), until) < 0
      ? [{ subject: representation.id, message: `its segments end at ${show(reaches)}, the period at ${show(until)}` }]
      : []
  })

export const periods: Check<DashFacts> = ({ mpd }) =>
  mpd.periods.slice(1).flatMap(({ start, id }: Period, i) => {
    const before = mpd.periods[i]!
    if (!before.duration) return []
    const reaches = add(before.start, before.duration)
    return differs(start, reaches, MILLISECOND)
      ? [
          {
            subject: `period ${id ?? i + 1}`,
            message: `it starts at ${show(start)}, the one before ends at ${show(reaches)}`,
          },
        ]
      : []
  })

/** Whether a client that has filled minBufferTime at `bandwidth` never runs dry: a leaky bucket over the segments. */
export const bandwidth: Check<DashFacts> = ({ mpd, entries }) =>
  entries.flatMap(({ representation, track }) => {
    const buffer = mpd.minBufferTime
    const loads = track.segments.flatMap(({ bytes, statedDuration }) =>
      bytes === null ? [] : [{ bits: bytes * 8, seconds: Number(statedDuration.num) / Number(statedDuration.den) }],
    )
    // A whole file of text is fetched once, whenever there is time.
    if (
      !buffer ||
      representation.segments.kind === 'file' ||
      !track.complete ||
      loads.length !== track.segments.length ||
      loads.length === 0
    )
      return []
    let level = (representation.bandwidth * Number(buffer.num)) / Number(buffer.den)
    let least = level
    for (const { bits, seconds } of loads) {
      level -= bits
      least = Math.min(least, level)
      level += seconds * representation.bandwidth
    }
    // A segment may be larger than the buffer that is asked for: it is then waited for once. Two per cent are rounding.
    const dry = -least / representation.bandwidth
    const room = Math.max(...loads.map(({ seconds }) => seconds)) * 1.02
    const mean = loads.reduce((sum, each) => sum + each.bits, 0) / loads.reduce((sum, each) => sum + each.seconds, 0)
    if (mean > representation.bandwidth)
      return [
        {
          subject: representation.id,
          message: `bandwidth is ${representation.bandwidth}, the mean is ${Math.ceil(mean)}`,
        },
      ]
    return dry > room
      ? [
          {
            subject: representation.id,
            message: `bandwidth ${representation.bandwidth} leaves a client ${dry.toFixed(1)} s short of data`,
          },
        ]
      : []
  })

export const continuity: Check<DashFacts> = ({ entries }) =>
  entries.flatMap(({ track }) => (track.type === 'video' || track.type === 'audio' ? continuous(track) : []))
export const keyFramesFirst: Check<DashFacts> = ({ entries }) => entries.flatMap(({ track }) => keyFrames(track))

export const ids: Check<DashFacts> = ({ mpd }) =>
  mpd.periods.flatMap(({ adaptationSets }) => {
    const all = adaptationSets.flatMap(set => set.representations.map(({ id }) => id))
    return [...new Set(all.filter((id, i) => all.indexOf(id) < i))].map(id => ({
      subject: id,
      message: 'two representations have this id',
    }))
  })

export const profile: Check<DashFacts> = ({ mpd }) =>
  mpd.profiles.length === 0 ? [{ subject: 'MPD', message: 'profiles is missing' }] : []
export const buffer: Check<DashFacts> = ({ mpd }) =>
  mpd.minBufferTime ? [] : [{ subject: 'MPD', message: 'minBufferTime is missing' }]

export const index: Check<DashFacts> = ({ entries }) =>
  entries.flatMap(({ representation, track }) =>
    representation.segments.kind === 'base' &&
    representation.segments.indexRange &&
    track.initProblem?.startsWith('index: ')
      ? [{ subject: representation.id, message: track.initProblem }]
      : [],
  )

export const redirect: Check<DashFacts> = ({ entries }) =>
  few(
    entries.flatMap(({ track }) =>
      track.segments.flatMap(({ uri, transfer }) =>
        transfer && transfer.redirects > 0 ? [{ subject: track.id, message: `${uri} was redirected` }] : [],
      ),
    ),
  )
