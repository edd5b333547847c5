// Writes CMAF chunks: one moof and its mdat of one track (ISO/IEC 23000-19 7.3.2.3, ISO/IEC 14496-12 8.8).
import { formatBox, formatFullBox, words } from '../manifest/index.ts'

export type ChunkSample = {
  readonly bytes: Uint8Array
  readonly durationTicks: number
  /** Whether decoding may start at it. */
  readonly key: boolean
  /** Presentation after decoding, in ticks; may be negative (trun version 1). */
  readonly compositionTicks?: number
}

export type Chunk = {
  /** Of the fragments of this track, from 1; 32 bits, wraps. */
  readonly sequence: number
  readonly trackId: number
  readonly decodeTicks: bigint
  readonly samples: readonly ChunkSample[]
}

/** ISO/IEC 14496-12 8.8.3.1: depends on no other; depends on others and is no sync sample. */
const SYNC = 0x0200_0000
const NON_SYNC = 0x0101_0000

const MOOF_BEFORE_TRAF = 8 + 16

/** The bytes of a chunk. */
export function formatChunk({ sequence, trackId, decodeTicks, samples }: Chunk): Uint8Array {
  const data = samples.map(({ bytes }) => bytes)
  const tfhd = formatFullBox('tfhd', { version: 0, flags: 0x02_0000 }, words(trackId))
  const tfdt = formatFullBox(
    'tfdt',
    { version: 1, flags: 0 },
    words(Number(decodeTicks >> 32n), Number(decodeTicks & 0xffff_ffffn)),
  )
  const shifted = samples.some(({ compositionTicks }) => (compositionTicks ?? 0) !== 0)
  const perSample = samples.flatMap(({ bytes, durationTicks, key, compositionTicks = 0 }) => [
    durationTicks,
    bytes.length,
    key ? SYNC : NON_SYNC,
    ...(shifted ? [compositionTicks >>> 0] : []),
  ])
  const flags = 0x01 | 0x100 | 0x200 | 0x400 | (shifted ? 0x800 : 0)
  const trunBytes = 8 + 4 + 8 + perSample.length * 4
  const moofBytes = MOOF_BEFORE_TRAF + 8 + tfhd.length + tfdt.length + trunBytes
  const trun = formatFullBox('trun', { version: 1, flags }, words(samples.length, moofBytes + 8, ...perSample))
  const moof = formatBox(
    'moof',
    formatFullBox('mfhd', { version: 0, flags: 0 }, words(sequence >>> 0)),
    formatBox('traf', tfhd, tfdt, trun),
  )
  return Buffer.concat([moof, formatBox('mdat', ...data)])
}
