// Look-ups in the table of containers: by file name, the muxer with its options, and what may not go in.
import type { AudioCodec, CodecOptions, ContainerName, SubtitleFormat, VideoCodec } from '../../model/index.ts'
import { containerRows } from './container-rows.data.ts'

/** The container that a file's name asks for. */
export function containerOf(file: string): ContainerName | undefined {
  const extension = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase()
  const names = Object.keys(containerRows) as ContainerName[]
  return extension ? names.find(name => containerRows[name].extensions.includes(extension)) : undefined
}

export type MuxerRequest = {
  /** Index before the media, so that a player can begin while it loads. */
  readonly fastStart: boolean
  readonly fragmented: boolean
  /** Total rate of a transport stream, bit/s. */
  readonly muxrateBps?: number | undefined
}

type Muxer = { readonly format: string; readonly options: CodecOptions }

/** FFmpeg's muxer with its options. */
export function muxerFor(container: ContainerName, request: MuxerRequest): Muxer {
  const format = containerRows[container].muxer
  return { format, options: builders[container](request) }
}

const isoFile = ({ fastStart, fragmented }: MuxerRequest): CodecOptions => ({
  movflags: fragmented
    ? '+frag_keyframe+empty_moov+default_base_moof+delay_moov+write_colr'
    : `${fastStart ? '+faststart' : ''}+write_colr`,
})

const builders: Readonly<Record<ContainerName, (request: MuxerRequest) => CodecOptions>> = {
  mp4: request => ({ ...isoFile(request), write_tmcd: 0 }),
  mov: isoFile,
  cmaf: () => ({ movflags: '+cmaf+frag_keyframe+empty_moov+default_base_moof+delay_moov+write_colr', write_tmcd: 0 }),
  matroska: () => ({}),
  // Cues before the clusters: a player can seek before it has the end.
  webm: () => ({ cues_to_front: 1 }),
  mpegts: ({ muxrateBps }) => ({
    // ISO/IEC 13818-1 2.7.2 asks for a PCR at least every 100 ms, DVB (TR 101 290) for 40 ms.
    pcr_period: 20,
    ...(muxrateBps ? { muxrate: muxrateBps } : {}),
  }),
  flv: () => ({ flvflags: '+add_keyframe_index' }),
  mxf: () => ({}),
}

export type ContainerRequest = {
  readonly video?: { readonly codec: VideoCodec } | undefined
  /** Whether the picture has static HDR metadata, which must have a place where the bitstream has none. */
  readonly audio: readonly { readonly codec: AudioCodec }[]
  readonly subtitles: readonly { readonly to: SubtitleFormat }[]
}

export type ContainerFinding = {
  readonly what: string
  readonly because: string
  readonly nearest: string
  readonly source: string
}

/** What of a file the container cannot carry; empty when it carries all of it. */
export function checkContainer(
  container: ContainerName,
  { video, audio, subtitles }: ContainerRequest,
): readonly ContainerFinding[] {
  const row = containerRows[container]
  const { label, source } = row
  const findings: ContainerFinding[] = []
  if (video && !row.video[video.codec])
    findings.push({
      what: video.codec,
      because: `${label} does not carry ${video.codec}`,
      nearest: `${Object.keys(row.video).join(', ')}, or ${others(name => name.video[video.codec] !== undefined)}`,
      source,
    })
  for (const codec of new Set(audio.map(each => each.codec))) {
    if (row.audio.includes(codec)) continue
    findings.push({
      what: codec,
      because: `${label} does not carry ${codec}`,
      nearest: `${row.audio.join(', ')}, or ${others(each => each.audio.includes(codec))}`,
      source,
    })
  }
  if (container === 'cmaf' && video && audio.length > 0)
    findings.push({
      what: 'several tracks',
      because: 'a CMAF track file holds one track (ISO/IEC 23000-19 7.3.1)',
      nearest: 'mp4 with --fragmented, or headend vod, which makes a file for each track',
      source,
    })
  for (const { to } of subtitles) {
    if (row.subtitles.includes(to)) continue
    findings.push({
      what: to,
      because: `${label} does not carry ${to}`,
      nearest: row.subtitles.join(', ') || others(each => each.subtitles.includes(to)),
      source,
    })
  }
  return findings
}

/** The containers of which something holds, by their labels. */
const others = (holds: (row: (typeof containerRows)[ContainerName]) => boolean): string =>
  Object.values(containerRows)
    .filter(holds)
    .map(({ label }) => label)
    .join(', ')
