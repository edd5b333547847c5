// Sound and picture after ten minutes: a clock that is off by a sample a second would be 12.5 ms away.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { silentLog } from '../../src/core/index.ts'
import { VodOptions } from '../../src/plan/index.ts'
import { probe } from '../../src/probe/index.ts'
import { runVod } from '../../src/vod/index.ts'
import { instants, makeClicks, together } from './clicks.ts'
import { encodeFile } from './sound-kit.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffmpeg') ? false : 'no ffmpeg on this machine'
const run = { signal: new AbortController().signal, log: silentLog }
const SAMPLE_MS = 1000 / 48_000

it('sound and picture stay together for ten minutes, from 44.1 kHz', { skip }, async t => {
  const seconds = 602
  const dir = await mkdtemp(join(tmpdir(), 'headend-priming-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  const source = await makeClicks(join(dir, 'long.mov'), { seconds, fps: 5, rateHz: 44_100 })
  const file = await encodeFile(await probe(source, { ...run, scan: 'full' }), join(dir, 'long.mp4'), {
    container: 'mp4',
  })
  t.diagnostic(await together(file, SAMPLE_MS, instants(seconds)))
  const out = join(dir, 'long')
  const options = VodOptions.parse({ ladder: 'fixed', preset: 'ultrafast', vmafModel: 'off' })
  await runVod(source, out, { ...run, options, force: false })
  for (const manifest of ['master.m3u8', 'manifest.mpd'])
    t.diagnostic(`${manifest}: ${await together(join(out, manifest), SAMPLE_MS, instants(seconds))}`)
})
