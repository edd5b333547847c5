// Reads a CMAF segment: sidx, and per fragment decode time, durations, sizes, composition offsets and sync flags.
import { type Box, Cursor, damaged, needBox, readBoxes } from './bytes.ts'
import type { SampleDefaults } from './init-segment.ts'

export type Sample = {
  readonly duration: number
  readonly size: number
  /** Ticks from decoding to composition; may be negative. */
  readonly compositionOffset: number
  readonly sync: boolean
  /** Where its data begins in the segment. */
  readonly start: number
}

export type Fragment = {
  readonly sequence: number
  readonly trackId: number
  /** Offset of its moof in the segment. */
  readonly start: number
  readonly baseMediaDecodeTime: bigint
  readonly samples: readonly Sample[]
  /** Sum of the samples' durations, in ticks. */
  readonly duration: bigint
  /** Sum of the samples' sizes. */
  readonly bytes: number
  /** Where the first sample's data stands in the segment. */
  readonly firstSample: { readonly start: number; readonly end: number }
}

export type SegmentIndex = {
  readonly timescale: number
  readonly earliestPresentationTime: bigint
  /** Bytes between the end of the index and the first of what it refers to. */
  readonly firstOffset: bigint
  readonly references: readonly {
    readonly bytes: number
    readonly duration: number
    readonly startsWithSap: boolean
    readonly sapType: number
  }[]
}

export type SegmentFacts = { readonly index: SegmentIndex | null; readonly fragments: readonly Fragment[] }

/** A sample count that no real fragment reaches: what a run without per-sample fields may claim is bounded only by this. */
const MAX_SAMPLES = 1_000_000

/**
 * Reads one segment of a single track; `defaults` are those of its CMAF header.
 * @throws {HE_INPUT_DAMAGED} when boxes do not fit together or samples lie outside of the file.
 */
export function parseSegment(bytes: Uint8Array, defaults: SampleDefaults): SegmentFacts {
  const boxes = readBoxes(bytes)
  const sidx = boxes.find(box => box.type === 'sidx')
  const fragments = boxes.filter(box => box.type === 'moof').map(moof => readFragment(moof, bytes.length, defaults))
  if (fragments.length === 0) throw damaged('a segment without a fragment')
  return { index: sidx ? readIndex(sidx.body) : null, fragments }
}

/**
 * Reads an I-frame range: a fragment of which the range holds the first sample alone, and mdat only so far.
 * @throws {HE_INPUT_DAMAGED} also when the range ends before its picture does.
 */
export function parseKeyRange(bytes: Uint8Array, defaults: SampleDefaults): SegmentFacts {
  let start = 0
  while (start < bytes.length) {
    const cursor = new Cursor(bytes.subarray(start), 'box header')
    const size = cursor.u32()
    const type = cursor.fourcc()
    if (type === 'mdat' || size < 8) break
    if (start + size > bytes.length) throw damaged('a range that ends within its fragment header', { start, size })
    if (type === 'moof') {
      const moof = { type, start, end: start + size, body: bytes.subarray(start + 8, start + size) }
      const fragment = readFragment(moof, Number.MAX_SAFE_INTEGER, defaults)
      const { end } = fragment.firstSample
      if (end > bytes.length) throw damaged('a range that ends before its picture does', { end, bytes: bytes.length })
      const samples = fragment.samples.slice(0, 1)
      return { index: null, fragments: [{ ...fragment, samples, duration: BigInt(samples[0]?.duration ?? 0) }] }
    }
    start += size
  }
  throw damaged('a range without a fragment header')
}

/** The sidx of a file whose fragments lie elsewhere in it; `bytes` begin with it. @throws {HE_INPUT_DAMAGED} */
export const parseIndex = (bytes: Uint8Array): SegmentIndex => readIndex(needBox(bytes, 'sidx').body)

/** ISO/IEC 14496-12 8.16.3. */
function readIndex(body: Uint8Array): SegmentIndex {
  const cursor = new Cursor(body, 'sidx')
  const { version } = cursor.fullBox()
  cursor.skip(4)
  const timescale = cursor.u32()
  const earliestPresentationTime = version === 0 ? BigInt(cursor.u32()) : cursor.u64()
  const firstOffset = version === 0 ? BigInt(cursor.u32()) : cursor.u64()
  cursor.skip(2)
  const references = Array.from({ length: cursor.u16() }, () => {
    const bytes = cursor.u32() & 0x7fffffff
    const duration = cursor.u32()
    const sap = cursor.u32()
    return { bytes, duration, startsWithSap: sap >>> 31 === 1, sapType: (sap >>> 28) & 7 }
  })
  return { timescale, earliestPresentationTime, firstOffset, references }
}

function readFragment(moof: Box, fileBytes: number, trex: SampleDefaults): Fragment {
  const mfhd = new Cursor(needBox(moof.body, 'mfhd').body, 'mfhd')
  mfhd.skip(4)
  const trafs = readBoxes(moof.body).filter(box => box.type === 'traf')
  if (trafs.length !== 1) throw damaged(`a CMAF fragment has one track, this one has ${trafs.length}`)
  const traf = trafs[0]!.body
  const header = readTrackHeader(needBox(traf, 'tfhd').body, trex)
  // Without base-data-offset the data counts from the moof: default-base-is-moof, or the first traf (8.8.7.1).
  const base = header.baseDataOffset ?? moof.start
  const samples: Sample[] = []
  let first: number | undefined
  let next = base
  for (const trun of readBoxes(traf).filter(box => box.type === 'trun')) {
    const run = readRun(trun.body, header, MAX_SAMPLES - samples.length)
    const start = run.dataOffset === null ? next : base + run.dataOffset
    let end = start
    for (const sample of run.samples) {
      samples.push({ ...sample, start: end })
      end += sample.size
    }
    if (start < 0 || end > fileBytes) throw damaged('samples lie outside of the segment', { start, end, fileBytes })
    if (run.samples.length > 0) first ??= start
    next = end
  }
  const start = first ?? base
  return {
    sequence: mfhd.u32(),
    trackId: header.trackId,
    start: moof.start,
    baseMediaDecodeTime: readDecodeTime(needBox(traf, 'tfdt').body),
    samples,
    duration: samples.reduce((sum, sample) => sum + BigInt(sample.duration), 0n),
    bytes: samples.reduce((sum, sample) => sum + sample.size, 0),
    firstSample: { start, end: start + (samples[0]?.size ?? 0) },
  }
}

type TrackHeader = SampleDefaults & { readonly trackId: number; readonly baseDataOffset: number | null }

/** ISO/IEC 14496-12 8.8.7. */
function readTrackHeader(body: Uint8Array, trex: SampleDefaults): TrackHeader {
  const cursor = new Cursor(body, 'tfhd')
  const { flags } = cursor.fullBox()
  const trackId = cursor.u32()
  const baseDataOffset = flags & 0x1 ? Number(cursor.u64()) : null
  if (flags & 0x2) cursor.skip(4)
  return {
    trackId,
    baseDataOffset,
    duration: flags & 0x8 ? cursor.u32() : trex.duration,
    size: flags & 0x10 ? cursor.u32() : trex.size,
    flags: flags & 0x20 ? cursor.u32() : trex.flags,
  }
}

function readDecodeTime(body: Uint8Array): bigint {
  const cursor = new Cursor(body, 'tfdt')
  return cursor.fullBox().version === 1 ? cursor.u64() : BigInt(cursor.u32())
}

/** ISO/IEC 14496-12 8.8.3.1: sample_is_non_sync_sample. */
const NON_SYNC = 0x10000

/** ISO/IEC 14496-12 8.8.8. */
function readRun(
  body: Uint8Array,
  defaults: SampleDefaults,
  room: number,
): { dataOffset: number | null; samples: Omit<Sample, 'start'>[] } {
  const cursor = new Cursor(body, 'trun')
  const { version, flags } = cursor.fullBox()
  const count = cursor.u32()
  const dataOffset = flags & 0x1 ? cursor.i32() : null
  const firstFlags = flags & 0x4 ? cursor.u32() : null
  const fields = [0x100, 0x200, 0x400, 0x800].filter(bit => flags & bit).length
  if (count > room || count * fields * 4 > cursor.remaining) throw damaged('trun ends too early', { count })
  const samples = Array.from({ length: count }, (_, i) => {
    const duration = flags & 0x100 ? cursor.u32() : defaults.duration
    const size = flags & 0x200 ? cursor.u32() : defaults.size
    const own = flags & 0x400 ? cursor.u32() : defaults.flags
    const compositionOffset = flags & 0x800 ? (version === 0 ? cursor.u32() : cursor.i32()) : 0
    const sync = ((i === 0 && firstFlags !== null ? firstFlags : own) & NON_SYNC) === 0
    return { duration, size, compositionOffset, sync }
  })
  return { dataOffset, samples }
}
