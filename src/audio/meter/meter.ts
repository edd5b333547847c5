// Loudness meter by ITU-R BS.1770-5, EBU Tech 3341 and Tech 3342: samples of one track in, figures and curves out.
import type { LoudnessMeasurement } from '../../model/index.ts'
import { channelWeights } from './channel-weights.ts'
import { EnergyLog } from './energy-log.ts'
import { integratedLoudness, loudnessOf, loudnessRange } from './gating.ts'
import { type KWeighting, kWeightedEnergy, planKWeighting } from './k-weighting.ts'
import { createTruePeakMeter } from './true-peak.ts'

/**
 * Windows move by 10 ms. BS.1770 asks for 100 ms of the gating blocks only; Tech 3341 case 13 wants the maximum of a tone of
 * 400 ms that begins at any multiple of 20 ms.
 */
const HOPS_PER_S = 100
const MOMENTARY_HOPS = 40
const SHORT_TERM_HOPS = 300
/** Gating blocks (75 % of overlap), windows of the loudness range and curves: every 100 ms. */
const STEP_HOPS = 10

export type LoudnessMeterOptions = {
  readonly sampleRateHz: number
  /** FFmpeg's names, in the order of the planes: FL FR FC LFE SL SR … */
  readonly channels: readonly string[]
  /** A lone channel will be heard from two loudspeakers: it counts twice, +3.01 LU (EBU R 128 s1 leaves that to the user). */
  readonly dualMono?: boolean
}

export interface LoudnessMeter {
  /**
   * Takes the next samples, one plane per channel, all of one length, of which it keeps nothing. Any lengths give the same
   * figures bit for bit. A NaN or an infinity counts as zero, and is counted.
   */
  push(planes: readonly Float32Array[]): void
  /** What a display shows now: the last whole windows, and the loudest ones so far. */
  reading(): LoudnessDisplay
  /** The figures of everything pushed. The meter takes no more after it. */
  finish(): LoudnessMeasurement
}

/** null before the first whole window, and of digital silence. */
export type LoudnessDisplay = {
  readonly momentaryLufs: number | null
  readonly shortTermLufs: number | null
  readonly momentaryMaxLufs: number | null
  readonly shortTermMaxLufs: number | null
}

type Channel = {
  readonly name: string
  readonly weight: number
  /** The past that the true peak wants, then the samples of this hop. */
  readonly samples: Float32Array
  readonly state: Float64Array
  samplePeak: number
  truePeak: number
}

/** A meter for one track. Its memory grows by 600 kB per hour, whatever the rate and the channels. */
export function createLoudnessMeter(options: LoudnessMeterOptions): LoudnessMeter {
  return new Meter(options)
}

class Meter implements LoudnessMeter {
  readonly #sampleRateHz: number
  readonly #channels: readonly Channel[]
  readonly #filter: KWeighting
  readonly #peaks: ReturnType<typeof createTruePeakMeter>
  /** Weighted sums of squares of the last 3 s, one per hop. */
  readonly #sums = new Float64Array(SHORT_TERM_HOPS)
  readonly #momentary = new EnergyLog()
  readonly #shortTerm = new EnergyLog()
  #momentaryMax = 0
  #shortTermMax = 0
  #hops = 0
  #hopSamples: number
  /** Samples of this hop so far. */
  #filled = 0
  #samples = 0
  #invalid = 0

  constructor({ sampleRateHz, channels, dualMono = false }: LoudnessMeterOptions) {
    if (!(sampleRateHz >= HOPS_PER_S * 10) || channels.length === 0)
      throw new RangeError(`no meter for ${channels.length} channels at ${sampleRateHz} Hz`)
    this.#sampleRateHz = sampleRateHz
    this.#filter = planKWeighting(sampleRateHz)
    const longest = Math.ceil(sampleRateHz / HOPS_PER_S)
    this.#peaks = createTruePeakMeter(sampleRateHz, longest)
    const { history } = this.#peaks
    const weights = channelWeights(channels, dualMono)
    this.#channels = channels.map((name, i) => ({
      name,
      weight: weights[i]!,
      samples: new Float32Array(history + Math.max(longest, history)),
      state: new Float64Array(4),
      samplePeak: 0,
      truePeak: 0,
    }))
    this.#hopSamples = this.#boundary(1)
  }

  /** The sample at which a hop begins. */
  #boundary(hop: number): number {
    return Math.round((hop * this.#sampleRateHz) / HOPS_PER_S)
  }

  push(planes: readonly Float32Array[]): void {
    const channels = this.#channels
    const length = planes[0]?.length ?? 0
    if (planes.length !== channels.length || planes.some(plane => plane.length !== length))
      throw new RangeError(`${channels.length} planes of one length are wanted`)
    for (let at = 0; at < length; ) {
      const count = Math.min(length - at, this.#hopSamples - this.#filled)
      for (let i = 0; i < planes.length; i++) this.#take(channels[i]!, planes[i]!, at, count)
      at += count
      this.#filled += count
      this.#samples += count
      if (this.#filled === this.#hopSamples) this.#endHop()
    }
  }

  #take(channel: Channel, plane: Float32Array, from: number, count: number): void {
    const { samples } = channel
    const to = this.#peaks.history + this.#filled
    let peak = channel.samplePeak
    for (let i = 0; i < count; i++) {
      const x = plane[from + i]!
      const size = Math.abs(x)
      if (size < Number.POSITIVE_INFINITY) {
        samples[to + i] = x
        if (size > peak) peak = size
      } else {
        samples[to + i] = 0
        this.#invalid++
      }
    }
    channel.samplePeak = peak
  }

  /** Ten milliseconds are full: filters them, moves the windows, and keeps what the peak meter wants of them. */
  #endHop(): void {
    const { history } = this.#peaks
    const filled = this.#filled
    let sum = 0
    for (let i = 0; i < this.#channels.length; i++) {
      const channel = this.#channels[i]!
      if (channel.weight > 0)
        sum += channel.weight * kWeightedEnergy(this.#filter, channel.state, channel.samples, history, history + filled)
      this.#findPeaks(channel, filled)
    }
    this.#sums[this.#hops % SHORT_TERM_HOPS] = sum
    this.#hops++
    this.#filled = 0
    this.#hopSamples = this.#boundary(this.#hops + 1) - this.#boundary(this.#hops)
    this.#moveWindows()
  }

  #findPeaks(channel: Channel, filled: number): void {
    const { history } = this.#peaks
    const { samples } = channel
    channel.truePeak = this.#peaks.update(samples, filled, Math.max(channel.truePeak, channel.samplePeak))
    samples.copyWithin(0, filled, filled + history)
  }

  #moveWindows(): void {
    const step = this.#hops % STEP_HOPS === 0
    if (this.#hops < MOMENTARY_HOPS) return
    const momentary = this.#meanOf(MOMENTARY_HOPS)
    if (momentary > this.#momentaryMax) this.#momentaryMax = momentary
    if (step) this.#momentary.push(momentary)
    if (this.#hops < SHORT_TERM_HOPS) return
    const shortTerm = this.#meanOf(SHORT_TERM_HOPS)
    if (shortTerm > this.#shortTermMax) this.#shortTermMax = shortTerm
    if (step) this.#shortTerm.push(shortTerm)
  }

  /** Added up anew each time: a running sum would carry the rounding of a loud passage into the silence after it. */
  #meanOf(hops: number): number {
    const sums = this.#sums
    let sum = 0
    for (let hop = this.#hops - hops; hop < this.#hops; hop++) sum += sums[hop % SHORT_TERM_HOPS]!
    return sum / (this.#boundary(this.#hops) - this.#boundary(this.#hops - hops))
  }

  reading(): LoudnessDisplay {
    return {
      momentaryLufs: this.#hops < MOMENTARY_HOPS ? null : loudnessOf(this.#meanOf(MOMENTARY_HOPS)),
      shortTermLufs: this.#hops < SHORT_TERM_HOPS ? null : loudnessOf(this.#meanOf(SHORT_TERM_HOPS)),
      momentaryMaxLufs: loudnessOf(this.#momentaryMax),
      shortTermMaxLufs: loudnessOf(this.#shortTermMax),
    }
  }

  finish(): LoudnessMeasurement {
    const { history } = this.#peaks
    for (const channel of this.#channels) {
      this.#findPeaks(channel, this.#filled)
      channel.samples.fill(0, history)
      this.#findPeaks(channel, history)
    }
    const blocks = this.#momentary.values()
    const windows = this.#shortTerm.values()
    return {
      integratedLufs: integratedLoudness(blocks),
      momentaryMaxLufs: loudnessOf(this.#momentaryMax),
      shortTermMaxLufs: loudnessOf(this.#shortTermMax),
      loudnessRangeLu: loudnessRange(windows),
      truePeakDbtp: decibels(Math.max(...this.#channels.map(({ truePeak }) => truePeak))),
      samplePeakDbfs: decibels(Math.max(...this.#channels.map(({ samplePeak }) => samplePeak))),
      sampleRateHz: this.#sampleRateHz,
      samples: this.#samples,
      invalidSamples: this.#invalid,
      channels: this.#channels.map(({ name, weight, truePeak, samplePeak }) => ({
        name,
        weight,
        truePeakDbtp: decibels(truePeak),
        samplePeakDbfs: decibels(samplePeak),
      })),
      series: {
        stepMs: (STEP_HOPS / HOPS_PER_S) * 1000,
        momentaryLufs: curve(blocks, MOMENTARY_HOPS, this.#hops),
        shortTermLufs: curve(windows, SHORT_TERM_HOPS, this.#hops),
      },
    }
  }
}

const decibels = (size: number): number | null => (size > 0 ? 20 * Math.log10(size) : null)

/** One value per step from the beginning; null where no whole window had gone by. */
function curve(energies: Float64Array, windowHops: number, hops: number): (number | null)[] {
  const before = windowHops / STEP_HOPS - 1
  return Array.from({ length: Math.floor(hops / STEP_HOPS) }, (_, i) =>
    i < before ? null : loudnessOf(energies[i - before]!),
  )
}
