import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FrameThinner } from './frame-thinner.ts'
import { pressureRows, pressureTimes } from './pressure.data.ts'
import { Pressure, type PressureReading } from './pressure.ts'

const FRAME_US = 40_000

/** Readings of a lag given per frame. */
function readings(lags: readonly number[], pressure = new Pressure()): PressureReading[] {
  return lags.map((lagUs, index) => pressure.update(index * FRAME_US, lagUs))
}
const frames = (seconds: number, lagUs: number): number[] => new Array(Math.round(seconds * 25)).fill(lagUs)
const changes = (all: readonly PressureReading[]): string[] =>
  all.flatMap(({ changed, state }) => (changed ? [`${changed.from} > ${state}`] : []))

test('the table is a ladder: each state enters higher, keeps less, and is left below where it was entered', () => {
  for (const [index, row] of pressureRows.entries()) {
    const below = pressureRows[index - 1]
    if (!below) continue
    assert.ok(row.enterLagUs > below.enterLagUs)
    assert.ok(row.leaveLagUs < row.enterLagUs && row.leaveLagUs > below.leaveLagUs)
    assert.ok(row.keep.frames / row.keep.of < below.keep.frames / below.keep.of)
  }
})

test('a moment of lag changes nothing; lag that stays does, up to the state that was wanted all the time', () => {
  assert.deepEqual(changes(readings([...frames(1, 0), ...frames(0.25, 900_000), ...frames(1, 0)])), [])
  assert.deepEqual(changes(readings([...frames(1, 0), ...frames(0.5, 900_000)])), ['normal > severe'])
  assert.deepEqual(changes(readings([...frames(0.2, 900_000), ...frames(0.3, 120_000)])), ['normal > light'])
  assert.deepEqual(changes(readings([...frames(0.2, 120_000), ...frames(0.24, 900_000)])), ['normal > light'])
})

test('it comes down one state at a time after a calm, and more slowly when the calm was deceptive', () => {
  const all = readings([...frames(0.5, 900_000), ...frames(10, 0)])
  assert.deepEqual(changes(all), ['normal > severe', 'severe > heavy', 'heavy > light', 'light > normal'])
  const down = all.flatMap(({ changed }, index) => (changed ? [index * FRAME_US] : []))
  assert.ok(down.slice(1).every((at, index) => at - down[index]! >= pressureTimes.leaveUs))

  // An encoder that can only just not keep up: each return to normal brings the lag back.
  const pressure = new Pressure()
  let lagUs = 0
  const lasting: number[] = []
  let sinceUs = 0
  for (let index = 0; index < 25 * 240; index++) {
    const { state, changed } = pressure.update(index * FRAME_US, lagUs)
    lagUs = state === 'normal' ? lagUs + 2_000 : Math.max(0, lagUs - 8_000)
    if (changed?.from === 'light') lasting.push(index * FRAME_US - sinceUs)
    if (state === 'light' && changed) sinceUs = index * FRAME_US
  }
  assert.ok(lasting.length >= 3 && lasting.length <= 9, `${lasting}`)
  assert.ok(lasting.at(-1)! > 3 * lasting[0]!, `${lasting}`)
})

test('between entering and leaving lag nothing moves', () => {
  const { enterLagUs, leaveLagUs } = pressureRows[1]!
  const lags = [...frames(1, enterLagUs), ...frames(120, (enterLagUs + leaveLagUs) / 2)]
  assert.deepEqual(changes(readings(lags)), ['normal > light'])
})

test('advice comes when a state has lasted, and again as long as it lasts', () => {
  const given = readings([...frames(12, 120_000)]).flatMap(({ advice }, index) => (advice ? [[index, advice]] : []))
  assert.equal(given.length, 2)
  assert.deepEqual(
    given.map(([, advice]) => advice),
    ['faster-preset', 'faster-preset'],
  )
  assert.ok((given[0]![0] as number) * FRAME_US >= pressureTimes.adviseUs)
})

test('raw frames go evenly, at the share that is asked for, and never those that begin a GOP', () => {
  const arb = fc.record({
    row: fc.constantFrom(...pressureRows.slice(1)),
    gop: fc.integer({ min: 8, max: 60 }),
    phase: fc.nat(60),
  })
  fc.assert(
    fc.property(arb, ({ row: { keep }, gop, phase }) => {
      const thinner = new FrameThinner()
      const kept = Array.from({ length: 1200 }, (_, index) => thinner.keeps(keep, (index + phase) % gop === 0))
      for (let index = 0; index < kept.length; index++) if ((index + phase) % gop === 0) assert.ok(kept[index])
      const share = kept.filter(Boolean).length / kept.length
      assert.ok(Math.abs(share - keep.frames / keep.of) < 0.01, `${share}`)
      assert.equal(thinner.dropped, kept.filter(keeps => !keeps).length)
      // Evenly: no gap longer than two periods, even where a key frame came out of turn.
      let gap = 0
      for (const keeps of kept) {
        gap = keeps ? 0 : gap + 1
        assert.ok(gap < 2 * Math.ceil(keep.of / keep.frames) + 1, `${gap}`)
      }
    }),
  )
})
