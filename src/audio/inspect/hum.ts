// Mains hum: a line at 50 or 60 Hz, or at their harmonics, that stands there all the time at one level.
import type { SoundHum } from '../../model/index.ts'
import { decibels, HOPS_PER_S, type Hop, type HopDetector } from './hop.ts'

/** Lines are looked for at this rate. Averaging alone would fold 880 Hz, a common note, to 120: a filter stands between. */
const DECIMATED_HZ = 1000
const FILTERED = 4
/** Lines up to 180 Hz pass, and from 700 Hz on nothing does (Blackman window). */
const taps = planLowPass(49, 450 / (FILTERED * DECIMATED_HZ))

/** @param cut - as a part of the sample rate */
function planLowPass(count: number, cut: number): Float64Array {
  const middle = (count - 1) / 2
  const raw = Float64Array.from({ length: count }, (_, k) => {
    const x = k - middle
    const window = 0.42 + 0.5 * Math.cos((Math.PI * x) / middle) + 0.08 * Math.cos((2 * Math.PI * x) / middle)
    return window * (x === 0 ? 2 * cut : Math.sin(2 * Math.PI * cut * x) / (Math.PI * x))
  })
  const sum = raw.reduce((total, tap) => total + tap, 0)
  return raw.map(tap => tap / sum)
}

const WINDOW_S = 2
/** A line counts when it is so far above what lies beside it. */
const PROMINENT_DB = 15
/** Beside: clear of the window's main lobe (±1 Hz) and of the mains' own wander. */
const BESIDE_HZ = [-7, -5, 5, 7]
/** Hum does not move; a bass does. Between the 10th and the 90th percentile of its windows. */
const STEADY_DB = 4
const MIN_DBFS = -70
/** Of the windows with sound. */
const MIN_SHARE = 0.9
const MIN_WINDOWS = 5
const mains = [50, 60] as const
const HARMONICS = [1, 2, 3]

type Line = { readonly mainsHz: 50 | 60; readonly hz: number; readonly levels: number[] }
type Channel = {
  readonly name: string
  /** The last averages, as many as the filter wants. */
  readonly averages: Float64Array
  readonly samples: Float64Array
  readonly lines: readonly Line[]
  windows: number
}

/** At most so many levels of a line are kept: 8 hours. */
const MAX_WINDOWS = 14_400

export class HumWatch implements HopDetector {
  readonly #channels: readonly Channel[]
  readonly #step: number
  readonly #rate: number
  readonly #window: Float64Array
  #filled = 0

  constructor(names: readonly string[], sampleRateHz: number) {
    this.#step = Math.max(1, Math.round(sampleRateHz / DECIMATED_HZ / FILTERED))
    // What is left of a hop of 44.1 kHz is skipped.
    this.#rate = Math.floor(sampleRateHz / HOPS_PER_S / this.#step / FILTERED) * HOPS_PER_S
    const length = Math.floor(this.#rate * WINDOW_S)
    this.#window = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length))
    this.#channels = names
      .filter(name => !name.startsWith('LFE'))
      .map(name => ({
        name,
        averages: new Float64Array(taps.length),
        samples: new Float64Array(length),
        windows: 0,
        lines: mains.flatMap(mainsHz => HARMONICS.map(n => ({ mainsHz, hz: n * mainsHz, levels: [] }))),
      }))
  }

  hop(hop: Hop): void {
    const outputs = Math.min(Math.floor(hop.length / this.#step / FILTERED), this.#window.length - this.#filled)
    for (const channel of this.#channels) {
      const { samples } = hop.channels.find(({ name }) => name === channel.name)!
      for (let i = 0; i < outputs; i++) channel.samples[this.#filled + i] = this.#next(channel.averages, samples, i)
    }
    this.#filled += outputs
    if (this.#filled < this.#window.length) return
    this.#filled = 0
    for (const channel of this.#channels) this.#measure(channel)
  }

  /** Output `i` of a hop: four averages more, then the filter over the last ones. */
  #next(averages: Float64Array, samples: Float32Array, i: number): number {
    const step = this.#step
    averages.copyWithin(0, FILTERED)
    for (let k = 0, at = i * FILTERED * step; k < FILTERED; k++) {
      let sum = 0
      for (const end = at + step; at < end; at++) sum += samples[at]!
      averages[averages.length - FILTERED + k] = sum / step
    }
    let value = 0
    for (let k = 0; k < taps.length; k++) value += taps[k]! * averages[k]!
    return value
  }

  #measure(channel: Channel): void {
    if (channel.windows >= MAX_WINDOWS) return
    let energy = 0
    for (const x of channel.samples) energy += x * x
    if (decibels(Math.sqrt(energy / channel.samples.length)) < MIN_DBFS) return
    channel.windows++
    for (const { hz, levels } of channel.lines) {
      const level = this.#levelAt(channel.samples, hz)
      if (level < MIN_DBFS) continue
      const beside = Math.max(...BESIDE_HZ.map(off => this.#levelAt(channel.samples, hz + off)))
      if (level - beside >= PROMINENT_DB) levels.push(level)
    }
  }

  /** RMS of a sine of that frequency, in dBFS (Goertzel's recursion under a Hann window). */
  #levelAt(samples: Float64Array, hz: number): number {
    const c = 2 * Math.cos((2 * Math.PI * hz) / this.#rate)
    const window = this.#window
    let a = 0
    let b = 0
    for (let i = 0; i < samples.length; i++) {
      const next = samples[i]! * window[i]! + c * a - b
      b = a
      a = next
    }
    // A Hann window halves an amplitude; half a length more is the other half of the spectrum.
    const amplitude = (Math.sqrt(Math.max(0, a * a + b * b - c * a * b)) * 4) / samples.length
    return decibels(amplitude / Math.SQRT2)
  }

  finish(): readonly SoundHum[] {
    return this.#channels.flatMap(({ name, lines, windows }) => {
      if (windows < MIN_WINDOWS) return []
      const steady = lines.flatMap(({ mainsHz, hz, levels }) => {
        if (levels.length < MIN_SHARE * windows) return []
        const sorted = levels.toSorted((a, b) => a - b)
        const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))]!
        if (at(0.9) - at(0.1) > STEADY_DB) return []
        return [{ channel: name, mainsHz, lineHz: hz, levelDbfs: at(0.5), share: levels.length / windows }]
      })
      const strongest = steady.toSorted((a, b) => b.levelDbfs - a.levelDbfs)[0]
      return strongest ? [strongest] : []
    })
  }
}
