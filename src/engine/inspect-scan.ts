// One pass over the packets: counts, sizes, times, damage, and the first frames of each video stream.
import * as AV from 'node-av/constants'
import { type FormatContext, Packet } from 'node-av/lib'
import { HeadDecoder, type HeadFacts } from './inspect-head.ts'
import { isAgain, isEof } from './native.ts'

/** What `AV_NOPTS_VALUE` is. */
const NO_TIME = AV.AV_NOPTS_VALUE
/** A demuxer that fails this often in a row will not come round. */
const MAX_ERRORS_IN_A_ROW = 32
/** Packets of a head scan: more than any reorder buffer and interleaving holds back. */
const HEAD_PACKETS = 400
/** Where it gives up waiting for streams that send little: covers, slides. */
const MAX_HEAD_PACKETS = 4000

export type StreamScan = {
  packets: number
  /** Of packets that are shown. */
  bytes: number
  corrupt: number
  /** Decoded but never shown: cut away by an edit list. */
  discarded: number
  /** Presentation times, in the stream's ticks; of video streams only, packets without one use their decoding time. */
  readonly times: number[]
  /** Whether nobody says how long the last packet lasts, as Matroska does of pictures. */
  open: boolean
  /** Sum of the packets' durations, in ticks: all that is known of streams without times. */
  span: bigint
  first: bigint | null
  /** End of the packet that ends last. */
  last: bigint | null
  hdr10Plus: boolean
  head: HeadFacts | null
}

export type Scan = {
  readonly streams: ReadonlyMap<number, StreamScan>
  readonly packets: number
  /** Read errors that were no end of file. */
  readonly errors: number
  /** Every packet was read. */
  readonly complete: boolean
  /** The last packet of the file is marked as damaged: what a file that ends within a packet looks like. */
  readonly endsDamaged: boolean
}

/** Reads packets until the end, or of `head` scans until the beginning is known. @throws the signal's reason. */
export async function scanPackets(
  context: FormatContext,
  { scan, signal }: { scan: 'full' | 'head'; signal: AbortSignal },
): Promise<Scan> {
  using decoders = new DisposableStack()
  const heads = new Map<number, HeadDecoder>()
  for (const stream of context.streams) {
    if (stream.codecpar.codecType !== AV.AVMEDIA_TYPE_VIDEO) continue
    heads.set(stream.index, decoders.use(await HeadDecoder.open(stream)))
  }
  const streams = new Map<number, StreamScan>()
  using packet = new Packet()
  packet.alloc()
  let packets = 0
  let errors = 0
  let errorsInARow = 0
  let complete = false
  let endsDamaged = false
  while (errorsInARow < MAX_ERRORS_IN_A_ROW) {
    const wanted = [...heads.values()].every(head => head.done) ? HEAD_PACKETS : MAX_HEAD_PACKETS
    if (scan === 'head' && packets >= wanted) break
    const ret = await context.readFrame(packet)
    signal.throwIfAborted()
    if (isEof(ret)) {
      complete = true
      break
    }
    if (ret < 0) {
      errorsInARow++
      if (!isAgain(ret)) errors++
      continue
    }
    errorsInARow = 0
    packets++
    endsDamaged = (packet.flags & AV.AV_PKT_FLAG_CORRUPT) !== 0
    const head = heads.get(packet.streamIndex)
    count(entry(streams, packet.streamIndex), packet, head !== undefined)
    await head?.push(packet)
    packet.unref()
  }
  for (const [index, head] of heads) entry(streams, index).head = await head.finish()
  signal.throwIfAborted()
  return { streams, packets, errors, complete, endsDamaged: endsDamaged && complete }
}

function entry(streams: Map<number, StreamScan>, index: number): StreamScan {
  let scan = streams.get(index)
  if (!scan) {
    const none = { packets: 0, bytes: 0, corrupt: 0, discarded: 0, span: 0n, open: false }
    scan = { ...none, times: [], first: null, last: null, open: false, hdr10Plus: false, head: null }
    streams.set(index, scan)
  }
  return scan
}

function count(scan: StreamScan, packet: Packet, isVideo: boolean): void {
  scan.packets++
  if (packet.flags & AV.AV_PKT_FLAG_CORRUPT) scan.corrupt++
  if (isVideo) scan.hdr10Plus ||= packet.getSideData(AV.AV_PKT_DATA_DYNAMIC_HDR10_PLUS) !== null
  const { pts, dts, duration } = packet
  const time = pts === NO_TIME ? dts : pts
  if (packet.flags & AV.AV_PKT_FLAG_DISCARD) {
    scan.discarded++
    return
  }
  scan.bytes += packet.size
  const lasts = duration > 0n ? duration : 0n
  scan.span += lasts
  if (time !== NO_TIME) place(scan, time, lasts, isVideo)
}

function place(scan: StreamScan, time: bigint, duration: bigint, isVideo: boolean): void {
  if (isVideo) scan.times.push(Number(time))
  const end = time + duration
  if (scan.first === null || time < scan.first) scan.first = time
  if (scan.last === null || end > scan.last) {
    scan.last = end
    scan.open = duration === 0n
  }
}
