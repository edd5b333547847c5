import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { MeasureResult } from '../model/index.ts'
import { pool, readEvents, readLoudness, readQuality } from './readings.ts'

const N = Number.NaN
const result = (timeS: number[], series: Record<string, number[]>): MeasureResult => ({
  frames: timeS.length,
  framesIn: timeS.length,
  unpaired: 0,
  timeS,
  series,
  duration: '10/1',
})

describe('readLoudness', () => {
  it('takes the last integrated value, the highest momentary one and the highest peak of all channels', () => {
    const reading = readLoudness(
      result([0, 0.1, 0.2], {
        'lavfi.r128.I': [-70, -24, -23.1],
        'lavfi.r128.M': [-120, -20.5, -22],
        'lavfi.r128.S': [-120, -30, -25],
        'lavfi.r128.LRA': [0, 3, 4.5],
        'lavfi.r128.true_peaks_ch0': [0.1, 0.5, 0.5],
        'lavfi.r128.true_peaks_ch1': [0.1, 1, 1],
        'lavfi.r128.sample_peaks_ch0': [0, 0, 0],
      }),
    )
    assert.equal(reading.integratedLufs, -23.1)
    assert.equal(reading.momentaryMaxLufs, -20.5)
    assert.equal(reading.loudnessRangeLu, 4.5)
    assert.equal(reading.truePeakDbtp, 0)
    assert.equal(reading.samplePeakDbfs, null, 'digital silence has no peak level')
  })
  it('has no reading below the absolute gate', () => {
    const reading = readLoudness(result([0], { 'lavfi.r128.I': [-70], 'lavfi.r128.M': [-120], 'lavfi.r128.LRA': [0] }))
    assert.deepEqual([reading.integratedLufs, reading.momentaryMaxLufs, reading.loudnessRangeLu], [null, null, null])
  })
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
