// Subtitle packets ⇄ cues: what FFmpeg's demuxers hand out for each format, and what its muxers want.
import {
  AV_CODEC_ID_ASS,
  AV_CODEC_ID_MOV_TEXT,
  AV_CODEC_ID_SUBRIP,
  AV_CODEC_ID_TTML,
  AV_CODEC_ID_WEBVTT,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_WEBVTT_SETTINGS,
  AV_PKT_FLAG_KEY,
  AVMEDIA_TYPE_SUBTITLE,
} from 'node-av/constants'
import { CodecParameters, Packet } from 'node-av/lib'
import {
  type Cue,
  type CueText,
  earlier,
  formatAssHead,
  formatAssPacket,
  formatMovText,
  formatMovTextDescription,
  formatSrtText,
  formatTtml,
  formatVttSettings,
  formatVttText,
  later,
  movTextFontSize,
  parseAssHead,
  parseAssPacket,
  parseMovText,
  parseSrtText,
  parseTtml,
  parseVttText,
} from '../captions/index.ts'
import { type Rational, rational, rescale } from '../core/index.ts'
import type { SubtitleFormat, SubtitleParams } from '../model/index.ts'
import { check } from './native.ts'

const codecIds = {
  srt: AV_CODEC_ID_SUBRIP,
  webvtt: AV_CODEC_ID_WEBVTT,
  ass: AV_CODEC_ID_ASS,
  ttml: AV_CODEC_ID_TTML,
  mov_text: AV_CODEC_ID_MOV_TEXT,
} as const satisfies Readonly<Record<SubtitleFormat, number>>

const MICROS: Rational = rational(1n, 1_000_000n)
/** A cue that does not say how long it stays; FFmpeg gives it no duration. About 15 characters a second for two short lines. */
const UNKNOWN_SECONDS = 4n

/** Cues whose times are ticks of the packets' timebase, and names of what was dropped. */
export type ReadCues = { readonly cues: readonly Cue[]; readonly dropped: readonly string[] }

/** @param extradata - of the stream: the styles of ASS */
export function createCueReader(
  from: SubtitleFormat,
  extradata: Buffer | null,
  timebase: Rational,
): (packet: Packet) => ReadCues {
  const head = from === 'ass' ? parseAssHead(extradata?.toString('utf8') ?? '') : undefined
  const none: ReadCues = { cues: [], dropped: [] }
  return packet => {
    const { data, pts } = packet
    if (!data || pts === AV_NOPTS_VALUE) return none
    const length = packet.duration > 0n ? packet.duration : rescale(UNKNOWN_SECONDS, rational(1n), timebase)
    const at = (text: CueText | null, dropped: readonly string[] = []): ReadCues =>
      text && text.lines.length > 0
        ? { cues: [{ lines: text.lines, anchor: text.anchor, startUs: pts, endUs: pts + length }], dropped }
        : { cues: [], dropped: text ? dropped : ['damaged packet'] }
    const text = (): string => data.toString('utf8').replace(/\0+$/, '')
    if (from === 'mov_text') return at(parseMovText(data))
    if (from === 'srt') return at(parseSrtText(text()))
    if (from === 'webvtt') {
      const settings = packet.getSideData(AV_PKT_DATA_WEBVTT_SETTINGS)?.toString('utf8') ?? ''
      return at(parseVttText(text(), settings))
    }
    if (from === 'ass') {
      const read = parseAssPacket(text(), head)
      return at(read, read?.dropped)
    }
    // ISO/IEC 14496-30 5.3: times in the document are those of the track; a sample shows what of it falls into its span.
    const { cues, findings } = parseTtml(text())
    const shown = cues.flatMap(cue => {
      const [start, end] = [rescale(cue.startUs, MICROS, timebase), rescale(cue.endUs, MICROS, timebase)]
      const [startUs, endUs] = [later(start, pts), earlier(end, pts + length)]
      return startUs < endUs ? [{ ...cue, startUs, endUs }] : []
    })
    return { cues: shown, dropped: findings.map(({ message }) => message) }
  }
}

/** What a muxer must know of the stream. */
export function subtitleParameters({ to, width, height }: SubtitleParams): CodecParameters {
  const parameters = new CodecParameters()
  parameters.alloc()
  parameters.codecType = AVMEDIA_TYPE_SUBTITLE
  parameters.codecId = codecIds[to]
  if (to === 'ass') parameters.extradata = Buffer.from(formatAssHead(width, height))
  if (to === 'mov_text') {
    parameters.extradata = Buffer.from(formatMovTextDescription(width, height))
    parameters.width = width
    parameters.height = height
  }
  return parameters
}

/** @param cue - with times in ticks; `order` counts from 0. The packet is the caller's. */
export function formatCuePacket({ to, height }: SubtitleParams, cue: Cue, order: number, timebase: Rational): Packet {
  const packet = new Packet()
  packet.alloc()
  packet.data = encode(to, cue, order, height, timebase)
  packet.pts = cue.startUs
  packet.dts = cue.startUs
  packet.duration = cue.endUs - cue.startUs
  packet.flags = AV_PKT_FLAG_KEY
  const settings = to === 'webvtt' ? formatVttSettings(cue) : ''
  if (settings !== '')
    check(packet.addSideData(AV_PKT_DATA_WEBVTT_SETTINGS, Buffer.from(settings)), 'HE_MUX_FAILED', 'cue settings')
  return packet
}

function encode(to: SubtitleFormat, cue: Cue, order: number, height: number, timebase: Rational): Buffer {
  if (to === 'mov_text') return Buffer.from(formatMovText(cue, movTextFontSize(height)))
  if (to === 'srt') return Buffer.from(formatSrtText(cue))
  if (to === 'webvtt') return Buffer.from(formatVttText(cue))
  if (to === 'ass') return Buffer.from(formatAssPacket(cue, order))
  const [startUs, endUs] = [rescale(cue.startUs, timebase, MICROS), rescale(cue.endUs, timebase, MICROS)]
  return Buffer.from(formatTtml([{ ...cue, startUs, endUs }]))
}
