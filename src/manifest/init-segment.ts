// Reads a CMAF header (init segment): ISO/IEC 14496-12 boxes of one track, into plain facts.
import { type Box, Cursor, damaged, findBox, needBox, readBoxes } from './bytes.ts'
import { codecOfEntry, supplementalCodecOf } from './codec-config.ts'
import { type Protection, type Pssh, readProtection, readPssh } from './protection.ts'

/** ISO/IEC 23091-2 code points as `colr` nclx states them. */
export type CodedColor = {
  readonly primaries: number
  readonly transfer: number
  readonly matrix: number
  readonly fullRange: boolean
}

/** ISO/IEC 14496-15 5.3.3: what decides which decoder can play it. */
export type AvcConfig = {
  readonly profile: number
  readonly compatibility: number
  readonly level: number
}

export type InitVideo = {
  readonly width: number
  readonly height: number
  readonly avc: AvcConfig | null
  /** Bytes of the length before each NAL unit; null where the codec has none. */
  readonly nalLengthSize: number | null
  readonly color: CodedColor | null
  /** Sample aspect ratio from `pasp`; 1:1 when absent. */
  readonly aspect: readonly [number, number]
}

export type InitAudio = { readonly channels: number; readonly sampleRateHz: number }

/** What `trex` says where a fragment is silent. */
export type SampleDefaults = { readonly duration: number; readonly size: number; readonly flags: number }

/** One `elst` entry. `mediaTime` −1 is an empty edit: nothing is shown for its duration (in movie ticks). */
export type Edit = { readonly duration: bigint; readonly mediaTime: bigint }

export type InitFacts = {
  readonly trackId: number
  readonly movieTimescale: number
  /** Ticks per second of everything in the segments. */
  readonly timescale: number
  /** `vide`, `soun` … */
  readonly handler: string
  /** ISO 639-2/T as in `mdhd`; `und` when unknown. */
  readonly language: string
  /** FourCC of the first sample entry: avc1, hvc1, mp4a …; where it is encrypted, of what it was before. */
  readonly sampleEntry: string
  /** RFC 6381, from the decoder's own configuration; null where that is missing or of an unknown kind. */
  readonly codec: string | null
  /** Dolby Vision on top of what `codec` says: `dvh1.08.07/db4h`. */
  readonly supplementalCodec: string | null
  /** null in the clear. */
  readonly protection: Protection | null
  readonly pssh: readonly Pssh[]
  readonly video: InitVideo | null
  readonly audio: InitAudio | null
  readonly edits: readonly Edit[]
  readonly defaults: SampleDefaults
}

/** @throws {HE_INPUT_DAMAGED} when it is no CMAF header, is cut off, or has not exactly one track. */
export function parseInit(bytes: Uint8Array): InitFacts {
  const moov = needBox(bytes, 'moov').body
  const traks = readBoxes(moov).filter(box => box.type === 'trak')
  if (traks.length !== 1) throw damaged(`a CMAF header has one track, this one has ${traks.length}`)
  const trak = traks[0]!.body
  const handler = readHandler(needBox(trak, 'mdia', 'hdlr').body)
  const stsd = new Cursor(needBox(trak, 'mdia', 'minf', 'stbl', 'stsd').body, 'stsd')
  stsd.skip(8)
  const entry = readBoxes(stsd.rest())[0]
  if (!entry) throw damaged('no sample entry')
  const boxes = boxesOfEntry(entry, handler)
  const hidden = readProtection(boxes)
  const sampleEntry = hidden?.original ?? entry.type
  return {
    trackId: readTrackId(needBox(trak, 'tkhd').body),
    movieTimescale: readTimes(needBox(moov, 'mvhd').body, 'mvhd').timescale,
    ...readTimes(needBox(trak, 'mdia', 'mdhd').body, 'mdhd'),
    handler,
    sampleEntry,
    codec: codecOfEntry(sampleEntry, boxes),
    supplementalCodec: supplementalCodecOf(sampleEntry, boxes),
    protection: hidden?.protection ?? null,
    pssh: readPssh(moov),
    video: handler === 'vide' ? readVideo(entry.body) : null,
    audio: handler === 'soun' ? readAudio(entry.body) : null,
    edits: readEdits(findBox(trak, 'edts', 'elst')?.body),
    defaults: readDefaults(findBox(moov, 'mvex', 'trex')?.body),
  }
}

/** Bytes of fields before the boxes of a sample entry: ISO/IEC 14496-12 12.1.3, 12.2.3; 8 for the others. */
const fieldBytes: Readonly<Record<string, number>> = { vide: 78, soun: 28 }

function boxesOfEntry(entry: Box, handler: string): Map<string, Box> {
  const fields = fieldBytes[handler]
  // Text entries hold strings before their boxes: nothing in them is needed here.
  if (fields === undefined) return new Map()
  const cursor = new Cursor(entry.body, 'sample entry')
  cursor.skip(fields)
  return new Map(readBoxes(cursor.rest()).map(box => [box.type, box]))
}

/**
 * Ticks to subtract from a decode or composition time to get presentation time: where the first edit enters the media,
 * less the silence before it. ISO/IEC 14496-12 8.6.6.
 */
export function editShift({ edits, movieTimescale, timescale }: InitFacts): bigint {
  let delay = 0n
  for (const { duration, mediaTime } of edits) {
    if (mediaTime >= 0n) return mediaTime - (delay * BigInt(timescale)) / BigInt(movieTimescale)
    delay += duration
  }
  return 0n
}

/** Of mvhd and mdhd, whose beginnings are the same. mdhd goes on with the language. */
function readTimes(body: Uint8Array, what: string): { timescale: number; language: string } {
  const cursor = new Cursor(body, what)
  const { version } = cursor.fullBox()
  cursor.skip(version === 1 ? 16 : 8)
  const timescale = cursor.u32()
  if (timescale === 0) throw damaged(`${what} has timescale 0`)
  cursor.skip(version === 1 ? 8 : 4)
  return { timescale, language: what === 'mdhd' ? readLanguage(cursor.u16()) : 'und' }
}

/** ISO/IEC 14496-12 8.4.2.3: three letters of five bits each, 0x60 below ASCII. */
function readLanguage(packed: number): string {
  const letters = [10, 5, 0].map(shift => String.fromCharCode(((packed >> shift) & 31) + 0x60)).join('')
  return /^[a-z]{3}$/.test(letters) ? letters : 'und'
}

function readHandler(body: Uint8Array): string {
  const cursor = new Cursor(body, 'hdlr')
  cursor.skip(8)
  return cursor.fourcc()
}

function readTrackId(body: Uint8Array): number {
  const cursor = new Cursor(body, 'tkhd')
  cursor.skip(cursor.fullBox().version === 1 ? 16 : 8)
  return cursor.u32()
}

function readVideo(entry: Uint8Array): InitVideo {
  const cursor = new Cursor(entry, 'visual sample entry')
  cursor.skip(24)
  const width = cursor.u16()
  const height = cursor.u16()
  cursor.skip(50)
  const boxes = new Map(readBoxes(cursor.rest()).map(box => [box.type, box.body]))
  const avcC = boxes.get('avcC')
  const hvcC = boxes.get('hvcC')
  const avc = avcC && readAvc(avcC)
  return {
    width,
    height,
    avc: avc?.config ?? null,
    nalLengthSize: avc?.nalLengthSize ?? (hvcC ? readHevcLengthSize(hvcC) : null),
    color: readColor(boxes.get('colr')),
    aspect: readAspect(boxes.get('pasp')),
  }
}

function readAvc(body: Uint8Array): { config: AvcConfig; nalLengthSize: number } {
  const cursor = new Cursor(body, 'avcC')
  cursor.skip(1)
  const config = { profile: cursor.u8(), compatibility: cursor.u8(), level: cursor.u8() }
  return { config, nalLengthSize: (cursor.u8() & 3) + 1 }
}

/** ISO/IEC 14496-15 8.3.3.1: lengthSizeMinusOne ends byte 21. */
function readHevcLengthSize(body: Uint8Array): number {
  const cursor = new Cursor(body, 'hvcC')
  cursor.skip(21)
  return (cursor.u8() & 3) + 1
}

function readColor(body: Uint8Array | undefined): CodedColor | null {
  if (!body) return null
  const cursor = new Cursor(body, 'colr')
  if (cursor.fourcc() !== 'nclx') return null
  return {
    primaries: cursor.u16(),
    transfer: cursor.u16(),
    matrix: cursor.u16(),
    fullRange: (cursor.u8() & 0x80) !== 0,
  }
}

function readAspect(body: Uint8Array | undefined): [number, number] {
  if (!body) return [1, 1]
  const cursor = new Cursor(body, 'pasp')
  return [cursor.u32(), cursor.u32()]
}

function readAudio(entry: Uint8Array): InitAudio {
  const cursor = new Cursor(entry, 'audio sample entry')
  cursor.skip(16)
  const channels = cursor.u16()
  cursor.skip(6)
  return { channels, sampleRateHz: cursor.u32() >>> 16 }
}

function readEdits(body: Uint8Array | undefined): Edit[] {
  if (!body) return []
  const cursor = new Cursor(body, 'elst')
  const { version } = cursor.fullBox()
  const count = cursor.u32()
  if (count * (version === 1 ? 20 : 12) > cursor.remaining) throw damaged('elst ends too early', { count })
  return Array.from({ length: count }, () => {
    const duration = version === 1 ? cursor.u64() : BigInt(cursor.u32())
    const mediaTime = version === 1 ? cursor.i64() : BigInt(cursor.i32())
    cursor.skip(4)
    return { duration, mediaTime }
  })
}

function readDefaults(body: Uint8Array | undefined): SampleDefaults {
  if (!body) return { duration: 0, size: 0, flags: 0 }
  const cursor = new Cursor(body, 'trex')
  cursor.skip(12)
  return { duration: cursor.u32(), size: cursor.u32(), flags: cursor.u32() }
}
