// The file of a key store, and the lock that lets one process change it at a time.
import { open, readFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { HeadendError } from '../core/index.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'
import { WrappedKey } from './wrapped-key.ts'

const MAX_BYTES = 64 * 1024 * 1024
const LOCK_MS = 10_000

const StoreFile = z.strictObject({
  format: z.literal('headend-keys-1'),
  kek: z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/), wrapped: z.base64().nullable() }),
  keys: z.array(WrappedKey),
})
export type StoreFile = z.infer<typeof StoreFile>

/** Null when there is none. @throws {HE_KEY_STORE_INVALID} {HE_KEY_STORE_LOCKED} */
export async function readStoreFile(path: string): Promise<StoreFile | null> {
  const bytes = await readPrivateFile(path, MAX_BYTES)
  if (!bytes) return null
  const invalid = (why: string): HeadendError => new HeadendError('HE_KEY_STORE_INVALID', `${path} ${why}`)
  let data: unknown
  try {
    data = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw invalid('is not JSON')
  }
  const parsed = StoreFile.safeParse(data)
  if (!parsed.success)
    throw invalid(`is not a key store: ${parsed.error.issues[0]!.path.join('.') || 'its top'} is wrong`)
  if (new Set(parsed.data.keys.map(({ kid }) => kid)).size < parsed.data.keys.length)
    throw invalid('has two keys of one id')
  return parsed.data
}

export const writeStoreFile = (path: string, store: StoreFile): Promise<void> =>
  writePrivateFile(path, `${JSON.stringify(store, null, 1)}\n`)

/** Waits for other processes; a lock whose process has ended is taken over. @throws {HE_KEY_STORE_LOCKED} {HE_OUTPUT_UNWRITABLE} */
export async function lockStore(path: string, signal: AbortSignal): Promise<AsyncDisposable> {
  const lock = `${path}.lock`
  for (const end = Date.now() + LOCK_MS; ; ) {
    signal.throwIfAborted()
    try {
      await using file = await open(lock, 'wx', 0o600)
      await file.writeFile(`${process.pid}`)
      return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) }
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
        throw new HeadendError('HE_OUTPUT_UNWRITABLE', `cannot write ${lock}`, { cause })
    }
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''))
    if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true })
    else if (Date.now() > end)
      throw new HeadendError('HE_KEY_STORE_LOCKED', `another process holds ${lock}`, {
        hint: 'Remove it when no other Headend is changing the store.',
      })
    else await sleep(25)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
