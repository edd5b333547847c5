import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AV_PIX_FMT_NONE, type AVPixelFormat } from 'node-av/constants'
import { avGetPixFmtName, avIsHardwarePixelFormat } from 'node-av/lib'
import { parsePixelFormat } from './inspect-pixels.ts'

const cases: Record<string, [number, string, boolean, boolean]> = {
  yuv420p: [8, '4:2:0', false, false],
  yuvj422p: [8, '4:2:2', false, true],
  yuv420p10le: [10, '4:2:0', false, false],
  yuva444p12be: [12, '4:4:4', true, false],
  yuv410p: [8, '4:1:0', false, false],
  uyyvyy411: [8, '4:1:1', false, false],
  nv12: [8, '4:2:0', false, false],
  p010le: [10, '4:2:0', false, false],
  p416le: [16, '4:4:4', false, false],
  y210le: [10, '4:2:2', false, false],
  uyvy422: [8, '4:2:2', false, false],
  gray: [8, '4:0:0', false, false],
  gray12le: [12, '4:0:0', false, false],
  ya16be: [16, '4:0:0', true, false],
  gbrp: [8, 'rgb', false, false],
  gbrap10le: [10, 'rgb', true, false],
  gbrpf32le: [32, 'rgb', false, false],
  rgb24: [8, 'rgb', false, false],
  bgra: [8, 'rgb', true, false],
  '0rgb': [8, 'rgb', false, false],
  rgb48le: [16, 'rgb', false, false],
  rgba64be: [16, 'rgb', true, false],
  x2rgb10le: [10, 'rgb', false, false],
  bayer_rggb16le: [16, 'rgb', false, false],
}

describe('parsePixelFormat', () => {
  for (const [name, [bitDepth, chroma, hasAlpha, fullRange]] of Object.entries(cases)) {
    it(name, () => assert.deepEqual(parsePixelFormat(name), { bitDepth, chroma, hasAlpha, fullRange }))
  }
  it('knows every format of this FFmpeg that has samples', () => {
    // Kept on a device, or named as one: their samples are nobody's to see.
    const opaque = /^(dxva2_vld|d3d11va_vld|drm_prime|mmal|ohcodec)$/
    const unknown: string[] = []
    for (let id = 0; id < 400; id++) {
      const name = avGetPixFmtName(id as AVPixelFormat)
      if (!name || id === AV_PIX_FMT_NONE || avIsHardwarePixelFormat(id as AVPixelFormat) || opaque.test(name)) continue
      const facts = parsePixelFormat(name)
      if (!facts || !Number.isInteger(facts.bitDepth)) unknown.push(name)
    }
    assert.deepEqual(unknown, [])
  })
  it('says null to what is none', () => assert.equal(parsePixelFormat('vaapi'), null))
})
