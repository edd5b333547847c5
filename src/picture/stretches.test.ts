import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Curve, Stretches } from './stretches.ts'

describe('stretches', () => {
  it('begin and end where it holds, with the worst value and its time', () => {
    const stretches = new Stretches({ minS: 2 })
    for (const [second, value] of [null, 1, 5, 2, null, 9, null].entries()) stretches.push(second, second + 1, value)
    assert.deepEqual(stretches.finish().found, [{ startS: 1, endS: 4, worst: 5, worstS: 2, what: null }])
  })

  it('go on over a gap that is short enough', () => {
    const ends = (gapS: number): number[] => {
      const stretches = new Stretches({ minS: 0, gapS })
      for (const [second, value] of [1, null, null, 1].entries()) stretches.push(second, second + 1, value)
      return stretches.finish().found.map(({ endS }) => endS)
    }
    assert.deepEqual(ends(2), [4])
    assert.deepEqual(ends(1), [1, 4])
  })

  it('are one for each thing that they are of', () => {
    const stretches = new Stretches({ minS: 0 })
    for (const [second, what] of ['a', 'a', 'b'].entries()) stretches.push(second, second + 1, 1, what)
    assert.deepEqual(
      stretches.finish().found.map(({ startS, endS, what }) => [startS, endS, what]),
      [
        [0, 2, 'a'],
        [2, 3, 'b'],
      ],
    )
  })

  it('are kept up to a hundred, and counted then', () => {
    const stretches = new Stretches({ minS: 0 })
    for (let second = 0; second < 240; second++) stretches.push(second, second + 1, second % 2 === 0 ? 1 : null)
    const { found, more } = stretches.finish()
    assert.deepEqual([found.length, more], [100, 20])
  })
})

describe('curves', () => {
  for (const [join, expected] of [
    ['mean', 0.01],
    ['max', 1],
  ] as const)
    it(`of two hours have 2,000 points at most, each the ${join}`, () => {
      const curve = new Curve({ id: 'a', title: 'A', unit: '%' }, join)
      for (let frame = 0; frame < 180_000; frame++) curve.push(frame / 25, frame % 100 === 0 ? 1 : 0)
      const { timeS, values } = curve.finish()
      assert.equal(timeS.length, values.length)
      assert.ok(values.length > 900 && values.length <= 2000, `${values.length} points`)
      assert.ok(timeS.at(-1)! > 7100 && timeS[0] === 0)
      assert.ok(timeS.every((time, i) => i === 0 || time > timeS[i - 1]!))
      const mean = values.reduce((a, b) => a + b, 0) / values.length
      assert.ok(Math.abs(mean - expected) < 0.005, `mean of ${mean}`)
    })
})
