import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { noise } from '../../test/media/tones.ts'
import { findOffset } from './index.ts'

const RATE = 8000

/** Bursts of noise of uneven length and distance under a low hum: doors, steps, music. */
function effects(seconds: number, seed: number): Float32Array {
  const grain = noise(seconds * RATE, seed)
  const beat = noise(seconds * 4, seed + 1)
  return grain.map((value, i) => {
    const loud = Math.max(0, beat[Math.floor((i * 4) / RATE)]!)
    return value * loud * Math.exp(-((i % (RATE / 4)) / 400)) + 0.02 * Math.sin(i / 9)
  })
}

/** Sound that comes and goes like speech, of its own for each seed. */
function speech(seconds: number, seed: number, size: number): Float32Array {
  const grain = noise(seconds * RATE, seed)
  const syllable = noise(seconds * 5, seed + 7)
  let low = 0
  return grain.map((value, i) => {
    low = 0.6 * low + 0.4 * value
    return size * low * Math.max(0, syllable[Math.floor((i * 5) / RATE)]!)
  })
}

const mix = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value + b[i]!)
const later = (samples: Float32Array, by: number): Float32Array =>
  Float32Array.from(samples, (_, i) => samples[i - by] ?? 0)

describe('findOffset', () => {
  for (const [by, loud] of [
    [0, 0.8],
    [320, 2],
    [-1234, 2],
    [37_000, 0.8],
  ] as const)
    it(`finds ${by} samples under a voice of ${loud}, to a tenth of a sample`, t => {
      const common = effects(60, 3)
      const first = mix(common, speech(60, 11, loud))
      const second = mix(later(common, by), speech(60, 23, loud))
      const { offsetS, confidence } = findOffset(first, second, RATE, 10)
      t.diagnostic(`confidence ${confidence.toFixed(3)}`)
      assert.ok(offsetS !== null)
      assert.ok(Math.abs(offsetS * RATE + by) <= 0.11, `${offsetS * RATE} samples`)
    })

  it('does not guess: other sound, silence, or too short', t => {
    const first = mix(effects(60, 3), speech(60, 11, 0.8))
    const { offsetS, confidence } = findOffset(first, mix(effects(60, 77), speech(60, 23, 0.8)), RATE, 10)
    t.diagnostic(`confidence ${confidence.toFixed(3)}`)
    assert.equal(offsetS, null)
    assert.equal(findOffset(first, new Float32Array(60 * RATE), RATE, 10).offsetS, null)
    assert.equal(findOffset(first.subarray(0, 500), first.subarray(0, 500), RATE, 10).offsetS, null)
  })
})
