// The ffmpeg command that a plan prints does what the plan says: Debian's ffmpeg runs it, Debian's ffprobe reads the result.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import type { z } from 'zod'
import { silentLog } from '../../src/core/index.ts'
import type { EncodePlan } from '../../src/model/index.ts'
import { explainPlan, TranscodeOptions } from '../../src/plan/index.ts'
import { planFile } from '../../src/vod/index.ts'
import { findSource, makeSource } from '../media/conformance-sources.ts'
import { tool } from './conformance-facts.ts'
import { promisesOf } from './conformance-promises.ts'
import { compare, formatReadings, readBack } from './read-back.ts'
import { hasTool } from './tools.ts'

const run = promisify(execFile)
const missing = ['ffmpeg', 'ffprobe', 'mediainfo'].filter(name => !hasTool(name))

const cases: readonly { readonly source: string; readonly options: Partial<z.input<typeof TranscodeOptions>> }[] = [
  { source: 'hd-film', options: { codec: 'h264' } },
  { source: 'sd-25i', options: { codec: 'h264', container: 'mpegts' } },
  { source: 'two-tracks', options: { codec: 'hevc', bitrate: '1M', passes: 2 } },
  { source: 'small-hdr10', options: { codec: 'hevc' } },
  { source: 'rotated', options: { codec: 'vp9', container: 'webm' } },
  { source: 'prores-422', options: { codec: 'ffv1', container: 'matroska' } },
  { source: 'full-chroma', options: { codec: 'prores', container: 'mov' } },
  { source: 'small-hdr10', options: { dynamicRange: 'sdr' } },
]

/**
 * What FFmpeg 5.1's command line writes otherwise than the engine does, and no option of the plan could change. Each with
 * its reason; everything else must be equal.
 */
const byCommandLine: readonly { readonly fact: RegExp; readonly because: string }[] = [
  {
    fact: /^container\.(masteringDisplay|contentLight)$/,
    because: 'FFmpeg before 6.1 takes no boxes from what it encodes',
  },
  {
    fact: /^startTime$/,
    because: 'it moves all of the file by the delay of the sound’s encoder, where it is the longer',
  },
  { fact: /^audio\.\d\.default$/, because: 'dispositions are the muxer’s defaults' },
]

/** Filters and encoders that this ffmpeg does not have. */
async function lacking({ video, audio }: EncodePlan): Promise<string[]> {
  const names = async (list: string): Promise<Set<string>> =>
    new Set((await tool('ffmpeg', '-hide_banner', list)).split('\n').map(line => line.trim().split(/\s+/)[1] ?? ''))
  const [filters, encoders] = await Promise.all([names('-filters'), names('-encoders')])
  const chains = [
    video?.prepare ?? [],
    ...(video?.renditions ?? []).map(each => each.filters),
    ...audio.map(each => each.filters),
  ]
  const options = video?.renditions.flatMap(({ encoder }) => Object.keys(encoder.options)) ?? []
  const coders = [...(video?.renditions ?? []), ...audio].map(({ encoder }) => encoder.name)
  return [
    ...chains.flat().flatMap(({ name }) => (filters.has(name) ? [] : [name])),
    // Two passes of libx265 have an option of their own from FFmpeg 8 on.
    ...options.filter(name => name === 'x265-stats'),
    ...coders.filter(name => name !== 'copy' && !encoders.has(name)),
  ]
}

describe('the command that explains a plan', {
  skip: missing.length > 0 && `${missing.join(', ')} missing`,
  concurrency: 2,
}, () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-explain-'))
  })
  after(() => rm(dir, { recursive: true, force: true }))

  for (const { source, options } of cases) {
    it(`${source} ${Object.values(options).join(' ')}`, async t => {
      const work = await mkdtemp(join(dir, 'work-'))
      const input = await makeSource(work, findSource(source), t.signal)
      const asked = TranscodeOptions.parse({ preset: 'veryfast', hw: 'none', gopSeconds: 0.2, ...options })
      const { plan } = await planFile(input, asked, { signal: t.signal, log: silentLog })
      const unknown = await lacking(plan)
      if (unknown.length > 0) return t.skip(`this ffmpeg has no ${[...new Set(unknown)].join(', ')}`)
      const before = new Set(await readdir(work))
      const { ffmpeg } = explainPlan(plan)
      await run('sh', ['-c', ffmpeg.replaceAll('ffmpeg ', 'ffmpeg -v error -nostdin -y ')], { cwd: work })
      const made = (await readdir(work)).filter(name => !before.has(name) && /^out\./.test(name))
      assert.equal(made.length, 1, `the command writes one file, not ${made.join(', ')}`)
      const readings = await readBack(join(work, made[0]!), plan.video ? { grid: plan.video.frameRate } : {})
      const promises = promisesOf(plan).filter(({ fact }) => !byCommandLine.some(each => each.fact.test(fact)))
      const wrong = compare(promises, readings)
      assert.deepEqual(
        wrong,
        [],
        `${ffmpeg}\n${formatReadings(
          readings,
          wrong.map(({ fact }) => fact),
        )}`,
      )
    })
  }
})
