// Source node: packets of chosen streams, shifted so that the presentation begins at zero.
import {
  AV_NOPTS_VALUE,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_ATTACHMENT,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
  type AVMediaType,
  AVSEEK_FLAG_BACKWARD,
} from 'node-av/constants'
import { CodecParameters, Packet } from 'node-av/lib'
import { HeadendError, parseRational, type Rational, rational, rescale } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { type ReadResult, SourceParams } from '../model/index.ts'
import { openInput } from './input.ts'
import { PacketItem, type PacketOrigin } from './items.ts'
import { check, isEof, toRational } from './native.ts'

type Port = {
  readonly name: string
  readonly origin: PacketOrigin
  readonly shift: bigint
  readonly bytesPerSecond: number[]
  readonly bytesPerKey: number[]
  /** Ticks between pictures; 0 when it is not known. */
  readonly step: bigint
  lastDts: bigint | null
  packets: number
  open: boolean
}

export function createSource(params: unknown): GraphNode {
  const { path, streams, startTime, parts, seek } = SourceParams.parse(params)
  return {
    async run(io: NodeIo): Promise<void> {
      await using input = await openInput(path, { signal: io.signal, parts })
      const { context } = input
      const ports = new Map<number, Port>()
      for (const stream of context.streams) {
        if (!streams.includes(stream.index)) {
          stream.discard = AVDISCARD_ALL
          continue
        }
        const timebase = toRational(stream.timeBase) ?? rational(1n, 90000n)
        const frameRate = toRational(stream.avgFrameRate)
        // A copy: whoever takes the packets may read it after this input is closed.
        const parameters = new CodecParameters()
        parameters.alloc()
        check(stream.codecpar.copy(parameters), 'HE_INPUT_DAMAGED', 'codec parameters')
        ports.set(stream.index, {
          name: `s${stream.index}`,
          origin: { timebase, parameters, disposition: stream.disposition, ...(frameRate ? { frameRate } : {}) },
          shift: ticks(parseRational(startTime), timebase),
          bytesPerSecond: [],
          bytesPerKey: [],
          step: frameRate && frameRate.num > 0n ? ticks(rational(frameRate.den, frameRate.num), timebase) : 0n,
          lastDts: null,
          packets: 0,
          open: true,
        })
      }
      for (const index of streams) {
        if (!ports.has(index)) throw new HeadendError('HE_INPUT_NO_TRACK', `${path} has no stream ${index}`)
      }
      if (seek !== undefined) {
        const [first] = streams
        const { origin, shift } = ports.get(first!)!
        const at = ticks(parseRational(seek), origin.timebase) + shift
        check(await context.seekFrame(first!, at, AVSEEK_FLAG_BACKWARD), 'HE_INPUT_DAMAGED', `seeking in ${path}`)
      }
      await announce(io, ports)
      await pump(io, context, ports)
      const read: ReadResult = Object.fromEntries(
        [...ports.values()].map(({ name, packets, bytesPerSecond, bytesPerKey }) => [
          name,
          { packets, bytesPerSecond, bytesPerKey },
        ]),
      )
      io.emit('read', read)
    },
  }
}

const ticks = (seconds: Rational, timebase: Rational): bigint =>
  rescale(seconds.num, rational(1n, seconds.den), timebase)

/**
 * Matroska states no decoding times, and FFmpeg leaves them out at the front: there they are a picture apart, the first one
 * as far ahead of its time of showing as the stream reorders.
 */
function completeDts(port: Port, packet: Packet): void {
  const { step, lastDts } = port
  if (packet.dts === AV_NOPTS_VALUE && packet.pts !== AV_NOPTS_VALUE && step > 0n) {
    const delay = BigInt(Math.max(0, port.origin.parameters.videoDelay))
    const next = lastDts === null ? packet.pts - delay * step : lastDts + step
    packet.dts = next < packet.pts ? next : packet.pts
  }
  if (packet.dts !== AV_NOPTS_VALUE) port.lastDts = packet.dts
}

/** Bytes by the second in which they are shown, what a bit-rate chart draws; and from each key frame on, what a GOP costs. */
function count(port: Port, packet: Packet): void {
  port.packets++
  const { timebase } = port.origin
  const second = packet.pts === AV_NOPTS_VALUE ? 0 : Number((packet.pts * timebase.num) / timebase.den)
  const at = Math.max(0, second)
  while (port.bytesPerSecond.length <= at) port.bytesPerSecond.push(0)
  port.bytesPerSecond[at]! += packet.size
  if (port.origin.parameters.codecType !== AVMEDIA_TYPE_VIDEO) return
  if (packet.isKeyframe || port.bytesPerKey.length === 0) port.bytesPerKey.push(0)
  port.bytesPerKey[port.bytesPerKey.length - 1]! += packet.size
}

const sparse: readonly AVMediaType[] = [AVMEDIA_TYPE_SUBTITLE, AVMEDIA_TYPE_ATTACHMENT]

/** Streams whose first packet may be far away, or never come, say at once what they are. */
async function announce(io: NodeIo, ports: Map<number, Port>): Promise<void> {
  for (const port of ports.values()) {
    if (!sparse.includes(port.origin.parameters.codecType)) continue
    port.open = await io.output(port.name).push(PacketItem.announce(port.origin))
  }
}

async function pump(
  io: NodeIo,
  context: Awaited<ReturnType<typeof openInput>>['context'],
  ports: Map<number, Port>,
): Promise<void> {
  while (!io.draining.aborted) {
    const packet = new Packet()
    packet.alloc()
    const ret = await context.readFrame(packet)
    const port = ret >= 0 ? ports.get(packet.streamIndex) : undefined
    if (ret < 0 || !port?.open) {
      packet.free()
      io.signal.throwIfAborted()
      if (isEof(ret)) return
      if (ret < 0) check(ret, 'HE_INPUT_DAMAGED', 'reading the input failed')
      continue
    }
    if (packet.pts !== AV_NOPTS_VALUE) packet.pts -= port.shift
    if (packet.dts !== AV_NOPTS_VALUE) packet.dts -= port.shift
    completeDts(port, packet)
    count(port, packet)
    port.open = await io.output(port.name).push(new PacketItem(packet, port.origin))
    if (!port.open && [...ports.values()].every(each => !each.open)) return
  }
}
