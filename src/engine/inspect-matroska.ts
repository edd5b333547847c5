// The outline of a Matroska or WebM file (RFC 9559, EBML RFC 8794): its document type, and whether it is whole.
import type { ReadAt } from './inspect-bytes.ts'

export type MatroskaOutline = {
  /** matroska or webm. */
  readonly docType: string | null
  /** Bytes that Segment, Cluster or block sizes promise beyond the end of the file. */
  readonly missingBytes: number
}

const EBML = 0x1a45dfa3
const DOC_TYPE = 0x4282
const SEGMENT = 0x18538067
const CLUSTER = 0x1f43b675
// Only streams of unknown length are walked block by block; a cap keeps an hour-long recording from costing seconds.
const MAX_ELEMENTS = 100_000

type Element = {
  readonly id: number
  readonly body: number /** null: of unknown size. */
  readonly size: number | null
}

/** Reads one element header whose first byte is `bytes[0]` at `offset` of the file. */
function parseElement(bytes: Buffer, offset: number): Element | null {
  const id = parseVint(bytes, 0, true)
  if (!id || id.length > 4 || id.value === null) return null
  const size = parseVint(bytes, id.length, false)
  if (!size) return null
  return { id: id.value, body: offset + id.length + size.length, size: size.value }
}

/** RFC 8794 4: the leading zero bits of the first byte tell the length; all data bits set means unknown. */
function parseVint(bytes: Buffer, at: number, keepMarker: boolean): { value: number | null; length: number } | null {
  const first = bytes[at]
  if (first === undefined || first === 0) return null
  const length = Math.clz32(first) - 23
  if (at + length > bytes.length) return null
  let value = keepMarker ? first : first & (0xff >> length)
  let ones = (first & (0xff >> length)) === 0xff >> length
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]!
    value = value * 256 + byte
    ones &&= byte === 0xff
  }
  return { value: ones && !keepMarker ? null : value, length }
}

/** The outline, or null when the file does not begin with an EBML header. */
export async function readMatroskaOutline(readAt: ReadAt, sizeBytes: number): Promise<MatroskaOutline | null> {
  const head = await readAt(0, 4096)
  const ebml = parseElement(head, 0)
  if (ebml?.id !== EBML || ebml.size === null) return null
  const docType = readDocType(head.subarray(ebml.body, ebml.body + ebml.size))
  const start = ebml.body + ebml.size
  const segment = parseElement(await readAt(start, 16), start)
  if (segment?.id !== SEGMENT) return { docType, missingBytes: 0 }
  const end = segment.size === null ? await walk(readAt, segment.body, sizeBytes) : segment.body + segment.size
  return { docType, missingBytes: Math.max(0, end - sizeBytes) }
}

function readDocType(body: Buffer): string | null {
  let at = 0
  while (at < body.length) {
    const element = parseElement(body.subarray(at), at)
    if (!element || element.size === null) return null
    const end = element.body + element.size
    if (element.id === DOC_TYPE) return body.toString('latin1', element.body, end).replace(/\0.*$/s, '')
    at = end
  }
  return null
}

/** Where the last element of a Segment of unknown size ends. Clusters of unknown size are entered. */
async function walk(readAt: ReadAt, from: number, sizeBytes: number): Promise<number> {
  let at = from
  for (let count = 0; at < sizeBytes && count < MAX_ELEMENTS; count++) {
    const element = parseElement(await readAt(at, 12), at)
    if (!element) return at
    if (element.size !== null) at = element.body + element.size
    else if (element.id === CLUSTER) at = element.body
    else return at
  }
  return at
}
