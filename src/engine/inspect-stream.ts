// What all kinds of streams have in common, and the kinds that have no more: sound, subtitles, others.
import * as AV from 'node-av/constants'
import {
  avChannelLayoutDescribe,
  avGetCodecName,
  avGetMediaTypeString,
  avGetSampleFmtName,
  Codec,
  type Stream,
} from 'node-av/lib'
import { standardCodecString } from '../codecs/index.ts'
import { formatRational, mul, type Rational, type RationalText, rational, toNumber } from '../core/index.ts'
import type { AudioStream, OtherStream, SubtitleStream, Warning } from '../model/index.ts'
import { dispositionFlags } from './inspect-names.data.ts'
import type { StreamScan } from './inspect-scan.ts'
import { toRational } from './native.ts'

/** What the mappers of streams are given. */
export type StreamContext = {
  readonly stream: Stream
  /** null when the scan saw no packet of it. */
  readonly scan: StreamScan | null
  /** Every packet of the file was read. */
  readonly full: boolean
  /** The container's own durations and bit rates cannot be believed: it is cut, or has none and they are estimates. */
  readonly distrust: boolean
  readonly warn: (code: string, message: string) => void
}

export type Warn = StreamContext['warn']

/** A list of warnings and the function that adds to it; the same warning is kept once. */
export function createWarnings(): { readonly list: Warning[]; readonly warn: Warn } {
  const list: Warning[] = []
  const warn: Warn = (code, message) => {
    if (!list.some(each => each.code === code && each.message === message)) list.push({ code, message })
  }
  return { list, warn }
}

const MAX_INT = BigInt(Number.MAX_SAFE_INTEGER)

/** A positive 64-bit number as a safe integer; null for none and for nonsense. */
export const toInt = (value: bigint): number | null => (value > 0n && value <= MAX_INT ? Number(value) : null)

/** Ticks of a stream as seconds; null for AV_NOPTS_VALUE. */
export const toSeconds = (ticks: bigint, timebase: Rational): Rational | null =>
  ticks === AV.AV_NOPTS_VALUE ? null : mul(rational(ticks), timebase)

export const timebaseOf = (stream: Stream): Rational => toRational(stream.timeBase) ?? rational(1, 1000)

/** Duration in seconds: as stated where that can be believed, else as the packets reach. */
export function durationOf({ stream, scan, full, distrust }: StreamContext): Rational | null {
  const timebase = timebaseOf(stream)
  const reach = scan?.first != null && scan.last !== null ? scan.last - scan.first + tail(scan) : (scan?.span ?? 0n)
  const scanned = full && reach > 0n ? mul(rational(reach), timebase) : null
  const stated = stream.duration > 0n ? mul(rational(stream.duration), timebase) : null
  return distrust ? (scanned ?? stated) : (stated ?? scanned)
}

/** Ticks that a last picture of unknown length is shown: as long as the others on average. */
function tail({ open, first, last, times }: StreamScan): bigint {
  if (!open || times.length < 2) return 0n
  return BigInt(Math.round(Number(last! - first!) / (times.length - 1)))
}

type Base = Pick<
  AudioStream,
  | 'index'
  | 'codec'
  | 'codecString'
  | 'codecTag'
  | 'profile'
  | 'timebase'
  | 'startTime'
  | 'duration'
  | 'bitrateBps'
  | 'language'
  | 'title'
  | 'dispositions'
  | 'packets'
>

export function describeStream(context: StreamContext): Base {
  const { stream, scan, full } = context
  const { codecpar } = stream
  const tags = stream.metadata?.getAll() ?? {}
  const timebase = timebaseOf(stream)
  const duration = durationOf(context)
  const start = stream.startTime !== AV.AV_NOPTS_VALUE ? stream.startTime : (scan?.first ?? AV.AV_NOPTS_VALUE)
  return {
    index: stream.index,
    codec: avGetCodecName(codecpar.codecId) ?? 'unknown',
    codecString: standardCodecString(codecpar.getCodecString() ?? '') || null,
    codecTag: readTag(codecpar.codecTagString),
    profile: profileName(codecpar.codecId, codecpar.profile),
    timebase: formatRational(timebase),
    startTime: text(toSeconds(start, timebase)),
    duration: text(duration),
    bitrateBps: bitrateOf(context, duration),
    language: readLanguage(tags.language),
    title: tags.title?.trim() || null,
    dispositions: dispositionFlags.filter(([, flag]) => (stream.disposition & flag) !== 0).map(([name]) => name),
    packets: full ? (scan?.packets ?? 0) : null,
  }
}

export const text = (value: Rational | null): RationalText | null => (value ? formatRational(value) : null)

/** Measured by a full scan; else as stated. */
function bitrateOf({ stream, scan, full }: StreamContext, duration: Rational | null): number | null {
  if (full && scan && duration && duration.num > 0n) {
    const measured = Math.round((scan.bytes * 8) / toNumber(duration))
    if (Number.isSafeInteger(measured) && measured > 0) return measured
  }
  return toInt(stream.codecpar.bitRate)
}

/** Four printable characters; FFmpeg prints others, and the stream types of MPEG-TS, in brackets. */
const readTag = (tag: string | null): string | null => (tag && !tag.includes('[') && tag.trim() ? tag : null)

const readLanguage = (language: string | undefined): string | null => {
  const code = language?.trim()
  return code && code !== 'und' ? code : null
}

function profileName(codecId: number, profile: number): string | null {
  const named = (codec: Codec | null): string | undefined =>
    codec?.profiles?.find(each => each.profile === profile)?.name
  const first = named(Codec.findDecoder(codecId as Parameters<typeof Codec.findDecoder>[0]))
  if (first) return first
  // Decoders that wrap a library have no names for profiles; another one for the same codec may.
  for (const codec of Codec.getCodecList()) {
    const name = codec.id === codecId && codec.isDecoder() ? named(codec) : undefined
    if (name) return name
  }
  return null
}

/** null when FFmpeg found out nothing about it. */
export function describeAudio(context: StreamContext): AudioStream | null {
  const { codecpar } = context.stream
  const { sampleRate, channels, channelLayout, format, initialPadding } = codecpar
  if (sampleRate <= 0 || channels <= 0) return null
  const { language: _, title: __, ...tags } = context.stream.metadata?.getAll() ?? {}
  return {
    ...describeStream(context),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    sampleRateHz: sampleRate,
    sampleFormat: avGetSampleFmtName(format as Parameters<typeof avGetSampleFmtName>[0]) ?? 'unknown',
    channels,
    layout: avChannelLayoutDescribe(channelLayout) ?? `${channels} channels`,
    initialPaddingSamples: Math.max(0, initialPadding),
  }
}

export const describeSubtitle = (context: StreamContext): SubtitleStream => describeStream(context)

export function describeOther(context: StreamContext, type?: string): OtherStream {
  return {
    ...describeStream(context),
    type: type ?? avGetMediaTypeString(context.stream.codecpar.codecType) ?? 'unknown',
  }
}
