// Which tracks share a gain, and what became of them: one gain for each track, or one for all of an album.
import { combinedLoudness } from '../audio/index.ts'
import type { Check, LoudnessAim, LoudnessReading, NormalizedTrack, Warning } from '../model/index.ts'
import { readLoudness } from '../quality/index.ts'
import { dialogueWarnings, judgeLoudness } from './judge.ts'
import { type Level, type LevelRequest, limitedBy, planLevel } from './levels.ts'
import type { MeasuredTrack } from './measure-file.ts'
import type { Item, Parts } from './normalize-item.ts'
import { chooseStreams, type TrackWork } from './normalize-spec.ts'
import type { NormalizeOptions } from './options.ts'
import { planTrackCoding, type TrackCoding } from './track-coding.ts'

export type Member = {
  readonly item: Item
  readonly before: MeasuredTrack
  readonly coding: TrackCoding
  /** The same track in the last attempt. */
  readonly after: () => MeasuredTrack | undefined
}

export type Group = {
  readonly aim: LoudnessAim
  readonly mode: LevelRequest['mode']
  readonly members: readonly Member[]
  readonly album: boolean
  readonly loudness: number | null
  readonly loudnessAfter: () => number | null
  level: Level | null
}

/** @throws {HE_PLAN_IMPOSSIBLE} {HE_INPUT_UNSUPPORTED} */
export function groupTracks(items: readonly Item[], aim: LoudnessAim, options: NormalizeOptions): Group[] {
  const members = items.flatMap(item =>
    item.before.tracks.map(
      (before): Member => ({
        ...{ item, before },
        coding: planTrackCoding(before.stream, item.place.kind, options.audioCodec),
        after: () => item.after?.tracks.find(({ track }) => track === before.track),
      }),
    ),
  )
  return (options.album ? [members] : members.map(each => [each])).map(group => {
    const made = openGroup(group, aim, options)
    made.level = planLevel(requestOf(made))
    return made
  })
}

function openGroup(members: readonly Member[], aim: LoudnessAim, { mode = 'auto', album }: NormalizeOptions): Group {
  return {
    ...{ aim, mode, members, album, level: null },
    loudness: combined(members.map(({ before }) => before)),
    loudnessAfter: () => combined(members.flatMap(member => member.after() ?? [])),
  }
}

/** Of one track its own integrated loudness, to the last digit. */
const combined = (tracks: readonly MeasuredTrack[]): number | null =>
  tracks.length === 1
    ? tracks[0]!.measurement.integratedLufs
    : combinedLoudness(tracks.map(({ measurement }) => measurement.series.momentaryLufs))

export const requestOf = ({ aim, mode, loudness, members }: Group): LevelRequest => ({
  ...{ aim, mode, lufs: loudness },
  tracks: members.map(({ before, coding }) => ({
    truePeakDbtp: before.measurement.truePeakDbtp,
    lossless: coding.lossless,
  })),
})

/** What is done to the tracks of one file; those that stay as they are are left out, and so copied. */
export function workOf(item: Item, groups: readonly Group[]): Map<number, TrackWork> {
  const work = new Map<number, TrackWork>()
  for (const { level, members } of groups) {
    for (const [i, member] of members.entries()) {
      if (member.item !== item) continue
      const { before, coding } = member
      const recoded = coding.codec !== before.stream.codec
      if (!level && !recoded) continue
      const ceilingDb = level?.ceilings[i] ?? null
      if (level?.gainDb === 0 && ceilingDb === null && !recoded) continue
      work.set(before.stream.index, { coding, gainDb: level?.gainDb ?? 0, ceilingDb })
    }
  }
  return work
}

export const reading = ({ measurement, layout }: MeasuredTrack): LoudnessReading =>
  readLoudness({ measurement, layout, layoutAssumed: false })

export function describeGroups(groups: readonly Group[], items: readonly Item[]): Parts {
  const files = items.map(item => {
    const work = workOf(item, groups)
    const tracks = groups.flatMap(group =>
      group.members.flatMap(member =>
        member.item === item ? [describeTrack(group, member, work.get(member.before.stream.index))] : [],
      ),
    )
    const { facts } = item.before
    return { tracks, warnings: [...chooseStreams({ facts, kind: item.place.kind, work }).warnings] }
  })
  const [group] = groups
  return { files, album: group?.album ? describeAlbum(group) : null }
}

function describeTrack(group: Group, member: Member, work: TrackWork | undefined): NormalizedTrack {
  const { aim, level } = group
  const { before, coding } = member
  const after = reading(member.after()!)
  const old = reading(before)
  const gainDb = work?.gainDb ?? 0
  const limitedDb = limitedBy({ ...old, lossless: coding.lossless }, gainDb, work?.ceilingDb ?? null)
  const checks = judgeLoudness({
    ...{ aim, reading: after, subject: `${member.item.before.facts.path}, track ${before.track}` },
    peakToleranceDb: 0,
    noLoudness: old.integratedLufs === null ? 'skipped' : 'fail',
  })
  return {
    ...{ track: before.track, stream: before.stream.index, before: old, after, gainDb, limitedDb },
    makeUpDb: work ? (level?.makeUpDb ?? 0) : 0,
    encoder: work ? coding.encoder : 'copy',
    tags: {},
    because: reasonOf(group, old, work, limitedDb),
    // Of an album the distances between its tracks are kept: the loudness of one of them is no promise.
    checks: group.album ? checks.filter(({ id }) => id === 'loudness.truePeak') : checks,
    warnings: [...before.warnings, ...dialogueWarnings(aim, null), ...levelWarnings(level, gainDb, limitedDb)],
  }
}

function reasonOf(
  { aim, album, level, loudness }: Group,
  { truePeakDbtp }: LoudnessReading,
  work: TrackWork | undefined,
  limitedDb: number,
): string {
  if (!level)
    return loudness === null
      ? 'there is no loudness: silence, or shorter than 400 ms'
      : `it is at ${aim.targetLufs} LUFS`
  const moved = `${album ? 'the album from' : 'from'} ${loudness!.toFixed(2)} to ${aim.targetLufs} LUFS`
  const peak = truePeakDbtp === null ? 'silence' : `${(truePeakDbtp + level.gainDb).toFixed(2)} dBTP`
  if (level.heldByPeak)
    return `${moved} would bring its peak above ${aim.maxTruePeakDbtp} dBTP, and mode gain does not limit: the gain stops there`
  if (!work || work.ceilingDb === null) return `${moved} by linear gain alone, its peak at ${peak}`
  if (limitedDb === 0) return `${moved}; the limiter at ${work.ceilingDb.toFixed(2)} dBTP had nothing to do`
  return `${moved}; its peak would be at ${peak}, a limiter holds it at ${work.ceilingDb.toFixed(2)} dBTP${level.makeUpDb > 0 ? `, and ${level.makeUpDb.toFixed(2)} dB make up for what that takes away` : ''}`
}

/** Above this the noise of the recording comes up with the programme. */
const NOTABLE_GAIN_DB = 20
/** Taking off more than this is heard, and costs loudness. */
const NOTABLE_LIMITING_DB = 6

function levelWarnings(level: Level | null, gainDb: number, limitedDb: number): Warning[] {
  return [
    ...(level?.heldByPeak
      ? [{ code: 'held-by-peak', message: 'The gain was lowered so that no peak had to be limited.' }]
      : []),
    ...(gainDb > NOTABLE_GAIN_DB
      ? [{ code: 'noise', message: `It is raised by ${gainDb.toFixed(1)} dB, and its noise with it.` }]
      : []),
    ...(limitedDb > NOTABLE_LIMITING_DB
      ? [{ code: 'limited', message: `Its highest peak is limited by ${limitedDb.toFixed(1)} dB, which may be heard.` }]
      : []),
  ]
}

function describeAlbum({ aim, loudness, loudnessAfter }: Group): NonNullable<Parts['album']> {
  const after = loudnessAfter()
  const milli = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(3)))
  const none: LoudnessReading = {
    ...{ momentaryMaxLufs: null, shortTermMaxLufs: null, loudnessRangeLu: null },
    ...{ truePeakDbtp: null, samplePeakDbfs: null, integratedLufs: milli(after) },
  }
  const checks: Check[] = judgeLoudness({
    ...{ aim, reading: none, subject: 'album', peakToleranceDb: 0 },
    noLoudness: loudness === null ? 'skipped' : 'fail',
  }).filter(({ id }) => id === 'loudness.integrated')
  return { before: milli(loudness), after: milli(after), checks }
}
