// Simulated senders over simulated networks, random limits, an owner who wakes late: what must hold in every run.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  exponential,
  makeUnits,
  mediaUs,
  networks,
  play,
  seeded,
  type TestUnit,
  transmit,
} from '../../test/live/simulate.ts'
import { JitterBuffer } from './jitter-buffer.ts'
import { isPrecious } from './media-unit.ts'

const caseArb = fc.record({
  seed: fc.nat(1_000_000),
  network: fc.constantFrom(...(Object.keys(networks) as (keyof typeof networks)[])),
  kind: fc.constantFrom('video' as const, 'audio' as const),
  ppm: fc.constantFrom(-200, 0, 200),
  maxUnits: fc.integer({ min: 1, max: 40 }),
  maxDepthUs: fc.constantFrom(50_000, 200_000, 1_000_000),
  sleeps: fc.boolean(),
  gop: fc.integer({ min: 1, max: 50 }),
  firstTicks: fc.constantFrom(0n, 1n << 33n, -5000n),
})

test('order by DTS, nothing precious dropped, delay and memory bounded, every unit accounted for', () => {
  fc.assert(
    fc.property(caseArb, ({ seed, network, sleeps, maxUnits, maxDepthUs, ...sender }) => {
      const random = seeded(seed)
      const model = networks[network]
      const arrivals = transmit(makeUnits({ seconds: 20, ...sender }), model, random)
      const buffer = new JitterBuffer<TestUnit>({ maxUnits, maxDepthUs, minDepthUs: 20_000, maxBytes: 30_000 })
      const sleepUs = (): number => (sleeps ? Math.round(exponential(random, 3_000)) : 0)
      const { out, dropped, refused, mostUnits, mostBytes } = play(buffer, arrivals, { sleepUs })

      for (let at = 1; at < out.length; at++) {
        assert.ok(out[at]!.unit.dts > out[at - 1]!.unit.dts, 'strictly by DTS')
        assert.ok(out[at]!.outUs >= out[at - 1]!.outUs)
      }
      assert.deepEqual(dropped.filter(isPrecious), [], 'what was let go of is never a key frame or sound')
      const { counts } = buffer
      const refusedPrecious = refused.filter(isPrecious)
      // A unit that was overtaken by more than the depth cannot leave in order; on a way that keeps order there are none.
      assert.equal(refusedPrecious.length, counts.latePrecious)
      if (model.ordered) assert.equal(refused.filter(isPrecious).length, 0)
      for (const { unit, outUs } of out) {
        assert.ok(outUs >= unit.arrivalUs)
        if (!sleeps) assert.ok(outUs - unit.arrivalUs <= maxDepthUs + 1, `held ${outUs - unit.arrivalUs} us`)
      }
      assert.ok(mostUnits <= maxUnits && mostBytes <= 30_000)
      assert.equal(out.length + dropped.length + refused.length, arrivals.length)
      assert.equal(counts.released, out.length)
      assert.equal(counts.received, arrivals.length)
      assert.equal(buffer.length, 0)
      assert.equal(buffer.bytes, 0)
    }),
    { numRuns: 150 },
  )
})

test('the order that a network spoils within the depth is restored without a loss', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const arrivals = transmit(makeUnits({ seconds: 60 }), networks.reordering, seeded(seed))
    const buffer = new JitterBuffer<TestUnit>({ minDepthUs: 100_000 })
    const { out } = play(buffer, arrivals)
    assert.equal(out.length, arrivals.length)
    assert.ok(buffer.counts.reordered > 50, 'the network did reorder')
    assert.equal(buffer.counts.late, 0)
  }
})

test('the depth follows the network: deep while it is bad, shallow again later, and back to the minimum on a steady one', () => {
  const quiet = (units: TestUnit[], from: number): TestUnit[] =>
    units.map(unit => ({ ...unit, arrivalUs: unit.payload.sentUs + 30_000 + from }))
  const units = makeUnits({ seconds: 400 })
  const bad = transmit(units.slice(0, 1500), networks.exponential, seeded(3))
  const buffer = new JitterBuffer<TestUnit>()
  play(buffer, bad)
  const deepUs = buffer.depthUs
  assert.ok(deepUs > 60_000, `${deepUs}`)
  const lastUs = bad.at(-1)!.arrivalUs
  play(
    buffer,
    quiet(units.slice(1500), 0).filter(({ arrivalUs }) => arrivalUs > lastUs),
  )
  assert.equal(buffer.depthUs, 20_000)
})

test('drift of the clock does not make the buffer grow or starve', () => {
  for (const ppm of [-200, 200]) {
    const arrivals = transmit(makeUnits({ seconds: 600, ppm }), networks.gaussian, seeded(ppm))
    const buffer = new JitterBuffer<TestUnit>()
    const { out } = play(buffer, arrivals)
    const wayUs = ({ unit, outUs }: (typeof out)[number]): number => outUs - mediaUs(unit) * (1 + ppm / 1e6)
    const tail = out.slice(-1000).map(wayUs)
    const mean = tail.reduce((sum, us) => sum + us, 0) / tail.length
    // Over ten minutes the clocks part by 120 ms; the way of a unit through network and buffer stays what it was.
    assert.ok(mean > 60_000 && mean < 140_000, `${ppm} ppm: ${mean}`)
  }
})
