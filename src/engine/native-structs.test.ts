import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  formatContentLight,
  formatDisplayMatrix,
  formatDolbyVision,
  formatMasteringDisplay,
  parseContentLight,
  parseDisplayMatrix,
  parseDolbyVision,
  parseMasteringDisplay,
} from './native-structs.ts'

const ints = (...values: number[]): Buffer => {
  const data = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) data.writeInt32LE(value, i * 4)
  return data
}
const C = 50000
const L = 10000
// P3 D65, 1000 to 0.0001 cd/m²: R, G, B, white as x, y, then minimum and maximum.
const p3 = [34000, C, 16000, C, 13250, C, 34500, C, 7500, C, 3000, C, 15635, C, 16450, C, 1, L, 10000000, L]

describe('mastering display', () => {
  it('reads the ten rationals in their order', () => {
    assert.deepEqual(parseMasteringDisplay(ints(...p3, 1, 1)), {
      red: [0.68, 0.32],
      green: [0.265, 0.69],
      blue: [0.15, 0.06],
      whitePoint: [0.3127, 0.329],
      minLuminance: 0.0001,
      maxLuminance: 1000,
    })
  })
  it('is none when primaries or luminance are not set', () => {
    assert.equal(parseMasteringDisplay(ints(...p3, 0, 1)), null)
    assert.equal(parseMasteringDisplay(ints(...p3, 1, 0)), null)
  })
  it('is none when a denominator is 0 or the struct is short', () => {
    assert.equal(parseMasteringDisplay(ints(...p3.with(1, 0), 1, 1)), null)
    assert.equal(parseMasteringDisplay(ints(...p3)), null)
  })
})

describe('content light', () => {
  it('reads MaxCLL and MaxFALL', () => {
    assert.deepEqual(parseContentLight(ints(1000, 400)), { maxCll: 1000, maxFall: 400 })
    assert.equal(parseContentLight(Buffer.alloc(4)), null)
  })
})

describe('Dolby Vision configuration', () => {
  it('reads the record of a profile 8.1 file as FFmpeg holds it', () => {
    assert.deepEqual(parseDolbyVision(Buffer.from('010008010100010100', 'hex')), {
      profile: 8,
      level: 1,
      compatibilityId: 1,
      rpu: true,
      enhancementLayer: false,
      baseLayer: true,
    })
  })
  it('tells an enhancement layer', () => {
    assert.equal(parseDolbyVision(Buffer.from('010007060101010600', 'hex'))?.enhancementLayer, true)
  })
})

describe('display matrix', () => {
  const matrix = (a: number, b: number, c: number, d: number): Buffer =>
    ints(a * 65536, b * 65536, 0, c * 65536, d * 65536, 0, 0, 0, 1 << 30)
  const cases: [string, [number, number, number, number], number, boolean][] = [
    ['none', [1, 0, 0, 1], 0, false],
    // The matrix of a phone held upright; ffprobe calls it -90, mediainfo 90.
    ['a quarter turn clockwise', [0, 1, -1, 0], 90, false],
    ['a half turn', [-1, 0, 0, -1], 180, false],
    ['a quarter turn counterclockwise', [0, -1, 1, 0], 270, false],
    ['a left-right flip', [-1, 0, 0, 1], 0, true],
    ['a top-bottom flip', [1, 0, 0, -1], 180, true],
    ['a scaled quarter turn', [0, 2, -2, 0], 90, false],
  ]
  for (const [name, values, rotation, mirrored] of cases) {
    it(`reads ${name}`, () => {
      assert.deepEqual(parseDisplayMatrix(matrix(...values)), { rotation, mirrored, oblique: false })
    })
  }
  it('names the nearest quarter of an oblique turn', () => {
    const s = Math.SQRT1_2
    const turn = parseDisplayMatrix(matrix(Math.cos(1.2), Math.sin(1.2), -Math.sin(1.2), Math.cos(1.2)))
    assert.deepEqual(turn, { rotation: 90, mirrored: false, oblique: true })
    assert.equal(parseDisplayMatrix(matrix(s, s, -s, s))?.oblique, true)
  })
  it('is none when it collapses the picture or is short', () => {
    assert.equal(parseDisplayMatrix(matrix(0, 0, 0, 0)), null)
    assert.equal(parseDisplayMatrix(Buffer.alloc(35)), null)
  })
})

describe('writing', () => {
  it('makes the structs that the readers were tested with', () => {
    assert.deepEqual(formatMasteringDisplay(parseMasteringDisplay(ints(...p3, 1, 1))!), ints(...p3, 1, 1))
    assert.deepEqual(formatContentLight({ maxCll: 1000, maxFall: 400 }), ints(1000, 400))
    const record = Buffer.from('010008010100010100', 'hex')
    assert.deepEqual(formatDolbyVision(parseDolbyVision(record)!), record)
    const layers = Buffer.from('010007060101010600', 'hex')
    assert.deepEqual(formatDolbyVision(parseDolbyVision(layers)!), layers)
  })

  it('turns the corners of a picture into its own rectangle', () => {
    for (const rotation of [0, 90, 180, 270] as const) {
      const data = formatDisplayMatrix(rotation, 320, 180)
      assert.deepEqual(parseDisplayMatrix(data), { rotation, mirrored: false, oblique: false })
      const [a, b, , c, d, , x, y] = Array.from({ length: 8 }, (_, i) => data.readInt32LE(i * 4) / 65536) as number[]
      const corners = [
        [0, 0],
        [320, 0],
        [0, 180],
        [320, 180],
      ].map(([p, q]) => [a! * p! + c! * q! + x!, b! * p! + d! * q! + y!])
      const [width, height] = rotation % 180 === 0 ? [320, 180] : [180, 320]
      assert.deepEqual(Math.min(...corners.map(([p]) => p!)), 0)
      assert.deepEqual(Math.min(...corners.map(([, q]) => q!)), 0)
      assert.deepEqual(Math.max(...corners.map(([p]) => p!)), width)
      assert.deepEqual(Math.max(...corners.map(([, q]) => q!)), height)
    }
  })
})
