// What the writers of chapters share: a chapter with its times, and reading of the file they change.
import type { FileHandle } from 'node:fs/promises'
import { HeadendError } from '../core/index.ts'

export type TimedChapter = { readonly startNs: bigint; readonly endNs: bigint; readonly title: string }

/** Exactly `length` bytes. @throws {HE_MUX_FAILED} when the file ends before */
export async function readExactly(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, offset)
  if (bytesRead < length) throw damaged('it ends too early')
  return buffer
}

export const damaged = (why: string): HeadendError =>
  new HeadendError('HE_MUX_FAILED', `chapters cannot be written: ${why}`)

/** All of `bytes` at `offset`. */
export async function writeFully(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done)
    done += bytesWritten
  }
}
