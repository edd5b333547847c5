import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AvOffset, detectableUs } from './av-offset.ts'

test('what both have in common does not count, and neither does one bad value', () => {
  const offset = new AvOffset({ size: 5 })
  assert.equal(offset.soundAheadUs, undefined)
  for (let n = 0; n < 20; n++) {
    offset.add('video', n * 40_000, n * 40_000 + 900_000 + (n === 17 ? 400_000 : 0))
    offset.add('audio', n * 21_333, n * 21_333 + 870_000)
  }
  assert.equal(offset.soundAheadUs, 30_000)
  assert.equal(offset.detectable, false)
  offset.reset()
  assert.equal(offset.soundAheadUs, undefined)
})

test('sound ahead is noticed sooner than sound behind', () => {
  const at = (audioWayUs: number): boolean => {
    const offset = new AvOffset()
    offset.add('video', 0, 0)
    offset.add('audio', 0, audioWayUs)
    return offset.detectable
  }
  assert.deepEqual(
    [-detectableUs.aheadUs - 1, -detectableUs.aheadUs, detectableUs.behindUs, detectableUs.behindUs + 1].map(at),
    [true, false, false, true],
  )
})
