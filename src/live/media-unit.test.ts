import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ticksToUs, usToTicks } from './media-unit.ts'

test('ticks to microseconds keep their order and distance on both sides of zero', () => {
  assert.deepEqual(
    [-1n, 0n, 1n, 90_000n].map(ticks => ticksToUs(ticks, 90_000)),
    [-12, 0, 11, 1_000_000],
  )
  const arb = fc.record({
    ticks: fc.bigInt({ min: -(1n << 34n), max: 1n << 34n }),
    timescale: fc.constantFrom(1000, 44_100, 48_000, 90_000),
  })
  fc.assert(
    fc.property(arb, ({ ticks, timescale }) => {
      const stepUs = ticksToUs(ticks + 1n, timescale) - ticksToUs(ticks, timescale)
      assert.ok(stepUs === Math.floor(1e6 / timescale) || stepUs === Math.ceil(1e6 / timescale))
      assert.equal(usToTicks(ticksToUs(ticks, timescale), timescale), ticks)
    }),
  )
})
