// Mains hum: a line at 50 or 60 Hz, or at their harmonics, that stands there all the time at one level.
import type { SoundHum } from '../../model/index.ts'
import { decibels, type Hop, type HopDetector } from './hop.ts'

/** Sound is averaged down to this: lines up to 180 Hz lose less than 0.5 dB. */
const DECIMATED_HZ = 1000
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
    this.#step = Math.max(1, Math.round(sampleRateHz / DECIMATED_HZ))
    this.#rate = sampleRateHz / this.#step
    const length = Math.floor(this.#rate * WINDOW_S)
    this.#window = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length))
    this.#channels = names
      .filter(name => !name.startsWith('LFE'))
      .map(name => ({
        name,
        samples: new Float64Array(length),
        windows: 0,
        lines: mains.flatMap(mainsHz => HARMONICS.map(n => ({ mainsHz, hz: n * mainsHz, levels: [] }))),
      }))
  }

  hop(hop: Hop): void {
    const step = this.#step
    const count = Math.min(Math.floor(hop.length / step), this.#window.length - this.#filled)
    for (const channel of this.#channels) {
      const { samples } = hop.channels.find(({ name }) => name === channel.name)!
      for (let i = 0; i < count; i++) {
        let sum = 0
        for (let k = 0; k < step; k++) sum += samples[i * step + k]!
        channel.samples[this.#filled + i] = sum / step
      }
    }
    this.#filled += count
    if (this.#filled < this.#window.length) return
    this.#filled = 0
    for (const channel of this.#channels) this.#measure(channel)
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
