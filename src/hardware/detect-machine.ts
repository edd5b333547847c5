// This box: what it is, and which encoders work on it, each proven by a trial in a process of its own.
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { HeadendError, type RunOptions } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import type { EncoderTrial, Machine } from '../model/index.ts'
import { type Candidate, type CandidateCodec, candidates, platforms } from './candidates.data.ts'

export type DetectOptions = Pick<RunOptions, 'signal' | 'log'> & {
  /** Only these codecs are tried; all when absent. */
  readonly codecs?: readonly CandidateCodec[]
}

/** A driver that hangs is as good as none. */
const TRIAL_TIMEOUT_MS = 20_000
/** Trials of hardware wait for drivers, those of the CPU for the CPU: a few at a time are enough. */
const TRIALS_AT_ONCE = 4
const TRIAL = { width: 1280, height: 720, pixelFormat: 'yuv420p', frameRate: '30000/1001' }

/** @throws {HE_ENGINE_CRASHED} when not even the engine starts, or the signal's reason. */
export async function detectMachine({ signal, log, codecs }: DetectOptions): Promise<Machine> {
  signal.throwIfAborted()
  const chosen = candidates.filter(({ codec }) => !codecs || codecs.includes(codec))
  const [about, packager, encoders] = await Promise.all([
    callEngine<{ ffmpeg: string }>('about', null, { signal, log }),
    packagerVersion(signal),
    inOrder(chosen, candidate => tryCandidate(candidate, { signal, log })),
  ])
  return {
    platform: process.platform,
    arch: process.arch,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node,
    ffmpeg: about.ffmpeg,
    packager,
    encoders,
  }
}

async function tryCandidate(
  { codec, family, encoder, options }: Candidate,
  { signal, log }: Pick<RunOptions, 'signal' | 'log'>,
): Promise<EncoderTrial> {
  const known = { name: encoder, codec, family }
  const allowed = platforms[family]
  if (allowed !== 'all' && !allowed.includes(process.platform))
    return { ...known, works: false, reason: `not on ${process.platform}: only on ${allowed.join(', ')}`, elapsedMs: 0 }
  const started = performance.now()
  const timeout = AbortSignal.timeout(TRIAL_TIMEOUT_MS)
  try {
    const params = { encoder, ...TRIAL, options }
    const trial = await callEngine<EncoderTrial>('trial', params, { signal: AbortSignal.any([signal, timeout]), log })
    return { ...trial, ...known }
  } catch (error) {
    signal.throwIfAborted()
    const elapsedMs = Math.round(performance.now() - started)
    return { ...known, works: false, reason: timeout.aborted ? 'no answer from the driver' : explain(error), elapsedMs }
  }
}

/** A driver that takes the worker down is told by its last words. */
function explain(error: unknown): string {
  if (!(error instanceof HeadendError)) return String(error)
  const { stderr } = error.details
  const last = Array.isArray(stderr) ? stderr.at(-1) : undefined
  return typeof last === 'string' ? `${error.message}: ${last}` : error.message
}

/** Runs `work` on all items, a few at a time; results in the order of the items. */
async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length)
  const queue = items.entries()
  const run = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(TRIALS_AT_ONCE, availableParallelism()) }, run))
  return results
}

const packagerNames: Readonly<Record<string, string>> = {
  'linux-x64': 'packager-linux-x64',
  'linux-arm64': 'packager-linux-arm64',
  'darwin-x64': 'packager-osx-x64',
  'darwin-arm64': 'packager-osx-arm64',
  'win32-x64': 'packager-win-x64.exe',
}

/** As the executable itself says; null when there is none that runs. */
async function packagerVersion(signal: AbortSignal): Promise<string | null> {
  const name = packagerNames[`${process.platform}-${process.arch}`]
  if (!name) return null
  try {
    const root = dirname(createRequire(import.meta.url).resolve('shaka-packager/package.json'))
    const { stdout } = await promisify(execFile)(join(root, 'bin', name), ['--version'], { signal })
    return /version v?([\w.-]+)/.exec(stdout)?.[1] ?? null
  } catch {
    signal.throwIfAborted()
    return null
  }
}
