// Key frames on the grid, whatever the encoder would choose; filters of the encoder's own; two passes.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HeadendError, silentLog } from '../../src/core/index.ts'
import { runSpec } from '../../src/engine/index.ts'
import type { GraphSpec } from '../../src/model/index.ts'
import { ffprobe, fileSpec, runAndCount } from './engine-kit.ts'
import { hasTool } from './tools.ts'

const skip = hasTool('ffprobe') ? false : 'no ffprobe on this machine'
const GRID = 24
/** 102 frames with a cut at frame 37, where every encoder would like a key frame. */
const cut =
  'testsrc2=s=320x180:r=30000/1001,trim=end_frame=37,format=yuv420p[a];mandelbrot=s=320x180:r=30000/1001,trim=end_frame=65,format=yuv420p[b];[a][b]concat=n=2:v=1:a=0'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-keys-'))
})
after(() => rm(dir, { recursive: true, force: true }))

async function keyFrames(path: string): Promise<number[]> {
  const { packets } = await ffprobe(path, '-show_packets')
  const frame = (seconds: string): number => Math.round((Number(seconds) * 30000) / 1001)
  assert.equal(packets!.length, 102)
  return packets!.filter(({ flags }) => flags!.includes('K')).map(({ pts_time }) => frame(pts_time!))
}

describe('keyFrameEvery', { skip }, () => {
  // Their own interval far away: what is on the grid was forced.
  const encoders: Record<string, Record<string, string | number>> = {
    libx264: { preset: 'veryfast', 'forced-idr': 1, g: 1000, 'x264-params': 'scenecut=0' },
    libx265: { preset: 'ultrafast', 'forced-idr': 1, g: 1000, 'x265-params': 'log-level=none:scenecut=0:open-gop=0' },
    libsvtav1: { preset: 12, crf: 45, b: 0, g: 1000 },
    // In `realtime` it places key frames at cuts and no option keeps it from that.
    'libvpx-vp9': { deadline: 'good', 'cpu-used': 5, b: 300_000, g: 1000, keyint_min: 1000 },
    mpeg2video: { b: 2_000_000, g: 600, bf: 2, flags: '+cgop', sc_threshold: 1_000_000_000 },
  }
  for (const [name, options] of Object.entries(encoders)) {
    it(`is what ${name} does at 30000/1001`, async () => {
      const path = join(dir, `${name}.mkv`)
      const encode = { name, options, frameRate: '30000/1001' as const, keyFrameEvery: GRID }
      await runAndCount(fileSpec(path, { format: 'matroska' }, [{ generate: cut, encode }]))
      assert.deepEqual(await keyFrames(path), [0, 24, 48, 72, 96])
    })
  }

  it('absent leaves key frames to the encoder: there is one at the cut', async () => {
    const path = join(dir, 'free.mkv')
    const encode = { name: 'libx264', options: { preset: 'veryfast', g: 1000 }, frameRate: '30000/1001' as const }
    await runAndCount(fileSpec(path, { format: 'matroska' }, [{ generate: cut, encode }]))
    assert.deepEqual(await keyFrames(path), [0, 37])
  })
})

describe('filters of the encoder', { skip }, () => {
  it('give it the samples it wants, and the grid counts on', async () => {
    const path = join(dir, 'filters.mkv')
    const encode = {
      name: 'libx264',
      options: { preset: 'ultrafast', 'forced-idr': 1, g: 1000 },
      filters: [{ name: 'format', args: { pix_fmts: 'yuv422p10le' } }],
      frameRate: '30000/1001' as const,
      keyFrameEvery: 50,
    }
    await runAndCount(fileSpec(path, { format: 'matroska' }, [{ generate: cut, encode }]))
    const { streams } = await ffprobe(path)
    assert.equal(streams[0]!.pix_fmt, 'yuv422p10le')
    assert.ok((await keyFrames(path)).includes(50))
  })
})

describe('two passes', { skip }, () => {
  const noise = 'testsrc2=s=320x180:r=25,trim=end_frame=100,noise=alls=20:allf=t,format=yuv420p'

  /** The first pass as a plan makes it: the encode node has no edge to anywhere. */
  function firstPass(encode: object): GraphSpec {
    const bounds = { maxItems: 4, maxBytes: 1 << 28 }
    return {
      nodes: [
        { id: 'generate', kind: 'generate', params: { type: 'video', graph: noise } },
        { id: 'encode', kind: 'encode', params: { type: 'video', ...encode } as never },
      ],
      edges: [{ from: 'generate.out', to: 'encode.in', ...bounds }],
    }
  }

  const encoders = {
    libx264: (pass: number) => ({
      preset: 'fast',
      b: 300_000,
      flags: `+pass${pass}`,
      stats: '{stats}',
      'x264-params': 'scenecut=0',
    }),
    libx265: (pass: number) => ({
      preset: 'ultrafast',
      b: 300_000,
      flags: `+pass${pass}`,
      'x265-stats': '{stats}',
      'x265-params': 'log-level=none',
    }),
  }
  for (const [name, options] of Object.entries(encoders)) {
    it(`of ${name} share their statistics and meet the average`, async () => {
      const stats = join(dir, `${name}.stats`)
      const path = join(dir, `${name}-2.mkv`)
      const encode = {
        name,
        options: options(2),
        firstPass: { options: options(1) },
        frameRate: '25/1' as const,
      }
      await runAndCount(firstPass({ ...encode, pass: { number: 1, stats } }))
      assert.ok((await stat(stats)).size > 1000)
      assert.equal((await readFile(stats, 'utf8')).split('\n').filter(line => line.startsWith('in:')).length, 100)
      const second = { ...encode, pass: { number: 2 as const, stats } }
      await runAndCount(fileSpec(path, { format: 'matroska' }, [{ generate: noise, encode: second }]))
      const { packets } = await ffprobe(path, '-show_packets')
      const rate = packets!.reduce((sum, { size }) => sum + Number(size) * 8, 0) / 4
      assert.equal(packets!.length, 100)
      assert.ok(Math.abs(rate / 300_000 - 1) < 0.15, `${Math.round(rate)} bit/s`)
    })
  }

  it('need a place for their statistics', async () => {
    const encode = { name: 'libx264', options: encoders.libx264(2), frameRate: '25/1' }
    await assert.rejects(
      runSpec(firstPass(encode), { signal: new AbortController().signal, log: silentLog }),
      error => error instanceof HeadendError && /statistics/.test(error.message),
    )
  })
})
