import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeUnits, type TestUnit } from '../../test/live/simulate.ts'
import type { JitterOptions } from './jitter.data.ts'
import { JitterBuffer } from './jitter-buffer.ts'

const still = { minDepthUs: 100_000, maxDepthUs: 10_000_000 } satisfies Partial<JitterOptions>
const buffer = (options: Partial<JitterOptions> = {}): JitterBuffer<TestUnit> =>
  new JitterBuffer({ ...still, ...options })
const names = (units: readonly TestUnit[]): number[] => units.map(({ dts }) => Number(dts) / 3600)
const at = (unit: TestUnit, arrivalUs: number): TestUnit => ({ ...unit, arrivalUs })
/** All at once, so that nothing is due before all of them are in. */
const together = (units: readonly TestUnit[]): TestUnit[] => units.map(unit => at(unit, 0))

test('a unit leaves one depth after the shortest way would have brought it', () => {
  const [first, second] = makeUnits({ seconds: 1 }) as [TestUnit, TestUnit]
  const b = buffer()
  b.push(at(first, 30_000))
  assert.deepEqual(b.due(30_000), { units: [], nextAtUs: 130_000 })
  b.push(at(second, 75_000))
  assert.deepEqual(names(b.due(130_000).units), [0])
  assert.deepEqual(b.due(130_001), { units: [], nextAtUs: 170_000 })
  assert.deepEqual(names(b.due(170_000).units), [1])
  assert.equal(b.state, 'playing')
})

test('what comes too late for the order is counted, whatever it is; what comes twice too', () => {
  const [first, second, third] = makeUnits({ seconds: 1, gop: 2 }) as [TestUnit, TestUnit, TestUnit]
  const b = buffer()
  b.push(at(second, 40_000))
  assert.equal(b.push(at(second, 41_000)).outcome, 'duplicate')
  b.due(140_000)
  assert.equal(b.push(at(first, 141_000)).outcome, 'late')
  assert.equal(b.push(at(second, 142_000)).outcome, 'duplicate')
  b.push(at(third, 143_000))
  const { late, latePrecious, duplicate, received } = b.counts
  assert.deepEqual({ late, latePrecious, duplicate, received }, { late: 1, latePrecious: 1, duplicate: 2, received: 5 })
})

test('an underrun is counted once, and raises the depth to what would have been enough', () => {
  const units = makeUnits({ seconds: 1, leaves: false })
  const b = buffer({ minDepthUs: 20_000, maxDepthUs: 1_000_000, lateMarginUs: 10_000 })
  b.push(at(units[0]!, 0))
  b.due(20_000)
  b.push(at(units[1]!, 240_000))
  assert.equal(b.state, 'underrun')
  assert.ok(b.depthUs >= 210_000)
  b.push(at(units[2]!, 241_000))
  b.push(at(units[3]!, 242_000))
  assert.equal(b.state, 'playing')
  assert.equal(b.counts.underruns, 1)
})

test('a pause that no depth could bridge moves the clock, not the depth', () => {
  const units = makeUnits({ seconds: 10, leaves: false })
  const b = buffer({ minDepthUs: 20_000, maxDepthUs: 1_000_000 })
  for (const unit of units.slice(0, 50)) b.push(unit)
  b.due(2_100_000)
  // The sender's own clock stood still for three seconds.
  for (const unit of units.slice(50)) {
    b.push(at(unit, unit.arrivalUs + 3_000_000))
    b.due(unit.arrivalUs + 3_020_000)
  }
  assert.equal(b.counts.reanchored, 1)
  assert.equal(b.counts.released, units.length)
  assert.equal(b.depthUs, 20_000)
  assert.equal(b.counts.underruns, 1)
  assert.equal(b.counts.overdue, 1)
})

test('no unit is held longer than the longest delay, even if its timestamp says so', () => {
  const units = makeUnits({ seconds: 10, leaves: false })
  const b = buffer({ minDepthUs: 20_000, maxDepthUs: 1_000_000 })
  b.push(at(units[125]!, 0))
  // Five seconds behind the first: the clock is anchored at this one, and the first would leave five seconds from now.
  b.push(at(units[0]!, 10_000))
  assert.equal(b.counts.reanchored, 1)
  const { units: first, nextAtUs } = b.due(900_000)
  assert.deepEqual(names(first), [0])
  assert.equal(nextAtUs, 1_000_000)
  assert.deepEqual(names(b.due(1_000_000).units), [125])
  assert.equal(b.counts.forced, 1)
})

test('overflow takes leaves first, then the tail behind the oldest reference, never the key frames', () => {
  // K l R l R l K l R l R l
  const units = together(makeUnits({ seconds: 12 / 25, gop: 6 }))
  const b = buffer({ maxUnits: 10 })
  const dropped = units.flatMap(unit => b.push(unit).dropped)
  assert.deepEqual(names(dropped), [1, 3])
  const tight = buffer({ maxUnits: 5 })
  const gone = units.flatMap(unit => tight.push(unit).dropped)
  assert.deepEqual(names(gone).slice(0, 3), [1, 3, 5])
  assert.ok(!gone.some(({ importance }) => importance === 'idr'))
  const left = names(tight.drain())
  assert.ok(left.includes(0) && left.includes(6), `${left}`)
})

test('after a reference was dropped its followers are refused up to the next key frame, and no further', () => {
  const units = together(makeUnits({ seconds: 1, gop: 6, leaves: false }))
  const b = buffer({ maxUnits: 3 })
  const outcomes = units.slice(0, 8).map(unit => b.push(unit).outcome)
  // The fourth push drops 1 and with it 2 and itself; 4 and 5 are useless; 6 is a key frame and 7 hangs on it.
  assert.deepEqual(outcomes, ['queued', 'queued', 'queued', 'overflow', 'orphaned', 'orphaned', 'queued', 'queued'])
  assert.deepEqual(names(b.drain()), [0, 6, 7])
  assert.equal(b.push(units[8]!).outcome, 'queued', 'the key frame has left, but it was there')
})

test('full of key frames or sound: the oldest leave early, nothing is lost, and the state says so', () => {
  for (const options of [{ gop: 1 }, { kind: 'audio' as const }]) {
    const units = together(makeUnits({ seconds: 1, ...options })).slice(0, 12)
    const b = buffer({ maxUnits: 4 })
    const spilled = units.flatMap(unit => b.push(unit).spilled)
    assert.equal(b.state, 'spilling')
    assert.equal(b.counts.overflow, 0)
    assert.equal(b.counts.spilled, 8)
    assert.deepEqual([...spilled, ...b.drain()], units)
  }
})

test('a new leaf that finds the buffer full of key frames is what has to go', () => {
  const keys = together(makeUnits({ seconds: 1, gop: 1 })).slice(0, 4)
  const b = buffer({ maxUnits: 4 })
  for (const key of keys) b.push(key)
  const leaf: TestUnit = { ...keys[3]!, importance: 'non-reference', dts: 999_999n, pts: 999_999n }
  assert.deepEqual(b.push(leaf), { outcome: 'overflow', dropped: [], spilled: [] })
  assert.equal(b.length, 4)
})

test('bytes bound it as well as units, even one unit larger than all of it', () => {
  const [key] = makeUnits({ seconds: 1 }) as [TestUnit]
  const b = buffer({ maxBytes: 500 })
  assert.deepEqual(names(b.push(key).spilled), [0])
  assert.equal(b.bytes, 0)
})

test('pass-through hands on at once and in order, and keeps no clock', () => {
  const [first, second, third] = makeUnits({ seconds: 1 }) as [TestUnit, TestUnit, TestUnit]
  const b = buffer({ mode: 'pass-through' })
  b.push(at(first, 500_000))
  b.push(at(third, 500_000))
  b.push(at(second, 500_000))
  assert.deepEqual(b.due(500_000), {
    units: [first, second, third].map(unit => at(unit, 500_000)),
    nextAtUs: undefined,
  })
  assert.equal(b.counts.underruns, 0)
})

test('streams of one source wait equally long when they are aligned', () => {
  const [picture] = makeUnits({ seconds: 1 }) as [TestUnit]
  const b = buffer({ minDepthUs: 20_000 })
  b.alignTo(300_000)
  b.push(at(picture, 0))
  assert.equal(b.due(0).nextAtUs, 300_000)
  assert.equal(b.depthUs, 20_000, 'what it needs by itself stays known')
})
