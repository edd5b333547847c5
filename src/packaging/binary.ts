// Where the packager is: inside the npm package shaka-packager, one executable per platform.
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, chmod, copyFile, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { HeadendError } from '../core/index.ts'

/** Names as shaka-packager 3.4.2 ships them. */
const names: Readonly<Record<string, string>> = {
  'linux-x64': 'packager-linux-x64',
  'linux-arm64': 'packager-linux-arm64',
  'darwin-x64': 'packager-osx-x64',
  'darwin-arm64': 'packager-osx-arm64',
  'win32-x64': 'packager-win-x64.exe',
}

/** The executable for this platform, whether or not it may be executed; null where there is none. */
export function packagerPath(): string | null {
  const name = names[`${process.platform}-${process.arch}`]
  if (name === undefined) return null
  try {
    return join(dirname(createRequire(import.meta.url).resolve('shaka-packager/index.js')), 'bin', name)
  } catch {
    return null
  }
}

export type Packager = AsyncDisposable & { readonly path: string }

/**
 * A packager that may be started. npm keeps the executable bit of the archive, also with --ignore-scripts; where another
 * installer lost it, and the folder may be read-only, a private copy lives until disposed.
 * @throws {HE_PACKAGER_MISSING}
 */
export async function openPackager(path: string | null = packagerPath()): Promise<Packager> {
  if (path === null || !(await allowed(path, constants.R_OK)))
    throw new HeadendError('HE_PACKAGER_MISSING', 'there is no packager for this platform', {
      details: { platform: process.platform, arch: process.arch, path },
    })
  if (await allowed(path, constants.X_OK)) return { path, async [Symbol.asyncDispose]() {} }
  const dir = await mkdtemp(join(tmpdir(), 'headend-packager-'))
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true })
  try {
    const copy = join(dir, 'packager')
    await copyFile(path, copy)
    await chmod(copy, 0o700)
    return { path: copy, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw new HeadendError('HE_PACKAGER_MISSING', 'the packager is not executable and cannot be copied', {
      cause: error,
      details: { path },
    })
  }
}

const allowed = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  )

/** e.g. `v3.4.2-c819dea-release`; null where there is no packager that runs. @throws the signal's reason. */
export async function packagerVersion({ signal }: { signal: AbortSignal }): Promise<string | null> {
  signal.throwIfAborted()
  try {
    await using packager = await openPackager()
    const { stdout } = await promisify(execFile)(packager.path, ['--version'], { signal, env: {} })
    return /version (\S+)/.exec(stdout)?.[1] ?? null
  } catch {
    signal.throwIfAborted()
    return null
  }
}
