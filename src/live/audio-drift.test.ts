import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AudioDrift, audioDriftDefaults } from './audio-drift.ts'

const second = 1_000_000

test('a known drift is followed, no faster than allowed and never past the limit', () => {
  const drift = new AudioDrift()
  let last = drift.update(0, { driftPpm: 5000, aheadUs: 0 }).ppm
  assert.equal(last, 0)
  for (let s = 1; s <= 30; s++) {
    const { ppm, ratio } = drift.update(s * second, { driftPpm: 5000, aheadUs: 0 })
    assert.ok(ppm - last <= audioDriftDefaults.slewPpmPerSecond && ppm <= audioDriftDefaults.maxPpm)
    assert.equal(ratio, 1 + ppm / 1e6)
    last = ppm
  }
  assert.equal(last, audioDriftDefaults.maxPpm)
})

test('a sender at any drift: the offset goes to zero and stays there, without a jump and without swinging', () => {
  for (const ppm of [-200, -30, 0, 200])
    for (const known of [true, false]) {
      const drift = new AudioDrift()
      let aheadUs = 40_000
      let least = aheadUs
      for (let tick = 0; tick < 6000; tick++) {
        const { ratio } = drift.update(tick * 100_000, { driftPpm: known ? ppm : 0, aheadUs })
        // A tenth of a second of the sender's sound: it lasts longer by its drift, and longer by the ratio.
        aheadUs += 100_000 * (1 + ppm / 1e6) - 100_000 * ratio
        least = Math.min(least, aheadUs)
      }
      // Unknown, the drift leaves what the loop needs to work against it: drift times settling time.
      const rest = known ? 0 : -ppm * audioDriftDefaults.settleSeconds
      assert.ok(Math.abs(aheadUs + rest) < 500, `${ppm} ${known}: ${aheadUs}`)
      assert.equal(drift.jumps, 0)
      assert.ok(least > -10_000 - Math.abs(rest), `${ppm} ${known}: swung to ${least}`)
    }
})

test('far off, sound is cut or silence put in at once', () => {
  const drift = new AudioDrift()
  assert.equal(drift.update(0, { driftPpm: 0, aheadUs: 300_000 }).jumpUs, 300_000)
  assert.equal(drift.update(second, { driftPpm: 0, aheadUs: -200_000 }).jumpUs, -200_000)
  assert.equal(drift.update(2 * second, { driftPpm: 0, aheadUs: 100_000 }).jumpUs, 0)
  assert.equal(drift.jumps, 2)
})
