import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdaptiveDepth } from './adaptive-depth.ts'
import { jitterDefaults } from './jitter.data.ts'
import { JitterEstimate } from './jitter-estimate.ts'
import { WindowedMinimum } from './windowed-minimum.ts'

const FRAME_US = 40_000
const second = 1_000_000

test('jitter is that of RFC 3550: a sixteenth of each difference', () => {
  const jitter = new JitterEstimate()
  assert.equal(jitter.add(0, 5_000), 0)
  assert.equal(jitter.add(FRAME_US, FRAME_US + 6_600), 100)
  assert.equal(jitter.add(2 * FRAME_US, 2 * FRAME_US + 6_600), 93.75)
  jitter.rebase()
  assert.equal(jitter.add(90_000_000, 0), 93.75)
})

test('the minimum of a window forgets what is older, but not the last value that there is', () => {
  const minimum = new WindowedMinimum(10 * second, 10)
  assert.equal(minimum.value, undefined)
  minimum.add(5, 0)
  for (let s = 1; s <= 9; s++) minimum.add(20 + s, s * second)
  assert.equal(minimum.value, 5)
  minimum.add(30, 10 * second)
  assert.equal(minimum.value, 21)
  minimum.add(40, 500 * second)
  assert.equal(minimum.value, 40)
})

test('after a bad moment it holds, then falls at its rate, and rises at once', () => {
  const depth = new AdaptiveDepth({ ...jitterDefaults, jitterFactor: 0, onTimeShare: 0 })
  const { holdUs, fallUsPerSecond, lateMarginUs } = jitterDefaults
  depth.needed(200_000, 0)
  const highUs = 200_000 + lateMarginUs
  assert.equal(depth.us, highUs)
  const at = (untilUs: number, fromUs: number): number => {
    for (let us = fromUs; us <= untilUs; us += FRAME_US) depth.arrived(us, us, 0)
    return depth.us
  }
  assert.equal(at(holdUs, 0), highUs)
  assert.ok(Math.abs(at(holdUs + 10 * second, holdUs) - (highUs - 10 * fallUsPerSecond)) < 1_000)
  depth.needed(5_000_000, holdUs + 10 * second)
  assert.equal(depth.us, jitterDefaults.maxDepthUs)
})

test('what comes every ten seconds is remembered, though the jitter between forgets it', () => {
  const depth = new AdaptiveDepth({ ...jitterDefaults, holdUs: 0, fallUsPerSecond: second })
  let least = Number.POSITIVE_INFINITY
  for (let index = 0; index < 25 * 120; index++) {
    const excessUs = index % 250 === 0 ? 150_000 : 0
    depth.arrived(index * FRAME_US, index * FRAME_US + excessUs, excessUs)
    if (index > 25 * 30) least = Math.min(least, depth.us)
  }
  assert.ok(least >= 150_000, `${least}`)
  for (let index = 25 * 120; index < 25 * 600; index++) depth.arrived(index * FRAME_US, index * FRAME_US, 0)
  assert.equal(depth.us, jitterDefaults.minDepthUs)
})
