// Presentations on this disk. A reference to another machine is refused: a file must not make us call anyone.
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadendError } from '../core/index.ts'
import { outOfRange, type Resource, type ResourceReader, tooLarge, type Wanted } from './resource.ts'

export const createFileReader = (folder: string): ResourceReader => ({
  url: null,
  async read(reference, wanted): Promise<Resource> {
    if (/^[a-z][a-z0-9+.-]*:/i.test(reference) || reference.startsWith('//'))
      throw new HeadendError('HE_FETCH_REFUSED', `${reference.slice(0, 200)} is an address in a local manifest`)
    if (reference.startsWith('/'))
      throw new HeadendError('HE_FETCH_REFUSED', `${reference.slice(0, 200)} counts from the root of a server`)
    return { bytes: await readPart(join(folder, decodePath(reference)), reference, wanted), transfer: null }
  },
})

/** RFC 3986: what stands behind ? and # names no file; %20 is a space. */
function decodePath(reference: string): string {
  const path = reference.replace(/[?#].*$/s, '')
  try {
    const decoded = decodeURIComponent(path)
    return decoded.includes('\0') ? path.replaceAll('\0', '') : decoded
  } catch {
    return path
  }
}

async function readPart(path: string, reference: string, { range, maxBytes, signal }: Wanted): Promise<Uint8Array> {
  signal.throwIfAborted()
  const found = await stat(path).catch(() => null)
  if (!found)
    throw new HeadendError('HE_INPUT_NOT_FOUND', `there is no ${reference.slice(0, 200)}`, { details: { path } })
  if (!found.isFile())
    throw new HeadendError('HE_INPUT_UNREADABLE', `${reference.slice(0, 200)} is no file`, { details: { path } })
  const { bytes: size, offset } = range ?? { bytes: found.size, offset: 0 }
  if (size > maxBytes) throw tooLarge(reference, maxBytes)
  if (offset + size > found.size) throw outOfRange(reference, { bytes: size, offset })
  try {
    await using file = await open(path, 'r')
    const buffer = new Uint8Array(size)
    const { bytesRead } = await file.read(buffer, 0, size, offset)
    if (bytesRead < size) throw outOfRange(reference, { bytes: size, offset })
    return buffer
  } catch (cause) {
    if (cause instanceof HeadendError) throw cause
    throw new HeadendError('HE_INPUT_UNREADABLE', `${reference.slice(0, 200)} cannot be read`, {
      cause,
      details: { path },
    })
  }
}
