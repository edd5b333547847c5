// Movie fragments: do their numbers and decoding times go on, and is what sidx and mfra say of them so (ISO/IEC 14496-12 8.8, 8.16.3).
import type { LayoutFragments } from '../model/index.ts'
import type { Box } from './iso-boxes-header.ts'
import { findBox } from './iso-boxes-samples.ts'
import { splitBoxes } from './iso-moov.ts'
import { childOf, readTimes } from './layout-iso-times.ts'
import { StretchList } from './packets-stretches.ts'

type Track = { readonly scale: number; readonly defaultDuration: number; nextTicks: number | null }
type Pending = { readonly what: string; readonly offset: number }
const MAX_FAULTS = 20
const MAX_CLAIMS = 500_000
/** What belongs to the fragment behind it. */
const before = new Set(['styp', 'prft', 'emsg'])

export class FragmentWalk {
  readonly #tracks = new Map<number, Track>()
  readonly #timeFaults = new StretchList(0)
  readonly #moofs = new Set<number>()
  /** Where the first box of a subsegment may lie: its styp, emsg or prft come before the moof. */
  readonly #starts = new Set<number>()
  readonly #claims: Pending[] = []
  readonly #indexFaults: string[] = []
  #before: number | null = null
  #sequence: number | null = null
  #sequenceFaults = 0
  #untimed = 0
  #hasIndex = false
  readonly #maxGapS: number

  constructor(maxGapS: number) {
    this.#maxGapS = maxGapS
  }

  /** Takes the clocks and defaults of the tracks from moov. */
  announce(moov: Buffer): void {
    const { boxes } = splitBoxes(moov)
    const defaults = new Map<number, number>()
    for (const { type, body } of splitBoxes(childOf(boxes, 'mvex') ?? Buffer.alloc(0)).boxes)
      if (type === 'trex' && body.length >= 24) defaults.set(body.readUInt32BE(4), body.readUInt32BE(12))
    for (const { type, body } of boxes) {
      const tkhd = type === 'trak' ? findBox(body, 'tkhd') : undefined
      if (!tkhd || tkhd.length < 24) continue
      const id = tkhd.readUInt32BE(tkhd[0] === 1 ? 20 : 12)
      const scale = readTimes(findBox(body, 'mdia', 'mdhd'))?.scale ?? 1
      this.#tracks.set(id, { scale, defaultDuration: defaults.get(id) ?? 0, nextTicks: null })
    }
  }

  /** `body` is null of boxes that are not read. */
  add({ type, offset, end }: Box, body: Buffer | null): void {
    if (before.has(type)) this.#before ??= offset
    if (!body) return
    if (type === 'moof') {
      this.#moofs.add(offset)
      this.#starts.add(this.#before ?? offset)
      this.#before = null
      this.#fragment(body)
    } else if (type === 'sidx') this.#segmentIndex(body, end)
    else if (type === 'mfra') this.#randomAccess(body)
  }

  finish(): LayoutFragments | null {
    if (this.#moofs.size === 0) return null
    for (const { what, offset } of this.#claims)
      if (!this.#moofs.has(offset) && !this.#starts.has(offset))
        this.#fault(`${what} names byte ${offset}, where no fragment begins`)
    return {
      count: this.#moofs.size,
      sequenceFaults: this.#sequenceFaults,
      timeFaults: this.#timeFaults.read(),
      untimed: this.#untimed,
      hasIndex: this.#hasIndex,
      indexFaults: this.#indexFaults,
    }
  }

  #claim(what: string, offset: number): void {
    if (this.#claims.length < MAX_CLAIMS) this.#claims.push({ what, offset })
  }

  #fault(text: string): void {
    if (this.#indexFaults.length < MAX_FAULTS) this.#indexFaults.push(text)
  }

  #fragment(moof: Buffer): void {
    const { boxes } = splitBoxes(moof)
    const mfhd = childOf(boxes, 'mfhd')
    if (mfhd && mfhd.length >= 8) {
      const number = mfhd.readUInt32BE(4)
      // 8.8.5: numbers rise; nothing says by how much.
      if (this.#sequence !== null && number <= this.#sequence) this.#sequenceFaults++
      this.#sequence = number
    }
    for (const { type, body } of boxes) if (type === 'traf') this.#run(body)
  }

  #run(traf: Buffer): void {
    const { boxes } = splitBoxes(traf)
    const tfhd = childOf(boxes, 'tfhd')
    const track = tfhd && tfhd.length >= 8 ? this.#tracks.get(tfhd.readUInt32BE(4)) : undefined
    if (!tfhd || !track) return
    const tfdt = childOf(boxes, 'tfdt')
    const ticks = sumDurations(boxes, tfhd, track.defaultDuration)
    if (!tfdt || tfdt.length < 8) {
      this.#untimed++
      if (track.nextTicks !== null) track.nextTicks += ticks
      return
    }
    const start = tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4)
    if (track.nextTicks !== null && start !== track.nextTicks) {
      const [a, b] = [start / track.scale, track.nextTicks / track.scale]
      if (Math.abs(a - b) > this.#maxGapS) this.#timeFaults.add(Math.min(a, b), Math.max(a, b), Math.abs(a - b))
    }
    track.nextTicks = start + ticks
  }

  /** Ranges of bytes count from the end of sidx. */
  #segmentIndex(body: Buffer, end: number): void {
    this.#hasIndex = true
    const long = body[0] === 1
    const head = long ? 28 : 20
    if (body.length < head + 4) {
      this.#fault('sidx is cut off')
      return
    }
    let at = end + (long ? Number(body.readBigUInt64BE(20)) : body.readUInt32BE(16))
    const count = body.readUInt16BE(head + 2)
    for (let i = 0; i < count && head + 4 + (i + 1) * 12 <= body.length; i++) {
      const first = body.readUInt32BE(head + 4 + i * 12)
      // References to further indexes are followed when those come.
      if (first >>> 31 === 0) this.#claim('sidx', at)
      at += first & 0x7fff_ffff
    }
  }

  /** tfra (8.8.10): of each entry the offset of its moof. */
  #randomAccess(mfra: Buffer): void {
    this.#hasIndex = true
    for (const { type, body } of splitBoxes(mfra).boxes) {
      if (type !== 'tfra' || body.length < 16) continue
      const long = body[0] === 1
      const sizes = body.readUInt32BE(8)
      const size = (long ? 16 : 8) + ((sizes >> 4) & 3) + ((sizes >> 2) & 3) + (sizes & 3) + 3
      const count = Math.min(body.readUInt32BE(12), Math.floor((body.length - 16) / size))
      for (let i = 0; i < count; i++) {
        const at = 16 + i * size
        const offset = long ? Number(body.readBigUInt64BE(at + 8)) : body.readUInt32BE(at + 4)
        this.#claim('mfra', offset)
      }
    }
  }
}

/** Sum of the durations of all runs, in ticks (8.8.7, 8.8.8). */
function sumDurations(boxes: ReturnType<typeof splitBoxes>['boxes'], tfhd: Buffer, fallback: number): number {
  const flags = tfhd.readUIntBE(1, 3)
  const at = 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0)
  const standard = flags & 8 && tfhd.length >= at + 4 ? tfhd.readUInt32BE(at) : fallback
  let ticks = 0
  for (const { type, body } of boxes) {
    if (type !== 'trun' || body.length < 8) continue
    const has = body.readUIntBE(1, 3)
    const count = body.readUInt32BE(4)
    if (!(has & 0x100)) {
      ticks += count * standard
      continue
    }
    const size = [0x100, 0x200, 0x400, 0x800].filter(flag => has & flag).length * 4
    const start = 8 + (has & 1 ? 4 : 0) + (has & 4 ? 4 : 0)
    for (let i = 0; i < count && start + i * size + 4 <= body.length; i++) ticks += body.readUInt32BE(start + i * size)
  }
  return ticks
}
