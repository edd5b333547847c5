import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { noise } from '../../test/media/tones.ts'
import type { LoudnessMeasurement } from '../model/index.ts'
import { createLoudnessMeter, rangeOfMomentary } from './meter/index.ts'
import { applyRide, planRide } from './ride.ts'

const RATE = 48_000
const CHANNELS = ['FL', 'FR']

function measure(plane: Float32Array): LoudnessMeasurement {
  const meter = createLoudnessMeter({ sampleRateHz: RATE, channels: CHANNELS, dualMono: false })
  for (let at = 0; at < plane.length; at += 4096) {
    const part = plane.subarray(at, at + 4096)
    meter.push([part, part])
  }
  return meter.finish()
}

/** Noise whose level stays for some seconds at each of `levels`, in dB. */
function scenes(levels: readonly number[], secondsEach = 8): Float32Array {
  const plane = noise(levels.length * secondsEach * RATE, 3)
  return plane.map((x, i) => x * 10 ** (levels[Math.floor(i / RATE / secondsEach)]! / 20))
}

const FILM = scenes([-30, -12, -28, -20, -30, -14, -24, -10, -32, -18])

describe('rangeOfMomentary', () => {
  it('is close to the meter', () => {
    const { loudnessRangeLu, series } = measure(FILM)
    assert.ok(Math.abs(rangeOfMomentary(series.momentaryLufs)! - loudnessRangeLu!) < 0.5)
  })
  it('has none of what is shorter than 3 s', () =>
    assert.equal(rangeOfMomentary(measure(FILM.slice(0, 2 * RATE)).series.momentaryLufs), null))
})

describe('planRide', () => {
  it('brings the range close to what was asked for at the first attempt, as the meter reads it behind it', () => {
    const before = measure(FILM)
    assert.ok(before.loudnessRangeLu! > 15, `${before.loudnessRangeLu}`)
    for (const wanted of [12, 8, 5]) {
      const planned = planRide(before.series, wanted)!
      const plane = FILM.slice()
      for (let at = 0; at < plane.length; at += 1000) applyRide([plane.subarray(at, at + 1000)], at, RATE, planned.ride)
      const after = measure(plane)
      assert.ok(Math.abs(after.loudnessRangeLu! - wanted) < 1, `${wanted}: ${after.loudnessRangeLu}`)
      assert.ok(Math.abs(after.integratedLufs! - planned.integratedLufs) < 0.5, `${after.integratedLufs}`)
    }
  })
  it('plans nothing where the range is small enough, or there is none', () => {
    assert.equal(planRide(measure(FILM).series, 40), null)
    assert.equal(planRide(measure(new Float32Array(10 * RATE)).series, 5), null)
  })
  it('bridges pauses instead of raising them', () => {
    const quiet = scenes([-12, -30, -12, -80, -12, -30, -12])
    const { series } = measure(quiet)
    const { gainsDb } = planRide(series, 8)!.ride
    const middle = (scene: number): number => gainsDb[Math.round((scene + 0.5) * 80)]!
    assert.ok(middle(1) > 3, `${middle(1)}`)
    assert.ok(Math.abs(middle(3) - middle(2)) < 1, `${middle(3)} in the pause, ${middle(2)} before it`)
  })
})

describe('applyRide', () => {
  const ride = { stepMs: 100, gainsDb: [0, -6, -6, 6] }
  it('moves in straight lines of decibels, however the samples come', () => {
    const whole = new Float32Array(RATE / 2).fill(1)
    const parts = whole.slice()
    applyRide([whole], 0, RATE, ride)
    for (let at = 0; at < parts.length; at += 777) applyRide([parts.subarray(at, at + 777)], at, RATE, ride)
    const db = (plane: Float32Array, ms: number): number => 20 * Math.log10(plane[(ms * RATE) / 1000]!)
    for (const plane of [whole, parts])
      for (const [ms, wanted] of [
        [0, 0],
        [50, -3],
        [150, -6],
        [250, 0],
        [400, 6],
      ] as const)
        assert.ok(Math.abs(db(plane, ms) - wanted) < 0.01, `${ms} ms: ${db(plane, ms)}`)
  })
})
