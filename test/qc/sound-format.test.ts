// Checks of what a track is and of what its channels carry: rate, depth, invalid samples, layouts; loudness range.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { CLIP_S, each, type Heard, hear, makeSoundClip, stereo } from './sound-kit.ts'

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-sound-format-'))
})
after(() => rm(dir, { recursive: true, force: true }))

const bass = 'lowpass=f=80:c=LFE,lowpass=f=80:c=LFE'
/** Six channels, each with sound of its own, near −23 LUFS. */
const surround = (lfe = 'c0+c1', backs: readonly [string, string] = ['0.3*c1', '0.3*c0'], then = bass): string =>
  `${stereo()},pan=5.1|FL=0.83*c0|FR=0.83*c1|FC=0.2*c0+0.3*c1|LFE=${lfe}|BL=${backs[0]}|BR=${backs[1]},${then}`

type Track = {
  readonly name: string
  readonly graph: string
  readonly encoder: string
  readonly format: string
  /** `check: measured` of everything that is to be found. */
  readonly found: readonly (readonly [check: string, measured: RegExp])[]
  readonly at?: number
}

const tracks: readonly Track[] = [
  {
    name: '44.1 kHz',
    graph: stereo('', CLIP_S, 44_100),
    encoder: 'pcm_s16le',
    format: 's16',
    found: [['sound.sample-rate', /^44100 Hz$/]],
  },
  {
    name: '8 bits',
    graph: stereo(),
    encoder: 'pcm_u8',
    format: 'u8',
    found: [['sound.sample-rate', /^8 bits$/]],
  },
  {
    name: 'NaN',
    graph: stereo(each('if(between(n,288000,288009),0/0,val(0))', 'val(1)')),
    encoder: 'pcm_f32le',
    format: 'flt',
    found: [['sound.nan', /^10 samples in FL$/]],
    at: 6,
  },
  { name: 'surround that is right', graph: surround(), encoder: 'aac', format: 'fltp', found: [] },
  {
    name: 'surround without surrounds',
    graph: surround('c0+c1', ['0*c0', '0*c0']),
    encoder: 'aac',
    format: 'fltp',
    found: [['sound.layout', /^silent throughout: BL, BR$/]],
  },
  {
    name: 'surround without bass effects',
    graph: surround('0*c0'),
    encoder: 'aac',
    format: 'fltp',
    found: [['sound.layout', /^silent throughout: LFE$/]],
  },
  {
    name: 'a voice in the LFE channel',
    graph: surround('c0', ['0.3*c1', '0.3*c0'], 'highpass=f=200:c=LFE'),
    // FFmpeg’s AAC encoder cuts an LFE channel off by itself.
    encoder: 'flac',
    format: 's16',
    found: [['sound.layout', /^-\d\.\d dB of LFE above 250 Hz$/]],
  },
  {
    name: 'six channels without a layout',
    graph: surround(),
    encoder: 'pcm_s16le',
    format: 's16',
    found: [['sound.layout', /^6 channels without a layout$/]],
  },
]

describe('checks of formats and layouts', () => {
  let heard: Heard
  before(async () => {
    const path = await makeSoundClip(dir, 'formats', {
      extension: 'mkv',
      more: {
        audio: tracks.map(({ graph, encoder, format }, i) => ({
          graph: `${graph},aformat=sample_fmts=${format}`,
          encoder,
          ...(encoder === 'aac' ? { options: { b: 384_000 } } : {}),
          language: `qa${String.fromCharCode(97 + i)}`,
        })),
      },
    })
    // Channels that are taken away were a part of it.
    heard = await hear(path, 'broadcast', { 'sound.loudness': { toleranceLu: 2 } })
  })

  for (const [i, { name, found, at }] of tracks.entries())
    it(name, t => {
      const all = heard.findings.filter(({ subject }) => subject === `a${i + 1}`)
      for (const each of all) t.diagnostic(`${each.check} ${each.startS}–${each.endS} ${each.measured}`)
      assert.deepEqual(
        all.map(({ check }) => check),
        found.map(([check]) => check),
      )
      for (const [n, [, measured]] of found.entries()) assert.match(all[n]!.measured, measured)
      if (at !== undefined) assert.ok(Math.abs(all[0]!.startS! - at) < 0.001, `${all[0]!.startS}`)
    })

  it('a layout that changes half-way: found where it does', async () => {
    const raw = { encoder: 'ac3', language: null, more: { video: null, format: 'ac3' }, extension: 'ac3' } as const
    const two = await makeSoundClip(dir, 'two', { ...raw, graph: stereo('', 4) })
    const one = await makeSoundClip(dir, 'one', { ...raw, graph: `${stereo('', 4)},pan=mono|c0=c0` })
    const path = join(dir, 'changes.ac3')
    await writeFile(path, Buffer.concat([await readFile(two), await readFile(one)]))
    const { of } = await hear(path)
    const [found, ...more] = of('sound.layout')
    assert.equal(more.length, 0)
    assert.equal(found?.measured, '48000 Hz, stereo → 48000 Hz, mono')
    assert.ok(Math.abs(found.startS! - 4) < 0.04, `${found.startS}`)
  })

  it('loudness range: found when it is wider than the limit, not when it is within', async () => {
    const swing = `${each('val(0)*(0.15+1.78*gt(sin(2*PI*t/12),0))', 'val(1)*(0.15+1.78*gt(sin(2*PI*t/12),0))')}`
    const path = await makeSoundClip(dir, 'range', { graph: stereo(swing, 24), pictureS: 24 })
    const limits = { minProgrammeS: 10, maxLoudnessRangeLu: 18 }
    const { of } = await hear(path, 'broadcast', {
      'sound.loudness-range': limits,
      'sound.loudness': { toleranceLu: 20 },
    })
    const [found] = of('sound.loudness-range')
    assert.match(found?.measured ?? '', /^2[0-4]\.\d LU$/)
    const wide = await hear(path, 'broadcast', { 'sound.loudness-range': { ...limits, maxLoudnessRangeLu: 45 } })
    assert.deepEqual(wide.of('sound.loudness-range'), [])
    assert.equal(wide.outcome('sound.loudness-range').status, 'pass')
  })
})
