// Reads pieces of one file for the parsers that look at a container's outline by themselves.
import { open } from 'node:fs/promises'

/** Up to `length` bytes at `offset`; fewer at the end of the file. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>

export type OpenBytes = AsyncDisposable & { readonly readAt: ReadAt; readonly sizeBytes: number }

/** Opens `path` for reading at random places. @throws what the file system says. */
export async function openBytes(path: string): Promise<OpenBytes> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const readAt: ReadAt = async (offset, length) => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)))
      let done = 0
      while (done < buffer.length) {
        const { bytesRead } = await handle.read(buffer, done, buffer.length - done, offset + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return buffer.subarray(0, done)
    }
    return { readAt, sizeBytes: size, [Symbol.asyncDispose]: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error
  }
}
