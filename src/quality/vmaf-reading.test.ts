import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { MeasureResult, VmafPlan } from '../model/index.ts'
import { readVmaf } from './vmaf-reading.ts'

const plan: VmafPlan = { model: 'vmaf_v0.6.1', neg: 'vmaf_v0.6.1neg', every: 1, calibrated: true }
const context = { plan, engine: 'headend', rate: { num: 25n, den: 1n }, cutsS: [] as number[] }
const result = (scores: readonly number[], less = 1): MeasureResult => ({
  frames: scores.length,
  framesIn: scores.length,
  unpaired: 0,
  timeS: scores.map((_, i) => i / 25),
  series: { 'vmaf_v0.6.1': [...scores], 'vmaf_v0.6.1neg': scores.map(score => score - less) },
  duration: `${scores.length}/25`,
})

describe('readVmaf', () => {
  it('pools both models and finds the worst second', () => {
    const scores = Array.from({ length: 100 }, (_, i) => (i >= 50 && i < 75 ? 60 : 90))
    const reading = readVmaf(result(scores), context)!
    assert.equal(reading.score.mean, 82.5)
    assert.equal(reading.negScore!.mean, 81.5)
    assert.deepEqual(reading.worstSecond, { startS: 2, endS: 3, mean: 60 })
    assert.equal(reading.worstShot, null, 'no cut is known')
  })

  it('takes shots between the cuts of the source', () => {
    const scores = Array.from({ length: 100 }, (_, i) => (i < 10 ? 70 : i === 60 ? 40 : 90))
    const reading = readVmaf(result(scores), { ...context, cutsS: [0.4, 2] })!
    assert.deepEqual(reading.worstShot, { startS: 0, endS: 0.4, mean: 70 })
  })

  it('leaves out what was not scored, and counts time in frames of the source', () => {
    const scores = Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? (i === 40 ? 50 : 80) : Number.NaN))
    const reading = readVmaf(result(scores), { ...context, plan: { ...plan, every: 4 }, cutsS: [1.58, 1.6, 1.64, 9] })!
    assert.equal(reading.frames, 25)
    assert.equal(reading.score.min, 50)
    assert.deepEqual(
      reading.worstShot,
      { startS: 1.6, endS: 1.76, mean: 50 },
      'cuts without a scored frame between them',
    )
    assert.equal(reading.worstSecond.endS - reading.worstSecond.startS < 1.1, true)
  })

  it('is null where nothing was scored', () => {
    assert.equal(readVmaf(result([Number.NaN, Number.NaN]), context), null)
  })
})
