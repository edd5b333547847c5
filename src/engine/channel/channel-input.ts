// One input of a channel: a feed's units through repair, clock, jitter buffer and gate into decoders; pictures and sound out of it
// with the moment of our clock at which they belong.
import type { Log } from '../../core/index.ts'
import {
  channelJitter,
  DecodeGate,
  type DecodeLevel,
  type FeedEvent,
  type FeedTrack,
  type FeedUnit,
  isKey,
  JitterBuffer,
  SenderClock,
  SourceMonitor,
  type SourceReading,
  TimestampRepair,
  type TransportFacts,
  ticksToUs,
  WindowedMinimum,
} from '../../live/index.ts'
import type { FrameItem } from '../items.ts'
import { FeedDecoder } from './feed-decoder.ts'
import { nowUs } from './local-clock.ts'

/** Where decoded media goes; items become the receiver's. */
export type InputReceiver = {
  picture(item: FrameItem, mediaUs: number, atUs: number, declaredRate: number | null): void
  sound(item: FrameItem, mediaUs: number, atUs: number): void
  /** `ptsUs`: where the section stood on its stream's own clock. */
  cue(section: Uint8Array, ptsUs: number, atUs: number): void
  /** What is delivered from now on has nothing to do with what was before. */
  begin(): void
}

/** Units that may wait for a decoder: more than a second of pictures and sound. */
const MAX_UNDECODED = 200
/** What decoding and the frame grid need after the jitter buffer. */
const DECODE_US = 90_000

/**
 * A publisher begins with what it had gathered, as fast as the line takes it: for so long arrivals say nothing of the line, and units pass
 * without waiting.
 */
const SETTLE_US = 1_000_000

/** As long as the jitter buffer's own window of transits. */
const BEHIND_WINDOW_US = 10_000_000

type Stream = {
  readonly track: FeedTrack
  buffer: JitterBuffer<FeedUnit>
  /** How much longer than the quickest stream's its way is: sound that is sent behind its picture, for instance. */
  readonly behind: WindowedMinimum
  /** When its first unit came; null once the buffer is the one that stays. */
  settlesAtUs: number | null
  readonly gate: DecodeGate
  decoder: FeedDecoder | null
  waiting: FeedUnit[]
  /** Units since the last key frame, while the input is not the one that is shown. */
  kept: FeedUnit[]
  decoding: Promise<void> | null
  units: number
  bytes: number
  lastKeyDts: bigint | null
  keyIntervalUs: number | null
  failed: boolean
}

export class ChannelInput implements Disposable {
  readonly name: string
  readonly #log: Log
  readonly #receiver: InputReceiver
  readonly #delayUs: () => number
  readonly #monitors = { video: new SourceMonitor(), audio: new SourceMonitor() }
  #streams = new Map<number, Stream>()
  #repair = new TimestampRepair()
  #clock = new SenderClock()
  #transport: TransportFacts = {}
  #timer: NodeJS.Timeout | null = null
  #active = false
  #level: DecodeLevel = 'all'
  #ended = 'nothing came yet'
  #overrun = 0
  /** Of another session: what still comes from its decoders is nobody's. */
  #session = 0

  constructor(name: string, receiver: InputReceiver, delayUs: () => number, log: Log) {
    this.name = name
    this.#log = log
    this.#receiver = receiver
    this.#delayUs = delayUs
  }

  get clock(): SenderClock {
    return this.#clock
  }

  /** What the picture is like; that of the sound where there is no picture. */
  read(kind: 'video' | 'audio'): SourceReading {
    return this.#monitors[kind].read(nowUs())
  }

  get lastKeyUs(): number | undefined {
    return this.#monitors.video.lastKeyUs
  }

  /** How long units of this source have to wait so that none is late, counted from the shortest way of all of its streams. */
  get depthUs(): number {
    let depth = 0
    for (const stream of this.#streams.values()) depth = Math.max(depth, stream.buffer.depthUs + behindUs(stream))
    return depth
  }

  get streams(): readonly FeedTrack[] {
    return [...this.#streams.values()].map(({ track }) => track)
  }

  /** What is shown is decoded; of what is not, the units since the last key frame are kept. */
  set active(active: boolean) {
    if (active === this.#active) return
    this.#active = active
    for (const stream of this.#streams.values()) {
      if (!active) {
        stream.waiting = []
        stream.gate.lost()
        continue
      }
      const kept = stream.kept.splice(0)
      for (const unit of kept) this.#toDecoder(stream, unit)
    }
  }

  set level(level: DecodeLevel) {
    this.#level = level
  }

  handle(event: FeedEvent): void {
    switch (event.type) {
      case 'track':
        this.#addTrack(event.track)
        return
      case 'unit':
        this.#addUnit(event.unit)
        return
      case 'cue': {
        const mediaUs = ticksToUs(event.cue.ptsTicks, event.cue.timescale)
        const localUs = this.#clock.toLocalUs(mediaUs)
        if (this.#active && localUs !== undefined)
          this.#receiver.cue(event.cue.section, mediaUs, localUs + this.#delayUs())
        return
      }
      case 'transport':
        this.#transport = event.facts
        return
      case 'broken':
        this.#streams.get(event.stream)?.gate.lost()
        return
      case 'end':
        this.#ended = event.reason
        this.#begin()
    }
  }

  stats(): Record<string, unknown> {
    const estimate = this.#clock.estimate
    return {
      name: this.name,
      active: this.#active,
      video: this.read('video').state,
      audio: this.read('audio').state,
      ...(this.#streams.size === 0 ? { ended: this.#ended } : {}),
      clock: { ppm: round(estimate.ppm), locked: estimate.locked },
      repairs: this.#repair.counts,
      transport: this.#transport,
      overrun: this.#overrun,
      streams: [...this.#streams.values()].map(stream => ({
        kind: stream.track.kind,
        codec: stream.track.codec,
        units: stream.units,
        bytes: stream.bytes,
        jitterMs: round(stream.buffer.jitterUs / 1000),
        depthMs: round(stream.buffer.depthUs / 1000),
        behindMs: round(behindUs(stream) / 1000),
        buffered: stream.buffer.length,
        undecoded: stream.waiting.length,
        keyIntervalMs: stream.keyIntervalUs === null ? null : round(stream.keyIntervalUs / 1000),
        damaged: stream.decoder?.damaged ?? 0,
        jitterBuffer: stream.buffer.counts,
        dropped: stream.gate.counts,
      })),
    }
  }

  /** A publisher begins: nothing of the one before holds. */
  #begin(): void {
    this.#session++
    for (const stream of this.#streams.values()) this.#close(stream)
    this.#streams = new Map()
    this.#repair = new TimestampRepair()
    this.#clock = new SenderClock()
    this.#transport = {}
    if (this.#active) this.#receiver.begin()
  }

  #addTrack(track: FeedTrack): void {
    const old = this.#streams.get(track.stream)
    if (old) this.#close(old)
    // One picture and one sound: further streams of a kind are not taken.
    const taken = [...this.#streams.values()].find(
      stream => stream.track.kind === track.kind && stream.track.stream !== track.stream,
    )
    if (taken && taken.track.stream < track.stream) return
    if (taken) {
      this.#close(taken)
      this.#streams.delete(taken.track.stream)
    }
    this.#streams.set(track.stream, {
      track,
      // The buffer survives a change of the configuration: the timestamps go on.
      buffer: old?.buffer ?? new JitterBuffer<FeedUnit>({ mode: 'pass-through' }),
      behind: new WindowedMinimum(BEHIND_WINDOW_US, 10),
      settlesAtUs: old ? old.settlesAtUs : Infinity,
      gate: new DecodeGate(),
      decoder: null,
      waiting: [],
      kept: [],
      decoding: null,
      units: 0,
      bytes: 0,
      lastKeyDts: null,
      keyIntervalUs: null,
      failed: false,
    })
  }

  #addUnit(raw: FeedUnit): void {
    const stream = this.#streams.get(raw.stream)
    if (!stream) return
    stream.units++
    stream.bytes += raw.sizeBytes
    const { unit } = this.#repair.repair(raw)
    this.#monitors[unit.kind].unit(unit.importance, unit.arrivalUs)
    if (isKey(unit)) {
      if (stream.lastKeyDts !== null) stream.keyIntervalUs = ticksToUs(unit.dts - stream.lastKeyDts, unit.timescale)
      stream.lastKeyDts = unit.dts
    }
    const mediaUs = ticksToUs(unit.dts, unit.timescale)
    this.#clock.add(mediaUs, unit.arrivalUs)
    stream.behind.add(unit.arrivalUs - (this.#clock.toLocalUs(mediaUs) ?? unit.arrivalUs), unit.arrivalUs)
    this.#settle(stream, unit.arrivalUs)
    stream.buffer.alignTo(this.#delayUs() - DECODE_US - behindUs(stream))
    const { spilled } = stream.buffer.push(unit)
    for (const early of spilled) this.#pass(stream, early)
    this.#release()
  }

  #settle(stream: Stream, arrivalUs: number): void {
    if (stream.settlesAtUs === null) return
    if (stream.settlesAtUs === Infinity) stream.settlesAtUs = arrivalUs + SETTLE_US
    if (arrivalUs < stream.settlesAtUs) return
    stream.settlesAtUs = null
    // Nothing waits in the one before: it let everything pass.
    stream.buffer = new JitterBuffer<FeedUnit>(channelJitter)
  }

  /** Lets go what is due, and wakes again when the next is. */
  #release(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    let next: number | undefined
    const now = nowUs()
    for (const stream of this.#streams.values()) {
      const { units, nextAtUs } = stream.buffer.due(now)
      for (const unit of units) this.#pass(stream, unit)
      if (nextAtUs !== undefined) next = Math.min(next ?? Infinity, nextAtUs)
    }
    if (next !== undefined)
      this.#timer = setTimeout(() => this.#release(), Math.max(1, Math.ceil((next - nowUs()) / 1000)))
  }

  #pass(stream: Stream, unit: FeedUnit): void {
    if (this.#active) {
      this.#toDecoder(stream, unit)
      return
    }
    if (unit.kind === 'video' && isKey(unit)) stream.kept = []
    stream.kept.push(unit)
    // Without a key frame for so long there is nothing to go on from.
    if (stream.kept.length > 1000 || unit.kind === 'audio')
      stream.kept.splice(0, stream.kept.length - (unit.kind === 'audio' ? 100 : 0))
  }

  #toDecoder(stream: Stream, unit: FeedUnit): void {
    if (stream.gate.check(unit, this.#level)) return
    if (stream.waiting.length >= MAX_UNDECODED) {
      // The machine cannot follow: begin again at a key frame, and with the newest sound.
      this.#overrun += stream.waiting.length
      stream.waiting = []
      if (unit.kind === 'video') {
        stream.gate.lost()
        if (stream.gate.check(unit, this.#level)) return
      }
    }
    stream.waiting.push(unit)
    stream.decoding ??= this.#decodeAll(stream).finally(() => {
      stream.decoding = null
    })
  }

  async #decodeAll(stream: Stream): Promise<void> {
    const session = this.#session
    for (let unit = stream.waiting.shift(); unit; unit = stream.waiting.shift()) {
      try {
        if (stream.failed) continue
        stream.decoder ??= await FeedDecoder.open(stream.track)
        for await (const item of stream.decoder.decode(unit)) {
          if (session !== this.#session || !this.#active) item[Symbol.dispose]()
          else this.#deliver(stream, item)
        }
      } catch (error) {
        stream.failed = true
        this.#log.error(
          { input: this.name, codec: stream.track.codec, error: String(error) },
          'a stream cannot be decoded',
        )
      }
      if (session !== this.#session) break
    }
    if (session !== this.#session || this.#streams.get(stream.track.stream) !== stream)
      stream.decoder?.[Symbol.dispose]()
  }

  #deliver(stream: Stream, item: FrameItem): void {
    const mediaUs = ticksToUs(item.frame.pts, stream.track.timescale)
    const localUs = this.#clock.toLocalUs(mediaUs)
    if (localUs === undefined) {
      item[Symbol.dispose]()
      return
    }
    const atUs = localUs + this.#delayUs()
    if (stream.track.kind === 'video') this.#receiver.picture(item, mediaUs, atUs, stream.decoder?.declaredRate ?? null)
    else this.#receiver.sound(item, mediaUs, atUs)
  }

  #close(stream: Stream): void {
    stream.waiting = []
    stream.kept = []
    // A decoder at work is closed by its loop.
    if (!stream.decoding) stream.decoder?.[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#begin()
  }
}

const behindUs = ({ behind }: Stream): number => Math.max(0, behind.value ?? 0)
const round = (value: number): number => Math.round(value * 10) / 10
