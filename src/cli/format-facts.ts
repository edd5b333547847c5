// MediaFacts as text for a terminal.
import { parseRational, toNumber } from '../core/index.ts'
import type { AudioStream, ColorTags, MediaFacts, SubtitleStream, VideoStream } from '../model/index.ts'
import { formatTable } from './table.ts'

export function formatFacts(facts: MediaFacts): string {
  const rows: string[][] = [['file', formatFile(facts)]]
  for (const stream of facts.video) {
    rows.push([`video ${stream.index}`, formatVideo(stream)], ['', formatColor(stream)])
  }
  for (const stream of facts.audio) rows.push([`audio ${stream.index}`, formatAudio(stream)])
  for (const stream of facts.subtitles) rows.push([`text ${stream.index}`, formatText(stream)])
  for (const stream of facts.other) rows.push([`other ${stream.index}`, `${stream.type} ${stream.codec}`])
  if (facts.chapters.length > 0) rows.push(['chapters', String(facts.chapters.length)])
  if (facts.timecode) rows.push(['timecode', facts.timecode])
  if (facts.truncated) rows.push(['damage', 'the file ends before its own index does'])
  for (const { code, message } of facts.warnings) rows.push(['warning', `${message} (${code})`])
  return formatTable(rows).join('\n')
}

function formatFile({ path, container, sizeBytes, scan }: MediaFacts): string {
  const { format, duration, bitrateBps, fastStart, fragmented } = container
  return list([
    path,
    format,
    duration && `${seconds(duration)} s`,
    formatBytes(sizeBytes),
    bitrateBps !== null && formatBitrate(bitrateBps),
    fragmented ? 'fragmented' : fastStart !== null && (fastStart ? 'fast start' : 'no fast start'),
    scan === 'head' && 'only the beginning was read',
  ])
}

function formatVideo(stream: VideoStream): string {
  const size = `${stream.displayWidth}x${stream.displayHeight}`
  const coded = `${stream.codedWidth}x${stream.codedHeight}`
  return list([
    [stream.codec, stream.profile, stream.codecString && `(${stream.codecString})`].filter(Boolean).join(' '),
    coded === size ? size : `${size}, coded ${coded}`,
    stream.rotation !== 0 && `rotated ${stream.rotation}°`,
    stream.frameRate && `${formatRate(stream.frameRate)} fps ${stream.frameRateMode}`,
    stream.frameCount !== null && `${stream.frameCount} frames`,
    stream.pixelFormat,
    stream.scan === 'interlaced' ? `interlaced ${stream.fieldOrder}` : 'progressive',
    stream.bitrateBps !== null && formatBitrate(stream.bitrateBps),
    ...common(stream),
  ])
}

function formatColor({ color, hdr }: VideoStream): string {
  const { effective, contradictions } = color
  return list([
    hdr.format.toUpperCase(),
    formatColorTags(effective),
    hdr.contentLight && `MaxCLL ${hdr.contentLight.maxCll}, MaxFALL ${hdr.contentLight.maxFall}`,
    hdr.dolbyVision && `Dolby Vision ${hdr.dolbyVision.profile}.${hdr.dolbyVision.compatibilityId}`,
    contradictions.length > 0 && `container and bitstream disagree on ${contradictions.join(', ')}`,
  ])
}

/** primaries/transfer/matrix range; `?` where the source is silent. */
export function formatColorTags(tags: ColorTags): string {
  return `${[tags.primaries, tags.transfer, tags.matrix].map(tag => tag ?? '?').join('/')} ${tags.range ?? '?'}`
}

function formatAudio(stream: AudioStream): string {
  return list([
    [stream.codec, stream.profile].filter(Boolean).join(' '),
    `${stream.sampleRateHz} Hz`,
    stream.layout,
    stream.bitrateBps !== null && formatBitrate(stream.bitrateBps),
    ...common(stream),
  ])
}

const formatText = (stream: SubtitleStream): string => list([stream.codec, ...common(stream)])

const common = ({ language, title, dispositions }: SubtitleStream): (string | null | false)[] => [
  language,
  title && `"${title}"`,
  dispositions.length > 0 && dispositions.join(' '),
]

const list = (parts: readonly (string | null | false | undefined | '')[]): string => parts.filter(Boolean).join(' · ')

const seconds = (text: string): string => toNumber(parseRational(text)).toFixed(3)

/** `25` for a whole rate, else `30000/1001 (29.97)`. */
export function formatRate(text: string): string {
  const rate = parseRational(text)
  return rate.den === 1n ? String(rate.num) : `${text} (${toNumber(rate).toFixed(2)})`
}

export function formatBitrate(bps: number): string {
  return bps >= 1e6 ? `${(bps / 1e6).toFixed(2)} Mb/s` : `${Math.round(bps / 1000)} kb/s`
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
