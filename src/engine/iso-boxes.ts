// The outline of an ISO base media or QuickTime file: its top-level boxes (ISO/IEC 14496-12 4.2), read without FFmpeg, which
// does not tell where moov lies or whether the last box is whole.
import { type Rational, rational } from '../core/index.ts'
import type { ReadAt } from './inspect-bytes.ts'
import { type Box, parseBoxHeader } from './iso-boxes-header.ts'
import { findBox, samplesEnd } from './iso-boxes-samples.ts'

export type IsoOutline = {
  readonly majorBrand: string | null
  /** moov before the first mdat; false while there is no moov. */
  readonly fastStart: boolean
  readonly fragmented: boolean
  readonly hasMoov: boolean
  /** Seconds, as the movie header states; null where it leaves that open. */
  readonly duration: Rational | null
  /** moov itself is cut off. */
  readonly moovCut: boolean
  /** Bytes that the boxes or the sample tables promise beyond the end of the file. */
  readonly missingBytes: number
  /** A box says that it is longer than the file although no sample is missing. */
  readonly longBox: string | null
}

// A recorder that writes one fragment per frame makes millions of boxes; the outline is clear long before.
const MAX_BOXES = 200_000
// Ten hours of 60 fps with four tracks have sample tables of about 100 MB.
const MAX_MOOV_BYTES = 256 * 1024 * 1024

const firstTypes = new Set('ftyp styp moov moof mdat free skip wide pnot sidx uuid pdin'.split(' '))

async function listBoxes(readAt: ReadAt, sizeBytes: number): Promise<Box[]> {
  const boxes: Box[] = []
  let offset = 0
  while (offset < sizeBytes && boxes.length < MAX_BOXES) {
    const box = parseBoxHeader(await readAt(offset, 16), offset, sizeBytes)
    if (!box) break
    boxes.push(box)
    offset = box.end
  }
  return boxes
}

/** The outline of the file, or null when its first box is none that such a file begins with. */
export async function readIsoOutline(readAt: ReadAt, sizeBytes: number): Promise<IsoOutline | null> {
  const boxes = await listBoxes(readAt, sizeBytes)
  if (!boxes[0] || !firstTypes.has(boxes[0].type)) return null
  const at = (type: string): number => boxes.findIndex(box => box.type === type)
  const moov = boxes[at('moov')]
  const ftyp = boxes[at('ftyp')] ?? boxes[at('styp')]
  const moovCut = moov !== undefined && moov.end > sizeBytes
  const moovBytes = moov && !moovCut && moov.end - moov.offset <= MAX_MOOV_BYTES ? await readBox(readAt, moov) : null
  const tables = moovBytes ? samplesEnd(moovBytes) : { end: 0, samples: 0, fragmented: false }
  const last = boxes.at(-1)!
  const cut = last.end > sizeBytes && last.type !== 'free' && last.type !== 'skip' ? last : null
  const missingSamples = Math.max(0, tables.end - sizeBytes)
  // With whole sample tables an over-long mdat loses nothing: some writers reserve more than they fill.
  const harmless = cut?.type === 'mdat' && tables.samples > 0 && missingSamples === 0
  return {
    majorBrand: ftyp ? (await readBox(readAt, { ...ftyp, end: ftyp.offset + 16 })).toString('latin1', 0, 4) : null,
    fastStart: moov !== undefined && (at('mdat') < 0 || at('moov') < at('mdat')),
    fragmented: at('moof') >= 0 || tables.fragmented,
    hasMoov: moov !== undefined,
    duration: moovBytes ? readDuration(findBox(moovBytes, 'mvhd')) : null,
    moovCut,
    missingBytes: Math.max(missingSamples, cut && !harmless ? cut.end - sizeBytes : 0),
    longBox: harmless ? cut.type : null,
  }
}

const readBox = (readAt: ReadAt, { offset, headerBytes, end }: Box): Promise<Buffer> =>
  readAt(offset + headerBytes, Math.max(0, end - offset - headerBytes))

/** mvhd (8.2.2). 0 and all ones mean that the length is not known, as in fragmented files. */
function readDuration(mvhd: Buffer | undefined): Rational | null {
  if (!mvhd || mvhd.length < 32) return null
  const long = mvhd[0] === 1
  const timescale = mvhd.readUInt32BE(long ? 20 : 12)
  const ticks = long ? mvhd.readBigUInt64BE(24) : BigInt(mvhd.readUInt32BE(16))
  const unknown = long ? 2n ** 64n - 1n : 2n ** 32n - 1n
  return timescale === 0 || ticks === 0n || ticks === unknown ? null : rational(ticks, timescale)
}
