// Which tools made this: for the report.
import { readFile } from 'node:fs/promises'
import type { RunOptions } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import type { Report } from '../model/index.ts'
import { packagerVersion } from '../packaging/index.ts'

/** The package's own version; its package.json stands two folders up, in a clone and when installed. */
export async function headendVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

export async function toolVersions({ signal, log }: Pick<RunOptions, 'signal' | 'log'>): Promise<Report['tool']> {
  const [headend, engine, packager] = await Promise.all([
    headendVersion(),
    callEngine<{ ffmpeg: string }>('about', {}, { signal, log }),
    packagerVersion({ signal }),
  ])
  return { headend, ffmpeg: engine.ffmpeg, packager }
}
