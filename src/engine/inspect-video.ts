// One video stream: container, bitstream and the packets' times brought together.
import * as AV from 'node-av/constants'
import { avGetPixFmtName, type Stream } from 'node-av/lib'
import { compare, formatRational, mul, type Rational, rational, round } from '../core/index.ts'
import type { Hdr, VideoStream } from '../model/index.ts'
import { mergeColor, type NativeColor, silentColor, toColorTags } from './inspect-color.ts'
import type { HeadFacts } from './inspect-head.ts'
import { fieldOrderNames } from './inspect-names.data.ts'
import { parsePixelFormat } from './inspect-pixels.ts'
import { describeStream, type StreamContext, timebaseOf, toInt } from './inspect-stream.ts'
import { readTiming } from './inspect-timing.ts'
import { toRational } from './native.ts'
import { parseContentLight, parseDisplayMatrix, parseDolbyVision, parseMasteringDisplay } from './native-structs.ts'

/** What the container said before FFmpeg looked into the bitstream and wrote over it. */
export type ContainerVideo = {
  readonly color: NativeColor
  readonly fieldOrder: number
  /** FFmpeg's averages as the container's own tables give them. */
  readonly frameRate: Rational | null
}

export function readContainerVideo(stream: Stream): ContainerVideo {
  const { codecpar } = stream
  const { colorPrimaries, colorTrc, colorSpace, colorRange, chromaLocation } = codecpar
  return {
    color: { colorPrimaries, colorTrc, colorSpace, colorRange, chromaLocation },
    fieldOrder: fieldOrderOf(stream),
    frameRate: positive(toRational(stream.avgFrameRate)),
  }
}

const fieldOrderOf = (stream: Stream): number => Number(stream.codecpar.toJSON().fieldOrder ?? 0)
const positive = (value: Rational | null): Rational | null => (value && value.num > 0n ? value : null)

/** null when FFmpeg found out nothing about it. */
export function describeVideo(context: StreamContext, container: ContainerVideo | undefined): VideoStream | null {
  const { stream, scan, warn } = context
  const { codecpar, index } = stream
  if (codecpar.width <= 0 || codecpar.height <= 0) return null
  const head = scan?.head ?? null
  if (!head || head.frames === 0) warn('undecodable', `stream ${index}: no frame of its beginning could be decoded`)
  const formatName = avGetPixFmtName((head?.pixelFormat ?? codecpar.format) as AV.AVPixelFormat)
  const pixels = formatName ? parsePixelFormat(formatName) : null
  if (!formatName || !pixels) {
    warn('pixel-format', `stream ${index}: its pixel format ${formatName ?? ''} is unknown; 8-bit 4:2:0 is assumed`)
  }
  const timing = readRate(context, container, head)
  const shape = readShape(context, head)
  const { fullRange = false, ...samples } = pixels ?? { bitDepth: 8, chroma: '4:2:0' as const, hasAlpha: false }
  const tags = stream.metadata?.getAll() ?? {}
  return {
    ...describeStream(context),
    level: codecpar.level >= 0 ? codecpar.level : null,
    codedWidth: codecpar.width,
    codedHeight: codecpar.height,
    ...shape,
    ...timing,
    pixelFormat: formatName ?? 'unknown',
    ...samples,
    ...readScanType(context, container, head),
    hasBFrames: codecpar.videoDelay > 0,
    color: readColor(context, container, head, fullRange),
    hdr: readHdr(context, head),
    timecode: tags.timecode ?? null,
  }
}

function readRate(
  { stream, scan, full, distrust }: StreamContext,
  container: ContainerVideo | undefined,
  head: HeadFacts | null,
): Pick<VideoStream, 'frameRate' | 'frameRateMode' | 'frameCount'> {
  const timebase = timebaseOf(stream)
  const [nominal, average] = [stream.rFrameRate, stream.avgFrameRate].map(rate => positive(toRational(rate)))
  const codec = positive(toRational(stream.codecpar.frameRate))
  const stated = [container?.frameRate ?? null, nominal ?? null, average ?? null, codec]
  // Fields coded as pictures of their own come as two packets per frame: the decoder tells.
  const paired =
    head !== null && head.interlacedFrames > 0 && head.packetsSent >= 8 && head.frames * 5 < head.packetsSent * 3
  if (full && scan) {
    const times = paired ? everyOther(scan.times) : scan.times
    const timing = readTiming(times, timebase, stated)
    const shown = scan.packets - scan.discarded
    return {
      frameRate: timing.frameRate && formatRational(timing.frameRate),
      frameRateMode: timing.mode,
      frameCount: paired ? Math.ceil(shown / 2) : shown,
    }
  }
  const tagged = stream.metadata?.get('NUMBER_OF_FRAMES')
  const count = toInt(stream.nbFrames) ?? (tagged && /^\d{1,15}$/.test(tagged) ? Number(tagged) : null)
  const rate = readTiming([], timebase, stated).frameRate
  return { frameRate: rate && formatRational(rate), frameRateMode: 'unknown', frameCount: distrust ? null : count }
}

const everyOther = (times: readonly number[]): number[] => times.toSorted((a, b) => a - b).filter((_, i) => i % 2 === 0)

function readShape(
  { stream, warn }: StreamContext,
  head: HeadFacts | null,
): Pick<VideoStream, 'sampleAspectRatio' | 'displayWidth' | 'displayHeight' | 'rotation'> {
  const { codecpar, index } = stream
  const fromContainer = positive(toRational(stream.sampleAspectRatio))
  const fromBitstream = positive(head?.sampleAspectRatio ? toRational(head.sampleAspectRatio) : null)
  if (fromContainer && fromBitstream && compare(fromContainer, fromBitstream) !== 0) {
    const [left, right] = [formatRational(fromContainer), formatRational(fromBitstream)]
    warn('sar-contradiction', `stream ${index}: pixel aspect ratio ${left} in the container, ${right} in the bitstream`)
  }
  // The container's word counts: it is what a player scales by, and what an editor corrects.
  const aspect = fromContainer ?? fromBitstream ?? positive(toRational(codecpar.sampleAspectRatio)) ?? rational(1)
  const matrix = codecpar.getCodedSideData(AV.AV_PKT_DATA_DISPLAYMATRIX) ?? head?.displayMatrix ?? null
  const orientation = matrix ? parseDisplayMatrix(matrix) : null
  if (orientation?.mirrored) warn('mirrored', `stream ${index}: the container asks players to mirror the picture`)
  if (orientation?.oblique) warn('oblique', `stream ${index}: the container turns the picture by no quarter turn`)
  if (codecpar.getCodedSideData(AV.AV_PKT_DATA_FRAME_CROPPING)) {
    warn('container-crop', `stream ${index}: the container asks players to crop the picture; sizes are given uncropped`)
  }
  const rotation = orientation?.rotation ?? 0
  const width = Math.max(1, Number(round(mul(rational(codecpar.width), aspect))))
  const [displayWidth, displayHeight] =
    rotation % 180 === 0 ? [width, codecpar.height] : ([codecpar.height, width] as const)
  return { sampleAspectRatio: formatRational(aspect), displayWidth, displayHeight, rotation }
}

/** Frames that were decoded are believed before the container's field order, which many muxers leave behind wrongly. */
function readScanType(
  { stream, warn }: StreamContext,
  container: ContainerVideo | undefined,
  head: HeadFacts | null,
): Pick<VideoStream, 'scan' | 'fieldOrder'> {
  const stated = fieldOrderNames[container?.fieldOrder ?? 0] ?? fieldOrderNames[fieldOrderOf(stream)] ?? null
  if (!head || head.frames === 0) {
    const interlaced = stated === 'tff' || stated === 'bff'
    return { scan: interlaced ? 'interlaced' : 'progressive', fieldOrder: stated ?? 'unknown' }
  }
  const interlaced = head.interlacedFrames > 0
  const order = !interlaced ? 'progressive' : head.topFieldFirst * 2 >= head.interlacedFrames ? 'tff' : 'bff'
  if (interlaced && head.interlacedFrames < head.frames) {
    warn('mixed-scan', `stream ${stream.index}: interlaced and progressive frames are mixed`)
  }
  const claim = fieldOrderNames[container?.fieldOrder ?? 0]
  if (claim && claim !== order) {
    warn('scan-contradiction', `stream ${stream.index}: ${claim} in the container, ${order} in the bitstream`)
  }
  return { scan: interlaced ? 'interlaced' : 'progressive', fieldOrder: order }
}

function readColor(
  { stream, warn }: StreamContext,
  container: ContainerVideo | undefined,
  head: HeadFacts | null,
  fullRange: boolean,
): VideoStream['color'] {
  const bitstream = toColorTags(head && head.frames > 0 ? head.color : silentColor)
  const color = mergeColor(
    toColorTags(container?.color ?? silentColor),
    fullRange ? { ...bitstream, range: 'pc' } : bitstream,
  )
  for (const key of color.contradictions as (keyof typeof bitstream)[]) {
    const [left, right] = [color.container[key], color.bitstream[key]]
    warn('color-contradiction', `stream ${stream.index}: ${key} is ${left} in the container, ${right} in the bitstream`)
  }
  return color
}

function readHdr({ stream, scan, warn }: StreamContext, head: HeadFacts | null): Hdr {
  const { codecpar, index } = stream
  const side = <T>(type: AV.AVPacketSideDataType, parse: (data: Buffer) => T | null): T | null => {
    const data = codecpar.getCodedSideData(type)
    return data ? parse(data) : null
  }
  const boxed = side(AV.AV_PKT_DATA_MASTERING_DISPLAY_METADATA, parseMasteringDisplay)
  const masteringDisplay = head?.masteringDisplay ?? boxed
  const contentLight = head?.contentLight ?? side(AV.AV_PKT_DATA_CONTENT_LIGHT_LEVEL, parseContentLight)
  const dolbyVision = side(AV.AV_PKT_DATA_DOVI_CONF, parseDolbyVision)
  const hdr10Plus = (head?.hdr10Plus ?? false) || (scan?.hdr10Plus ?? false)
  if (!dolbyVision && head?.dolbyVisionRpu) {
    warn('dolby-vision-unmarked', `stream ${index}: carries Dolby Vision metadata without a configuration record`)
  }
  const transfer = codecpar.colorTrc
  const pq = hdr10Plus ? 'hdr10plus' : masteringDisplay || contentLight ? 'hdr10' : 'pq'
  const hlg = transfer === AV.AVCOL_TRC_ARIB_STD_B67 ? 'hlg' : 'sdr'
  const base = transfer === AV.AVCOL_TRC_SMPTE2084 ? pq : hlg
  return { format: dolbyVision ? 'dolby-vision' : base, masteringDisplay, contentLight, hdr10Plus, dolbyVision }
}
