// Pooling against values worked out by hand, and against a plain search for the worst stretches.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PoolOptions, pool } from './pool.ts'

test('the figures of a small series', () => {
  // By hand. Percentiles: position (N−1)·p/100 in 60 80 88 92 95, which is what numpy's `linear` says.
  const pooled = pool([92, 80, 95, 60, 88])
  near(pooled.mean, 83)
  near(pooled.standardDeviation, Math.sqrt((9 ** 2 + 3 ** 2 + 12 ** 2 + 23 ** 2 + 5 ** 2) / 5))
  near(pooled.p1, 60.8)
  near(pooled.p5, 64)
  near(pooled.p10, 68)
  near(pooled.p50, 88)
  near(pooled.harmonicMean, 5 / (1 / 93 + 1 / 81 + 1 / 96 + 1 / 61 + 1 / 89) - 1)
  assert.equal(pooled.min, 60)
  assert.equal(pooled.max, 95)
  assert.equal(pooled.count, 5)
})

test('one value is all of its figures', () => {
  const { count, standardDeviation, worstSecond, worstShot, ...figures } = pool([71.5], {
    rate: { num: 25, den: 1 },
    shotStarts: [0],
  })
  for (const [name, value] of Object.entries(figures)) near(value, 71.5, name)
  assert.equal(count, 1)
  assert.equal(standardDeviation, 0)
  assert.deepEqual(worstSecond, { mean: 71.5, first: 0, count: 1 })
  assert.deepEqual(worstShot, { mean: 71.5, first: 0, count: 1 })
})

test('zeros have a harmonic mean', () => {
  assert.equal(pool([0, 0]).harmonicMean, 0)
  near(pool([0, 100]).harmonicMean, 2 / (1 + 1 / 101) - 1)
})

test('what was not asked for is absent', () => {
  const pooled = pool([1, 2])
  assert.equal('worstSecond' in pooled, false)
  assert.equal('worstShot' in pooled, false)
})

test('the series stays as it is', () => {
  const series = [3, 1, 2]
  pool(series, { rate: { num: 2, den: 1 }, shotStarts: [0, 2] })
  assert.deepEqual(series, [3, 1, 2])
})

test('the worst second is the lowest window of a rounded second, the first of equals', () => {
  const series = Array.from({ length: 200 }, (_, i) => 50 + 40 * Math.sin(i * i * 0.013) + (i % 7))
  for (const [num, den, count] of [
    [24000, 1001, 24],
    [25, 1, 25],
    [30000, 1001, 30],
    [60000, 1001, 60],
    [1, 3, 1],
    [500, 1, 200],
  ] as const) {
    const { worstSecond } = pool(series, { rate: { num, den } })
    const means = Array.from({ length: series.length - count + 1 }, (_, first) => {
      return series.slice(first, first + count).reduce((sum, value) => sum + value, 0) / count
    })
    const lowest = Math.min(...means)
    assert.equal(worstSecond?.count, count)
    assert.equal(worstSecond?.first, means.indexOf(lowest))
    near(worstSecond!.mean, lowest)
  }
  assert.deepEqual(pool([5, 5, 5], { rate: { num: 2, den: 1 } }).worstSecond, { mean: 5, first: 0, count: 2 })
})

test('the worst shot is the one with the lowest mean', () => {
  const series = [90, 92, 40, 44, 99, 30, 99]
  assert.deepEqual(pool(series, { shotStarts: [0, 2, 4] }).worstShot, { mean: 42, first: 2, count: 2 })
  // What comes before the first start is a shot too, and no start at all is one shot.
  assert.deepEqual(pool([10, 90, 80], { shotStarts: [1] }).worstShot, { mean: 10, first: 0, count: 1 })
  assert.deepEqual(pool([10, 20], { shotStarts: [] }).worstShot, { mean: 15, first: 0, count: 2 })
})

test('what cannot be pooled is an error and never NaN', () => {
  assert.throws(() => pool([]), /empty/)
  for (const value of [NaN, Infinity, -Infinity, -1, -7])
    assert.throws(() => pool([50, value]), /cannot pool .*value 1/)
  const wrong: PoolOptions[] = [
    { rate: { num: 0, den: 1 } },
    { rate: { num: 25, den: 0 } },
    { rate: { num: -25, den: 1 } },
    { rate: { num: NaN, den: 1 } },
    { shotStarts: [0, 0] },
    { shotStarts: [2, 1] },
    { shotStarts: [0, 3] },
    { shotStarts: [-1, 1] },
    { shotStarts: [0.5] },
  ]
  for (const options of wrong)
    assert.throws(() => pool([50, 60, 70], options), { name: 'RangeError' }, JSON.stringify(options))
})

function near(got: number, wanted: number, what = ''): void {
  assert.ok(Math.abs(got - wanted) <= 1e-9, `${what} ${got}, expected ${wanted}`)
}
