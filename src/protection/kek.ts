// The key that wraps content keys (KEK): in a file beside the store, in a file that an environment variable names, or kept by a
// program of a key management system.
import { spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { HeadendError, Secret } from '../core/index.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

export type KekSource =
  | { readonly file: string }
  /** Run with the one argument `wrap` or `unwrap`: bytes on stdin, bytes on stdout. */
  | { readonly command: string }

const KEK_BYTES = 32
const COMMAND_MS = 30_000
const MAX_WRAPPED_BYTES = 16_384

/** A KEK and how the store remembers it. */
export type Kek = Disposable & {
  readonly id: string
  readonly secret: Secret
  /** Wrapped by the key management system; null where a file has it. */
  readonly wrapped: string | null
}

const locked = (message: string): HeadendError => new HeadendError('HE_KEY_STORE_LOCKED', message)

/** Tells KEKs apart without saying anything about them. */
const idOf = (secret: Secret): string =>
  secret.use(bytes => createHmac('sha256', bytes).update('headend kek id').digest('hex').slice(0, 16))

const kek = (secret: Secret, wrapped: string | null): Kek => ({
  id: idOf(secret),
  secret,
  wrapped,
  [Symbol.dispose]: () => secret[Symbol.dispose](),
})

/** The KEK that a store names. @throws {HE_KEY_STORE_LOCKED} {HE_KEY_SERVER_FAILED} */
export async function openKek(
  source: KekSource,
  { id, wrapped, signal }: { readonly id: string; readonly wrapped: string | null; readonly signal: AbortSignal },
): Promise<Kek> {
  const candidates: Kek[] = []
  if ('command' in source) {
    if (wrapped === null) throw locked('the store has its KEK in a file, not with a command')
    const bytes = await runKms(source.command, 'unwrap', Buffer.from(wrapped, 'base64'), signal)
    candidates.push(...split(bytes, `the answer of ${source.command}`, wrapped))
  } else {
    if (wrapped !== null) throw locked('the store has its KEK with a command, not in a file')
    candidates.push(...(await readKekFile(source.file)))
  }
  const found = candidates.find(each => each.id === id)
  for (const each of candidates) if (each !== found) each[Symbol.dispose]()
  if (!found) throw locked('this is not the KEK that wrapped the store')
  return found
}

async function readKekFile(path: string): Promise<Kek[]> {
  const bytes = await readPrivateFile(path, 2 * KEK_BYTES)
  if (!bytes) throw locked(`the KEK ${path} does not exist`)
  return split(bytes, path, null)
}

/** One KEK, or two where a rotation was cut off; zeroes `bytes`. */
function split(bytes: Buffer, where: string, wrapped: string | null): Kek[] {
  try {
    if (bytes.length !== KEK_BYTES && (wrapped !== null || bytes.length !== 2 * KEK_BYTES))
      throw locked(`${where} has ${bytes.length} bytes, not ${KEK_BYTES}`)
    const keys: Kek[] = []
    for (let at = 0; at < bytes.length; at += KEK_BYTES)
      keys.push(kek(new Secret(bytes.subarray(at, at + KEK_BYTES)), wrapped))
    return keys
  } finally {
    bytes.fill(0)
  }
}

/**
 * A KEK that is new, kept where `source` says. With `old`, a file holds both until `settleKek`: whenever it is cut off, the store
 * finds its own.
 */
export async function makeKek(source: KekSource, old: Kek | null, signal: AbortSignal): Promise<Kek> {
  const bytes = randomBytes(KEK_BYTES)
  const secret = new Secret(bytes)
  bytes.fill(0)
  if ('command' in source) {
    const copy = secret.use(each => Buffer.from(each))
    const wrapped = await runKms(source.command, 'wrap', copy, signal).finally(() => copy.fill(0))
    return kek(secret, wrapped.toString('base64'))
  }
  const made = kek(secret, null)
  if (!old) {
    const there = await readPrivateFile(source.file, 2 * KEK_BYTES)
    there?.fill(0)
    // A new store beside an old KEK: somebody lost the store, or names the wrong one.
    if (there) {
      made[Symbol.dispose]()
      return (await readKekFile(source.file))[0]!
    }
  }
  await writeKeks(source.file, old ? [made, old] : [made])
  return made
}

/** Forgets the KEK before this one. */
export async function settleKek(source: KekSource, now: Kek): Promise<void> {
  if ('file' in source) await writeKeks(source.file, [now])
}

async function writeKeks(path: string, keks: readonly Kek[]): Promise<void> {
  const parts = keks.map(({ secret }) => secret.use(bytes => Buffer.from(bytes)))
  const bytes = Buffer.concat(parts)
  try {
    await writePrivateFile(path, bytes)
  } finally {
    for (const part of [...parts, bytes]) part.fill(0)
  }
}

/** Nothing that the program says is repeated: it may hold what it was given. */
function runKms(command: string, verb: 'wrap' | 'unwrap', input: Uint8Array, signal: AbortSignal): Promise<Buffer> {
  const failed = (why: string): HeadendError => new HeadendError('HE_KEY_SERVER_FAILED', `the KMS command ${why}`)
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(COMMAND_MS)])
    const child = spawn(command, [verb], { stdio: ['pipe', 'pipe', 'ignore'], signal: limit, killSignal: 'SIGKILL' })
    const parts: Buffer[] = []
    let size = 0
    child.stdout.on('data', (part: Buffer) => {
      size += part.length
      if (size > MAX_WRAPPED_BYTES) child.kill('SIGKILL')
      else parts.push(part)
    })
    child.on('error', () =>
      reject(signal.aborted ? signal.reason : failed(limit.aborted ? `took over ${COMMAND_MS} ms` : 'cannot be run')),
    )
    child.on('close', code => {
      const out = Buffer.concat(parts)
      for (const part of parts) part.fill(0)
      if (code === 0 && size > 0 && size <= MAX_WRAPPED_BYTES) resolve(out)
      else {
        out.fill(0)
        reject(failed(code === 0 ? 'answered nothing, or too much' : `ended with exit code ${code}`))
      }
    })
    // A program that does not read its input says so by its exit.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
