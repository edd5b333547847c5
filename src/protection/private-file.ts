// Files that only their owner may read: checked before they are read, replaced as a whole.
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { HeadendError } from '../core/index.ts'

const locked = (message: string, cause?: unknown): HeadendError =>
  new HeadendError('HE_KEY_STORE_LOCKED', message, cause === undefined ? {} : { cause })

/** Its bytes, or null when it does not exist. @throws {HE_KEY_STORE_LOCKED} when others may read or exchange it. */
export async function readPrivateFile(path: string, maxBytes: number): Promise<Buffer | null> {
  let file: FileHandle
  try {
    // A link could be turned elsewhere between the check and the reading.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw locked(`${path} cannot be read`, error)
  }
  try {
    const stat = await file.stat()
    const { mode, uid, size } = stat
    if (!stat.isFile()) throw locked(`${path} is not a file`)
    if (process.platform !== 'win32') {
      if (uid !== process.getuid?.()) throw locked(`${path} belongs to somebody else`)
      if (mode & 0o077) throw locked(`others may read ${path}: its mode is ${(mode & 0o777).toString(8)}, not 600`)
    }
    if (size > maxBytes) throw locked(`${path} has more than ${maxBytes} bytes`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** The file appears whole or not at all, with mode 0600. @throws {HE_OUTPUT_UNWRITABLE} */
export async function writePrivateFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const partial = `${path}.${randomBytes(6).toString('hex')}.partial`
  try {
    const file = await open(partial, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true })
    throw new HeadendError('HE_OUTPUT_UNWRITABLE', `cannot write ${path}`, { cause })
  }
}
