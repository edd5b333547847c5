import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Progress } from '../core/index.ts'
import { createMeter } from './progress-meter.ts'

it('tells speed and time to go, at most ten times a second', () => {
  const told: Progress[] = []
  let now = 0
  const meter = createMeter({
    stage: 'encode',
    total: 100,
    seconds: 4,
    onProgress: progress => told.push(progress),
    now: () => now,
  })
  meter.update(0)
  now = 50
  meter.update(5)
  now = 1000
  meter.update(50)
  now = 1020
  meter.update(100)
  assert.deepEqual(
    told.map(({ done }) => done),
    [0, 50, 100],
    'the update after 50 ms is swallowed, the last one is not',
  )
  assert.equal(told[0]?.fps, null, 'no rate from no time')
  assert.equal(told[1]?.fps, 50)
  assert.equal(told[1]?.speed, 2, '2 s of media in 1 s')
  assert.equal(told[1]?.etaSeconds, 1)
  assert.equal(told[2]?.etaSeconds, 0)
})
