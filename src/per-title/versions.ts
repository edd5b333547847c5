// Which tools a trial's figures come from: another version may give others.
import type { RunOptions } from '../core/index.ts'
import { callEngine } from '../engine/index.ts'
import { headendVersion } from '../transcode/index.ts'

export async function toolVersions({ signal, log }: Pick<RunOptions, 'signal' | 'log'>): Promise<string> {
  const [headend, { ffmpeg }] = await Promise.all([
    headendVersion(),
    callEngine<{ ffmpeg: string }>('about', {}, { signal, log }),
  ])
  return `headend ${headend}, ffmpeg ${ffmpeg}`
}
