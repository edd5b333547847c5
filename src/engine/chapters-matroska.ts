// Chapters of Matroska and WebM files (RFC 9559 5.1.7): an element at the end of the Segment, and its entry in the SeekHead,
// for which FFmpeg leaves a Void behind it.
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { damaged, readExactly, type TimedChapter, writeFully } from './chapters-file.ts'

const EBML = 0x1a45dfa3
const SEGMENT = 0x18538067
const SEEK_HEAD = 0x114d9b74
const CHAPTERS = 0x1043a770
const VOID = 0xec
const CRC_32 = 0xbf

/** An element of `id`. @param lengthBytes - of its size; as few as will do when absent */
export function formatElement(id: number, body: Buffer, lengthBytes?: number): Buffer {
  const name = Buffer.from(id.toString(16), 'hex')
  let bytes = lengthBytes ?? 1
  // RFC 8794 4: all ones mean that the size is not known.
  while (lengthBytes === undefined && body.length >= 2 ** (7 * bytes) - 1) bytes++
  return Buffer.concat([name, vint(body.length, bytes), body])
}

function vint(value: number, bytes: number): Buffer {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(value) | (1n << BigInt(7 * bytes)))
  return size.subarray(8 - bytes)
}

function unsigned(id: number, value: bigint): Buffer {
  const hex = value.toString(16)
  return formatElement(id, Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'))
}

/** Times are nanoseconds whatever the TimestampScale is (5.1.7.1.4.3). */
export function formatChapters(chapters: readonly TimedChapter[]): Buffer {
  const atoms = chapters.map(({ startNs, endNs, title }, i) =>
    formatElement(
      0xb6,
      Buffer.concat([
        unsigned(0x73c4, BigInt(i + 1)),
        unsigned(0x91, startNs),
        ...(endNs > startNs ? [unsigned(0x92, endNs)] : []),
        formatElement(
          0x80,
          Buffer.concat([formatElement(0x85, Buffer.from(title)), formatElement(0x437c, Buffer.from('und'))]),
        ),
      ]),
    ),
  )
  return formatElement(CHAPTERS, formatElement(0x45b9, Buffer.concat(atoms)))
}

type Element = { readonly id: number; readonly offset: number; readonly body: number; readonly end: number }

async function readElement(file: FileHandle, offset: number): Promise<Element & { readonly sizeAt: number }> {
  const head = await readExactly(file, offset, 12)
  const idBytes = Math.clz32(head[0]!) - 23
  const sizeBytes = Math.clz32(head[idBytes] ?? 0) - 23
  if (idBytes > 4 || sizeBytes > 8) throw damaged(`no element at byte ${offset}`)
  const size = Number(
    BigInt(`0x${head.toString('hex', idBytes, idBytes + sizeBytes)}`) & ((1n << BigInt(7 * sizeBytes)) - 1n),
  )
  const body = offset + idBytes + sizeBytes
  return { id: head.readUIntBE(0, idBytes), offset, sizeAt: offset + idBytes, body, end: body + size }
}

export async function writeMatroskaChapters(
  file: FileHandle,
  chapters: readonly TimedChapter[],
  signal: AbortSignal,
): Promise<void> {
  const { size } = await file.stat()
  const ebml = await readElement(file, 0)
  if (ebml.id !== EBML) throw damaged('it is no Matroska file')
  const segment = await readElement(file, ebml.end)
  if (segment.id !== SEGMENT || segment.end !== size) throw damaged('its Segment does not end with the file')
  const sizeBytes = segment.body - segment.sizeAt
  const seekHead = await readElement(file, segment.body)
  const space = await readElement(file, seekHead.end)
  if (seekHead.id !== SEEK_HEAD || space.id !== VOID) throw damaged('it has no place for an entry in its SeekHead')
  const old = await readExactly(file, seekHead.body, seekHead.end - seekHead.body)
  const head = fill(addEntry(old, size - segment.body), space.end - seekHead.offset)
  const element = formatChapters(chapters)
  const length = size + element.length - segment.body
  if (sizeBytes < 8 && length >= 2 ** (7 * sizeBytes) - 1) throw damaged('its Segment cannot grow')
  signal.throwIfAborted()
  await writeFully(file, element, size)
  await writeFully(file, head, seekHead.offset)
  const grown = vint(length, sizeBytes)
  await writeFully(file, grown, segment.sizeAt)
}

/** The body of the SeekHead with an entry for Chapters (5.1.1), its checksum made anew where it has one. */
function addEntry(body: Buffer, position: number): Buffer {
  const hasCrc = body[0] === CRC_32 && body[1] === 0x84
  const id = Buffer.alloc(4)
  id.writeUInt32BE(CHAPTERS)
  const entry = formatElement(0x4dbb, Buffer.concat([formatElement(0x53ab, id), unsigned(0x53ac, BigInt(position))]))
  const entries = Buffer.concat([hasCrc ? body.subarray(6) : body, entry])
  if (!hasCrc) return entries
  const sum = Buffer.alloc(4)
  // RFC 8794 11.3.1: little-endian, over the rest of the parent.
  sum.writeUInt32LE(crc32(entries))
  return Buffer.concat([formatElement(CRC_32, sum), entries])
}

/** A SeekHead and a Void that together are `length` bytes long. */
function fill(body: Buffer, length: number): Buffer {
  let head = formatElement(SEEK_HEAD, body)
  // A Void has at least two bytes; a single one is taken up by a longer size.
  if (length - head.length === 1) head = formatElement(SEEK_HEAD, body, head.length - body.length - 4 + 1)
  const rest = length - head.length
  if (rest < 0) throw damaged('there is no room in its SeekHead')
  if (rest === 0) return head
  const lengthBytes = rest >= 9 ? 8 : 1
  return Buffer.concat([head, formatElement(VOID, Buffer.alloc(rest - 1 - lengthBytes), lengthBytes)])
}
