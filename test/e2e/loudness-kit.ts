// What the tests of loudness share: sound, refusals, and the reading of Debian's ffmpeg.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { HeadendError } from '../../src/core/index.ts'

/** Pink noise that swells: it has a range, and peaks well above its loudness. */
export const swell = (level: number, seconds = 5, layout = 'stereo', format = 'fltp'): string =>
  `anoisesrc=r=48000:d=${seconds}:c=pink:a=${level}:seed=7,tremolo=f=0.5:d=0.6,aformat=sample_fmts=${format}:channel_layouts=${layout}`

/** What Debian's ebur128 reads of one track. */
export function independent(path: string, track = 0): { lufs: number; dbtp: number } {
  const command = 'ffmpeg -hide_banner -nostats -i "$0" -map "0:a:$1" -af ebur128=peak=true -f null - 2>&1'
  const text = execFileSync('bash', ['-c', command, path, String(track)], { encoding: 'utf8' })
  const summary = text.slice(text.lastIndexOf('Summary'))
  return {
    lufs: Number(/I:\s+(-?[\d.]+) LUFS/.exec(summary)?.[1]),
    dbtp: Number(/Peak:\s+(-?[\d.]+) dBFS/.exec(summary)?.[1]),
  }
}

/** It prints one decimal: half a unit of it is its own. */
export const ROUNDING = 0.05

export async function refuses(work: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(work, error => {
    assert.ok(error instanceof HeadendError, String(error))
    assert.equal(error.code, code, error.message)
    return true
  })
}
