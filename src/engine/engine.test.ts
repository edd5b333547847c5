import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { makeClip } from '../../test/media/make-media.ts'
import { HeadendError, silentLog } from '../core/index.ts'
import type { DecodeResult, GraphSpec, MeasureResult } from '../model/index.ts'
import { callEngine, runSpec } from './index.ts'

const never = new AbortController().signal
const frames = { maxItems: 4, maxBytes: 256 << 20 }
const packets = { maxItems: 64, maxBytes: 64 << 20 }
let dir: string
let clip: string

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-engine-'))
  clip = await makeClip(join(dir, 'clip.mp4'), {
    video: 'testsrc2=s=320x180:r=30000/1001:d=2.002,format=yuv420p',
    frameRate: '30000/1001',
    videoEncoder: {
      name: 'libx264',
      options: { preset: 'ultrafast', g: 30, keyint_min: 30, 'x264-params': 'scenecut=0' },
    },
    audio: [{ graph: 'sine=f=1000:r=48000:d=2,aformat=channel_layouts=stereo:sample_fmts=fltp' }],
  })
})
after(() => rm(dir, { recursive: true, force: true }))

/** Decodes both tracks twice over: the source fans out to two measurements of the picture. */
function measureSpec(path: string): GraphSpec {
  return {
    nodes: [
      { id: 'source', kind: 'source', params: { path, streams: [0, 1] } },
      { id: 'again', kind: 'source', params: { path, streams: [0] } },
      { id: 'video', kind: 'decode', params: { type: 'video' } },
      { id: 'video2', kind: 'decode', params: { type: 'video' } },
      { id: 'audio', kind: 'decode', params: { type: 'audio' } },
      {
        id: 'psnr',
        kind: 'measure',
        params: { type: 'video', inputs: 'pair', graph: '[distorted][reference]psnr', keys: ['lavfi.psnr.mse.y'] },
      },
      {
        id: 'sound',
        kind: 'measure',
        params: { type: 'audio', inputs: 'single', graph: 'ebur128=metadata=1', keys: ['lavfi.r128.I'] },
      },
    ],
    edges: [
      { from: 'source.s0', to: 'video.in', ...packets },
      { from: 'again.s0', to: 'video2.in', ...packets },
      { from: 'source.s1', to: 'audio.in', ...packets },
      { from: 'video.out', to: 'psnr.reference', ...frames },
      { from: 'video2.out', to: 'psnr.distorted', ...frames },
      { from: 'audio.out', to: 'sound.in', ...packets },
    ],
  }
}

/** Endless work: a generator without a duration into an encoder. */
function endlessSpec(path: string): GraphSpec {
  return {
    nodes: [
      { id: 'generate', kind: 'generate', params: { type: 'video', graph: 'testsrc2=s=1280x720:r=25' } },
      {
        id: 'encode',
        kind: 'encode',
        params: { type: 'video', name: 'libx264', options: { preset: 'veryslow' }, frameRate: '25/1' },
      },
      { id: 'mux', kind: 'mux', params: { path, format: 'mp4', tracks: [{ port: 's0' }] } },
    ],
    edges: [
      { from: 'generate.out', to: 'encode.in', ...frames },
      { from: 'encode.out', to: 'mux.s0', ...packets },
    ],
  }
}

const withCode = (code: string) => (error: unknown) => error instanceof HeadendError && error.code === code

describe('the engine worker', () => {
  it('decodes, pairs by time and measures; every reference is freed', async () => {
    const results = new Map<string, unknown>()
    const outcome = await runSpec(measureSpec(clip), {
      signal: never,
      log: silentLog,
      onEvent: event => event.type === 'node' && results.set(`${event.node}.${event.event}`, event.data),
    })
    assert.equal(outcome.liveItems, 0)
    const video = results.get('video.decoded') as DecodeResult
    assert.equal(video.frames, 60)
    assert.deepEqual(video.keyTimes, ['0/1', '1001/1000'])
    const audio = results.get('audio.decoded') as DecodeResult
    assert.equal(audio.samples, 96_000, 'encoder delay is cut at the front, padding at the end')
    const psnr = results.get('psnr.result') as MeasureResult
    assert.equal(psnr.frames, 60)
    assert.equal(psnr.unpaired, 0)
    assert.ok(
      psnr.series['lavfi.psnr.mse.y']!.every(mse => mse === 0),
      'the same file is identical to itself',
    )
    const sound = results.get('sound.result') as MeasureResult
    // A mono sine of peak 1/8 spread to two channels at −3 dB each: −21.07 dBFS peak in both, and a 1 kHz sine in two
    // channels reads its peak level in LUFS (EBU Tech 3341).
    assert.ok(Math.abs(sound.series['lavfi.r128.I']!.at(-1)! + 21.07) < 0.1)
  })

  it('answers a cancel with the reason it was given, soon', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const run = runSpec(endlessSpec(join(dir, 'cancelled.mp4')), {
      signal: controller.signal,
      log: silentLog,
      onStats: () => controller.abort(reason),
    })
    await assert.rejects(run, error => error === reason)
  })

  it('turns a killed worker into a coded error that names the busy nodes', async () => {
    let pid = 0
    const run = runSpec(endlessSpec(join(dir, 'killed.mp4')), {
      signal: never,
      log: silentLog,
      onStart: id => {
        pid = id
      },
      onStats: () => process.kill(pid, 'SIGKILL'),
    })
    await assert.rejects(
      run,
      error => withCode('HE_ENGINE_CRASHED')(error) && (error as HeadendError).details.signal === 'SIGKILL',
    )
  })

  it('refuses option names that FFmpeg would swallow', async () => {
    const spec = endlessSpec(join(dir, 'option.mp4'))
    const nodes = spec.nodes.map(node =>
      node.id === 'encode' ? { ...node, params: { ...(node.params as object), options: { bogus_opt: 1 } } } : node,
    )
    await assert.rejects(runSpec({ ...spec, nodes }, { signal: never, log: silentLog }), withCode('HE_OPTION_UNKNOWN'))
  })

  it('names the filter chain that cannot be built', async () => {
    const spec = endlessSpec(join(dir, 'filter.mp4'))
    const nodes = spec.nodes.map(node =>
      node.id === 'generate' ? { ...node, params: { type: 'video' as const, graph: 'nosuchfilter=1' } } : node,
    )
    await assert.rejects(
      runSpec({ ...spec, nodes }, { signal: never, log: silentLog }),
      error => withCode('HE_FILTER_FAILED')(error) && /nosuchfilter/.test((error as Error).message),
    )
  })

  it('reports a full disk as such', async t => {
    if (!(await stat('/dev/full').catch(() => null))) return t.skip('no /dev/full on this machine')
    const spec = endlessSpec('/dev/full')
    const nodes = spec.nodes.map(node =>
      node.id === 'generate'
        ? { ...node, params: { type: 'video' as const, graph: 'testsrc2=s=320x180:r=25:d=1' } }
        : node,
    )
    await assert.rejects(runSpec({ ...spec, nodes }, { signal: never, log: silentLog }), withCode('HE_OUTPUT_FULL'))
  })

  it('says which FFmpeg it is, and refuses methods it does not have', async () => {
    const about = await callEngine<{ ffmpeg: string }>('about', {}, { signal: never, log: silentLog })
    assert.match(about.ffmpeg, /^n?\d/)
    await assert.rejects(callEngine('nothing', {}, { signal: never, log: silentLog }), withCode('HE_INTERNAL'))
    assert.ok((await readdir(dir)).includes('clip.mp4'))
  })
})
