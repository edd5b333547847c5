// This box: what it is, and which encoders work on it, each proven by a trial in a process of its own.
import { availableParallelism, cpus, totalmem } from 'node:os'
import { HeadendError, type RunOptions } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import type { EncoderTrial, Machine } from '../model/index.ts'
import { type Candidate, type CandidateCodec, candidates, platforms } from './candidates.data.ts'

export type DetectOptions = Pick<RunOptions, 'signal' | 'log'> & {
  /** Only these codecs are tried; all when absent. */
  readonly codecs?: readonly CandidateCodec[]
  /** Asks the packager for its version; `packagerVersion` of packaging, which stands below this folder, fits. */
  readonly packagerVersion: (options: { signal: AbortSignal }) => Promise<string | null>
}

/** A driver that hangs is as good as none. */
const TRIAL_TIMEOUT_MS = 20_000
/** Trials of hardware wait for drivers, those of the CPU for the CPU: a few at a time are enough. */
const TRIALS_AT_ONCE = 4
const TRIAL = { width: 1280, height: 720, pixelFormat: 'yuv420p', frameRate: '30000/1001' }

/** @throws {HE_ENGINE_CRASHED} when not even the engine starts, or the signal's reason. */
export async function detectMachine(options: DetectOptions): Promise<Machine> {
  const { signal, log, codecs, packagerVersion } = options
  signal.throwIfAborted()
  const chosen = candidates.filter(({ codec }) => !codecs || codecs.includes(codec))
  const [about, packager, encoders] = await Promise.all([
    callEngine<{ ffmpeg: string }>('about', null, { signal, log }),
    packagerVersion({ signal }),
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
