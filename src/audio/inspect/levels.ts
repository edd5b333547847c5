// What hops say of levels: silence of all channels, a mean beside zero, figures of each channel over the whole.
import type { SoundChannel, SoundParams, SoundStretches } from '../../model/index.ts'
import { type ChannelHop, decibels, HOPS_PER_S, type Hop, type HopDetector, sizeOf } from './hop.ts'
import { fartherFromZero, joinStretches, StretchList } from './stretches.ts'

/** Found are the loudest peaks, in dBFS. */
export class SilenceWatch implements HopDetector {
  readonly #below: number
  readonly #list: StretchList

  constructor({ silenceDbfs, silenceS = 0 }: SoundParams) {
    this.#below = sizeOf(silenceDbfs)
    this.#list = new StretchList(null, { minS: silenceS, worse: Math.max })
  }

  hop({ startS, endS, channels }: Hop): void {
    let peak = 0
    for (const channel of channels) if (channel.peak > peak) peak = channel.peak
    if (peak < this.#below) this.#list.add(startS, endS, decibels(peak))
  }

  finish(): SoundStretches {
    return this.#list.finish()
  }
}

/** The mean of one second: the lowest sound that is heard has 20 periods in it. Found are means as parts of full scale. */
export class DcWatch implements HopDetector {
  readonly #above: number
  readonly #lists: readonly StretchList[]
  readonly #sums: Float64Array
  #samples = 0
  #startS = 0

  constructor(names: readonly string[], { minDbfs, lengthS }: { minDbfs: number; lengthS: number }) {
    this.#above = sizeOf(minDbfs)
    this.#sums = new Float64Array(names.length)
    this.#lists = names.map(name => new StretchList(name, { minS: lengthS, worse: fartherFromZero }))
  }

  hop(hop: Hop): void {
    if (hop.index % HOPS_PER_S === 0) this.#startS = hop.startS
    this.#samples += hop.length
    for (const [i, { sum }] of hop.channels.entries()) this.#sums[i]! += sum
    if ((hop.index + 1) % HOPS_PER_S !== 0) return
    for (const [i, list] of this.#lists.entries()) {
      const mean = this.#sums[i]! / this.#samples
      if (Math.abs(mean) > this.#above) list.add(this.#startS, hop.endS, mean)
    }
    this.#samples = 0
    this.#sums.fill(0)
  }

  finish(): SoundStretches {
    return joinStretches(this.#lists)
  }
}

/** ITU-R BS.775 and BS.2051: what an LFE channel carries ends at 120 Hz; an octave above that belongs to another channel. */
const LFE_LIMIT_HZ = 250

type Total = {
  name: string
  peak: number
  energy: number
  sum: number
  activeS: number
  high: number
  readonly state: Float64Array
}

/** Figures of each channel. */
export class ChannelTotals implements HopDetector {
  readonly #totals: readonly Total[]
  readonly #silent: number
  readonly #pass: number
  #samples = 0

  constructor(names: readonly string[], sampleRateHz: number, { silenceDbfs }: SoundParams) {
    this.#silent = sizeOf(silenceDbfs)
    this.#pass = Math.exp((-2 * Math.PI * LFE_LIMIT_HZ) / sampleRateHz)
    this.#totals = names.map(name => ({
      name,
      peak: 0,
      energy: 0,
      sum: 0,
      activeS: 0,
      high: 0,
      state: new Float64Array(2),
    }))
  }

  hop(hop: Hop): void {
    this.#samples += hop.length
    for (const [i, total] of this.#totals.entries()) {
      const channel = hop.channels[i]!
      total.energy += channel.energy
      total.sum += channel.sum
      if (channel.peak > total.peak) total.peak = channel.peak
      if (channel.peak >= this.#silent) total.activeS += hop.endS - hop.startS
      if (total.name.startsWith('LFE')) total.high += this.#highEnergy(channel, total.state, hop.length)
    }
  }

  /** Two low passes of first order are taken away: 12 dB per octave. */
  #highEnergy({ samples }: ChannelHop, state: Float64Array, length: number): number {
    const keep = this.#pass
    let [a, b] = [state[0]!, state[1]!]
    let energy = 0
    for (let i = 0; i < length; i++) {
      const x = samples[i]!
      a = x + (a - x) * keep
      const once = x - a
      b = once + (b - once) * keep
      const high = once - b
      energy += high * high
    }
    state[0] = a
    state[1] = b
    return energy
  }

  finish(): readonly SoundChannel[] {
    const samples = Math.max(1, this.#samples)
    return this.#totals.map(({ name, peak, energy, sum, activeS, high }) => ({
      name,
      peakDbfs: peak > 0 ? decibels(peak) : null,
      rmsDbfs: energy > 0 ? decibels(Math.sqrt(energy / samples)) : null,
      dcOffset: sum / samples,
      activeS,
      highBandDb: name.startsWith('LFE') && energy > 0 ? decibels(Math.sqrt(high / energy)) : null,
    }))
  }
}
