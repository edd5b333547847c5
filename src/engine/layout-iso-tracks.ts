// One track of a moov: header, edit list, sample entries, and its sample tables as chunks in order.
import type { LayoutEdit, LayoutTrack } from '../model/index.ts'
import { findBox } from './iso-boxes-samples.ts'
import { splitBoxes } from './iso-moov.ts'
import { readTimes } from './layout-iso-times.ts'

export type Chunk = {
  readonly offset: number
  readonly bytes: number
  /** Decoding time at which the chunk begins and ends, in seconds of the media. */
  readonly startS: number
  readonly endS: number
}

export type TrackTables = { readonly track: LayoutTrack; readonly chunks: () => Generator<Chunk> }

const MAX_EDITS = 100

export function readTrack(trak: Buffer, movieScale: number): TrackTables {
  const mdhd = readTimes(findBox(trak, 'mdia', 'mdhd'))
  const scale = mdhd?.scale ?? 1
  const stbl = findBox(trak, 'mdia', 'minf', 'stbl')
  const stsd = findBox(stbl, 'stsd')
  const entries = stsd ? splitBoxes(stsd.subarray(8)).boxes : []
  const times = readRuns(findBox(stbl, 'stts'))
  let ticks = 0
  let samples = 0
  for (let i = 0; i < times.length; i++) {
    samples += times.count(i)
    ticks += times.count(i) * times.delta(i)
  }
  const track: LayoutTrack = {
    ...readHeader(findBox(trak, 'tkhd'), movieScale),
    handler: findBox(trak, 'mdia', 'hdlr')?.toString('latin1', 8, 12) ?? '',
    fourCc: entries[0]?.type ?? null,
    sampleEntries: entries.length,
    samples,
    mediaS: mdhd?.durationS ?? null,
    sampleS: samples > 0 ? ticks / scale : null,
    shownS: samples > 0 ? lastShown(times, readRuns(findBox(stbl, 'ctts'))) / scale : null,
    edits: readEdits(findBox(trak, 'edts', 'elst'), movieScale, scale),
  }
  return { track, chunks: () => walkChunks(stbl, times, scale) }
}

function readHeader(
  tkhd: Buffer | undefined,
  movieScale: number,
): Pick<LayoutTrack, 'id' | 'enabled' | 'alternateGroup' | 'trackS'> {
  const long = tkhd?.[0] === 1
  const shift = long ? 12 : 0
  if (!tkhd || tkhd.length < 36 + shift) return { id: 0, enabled: false, alternateGroup: 0, trackS: null }
  const ticks = long ? Number(tkhd.readBigUInt64BE(28)) : tkhd.readUInt32BE(20)
  const open = ticks === 0 || ticks >= (long ? 2 ** 64 : 2 ** 32 - 1)
  return {
    id: tkhd.readUInt32BE(long ? 20 : 12),
    enabled: (tkhd[3]! & 1) !== 0,
    alternateGroup: tkhd.readUInt16BE(34 + shift),
    trackS: open ? null : ticks / movieScale,
  }
}

/** 8.6.6. */
function readEdits(elst: Buffer | undefined, movieScale: number, scale: number): LayoutEdit[] {
  if (!elst || elst.length < 8) return []
  const long = elst[0] === 1
  const size = long ? 20 : 12
  const count = Math.min(elst.readUInt32BE(4), Math.floor((elst.length - 8) / size), MAX_EDITS)
  return Array.from({ length: count }, (_, i) => {
    const at = 8 + i * size
    const duration = long ? Number(elst.readBigUInt64BE(at)) : elst.readUInt32BE(at)
    const media = long ? Number(elst.readBigInt64BE(at + 8)) : elst.readInt32BE(at + 4)
    const rate = elst.readInt16BE(at + size - 4) + elst.readUInt16BE(at + size - 2) / 65536
    return { durationS: duration / movieScale, mediaS: media === -1 ? null : media / scale, rate }
  })
}

type Runs = { readonly length: number; readonly count: (i: number) => number; readonly delta: (i: number) => number }

/** stts and ctts (8.6.1), read where it lies: they may have an entry for each sample. */
function readRuns(stts: Buffer | undefined): Runs {
  if (!stts || stts.length < 8) return { length: 0, count: () => 0, delta: () => 0 }
  return {
    length: Math.min(stts.readUInt32BE(4), Math.floor((stts.length - 8) / 8)),
    count: i => stts.readUInt32BE(8 + i * 8),
    delta: i => stts.readUInt32BE(12 + i * 8),
  }
}

/** Where the last sample that is shown ends, in ticks: ctts (8.6.1.3) shows samples later than they are decoded. */
function lastShown(times: Runs, offsets: Runs): number {
  let end = 0
  let ticks = 0
  let run = 0
  let left = offsets.length > 0 ? offsets.count(0) : 0
  for (let i = 0; i < times.length; i++) {
    const delta = times.delta(i)
    let count = times.count(i)
    while (count > 0) {
      while (left === 0 && run + 1 < offsets.length) left = offsets.count(++run)
      const step = left === 0 ? count : Math.min(count, left)
      ticks += step * delta
      end = Math.max(end, ticks + (left === 0 ? 0 : offsets.delta(run) | 0))
      count -= step
      left = Math.max(0, left - step)
    }
  }
  return end
}

/** Chunks as stsc, stco and stsz give them (8.7), with the times of stts. */
function* walkChunks(stbl: Buffer | undefined, runs: Runs, scale: number): Generator<Chunk> {
  const stsc = findBox(stbl, 'stsc')
  const stsz = findBox(stbl, 'stsz')
  const stco = findBox(stbl, 'stco')
  const offsets = stco ?? findBox(stbl, 'co64')
  if (!stsc || !stsz || !offsets || stsc.length < 20 || stsz.length < 12 || offsets.length < 8) return
  const width = stco ? 4 : 8
  const chunks = Math.min(offsets.readUInt32BE(4), Math.floor((offsets.length - 8) / width))
  const entries = Math.min(stsc.readUInt32BE(4), Math.floor((stsc.length - 8) / 12))
  const fixed = stsz.readUInt32BE(4)
  const samples = fixed > 0 ? stsz.readUInt32BE(8) : Math.min(stsz.readUInt32BE(8), (stsz.length - 12) >> 2)
  const clock = new Clock(runs)
  let sample = 0
  let entry = 0
  for (let chunk = 0; chunk < chunks && sample < samples; chunk++) {
    while (entry + 1 < entries && stsc.readUInt32BE(8 + (entry + 1) * 12) - 1 <= chunk) entry++
    const count = Math.min(stsc.readUInt32BE(12 + entry * 12), samples - sample)
    let bytes = fixed * count
    if (fixed === 0) for (let i = sample; i < sample + count; i++) bytes += stsz.readUInt32BE(12 + i * 4)
    const offset = stco ? offsets.readUInt32BE(8 + chunk * 4) : Number(offsets.readBigUInt64BE(8 + chunk * 8))
    const startS = clock.ticks / scale
    clock.advance(count)
    sample += count
    yield { offset, bytes, startS, endS: clock.ticks / scale }
  }
}

/** Decoding time of the next sample. */
class Clock {
  readonly #runs: Runs
  #run = -1
  #left = 0
  ticks = 0

  constructor(runs: Runs) {
    this.#runs = runs
  }

  advance(samples: number): void {
    let count = samples
    while (count > 0) {
      if (this.#left === 0) {
        if (++this.#run >= this.#runs.length) return
        this.#left = this.#runs.count(this.#run)
      }
      const step = Math.min(count, this.#left)
      this.ticks += step * this.#runs.delta(this.#run)
      count -= step
      this.#left -= step
    }
  }
}
