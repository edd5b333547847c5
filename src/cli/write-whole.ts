// A page beside the result on the screen.
import { open, rename, rm } from 'node:fs/promises'
import { HeadendError } from '../core/index.ts'

/** Before the work, not after it. @throws {HE_OUTPUT_UNWRITABLE} */
export async function refuseDirectory(path: string): Promise<void> {
  const partial = partialOf(path)
  try {
    await (await open(partial, 'w')).close()
    await rm(partial)
  } catch (error) {
    throw unwritable(path, error)
  }
}

const partialOf = (path: string): string => `${path}.partial`
const unwritable = (path: string, cause: unknown): HeadendError =>
  new HeadendError('HE_OUTPUT_UNWRITABLE', `cannot write ${path}`, { cause })

/** The file appears whole or not at all. @throws {HE_OUTPUT_UNWRITABLE} */
export async function writeWhole(path: string, text: string | Uint8Array): Promise<void> {
  const partial = partialOf(path)
  try {
    const file = await open(partial, 'w')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw unwritable(path, error)
  }
}
