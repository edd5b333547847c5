// Inspects one file: what it is, from container, bitstream and packets. Runs in the engine worker.
import * as AV from 'node-av/constants'
import { compare, HeadendError, type Rational, type RunOptions, rational, toNumber } from '../core/index.ts'
import type { Container, MediaFacts } from '../model/index.ts'
import { readChapters } from './inspect-chapters.ts'
import { demuxers } from './inspect-demuxers.data.ts'
import { type Inspection, openInspection, truncated } from './inspect-open.ts'
import { type Scan, scanPackets } from './inspect-scan.ts'
import {
  createWarnings,
  describeAudio,
  describeOther,
  describeSubtitle,
  durationOf,
  type StreamContext,
  text,
  timebaseOf,
  toInt,
  type Warn,
} from './inspect-stream.ts'
import { describeVideo } from './inspect-video.ts'

export type InspectOptions = Pick<RunOptions, 'signal' | 'log'> & {
  /** `full` reads every packet; `head` the beginning only. */
  readonly scan: 'full' | 'head'
}

/**
 * Says what the file at `path` is. @throws {HE_INPUT_NOT_FOUND} {HE_INPUT_UNREADABLE} {HE_INPUT_EMPTY} {HE_INPUT_NOT_MEDIA}
 * {HE_INPUT_TRUNCATED} {HE_INPUT_DAMAGED} {HE_INPUT_NO_TRACK} {HE_INPUT_UNSUPPORTED}, or the signal's reason.
 */
export async function inspectInput(path: string, { signal, log, scan }: InspectOptions): Promise<MediaFacts> {
  await using input = await openInspection(path, { signal })
  const { context, outline, sizeBytes } = input
  const chapters = await readChapters(context, log)
  const seen = await scanPackets(context, { scan, signal })
  if (seen.packets === 0) throw nothingInside(path, input, seen)
  const { list, warn } = createWarnings()
  const full = scan === 'full'
  const row = demuxers[context.iformat?.name ?? '']
  const short = full && endsEarly(input, seen)
  const cut =
    outline.missingBytes > 0 ||
    (full && (!seen.complete || (seen.endsDamaged && !row?.cuttable) || (short && row?.counted === true)))
  const distrust = cut || row?.bare === true
  const streams = sortStreams(input, seen, { full, distrust, warn })
  warnAbout(input, seen, warn)
  if (cut && outline.missingBytes === 0) warn('truncated', 'the file ends within a packet or before its header says')
  else if (short && !cut)
    warn('shorter-than-stated', 'the last packet ends long before the duration that the header states')
  const tags = context.metadata?.getAll() ?? {}
  const timecodes = context.streams.map(stream => stream.metadata?.get('timecode')).filter(code => code != null)
  return {
    path,
    sizeBytes,
    container: describeContainer(input, seen, { full, distrust, tags, hasVideo: streams.video.length > 0 }),
    ...streams,
    chapters,
    timecode: tags.timecode ?? timecodes[0] ?? null,
    scan,
    truncated: full && cut,
    warnings: list,
  }
}

function nothingInside(path: string, { context, outline }: Inspection, { errors }: Scan): HeadendError {
  if (outline.missingBytes > 0) return truncated(path, outline)
  if (context.nbStreams === 0) return new HeadendError('HE_INPUT_NO_TRACK', `${path} has no tracks`)
  if (errors > 0) return new HeadendError('HE_INPUT_DAMAGED', `no packet of ${path} can be read`)
  return new HeadendError('HE_INPUT_EMPTY', `${path} has tracks but no samples in them`)
}

/** Whether all packets end more than a second, and more than 2 %, before the duration that the header states. */
function endsEarly({ context, statedDuration }: Inspection, seen: Scan): boolean {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const stream of context.streams) {
    const scan = seen.streams.get(stream.index)
    if (scan?.first == null || scan.last === null) continue
    const tick = toNumber(timebaseOf(stream))
    first = Math.min(first, Number(scan.first) * tick)
    last = Math.max(last, Number(scan.last) * tick)
  }
  if (!statedDuration || last <= first) return false
  const stated = toNumber(statedDuration)
  // From zero or from the first packet: headers count either way.
  return Math.max(last, last - first) < stated - Math.max(1, stated * 0.02)
}

type Streams = Pick<MediaFacts, 'video' | 'audio' | 'subtitles' | 'other'>

function sortStreams(
  { context, containerVideo }: Inspection,
  seen: Scan,
  shared: Pick<StreamContext, 'full' | 'distrust' | 'warn'>,
): Streams {
  const streams: { [K in keyof Streams]: Streams[K][number][] } = { video: [], audio: [], subtitles: [], other: [] }
  for (const stream of context.streams) {
    const each: StreamContext = { ...shared, stream, scan: seen.streams.get(stream.index) ?? null }
    const type = stream.codecpar.codecType
    if (type === AV.AVMEDIA_TYPE_SUBTITLE) streams.subtitles.push(describeSubtitle(each))
    else if (stream.disposition & AV.AV_DISPOSITION_ATTACHED_PIC) {
      // A cover is no programme; in the list of video it would be taken for one.
      streams.other.push(describeOther(each, 'picture'))
    } else {
      const video = type === AV.AVMEDIA_TYPE_VIDEO ? describeVideo(each, containerVideo.get(stream.index)) : null
      const audio = type === AV.AVMEDIA_TYPE_AUDIO ? describeAudio(each) : null
      if (video) streams.video.push(video)
      else if (audio) streams.audio.push(audio)
      else {
        if (type === AV.AVMEDIA_TYPE_VIDEO || type === AV.AVMEDIA_TYPE_AUDIO)
          shared.warn('unknown-stream', `stream ${stream.index}: its format cannot be told`)
        streams.other.push(describeOther(each))
      }
    }
  }
  return streams
}

function warnAbout({ context, outline, sizeBytes }: Inspection, seen: Scan, warn: Warn): void {
  for (const [index, { corrupt, packets }] of seen.streams) {
    if (corrupt > 0) warn('damaged-packets', `stream ${index}: ${corrupt} of ${packets} packets are marked as damaged`)
  }
  if (seen.errors > 0) warn('read-errors', `${seen.errors} times a packet could not be read`)
  if (outline.missingBytes > 0)
    warn('truncated', `the file ends ${outline.missingBytes} bytes before its own index does`)
  if (outline.iso?.longBox)
    warn('long-box', `the box ${outline.iso.longBox} claims to be longer than the file; no sample is missing`)
  // A recording may be cut at any byte: a transport stream has no index that would promise more.
  if (context.iformat?.name === 'mpegts' && sizeBytes % 188 !== 0 && sizeBytes % 192 !== 0 && sizeBytes % 204 !== 0)
    warn('partial-packet', 'the transport stream ends within a packet')
  for (const { index, codecpar } of context.streams) {
    if (codecpar.getCodedSideData(AV.AV_PKT_DATA_ENCRYPTION_INIT_INFO))
      warn('encrypted', `stream ${index}: is encrypted`)
  }
}

type ContainerContext = {
  readonly full: boolean
  readonly distrust: boolean
  readonly hasVideo: boolean
  readonly tags: Record<string, string>
}

function describeContainer(input: Inspection, seen: Scan, about: ContainerContext): Container {
  const { context, outline, sizeBytes } = input
  const start = context.startTime === AV.AV_NOPTS_VALUE ? null : rational(context.startTime, 1_000_000)
  const duration = containerDuration(input, seen, about)
  const bitrate = duration && duration.num > 0n ? Math.round((sizeBytes * 8) / toNumber(duration)) : null
  return {
    format: formatName(input, about.hasVideo),
    demuxer: context.iformat?.name ?? 'unknown',
    longName: context.iformat?.longName ?? 'unknown',
    majorBrand: outline.iso?.majorBrand ?? null,
    startTime: text(start),
    duration: text(duration),
    bitrateBps: bitrate !== null && Number.isSafeInteger(bitrate) ? bitrate : toInt(context.bitRate),
    fastStart: outline.iso ? outline.iso.fastStart : null,
    fragmented: outline.iso ? outline.iso.fragmented : null,
    tags: about.tags,
  }
}

/** As stated; where that cannot be believed, as long as the longest stream. */
function containerDuration(
  { context, outline }: Inspection,
  seen: Scan,
  { full, distrust }: ContainerContext,
): Rational | null {
  const stated = outline.iso?.duration ?? (context.duration > 0n ? rational(context.duration, 1_000_000) : null)
  if (stated && !(distrust && full)) return stated
  let longest: Rational | null = null
  for (const stream of context.streams) {
    const scan = seen.streams.get(stream.index) ?? null
    const duration = durationOf({ stream, scan, full, distrust: true, warn: () => {} })
    if (duration && (!longest || compare(duration, longest) > 0)) longest = duration
  }
  return longest ?? stated
}

/** FFmpeg has one demuxer for a family; brand and document type tell its members apart. */
function formatName({ context, outline }: Inspection, hasVideo: boolean): string {
  const demuxer = context.iformat?.name ?? ''
  if (outline.docType === 'webm') return 'webm'
  const format = demuxers[demuxer]?.format ?? demuxer
  if (!outline.iso) return format
  const brand = outline.iso.majorBrand
  // Before brands there was only QuickTime.
  if (brand === null || brand === 'qt  ') return 'mov'
  if (/^3g[peghrst]/.test(brand)) return '3gp'
  if (/^3g2/.test(brand)) return '3g2'
  return brand === 'M4A ' && !hasVideo ? 'm4a' : 'mp4'
}
