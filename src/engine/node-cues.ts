// Cues node: packets of one caption track → what is wrong with them. Span node: how far the packets of a stream reach.
import { AV_NOPTS_VALUE, AV_PKT_FLAG_DISCARD } from 'node-av/constants'
import { CueInspector } from '../captions/index.ts'
import { mul, type Rational, rational, rescale, toNumber } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { CuesParams, type SpanResult } from '../model/index.ts'
import { asPacket, type PacketItem } from './items.ts'
import { createCueReader, type ReadCues } from './node-subtitle-formats.ts'

const MICROS: Rational = rational(1n, 1_000_000n)

/** Emits `result` at the end. */
export function createCues(params: unknown): GraphNode {
  const { format, maxCharactersPerS, minDurationS } = CuesParams.parse(params)
  return {
    async run(io: NodeIo): Promise<void> {
      const inspector = new CueInspector({ maxCharactersPerS, minDurationS })
      let read: ((packet: PacketItem['packet']) => ReadCues) | null = null
      for await (const item of io.input('in')) {
        using packet = asPacket(item)
        const { timebase, parameters } = packet.origin
        read ??= createCueReader(format, parameters.extradata, timebase)
        if (packet.announces) continue
        take(inspector, packet, read, format)
      }
      io.emit('result', inspector.finish())
    },
  }
}

function take(
  inspector: CueInspector,
  { packet, origin }: PacketItem,
  read: (packet: PacketItem['packet']) => ReadCues,
  format: CuesParams['format'],
): void {
  const micros = (ticks: bigint): bigint => rescale(ticks, origin.timebase, MICROS)
  const { pts, duration } = packet
  if (pts === AV_NOPTS_VALUE) {
    inspector.note('unreadable', 0n, 0n, 0, 'a cue without a time')
    return
  }
  const [startUs, endUs] = [micros(pts), micros(pts + duration)]
  const { cues, dropped } = read(packet)
  if (cues.length === 0) {
    // Samples of ISO files without text are the pauses between the others; of TTML, a document without cues.
    const pause = (format === 'mov_text' && packet.size <= 2) || (format === 'ttml' && dropped.length === 0)
    if (dropped.length > 0) inspector.note('unreadable', startUs, endUs, 0, dropped[0])
    else if (!pause) inspector.note('empty', startUs, endUs)
    return
  }
  // A document of several cues, not all of which could be read.
  if (format === 'ttml' && dropped.length > 0) inspector.note('unreadable', startUs, endUs, 0, dropped[0])
  // The reader gives a cue without a length one that can be shown.
  if (duration <= 0n) {
    inspector.note('short', startUs, endUs, toNumber(mul(rational(duration), origin.timebase)))
    return
  }
  for (const cue of cues) inspector.add({ ...cue, startUs: micros(cue.startUs), endUs: micros(cue.endUs) })
}

/** Emits `result` at the end. */
export function createSpan(): GraphNode {
  return {
    async run(io: NodeIo): Promise<void> {
      let packets = 0
      let startS: number | null = null
      let endS: number | null = null
      for await (const item of io.input('in')) {
        using packet = asPacket(item)
        if (packet.announces) continue
        packets++
        const { pts, duration, flags } = packet.packet
        // What an edit list cuts away is decoded and not shown.
        if (pts === AV_NOPTS_VALUE || flags & AV_PKT_FLAG_DISCARD) continue
        const { timebase, frameRate } = packet.origin
        const start = toNumber(mul(rational(pts), timebase))
        const ticked = duration > 0n ? toNumber(mul(rational(duration), timebase)) : 0
        const length = ticked === 0 && frameRate && frameRate.num > 0n ? 1 / toNumber(frameRate) : ticked
        if (startS === null || start < startS) startS = start
        if (endS === null || start + length > endS) endS = start + length
      }
      const result: SpanResult = { startS, endS, packets }
      io.emit('result', result)
    },
  }
}
