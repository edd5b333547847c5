// Chapters of MP4 and QuickTime files: a `chpl` box in moov/udta, as Nero defined it and FFmpeg, VLC, mpv and MediaInfo read
// it (FFmpeg movenc.c, mov_write_chpl_tag). ISO/IEC 14496-12 names no chapters.
import type { FileHandle } from 'node:fs/promises'
import { damaged, readExactly, type TimedChapter, writeFully } from './chapters-file.ts'
import { type Box, parseBoxHeader } from './iso-boxes-header.ts'
import { joinBox, moveOffsets, replaceInUdta } from './iso-moov.ts'

/** The count is one byte. */
const MAX_CHAPTERS = 255
const MAX_TITLE_BYTES = 255
const COPY_BYTES = 8 << 20
/** Of the box header of a `free` that stands for the rest of a place. */
const HEADER = 8

/** Version 1: a count, then for each the start in units of 100 ns, and the title in UTF-8 after its length. */
export function formatChpl(chapters: readonly TimedChapter[]): Buffer {
  const kept = chapters.slice(0, MAX_CHAPTERS)
  const entries = kept.map(({ startNs, title }) => {
    const text = cutText(title)
    const entry = Buffer.alloc(9 + text.length)
    entry.writeBigUInt64BE(startNs / 100n)
    entry[8] = text.length
    text.copy(entry, 9)
    return entry
  })
  return joinBox('chpl', Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, kept.length]), ...entries)
}

/** At most 255 bytes, cut between characters. */
function cutText(title: string): Buffer {
  const text = Buffer.from(title, 'utf8')
  if (text.length <= MAX_TITLE_BYTES) return text
  let end = MAX_TITLE_BYTES
  while ((text[end]! & 0xc0) === 0x80) end--
  return text.subarray(0, end)
}

export async function writeIsoChapters(
  file: FileHandle,
  chapters: readonly TimedChapter[],
  signal: AbortSignal,
): Promise<void> {
  const { size } = await file.stat()
  const boxes = await listBoxes(file, size)
  const at = boxes.findIndex(({ type }) => type === 'moov')
  const moov = boxes[at]
  if (!moov) throw damaged('there is no moov')
  const free = boxes[at + 1]?.type === 'free' ? boxes[at + 1] : undefined
  const old = await readExactly(file, moov.offset + moov.headerBytes, moov.end - moov.offset - moov.headerBytes)
  let body = replaceInUdta(old, 'chpl', formatChpl(chapters))
  const place = (free ?? moov).end - moov.offset
  let rest = place - HEADER - body.length
  if (rest > 0 && rest < HEADER) {
    // Too little for a box of its own: one more inside makes it a matter of growing.
    body = Buffer.concat([body, joinBox('free')])
    rest -= HEADER
  }
  if (rest >= 0 || moov.end === size) {
    const padding = rest > 0 ? joinBox('free', Buffer.alloc(rest - HEADER)) : Buffer.alloc(0)
    await writeFully(file, Buffer.concat([joinBox('moov', body), padding]), moov.offset)
    return
  }
  const moved = moveOffsets(body, moov.end, grown => HEADER + grown.length - (moov.end - moov.offset))
  await shift(file, moov.end, size, moved.by, signal)
  await writeFully(file, joinBox('moov', moved.body), moov.offset)
  await moveFragmentIndex(file, boxes, moved.by)
}

async function listBoxes(file: FileHandle, size: number): Promise<Box[]> {
  const boxes: Box[] = []
  for (let offset = 0; offset < size; offset = boxes.at(-1)!.end) {
    const header = await readExactly(file, offset, Math.min(16, size - offset))
    const box = parseBoxHeader(header, offset, size)
    if (!box || box.end > size) throw damaged(`no box at byte ${offset}`)
    boxes.push(box)
  }
  return boxes
}

/** Moves what lies in `from` … `end` towards the end of the file, the last piece first. */
async function shift(file: FileHandle, from: number, end: number, by: number, signal: AbortSignal): Promise<void> {
  for (let to = end; to > from; ) {
    signal.throwIfAborted()
    const begin = Math.max(from, to - COPY_BYTES)
    await writeFully(file, await readExactly(file, begin, to - begin), begin + by)
    to = begin
  }
}

/** The random access index at the end of a fragmented file (8.8.9–8.8.11) counts from the begin of the file, as moov does. */
async function moveFragmentIndex(file: FileHandle, boxes: readonly Box[], by: number): Promise<void> {
  const mfra = boxes.findLast(({ type }) => type === 'mfra')
  if (!mfra) return
  const bytes = await readExactly(file, mfra.offset + by, mfra.end - mfra.offset)
  for (let at = mfra.headerBytes; at < bytes.length; ) {
    const box = parseBoxHeader(bytes.subarray(at), at, bytes.length)
    if (!box) break
    if (box.type === 'tfra') moveTfra(bytes.subarray(box.offset + box.headerBytes, box.end), by)
    at = box.end
  }
  await writeFully(file, bytes, mfra.offset + by)
}

function moveTfra(tfra: Buffer, by: number): void {
  const wide = tfra[0] === 1
  const lengths = tfra[11]!
  const numbers = 3 + ((lengths >> 4) & 3) + ((lengths >> 2) & 3) + (lengths & 3)
  const count = tfra.readUInt32BE(12)
  for (let i = 0, at = 16; i < count; i++, at += (wide ? 16 : 8) + numbers) {
    if (wide) tfra.writeBigUInt64BE(tfra.readBigUInt64BE(at + 8) + BigInt(by), at + 8)
    else tfra.writeUInt32BE(tfra.readUInt32BE(at + 4) + by, at + 4)
  }
}
