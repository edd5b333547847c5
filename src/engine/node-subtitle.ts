// Subtitle node: packets of one text format → packets of another, at the same times.

import type { Cue } from '../captions/index.ts'
import { Sequencer } from '../captions/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { SubtitleParams } from '../model/index.ts'
import { asPacket, PacketItem, type PacketOrigin } from './items.ts'
import { createCueReader, formatCuePacket, type ReadCues, subtitleParameters } from './node-subtitle-formats.ts'

/** What the node emits at its end as event `subtitles`. */
export type SubtitleResult = {
  readonly cuesIn: number
  readonly cuesOut: number
  /** What the other format cannot say, by name, with how often. */
  readonly dropped: Readonly<Record<string, number>>
}

export function createSubtitle(params: unknown): GraphNode {
  const settings = SubtitleParams.parse(params)
  return {
    async run(io: NodeIo): Promise<void> {
      const track = new SubtitleTrack(settings)
      for await (const item of io.input('in')) {
        using packet = asPacket(item)
        for (const out of track.convert(packet)) if (!(await io.output('out').push(out))) return
      }
      for (const out of track.end()) if (!(await io.output('out').push(out))) return
      io.emit('subtitles', track.result)
    },
  }
}

/**
 * The sample without text that ends a cue in ISO files. FFmpeg's muxer writes its own: with both, one of them has no length,
 * and its successor is moved, more with every cue.
 */
const isGap = ({ packet }: PacketItem): boolean => packet.size <= 2

class SubtitleTrack {
  readonly #settings: SubtitleParams
  // Samples of ISO files follow each other; the other formats let cues overlap.
  readonly #sequencer: Sequencer | null
  #origin: PacketOrigin | null = null
  #read: ((packet: PacketItem['packet']) => ReadCues) | null = null
  #cuesIn = 0
  #cuesOut = 0
  readonly #dropped = new Map<string, number>()

  constructor(settings: SubtitleParams) {
    this.#settings = settings
    this.#sequencer = settings.to === 'mov_text' || settings.to === 'ttml' ? new Sequencer() : null
  }

  /** Borrows `item`; what comes out is the caller's. */
  *convert(item: PacketItem): Generator<PacketItem> {
    const { from, to } = this.#settings
    if (from === to) {
      if (from !== 'mov_text' || item.announces || !isGap(item)) yield item.clone()
      return
    }
    if (!this.#read) {
      const { timebase, parameters, disposition } = item.origin
      const written = subtitleParameters(this.#settings)
      this.#origin = { timebase, parameters: written, ...(disposition === undefined ? {} : { disposition }) }
      this.#read = createCueReader(from, parameters.extradata, timebase)
      yield PacketItem.announce(this.#origin)
    }
    if (item.announces) return
    const { cues, dropped } = this.#read(item.packet)
    for (const name of dropped) this.#dropped.set(name, (this.#dropped.get(name) ?? 0) + 1)
    for (const cue of cues) {
      this.#cuesIn++
      yield* this.#write(this.#sequencer ? this.#sequencer.add(cue) : [cue])
    }
  }

  *end(): Generator<PacketItem> {
    if (this.#sequencer) yield* this.#write(this.#sequencer.end())
  }

  *#write(cues: readonly Cue[]): Generator<PacketItem> {
    const origin = this.#origin!
    for (const cue of cues)
      yield new PacketItem(formatCuePacket(this.#settings, cue, this.#cuesOut++, origin.timebase), origin)
  }

  get result(): SubtitleResult {
    return { cuesIn: this.#cuesIn, cuesOut: this.#cuesOut, dropped: Object.fromEntries(this.#dropped) }
  }
}
