import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ColorDescription } from '../model/index.ts'
import { type CodecStringRequest, codecString, sameCodecString, standardCodecString } from './index.ts'

const text = (
  codec: CodecStringRequest['codec'],
  profile: string,
  level: string | null,
  over: Partial<CodecStringRequest> = {},
) => codecString({ codec, profile, level, tier: null, ...over })
const hd: ColorDescription = {
  primaries: 'bt709',
  transfer: 'bt709',
  matrix: 'bt709',
  range: 'tv',
  chromaLocation: 'left',
}
const pq: ColorDescription = {
  primaries: 'bt2020',
  transfer: 'smpte2084',
  matrix: 'bt2020nc',
  range: 'tv',
  chromaLocation: 'topleft',
}

// That encoders really write them is proven by test/e2e/codec-strings.test.ts.
describe('codecString', () => {
  it('H.264: RFC 6381 3.3', () => {
    assert.equal(text('h264', 'constrained-baseline', '3.0'), 'avc1.42c01e')
    assert.equal(text('h264', 'main', '3.1'), 'avc1.4d401f')
    assert.equal(text('h264', 'high', '4.0'), 'avc1.640028')
    assert.equal(text('h264', 'high', '4', { intraOnly: true }), 'avc1.641028')
    assert.equal(text('h264', 'high10', '5.1'), 'avc1.6e0033')
    assert.equal(text('h264', 'high422', '4.1'), 'avc1.7a0029')
    assert.equal(text('h264', 'main', '3.1', { intraOnly: true }), 'avc1.4d401f')
  })
  // The first two are the examples of ISO/IEC 14496-15 E.3 and of Apple's HLS authoring specification.
  it('HEVC: ISO/IEC 14496-15 E.3', () => {
    assert.equal(text('hevc', 'main', '3.1', { tier: 'main' }), 'hvc1.1.6.L93.90')
    assert.equal(text('hevc', 'main10', '5.1', { tier: 'high' }), 'hvc1.2.4.H153.90')
    assert.equal(text('hevc', 'main422-10', '4.1', { tier: 'main' }), 'hvc1.4.10.L123.9D.08')
    assert.equal(text('hevc', 'main', '3.0', { tier: 'main', intraOnly: true }), 'hvc1.4.10.L90.9F.A8')
  })
  it('AV1: long where the color is known', () => {
    assert.equal(text('av1', 'main', '4.0', { tier: 'main' }), 'av01.0.08M.08')
    assert.equal(text('av1', 'main', '5.1', { tier: 'high', pixelFormat: 'yuv420p10le' }), 'av01.0.13H.10')
    const over = { tier: 'main', pixelFormat: 'yuv420p10le', color: pq } as const
    assert.equal(text('av1', 'main', '5.1', over), 'av01.0.13M.10.0.112.09.16.09.0')
    assert.equal(text('av1', 'high', '4.0', { tier: 'main', color: hd }), 'av01.1.08M.08.0.000.01.01.01.0')
  })
  it('VP9: long where the color is known', () => {
    assert.equal(text('vp9', '0', '3.1'), 'vp09.00.31.08')
    assert.equal(text('vp9', '2', '5.1', { color: pq }), 'vp09.02.51.10.01.09.16.09.00')
    assert.equal(text('vp9', '0', '1', { color: { ...hd, range: 'pc' } }), 'vp09.00.10.08.00.01.01.01.01')
  })
  it('has none for the others', () => {
    assert.equal(text('mpeg2', 'main', 'main'), null)
    assert.equal(text('prores', 'hq', null), null)
  })
})

describe('standardCodecString', () => {
  it('turns the compatibility flags that FFmpeg prints, once', () => {
    const cases = {
      'hvc1.1.60000000.L90.90': 'hvc1.1.6.L90.90',
      'hev1.2.20000000.H153.90': 'hev1.2.4.H153.90',
      'hvc1.4.8000000.L90.9D.08': 'hvc1.4.10.L90.9D.08',
    }
    for (const [said, right] of Object.entries(cases)) {
      assert.equal(standardCodecString(said), right)
      assert.equal(standardCodecString(right), right)
    }
  })
  it('leaves what is no string of HEVC', () => {
    for (const other of ['avc1.640028', 'av01.0.08M.08', 'hvc1', 'mp4a.40.2', ''])
      assert.equal(standardCodecString(other), other)
  })
})

describe('sameCodecString', () => {
  it('sees through case, order of flags, and what one side leaves out', () => {
    assert.ok(sameCodecString('hvc1.4.10.L90.9D.08', 'hvc1.4.8000000.L90.9d.08'))
    assert.ok(sameCodecString('avc1.640028', 'avc1.640028'.toUpperCase().replace('AVC1', 'avc1')))
    assert.ok(sameCodecString('av01.0.08M.08', 'av01.0.08M.08.0.110.01.01.01.0'))
    assert.ok(sameCodecString('vp09.00.40.08.00.01.01.01.00', 'vp09.00.31.08'))
  })
  it('sees every other difference', () => {
    const different = [
      ['avc1.640028', 'avc1.64001f'],
      ['hvc1.1.6.L93.90', 'hvc1.1.6.H93.90'],
      ['hvc1.4.10.L90.9D.08', 'hvc1.4.10.L90.9D'],
      ['hvc1.1.6.L93.90', 'hev1.1.6.L93.90'],
      ['av01.0.08M.08.0.110.01.01.01.0', 'av01.0.08M.08.0.110.09.16.09.0'],
      ['av01.0.08M.08', 'av01'],
      ['vp09.02.31.10', 'vp09.02.31.12'],
      ['vp09.00.31.08', 'vp9'],
      ['mp4a.40.2', 'mp4a.40.5'],
    ] as const
    for (const [a, b] of different) assert.ok(!sameCodecString(a, b), `${a} ${b}`)
  })
})
