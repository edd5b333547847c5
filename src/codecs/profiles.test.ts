import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HeadendError } from '../core/index.ts'
import { type VideoCodec, videoCodecs } from '../model/index.ts'
import {
  type ChromaName,
  chooseProfile,
  codecLabels,
  encoderLimits,
  type ProfileRequest,
  pixelFormatFor,
  profilesOf,
  samplingOf,
} from './index.ts'

const pick = (codec: VideoCodec, chroma: ChromaName, bitDepth: number, over: Partial<ProfileRequest> = {}): string => {
  const choice = chooseProfile({ codec, chroma, bitDepth, ...over })
  return choice.ok ? choice.profile.name : `no: ${choice.because}; ${choice.nearest}`
}
const feed = (codec: VideoCodec, profile: string, chroma: ChromaName, bitDepth: number, hasAlpha = false): string =>
  pixelFormatFor({ codec, profile, chroma, bitDepth, hasAlpha })

describe('chooseProfile', () => {
  it('takes no more than carries the samples', () => {
    assert.equal(pick('h264', '4:2:0', 8), 'high')
    assert.equal(pick('h264', '4:2:0', 10), 'high10')
    assert.equal(pick('h264', '4:2:2', 8), 'high422')
    assert.equal(pick('h264', '4:4:4', 10), 'high444')
    assert.equal(pick('hevc', '4:2:0', 8), 'main')
    assert.equal(pick('hevc', '4:2:0', 10), 'main10')
    assert.equal(pick('hevc', '4:2:2', 10), 'main422-10')
    assert.equal(pick('hevc', 'rgb', 8), 'main444-8')
    assert.equal(pick('av1', '4:2:0', 10), 'main')
    assert.equal(pick('av1', '4:2:0', 12), 'professional')
    assert.equal(pick('vp9', '4:2:0', 10), '2')
    assert.equal(pick('vp9', '4:2:2', 8), '1')
    assert.equal(pick('mpeg2', '4:2:2', 8), '422')
    assert.equal(pick('prores', '4:2:0', 8), 'hq')
    assert.equal(pick('prores', '4:4:4', 10), '4444')
    assert.equal(pick('prores', '4:2:2', 10, { hasAlpha: true }), '4444')
    assert.equal(pick('dnxhr', '4:2:0', 8), 'hq')
    assert.equal(pick('dnxhr', '4:2:2', 10), 'hqx')
    assert.equal(pick('dnxhr', 'rgb', 10), '444')
    assert.equal(pick('ffv1', 'rgb', 16, { hasAlpha: true }), '3')
  })
  it('carries gray in the least chroma there is, and 4:1:1 in 4:2:2', () => {
    assert.equal(pick('h264', '4:0:0', 8), 'high')
    assert.equal(pick('h264', '4:1:1', 8), 'high422')
    assert.equal(pick('h264', '4:1:0', 8), 'high')
  })
  it('keeps to what is allowed', () => {
    assert.equal(pick('h264', '4:2:0', 8, { allowed: ['constrained-baseline', 'main'] }), 'main')
    assert.equal(pick('hevc', '4:2:0', 8, { allowed: ['main10'] }), 'main10')
    assert.match(
      pick('hevc', '4:2:2', 12, { allowed: ['main', 'main10'] }),
      /^no: 4:2:2, 12 bit is more than Main, Main 10 of HEVC can carry; 4:2:0, 10 bit$/,
    )
    assert.match(pick('h264', '4:2:0', 8, { allowed: ['main10'] }), /^no: .*none of the profiles.*constrained-baseline/)
  })
  it('asks for transparency where the codec has it, and says where not', () => {
    const none = chooseProfile({ codec: 'h264', chroma: '4:2:0', bitDepth: 8, hasAlpha: true })
    assert.ok(none.ok && /no transparency/.test(none.because))
    assert.match(
      pick('prores', '4:2:2', 10, { hasAlpha: true, allowed: ['hq'] }),
      /^no: .*with transparency.*; 4:2:2, 10 bit$/,
    )
  })
})

describe('pixelFormatFor', () => {
  it('feeds what makes the encoder write the profile', () => {
    assert.equal(feed('h264', 'high422', '4:2:2', 10), 'yuv422p10le')
    assert.equal(feed('h264', 'high422', '4:2:0', 10), 'yuv422p10le')
    assert.equal(feed('h264', 'high422', '4:2:0', 8), 'yuv422p')
    assert.equal(feed('h264', 'high10', '4:2:0', 8), 'yuv420p10le')
    assert.equal(feed('h264', 'high', '4:0:0', 8), 'yuv420p')
    assert.equal(feed('hevc', 'main10', '4:4:4', 16), 'yuv420p10le')
    assert.equal(feed('hevc', 'main444-8', 'rgb', 8), 'gbrp')
    assert.equal(feed('hevc', 'main444-8', '4:4:4', 8), 'yuv444p')
    assert.equal(feed('vp9', '3', '4:2:0', 12), 'yuv422p12le')
    assert.equal(feed('prores', 'hq', '4:4:4', 12), 'yuv422p10le')
    assert.equal(feed('prores', '4444', '4:2:2', 8), 'yuv444p10le')
    assert.equal(feed('prores', '4444', 'rgb', 8, true), 'yuva444p10le')
    assert.equal(feed('dnxhr', '444', 'rgb', 10), 'gbrp10le')
    assert.equal(feed('ffv1', '3', '4:0:0', 12), 'gray12le')
    assert.equal(feed('ffv1', '3', 'rgb', 8, true), 'bgra')
    assert.equal(feed('ffv1', '3', '4:1:1', 8), 'yuv411p')
    assert.equal(feed('ffv1', '3', '4:0:0', 8, true), 'ya8')
  })
  it('keeps what chooseProfile promises, whatever the samples', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...videoCodecs),
        fc.constantFrom<ChromaName>('4:0:0', '4:1:0', '4:2:0', '4:1:1', '4:2:2', '4:4:4', 'rgb'),
        fc.integer({ min: 1, max: 16 }),
        fc.boolean(),
        (codec, chroma, bitDepth, hasAlpha) => {
          const choice = chooseProfile({ codec, chroma, bitDepth, hasAlpha })
          if (!choice.ok)
            return assert.ok(
              profilesOf(codec).every(
                row => row.bitDepths.every(bits => bits < bitDepth) || !row.chroma.includes(chroma),
              ),
            )
          const { profile } = choice
          const made = samplingOf(pixelFormatFor({ codec, profile: profile.name, chroma, bitDepth, hasAlpha }))
          assert.ok(made.bitDepth >= bitDepth)
          if (hasAlpha && profilesOf(codec).some(row => row.alpha)) assert.ok(made.hasAlpha)
          const finer: Record<string, readonly ChromaName[]> = {
            '4:2:0': ['4:2:0', '4:2:2', '4:4:4'],
            '4:2:2': ['4:2:2', '4:4:4'],
            '4:4:4': ['4:4:4'],
            rgb: ['4:4:4', 'rgb'],
          }
          assert.ok(finer[chroma]?.includes(made.chroma) ?? true, `${chroma} in ${made.chroma}`)
        },
      ),
    ))
})

describe('the table', () => {
  /** Encoders that Headend has no software for: libsvtav1 codes Main alone. */
  const unproven = new Set(['av1 high', 'av1 professional'])
  const software: Record<VideoCodec, string> = {
    h264: 'libx264',
    hevc: 'libx265',
    av1: 'libsvtav1',
    vp9: 'libvpx-vp9',
    mpeg2: 'mpeg2video',
    prores: 'prores_ks',
    dnxhr: 'dnxhd',
    ffv1: 'ffv1',
  }
  it('names nothing that the software encoder does not take', () => {
    for (const codec of videoCodecs)
      for (const { name, pixelFormats } of profilesOf(codec)) {
        if (unproven.has(`${codec} ${name}`)) continue
        const limits = encoderLimits(software[codec])!
        assert.ok(limits.profiles.includes(name), `${software[codec]} ${name}`)
        assert.deepEqual(
          pixelFormats.filter(format => !limits.pixelFormats.includes(format)),
          [],
          `${codec} ${name}`,
        )
      }
  })
  it('has each profile once, and a label for each codec', () => {
    for (const codec of videoCodecs) {
      const names = profilesOf(codec).map(({ name }) => name)
      assert.equal(new Set(names).size, names.length)
      assert.ok(names.length > 0 && codecLabels[codec])
    }
  })
})

describe('samplingOf', () => {
  it('reads planar names', () => {
    assert.deepEqual(samplingOf('yuva444p10le'), { chroma: '4:4:4', bitDepth: 10, hasAlpha: true })
    assert.deepEqual(samplingOf('yuvj420p'), { chroma: '4:2:0', bitDepth: 8, hasAlpha: false })
    assert.deepEqual(samplingOf('gray16le'), { chroma: '4:0:0', bitDepth: 16, hasAlpha: false })
    assert.deepEqual(samplingOf('gbrap12le'), { chroma: 'rgb', bitDepth: 12, hasAlpha: true })
    assert.deepEqual(samplingOf('bgr0'), { chroma: 'rgb', bitDepth: 8, hasAlpha: false })
    assert.deepEqual(samplingOf('rgba64le'), { chroma: 'rgb', bitDepth: 16, hasAlpha: true })
  })
  it('refuses others', () => assert.throws(() => samplingOf('nv12'), HeadendError))
})
