import assert from 'node:assert/strict'
import { test } from 'node:test'
import { channelAudioDrift, DelayLine } from './delay-line.ts'

test('more is waited at once, less not faster than sound can follow', () => {
  const line = new DelayLine(100_000)
  assert.equal(line.update(20_000, 0), 120_000)
  assert.equal(line.update(200_000, 1e6), 300_000)
  const after = line.update(20_000, 11e6)
  assert.equal(after, 280_000)
  assert.ok((300_000 - after) / 10 <= channelAudioDrift.maxPpm! - 500, 'clocks may drift beside')
  assert.equal(line.update(20_000, 1000e6), 120_000)
  assert.equal(line.update(20_000, 999e6), 120_000)
})

test('after a reset it begins with what is asked for', () => {
  const line = new DelayLine(100_000)
  line.update(500_000, 0)
  line.reset()
  assert.equal(line.update(30_000, 1), 130_000)
})
