// Writes HLS media playlists (RFC 8216 4.3.2, 4.3.3).
import { add, type Rational, rational } from '../core/index.ts'
import { formatMicros, toMicros } from './bitrates.ts'
import { formatAttributes } from './hls-attributes.ts'
import { formatDateRange } from './hls-date-range.ts'
import { type HlsKey, keyChange } from './hls-key.ts'
import { formatLowLatencyHead, formatLowLatencyTail, formatPart } from './hls-low-latency.ts'
import type { ByteRange, MediaMap, MediaPlaylist, MediaSegment } from './hls-media.ts'

/**
 * Segments with their durations in microseconds. Of a whole presentation the sum of the first n is that of the exact ones, to 0.5 µs; where
 * the list goes on and its beginning moves, each is rounded by itself, so that none changes between two readings.
 */
export function formatMedia(playlist: MediaPlaylist): string {
  const lines = [
    '#EXTM3U',
    `#EXT-X-VERSION:${playlist.version}`,
    `#EXT-X-TARGETDURATION:${playlist.targetDurationS}`,
    `#EXT-X-MEDIA-SEQUENCE:${playlist.mediaSequence}`,
    ...(playlist.discontinuitySequence === null
      ? []
      : [`#EXT-X-DISCONTINUITY-SEQUENCE:${playlist.discontinuitySequence}`]),
    ...(playlist.playlistType ? [`#EXT-X-PLAYLIST-TYPE:${playlist.playlistType}`] : []),
    ...(playlist.independentSegments ? ['#EXT-X-INDEPENDENT-SEGMENTS'] : []),
    ...(playlist.iframesOnly ? ['#EXT-X-I-FRAMES-ONLY'] : []),
    ...(playlist.lowLatency ? formatLowLatencyHead(playlist.lowLatency) : []),
    ...playlist.dateRanges.map(range => `#EXT-X-DATERANGE:${formatDateRange(range, formatSeconds)}`),
  ]
  let end = rational(0)
  let written = 0n
  let keys: readonly HlsKey[] = []
  let map: MediaMap | null = null
  for (const segment of playlist.segments) {
    end = add(end, segment.duration)
    const micros = playlist.ended || playlist.playlistType ? toMicros(end) : written + toMicros(segment.duration)
    lines.push(
      ...keyChange(keys, segment.keys),
      ...mapChange(map, segment.map),
      ...formatSegment(segment, micros - written),
    )
    written = micros
    keys = segment.keys
    map = segment.map ?? map
  }
  if (playlist.lowLatency) lines.push(...formatLowLatencyTail(playlist.lowLatency))
  if (playlist.ended) lines.push('#EXT-X-ENDLIST')
  return `${lines.join('\n')}\n`
}

const formatSeconds = (value: Rational): string => formatMicros(toMicros(value))

function formatSegment(segment: MediaSegment, micros: bigint): string[] {
  return [
    ...(segment.discontinuity ? ['#EXT-X-DISCONTINUITY'] : []),
    ...(segment.gap ? ['#EXT-X-GAP'] : []),
    ...(segment.programDateTime === null ? [] : [`#EXT-X-PROGRAM-DATE-TIME:${segment.programDateTime}`]),
    ...(segment.parts ?? []).map(formatPart),
    `#EXTINF:${formatMicros(micros)},`,
    ...(segment.byteRange ? [`#EXT-X-BYTERANGE:${formatRange(segment.byteRange)}`] : []),
    segment.uri,
  ]
}

const formatRange = ({ bytes, offset }: ByteRange): string => `${bytes}@${offset}`

function mapChange(before: MediaMap | null, after: MediaMap | null): string[] {
  if (!after || after === before) return []
  const attributes = formatMap(after)
  return before && formatMap(before) === attributes ? [] : [`#EXT-X-MAP:${attributes}`]
}

const formatMap = ({ uri, byteRange }: MediaMap): string =>
  formatAttributes({
    URI: { quoted: uri },
    BYTERANGE: { quoted: byteRange ? formatRange(byteRange) : undefined },
  })
