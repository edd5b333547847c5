// This box: what it is, and which encoders work on it.
import { availableParallelism, cpus, totalmem } from 'node:os'
import type { RunOptions } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import type { Machine } from '../model/index.ts'
import { type CandidateCodec, candidateCodecs, candidatesFor } from './candidates.ts'
import { proveEncoders } from './prove-encoders.ts'

export type DetectOptions = Pick<RunOptions, 'signal' | 'log'> & {
  /** Only these codecs are tried; all when absent. */
  readonly codecs?: readonly CandidateCodec[]
  /** Asks the packager for its version; `packagerVersion` of packaging, which stands below this folder, fits. */
  readonly packagerVersion: (options: { signal: AbortSignal }) => Promise<string | null>
}

/** @throws {HE_ENGINE_CRASHED} when not even the engine starts, or the signal's reason. */
export async function detectMachine(options: DetectOptions): Promise<Machine> {
  const { signal, log, codecs = candidateCodecs, packagerVersion } = options
  signal.throwIfAborted()
  const [about, packager, encoders] = await Promise.all([
    callEngine<{ ffmpeg: string }>('about', null, { signal, log }),
    packagerVersion({ signal }),
    proveEncoders(codecs.flatMap(candidatesFor), { signal, log }),
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
