// Progress of a packager that tells none: the segments it has finished, by their size.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { OnProgress } from '../core/index.ts'

const EVERY_MS = 500

export type Growth = Disposable & {
  /** Reports that all is done. */
  finish(): void
}

/**
 * Reports bytes written until disposed. A segment counts once its successor exists: it is complete then, and each is
 * looked at once.
 */
export function watchGrowth(
  dir: string,
  ids: readonly string[],
  totalBytes: number,
  onProgress: OnProgress | undefined,
): Growth {
  if (!onProgress) return { finish() {}, [Symbol.dispose]() {} }
  const started = performance.now()
  const next = new Map(ids.map(id => [id, 1]))
  let done = 0
  let stopped = false
  const tell = (): void => {
    const seconds = (performance.now() - started) / 1000
    // Boxes around the samples make the sum a little more than the inputs'.
    const shown = Math.min(done, totalBytes)
    const etaSeconds = shown > 0 ? (seconds * (totalBytes - shown)) / shown : null
    onProgress({ stage: 'package', done: shown, total: totalBytes, unit: 'bytes', fps: null, speed: null, etaSeconds })
  }
  const sizeOf = async (id: string, number: number): Promise<number | null> => {
    const found = await stat(join(dir, id, `${String(number).padStart(5, '0')}.m4s`)).catch(() => null)
    return found?.size ?? null
  }
  const look = async (): Promise<void> => {
    for (const id of ids) {
      let number = next.get(id)!
      while (!stopped && (await sizeOf(id, number + 1)) !== null) done += (await sizeOf(id, number++)) ?? 0
      next.set(id, number)
    }
    if (stopped) return
    tell()
    timer = setTimeout(look, EVERY_MS)
  }
  tell()
  let timer = setTimeout(look, EVERY_MS)
  return {
    finish() {
      done = totalBytes
      tell()
    },
    [Symbol.dispose]() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
