// Packets node: what the packets of one stream say of its times, rates and pictures, without decoding them.
import { AV_NOPTS_VALUE, AV_PKT_FLAG_DISCARD } from 'node-av/constants'
import { createPictureReader, type PictureReader, type SequenceFacts } from '../codecs/index.ts'
import { toNumber } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { type CodedSequence, PacketsParams, type PacketsResult } from '../model/index.ts'
import { asPacket, type PacketItem } from './items.ts'
import { Bucket } from './packets-bucket.ts'
import { PacketGops } from './packets-gops.ts'
import { PacketRate } from './packets-rate.ts'
import { StretchList } from './packets-stretches.ts'
import { PacketTimes } from './packets-times.ts'

/** Emits `result` at the end. */
export function createPackets(params: unknown): GraphNode {
  const settings = PacketsParams.parse(params)
  return { run: io => new Reading(settings).run(io) }
}

const time = (ticks: bigint): number | null => (ticks === AV_NOPTS_VALUE ? null : Number(ticks))

class Reading {
  readonly #params: PacketsParams
  readonly #rate = new PacketRate()
  readonly #setChanges = new StretchList(0)
  readonly #gops: PacketGops | null
  #buckets: Bucket[] | null = null
  #times: PacketTimes | null = null
  #reader: PictureReader | null = null
  #tick = 1
  #packets = 0
  #bytes = 0
  /** Of packets of sound, in ticks. */
  #lasts = 0

  constructor(params: PacketsParams) {
    this.#params = params
    this.#gops = params.type === 'video' ? new PacketGops(params.maxGopS) : null
  }

  async run(io: NodeIo): Promise<void> {
    for await (const item of io.input('in')) {
      using packet = asPacket(item)
      if (packet.announces) continue
      if (!this.#times) this.#begin(packet)
      this.#add(packet)
      if (this.#packets % 256 === 0) io.emit('progress', { packets: this.#packets })
    }
    io.emit('result', this.#finish())
  }

  #begin({ origin: { timebase, parameters }, packet }: PacketItem): void {
    const { type, codec, frameS, gapS } = this.#params
    this.#tick = toNumber(timebase)
    const { frameSize, sampleRate } = parameters
    const ofSound = frameSize > 0 && sampleRate > 0 ? frameSize / sampleRate : null
    const stated = Number(packet.duration) * this.#tick
    // HE-AAC may be described by the rate of its core or of its output: then only the packets are believed.
    const agreed =
      ofSound !== null && (stated <= 0 || Math.abs(stated - ofSound) <= this.#tick + 0.002) ? ofSound : null
    this.#times = new PacketTimes({ type, tick: this.#tick, gapS, frameS: type === 'audio' ? agreed : frameS })
    this.#reader = createPictureReader(codec, parameters.extradata)
  }

  #add({ packet }: PacketItem): void {
    const [pts, dts] = [time(packet.pts), time(packet.dts)]
    const { size } = packet
    this.#packets++
    this.#bytes += size
    this.#lasts += Number(packet.duration)
    const discarded = (packet.flags & AV_PKT_FLAG_DISCARD) !== 0
    this.#times!.add({ pts, dts, duration: Math.max(0, Number(packet.duration)) })
    const showS = (pts ?? dts ?? 0) * this.#tick
    const decodeS = (dts ?? pts ?? 0) * this.#tick
    this.#rate.add(decodeS, size)
    const facts = this.#reader && packet.data ? this.#reader.read(packet.data) : null
    // The first sequence comes with the first picture, where the container holds none.
    if (!this.#buckets) this.#buckets = this.#openBuckets()
    const delayS = facts?.initialDelay == null ? null : facts.initialDelay / 90_000
    for (const bucket of this.#buckets) bucket.remove(decodeS, showS, size, bucket === this.#declared ? delayS : null)
    if (facts?.changedSet) this.#setChanges.add(showS, showS, facts.changedSet === 'sequence' ? 1 : 0)
    if (!discarded) this.#gops?.add({ showS, isKey: packet.isKeyframe, facts })
  }

  #declared: Bucket | null = null

  #openBuckets(): Bucket[] {
    const hrd = this.#reader?.sequence?.hrd
    if (hrd)
      this.#declared = new Bucket(
        { id: 'declared', bitRateBps: hrd.bitRateBps, bufferBits: hrd.bufferBits },
        hrd.constantRate,
      )
    return [...(this.#declared ? [this.#declared] : []), ...this.#params.buckets.map(each => new Bucket(each))]
  }

  #finish(): PacketsResult {
    const reach = this.#times?.finish() ?? new PacketTimes({ ...this.#params, tick: 1 }).finish()
    const spanS = reach.startS === null || reach.endS === null ? 0 : reach.endS - reach.startS
    // Of a stream whose packets last nothing, as pictures in Matroska: the last one lasts as long as the others.
    const open = this.#lasts === 0 && this.#params.frameS !== null ? this.#params.frameS : 0
    const endS = reach.endS === null ? null : reach.endS + open
    const { gops = null, kinds = null } = this.#gops?.finish(endS ?? 0) ?? {}
    return {
      ...reach,
      endS,
      packets: this.#packets,
      bytes: this.#bytes,
      rate: this.#rate.finish(spanS + open),
      buckets: (this.#buckets ?? []).map(bucket => bucket.finish()),
      gops: this.#packets > 0 ? gops : null,
      kinds,
      sequence: this.#reader?.sequence ? describe(this.#reader.sequence) : null,
      setChanges: this.#setChanges.read(),
    }
  }
}

const describe = ({
  id: _id,
  aspect: _aspect,
  fullRange: _range,
  color: _color,
  hrd,
  ...rest
}: SequenceFacts): CodedSequence => ({
  ...rest,
  hrd: hrd && { bitRateBps: hrd.bitRateBps, bufferBits: hrd.bufferBits, constantRate: hrd.constantRate },
})
