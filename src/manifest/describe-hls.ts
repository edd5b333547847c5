// A package → its HLS playlists. Decides nothing about media.
import type { TrackRole } from '../audio/index.ts'
import { averageBitrate, type Load, peakBitrate, targetDuration } from './bitrates.ts'
import { type HlsKey, sameKeys } from './hls-key.ts'
import { type MediaPlaylist, plainSegment } from './hls-media.ts'
import type { MediaRendition, MultivariantPlaylist, StreamInfo, Variant } from './hls-multivariant.ts'
import { layout } from './layout.ts'
import {
  canJoin,
  commonTarget,
  displaySize,
  formatFrameRate,
  frameRate,
  leader,
  loads,
  type NamedTrack,
  type PackageTracks,
  type TextTrack,
  type TrackProtection,
  type TrickTrack,
  videoRange,
} from './package-tracks.ts'
import { segmentDuration } from './track.ts'

/** Files of the HLS presentation, by path. */
export type HlsFiles = {
  readonly multivariant: MultivariantPlaylist
  readonly media: Readonly<Record<string, MediaPlaylist>>
}

/** RFC 8216 7: EXT-X-MAP outside of I-frame playlists asks for version 6. */
const VERSION = 6
const SUBTITLES = 'subs'

export function describeHls({ media, trick, text, dateRanges }: PackageTracks): HlsFiles {
  const targetDurationS = commonTarget(media)
  const videos = media.filter(({ type }) => type === 'video')
  const groups = audioGroups(media.filter(({ type }) => type === 'audio'))
  const subtitles = text.length > 0 ? SUBTITLES : null
  const variants =
    videos.length === 0
      ? groups.map(group => ({
          ...combine([], group, targetDurationS, subtitles),
          uri: playlistOf(leader(group.members)),
        }))
      : (groups.length > 0 ? groups : [null]).flatMap(group =>
          videos.map(video => combine([video], group, targetDurationS, subtitles)),
        )
  return {
    multivariant: {
      version: VERSION,
      independentSegments: videos.every(canJoin),
      sessionKeys: distinctKeys(media),
      sessionData: [],
      contentSteering: null,
      media: [...groups.flatMap(({ id, members }) => describeGroup(id, members)), ...describeTexts(text)],
      variants: startFirst(variants),
      iframes: trick.map(describeTrick),
    },
    media: {
      ...Object.fromEntries(
        media.map(each => [
          playlistOf(each),
          mediaPlaylist(each, targetDurationS, each.type === 'video' ? dateRanges : []),
        ]),
      ),
      ...Object.fromEntries(trick.map(each => [layout.trickPlaylist(each.of), trickPlaylist(each)])),
      ...Object.fromEntries(text.map(each => [layout.mediaPlaylist(each.id), textPlaylist(each, targetDurationS)])),
    },
  }
}

const playlistOf = ({ track }: NamedTrack): string => layout.mediaPlaylist(track.id)

type AudioGroup = { readonly id: string; readonly codecs: string; readonly members: readonly NamedTrack[] }

/**
 * A variant's CODECS covers every member of its group (RFC 8216 4.3.4.2.1), and members must be interchangeable but for their
 * language: each codec, and each of several bit rates of the same track, gets a group of its own.
 */
function audioGroups(audios: readonly NamedTrack[]): AudioGroup[] {
  const place = (each: NamedTrack): number => audios.filter(other => sameContent(other, each)).indexOf(each)
  const groups = [...Map.groupBy(audios, each => `${each.codecs} ${place(each)}`).values()]
  const codecs = new Set(audios.map(each => each.codecs))
  return groups.map(members => {
    const [first] = members
    const rank = place(first!)
    return {
      id: ['audio', ...(codecs.size > 1 ? [first!.codecs] : []), ...(rank > 0 ? [`${rank + 1}`] : [])].join('-'),
      codecs: first!.codecs,
      members,
    }
  })
}

const sameContent = (a: NamedTrack, b: NamedTrack): boolean =>
  a.codecs === b.codecs &&
  a.language === b.language &&
  a.label !== null &&
  a.label === b.label &&
  a.role === b.role &&
  a.track.init.audio?.channels === b.track.init.audio?.channels

function describeGroup(groupId: string, members: readonly NamedTrack[]): MediaRendition[] {
  const names = distinctNames(
    members.map(({ track, label, language }) => ({ wanted: label ?? language ?? track.id, id: track.id })),
  )
  return members.map((member, i) => ({
    ...plainRendition,
    type: 'AUDIO',
    groupId,
    name: names[i]!,
    // Apple HLS 8.10 wants one on each; RFC 5646 has a word for not knowing.
    language: member.language ?? 'und',
    isDefault: member === leader(members),
    // A system may choose by language; commentary is what people choose themselves.
    autoselect: member.role !== 'commentary' && member.role !== 'karaoke',
    characteristics: SOUND_CHARACTERISTICS[member.role] ?? [],
    channels: `${member.track.init.audio?.channels ?? 2}`,
    uri: playlistOf(member),
  }))
}

/** Apple's uniform type identifiers (RFC 8216bis 4.4.6.1, CHARACTERISTICS); the other roles have none. */
const SOUND_CHARACTERISTICS: Readonly<Partial<Record<TrackRole, readonly string[]>>> = {
  description: ['public.accessibility.describes-video'],
  hearing: ['public.accessibility.enhances-speech-intelligibility'],
}

const plainRendition = {
  associatedLanguage: null,
  forced: false,
  characteristics: [] as readonly string[],
  channels: null,
  instreamId: null,
} as const

/** RFC 8216 4.3.4.1.1: NAMEs differ within a group. */
function distinctNames(members: readonly { readonly wanted: string; readonly id: string }[]): string[] {
  const taken = new Set<string>()
  return members.map(({ wanted, id }) => {
    const name = taken.has(wanted) ? `${wanted} (${id})` : wanted
    taken.add(name)
    return name
  })
}

/** Apple HLS 4.5: what tells subtitles for those who do not hear. */
const hearingCharacteristics = [
  'public.accessibility.transcribes-spoken-dialog',
  'public.accessibility.describes-music-and-sound',
]

function describeTexts(texts: readonly TextTrack[]): MediaRendition[] {
  const names = distinctNames(texts.map(({ id, label, language }) => ({ wanted: label ?? language ?? id, id })))
  return texts.map((each, i) => ({
    ...plainRendition,
    type: 'SUBTITLES',
    groupId: SUBTITLES,
    name: names[i]!,
    language: each.language ?? 'und',
    isDefault: each.isDefault,
    autoselect: true,
    forced: each.forced,
    characteristics: each.hearingImpaired ? hearingCharacteristics : [],
    uri: layout.mediaPlaylist(each.id),
  }))
}

/** Bit rates add up: the picture and the heaviest sound of the group. */
function combine(
  videos: readonly NamedTrack[],
  group: AudioGroup | null,
  targetDurationS: number,
  subtitles: string | null,
): Variant {
  const [video] = videos
  const sounds = (group?.members ?? []).map(({ track }) => loads(track))
  const picture = video ? loads(video.track) : []
  const heaviest = (rate: (sound: readonly Load[]) => number): number => Math.max(0, ...sounds.map(rate))
  return {
    uri: video ? playlistOf(video) : '',
    bandwidth: peakBitrate(picture, targetDurationS) + heaviest(sound => peakBitrate(sound, targetDurationS)),
    averageBandwidth: averageBitrate(picture) + heaviest(averageBitrate),
    score: video?.score ?? null,
    codecs: [...(video ? [video.codecs] : []), ...(group ? [group.codecs] : [])].join(','),
    supplementalCodecs: video?.supplementalCodecs ?? null,
    resolution: video ? displaySize(video.track) : null,
    videoRange: video ? videoRange(video.track) : null,
    hdcpLevel: null,
    frameRate: video ? formatFrameRate(frameRate(video.track)) : null,
    audio: group?.id ?? null,
    subtitles,
    closedCaptions: video ? 'NONE' : null,
  }
}

/** Apple HLS 1.32: players start with the first variant, which should have about 2 Mbit/s; with the first group of sound. */
const START_BPS = 2_200_000

function startFirst(variants: readonly Variant[]): Variant[] {
  const rate = ({ averageBandwidth, bandwidth }: Variant): number => averageBandwidth ?? bandwidth
  const ranked = variants.filter(({ audio }) => audio === variants[0]!.audio).toSorted((a, b) => rate(b) - rate(a))
  const start = ranked.find(each => rate(each) <= START_BPS) ?? ranked.at(-1)
  return start ? [start, ...variants.filter(each => each !== start)] : []
}

function describeTrick({ of, track, codecs }: TrickTrack): StreamInfo {
  const rates = loads(track)
  return {
    uri: layout.trickPlaylist(of),
    bandwidth: peakBitrate(rates, targetDuration(rates.map(({ duration }) => duration))),
    averageBandwidth: averageBitrate(rates),
    score: null,
    codecs,
    supplementalCodecs: null,
    resolution: displaySize(track),
    videoRange: videoRange(track),
    hdcpLevel: null,
  }
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const vod = {
  version: VERSION,
  mediaSequence: 0,
  discontinuitySequence: null,
  playlistType: 'VOD',
  independentSegments: false,
  iframesOnly: false,
  ended: true,
  dateRanges: [] as const,
} as const

function mediaPlaylist(
  named: NamedTrack,
  targetDurationS: number,
  dateRanges: PackageTracks['dateRanges'],
): MediaPlaylist {
  const { track } = named
  return {
    ...vod,
    targetDurationS,
    dateRanges,
    segments: track.segments.map((segment, i) => ({
      ...plainSegment(fileName(segment.path), segmentDuration(track, segment), mapAt(named, i)),
      byteRange: segment.byteRange,
      keys: protectionAt(named, i)?.hlsKeys ?? [],
    })),
  }
}

const protectionAt = ({ protection }: NamedTrack, segment: number): TrackProtection | undefined =>
  protection.findLast(({ fromSegment }) => fromSegment <= segment)

const mapAt = (named: NamedTrack, segment: number): { uri: string; byteRange: null } => ({
  uri: fileName(protectionAt(named, segment)?.initPath ?? named.track.initPath),
  byteRange: null,
})

/** Every key that any playlist names, once: players may fetch licences before they need them. */
function distinctKeys(named: readonly NamedTrack[]): HlsKey[] {
  const keys: HlsKey[] = []
  for (const key of named.flatMap(({ protection }) => protection.flatMap(({ hlsKeys }) => hlsKeys)))
    if (!keys.some(known => sameKeys([known], [key]))) keys.push(key)
  return keys
}

function trickPlaylist({ track }: TrickTrack): MediaPlaylist {
  const map = { uri: fileName(track.initPath), byteRange: { bytes: track.initBytes, offset: 0 } }
  const segments = track.segments.map(segment => ({
    ...plainSegment(fileName(segment.path), segmentDuration(track, segment), map),
    byteRange: segment.byteRange,
  }))
  return {
    ...vod,
    iframesOnly: true,
    targetDurationS: targetDuration(segments.map(({ duration }) => duration)),
    segments,
  }
}

const textPlaylist = ({ segments }: TextTrack, targetDurationS: number): MediaPlaylist => ({
  ...vod,
  targetDurationS,
  segments: segments.map(({ path, duration }) => plainSegment(fileName(path), duration)),
})
