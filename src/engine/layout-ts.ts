// A transport stream packet by packet (ISO/IEC 13818-1 2.4.3): counters, clock references and tables, as ETSI TR 101 290 watches them.
import type { TsLayout } from '../model/index.ts'
import type { ReadAt } from './inspect-bytes.ts'
import { TsClock } from './layout-ts-clock.ts'
import { TsContinuity } from './layout-ts-continuity.ts'
import { TsInterleave } from './layout-ts-interleave.ts'
import { programClock, programMaps, readPesTimes, readSection } from './layout-ts-tables.ts'
import { StretchList } from './packets-stretches.ts'

const SYNC = 0x47
const BLOCK_PACKETS = 8192

export type TsOptions = {
  readonly startS: number
  readonly maxPcrS: number
  readonly maxTableS: number
  readonly signal: AbortSignal
}

/** null when the file does not begin with packets. */
export async function readTsLayout(readAt: ReadAt, sizeBytes: number, options: TsOptions): Promise<TsLayout | null> {
  const shape = findShape(await readAt(0, 204 * 8))
  if (!shape) return null
  const walk = new TsWalk(options)
  const { packetBytes, lead } = shape
  const block = packetBytes * BLOCK_PACKETS
  let offset = 0
  let trailing = 0
  while (offset < sizeBytes) {
    options.signal.throwIfAborted()
    const bytes = await readAt(offset, block)
    let at = 0
    while (at + packetBytes <= bytes.length) {
      if (bytes[at + lead] === SYNC) {
        walk.packet(bytes.subarray(at + lead, at + lead + 188), offset + at)
        at += packetBytes
        continue
      }
      const next = packetFrom(bytes, at + 1, shape)
      if (next === bytes.length && offset + next >= sizeBytes) break
      walk.lost(next - at)
      at = next
    }
    // What is left is the beginning of a packet, or of the end.
    trailing = bytes.length - at
    if (at === 0 || offset + bytes.length >= sizeBytes) break
    offset += at
  }
  return walk.finish(packetBytes, trailing)
}

type Shape = { readonly packetBytes: number; readonly lead: number }

/** Plain packets, those of M2TS with four bytes of time before them, and those with error correction behind. */
const shapes: readonly Shape[] = [
  { packetBytes: 188, lead: 0 },
  { packetBytes: 192, lead: 4 },
  { packetBytes: 204, lead: 0 },
]

const findShape = (head: Buffer): Shape | null =>
  shapes.find(({ packetBytes, lead }) => [0, 1, 2].every(i => head[lead + i * packetBytes] === SYNC)) ?? null

/** Where the next packet begins: two sync bytes at its distance, or the end. */
function packetFrom(bytes: Buffer, from: number, { packetBytes, lead }: Shape): number {
  for (let at = from; at + lead < bytes.length; at++) {
    if (bytes[at + lead] !== SYNC) continue
    const next = at + lead + packetBytes
    if (next >= bytes.length || bytes[next] === SYNC) return at
  }
  return bytes.length
}

class TsWalk {
  readonly #options: TsOptions
  readonly #clock: TsClock
  readonly #continuity = new TsContinuity()
  readonly #interleave = new TsInterleave()
  readonly #syncLosses = new StretchList()
  #packets = 0
  #lostBytes = 0
  #errors = 0
  #maps: ReadonlySet<number> = new Set()
  #clockPid: number | null = null

  constructor(options: TsOptions) {
    this.#options = options
    this.#clock = new TsClock(options)
  }

  lost(bytes: number): void {
    this.#lostBytes += bytes
    const at = this.#showS()
    this.#syncLosses.add(at, at, bytes)
  }

  packet(bytes: Buffer, offset: number): void {
    this.#packets++
    if ((bytes[1]! & 0x80) !== 0) {
      this.#errors++
      return
    }
    const pid = bytes.readUInt16BE(1) & 0x1fff
    if (pid === 0x1fff) return
    const control = (bytes[3]! >> 4) & 3
    const adaptation = control & 2 ? bytes[4]! : 0
    const flags = adaptation > 0 ? bytes[5]! : 0
    this.#continuity.add(
      pid,
      bytes,
      { hasPayload: (control & 1) !== 0, announced: (flags & 0x80) !== 0 },
      this.#showS(),
    )
    if (flags & 0x10 && adaptation >= 7 && (this.#clockPid === null || pid === this.#clockPid)) {
      const reference = bytes.readUInt32BE(6) * 2 + (bytes[10]! >> 7)
      this.#clock.reference(reference, offset, (flags & 0x80) !== 0, this.#showS())
    }
    const begins = (bytes[1]! & 0x40) !== 0
    const payload = control & 1 ? bytes.subarray(control & 2 ? 5 + adaptation : 4) : bytes.subarray(188)
    if (!begins || payload.length < 8) return
    if (pid === 0) this.#association(payload, offset)
    else if (this.#maps.has(pid)) this.#map(pid, payload, offset)
    else this.#pes(pid, payload, offset)
  }

  #association(payload: Buffer, offset: number): void {
    const section = readSection(payload, 0)
    if (!section) return
    this.#maps = programMaps(section)
    this.#clock.table('pat', 0, offset, this.#showS())
  }

  #map(pid: number, payload: Buffer, offset: number): void {
    const section = readSection(payload, 2)
    if (!section) return
    // Of several programmes the first one's clock.
    this.#clockPid ??= programClock(section)
    this.#clock.table('pmt', pid, offset, this.#showS())
  }

  #pes(pid: number, payload: Buffer, offset: number): void {
    const times = readPesTimes(payload)
    if (!times) return
    this.#clock.show(times.pts)
    this.#interleave.add(pid, times, offset)
  }

  #showS(): number {
    return this.#clock.showS
  }

  finish(packetBytes: number, trailingBytes: number): TsLayout {
    const { pcr, pat, pmt } = this.#clock.finish()
    return {
      packetBytes,
      packets: this.#packets,
      lostBytes: this.#lostBytes,
      trailingBytes,
      syncLosses: this.#syncLosses.read(),
      errorPackets: this.#errors,
      continuity: this.#continuity.finish(),
      pcr: { pid: this.#clockPid, ...pcr },
      pat,
      pmt,
      interleave: this.#interleave.finish(this.#options.startS),
    }
  }
}
