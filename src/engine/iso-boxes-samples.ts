// How far into the file the sample tables of a moov reach (ISO/IEC 14496-12 8.7): what a cut file is measured against.
import { type Box, parseBoxHeader } from './iso-boxes-header.ts'

export type SamplesEnd = {
  /** First byte after the last sample that any track names. */
  readonly end: number
  readonly samples: number
  /** moov announces fragments (mvex). */
  readonly fragmented: boolean
}

function* children(bytes: Buffer): Generator<{ type: string; body: Buffer }> {
  let offset = 0
  while (offset + 8 <= bytes.length) {
    const box: Box | null = parseBoxHeader(bytes.subarray(offset, offset + 16), offset, bytes.length)
    if (!box || box.end > bytes.length) return
    yield { type: box.type, body: bytes.subarray(box.offset + box.headerBytes, box.end) }
    offset = box.end
  }
}

/** The body of the first box at `path` below `bytes`. */
export function findBox(bytes: Buffer | undefined, ...path: readonly string[]): Buffer | undefined {
  let body = bytes
  for (const type of path) {
    if (!body) return undefined
    body = children(body).find(child => child.type === type)?.body
  }
  return body
}

/** Reads the tables of every track; what is inconsistent or cut counts as far as it is whole. */
export function samplesEnd(moov: Buffer): SamplesEnd {
  let end = 0
  let samples = 0
  let fragmented = false
  for (const { type, body } of children(moov)) {
    if (type === 'mvex') fragmented = true
    if (type !== 'trak' || isElsewhere(body)) continue
    const track = trackEnd(findBox(body, 'mdia', 'minf', 'stbl'))
    end = Math.max(end, track.end)
    samples += track.samples
  }
  return { end, samples, fragmented }
}

/** Whether the media lie in another file: the data reference lacks the self-contained flag (8.7.2). */
function isElsewhere(trak: Buffer): boolean {
  const dref = findBox(trak, 'mdia', 'minf', 'dinf', 'dref')
  if (!dref || dref.length < 8) return false
  return children(dref.subarray(8)).some(({ body }) => body.length >= 4 && (body.readUInt32BE(0) & 1) === 0)
}

function trackEnd(stbl: Buffer | undefined): { end: number; samples: number } {
  const sizes = readSizes(findBox(stbl, 'stsz'), findBox(stbl, 'stz2'))
  const offsets = readOffsets(findBox(stbl, 'stco'), findBox(stbl, 'co64'))
  const stsc = findBox(stbl, 'stsc')
  if (!sizes || !stsc || stsc.length < 8) return { end: 0, samples: sizes?.count ?? 0 }
  const runs = Math.min(stsc.readUInt32BE(4), Math.floor((stsc.length - 8) / 12))
  let end = 0
  let sample = 0
  for (let run = 0; run < runs; run++) {
    const first = stsc.readUInt32BE(8 + run * 12) - 1
    const perChunk = stsc.readUInt32BE(12 + run * 12)
    const next = run + 1 < runs ? stsc.readUInt32BE(20 + run * 12) - 1 : offsets.count
    for (let chunk = Math.max(0, first); chunk < Math.min(next, offsets.count) && sample < sizes.count; chunk++) {
      const count = Math.min(perChunk, sizes.count - sample)
      end = Math.max(end, offsets.at(chunk) + sizes.sum(sample, count))
      sample += count
    }
  }
  return { end, samples: sizes.count }
}

type Sizes = { readonly count: number; readonly sum: (first: number, count: number) => number }

function readSizes(stsz: Buffer | undefined, stz2: Buffer | undefined): Sizes | null {
  const table = stsz ?? stz2
  if (!table || table.length < 12) return null
  const fixed = stsz ? stsz.readUInt32BE(4) : 0
  const stated = table.readUInt32BE(8)
  if (fixed > 0) return { count: stated, sum: (_first, count) => fixed * count }
  const bits = stsz ? 32 : table[7]!
  if (bits !== 4 && bits !== 8 && bits !== 16 && bits !== 32) return null
  const count = Math.min(stated, Math.floor(((table.length - 12) * 8) / bits))
  const at = (i: number): number => {
    if (bits === 32) return table.readUInt32BE(12 + i * 4)
    if (bits === 16) return table.readUInt16BE(12 + i * 2)
    if (bits === 8) return table[12 + i]!
    const pair = table[12 + (i >> 1)]!
    return i % 2 === 0 ? pair >> 4 : pair & 15
  }
  return {
    count,
    sum: (first, many) => {
      let total = 0
      for (let i = first; i < first + many; i++) total += at(i)
      return total
    },
  }
}

function readOffsets(
  stco: Buffer | undefined,
  co64: Buffer | undefined,
): { readonly count: number; readonly at: (chunk: number) => number } {
  const table = stco ?? co64
  if (!table || table.length < 8) return { count: 0, at: () => 0 }
  const width = stco ? 4 : 8
  const count = Math.min(table.readUInt32BE(4), Math.floor((table.length - 8) / width))
  return {
    count,
    at: i => (stco ? stco.readUInt32BE(8 + i * 4) : Number(table.readBigUInt64BE(8 + i * 8))),
  }
}
