import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { videoFacts } from '../../test/media/sample-facts.ts'
import { HeadendError } from '../core/index.ts'
import { planVmaf, type ScoredPicture, type VmafWish } from './plan-vmaf.ts'

const { hdr } = videoFacts()
const plan = (over: Partial<ScoredPicture> = {}, wish: Partial<VmafWish> = {}, promised = false) =>
  planVmaf(
    { width: 1920, height: 1080, frames: 250, gopFrames: 50, hdr, ...over },
    { vmafModel: 'auto', ...wish },
    promised,
  )
const code = (expected: string) => (error: unknown) => error instanceof HeadendError && error.code === expected

describe('planVmaf', () => {
  it('takes the model for the screen, with NEG beside it, unless one is named', () => {
    assert.deepEqual(plan().vmaf, { model: 'vmaf_v0.6.1', neg: 'vmaf_v0.6.1neg', every: 1, calibrated: true })
    assert.equal(plan({ width: 3840, height: 1600 }).vmaf!.model, 'vmaf_4k_v0.6.1')
    assert.equal(plan({ width: 2160, height: 3840 }).vmaf!.neg, 'vmaf_4k_v0.6.1neg')
    assert.equal(plan({ width: 3840, height: 2160 }, { vmafModel: 'vmaf_v0.6.1' }).vmaf!.model, 'vmaf_v0.6.1')
    assert.equal(plan({}, { vmafModel: 'vmaf_v0.6.1_phone' }).vmaf!.neg, null)
  })

  it('scores about 600 frames of a long programme, never in step with its key frames', () => {
    const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
    for (const frames of [601, 1200, 14_400, 172_800, 1_000_000])
      for (const gopFrames of [1, 24, 25, 48, 50, 60, 96, 120, 240]) {
        const { every } = plan({ frames, gopFrames }).vmaf!
        const scored = Math.ceil(frames / every)
        assert.ok(scored <= 1200 && scored > 270, `${frames} frames, every ${every}: ${scored}`)
        assert.equal(gcd(every, gopFrames), 1, `every ${every} of GOPs of ${gopFrames}`)
      }
    assert.equal(plan({ frames: 600 }).vmaf!.every, 1)
    assert.equal(plan({ frames: 100_000 }, { vmafEvery: 50 }).vmaf!.every, 50, 'as asked, whatever it is')
  })

  it('says that HDR is not what the models know', () => {
    const { vmaf, warnings } = plan({ hdr: { ...hdr, format: 'hdr10' } })
    assert.equal(vmaf!.calibrated, false)
    assert.equal(warnings[0]!.code, 'vmaf-hdr')
  })

  it('leaves out pictures that are too small, and refuses to promise of them', () => {
    for (const small of [{ width: 94 }, { height: 78 }]) {
      assert.equal(plan(small).vmaf, null)
      assert.match(plan(small).choices[0]!.because, /too small/)
      assert.throws(() => plan(small, {}, true), code('HE_PLAN_IMPOSSIBLE'))
    }
    assert.equal(plan({}, { vmafModel: 'off' }).vmaf, null)
    assert.throws(() => plan({}, { vmafModel: 'off' }, true), code('HE_PLAN_IMPOSSIBLE'))
  })
})
