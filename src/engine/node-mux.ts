// Mux node: packets of one or more tracks → one file.
import { open } from 'node:fs/promises'
import { AV_DISPOSITION_DEFAULT, AV_NOPTS_VALUE } from 'node-av/constants'
import { Dictionary, FormatContext, type Rational as NativeRational, type Stream } from 'node-av/lib'
import { HeadendError, type Rational, rational, rescale } from '../core/index.ts'
import type { GraphNode, Input, NodeIo } from '../graph/index.ts'
import { MuxParams } from '../model/index.ts'
import { asPacket, type PacketItem } from './items.ts'
import { recentLog } from './log-bridge.ts'
import { check, toNative, toRational } from './native.ts'

type Track = { readonly input: Input; readonly stream: Stream; next: PacketItem | undefined; timebase: Rational }

export function createMux(params: unknown): GraphNode {
  const settings = MuxParams.parse(params)
  return {
    async run(io: NodeIo): Promise<void> {
      await using undo = new AsyncDisposableStack()
      const context = new FormatContext()
      undo.defer(() => context.freeContext())
      check(
        context.allocOutputContext2(null, settings.format, settings.path),
        'HE_MUX_FAILED',
        `format ${settings.format}`,
      )
      const tracks = await openTracks(io, context, settings, undo)
      if (tracks.length === 0) throw new HeadendError('HE_INPUT_EMPTY', 'no frame came out of the input')
      check(await context.openOutput(), 'HE_OUTPUT_UNWRITABLE', `cannot write ${settings.path}`)
      undo.defer(() => context.closeOutput())
      const header = await context.writeHeader(Dictionary.fromObject(settings.options))
      check(header, 'HE_MUX_FAILED', `header of ${settings.path}`, { log: recentLog() })
      for (const track of tracks) track.timebase = toRational(track.stream.timeBase) ?? track.timebase
      await writeAll(io, context, tracks)
      check(await context.writeTrailer(), 'HE_MUX_FAILED', `trailer of ${settings.path}`)
      await context.flush()
      // Buffered writes fail late: the error waits here, not in the return code of the packet that caused it.
      check(context.pb?.error ?? 0, 'HE_MUX_FAILED', `writing ${settings.path}`)
      await undo.disposeAsync()
      await sync(settings.path)
    },
  }
}

/** The bytes are on the disk before anybody renames the file. */
async function sync(path: string): Promise<void> {
  await using handle = await open(path, 'r+')
  await handle.sync()
}

async function openTracks(
  io: NodeIo,
  context: FormatContext,
  settings: MuxParams,
  undo: AsyncDisposableStack,
): Promise<Track[]> {
  const tracks: Track[] = []
  for (const spec of settings.tracks) {
    const input = io.input(spec.port)
    const first = await input.next()
    if (!first) continue
    const item = asPacket(first)
    const stream = context.newStream(null)
    const track: Track = { input, stream, next: item, timebase: item.origin.timebase }
    undo.defer(() => track.next?.[Symbol.dispose]())
    const { encoder, parameters, frameRate, timebase } = item.origin
    if (encoder) check(stream.codecpar.fromContext(encoder), 'HE_MUX_FAILED', 'codec parameters')
    else if (parameters) check(parameters.copy(stream.codecpar), 'HE_MUX_FAILED', 'codec parameters')
    stream.codecpar.codecTag = spec.tag ?? 0
    const scale = spec.timescale ? rational(1, spec.timescale) : timebase
    stream.timeBase = toNative(scale) as NativeRational
    if (frameRate) stream.avgFrameRate = toNative(frameRate) as NativeRational
    if (encoder && encoder.width > 0) stream.sampleAspectRatio = encoder.sampleAspectRatio
    const tags = { ...(spec.language ? { language: spec.language } : {}), ...(spec.title ? { title: spec.title } : {}) }
    if (Object.keys(tags).length > 0) stream.metadata = Dictionary.fromObject(tags)
    if (spec.default) stream.disposition = AV_DISPOSITION_DEFAULT
    tracks.push(track)
  }
  return tracks
}

/** Writes in order of decoding time over all tracks, so that FFmpeg needs no interleaving queue of its own. */
async function writeAll(io: NodeIo, context: FormatContext, tracks: readonly Track[]): Promise<void> {
  let packets = 0
  for (;;) {
    const track = earliest(tracks)
    if (!track) return
    using item = track.next!
    track.next = undefined
    const { packet, origin } = item
    packet.streamIndex = track.stream.index
    const convert = (ticks: bigint): bigint =>
      ticks === AV_NOPTS_VALUE ? ticks : rescale(ticks, origin.timebase, track.timebase)
    packet.pts = convert(packet.pts)
    packet.dts = convert(packet.dts)
    packet.duration = convert(packet.duration)
    check(await context.writeFrame(packet), 'HE_MUX_FAILED', 'writing failed', { log: recentLog() })
    if (++packets % 8 === 0) io.emit('progress', { packets })
    const following = await track.input.next()
    track.next = following && asPacket(following)
  }
}

function earliest(tracks: readonly Track[]): Track | undefined {
  let best: Track | undefined
  for (const track of tracks) if (track.next && (!best || isBefore(track.next, best.next!))) best = track
  return best
}

function isBefore(a: PacketItem, b: PacketItem): boolean {
  const left = a.packet.dts * a.origin.timebase.num * b.origin.timebase.den
  return left < b.packet.dts * b.origin.timebase.num * a.origin.timebase.den
}
