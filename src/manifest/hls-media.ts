// HLS media playlists (RFC 8216 4.3.2, 4.3.3) of VOD in CMAF: text ⇄ objects. Encryption tags are not among what it knows.
import { add, div, floor, mul, parseRational, type Rational, rational, round, sub } from '../core/index.ts'
import { damaged } from './bytes.ts'
import { type PlaylistLine, parseAttributes, readInteger, readLines } from './hls-attributes.ts'

export type ByteRange = { readonly bytes: number; readonly offset: number }

export type MediaSegment = {
  readonly uri: string
  readonly duration: Rational
  readonly byteRange: ByteRange | null
}

export type MediaPlaylist = {
  readonly targetDurationS: number
  readonly iframesOnly: boolean
  /** Whether nothing will be added: EXT-X-ENDLIST. */
  readonly ended: boolean
  readonly map: { readonly uri: string } | null
  readonly segments: readonly MediaSegment[]
}

/** @throws {HE_INPUT_DAMAGED} */
export function parseMedia(text: string): MediaPlaylist {
  const lines = readLines(text)
  const segments: MediaSegment[] = []
  let pending: { duration?: Rational; range?: string } = {}
  for (const line of lines) {
    if ('uri' in line) {
      if (!pending.duration) throw damaged(`no EXTINF before ${line.uri}`)
      const byteRange = pending.range === undefined ? null : readRange(pending.range, line.uri, segments.at(-1))
      segments.push({ uri: line.uri, duration: pending.duration, byteRange })
      pending = {}
    } else if (line.tag === '#EXTINF') pending.duration = readDuration(line.value)
    else if (line.tag === '#EXT-X-BYTERANGE') pending.range = line.value
  }
  const tags = tagTable(lines)
  const map = tags.get('#EXT-X-MAP')
  const uri = map === undefined ? undefined : parseAttributes(map).get('URI')
  if (map !== undefined && uri === undefined) throw damaged('EXT-X-MAP without URI')
  return {
    targetDurationS: readInteger(tags.get('#EXT-X-TARGETDURATION'), 'EXT-X-TARGETDURATION'),
    iframesOnly: tags.has('#EXT-X-I-FRAMES-ONLY'),
    ended: tags.has('#EXT-X-ENDLIST'),
    map: uri === undefined ? null : { uri },
    segments,
  }
}

const tagTable = (lines: readonly PlaylistLine[]): Map<string, string> =>
  new Map(lines.flatMap(line => ('tag' in line ? [[line.tag, line.value] as const] : [])))

function readDuration(value: string): Rational {
  const number = /^(\d{1,9}(?:\.\d{1,18})?)(?:,|$)/.exec(value)
  if (!number) throw damaged('EXTINF is not a number of seconds', { value: value.slice(0, 100) })
  return parseRational(number[1]!)
}

/** RFC 8216 4.3.2.2: without an offset the range begins where the one before, of the same resource, ended. */
function readRange(value: string, uri: string, before: MediaSegment | undefined): ByteRange {
  const match = /^(\d{1,15})(?:@(\d{1,15}))?$/.exec(value)
  if (!match) throw damaged('EXT-X-BYTERANGE is not n[@o]', { value: value.slice(0, 100) })
  const bytes = Number(match[1])
  if (match[2] !== undefined) return { bytes, offset: Number(match[2]) }
  if (before?.uri !== uri || !before.byteRange) throw damaged('EXT-X-BYTERANGE without an offset', { uri })
  return { bytes, offset: before.byteRange.offset + before.byteRange.bytes }
}

/** RFC 8216 4.3.3.1: no EXTINF, rounded to the nearest second, may exceed it. No more than that. */
export function targetDuration(durations: readonly Rational[]): number {
  return durations.reduce((most, duration) => Math.max(most, Number(round(duration))), 1)
}

/** Segments with their durations in microseconds; the sum of the first n is that of the exact ones, to 0.5 µs. */
export function formatMedia(playlist: MediaPlaylist): string {
  const lines = [
    '#EXTM3U',
    // RFC 8216 7: EXT-X-MAP outside of I-frame playlists asks for version 6.
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${playlist.targetDurationS}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    ...(playlist.ended ? ['#EXT-X-PLAYLIST-TYPE:VOD'] : []),
    ...(playlist.iframesOnly ? ['#EXT-X-I-FRAMES-ONLY'] : []),
    ...(playlist.map ? [`#EXT-X-MAP:URI="${playlist.map.uri}"`] : []),
  ]
  let end = rational(0)
  let written = 0n
  for (const { uri, duration, byteRange } of playlist.segments) {
    end = add(end, duration)
    const micros = round(mul(end, rational(1_000_000)))
    lines.push(`#EXTINF:${formatMicros(micros - written)},`)
    written = micros
    if (byteRange) lines.push(`#EXT-X-BYTERANGE:${byteRange.bytes}@${byteRange.offset}`)
    lines.push(uri)
  }
  if (playlist.ended) lines.push('#EXT-X-ENDLIST')
  return `${lines.join('\n')}\n`
}

/** Microseconds as seconds: `4.004000`. */
export const formatMicros = (micros: bigint): string =>
  `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`

export type Load = { readonly bytes: number; readonly duration: Rational }

/**
 * RFC 8216 4.1: the largest bit rate of any contiguous run of segments that lasts between 0.5 and 1.5 target durations.
 * Where nothing lasts that long, the rate of the whole.
 */
export function peakBitrate(segments: readonly Load[], targetDurationS: number): number {
  const [least, most] = [0.5, 1.5].map(factor => rational(BigInt(targetDurationS * 2 * factor), 2n)) as [
    Rational,
    Rational,
  ]
  let peak = 0
  for (let i = 0; i < segments.length; i++) {
    let bytes = 0
    let duration = rational(0)
    for (let j = i; j < segments.length; j++) {
      bytes += segments[j]!.bytes
      duration = add(duration, segments[j]!.duration)
      if (sub(most, duration).num < 0n) break
      if (sub(duration, least).num >= 0n) peak = Math.max(peak, bitsPerSecond(bytes, duration))
    }
  }
  return peak > 0 ? peak : averageBitrate(segments)
}

export function averageBitrate(segments: readonly Load[]): number {
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  return bitsPerSecond(
    bytes,
    segments.reduce((sum, segment) => add(sum, segment.duration), rational(0)),
  )
}

/** Rounded up; 0 for no duration. */
const bitsPerSecond = (bytes: number, duration: Rational): number =>
  duration.num <= 0n ? 0 : Number(-floor(div(rational(-bytes * 8), duration)))
