// Tracks as read from their segments → HLS and DASH objects. Decides nothing about media; no I/O.
import { compare, mul, type Rational, rational, round, sub } from '../core/index.ts'
import {
  type AdaptationSet,
  averageBitrate,
  type MediaPlaylist,
  type MediaRendition,
  type Mpd,
  type MultivariantPlaylist,
  peakBitrate,
  type StreamInfo,
  targetDuration,
  ticksToSeconds,
  type Variant,
} from '../manifest/index.ts'
import { segmentDuration, type Track, trackDuration } from './read-track.ts'
import { layout } from './shaka-arguments.ts'

/** A track and what its bytes do not tell. */
export type NamedTrack = {
  readonly track: Track
  readonly type: 'video' | 'audio'
  /** RFC 6381. */
  readonly codecs: string
  /** BCP 47. */
  readonly language: string | null
  readonly label: string | null
  readonly isDefault: boolean
}

/** Files of the HLS presentation, by path. */
export type HlsFiles = {
  readonly multivariant: MultivariantPlaylist
  readonly media: Readonly<Record<string, MediaPlaylist>>
}

/** One target duration for all, so that every playlist's peak is measured over the same window. */
export const commonTarget = (named: readonly NamedTrack[]): number =>
  targetDuration(named.flatMap(({ track }) => track.segments.map(segment => segmentDuration(track, segment))))

/** Frames per second over the whole track: exact where the rate is constant. */
export function frameRate(track: Track): Rational {
  const { segments, init } = track
  const frames = segments.reduce((sum, segment) => sum + segment.frames, 0)
  const ticks = segments.at(-1)!.end - segments[0]!.start
  return ticks > 0n ? rational(BigInt(frames) * BigInt(init.timescale), ticks) : rational(0)
}

/** RFC 8216bis, VIDEO-RANGE, by ISO/IEC 23091-2 transfer characteristics; null where the init segment says nothing. */
export function videoRange(track: Track): 'SDR' | 'HLG' | 'PQ' | null {
  const transfer = track.init.video?.color?.transfer
  return transfer === undefined ? null : transfer === 16 ? 'PQ' : transfer === 18 ? 'HLG' : 'SDR'
}

const loads = (track: Track) =>
  track.segments.map(segment => ({ bytes: segment.bytes, duration: segmentDuration(track, segment) }))

/** Three decimals, as RFC 8216 4.3.4.2 asks. */
export function formatFrameRate(rate: Rational): string {
  const thousandths = `${round(mul(rate, rational(1000)))}`.padStart(4, '0')
  return `${thousandths.slice(0, -3)}.${thousandths.slice(-3)}`
}

const canJoin = ({ track }: NamedTrack): boolean =>
  track.segments.every(segment => segment.startsWithKeyframe && segment.firstShownFirst)

export function describeHls(named: readonly NamedTrack[]): HlsFiles {
  const targetDurationS = commonTarget(named)
  const videos = named.filter(({ type }) => type === 'video')
  const groups = audioGroups(named.filter(({ type }) => type === 'audio'))
  const iframes = videos.filter(canJoin)
  return {
    multivariant: {
      independentSegments: videos.every(canJoin),
      media: groups.flatMap(({ id, members }) => describeGroup(id, members)),
      variants:
        videos.length === 0
          ? groups.map(group => ({ ...combine([], group, targetDurationS), uri: playlistOf(leader(group.members)) }))
          : (groups.length > 0 ? groups : [null]).flatMap(group =>
              videos.map(video => combine([video], group, targetDurationS)),
            ),
      iframes: iframes.map(video => describeIframes(video, targetDurationS)),
    },
    media: Object.fromEntries([
      ...named.map(each => [playlistOf(each), mediaPlaylist(each.track, targetDurationS)] as const),
      ...iframes.map(
        each => [layout.iframePlaylist(each.track.id), iframePlaylist(each.track, targetDurationS)] as const,
      ),
    ]),
  }
}

const playlistOf = ({ track }: NamedTrack): string => layout.mediaPlaylist(track.id)

type AudioGroup = { readonly id: string; readonly codecs: string; readonly members: readonly NamedTrack[] }

/** RFC 8216 4.3.4.2.1: a variant's CODECS covers every member of its group, so each codec gets a group of its own. */
function audioGroups(audios: readonly NamedTrack[]): AudioGroup[] {
  const byCodec = [...Map.groupBy(audios, ({ codecs }) => codecs)]
  return byCodec.map(([codecs, members]) => ({
    id: byCodec.length === 1 ? 'audio' : `audio-${codecs}`,
    codecs,
    members,
  }))
}

/** The one to start with. */
const leader = (members: readonly NamedTrack[]): NamedTrack => members.find(({ isDefault }) => isDefault) ?? members[0]!

function describeGroup(groupId: string, members: readonly NamedTrack[]): MediaRendition[] {
  const taken = new Set<string>()
  return members.map(member => {
    const { track, label, language } = member
    const wanted = label ?? language ?? track.id
    // RFC 8216 4.3.4.1.1: NAMEs differ within a group.
    const name = taken.has(wanted) ? `${wanted} (${track.id})` : wanted
    taken.add(name)
    return {
      type: 'AUDIO',
      groupId,
      name,
      language,
      isDefault: member === leader(members),
      autoselect: true,
      channels: `${track.init.audio?.channels ?? 2}`,
      uri: playlistOf(member),
    }
  })
}

/** Bit rates add up: the picture and the heaviest sound of the group. */
function combine(videos: readonly NamedTrack[], group: AudioGroup | null, targetDurationS: number): Variant {
  const [video] = videos
  const sounds = (group?.members ?? []).map(({ track }) => loads(track))
  const picture = video ? loads(video.track) : []
  const heaviest = (rate: (load: ReturnType<typeof loads>) => number): number => Math.max(0, ...sounds.map(rate))
  return {
    uri: video ? playlistOf(video) : '',
    bandwidth: peakBitrate(picture, targetDurationS) + heaviest(load => peakBitrate(load, targetDurationS)),
    averageBandwidth: averageBitrate(picture) + heaviest(averageBitrate),
    codecs: [...(video ? [video.codecs] : []), ...(group ? [group.codecs] : [])].join(','),
    resolution: video ? displaySize(video.track) : null,
    videoRange: video ? videoRange(video.track) : null,
    frameRate: video ? formatFrameRate(frameRate(video.track)) : null,
    audio: group?.id ?? null,
  }
}

/** RESOLUTION is the size at which to show it: square pixels. */
function displaySize({ init }: Track): { width: number; height: number } | null {
  if (!init.video) return null
  const [x, y] = init.video.aspect
  const width = x > 0 && y > 0 ? Math.round((init.video.width * x) / y) : init.video.width
  return { width, height: init.video.height }
}

function describeIframes({ track, codecs }: NamedTrack, targetDurationS: number): StreamInfo {
  const pictures = track.segments.map(segment => ({
    bytes: segment.keyframeRange.bytes,
    duration: segmentDuration(track, segment),
  }))
  return {
    uri: layout.iframePlaylist(track.id),
    bandwidth: peakBitrate(pictures, targetDurationS),
    averageBandwidth: averageBitrate(pictures),
    codecs,
    resolution: displaySize(track),
    videoRange: videoRange(track),
  }
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function mediaPlaylist(track: Track, targetDurationS: number): MediaPlaylist {
  return {
    targetDurationS,
    iframesOnly: false,
    ended: true,
    map: { uri: fileName(track.initPath) },
    segments: track.segments.map(segment => ({
      uri: fileName(segment.path),
      duration: segmentDuration(track, segment),
      byteRange: null,
    })),
  }
}

/** The first picture of each segment. RFC 8216 4.3.3.6: EXTINF is the time until the next one in the playlist. */
function iframePlaylist(track: Track, targetDurationS: number): MediaPlaylist {
  const plain = mediaPlaylist(track, targetDurationS)
  return {
    ...plain,
    iframesOnly: true,
    segments: plain.segments.map((segment, i) => ({ ...segment, byteRange: track.segments[i]!.keyframeRange })),
  }
}

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

function describeSet(members: readonly NamedTrack[], main: NamedTrack, targetDurationS: number): AdaptationSet {
  const first = members[0]!
  const isAudio = first.type === 'audio'
  return {
    contentType: first.type,
    language: isAudio ? first.language : null,
    label: isAudio ? first.label : null,
    roles: isAudio ? [first === main ? 'main' : 'alternate'] : [],
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

/** Whether two durations differ by more than `tolerance`. */
export const differs = (a: Rational, b: Rational, tolerance: Rational): boolean => {
  const gap = sub(a, b)
  return compare(gap.num < 0n ? { num: -gap.num, den: gap.den } : gap, tolerance) > 0
}
