// Which tools made this: for the report.
import type { RunOptions } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import type { Report } from '../model/index.ts'
import { packagerVersion } from '../packaging/index.ts'
import { headendVersion } from '../transcode/index.ts'

export async function toolVersions({ signal, log }: Pick<RunOptions, 'signal' | 'log'>): Promise<Report['tool']> {
  const [headend, engine, packager] = await Promise.all([
    headendVersion(),
    callEngine<{ ffmpeg: string }>('about', {}, { signal, log }),
    packagerVersion({ signal }),
  ])
  return { headend, ffmpeg: engine.ffmpeg, packager }
}
