// What may go into what: containers, the codecs they carry with their sample entries, and what else they have a place for.
import type { AudioCodec, ContainerName, SubtitleFormat, VideoCodec } from '../../model/index.ts'

export type ContainerRow = {
  readonly label: string
  /** Without the dot; the first is the usual one. */
  readonly extensions: readonly string[]
  /** FFmpeg's muxer. */
  readonly muxer: string
  /** The codec that the container is made for; absent for those that carry many. */
  readonly usual?: VideoCodec
  readonly usualAudio: AudioCodec
  /** `tag`: the FourCC of the sample entry that must be asked for; null where the muxer's own is right. */
  readonly video: Readonly<Partial<Record<VideoCodec, { readonly tag: string | null }>>>
  readonly audio: readonly AudioCodec[]
  /** The preferred first; empty where the container has none that FFmpeg writes. */
  readonly subtitles: readonly SubtitleFormat[]
  readonly chapters: boolean
  readonly cover: boolean
  readonly timecode: boolean
  readonly rotation: boolean
  readonly maxAudioTracks: number | null
  /** Where the list of codecs comes from. */
  readonly source: string
}

const own = { tag: null } as const
/** Apple's players take HEVC with its parameter sets in the sample entry alone: hvc1 (Apple HLS 1.10). */
const hvc1 = { tag: 'hvc1' } as const

export const containerRows: Readonly<Record<ContainerName, ContainerRow>> = {
  mp4: {
    label: 'MP4',
    extensions: ['mp4', 'm4v', 'm4a'],
    muxer: 'mp4',
    usualAudio: 'aac',
    video: { h264: own, hevc: hvc1, av1: own, vp9: own, mpeg2: own },
    audio: ['aac', 'ac3', 'eac3', 'opus', 'flac', 'alac', 'mp3'],
    subtitles: ['mov_text'],
    chapters: true,
    cover: true,
    timecode: false,
    rotation: true,
    maxAudioTracks: null,
    source: 'ISO/IEC 14496-12 and -15, mp4ra.org; AV1 and VP9, Opus, FLAC by their own ISOBMFF bindings',
  },
  mov: {
    label: 'QuickTime',
    extensions: ['mov', 'qt'],
    muxer: 'mov',
    usualAudio: 'aac',
    video: { h264: own, hevc: hvc1, mpeg2: own, prores: own, dnxhr: own },
    audio: ['aac', 'ac3', 'eac3', 'alac', 'mp3', 'pcm'],
    subtitles: ['mov_text'],
    chapters: true,
    // FFmpeg writes covers into MP4 alone.
    cover: false,
    timecode: true,
    rotation: true,
    maxAudioTracks: null,
    source: 'Apple QuickTime File Format; ProRes by SMPTE RDD 36, DNxHR by SMPTE ST 2019',
  },
  cmaf: {
    label: 'fragmented MP4 (CMAF)',
    extensions: ['cmfv', 'cmfa', 'm4s'],
    muxer: 'mp4',
    usualAudio: 'aac',
    video: { h264: own, hevc: hvc1, av1: own, vp9: own },
    audio: ['aac', 'ac3', 'eac3', 'opus', 'flac'],
    subtitles: [],
    chapters: false,
    cover: false,
    timecode: false,
    rotation: false,
    // ISO/IEC 23000-19 7.3.1: one track to a file; a picture with its sound is two files.
    maxAudioTracks: 1,
    source: 'ISO/IEC 23000-19',
  },
  matroska: {
    label: 'Matroska',
    extensions: ['mkv', 'mka'],
    muxer: 'matroska',
    usualAudio: 'aac',
    video: { h264: own, hevc: own, av1: own, vp9: own, mpeg2: own, prores: own, ffv1: own },
    audio: ['aac', 'ac3', 'eac3', 'opus', 'flac', 'alac', 'mp3', 'pcm'],
    subtitles: ['srt', 'ass', 'webvtt'],
    chapters: true,
    cover: true,
    // As a tag, the way FFmpeg writes and reads it: RFC 9559 has no other place.
    timecode: true,
    rotation: true,
    maxAudioTracks: null,
    source: 'RFC 9559 and the Matroska codec registry',
  },
  webm: {
    label: 'WebM',
    extensions: ['webm'],
    muxer: 'webm',
    usual: 'vp9',
    usualAudio: 'opus',
    video: { vp9: own, av1: own },
    audio: ['opus'],
    subtitles: ['webvtt'],
    chapters: true,
    cover: false,
    timecode: false,
    rotation: true,
    maxAudioTracks: null,
    source: 'WebM Container Guidelines: VP8, VP9, AV1; Vorbis, Opus; WebVTT',
  },
  mpegts: {
    label: 'MPEG transport stream',
    extensions: ['ts', 'm2ts', 'mts'],
    muxer: 'mpegts',
    usualAudio: 'aac',
    video: { h264: own, hevc: own, mpeg2: own },
    audio: ['aac', 'ac3', 'eac3', 'mp3', 'opus'],
    subtitles: [],
    chapters: false,
    cover: false,
    timecode: false,
    rotation: false,
    maxAudioTracks: null,
    source: 'ISO/IEC 13818-1, ETSI TS 101 154; Opus by its MPEG-TS draft, which FFmpeg writes',
  },
  flv: {
    label: 'FLV',
    extensions: ['flv'],
    muxer: 'flv',
    usual: 'h264',
    usualAudio: 'aac',
    video: { h264: own },
    audio: ['aac', 'mp3'],
    subtitles: [],
    chapters: false,
    cover: false,
    timecode: false,
    rotation: false,
    maxAudioTracks: 1,
    source: 'Adobe FLV File Format 10.1; HEVC and AV1 of Enhanced RTMP are not what players of FLV files take',
  },
  mxf: {
    label: 'MXF OP1a',
    extensions: ['mxf'],
    muxer: 'mxf',
    usual: 'mpeg2',
    usualAudio: 'pcm',
    // Of H.264 FFmpeg writes the intra formats of cameras alone; what x264 makes it refuses.
    video: { mpeg2: own, dnxhr: own, prores: own, ffv1: own },
    audio: ['pcm'],
    subtitles: [],
    chapters: false,
    cover: false,
    timecode: true,
    rotation: false,
    maxAudioTracks: null,
    source:
      'SMPTE ST 378 (OP1a), ST 381, ST 382 (PCM), RDD 9 (XDCAM), ST 2019-4 (VC-3), RDD 44 (ProRes), RDD 48 (FFV1)',
  },
}
