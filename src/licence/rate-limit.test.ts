import assert from 'node:assert/strict'
import { it } from 'node:test'
import { RateLimiter } from './rate-limit.ts'

it('lets a burst pass, then as many as the rate allows, each key for itself', () => {
  const limiter = new RateLimiter({ burst: 3, perMinute: 6 })
  assert.deepEqual(
    [0, 0, 0, 0].map(at => limiter.take('a', at)),
    [0, 0, 0, 10],
  )
  assert.equal(limiter.take('b', 0), 0)
  assert.equal(limiter.take('a', 4_000), 6)
  assert.equal(limiter.take('a', 10_000), 0)
  assert.equal(limiter.take('a', 10_000), 10)
  // It never saves up more than a burst.
  assert.deepEqual(
    [0, 0, 0, 0].map(() => limiter.take('a', 3_600_000)),
    [0, 0, 0, 10],
  )
})

it('keeps a bounded number of keys, and drops the one unused for longest', () => {
  const limiter = new RateLimiter({ burst: 1, perMinute: 1 })
  limiter.take('first', 0)
  for (let i = 0; i < 100_000; i++) limiter.take(`k${i}`, 0)
  assert.equal(limiter.take('first', 0), 0, 'forgotten')
  assert.equal(limiter.take('k99999', 0), 60, 'remembered')
})
