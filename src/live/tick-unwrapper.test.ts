import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TickUnwrapper, timestampBits } from './tick-unwrapper.ts'

test('whatever is within half a period of the last value is found again, over any number of wraps', () => {
  const arb = fc.record({
    bits: fc.constantFrom(...Object.values(timestampBits)),
    start: fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }),
    // In 1/1000 of half a period, both ways: jumps and reordering alike.
    steps: fc.array(fc.integer({ min: -999, max: 999 }), { maxLength: 60 }),
  })
  fc.assert(
    fc.property(arb, ({ bits, start, steps }) => {
      const period = 1n << BigInt(bits)
      const unwrapper = new TickUnwrapper(bits)
      let truth = start
      assert.equal(unwrapper.unwrap(start), start)
      for (const step of steps) {
        truth += (BigInt(step) * period) / 2000n
        assert.equal(unwrapper.unwrap(((truth % period) + period) % period), truth)
        assert.equal(BigInt(unwrapper.wraps), truth >= 0n ? truth / period : (truth - period + 1n) / period)
      }
    }),
  )
})

test('a stream across the wrap of MPEG-TS and of RTMP, with units of both sides mixed', () => {
  const ts = new TickUnwrapper(timestampBits['mpeg-ts'])
  const top = 1n << 33n
  assert.deepEqual(
    [top - 3600n, 0n, top - 1800n, 3600n].map(raw => ts.unwrap(raw)),
    [top - 3600n, top, top - 1800n, top + 3600n],
  )
  assert.equal(ts.wraps, 1)
  // 4294967295 ms and then 39: the EXTINF of 4294967 seconds of others came from here.
  const rtmp = new TickUnwrapper(timestampBits.rtmp)
  rtmp.unwrap(4294967295n)
  assert.equal(rtmp.unwrap(39n), 4294967335n)
})

test('a PTS is unwrapped near its DTS, on either side of the wrap', () => {
  const ts = new TickUnwrapper(33)
  const dts = ts.unwrap((1n << 33n) - 1n)
  assert.equal(ts.near(7199n, dts), (1n << 33n) + 7199n)
  assert.equal(ts.wraps, 0)
})
