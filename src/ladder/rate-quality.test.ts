import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { bdRate } from './bd-rate.ts'
import { fitCurve, neverRising, type Probe } from './curve.ts'
import { hullAt, type RatePoint, undominated, upperHull } from './hull.ts'

const probes = (...points: [crf: number, kbps: number, vmaf: number][]): Probe[] =>
  points.map(([crf, kbps, vmaf]) => ({ crf, bitrateBps: kbps * 1000, vmaf }))

describe('fitCurve', () => {
  it('goes through its probes, falls everywhere, and goes on straight', () => {
    const curve = fitCurve(probes([20, 6000, 97], [26, 3000, 93], [32, 1500, 84], [40, 600, 62]))
    assert.ok(Math.abs(curve.vmaf(26) - 93) < 1e-9 && Math.abs(2 ** curve.logRate(32) / 1_500_000 - 1) < 1e-9)
    for (let crf = 10; crf < 50; crf += 0.25) {
      assert.ok(curve.vmaf(crf) >= curve.vmaf(crf + 0.25), `${crf}`)
      assert.ok(curve.logRate(crf) > curve.logRate(crf + 0.25), `${crf}`)
    }
    assert.ok(curve.vmaf(-100) > 99.9 && curve.vmaf(-100) <= 100)
    assert.ok(curve.vmaf(200) < 0.1 && curve.vmaf(200) >= 0)
  })

  it('takes probes in any order, and averages what rises', () => {
    const curve = fitCurve(probes([32, 1500, 84.4], [20, 6000, 97], [26, 3000, 84]))
    assert.ok(Math.abs(curve.vmaf(26) - 84.2) < 1e-9 && Math.abs(curve.vmaf(32) - 84.2) < 1e-9)
    assert.throws(() => fitCurve(probes([20, 6000, 97], [20, 6000, 97])), RangeError)
  })

  it('is monotone whatever the probes are', () => {
    const probe = fc.record({
      crf: fc.integer({ min: 0, max: 63 }),
      bitrateBps: fc.integer({ min: 1000, max: 1e8 }),
      vmaf: fc.double({ min: 0, max: 100, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.uniqueArray(probe, { selector: ({ crf }) => crf, minLength: 2, maxLength: 8 }), points => {
        const curve = fitCurve(points)
        for (let crf = -5; crf < 70; crf += 0.5) {
          assert.ok(curve.vmaf(crf) >= curve.vmaf(crf + 0.5) - 1e-9)
          assert.ok(curve.logRate(crf) >= curve.logRate(crf + 0.5) - 1e-9)
        }
      }),
    )
  })
})

it('neverRising is the nearest sequence that does not rise', () => {
  assert.deepEqual(neverRising([5, 4, 4.5, 1]), [5, 4.25, 4.25, 1])
  assert.deepEqual(neverRising([1, 2, 3]), [2, 2, 2])
  assert.deepEqual(neverRising([3, 2, 1]), [3, 2, 1])
})

const point = fc.record({
  logRate: fc.double({ min: 10, max: 26, noNaN: true }),
  vmaf: fc.double({ min: 0, max: 100, noNaN: true }),
})

describe('the hull', () => {
  it('leaves out what another point beats, and what lies under the line', () => {
    const at = (logRate: number, vmaf: number): RatePoint => ({ logRate, vmaf })
    assert.deepEqual(undominated([at(2, 50), at(1, 40), at(3, 45), at(2, 30)]), [at(1, 40), at(2, 50)])
    assert.deepEqual(upperHull([at(0, 0), at(1, 1), at(2, 10), at(3, 12)]), [at(0, 0), at(2, 10), at(3, 12)])
    assert.deepEqual(upperHull([at(0, 0), at(1, 5), at(2, 10)]), [at(0, 0), at(2, 10)])
    assert.equal(hullAt([at(0, 0), at(2, 10)], 1), 5)
    assert.equal(hullAt([at(0, 0), at(2, 10)], 3), null)
  })

  it('lies above every point, rises, and bends down', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 60 }), points => {
        const hull = upperHull(points)
        const [first, last] = [hull[0]!, hull.at(-1)!]
        for (const { logRate, vmaf } of points) {
          if (logRate >= first.logRate && logRate <= last.logRate) assert.ok(hullAt(hull, logRate)! >= vmaf - 1e-9)
          if (logRate > last.logRate) assert.ok(vmaf <= last.vmaf)
        }
        for (let i = 1; i < hull.length; i++)
          assert.ok(hull[i]!.vmaf > hull[i - 1]!.vmaf && hull[i]!.logRate > hull[i - 1]!.logRate)
      }),
    )
  })
})

describe('bdRate', () => {
  const line = (shift: number): RatePoint[] =>
    [18, 20, 22, 24].map((logRate, i) => ({ logRate: logRate + shift, vmaf: 40 + 15 * i }))

  it('is the share of bits at equal quality', () => {
    assert.equal(bdRate(line(0), line(0)), 0)
    assert.ok(Math.abs(bdRate(line(0), line(-1))! + 0.5) < 1e-9, 'half the bits')
    assert.ok(Math.abs(bdRate(line(0), line(1))! - 1) < 1e-9, 'twice the bits')
  })

  it('is null where nothing can be compared', () => {
    assert.equal(bdRate(line(0), [{ logRate: 20, vmaf: 50 }]), null)
    assert.equal(
      bdRate(
        line(0),
        line(0).map(({ logRate, vmaf }) => ({ logRate, vmaf: vmaf - 60 })),
      ),
      null,
    )
  })
})
