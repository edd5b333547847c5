// Tries encoders with exactly the settings that will run, each in a process of its own: a driver that hangs or crashes is a result.
import { availableParallelism } from 'node:os'
import { HeadendError, type RunOptions } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import { type EncoderTrial, videoCodecs } from '../model/index.ts'
import { type Candidate, codecOf } from './candidates.ts'
import { platforms } from './families.data.ts'

/** A driver that hangs is as good as none. */
const TRIAL_TIMEOUT_MS = 20_000
/** Trials of hardware wait for drivers, those of the CPU for the CPU: a few at a time are enough. */
const TRIALS_AT_ONCE = 4

export type ProveOptions = Pick<RunOptions, 'signal' | 'log'> & {
  /** How long one trial may take; for tests. */
  readonly timeoutMs?: number
}

/** One trial per candidate, in their order; never throws for an encoder that does not work. @throws the signal's reason. */
export async function proveEncoders(candidates: readonly Candidate[], options: ProveOptions): Promise<EncoderTrial[]> {
  options.signal.throwIfAborted()
  const results = new Array<EncoderTrial>(candidates.length)
  const queue = candidates.entries()
  const work = async (): Promise<void> => {
    for (const [index, candidate] of queue) results[index] = await prove(candidate, options)
  }
  await Promise.all(Array.from({ length: Math.min(TRIALS_AT_ONCE, availableParallelism()) }, work))
  return results
}

async function prove(candidate: Candidate, { signal, log, timeoutMs }: ProveOptions): Promise<EncoderTrial> {
  const { name, family } = candidate.settings
  const known = { name, family, codec: codecOf(name, videoCodecs) ?? 'unknown' }
  const allowed = platforms[family]
  if (allowed !== 'all' && !allowed.includes(process.platform))
    return { ...known, works: false, reason: `not on ${process.platform}: only on ${allowed.join(', ')}`, elapsedMs: 0 }
  const started = performance.now()
  const timeout = AbortSignal.timeout(timeoutMs ?? TRIAL_TIMEOUT_MS)
  try {
    const trial = await callEngine<EncoderTrial>('trial', candidate, {
      signal: AbortSignal.any([signal, timeout]),
      log,
    })
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
