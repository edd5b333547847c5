// Source node: packets of chosen streams, shifted so that the presentation begins at zero.
import { AV_NOPTS_VALUE, AVDISCARD_ALL } from 'node-av/constants'
import { Packet } from 'node-av/lib'
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
  packets: number
  open: boolean
}

export function createSource(params: unknown): GraphNode {
  const { path, streams, startTime, parts } = SourceParams.parse(params)
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
        ports.set(stream.index, {
          name: `s${stream.index}`,
          origin: { timebase, parameters: stream.codecpar, ...(frameRate ? { frameRate } : {}) },
          shift: ticks(parseRational(startTime), timebase),
          bytesPerSecond: [],
          packets: 0,
          open: true,
        })
      }
      for (const index of streams) {
        if (!ports.has(index)) throw new HeadendError('HE_INPUT_NO_TRACK', `${path} has no stream ${index}`)
      }
      await pump(io, context, ports)
      const read: ReadResult = Object.fromEntries(
        [...ports.values()].map(port => [port.name, { packets: port.packets, bytesPerSecond: port.bytesPerSecond }]),
      )
      io.emit('read', read)
    },
  }
}

const ticks = (seconds: Rational, timebase: Rational): bigint =>
  rescale(seconds.num, rational(1n, seconds.den), timebase)

/** Bytes by the second in which they are shown; what a bit-rate chart draws. */
function count(port: Port, packet: Packet): void {
  port.packets++
  const { timebase } = port.origin
  const second = packet.pts === AV_NOPTS_VALUE ? 0 : Number((packet.pts * timebase.num) / timebase.den)
  const at = Math.max(0, second)
  while (port.bytesPerSecond.length <= at) port.bytesPerSecond.push(0)
  port.bytesPerSecond[at]! += packet.size
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
    count(port, packet)
    port.open = await io.output(port.name).push(new PacketItem(packet, port.origin))
    if (!port.open && [...ports.values()].every(each => !each.open)) return
  }
}
