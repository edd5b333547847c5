import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SourceMonitor } from './source-monitor.ts'
import { type SourceState, sourceDefaults, sourceTransitions } from './source-states.data.ts'

const second = 1_000_000
const states = (monitor: SourceMonitor, nowUs: number): SourceState[] => monitor.read(nowUs).changes.map(({ to }) => to)

/** Pictures every 40 ms. */
function flow(monitor: SourceMonitor, fromUs: number, seconds: number, gop = 25): void {
  for (let n = 0; n < seconds * 25; n++) monitor.unit(n % gop === 0 ? 'idr' : 'reference', fromUs + n * 40_000)
}

test('nothing, live, stalled, slate, back', () => {
  const monitor = new SourceMonitor()
  assert.deepEqual(monitor.read(0), { state: 'waiting', output: 'slate', changes: [], nextAtUs: undefined, forUs: 0 })
  flow(monitor, 0, 2)
  assert.deepEqual(states(monitor, 2 * second), ['returning', 'live'])
  const lastUs = 49 * 40_000
  const live = monitor.read(2 * second)
  assert.equal(live.output, 'picture')
  assert.equal(live.nextAtUs, lastUs + sourceDefaults.stallUs)
  const stalled = monitor.read(live.nextAtUs!)
  assert.deepEqual(
    [stalled.state, stalled.output, stalled.nextAtUs],
    ['stalled', 'last-picture', lastUs + sourceDefaults.slateUs],
  )
  const slate = monitor.read(stalled.nextAtUs!)
  assert.deepEqual([slate.state, slate.output, slate.nextAtUs], ['slate', 'slate', undefined])

  flow(monitor, 10 * second, 0.8)
  assert.equal(monitor.read(10.8 * second).state, 'returning')
  flow(monitor, 10.8 * second, 0.4)
  const back = monitor.read(11.2 * second)
  assert.equal(back.state, 'live')
  assert.ok(back.forUs <= 240_000)
})

test('a short stall ends with the next unit', () => {
  const monitor = new SourceMonitor()
  flow(monitor, 0, 1)
  // The last unit came at 0.96 s, so it is stalled since 1.46 s, whenever somebody asks.
  assert.deepEqual(
    [monitor.read(1.6 * second)].map(({ state, forUs }) => [state, forUs]),
    [['stalled', 140_000]],
  )
  monitor.unit('reference', 1.7 * second)
  assert.deepEqual(states(monitor, 1.7 * second), ['live'])
})

test('a source that returns must bring a key frame, and must not pause', () => {
  const monitor = new SourceMonitor()
  flow(monitor, 0, 1)
  monitor.read(5 * second)
  for (let n = 0; n < 100; n++) monitor.unit('reference', 10 * second + n * 40_000)
  assert.equal(monitor.read(14 * second).state, 'returning')
  monitor.unit('idr', 14 * second)
  assert.equal(monitor.read(14 * second).state, 'live')

  const stutters = new SourceMonitor()
  flow(stutters, 0, 1)
  stutters.read(5 * second)
  for (let n = 0; n < 20; n++) stutters.unit('idr', 10 * second + n * 700_000)
  assert.equal(stutters.read(23.4 * second).state, 'returning')
  assert.ok(!states(stutters, 23.4 * second).includes('live'))
})

test('whoever asks late hears of every change, and whoever asks often hears the same', () => {
  const arb = fc.array(fc.record({ gapUs: fc.integer({ min: 1_000, max: 3 * second }), key: fc.boolean() }), {
    maxLength: 60,
  })
  const known = new Set(sourceTransitions.map(({ from, to }) => `${from} ${to}`))
  fc.assert(
    fc.property(arb, units => {
      const lazy = new SourceMonitor()
      const eager = new SourceMonitor()
      const seen: string[] = []
      let nowUs = 0
      for (const { gapUs, key } of units) {
        const untilUs = nowUs + gapUs
        for (let nextUs = eager.read(nowUs); ; ) {
          seen.push(...nextUs.changes.map(({ from, to }) => `${from} ${to}`))
          if (nextUs.nextAtUs === undefined || nextUs.nextAtUs > untilUs) break
          nextUs = eager.read(nextUs.nextAtUs)
        }
        nowUs = untilUs
        for (const monitor of [lazy, eager]) monitor.unit(key ? 'idr' : 'reference', nowUs)
      }
      seen.push(...eager.read(nowUs).changes.map(({ from, to }) => `${from} ${to}`))
      const late = lazy.read(nowUs).changes.map(({ from, to }) => `${from} ${to}`)
      assert.deepEqual(late, seen)
      assert.ok(seen.every(change => known.has(change)))
    }),
  )
})
