import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseRational } from '../core/index.ts'
import { chooseH264Level, formatFilters } from './index.ts'

const level = (width: number, height: number, rate: string, maxrateBps: number, refs = 3) => {
  const choice = chooseH264Level({
    profile: 'high',
    width,
    height,
    frameRate: parseRational(rate),
    refs,
    maxrateBps,
    bufsizeBits: maxrateBps * 2,
  })
  return choice.ok ? choice.level.name : choice.because
}

describe('chooseH264Level', () => {
  // The well-known pairs of ITU-T H.264 Table A-6: maximum frame rates for common sizes.
  it('knows the common sizes', () => {
    assert.equal(level(1280, 720, '30/1', 3_000_000), '3.1')
    assert.equal(level(1280, 720, '60/1', 5_000_000), '3.2')
    assert.equal(level(1920, 1080, '30/1', 6_000_000), '4.0')
    assert.equal(level(1920, 1080, '60/1', 9_000_000), '4.2')
    assert.equal(level(3840, 2160, '30/1', 18_000_000), '5.1')
    assert.equal(level(3840, 2160, '60/1', 25_000_000), '5.2')
    assert.equal(level(720, 576, '25/1', 2_000_000), '3.0')
  })
  it('goes up for references and for bit rate', () => {
    assert.equal(level(1920, 1080, '25/1', 6_000_000, 5), '5.0')
    assert.equal(level(640, 360, '25/1', 20_000_000), '4.1', 'the 40 Mbit buffer asks for it')
  })
  it('says what no level allows', () =>
    assert.match(level(16384, 16384, '60/1', 1_000_000), /level 6.2 allows 139264 macroblocks a frame/))
  it('writes the codec string as avcC does', () => {
    const choice = chooseH264Level({
      profile: 'high',
      width: 1920,
      height: 1080,
      frameRate: parseRational('25/1'),
      refs: 3,
      maxrateBps: 6e6,
      bufsizeBits: 12e6,
    })
    assert.ok(choice.ok && choice.codecString === 'avc1.640028')
  })
})

describe('formatFilters', () => {
  it('escapes both levels of FFmpeg’s syntax', () => {
    assert.equal(
      formatFilters([{ name: 'drawtext', args: { text: "a:b,c;[d]'e'" } }]),
      "drawtext=text=a\\\\:b\\,c\\;\\[d\\]\\\\\\'e\\\\\\'",
    )
    assert.equal(
      formatFilters([
        { name: 'scale', args: { w: 2, h: 4 } },
        { name: 'hflip', args: {} },
      ]),
      'scale=w=2:h=4,hflip',
    )
    assert.equal(formatFilters([]), 'null')
  })
})
