// What the analysis says of made pictures, against how they were made; SI and TI against Debian's ffmpeg.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { type Progress, silentLog } from '../../src/core/index.ts'
import { Complexity, type EncodePlan, type MuxResult, type ReadResult } from '../../src/model/index.ts'
import { analyse } from '../../src/per-title/analyse.ts'
import { planTrials, type TrialOptions } from '../../src/plan/index.ts'
import { probe } from '../../src/probe/index.ts'
import { makeClip } from '../media/make-media.ts'
import { runAndCount } from './engine-kit.ts'
import { hasTool } from './tools.ts'

const run = { signal: new AbortController().signal, log: silentLog }
const ffmpeg = promisify(execFile)

let dir: string
let count = 0
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-complexity-'))
})
after(() => rm(dir, { recursive: true, force: true }))

/** Without loss. */
const clip = (graph: string, format = 'yuv420p'): Promise<string> =>
  makeClip(join(dir, `clip-${count++}.mkv`), {
    video: `${graph},format=${format}`,
    videoEncoder: { name: 'ffv1', options: { level: 3, g: 1 } },
    frameRate: '25/1',
    format: 'matroska',
  })

async function planOf(path: string): Promise<EncodePlan> {
  const facts = await probe(path, { ...run, scan: 'full' })
  const { displayWidth: width, displayHeight: height } = facts.video[0]!
  const options: TrialOptions = {
    preset: 'superfast',
    gopSeconds: 1,
    segmentSeconds: 1,
    vmafModel: 'off',
    vmafEvery: 1,
    vmafFrames: 9,
    targets: [],
  }
  return planTrials(facts, options, [
    { id: 't0', codec: 'h264', width, height, quality: 30 } as Parameters<typeof planTrials>[2][number],
  ])
}

async function complexityOf(path: string, onProgress?: (progress: Progress) => void): Promise<Complexity> {
  const found = await analyse(await planOf(path), dir, onProgress ? { ...run, onProgress } : run)
  assert.deepEqual(Complexity.parse(JSON.parse(JSON.stringify(found))), found)
  return found
}

const starts = ({ shots }: Complexity): string =>
  shots.map(({ frame, transition }) => `${frame} ${transition}`).join(', ')

const SIZE = 's=320x180:r=25'
const grid = 'settb=1/25,setpts=N,fps=25,format=yuv420p'
const scenes = {
  chart: (frames: number) => `testsrc2=${SIZE},trim=end_frame=${frames},${grid}`,
  zoom: (frames: number) =>
    `mandelbrot=${SIZE}:start_scale=0.3:end_scale=0.1:end_pts=100:maxiter=200,trim=end_frame=${frames},${grid}`,
  /** Soft, nearly still. */
  ramp: (frames: number) =>
    `gradients=${SIZE}:speed=0.0001:c0=0x203040:c1=0xc0b090:x0=0:y0=0:x1=319:y1=179:nb_colors=2,trim=end_frame=${frames},${grid}`,
}

describe('shots of made titles', () => {
  it('a cut, a dissolve and a fade through black', async () => {
    const graph = [
      `${scenes.chart(30)}[a]`,
      `${scenes.zoom(50)}[b]`,
      `${scenes.ramp(60)},fade=out:s=45:n=15[c]`,
      `${scenes.chart(30)},fade=in:s=0:n=10[d]`,
      '[b][c]xfade=transition=fade:duration=0.8:offset=1.2[bc]',
      `[a][bc][d]concat=n=3:v=1:a=0`,
    ].join(';')
    const path = await clip(graph)
    const progress: Progress[] = []
    const found = await complexityOf(path, each => progress.push(each))
    // 30 of the chart, then the zoom, which dissolves over 20 frames from 60 on; the ramp ends with the 120th frame.
    const [first, cut, dissolve, fade, ...more] = found.shots
    assert.deepEqual(
      [first!.frame, first!.transition, cut!.frame, cut!.transition],
      [0, 'start', 30, 'cut'],
      starts(found),
    )
    assert.equal(dissolve!.transition, 'dissolve', starts(found))
    assert.ok(Math.abs(dissolve!.frame - 70) <= 4, starts(found))
    assert.equal(fade!.transition, 'fade')
    assert.ok(fade!.frame >= 120 && fade!.frame <= 122, starts(found))
    assert.deepEqual(more, [])
    assert.equal(found.frames, 150)
    assert.equal(
      found.shots.reduce((sum, { frames }) => sum + frames, 0),
      150,
    )
    assert.ok(cut!.ti > 5 * dissolve!.ti, 'the zoom moves, the ramp does not')
    assert.ok(first!.si > 2 * dissolve!.si, 'the chart has edges, the ramp has none')
    assert.deepEqual(
      found.gops.map(({ frame, frames }) => [frame, frames]),
      Array.from({ length: 6 }, (_, i) => [i * 25, 25]),
    )
    assert.ok(found.gops[1]!.proxyBits > 3 * found.gops[3]!.proxyBits, 'still and soft costs less')
    assert.deepEqual([found.letterbox, found.grain.class], [null, 'none'])
    assert.ok(progress.length > 0 && progress.every(({ stage, total }) => stage === 'complexity' && total === 150))
    assert.deepEqual(
      (await readdir(dir)).filter(name => name.includes('proxy')),
      [],
      'the proxy is gone',
    )
    assert.deepEqual(await complexityOf(path), found, 'the same each time')
  })

  it('a flash and a pan are none', async () => {
    const flash = `${scenes.zoom(40)},drawbox=color=white:t=fill:enable='between(n,20,21)'`
    assert.equal(starts(await complexityOf(await clip(flash))), '0 start')
    const pan = `testsrc2=s=640x180:r=25,trim=end_frame=1,loop=39:1,${grid},crop=320:180:x=n*4:y=0`
    assert.equal(starts(await complexityOf(await clip(pan))), '0 start')
  })

  it('all black, one frame, less than a GOP', async () => {
    const black = await complexityOf(await clip(`color=c=black:${SIZE},trim=end_frame=10`))
    assert.deepEqual(
      [starts(black), black.si, black.ti, black.texture, black.motion, black.letterbox, black.gops.length],
      ['0 start', { mean: 0, max: 0 }, { mean: 0, max: 0 }, 'flat', 'static', null, 1],
    )
    const one = await complexityOf(await clip(`testsrc2=${SIZE},trim=end_frame=1`))
    assert.deepEqual([one.frames, starts(one), one.ti, one.gops[0]!.frames], [1, '0 start', { mean: 0, max: 0 }, 1])
    assert.ok(one.si.mean > 50 && one.gops[0]!.proxyBits > 0)
  })
})

describe('letterbox', () => {
  it('is told in pixels of the prepared picture', async () => {
    const { letterbox } = await complexityOf(await clip(`${scenes.chart(20)},crop=320:136,pad=320:180:0:22`))
    assert.deepEqual(letterbox, { x: 0, y: 22, width: 320, height: 136 })
  })
})

describe('grain', () => {
  const noise = (strength: number) => `noise=c0s=${strength}:c0f=t:c0_seed=5`
  // Standard deviations as ffmpeg's showinfo states them of flat grey.
  for (const [strength, sigma] of [
    [3, 1.4],
    [8, 4.3],
    [24, 13.6],
  ] as const)
    it(`of ${sigma} is measured over soft, sharp and moving pictures`, async () => {
      for (const make of strength === 8 ? Object.values(scenes) : [scenes.zoom]) {
        const { grain } = await complexityOf(await clip(`${make(16)},${noise(strength)}`))
        assert.ok(Math.abs(grain.sigma / sigma - 1) < 0.12, `${grain.sigma} for ${sigma}`)
        assert.equal(grain.class, sigma < 4 ? 'light' : 'heavy')
      }
    })

  it('is not what moves and what has texture', async () => {
    const texture = `color=c=gray:s=640x360:r=25,trim=end_frame=1,noise=c0s=60:c0_seed=5,gblur=sigma=1.2,loop=15:1,${grid}`
    for (const graph of [scenes.zoom(16), `${texture},crop=320:180:x=n*3:y=n`, `${texture},crop=320:180`])
      assert.equal((await complexityOf(await clip(graph))).grain.class, 'none', graph)
  })

  it('is the same in 10 bits, under bars, and where each picture is shown twice', async () => {
    const graph = `${scenes.ramp(30)},${noise(8)}`
    for (const made of [
      await clip(graph, 'yuv420p10le'),
      await clip(`${graph},crop=320:136,pad=320:180:0:22`),
      await clip(`${graph},framestep=2,fps=25`),
    ]) {
      const { grain } = await complexityOf(made)
      assert.ok(Math.abs(grain.sigma - 4.3) < 0.5, `${grain.sigma}`)
    }
  })
})

describe('SI and TI', { skip: hasTool('ffmpeg') ? false : 'no ffmpeg on this machine' }, () => {
  /** Of Debian's siti filter, over pictures of 8 bits. */
  async function siti(path: string): Promise<{ si: number[]; ti: number[] }> {
    const chain = 'format=yuv420p,siti,metadata=print:file=-'
    const { stdout } = await ffmpeg('ffmpeg', ['-v', 'error', '-i', path, '-vf', chain, '-f', 'null', '-'])
    const of = (name: string) =>
      [...stdout.matchAll(new RegExp(`siti\\.${name}=([\\d.]+)`, 'g'))].map(([, n]) => Number(n))
    return { si: of('si'), ti: of('ti').slice(1) }
  }
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

  for (const [format, range] of [
    ['yuv420p', 'tv'],
    ['yuv420p', 'pc'],
    ['yuv444p', 'tv'],
    ['yuv420p10le', 'tv'],
  ] as const)
    it(`are those of FFmpeg for ${format} of range ${range}`, async () => {
      const path = await clip(`${scenes.zoom(20)},scale=out_range=${range},setparams=range=${range}`, format)
      const [found, truth] = [await complexityOf(path), await siti(path)]
      assert.equal(truth.si.length, 20)
      for (const [ours, theirs] of [
        [found.si.mean, mean(truth.si)],
        [found.si.max, Math.max(...truth.si)],
        [found.ti.mean, mean(truth.ti)],
        [found.ti.max, Math.max(...truth.ti)],
      ] as const)
        assert.ok(Math.abs(ours / theirs - 1) < 0.015, `${ours} for ${theirs}`)
    })
})

describe('bytes from key frame to key frame', () => {
  it('are the same by the muxer that writes them and the source that reads them', async () => {
    const path = join(dir, 'keys.mkv')
    const bounds = { maxItems: 16, maxBytes: 1 << 28 }
    const written = await runAndCount({
      nodes: [
        { id: 'chart', kind: 'generate', params: { type: 'video', graph: scenes.chart(45) } },
        {
          id: 'encode',
          kind: 'encode',
          params: {
            type: 'video',
            name: 'libx264',
            options: { preset: 'veryfast', 'forced-idr': 1, g: 1000, 'x264-params': 'scenecut=0:open-gop=0' },
            frameRate: '25/1',
            keyFrameEvery: 20,
          },
        },
        { id: 'file', kind: 'mux', params: { path, format: 'matroska', tracks: [{ port: 's0' }] } },
      ],
      edges: [
        { from: 'chart.out', to: 'encode.in', ...bounds },
        { from: 'encode.out', to: 'file.s0', maxItems: 4096, maxBytes: 1 << 28 },
      ],
    })
    const { bytesPerKey } = (written.get('file.written') as MuxResult).s0!
    assert.equal(bytesPerKey.length, 3)
    const copied = await runAndCount({
      nodes: [
        { id: 'source', kind: 'source', params: { path, streams: [0] } },
        { id: 'decode', kind: 'decode', params: { type: 'video' } },
        { id: 'look', kind: 'measure', params: { type: 'video', inputs: 'single', graph: 'null', keys: [] } },
      ],
      edges: [
        { from: 'source.s0', to: 'decode.in', ...bounds },
        { from: 'decode.out', to: 'look.in', ...bounds },
      ],
    })
    const read = (copied.get('source.read') as ReadResult).s0!
    // Start codes of three bytes become lengths of four.
    assert.equal(read.bytesPerKey.length, 3)
    for (const [i, bytes] of read.bytesPerKey.entries()) assert.ok(Math.abs(bytes - bytesPerKey[i]!) <= 4, `${bytes}`)
    const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
    assert.equal(total(read.bytesPerKey), total(read.bytesPerSecond))
  })
})
