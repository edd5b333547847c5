// Encoders of sound begin late by samples of their own. Whatever the codec and the container, a chirp comes out with its
// flash: measured by Debian's ffmpeg on the times that the file states. After ten minutes: priming-long.test.ts.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLog } from '../../src/core/index.ts'
import type { AudioCodec, ContainerName, MediaFacts } from '../../src/model/index.ts'
import { VodOptions } from '../../src/plan/index.ts'
import { probe } from '../../src/probe/index.ts'
import { runVod } from '../../src/vod/index.ts'
import { findEvents, instants, makeClicks, together } from './clicks.ts'
import { type Asked, encodeFile } from './sound-kit.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffmpeg') ? false : 'no ffmpeg on this machine'
const run = { signal: new AbortController().signal, log: silentLog }
const SAMPLE_MS = 1000 / 48_000
/** Matroska and FLV state times in whole milliseconds; the others to the sample, or to the 90 kHz of a transport stream. */
const COARSE: ReadonlySet<ContainerName> = new Set(['matroska', 'webm', 'flv'])
const allowedMs = (container: ContainerName): number => SAMPLE_MS + (COARSE.has(container) ? 1 : 0)

let dir: string
let clip: MediaFacts
const factsOf = (path: string): Promise<MediaFacts> => probe(path, { ...run, scan: 'full' })
before(async () => {
  if (skip) return
  dir = await mkdtemp(join(tmpdir(), 'headend-priming-'))
  clip = await factsOf(await makeClicks(join(dir, 'clip.mov'), { seconds: 5 }))
})
after(() => (skip ? undefined : rm(dir, { recursive: true, force: true })))

async function make(facts: MediaFacts, container: ContainerName, asked: Asked): Promise<string> {
  const out = join(dir, `${Object.values(asked).join('-')}.${container === 'mpegts' ? 'ts' : container}`)
  return encodeFile(facts, out, { container, ...asked })
}

const paths: readonly { readonly container: ContainerName; readonly codecs: readonly AudioCodec[]; asked?: Asked }[] = [
  { container: 'mp4', codecs: ['aac', 'ac3', 'eac3', 'opus', 'flac', 'alac', 'mp3'] },
  { container: 'mp4', codecs: ['aac', 'eac3', 'opus', 'mp3'], asked: { fragmented: true } },
  { container: 'mov', codecs: ['aac', 'ac3', 'eac3', 'alac', 'mp3', 'pcm'] },
  { container: 'mpegts', codecs: ['aac', 'ac3', 'eac3', 'mp3', 'opus'] },
  { container: 'matroska', codecs: ['aac', 'ac3', 'eac3', 'opus', 'flac', 'alac', 'mp3', 'pcm'] },
  { container: 'webm', codecs: ['opus'], asked: { codec: 'vp9' } },
  { container: 'flv', codecs: ['aac', 'mp3'] },
  { container: 'mxf', codecs: ['pcm'], asked: { codec: 'mpeg2' } },
]

describe('sound and picture stay together', { skip }, () => {
  for (const container of ['mp4', 'mov', 'mpegts', 'matroska'] as const)
    it(`Fraunhofer’s AAC in ${container}`, async t => {
      const path = await make(clip, container, { audioCodec: 'aac', aacEncoder: 'fdk' })
      t.diagnostic(await together(path, allowedMs(container), instants(5), container === 'mpegts'))
    })

  for (const { container, codecs, asked } of paths)
    for (const audioCodec of codecs)
      it(`${audioCodec} in ${asked?.fragmented ? 'fragmented ' : ''}${container}`, async t => {
        const path = await make(clip, container, { audioCodec, ...asked })
        const floats = container === 'mpegts' || container === 'flv'
        t.diagnostic(await together(path, allowedMs(container), instants(5), floats))
      })

  it('sound alone in a CMAF track file stands where it stood', async t => {
    const sound = { ...clip, video: [] }
    for (const audioCodec of ['aac', 'eac3', 'opus', 'flac']) {
      const { chirps } = await findEvents(await make(sound, 'cmaf', { audioCodec }), 'sound')
      const worst = Math.max(...instants(5).map((time, i) => Math.abs(chirps[i]! - time) * 1000))
      t.diagnostic(`${audioCodec}: ${worst.toFixed(3)} ms`)
      assert.ok(worst <= SAMPLE_MS, `${audioCodec} is off by ${worst} ms`)
    }
  })

  it('with sound that begins late, with a picture that begins late, and from a source that was primed itself', async t => {
    const late = await factsOf(await makeClicks(join(dir, 'late.mov'), { seconds: 5, soundFromS: 0.3 }))
    t.diagnostic(`sound late: ${await together(await make(late, 'mp4', { gopSeconds: 1.1 }), SAMPLE_MS, instants(5))}`)
    const blind = await factsOf(await makeClicks(join(dir, 'blind.mov'), { seconds: 5, pictureFromS: 0.4 }))
    t.diagnostic(
      `picture late: ${await together(await make(blind, 'mp4', { gopSeconds: 1.2 }), SAMPLE_MS, instants(5))}`,
    )
    const primed = await factsOf(await makeClicks(join(dir, 'primed.mov'), { seconds: 5, audioEncoder: 'aac' }))
    t.diagnostic(
      `primed: ${await together(await make(primed, 'mpegts', { gopSeconds: 1.3 }), SAMPLE_MS, instants(5), true)}`,
    )
  })

  it('in HLS and DASH packages', async t => {
    const out = join(dir, 'package')
    const options = VodOptions.parse({ ladder: 'fixed', preset: 'ultrafast', vmafModel: 'off' })
    await runVod(clip.path, out, { ...run, options, force: false })
    for (const manifest of ['master.m3u8', 'manifest.mpd'])
      t.diagnostic(`${manifest}: ${await together(join(out, manifest), SAMPLE_MS, instants(5))}`)
  })
})
