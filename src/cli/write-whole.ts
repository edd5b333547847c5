// A page beside the result on the screen.
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HeadendError } from '../core/index.ts'

/**
 * What is written may be nothing that is read, under whatever name, and nothing else that is written. Before the work.
 * @throws {HE_USAGE}
 */
export async function refuseOverlap(
  written: readonly (string | undefined)[],
  read: readonly (string | undefined)[],
): Promise<void> {
  const isNamed = (path: string | undefined): path is string => path !== undefined
  const taken = new Map<string, string>()
  for (const path of read.filter(isNamed)) taken.set(await realName(path), `${path}, which is read`)
  for (const path of written.filter(isNamed)) {
    const name = await realName(path)
    const other = taken.get(name)
    if (other)
      throw new HeadendError('HE_USAGE', `${path} would replace ${other}`, { hint: 'Name another file to write to.' })
    taken.set(name, `${path}, which is written too`)
  }
}

/** Without links, also of a file that is not there yet. Renaming replaces a link, yet who named it meant its file. */
async function realName(path: string): Promise<string> {
  const whole = resolve(path)
  const folder = await realpath(dirname(whole)).catch(() => dirname(whole))
  return await realpath(whole).catch(() => join(folder, basename(whole)))
}

/** Before the work, not after it. @throws {HE_OUTPUT_UNWRITABLE} */
export async function refuseDirectory(path: string): Promise<void> {
  if ((await stat(path).catch(() => null))?.isDirectory()) throw unwritable(path, new Error('it is a folder'))
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
