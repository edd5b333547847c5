import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LoudnessReading } from '../model/index.ts'
import { loudnessStandards, planLoudness } from './index.ts'

const reading = (integratedLufs: number | null, truePeakDbtp: number | null): LoudnessReading => ({
  integratedLufs,
  truePeakDbtp,
  momentaryMaxLufs: null,
  shortTermMaxLufs: null,
  loudnessRangeLu: null,
  samplePeakDbfs: null,
})
const names = (plan: ReturnType<typeof planLoudness>): string[] => plan.filters.map(({ name }) => name)

describe('planLoudness', () => {
  it('is one linear gain, rounded to 0.01 dB', () => {
    const plan = planLoudness(loudnessStandards.r128, reading(-16.404, -3))
    assert.equal(plan.gainDb, -6.6)
    assert.deepEqual(names(plan), ['volume'])
    assert.equal(plan.filters[0]?.args.volume, '-6.6dB')
  })
  it('limits at four times the rate, below the ceiling, when the peak would pass it', () => {
    const plan = planLoudness(loudnessStandards['streaming-14'], reading(-20, -3))
    assert.deepEqual(names(plan), ['volume', 'aresample', 'alimiter'])
    assert.ok(20 * Math.log10(Number(plan.filters[2]?.args.limit)) < -1)
    assert.equal(plan.warning, null)
    assert.match(planLoudness(loudnessStandards['streaming-14'], reading(-30, -3)).warning ?? '', /limited by 14\.6 dB/)
  })
  it('keeps a limiter where no peak was read', () =>
    assert.equal(planLoudness(loudnessStandards.r128, reading(-30, null)).limiter, true))
  it('adds no filter where there is nothing to do', () => {
    assert.deepEqual(names(planLoudness(loudnessStandards.r128, reading(-23, -9))), [])
    assert.deepEqual(names(planLoudness(loudnessStandards.r128, reading(null, null))), [])
    assert.deepEqual(names(planLoudness(loudnessStandards.off, reading(-5, 1))), [])
  })
  it('says when loudness was to be reached and was not measured', () =>
    assert.notEqual(planLoudness(loudnessStandards.r128, undefined).warning, null))
  it('says that a standard of dialogue was held for the whole programme', () => {
    const { because, gainDb } = planLoudness(loudnessStandards.netflix, reading(-30, -20))
    assert.equal(gainDb, 6)
    assert.match(because, /dialogue was not gated/)
  })
  it('warns when noise comes up with the programme', () =>
    assert.match(planLoudness(loudnessStandards.r128, reading(-50, -30)).warning ?? '', /27\.0 dB/))
})
