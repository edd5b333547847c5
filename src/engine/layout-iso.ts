// Structure of an ISO base media file: its boxes in order, what each track says of itself, and where samples lie.
import type { IsoLayout, LayoutBox } from '../model/index.ts'
import type { ReadAt } from './inspect-bytes.ts'
import { type Box, parseBoxHeader } from './iso-boxes-header.ts'
import { splitBoxes } from './iso-moov.ts'
import { FragmentWalk } from './layout-iso-fragments.ts'
import { measureInterleave } from './layout-iso-interleave.ts'
import { readTimes } from './layout-iso-times.ts'
import { readTrack, type TrackTables } from './layout-iso-tracks.ts'

const MAX_BOXES = 400_000
/** Ten hours of picture and sound need less than 32 MiB. */
const MAX_MOOV_BYTES = 128 * 1024 * 1024
const MAX_MOOF_BYTES = 16 * 1024 * 1024
const MAX_LISTED = 20

/** Boxes that may stand at the top: ISO/IEC 14496-12 Table 1, DASH, CMAF, QuickTime, HEIF and C2PA. */
const known = new Set(
  [
    'ftyp styp moov moof mdat free skip wide pnot sidx ssix uuid pdin mfra meta meco prft emsg',
    'udta PICT junk pict imda bloc otyp mere evhd ssgt jumb',
  ]
    .join(' ')
    .split(' '),
)

/** null when it is no such file. */
export async function readIsoLayout(
  readAt: ReadAt,
  sizeBytes: number,
  { maxFragmentGapS, signal }: { maxFragmentGapS: number; signal: AbortSignal },
): Promise<IsoLayout | null> {
  const walk = new FragmentWalk(maxFragmentGapS)
  const unknown: LayoutBox[] = []
  const at = new Map<string, number>()
  let brands: IsoLayout['brands'] = null
  let moov: Buffer | null = null
  let boxes = 0
  let offset = 0
  while (offset < sizeBytes && boxes < MAX_BOXES) {
    signal.throwIfAborted()
    const box = parseBoxHeader(await readAt(offset, 16), offset, sizeBytes)
    if (!box) break
    boxes++
    if (!at.has(box.type)) at.set(box.type, offset)
    if (!known.has(box.type) && unknown.length < MAX_LISTED)
      unknown.push({ type: box.type, offset, bytes: Math.min(box.end, sizeBytes) - offset })
    const body = await bodyOf(readAt, box, sizeBytes)
    if (body && (box.type === 'ftyp' || box.type === 'styp')) brands ??= readBrands(body)
    if (body && box.type === 'moov') {
      moov ??= body
      walk.announce(body)
    } else walk.add(box, body)
    offset = box.end
  }
  if (boxes === 0) return null
  const movie = moov ? splitBoxes(moov).boxes : []
  const movieScale = readTimes(movie.find(({ type }) => type === 'mvhd')?.body)
  const tables = movie.filter(({ type }) => type === 'trak').map(({ body }) => readTrack(body, movieScale?.scale ?? 1))
  const fragments = walk.finish()
  return {
    brands,
    boxes,
    unknown,
    trailingBytes: boxes < MAX_BOXES ? Math.max(0, sizeBytes - offset) : 0,
    missingBytes: Math.max(0, offset - sizeBytes),
    moovOffset: at.get('moov') ?? null,
    mdatOffset: at.get('mdat') ?? null,
    movieS: movieScale?.durationS ?? null,
    tracks: tables.map(({ track }) => track),
    interleave: fragments ? null : measureInterleave(tables.filter(isProgramme)),
    fragments,
  }
}

const isProgramme = ({ track }: TrackTables): boolean =>
  (track.handler === 'vide' || track.handler === 'soun') && track.samples > 1

const wanted = new Set(['ftyp', 'styp', 'moov', 'moof', 'sidx', 'mfra'])

async function bodyOf(readAt: ReadAt, box: Box, sizeBytes: number): Promise<Buffer | null> {
  const length = box.end - box.offset - box.headerBytes
  const most = box.type === 'moov' ? MAX_MOOV_BYTES : MAX_MOOF_BYTES
  if (!wanted.has(box.type) || box.end > sizeBytes || length > most) return null
  return readAt(box.offset + box.headerBytes, length)
}

function readBrands(body: Buffer): IsoLayout['brands'] {
  if (body.length < 8) return null
  const compatible = Array.from({ length: Math.floor((body.length - 8) / 4) }, (_, i) =>
    body.toString('latin1', 8 + i * 4, 12 + i * 4),
  )
  return { major: body.toString('latin1', 0, 4), compatible }
}
