// Two-pass loudness on sound that is hard: peaks far above a quiet programme, 5.1, and silence. Measured again by Debian's ffmpeg.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLog } from '../../src/core/index.ts'
import type { Report } from '../../src/model/index.ts'
import { TranscodeOptions } from '../../src/plan/index.ts'
import { runTranscode } from '../../src/vod/index.ts'
import { makeClip } from '../media/make-media.ts'
import { hasTool } from './tools.ts'

const signal = new AbortController().signal
let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-loudness-'))
})
after(() => rm(dir, { recursive: true, force: true }))

async function normalise(name: string, graph: string): Promise<{ report: Report; out: string }> {
  const source = await makeClip(join(dir, `${name}.mkv`), {
    audio: [{ graph: `${graph},aformat=sample_fmts=s16`, encoder: 'pcm_s16le' }],
  })
  const out = join(dir, `${name}.mp4`)
  const options = TranscodeOptions.parse({ loudness: 'r128', channels: 'stereo' })
  return { report: (await runTranscode(source, out, { signal, log: silentLog, options, force: false })).report, out }
}

/** What Debian's ebur128 reads: integrated loudness and true peak. */
function independent(path: string): { lufs: number; dbtp: number } {
  const command = 'ffmpeg -hide_banner -nostats -i "$0" -af ebur128=peak=true -f null - 2>&1'
  const text = execFileSync('bash', ['-c', command, path], { encoding: 'utf8' })
  const summary = text.slice(text.lastIndexOf('Summary'))
  return {
    lufs: Number(/I:\s+(-?[\d.]+) LUFS/.exec(summary)?.[1]),
    dbtp: Number(/Peak:\s+(-?[\d.]+) dBFS/.exec(summary)?.[1]),
  }
}

describe('loudness to EBU R 128', () => {
  it('holds the true peak of clicks over a quiet programme, and says that it limited', async t => {
    // A −38 dBFS tone with a click near full scale every four seconds: linear gain alone would pass 0 dBTP by far.
    const graph =
      "aevalsrc='0.012*sin(2*PI*440*t)+if(lt(mod(t,4),0.0005),0.95*sin(2*PI*5000*t),0)':s=48000:d=12:c=stereo"
    const { report, out } = await normalise('clicks', graph)
    const track = report.plan.audio[0]!
    assert.equal(track.loudness.limiter, true)
    assert.deepEqual(
      report.verdict.checks.filter(check => check.status === 'fail'),
      [],
    )
    if (!hasTool('ffmpeg')) return t.skip('ffmpeg is not installed')
    const { lufs, dbtp } = independent(out)
    assert.ok(Math.abs(lufs + 23) <= 0.5, `${lufs} LUFS`)
    assert.ok(dbtp <= -0.8, `${dbtp} dBTP`)
  })

  it('brings 5.1 down to stereo at the target', async t => {
    const graph = 'sine=f=300:r=48000:d=8,volume=0.8,pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=0.4*c0|BR=0.4*c0'
    const { report, out } = await normalise('surround', graph)
    assert.equal(report.audio[0]?.channels, 2)
    assert.equal(report.plan.audio[0]?.loudness.limiter, false)
    if (!hasTool('ffmpeg')) return t.skip('ffmpeg is not installed')
    assert.ok(Math.abs(independent(out).lufs + 23) <= 0.5)
  })

  it('leaves silence alone', async () => {
    const { report } = await normalise('silence', 'anullsrc=r=48000:cl=stereo:d=3')
    assert.equal(report.plan.audio[0]?.loudness.gainDb, 0)
    assert.equal(report.verdict.status, 'pass')
  })
})
