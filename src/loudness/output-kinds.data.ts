// What `normalize` writes, by the ending of the file name: FFmpeg's muxer, what it carries, and where a gain can be written.
import { containerRows } from '../codecs/index.ts'
import type { ContainerName } from '../model/index.ts'

export type OutputKind = {
  readonly label: string
  /** As `probe` names the format: a file of the same one can be copied track by track. */
  readonly formats: readonly string[]
  /** A row of the table of containers, whose muxer options and codecs hold. */
  readonly container?: ContainerName
  readonly muxer: string
  readonly options?: Readonly<Record<string, string | number>>
  /** FFmpeg's names of audio codecs; `pcm` for all of `pcm_…`. For containers with a row, theirs and these. */
  readonly audio: readonly string[]
  /** Names of gain tags that players of it know. */
  readonly gainTags: readonly ('replaygain' | 'matroska' | 'r128')[]
  /** Where they lie. */
  readonly tagsOf: 'file' | 'track'
}

const container = (name: ContainerName, more: Partial<OutputKind> = {}): OutputKind => ({
  label: containerRows[name].label,
  formats: [name],
  container: name,
  muxer: containerRows[name].muxer,
  audio: containerRows[name].audio,
  gainTags: [],
  tagsOf: 'file',
  ...more,
})

const ogg: OutputKind = {
  label: 'Ogg',
  formats: ['ogg'],
  muxer: 'ogg',
  audio: ['opus', 'vorbis', 'flac'],
  gainTags: ['r128', 'replaygain'],
  tagsOf: 'track',
}
const mp4 = container('mp4', { formats: ['mp4', 'm4a'], audio: [...containerRows.mp4.audio, 'mp2'] })
const mpegts = container('mpegts', { audio: [...containerRows.mpegts.audio, 'mp2'] })
const matroska = container('matroska', {
  audio: [...containerRows.matroska.audio, 'vorbis', 'mp2', 'wavpack'],
  gainTags: ['matroska', 'replaygain'],
  tagsOf: 'track',
})

/** By extension, without the dot. */
export const outputKinds: Readonly<Record<string, OutputKind>> = {
  mp4,
  m4v: mp4,
  m4a: mp4,
  mov: container('mov'),
  mkv: matroska,
  mka: matroska,
  webm: container('webm', { audio: ['opus', 'vorbis'], gainTags: ['matroska', 'replaygain'], tagsOf: 'track' }),
  ts: mpegts,
  m2ts: mpegts,
  mxf: container('mxf'),
  wav: {
    label: 'WAV',
    formats: ['wav'],
    muxer: 'wav',
    // RF64 (EBU Tech 3306) where 4 GiB are not enough.
    options: { rf64: 'auto' },
    audio: ['pcm'],
    gainTags: [],
    tagsOf: 'file',
  },
  flac: {
    label: 'FLAC',
    formats: ['flac'],
    muxer: 'flac',
    audio: ['flac'],
    gainTags: ['replaygain'],
    tagsOf: 'file',
  },
  mp3: { label: 'MP3', formats: ['mp3'], muxer: 'mp3', audio: ['mp3'], gainTags: ['replaygain'], tagsOf: 'file' },
  ogg,
  oga: ogg,
  opus: { ...ogg, label: 'Opus', muxer: 'opus', audio: ['opus'] },
}
