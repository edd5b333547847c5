import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LoudnessResult, MeasureResult } from '../model/index.ts'
import { pool, readEvents, readLoudness, readLoudnessCurve, readQuality } from './readings.ts'

const N = Number.NaN
const result = (timeS: number[], series: Record<string, number[]>): MeasureResult => ({
  frames: timeS.length,
  framesIn: timeS.length,
  unpaired: 0,
  timeS,
  series,
  duration: '10/1',
})

const sound = (momentaryLufs: (number | null)[]): LoudnessResult => ({
  layout: 'stereo',
  layoutAssumed: false,
  measurement: {
    integratedLufs: -23.12345,
    momentaryMaxLufs: -20.5,
    shortTermMaxLufs: null,
    loudnessRangeLu: 4.5,
    truePeakDbtp: 0,
    samplePeakDbfs: null,
    sampleRateHz: 48_000,
    samples: 4800 * momentaryLufs.length,
    invalidSamples: 0,
    channels: [],
    series: { stepMs: 100, momentaryLufs, shortTermLufs: momentaryLufs.map(() => null) },
  },
})

describe('readLoudness', () => {
  it('takes the figures to the thousandth and keeps what has no value', () => {
    const reading = readLoudness(sound([]))
    assert.equal(reading.integratedLufs, -23.123)
    assert.equal(reading.truePeakDbtp, 0)
    assert.deepEqual([reading.shortTermMaxLufs, reading.samplePeakDbfs], [null, null])
  })
  it('has nothing to say where no sound came', () =>
    assert.equal(readLoudness({ ...sound([]), measurement: null }).integratedLufs, null))
})

describe('readLoudnessCurve', () => {
  it('puts each value at the end of its window, and what is under the gate at the gate', () =>
    assert.deepEqual(readLoudnessCurve(sound([null, -90, -23.456])), {
      timeS: [0.1, 0.2, 0.3],
      momentaryLufs: [-70, -70, -23.46],
      shortTermLufs: [-70, -70, -70],
    }))
})

describe('readEvents', () => {
  it('pairs marks and closes what is open at the end', () => {
    const marks = result([0, 1, 2, 3], { start: [N, 0.5, N, 2.5], end: [N, N, 1.8, N] })
    assert.deepEqual(readEvents(marks, 'black', 'start', 'end', 10), [
      { kind: 'black', startS: 0.5, endS: 1.8 },
      { kind: 'black', startS: 2.5, endS: 10 },
    ])
  })
  it('lets one stretch end and the next begin on the same frame', () => {
    const marks = result([0, 1], { start: [0, 1], end: [N, 1] })
    assert.equal(readEvents(marks, 'freeze', 'start', 'end', 4).length, 2)
  })
})

describe('pool', () => {
  it('uses nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i)
    assert.deepEqual(pool(values), { mean: 50.5, min: 1, p1: 1, p5: 5, median: 50 })
  })
  it('is zero without frames', () => assert.equal(pool([]).mean, 0))
})

describe('readQuality', () => {
  it('caps identical pictures at 100 dB and keeps the worst of each bin', () => {
    const length = 5000
    const psnr = Array.from({ length }, (_, i) => (i === 1234 ? 11 : Number.POSITIVE_INFINITY))
    const quality = readQuality(
      'v720',
      result(
        Array.from({ length }, (_, i) => i / 25),
        { 'lavfi.psnr.psnr.y': psnr, 'lavfi.ssim.Y': psnr.map(() => 1), 'lavfi.xpsnr.xpsnr.y': psnr },
      ),
      null,
    )
    assert.equal(quality.psnrY.min, 11)
    assert.equal(quality.psnrY.median, 100)
    assert.equal(quality.series.timeS.length, 2000)
    assert.ok(quality.series.psnrY.includes(11))
  })
})
