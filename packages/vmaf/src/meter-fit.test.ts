// How many workers are tried, and in which order.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitWorkers } from './meter-fit.ts'

const upTo = (most: number) => {
  const tried: number[] = []
  const make = (count: number): number => {
    tried.push(count)
    if (count > most) throw new RangeError(`${count} are too many`)
    return count
  }
  return { tried, make }
}

test('as many workers as were asked for, where they fit', () => {
  const { tried, make } = upTo(64)
  assert.equal(fitWorkers(64, make), 64)
  assert.deepEqual(tried, [64])
  assert.equal(fitWorkers(0, make), 1, 'the caller’s thread needs a desk, too')
})

test('fewer where they do not, and the error of one where not even one does', () => {
  const { tried, make } = upTo(20)
  assert.equal(fitWorkers(64, make), 20)
  assert.deepEqual(tried, [64, 48, 36, 27, 20])
  assert.equal(fitWorkers(2, upTo(1).make), 1)
  for (const workers of [0, 1, 2, 7, 1000]) assert.throws(() => fitWorkers(workers, upTo(0).make), /^RangeError: 1 are/)
})
