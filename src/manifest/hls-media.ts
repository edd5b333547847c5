// Reads HLS media playlists (RFC 8216 4.3.2, 4.3.3). Writing: hls-media-format.ts. Tags and attributes it does not know are passed over.
import { parseRational, type Rational } from '../core/index.ts'
import { damaged } from './bytes.ts'
import { type PlaylistLine, parseAttributes, readInteger, readLines } from './hls-attributes.ts'
import { type DateRange, readDateRange } from './hls-date-range.ts'
import { applyKey, type HlsKey, readKey } from './hls-key.ts'
import { type LowLatency, type PartialSegment, readLowLatency, readPart } from './hls-low-latency.ts'

export type ByteRange = { readonly bytes: number; readonly offset: number }

/** EXT-X-MAP. */
export type MediaMap = { readonly uri: string; readonly byteRange: ByteRange | null }

export type MediaSegment = {
  readonly uri: string
  readonly duration: Rational
  readonly byteRange: ByteRange | null
  /** The init segment that goes with it. */
  readonly map: MediaMap | null
  /** One for each KEYFORMAT; none in the clear. */
  readonly keys: readonly HlsKey[]
  /** What comes before it is of another encoding or another timeline. */
  readonly discontinuity: boolean
  readonly gap: boolean
  /** ISO 8601, as written. */
  readonly programDateTime: string | null
  /** EXT-X-PART; absent where the segment is not told in parts. */
  readonly parts?: readonly PartialSegment[]
}

export type MediaPlaylist = {
  readonly version: number
  readonly targetDurationS: number
  readonly mediaSequence: number
  readonly discontinuitySequence: number | null
  readonly playlistType: 'VOD' | 'EVENT' | null
  readonly independentSegments: boolean
  readonly iframesOnly: boolean
  /** Whether nothing will be added: EXT-X-ENDLIST. */
  readonly ended: boolean
  readonly dateRanges: readonly DateRange[]
  readonly segments: readonly MediaSegment[]
  /** What makes a live playlist one of low latency; absent in others. */
  readonly lowLatency?: LowLatency
}

/** A segment of which nothing but this is to be said. */
export const plainSegment = (uri: string, duration: Rational, map: MediaMap | null = null): MediaSegment => ({
  uri,
  duration,
  byteRange: null,
  map,
  keys: [],
  discontinuity: false,
  gap: false,
  programDateTime: null,
})

type Pending = {
  parts?: PartialSegment[]
  duration?: Rational
  range?: string
  discontinuity?: true
  gap?: true
  date?: string
}

/** @throws {HE_INPUT_DAMAGED} */
export function parseMedia(text: string): MediaPlaylist {
  const lines = readLines(text)
  const segments: MediaSegment[] = []
  const dateRanges: DateRange[] = []
  let map: MediaMap | null = null
  let keys: readonly HlsKey[] = []
  let pending: Pending = {}
  for (const line of lines) {
    if ('uri' in line) {
      segments.push(readSegment(line.uri, pending, map, keys, segments.at(-1)))
      pending = {}
      continue
    }
    const { tag, value } = line
    if (tag === '#EXTINF') pending.duration = readDuration(value)
    else if (tag === '#EXT-X-BYTERANGE') pending.range = value
    else if (tag === '#EXT-X-DISCONTINUITY') pending.discontinuity = true
    else if (tag === '#EXT-X-GAP') pending.gap = true
    else if (tag === '#EXT-X-PROGRAM-DATE-TIME') pending.date = value
    else if (tag === '#EXT-X-MAP') map = readMap(value)
    else if (tag === '#EXT-X-KEY') keys = applyKey(keys, readKey(parseAttributes(value)))
    else if (tag === '#EXT-X-PART') pending.parts = [...(pending.parts ?? []), readPart(parseAttributes(value))]
    else if (tag === '#EXT-X-DATERANGE') dateRanges.push(readDateRange(parseAttributes(value)))
  }
  const lowLatency = readLowLatency(lines, pending.parts ?? [])
  return { ...readHead(lines), dateRanges, segments, ...(lowLatency ? { lowLatency } : {}) }
}

function readHead(lines: readonly PlaylistLine[]): Omit<MediaPlaylist, 'dateRanges' | 'segments'> {
  const tags = new Map(lines.flatMap(line => ('tag' in line ? [[line.tag, line.value] as const] : [])))
  const integer = (name: string, missing: number): number => {
    const value = tags.get(`#${name}`)
    return value === undefined ? missing : readInteger(value, name)
  }
  const type = tags.get('#EXT-X-PLAYLIST-TYPE')?.trim()
  return {
    version: integer('EXT-X-VERSION', 1),
    targetDurationS: readInteger(tags.get('#EXT-X-TARGETDURATION'), 'EXT-X-TARGETDURATION'),
    mediaSequence: integer('EXT-X-MEDIA-SEQUENCE', 0),
    discontinuitySequence: tags.has('#EXT-X-DISCONTINUITY-SEQUENCE')
      ? integer('EXT-X-DISCONTINUITY-SEQUENCE', 0)
      : null,
    playlistType: type === 'VOD' || type === 'EVENT' ? type : null,
    independentSegments: tags.has('#EXT-X-INDEPENDENT-SEGMENTS'),
    iframesOnly: tags.has('#EXT-X-I-FRAMES-ONLY'),
    ended: tags.has('#EXT-X-ENDLIST'),
  }
}

function readSegment(
  uri: string,
  { duration, range, discontinuity, gap, date, parts }: Pending,
  map: MediaMap | null,
  keys: readonly HlsKey[],
  before: MediaSegment | undefined,
): MediaSegment {
  if (!duration) throw damaged(`no EXTINF before ${uri.slice(0, 200)}`)
  return {
    uri,
    duration,
    byteRange: range === undefined ? null : readRange(range, uri, before),
    map,
    keys,
    discontinuity: discontinuity ?? false,
    gap: gap ?? false,
    programDateTime: date ?? null,
    ...(parts ? { parts } : {}),
  }
}

function readMap(value: string): MediaMap {
  const attributes = parseAttributes(value)
  const uri = attributes.get('URI')
  if (uri === undefined) throw damaged('EXT-X-MAP without URI')
  const range = attributes.get('BYTERANGE')
  return { uri, byteRange: range === undefined ? null : readRange(range, uri, undefined) }
}

function readDuration(value: string): Rational {
  const number = /^\s*(\d{1,9}(?:\.\d{1,18})?)\s*(?:,|$)/.exec(value)
  if (!number) throw damaged('EXTINF is not a number of seconds', { value: value.slice(0, 100) })
  return parseRational(number[1]!)
}

/** RFC 8216 4.3.2.2: without an offset the range begins where the one before, of the same resource, ended. */
function readRange(value: string, uri: string, before: MediaSegment | undefined): ByteRange {
  const match = /^(\d{1,15})(?:@(\d{1,15}))?$/.exec(value)
  if (!match) throw damaged('EXT-X-BYTERANGE is not n[@o]', { value: value.slice(0, 100) })
  const bytes = Number(match[1])
  if (match[2] !== undefined) return { bytes, offset: Number(match[2]) }
  if (before?.uri !== uri || !before.byteRange)
    throw damaged('EXT-X-BYTERANGE without an offset', { uri: uri.slice(0, 200) })
  return { bytes, offset: before.byteRange.offset + before.byteRange.bytes }
}
