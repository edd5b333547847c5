// One track of a file that is written: its stream header, and its packets made fit for the muxer.
import {
  AV_NOPTS_VALUE,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_DOVI_CONF,
  type AVDisposition,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants'
import {
  type CodecParameters,
  Dictionary,
  type FormatContext,
  type Rational as NativeRational,
  type Packet,
  type Stream,
} from 'node-av/lib'
import { HeadendError, type Rational, rational, rescale, toNumber } from '../core/index.ts'
import type { MuxParams } from '../model/index.ts'
import { BitstreamChain } from './bitstream-chain.ts'
import { dispositionFlags } from './inspect-names.data.ts'
import type { PacketItem, PacketOrigin } from './items.ts'
import { check, toNative, toRational } from './native.ts'
import { formatDisplayMatrix, formatDolbyVision } from './native-structs.ts'
import { attachmentTags } from './node-attachment.ts'

type TrackSpec = MuxParams['tracks'][number]

export class MuxTrack implements Disposable {
  readonly #stream: Stream
  readonly #chain: BitstreamChain | null
  readonly #from: Rational
  readonly #video: boolean
  #started = false
  #timebase: Rational
  #lastDts: bigint | null = null
  /** Packets before the first key frame, and packets whose decoding time had to be moved. */
  skipped = 0
  moved = 0

  /** Adds the stream to `context`, whose header must not be written yet. @throws {HE_OPTION_UNKNOWN} {HE_MUX_FAILED} */
  constructor(context: FormatContext, spec: TrackSpec, origin: PacketOrigin) {
    const { bitstreamFilters } = spec
    this.#chain = bitstreamFilters ? BitstreamChain.open(bitstreamFilters, origin.parameters, origin.timebase) : null
    this.#from = this.#chain?.timebase ?? origin.timebase
    this.#timebase = this.#from
    this.#stream = context.newStream(null)
    try {
      describe(this.#stream, spec, origin, this.#chain?.parameters ?? origin.parameters)
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
    const scale = spec.timescale ? rational(1, spec.timescale) : this.#from
    this.#stream.timeBase = toNative(scale) as NativeRational
    const { codecType } = origin.parameters
    this.#video = codecType === AVMEDIA_TYPE_VIDEO
  }

  get isVideo(): boolean {
    return this.#video
  }

  get hasDolbyVision(): boolean {
    return this.#stream.codecpar.getCodedSideData(AV_PKT_DATA_DOVI_CONF) !== null
  }

  /** After the header: the muxer may have chosen a timebase of its own. */
  begin(): void {
    this.#timebase = toRational(this.#stream.timeBase) ?? this.#timebase
  }

  /** The packets to write for one that came in, or for the end of the track; lent until the next one. */
  async *prepare(item: PacketItem | null): AsyncGenerator<Packet> {
    if (item && !this.#started && this.#video && !item.packet.isKeyframe) {
      // Nothing can be decoded from here: a cut that does not begin at a key frame.
      this.skipped++
      return
    }
    this.#started = true
    if (!this.#chain) {
      if (item) yield this.#timed(item.packet)
      return
    }
    for await (const packet of this.#chain.feed(item?.packet ?? null)) {
      try {
        yield this.#timed(packet)
      } finally {
        packet.free()
      }
    }
  }

  #timed(packet: Packet): Packet {
    const convert = (ticks: bigint): bigint =>
      ticks === AV_NOPTS_VALUE ? ticks : rescale(ticks, this.#from, this.#timebase)
    packet.streamIndex = this.#stream.index
    packet.pts = convert(packet.pts)
    packet.dts = convert(packet.dts)
    packet.duration = convert(packet.duration)
    const last = this.#lastDts
    // The source node works out the missing ones where it knows the frame rate.
    if (packet.dts === AV_NOPTS_VALUE && packet.size > 0) packet.dts = last === null ? packet.pts : last + 1n
    else if (packet.dts !== AV_NOPTS_VALUE && last !== null && packet.dts <= last) {
      packet.dts = last + 1n
      if (packet.pts !== AV_NOPTS_VALUE && packet.pts < packet.dts) packet.pts = packet.dts
      this.moved++
    }
    if (packet.dts !== AV_NOPTS_VALUE) this.#lastDts = packet.dts
    return packet
  }

  [Symbol.dispose](): void {
    this.#chain?.[Symbol.dispose]()
  }
}

function describe(stream: Stream, spec: TrackSpec, origin: PacketOrigin, parameters: CodecParameters): void {
  check(parameters.copy(stream.codecpar), 'HE_MUX_FAILED', 'codec parameters')
  stream.codecpar.codecTag = spec.tag ?? 0
  if (origin.frameRate) stream.avgFrameRate = toNative(origin.frameRate) as NativeRational
  if (parameters.width > 0) stream.sampleAspectRatio = parameters.sampleAspectRatio
  const tags = {
    ...spec.tags,
    ...attachmentTags(parameters),
    ...(spec.language ? { language: spec.language } : {}),
    ...(spec.title ? { title: spec.title } : {}),
  }
  if (Object.keys(tags).length > 0) stream.metadata = Dictionary.fromObject(tags)
  stream.disposition = dispositionOf(spec, origin)
  if (spec.rotation !== undefined) {
    const sar = toRational(parameters.sampleAspectRatio)
    const width = Math.round(parameters.width * (sar && sar.num > 0n ? toNumber(sar) : 1))
    const matrix = formatDisplayMatrix(spec.rotation, width, parameters.height)
    check(stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, matrix), 'HE_MUX_FAILED', 'display matrix')
  }
  if (spec.dolbyVision) {
    const record = formatDolbyVision(spec.dolbyVision)
    check(stream.codecpar.addCodedSideData(AV_PKT_DATA_DOVI_CONF, record), 'HE_MUX_FAILED', 'Dolby Vision record')
  }
}

/** The source's own where the plan says nothing. @throws {HE_OPTION_UNKNOWN} */
function dispositionOf(spec: TrackSpec, origin: PacketOrigin): AVDisposition {
  if (spec.default === undefined && spec.dispositions === undefined) return (origin.disposition ?? 0) as AVDisposition
  const names = [...(spec.default ? ['default'] : []), ...(spec.dispositions ?? [])]
  let flags = 0
  for (const name of names) {
    const flag = dispositionFlags.find(([known]) => known === name)?.[1]
    if (flag === undefined) throw new HeadendError('HE_OPTION_UNKNOWN', `there is no disposition “${name}”`)
    flags |= flag
  }
  return flags as AVDisposition
}
