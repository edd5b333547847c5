// Which arithmetic scores: our own, or an ffmpeg of this machine that was built with libvmaf. Asked for by name, never found by itself.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { HeadendError } from '../core/index.ts'
import type { VmafEngine } from '../model/index.ts'

const run = promisify(execFile)

/** `headend`, `ffmpeg` (by PATH), or the path of an ffmpeg. @throws {HE_VMAF_ENGINE} when it has no libvmaf */
export async function findEngine(name: string, signal: AbortSignal): Promise<VmafEngine> {
  if (name === 'headend') return { name: 'headend' }
  const options = { signal, timeout: 30_000, maxBuffer: 2 ** 22 }
  const ask = async (...args: string[]): Promise<string> => {
    try {
      return (await run(name, ['-hide_banner', ...args], options)).stdout
    } catch (error) {
      signal.throwIfAborted()
      throw new HeadendError('HE_VMAF_ENGINE', `${name} cannot be run`, { cause: error })
    }
  }
  // FFmpeg answers an unknown filter with exit code 0.
  if (!/^Filter libvmaf\b/m.test(await ask('-h', 'filter=libvmaf')))
    throw new HeadendError('HE_VMAF_ENGINE', `${name} was built without libvmaf`)
  const version = /ffmpeg version (\S+)/.exec(await ask('-version'))?.[1] ?? 'of unknown version'
  return { name: 'ffmpeg', path: name, version }
}
