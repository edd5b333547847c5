// The meter against a plain transcription of the texts: no rings, no skipping, nothing shared with it.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { noise } from '../../../test/media/tones.ts'
import { createLoudnessMeter } from './index.ts'

const RATE = 48_000
const WEIGHTS = { FL: 1, FR: 1, FC: 1, LFE: 0, BL: 1.41, BR: 1.41 }
const SECONDS = 8

const planes = Object.keys(WEIGHTS).map((_, channel) =>
  noise(SECONDS * RATE, channel + 1).map((x, i) => x * 10 ** (-1.5 + Math.sin(i / RATE + channel))),
)

/** ITU-R BS.1770-5 Annex 1, Tables 1 and 2, by direct form I. */
function weighted(plane: Float32Array): Float64Array {
  const section = (x: ArrayLike<number>, b: readonly number[], a: readonly number[]): Float64Array => {
    const y = new Float64Array(x.length)
    for (let n = 0; n < x.length; n++)
      y[n] =
        b[0]! * x[n]! +
        b[1]! * (x[n - 1] ?? 0) +
        b[2]! * (x[n - 2] ?? 0) -
        a[0]! * (y[n - 1] ?? 0) -
        a[1]! * (y[n - 2] ?? 0)
    return y
  }
  const shelf = section(
    plane,
    [1.53512485958697, -2.69169618940638, 1.19839281085285],
    [-1.69065929318241, 0.73248077421585],
  )
  return section(shelf, [1, -2, 1], [-1.99004745483398, 0.99007225036621])
}

const lufs = (energy: number): number => -0.691 + 10 * Math.log10(energy)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

it('agrees with the texts on 5.1 noise that swings', () => {
  const power = new Float64Array(SECONDS * RATE)
  Object.values(WEIGHTS).forEach((weight, channel) => {
    weighted(planes[channel]!).forEach((y, i) => {
      power[i]! += weight * y * y
    })
  })
  const windows = (seconds: number, step: number): number[] => {
    const found: number[] = []
    for (let at = 0; at + seconds * RATE <= power.length; at += step * RATE)
      found.push(power.subarray(at, at + seconds * RATE).reduce((sum, y) => sum + y, 0) / (seconds * RATE))
    return found
  }
  const gated = (energies: readonly number[], below: number): number[] => {
    const loud = energies.filter(energy => lufs(energy) > -70)
    return loud.filter(energy => lufs(energy) > lufs(mean(loud)) + below)
  }
  const ranked = gated(windows(3, 0.1), -20).sort((a, b) => a - b)
  const percentile = (part: number): number => lufs(ranked[Math.round((ranked.length - 1) * part)]!)

  const meter = createLoudnessMeter({ sampleRateHz: RATE, channels: Object.keys(WEIGHTS) })
  meter.push(planes)
  const result = meter.finish()
  const expected: [number | null, number][] = [
    [result.integratedLufs, lufs(mean(gated(windows(0.4, 0.1), -10)))],
    [result.momentaryMaxLufs, lufs(Math.max(...windows(0.4, 0.01)))],
    [result.shortTermMaxLufs, lufs(Math.max(...windows(3, 0.05)))],
    [result.loudnessRangeLu, percentile(0.95) - percentile(0.1)],
  ]
  // The short-term maximum is looked for at fewer places than the meter has.
  for (const [i, [mine, text]] of expected.entries())
    assert.ok(Math.abs(mine! - text) < (i === 2 ? 1e-3 : 1e-6), `${i}: ${mine}, by the text ${text}`)
})

it('finds the true peak that a sinc of a thousand samples finds', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    // Noise that falls to nothing towards half of the rate, where a filter of 48 taps has to let go.
    const white = noise(4000, seed)
    const samples = white.map((x, i) =>
      i < 600 || i > 3400 ? 0 : 0.25 * (x + 2 * (white[i - 1] ?? 0) + (white[i - 2] ?? 0)),
    )
    let largest = 0
    for (let at = 512; at < samples.length - 512; at++)
      for (const part of [0, 0.25, 0.5, 0.75]) {
        let sum = 0
        for (let k = -511; k <= 512; k++) {
          const x = k - part
          const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / 513)
          sum += samples[at + k]! * (x === 0 ? 1 : (Math.sin(Math.PI * x) / (Math.PI * x)) * window)
        }
        largest = Math.max(largest, Math.abs(sum))
      }
    const meter = createLoudnessMeter({ sampleRateHz: RATE, channels: ['FC'] })
    meter.push([samples])
    const { truePeakDbtp } = meter.finish()
    assert.ok(Math.abs(truePeakDbtp! - 20 * Math.log10(largest)) < 0.02, `${truePeakDbtp}, ${20 * Math.log10(largest)}`)
  }
})
