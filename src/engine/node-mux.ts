// Mux node: packets of one or more tracks → one file.
import { open } from 'node:fs/promises'
import { AV_OPT_SEARCH_CHILDREN, FF_COMPLIANCE_UNOFFICIAL } from 'node-av/constants'
import { Dictionary, FormatContext, Option, type Packet } from 'node-av/lib'
import { muxLanguage } from '../codecs/index.ts'
import { HeadendError } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { MuxParams, type MuxResult } from '../model/index.ts'
import { writeChapters } from './chapters.ts'
import { recentLog } from './log-bridge.ts'
import { Interleaver } from './mux-interleave.ts'
import { MuxTrack } from './mux-track.ts'
import { check } from './native.ts'

export function createMux(params: unknown): GraphNode {
  const settings = MuxParams.parse(params)
  return {
    async run(io: NodeIo): Promise<void> {
      await using undo = new AsyncDisposableStack()
      const context = new FormatContext()
      undo.defer(() => context.freeContext())
      const allocated = context.allocOutputContext2(null, settings.format, settings.path)
      check(allocated, 'HE_MUX_FAILED', `format ${settings.format}`)
      refuseUnknown(context, settings)
      const inputs = undo.use(new Interleaver(settings.tracks.map(({ port }) => io.input(port))))
      const tracks = await addTracks(context, settings, inputs, undo)
      check(await context.openOutput(), 'HE_OUTPUT_UNWRITABLE', `cannot write ${settings.path}`)
      undo.defer(() => context.closeOutput())
      const header = await context.writeHeader(Dictionary.fromObject(settings.options))
      check(header, 'HE_MUX_FAILED', `header of ${settings.path}`, { log: recentLog() })
      for (const track of tracks) track?.begin()
      const written = await writeAll(io, context, inputs, tracks, settings)
      check(await context.writeTrailer(), 'HE_MUX_FAILED', `trailer of ${settings.path}`)
      await context.flush()
      // Buffered writes fail late: the error waits here, not in the return code of the packet that caused it.
      check(context.pb?.error ?? 0, 'HE_MUX_FAILED', `writing ${settings.path}`)
      await undo.disposeAsync()
      await writeChapters(settings.path, settings.format, settings.chapters, io)
      await sync(settings.path)
      io.emit('written', written)
    },
  }
}

/** The bytes are on the disk before anybody renames the file. */
async function sync(path: string): Promise<void> {
  await using handle = await open(path, 'r+')
  await handle.sync()
}

/** FFmpeg would ignore them. @throws {HE_OPTION_UNKNOWN} */
function refuseUnknown(context: FormatContext, { format, options }: MuxParams): void {
  for (const name of Object.keys(options)) {
    if (Option.find(context.getNative(), name, AV_OPT_SEARCH_CHILDREN)) continue
    throw new HeadendError('HE_OPTION_UNKNOWN', `muxer ${format} has no option "${name}"`)
  }
}

/** By input; null for one that has nothing. */
async function addTracks(
  context: FormatContext,
  settings: MuxParams,
  inputs: Interleaver,
  undo: AsyncDisposableStack,
): Promise<readonly (MuxTrack | null)[]> {
  const origins = await inputs.origins()
  const tracks = settings.tracks.map((spec, i) => {
    const origin = origins[i]
    const { language } = spec
    const named = language ? { ...spec, language: muxLanguage(settings.format, language) } : spec
    return origin ? undo.use(new MuxTrack(context, named, origin)) : null
  })
  if (tracks.every(track => track === null)) throw new HeadendError('HE_INPUT_EMPTY', 'no frame came out of the input')
  if (Object.keys(settings.tags).length > 0) context.metadata = Dictionary.fromObject(settings.tags)
  // FFmpeg counts the Dolby Vision boxes as unofficial and leaves them out otherwise.
  if (tracks.some(track => track?.hasDolbyVision)) context.strictStdCompliance = FF_COMPLIANCE_UNOFFICIAL
  return tracks
}

async function writeAll(
  io: NodeIo,
  context: FormatContext,
  inputs: Interleaver,
  tracks: readonly (MuxTrack | null)[],
  { format, tracks: specs }: MuxParams,
): Promise<MuxResult> {
  // Packets come in order, so FFmpeg needs no queue of its own; MXF alone cuts sound to frames in its queue.
  const write = (packet: Packet): Promise<number> =>
    format === 'mxf' ? context.interleavedWriteFrame(packet) : context.writeFrame(packet)
  let packets = 0
  const bytesPerKey = tracks.map((): number[] => [])
  const put = async (packet: Packet, track: number): Promise<void> => {
    const groups = bytesPerKey[track]!
    if (packet.isKeyframe || groups.length === 0) groups.push(0)
    groups[groups.length - 1]! += packet.size
    check(await write(packet), 'HE_MUX_FAILED', 'writing failed', { log: recentLog() })
    if (++packets % 8 === 0) io.emit('progress', { packets })
  }
  for (let next = await inputs.next(); next; next = await inputs.next()) {
    using item = next.item
    for await (const packet of tracks[next.track]!.prepare(item)) await put(packet, next.track)
  }
  for (const [i, track] of tracks.entries()) {
    if (!track) continue
    for await (const packet of track.prepare(null)) await put(packet, i)
    if (track.skipped + track.moved === 0) continue
    io.log.warn({ track: i, skipped: track.skipped, moved: track.moved }, 'packets were not written as they came')
  }
  return Object.fromEntries(
    specs.map(({ port }, i) => [port, { bytesPerKey: tracks[i]?.isVideo ? bytesPerKey[i]! : [] }]),
  )
}
