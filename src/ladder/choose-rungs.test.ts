import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { chooseRungs, type RungWish } from './choose-rungs.ts'
import { upperHull } from './hull.ts'
import type { HullPoint } from './search.ts'

const wish: RungWish = { top: 93, step: 6, maxRungs: 8, leastBps: 150_000, mostBps: null }
const point = (kbps: number, vmaf: number): HullPoint => ({
  candidate: 'v720',
  crf: 20,
  logRate: Math.log2(kbps * 1000),
  vmaf,
})
/** A hull of a typical title: quality falls ever faster as the rate does. */
const typical = Array.from({ length: 60 }, (_, i) => point(120 * 1.08 ** i, 100 - 75 * 0.945 ** i))

describe('chooseRungs', () => {
  it('begins with the fewest bits that reach the top, and goes down in steps that are seen', () => {
    const { rungs, bestReachable } = chooseRungs(typical, wish)
    assert.equal(bestReachable, null)
    assert.ok(rungs[0]!.vmaf >= 93 && rungs[0]!.vmaf < 93.6)
    for (const [i, rung] of rungs.entries()) {
      const above = rungs[i - 1]
      if (!above) continue
      const ratio = 2 ** (above.logRate - rung.logRate)
      assert.ok(ratio >= 1.5 && ratio <= 2.5, `${ratio}`)
    }
  })

  it('says what the best is when the wish is beyond it, and keeps under a cap', () => {
    const modest = typical.filter(({ vmaf }) => vmaf < 85)
    assert.equal(chooseRungs(modest, wish).bestReachable, modest.at(-1)!.vmaf)
    const capped = chooseRungs(typical, { ...wish, mostBps: 1_000_000 })
    assert.ok(2 ** capped.rungs[0]!.logRate <= 1_000_000 && capped.bestReachable !== null)
    assert.match(capped.rungs[0]!.because, /highest rate/)
    assert.equal(chooseRungs(typical, { ...wish, mostBps: 1000 }).rungs.length, 1, 'never none')
  })

  it('has no more rungs than wanted, none under the floor, none that another beats', () => {
    const points = fc.array(
      fc.record({ kbps: fc.integer({ min: 20, max: 50_000 }), vmaf: fc.double({ min: 1, max: 100, noNaN: true }) }),
      { minLength: 1, maxLength: 80 },
    )
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 20, max: 99 }), (list, maxRungs, top) => {
        const hull = upperHull(list.map(({ kbps, vmaf }) => point(kbps, vmaf)))
        const { rungs } = chooseRungs(hull, { ...wish, maxRungs, top })
        assert.ok(rungs.length >= 1 && rungs.length <= maxRungs)
        for (let i = 1; i < rungs.length; i++) {
          assert.ok(rungs[i]!.logRate < rungs[i - 1]!.logRate && rungs[i]!.vmaf < rungs[i - 1]!.vmaf)
          assert.ok(2 ** rungs[i]!.logRate >= 150_000)
        }
      }),
    )
  })
})
