// Output that appears whole or not at all: work in a sibling with a temporary name, rename at the end.
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HeadendError } from '../core/index.ts'

export type WorkDir = AsyncDisposable & {
  /** Where to write what will be delivered. */
  readonly out: string
  /** Where to write what will not. */
  readonly scratch: string
  /** Puts `out` in its final place. */
  commit(): Promise<void>
}

/** @throws {HE_OUTPUT_EXISTS} {HE_OUTPUT_UNWRITABLE} {HE_OUTPUT_FULL} */
export async function openWorkDir(target: string, { force }: { force: boolean }): Promise<WorkDir> {
  const final = resolve(target)
  await refuseExisting(final, force)
  const out = join(dirname(final), `.${basename(final)}.${randomUUID().slice(0, 8)}.partial`)
  const scratch = `${out}-scratch`
  try {
    await mkdir(dirname(final), { recursive: true })
    await mkdir(out)
    await mkdir(scratch)
  } catch (error) {
    throw unwritable(final, error)
  }
  return {
    out,
    scratch,
    async commit() {
      await rm(scratch, { recursive: true, force: true })
      const aside = `${out}-old`
      const replaced = await rename(final, aside).then(
        () => true,
        () => false,
      )
      try {
        await rename(out, final)
      } catch (error) {
        if (replaced) await rename(aside, final)
        throw unwritable(final, error)
      }
      if (replaced) await rm(aside, { recursive: true, force: true })
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([out, scratch].map(path => rm(path, { recursive: true, force: true })))
    },
  }
}

/** @throws {HE_OUTPUT_EXISTS} unless `force`; an empty directory counts as free. */
export async function refuseExisting(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (!found || force) return
  if (found.isDirectory() && (await readdir(path)).length === 0) return
  throw new HeadendError('HE_OUTPUT_EXISTS', `${path} exists already`, { details: { path } })
}

/** Errors of the file system as ours. */
export function unwritable(path: string, error: unknown): HeadendError {
  const { code } = error as NodeJS.ErrnoException
  const details = { path, errno: code }
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new HeadendError('HE_OUTPUT_FULL', `no space left for ${path}`, { cause: error, details })
  return new HeadendError('HE_OUTPUT_UNWRITABLE', `cannot write to ${path} (${code ?? 'unknown reason'})`, {
    cause: error,
    details,
  })
}
