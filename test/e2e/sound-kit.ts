// Files made as `headend transcode` makes them, without the measuring around it, and their samples as Debian's ffmpeg reads them.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { silentLog } from '../../src/core/index.ts'
import type { EncodePlan, MediaFacts } from '../../src/model/index.ts'
import { planTranscode, TranscodeOptions } from '../../src/plan/index.ts'
import { runPlan } from '../../src/transcode/index.ts'

const run = { signal: new AbortController().signal, log: silentLog }
const execute = promisify(execFile)

export type Asked = Partial<Record<keyof TranscodeOptions, unknown>>

/** Plans and encodes `facts` into `out`, and returns it. */
export async function encodeFile(facts: MediaFacts, out: string, asked: Asked): Promise<string> {
  const options = TranscodeOptions.parse({ preset: 'ultrafast', vmafModel: 'off', ...asked })
  const plan: EncodePlan = planTranscode({ facts, loudness: {}, options })
  await runPlan(plan, { kind: 'one', path: out }, run)
  return out
}

/** One array per channel of a track, from the file's time zero on. */
export async function decodeSamples(
  path: string,
  channels: number,
  { track = 0, rateHz = 48_000 }: { readonly track?: number; readonly rateHz?: number } = {},
): Promise<Float32Array[]> {
  const chain = `aresample=${rateHz}:async=1:first_pts=0`
  const read = ['-v', 'error', '-copyts', '-i', path, '-map', `0:a:${track}`, '-af', chain]
  const { stdout } = await execute('ffmpeg', [...read, '-f', 'f32le', 'pipe:1'], {
    encoding: 'buffer',
    maxBuffer: 1 << 28,
  })
  const all = new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length))
  return Array.from({ length: channels }, (_, c) =>
    Float32Array.from({ length: all.length / channels }, (_, i) => all[i * channels + c]!),
  )
}

/** Amplitude of a sine that starts at phase 0, with its sign; over a whole second from `from` on. */
export function sineLevel(samples: Float32Array, hz: number, from = 24_000, rateHz = 48_000): number {
  let sum = 0
  for (let i = from; i < from + rateHz; i++) sum += samples[i]! * Math.sin((2 * Math.PI * hz * i) / rateHz)
  return (2 * sum) / rateHz
}
