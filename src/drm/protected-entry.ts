// Sample entries of protected tracks: what stands in sinf, and what the entry was before.
import { type Box, Cursor, damaged, findBox, needBox, readBoxes } from '../manifest/index.ts'
import { readTenc, type SampleEncryption } from './cenc/track-encryption.ts'

/** Bytes of the fixed fields before the boxes of a sample entry (ISO/IEC 14496-12 12.1.3 and 12.2.3). */
const FIELDS: Readonly<Record<string, number>> = { vide: 78, soun: 28 }

export type SampleEntry = {
  /** As written: `encv` where protected. */
  readonly type: string
  /** What it is without protection: `frma` where there is one. */
  readonly format: string
  readonly protection: { readonly scheme: string; readonly encryption: SampleEncryption } | null
  readonly body: Uint8Array
  readonly boxes: readonly Box[]
  /** Offset of the first box in the body. */
  readonly fieldBytes: number
}

/** The entries of one track, in the order of their indices. @throws {HE_INPUT_DAMAGED} */
export function readSampleEntries(trak: Uint8Array): SampleEntry[] {
  const handler = new Cursor(needBox(trak, 'mdia', 'hdlr').body, 'hdlr')
  handler.skip(8)
  const fieldBytes = FIELDS[handler.fourcc()]
  const stsd = new Cursor(needBox(trak, 'mdia', 'minf', 'stbl', 'stsd').body, 'stsd')
  stsd.skip(8)
  return readBoxes(stsd.rest()).map(entry => readEntry(entry, fieldBytes))
}

function readEntry({ type, body }: Box, fieldBytes: number | undefined): SampleEntry {
  if (fieldBytes === undefined)
    return { type, format: type, protection: null, body, boxes: [], fieldBytes: body.length }
  if (body.length < fieldBytes) throw damaged(`sample entry ${type} ends too early`)
  const boxes = readBoxes(body.subarray(fieldBytes))
  const sinf = boxes.find(box => box.type === 'sinf')
  if (!sinf) return { type, format: type, protection: null, body, boxes, fieldBytes }
  const format = new Cursor(needBox(sinf.body, 'frma').body, 'frma').fourcc()
  const schm = findBox(sinf.body, 'schm')
  const tenc = findBox(sinf.body, 'schi', 'tenc')
  if (!schm || !tenc) return { type, format, protection: null, body, boxes, fieldBytes }
  const cursor = new Cursor(schm.body, 'schm')
  cursor.skip(4)
  return {
    type,
    format,
    protection: { scheme: cursor.fourcc(), encryption: readTenc(tenc.body) },
    body,
    boxes,
    fieldBytes,
  }
}
