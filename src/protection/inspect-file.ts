// The bytes of a file that speak of its protection: all of it, but the media data of an MP4.
import { type FileHandle, open } from 'node:fs/promises'
import { HeadendError } from '../core/index.ts'
import { inspectProtection, type ProtectionFacts, psshFromText } from '../drm/index.ts'

/** More headers than this are no headers. */
const MAX_BYTES = 64 * 1024 * 1024

/**
 * `subject` is a path, or a pssh box as base64 or hex where there is no such file.
 * @throws {HE_INPUT_NOT_FOUND} {HE_INPUT_UNREADABLE} {HE_INPUT_UNSUPPORTED} {HE_INPUT_DAMAGED} {HE_PSSH_INVALID}
 */
export async function inspectFile(subject: string, { signal }: { signal: AbortSignal }): Promise<ProtectionFacts> {
  signal.throwIfAborted()
  await using file = await openOrNull(subject)
  if (file) return inspectProtection(await readHeaders(file, signal))
  const pssh = psshFromText(subject)
  if (!pssh)
    throw new HeadendError('HE_INPUT_NOT_FOUND', `${subject.slice(0, 200)} does not exist`, {
      hint: 'Give a file, or a whole pssh box as base64 or hex.',
    })
  return inspectProtection(pssh)
}

async function openOrNull(path: string): Promise<FileHandle | null> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENAMETOOLONG' || code === 'ENOTDIR') return null
    throw new HeadendError('HE_INPUT_UNREADABLE', `cannot read ${path}`, {
      cause: error,
      details: { path, errno: code },
    })
  }
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw new HeadendError('HE_INPUT_UNREADABLE', `${path} is not a file`, { details: { path } })
}

/** Everything but the bodies of mdat; what is no MP4 is read whole. */
async function readHeaders(file: FileHandle, signal: AbortSignal): Promise<Uint8Array> {
  const { size } = await file.stat()
  const head = await readAt(file, 0, Math.min(16, size))
  if (!/^[a-z0-9]{4}$/i.test(head.toString('latin1', 4, 8))) return readAt(file, 0, bounded(size))
  const pieces: Buffer[] = []
  let kept = 0
  for (let at = 0; at < size; ) {
    signal.throwIfAborted()
    const header = await readAt(file, at, Math.min(16, size - at))
    const short = header.length >= 8 ? header.readUInt32BE(0) : 8
    const bytes = short === 1 && header.length === 16 ? Number(header.readBigUInt64BE(8)) : short || size - at
    const end = Math.min(size, at + Math.max(8, bytes))
    if (header.toString('latin1', 4, 8) !== 'mdat') {
      kept = bounded(kept + end - at)
      pieces.push(await readAt(file, at, end - at))
    }
    at = end
  }
  return Buffer.concat(pieces)
}

function bounded(bytes: number): number {
  if (bytes <= MAX_BYTES) return bytes
  throw new HeadendError('HE_INPUT_UNSUPPORTED', `its headers are larger than ${MAX_BYTES / 1024 / 1024} MiB`)
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}
