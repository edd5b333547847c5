import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeUnits, seeded, type TestUnit } from '../../test/live/simulate.ts'
import { ticksToUs } from './media-unit.ts'
import { TimestampRepair } from './timestamp-repair.ts'

const shifted = (unit: TestUnit, seconds: number): TestUnit => {
  const ticks = BigInt(Math.round(seconds * unit.timescale))
  return { ...unit, dts: unit.dts + ticks, pts: unit.pts + ticks }
}
const steps = (units: readonly TestUnit[]): number[] =>
  units.slice(1).map((unit, index) => Number(unit.dts - units[index]!.dts))

test('good timestamps pass as they are, the same object', () => {
  const repair = new TimestampRepair()
  for (const unit of makeUnits({ seconds: 2 })) assert.equal(repair.repair(unit).unit, unit)
  assert.ok(Object.values(repair.counts).every(count => count === 0))
})

test('equal and backward DTS move on by a tick, and PTS is never before DTS', () => {
  const units = makeUnits({ seconds: 1 })
  const repair = new TimestampRepair()
  const wrong = [units[0]!, { ...units[1]!, dts: 0n, pts: 0n }, { ...units[2]!, dts: -900n }, { ...units[3]!, pts: 0n }]
  const fixed = wrong.map(unit => repair.repair(unit))
  assert.deepEqual(
    fixed.map(({ unit }) => [unit.dts, unit.pts]),
    [
      [0n, 0n],
      [1n, 1n],
      [2n, 7200n],
      [10800n, 10800n],
    ],
  )
  assert.deepEqual(
    fixed.map(({ reasons }) => reasons),
    [[], ['equal'], ['backward'], ['pts-before-dts']],
  )
})

test('a jump is closed by one frame duration, forwards and backwards, in every stream by the same amount', () => {
  for (const jump of [3600, -3600, 2, -0.5]) {
    const repair = new TimestampRepair()
    const picture = makeUnits({ seconds: 4 })
    const sound = makeUnits({ seconds: 4, kind: 'audio' })
    const all = [...picture, ...sound]
      .toSorted((a, b) => a.arrivalUs - b.arrivalUs)
      .map(unit => repair.repair(unit.arrivalUs < 2_000_000 ? unit : shifted(unit, jump)))
    const out = all.map(({ unit }) => unit)
    assert.ok(
      steps(out.filter(({ kind }) => kind === 'video')).every(step => Math.abs(step - 3600) < 1800),
      `${jump}`,
    )
    const offUs = out.map(unit => ticksToUs(unit.dts, unit.timescale) - unit.arrivalUs)
    assert.ok(Math.max(...offUs) - Math.min(...offUs) < 20_000, `${jump}: ${Math.min(...offUs)} ${Math.max(...offUs)}`)
    const late = out.filter(({ arrivalUs }) => arrivalUs > 2_500_000)
    const skewUs = (kind: string): number =>
      Math.max(
        ...late.filter(unit => unit.kind === kind).map(unit => ticksToUs(unit.dts, unit.timescale) - unit.arrivalUs),
      )
    assert.ok(Math.abs(skewUs('video') - skewUs('audio')) <= 100, 'picture and sound stay together')
    assert.equal(repair.counts[jump > 0 ? 'jump-forward' : 'jump-backward'], 2)
    assert.equal(repair.counts[jump > 0 ? 'jump-backward' : 'jump-forward'], 0)
  }
})

test('a stream that lost some units at the jump follows the other, by its shift and not by its own guess', () => {
  const repair = new TimestampRepair()
  const all = [...makeUnits({ seconds: 4 }), ...makeUnits({ seconds: 4, kind: 'audio' })]
  const out = all
    .filter(({ kind, arrivalUs }) => kind === 'video' || arrivalUs < 2_000_000 || arrivalUs > 2_300_000)
    .toSorted((a, b) => a.arrivalUs - b.arrivalUs)
    .map(unit => repair.repair(unit.arrivalUs < 2_000_000 ? unit : shifted(unit, 3600)).unit)
  for (const { dts, arrivalUs, timescale } of out) assert.ok(Math.abs(ticksToUs(dts, timescale) - arrivalUs) < 20_000)
})

test('a pause of the sender and a late burst of the network are no jumps', () => {
  const units = makeUnits({ seconds: 20 })
  const paused = new TimestampRepair()
  for (const unit of [...units.slice(0, 50), ...units.slice(300)]) assert.equal(paused.repair(unit).unit, unit)
  assert.equal(paused.counts['jump-forward'], 0)
  const burst = new TimestampRepair()
  for (const unit of units) {
    const late = { ...unit, arrivalUs: Math.max(unit.arrivalUs, 10_000_000) }
    assert.equal(burst.repair(late).unit, late)
  }
})

test('where order is not kept a step back is no fault', () => {
  const [a, b, c] = makeUnits({ seconds: 1 }) as [TestUnit, TestUnit, TestUnit]
  const repair = new TimestampRepair({ ordered: false })
  for (const unit of [a, c, b]) assert.equal(repair.repair(unit).unit, unit)
})

test('whatever comes, DTS rises strictly and PTS is not before it', () => {
  const arb = fc.record({ seed: fc.nat(1_000_000), faults: fc.double({ min: 0, max: 0.5, noNaN: true }) })
  fc.assert(
    fc.property(arb, ({ seed, faults }) => {
      const random = seeded(seed)
      const repair = new TimestampRepair()
      let jump = 0
      let last: bigint | undefined
      for (const unit of makeUnits({ seconds: 10 })) {
        if (random() < faults / 10) jump += (random() - 0.5) * 20_000
        const noise = random() < faults ? (random() - 0.5) * 0.4 : 0
        const { unit: fixed } = repair.repair(shifted(unit, jump + noise))
        if (last !== undefined) assert.ok(fixed.dts > last)
        assert.ok(fixed.pts >= fixed.dts)
        last = fixed.dts
      }
    }),
  )
})
