// What trials showed, kept between runs: one small file for each, named by everything that its figures depend on.
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../core/index.ts'

const Figures = z.array(z.object({ bits: z.number(), vmaf: z.number() }))

export type TrialCache = {
  /** null where nothing is known. A file that cannot be read counts as nothing known. */
  readonly read: <T>(key: string, schema: z.ZodType<T>) => Promise<T | null>
  readonly write: (key: string, value: unknown) => Promise<void>
}

export const trialSchema = Figures

/** `$XDG_CACHE_HOME/headend`, else `~/.cache/headend`. */
export function cacheDir(): string {
  const { XDG_CACHE_HOME } = process.env
  return join(XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'headend')
}

/** A cache that cannot be written is told once and does without. */
export function createTrialCache(dir: string, log: Log): TrialCache {
  const pathOf = (key: string): string => join(dir, 'trials', key.slice(0, 2), `${key}.json`)
  let told = false
  return {
    async read(key, schema) {
      try {
        const parsed = schema.safeParse(JSON.parse(await readFile(pathOf(key), 'utf8')))
        return parsed.success ? parsed.data : null
      } catch {
        return null
      }
    },
    async write(key, value) {
      const path = pathOf(key)
      const partial = `${path}.${process.pid}.partial`
      try {
        await mkdir(join(path, '..'), { recursive: true })
        await writeFile(partial, JSON.stringify(value))
        await rename(partial, path)
      } catch (error) {
        if (!told) log.warn({ err: error }, `trials cannot be kept in ${dir}`)
        told = true
      }
    },
  }
}

/** Nothing is known and nothing is kept. */
export const noCache: TrialCache = { read: async () => null, write: async () => {} }

export const keyOf = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')

const BLOCK = 1 << 18
const BLOCKS = 64

/** Tells contents apart: the size, and 64 blocks of a quarter of a MiB evenly over the file; all of it when it is small. */
export async function fingerprint(path: string): Promise<string> {
  const { size } = await stat(path)
  await using file = await open(path)
  const hash = createHash('sha256').update(String(size))
  const buffer = Buffer.alloc(BLOCK)
  const step = size <= BLOCK * BLOCKS ? BLOCK : Math.floor((size - BLOCK) / (BLOCKS - 1))
  for (let at = 0; at < size; at += step) {
    const { bytesRead } = await file.read(buffer, 0, BLOCK, at)
    hash.update(buffer.subarray(0, bytesRead))
  }
  return hash.digest('hex')
}
