// Starts Shaka Packager, waits for it, and tells its failures apart.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statfs } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { HeadendError, type Log, onAbort } from '../core/index.ts'
import { openPackager } from './binary.ts'
import { openKeyFifo } from './key-fifo.ts'
import { createRedactor, formatKeyFlags, type LabelledKey } from './key-flags.ts'

export type PackagerRun = {
  readonly signal: AbortSignal
  readonly log: Log
  /** Where it runs; relative paths in the arguments start here. */
  readonly cwd: string
  /** Bytes that it is expected to write: less than this left on the disk counts as full. */
  readonly expectedBytes: number
  /** Instead of the one in the npm package. */
  readonly path?: string | null
  /** What it encrypts with; the caller disposes them. Neither arguments, environment, disk nor log see them. */
  readonly keys?: readonly LabelledKey[]
}

/** After SIGTERM. */
const GRACE_MS = 2000
const TAIL_LINES = 20

/**
 * Runs until it has ended, also when aborted: nothing of it writes afterwards.
 * @throws {HE_PACKAGER_MISSING} {HE_PACKAGER_FAILED} {HE_OUTPUT_FULL} {HE_OUTPUT_UNWRITABLE} {HE_KEY_INVALID}
 * {HE_KEY_HANDOVER} or the signal's reason.
 */
export async function runPackager(args: readonly string[], run: PackagerRun): Promise<void> {
  const { signal, cwd, keys } = run
  signal.throwIfAborted()
  await using packager = run.path === undefined ? await openPackager() : await openPackager(run.path)
  await using undo = new AsyncDisposableStack()
  const redactor = keys && undo.use(createRedactor(keys))
  const fifo = keys && undo.use(await openKeyFifo())
  const flags = keys && formatKeyFlags(keys)
  undo.defer(() => void flags?.fill(0))
  signal.throwIfAborted()
  const all = fifo ? [`--flagfile=${fifo.path}`, ...args] : args
  const child = spawn(packager.path, all, { cwd, env: {}, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
  const tail = collectTail(child, run.log, redactor?.redact)
  const gone = new AbortController()
  const handed = fifo && flags ? fifo.hand(flags, gone.signal).finally(() => fifo[Symbol.asyncDispose]()) : null
  // Whatever goes wrong with the keys, the packager must not wait for them.
  handed?.catch(() => child.kill('SIGKILL'))
  const code = await waitFor(child, packager.path, signal).finally(() => gone.abort())
  await handed
  signal.throwIfAborted()
  if (code !== 0) throw await explain(code, child.signalCode, tail, run)
}

type Child = ChildProcessByStdio<null, Readable, Readable>

/** The last lines of both streams, while every line goes to the log. */
function collectTail(child: Child, log: Log, redact = (line: string): string => line): readonly string[] {
  const tail: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', said => {
      if (said.trim() === '') return
      const line = redact(said)
      log.debug(line)
      // Of a file that is no media it prints a kilobyte in hex.
      tail.push(line.slice(0, 300))
      if (tail.length > TAIL_LINES) tail.shift()
    })
  }
  return tail
}

async function waitFor(child: Child, path: string, signal: AbortSignal): Promise<number | null> {
  let kill: NodeJS.Timeout | undefined
  using _ = onAbort(signal, () => {
    child.kill('SIGTERM')
    kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  })
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return code
  } catch (error) {
    throw new HeadendError('HE_PACKAGER_MISSING', 'the packager cannot be started', { cause: error, details: { path } })
  } finally {
    clearTimeout(kill)
  }
}

async function explain(
  code: number | null,
  killedBy: NodeJS.Signals | null,
  tail: readonly string[],
  { cwd, expectedBytes }: PackagerRun,
): Promise<HeadendError> {
  const said = tail.join('\n')
  const details = { code, signal: killedBy, lastLines: tail }
  // It names no errno: a write that fails says "possibly file permission issue or running out of disk space".
  if (/No space left|out of disk space/.test(said) && (await freeBytes(cwd)) < expectedBytes)
    return new HeadendError('HE_OUTPUT_FULL', `no space left for the package in ${cwd}`, { details })
  if (/Cannot (open|close) file (for write )?|out of disk space/.test(said) && !/for reading/.test(said))
    return new HeadendError('HE_OUTPUT_UNWRITABLE', `the packager cannot write to ${cwd}`, { details })
  const reason = tail.findLast(line => /\berror\b/i.test(line))?.replace(/^.*?\] /, '')
  const how = killedBy ? `was killed by ${killedBy}` : `ended with code ${code}`
  return new HeadendError('HE_PACKAGER_FAILED', `Shaka Packager ${how}${reason ? `: ${reason}` : ''}`, { details })
}

async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir)
  return bavail * bsize
}
