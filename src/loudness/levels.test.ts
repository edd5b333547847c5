import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { correctLevel, type LevelRequest, limitedBy, planLevel } from './levels.ts'
import { resolveAim } from './options.ts'

const aim = resolveAim({ standard: 'r128' })!
const request = (lufs: number | null, truePeakDbtp: number | null, more: Partial<LevelRequest> = {}): LevelRequest => ({
  ...{ aim, mode: 'auto', lufs, tracks: [{ truePeakDbtp, lossless: true }] },
  ...more,
})

describe('planLevel', () => {
  it('is one gain where the peak has room', () =>
    assert.deepEqual(planLevel(request(-30, -10)), { gainDb: 7, makeUpDb: 0, ceilings: [null], heldByPeak: false }))
  it('does nothing to silence, nor to what is right', () => {
    assert.equal(planLevel(request(null, null)), null)
    assert.equal(planLevel(request(-23.02, -3)), null)
  })
  it('touches what is right but peaks too high', () =>
    assert.deepEqual(planLevel(request(-23, -0.5))?.ceilings, [-1.05]))
  it('limits where the peak would pass, lower for codecs that lose', () => {
    assert.deepEqual(planLevel(request(-30, -5))?.ceilings, [-1.05])
    const lossy = { tracks: [{ truePeakDbtp: -5, lossless: false }] }
    assert.deepEqual(planLevel(request(-30, -5, lossy))?.ceilings, [-1.4])
  })
  it('stops at the peak in mode gain', () => {
    const level = planLevel(request(-30, -5, { mode: 'gain' }))!
    assert.deepEqual([level.gainDb, level.heldByPeak, level.ceilings], [3.95, true, [null]])
  })
  it('limits only those tracks of an album that need it', () => {
    const tracks = [
      { truePeakDbtp: -20, lossless: true },
      { truePeakDbtp: -2, lossless: true },
    ]
    assert.deepEqual(planLevel(request(-30, null, { tracks }))?.ceilings, [null, -1.05])
  })
})

describe('correctLevel', () => {
  const level = { gainDb: 7, makeUpDb: 0, ceilings: [-1.05], heldByPeak: false }
  it('lets stand what was met', () =>
    assert.equal(correctLevel(level, { lufs: -23.04, truePeaksDbtp: [-1.02] }, request(-30, -2)), null))
  it('makes up for what the limiter took, by 4 dB at most', () => {
    assert.equal(correctLevel(level, { lufs: -24, truePeaksDbtp: [-1.02] }, request(-30, -2))?.gainDb, 8)
    assert.equal(correctLevel(level, { lufs: -33, truePeaksDbtp: [-1.02] }, request(-30, -2))?.makeUpDb, 4)
  })
  it('lowers the ceiling by what the codec gave back', () =>
    assert.deepEqual(correctLevel(level, { lufs: -23, truePeaksDbtp: [-0.7] }, request(-30, -2))?.ceilings, [-1.4]))
  it('brings a limiter in where a linear gain came out too high', () => {
    const linear = { ...level, ceilings: [null] }
    assert.deepEqual(correctLevel(linear, { lufs: -23, truePeaksDbtp: [-0.9] }, request(-30, -8.5))?.ceilings, [-1.65])
  })
  it('only ever lowers the gain in mode gain', () => {
    const mode = { mode: 'gain' } as const
    assert.equal(correctLevel(level, { lufs: -25, truePeaksDbtp: [-1.5] }, request(-30, -2, mode)), null)
    assert.equal(correctLevel(level, { lufs: -25, truePeaksDbtp: [-0.8] }, request(-30, -2, mode))?.gainDb, 6.75)
  })
})

describe('limitedBy', () => {
  it('is what the highest peak lost', () => {
    assert.equal(limitedBy({ truePeakDbtp: -3, lossless: true }, 7, -1), 5)
    assert.equal(limitedBy({ truePeakDbtp: -30, lossless: true }, 7, -1), 0)
    assert.equal(limitedBy({ truePeakDbtp: -3, lossless: true }, 7, null), 0)
  })
})
