// Tracks as read from their segments → HLS playlists. Decides nothing about media; no I/O.
import type { TrackRole } from '../audio/index.ts'
import {
  averageBitrate,
  type Load,
  type MediaPlaylist,
  type MediaRendition,
  type MultivariantPlaylist,
  peakBitrate,
  type Variant,
} from '../manifest/index.ts'
import {
  canJoin,
  commonTarget,
  displaySize,
  formatFrameRate,
  frameRate,
  leader,
  loads,
  type NamedTrack,
  videoRange,
} from './named-track.ts'
import { segmentDuration, type Track } from './read-track.ts'
import { layout } from './shaka-arguments.ts'

/** Files of the HLS presentation, by path. */
export type HlsFiles = {
  readonly multivariant: MultivariantPlaylist
  readonly media: Readonly<Record<string, MediaPlaylist>>
}

export function describeHls(named: readonly NamedTrack[]): HlsFiles {
  const targetDurationS = commonTarget(named)
  const videos = named.filter(({ type }) => type === 'video')
  const groups = audioGroups(named.filter(({ type }) => type === 'audio'))
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
      // None: with Shaka's fragments, an I-frame's range would hold a moof that lists samples beyond the range. shaka-player
      // 5.2 on Chromium stalls at the first one (measured), and FFmpeg decodes the next moof as a picture.
      iframes: [],
    },
    media: Object.fromEntries(named.map(each => [playlistOf(each), mediaPlaylist(each.track, targetDurationS)])),
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
      // A system may choose by language; commentary is what people choose themselves.
      autoselect: member.role !== 'commentary' && member.role !== 'karaoke',
      characteristics: CHARACTERISTICS[member.role] ?? null,
      channels: `${track.init.audio?.channels ?? 2}`,
      uri: playlistOf(member),
    }
  })
}

/** Apple's uniform type identifiers (RFC 8216bis 4.4.6.1, CHARACTERISTICS); the other roles have none. */
const CHARACTERISTICS: Readonly<Partial<Record<TrackRole, string>>> = {
  description: 'public.accessibility.describes-video',
  hearing: 'public.accessibility.enhances-speech-intelligibility',
}

/** Bit rates add up: the picture and the heaviest sound of the group. */
function combine(videos: readonly NamedTrack[], group: AudioGroup | null, targetDurationS: number): Variant {
  const [video] = videos
  const sounds = (group?.members ?? []).map(({ track }) => loads(track))
  const picture = video ? loads(video.track) : []
  const heaviest = (rate: (sound: readonly Load[]) => number): number => Math.max(0, ...sounds.map(rate))
  return {
    uri: video ? playlistOf(video) : '',
    bandwidth: peakBitrate(picture, targetDurationS) + heaviest(sound => peakBitrate(sound, targetDurationS)),
    averageBandwidth: averageBitrate(picture) + heaviest(averageBitrate),
    codecs: [...(video ? [video.codecs] : []), ...(group ? [group.codecs] : [])].join(','),
    resolution: video ? displaySize(video.track) : null,
    videoRange: video ? videoRange(video.track) : null,
    frameRate: video ? formatFrameRate(frameRate(video.track)) : null,
    audio: group?.id ?? null,
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
