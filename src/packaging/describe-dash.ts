// Tracks as read from their segments → a DASH manifest. Decides nothing about media; no I/O.
import type { TrackRole } from '../audio/index.ts'
import { compare, type Rational, rational } from '../core/index.ts'
import { type AdaptationSet, type Mpd, peakBitrate } from '../manifest/index.ts'
import { canJoin, commonTarget, frameRate, leader, loads, type NamedTrack } from './named-track.ts'
import { trackDuration } from './read-track.ts'
import { layout } from './shaka-arguments.ts'

export function describeDash(named: readonly NamedTrack[]): Mpd {
  const targetDurationS = commonTarget(named)
  const videos = named.filter(({ type }) => type === 'video')
  const audios = named.filter(({ type }) => type === 'audio')
  const sets = [
    // Players switch within a set; a decoder cannot change its codec there.
    ...Map.groupBy(videos, ({ track }) => track.init.sampleEntry).values(),
    ...audios.map(audio => [audio]),
  ]
  // The picture decides; the last coded block of sound may reach beyond it by less than itself.
  const ends = (videos.length > 0 ? videos : audios).map(({ track }) => trackDuration(track))
  const longest = (rates: readonly Rational[]): Rational => rates.reduce((a, b) => (compare(a, b) < 0 ? b : a))
  return {
    duration: longest(ends),
    minBufferTime: rational(targetDurationS),
    adaptationSets: sets.map(members =>
      describeSet(members, leader(audios.length > 0 ? audios : members), targetDurationS),
    ),
  }
}

/** ISO/IEC 23009-1 5.8.5.5, the scheme of roles. */
const ROLES: Readonly<Record<TrackRole, string>> = {
  main: 'alternate',
  commentary: 'commentary',
  description: 'description',
  hearing: 'enhanced-audio-intelligibility',
  karaoke: 'karaoke',
}

/** DASH-IF IOP 4.3 7.1.2: for whom a track of sound is made. */
const ACCESSIBILITY: Readonly<Partial<Record<TrackRole, string>>> = { description: '1', hearing: '2' }

function describeSet(members: readonly NamedTrack[], main: NamedTrack, targetDurationS: number): AdaptationSet {
  const first = members[0]!
  const isAudio = first.type === 'audio'
  return {
    contentType: first.type,
    language: isAudio ? first.language : null,
    label: isAudio ? first.label : null,
    roles: isAudio ? [first === main ? 'main' : ROLES[first.role]] : [],
    accessibility: isAudio ? (ACCESSIBILITY[first.role] ?? null) : null,
    startsWithSap: members.every(canJoin),
    color: first.track.init.video?.color ?? null,
    representations: members.map(({ track, codecs }) => ({
      id: track.id,
      bandwidth: peakBitrate(loads(track), targetDurationS),
      codecs,
      mimeType: `${first.type}/mp4`,
      width: track.init.video?.width ?? null,
      height: track.init.video?.height ?? null,
      sampleAspect: track.init.video?.aspect ?? null,
      frameRate: track.init.video ? frameRate(track) : null,
      sampleRateHz: track.init.audio?.sampleRateHz ?? null,
      channels: track.init.audio ? `${track.init.audio.channels}` : null,
      timescale: track.init.timescale,
      presentationTimeOffset: 0n,
      initialization: track.initPath,
      media: layout.segmentTemplate(track.id),
      startNumber: 1,
      timeline: track.segments.map(({ start, end }) => ({ start, duration: end - start })),
    })),
  }
}
