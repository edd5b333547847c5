// Everything that samples of one track are inspected for, from one pass over them.
import type { SoundInspection, SoundParams, SoundStretches } from '../../model/index.ts'
import { ClickWatch, DropoutWatch } from './breaks.ts'
import { ChannelScan } from './channel-scan.ts'
import { decibels, HOPS_PER_S, type Hop, type HopDetector, sizeOf } from './hop.ts'
import { HumWatch } from './hum.ts'
import { ChannelTotals, DcWatch, SilenceWatch } from './levels.ts'
import { PairWatch } from './pairs.ts'
import { joinCoinciding, joinStretches, StretchList } from './stretches.ts'
import { ToneWatch } from './tone.ts'

export type SoundInspectorOptions = {
  readonly sampleRateHz: number
  /** FFmpeg's names, in the order of the planes. */
  readonly channels: readonly string[]
  /** One step of the samples' own format: 1/32768 of 16 bits, and of lossy sound. */
  readonly quantum: number
  readonly params: SoundParams
}

/** Clipping within this much of time is one stretch. */
const CLIPPING_MERGE_S = 1

/** Timestamps of some containers are rounded to milliseconds; samples keep better time. */
const ROUNDED_S = 0.002

const none: SoundStretches = { found: [], more: 0 }

/** An inspector of one track. Its memory does not grow with the programme, but for some figures per two seconds of hum. */
export class SoundInspector {
  readonly #options: SoundInspectorOptions
  readonly #scans: readonly ChannelScan[]
  readonly #fullScale: readonly StretchList[]
  readonly #flatTop: readonly StretchList[]
  readonly #invalid: readonly StretchList[]
  readonly #dropouts: readonly DropoutWatch[]
  readonly #silence: SilenceWatch | null
  readonly #pairs: PairWatch
  readonly #totals: ChannelTotals
  readonly #dc: DcWatch | null
  readonly #tone: ToneWatch | null
  readonly #clicks: ClickWatch | null
  readonly #hum: HumWatch | null
  readonly #detectors: readonly HopDetector[]
  /** Of the track, up to the end of the last hop. */
  #samples = 0
  #filled = 0
  #hops = 0
  #hopSamples: number
  /** What timestamps add to the time that samples tell. */
  #offsetS = 0

  constructor(options: SoundInspectorOptions) {
    const { sampleRateHz, channels, params, quantum } = options
    if (!(sampleRateHz >= HOPS_PER_S * 10) || channels.length === 0)
      throw new RangeError(`nothing to inspect in ${channels.length} channels at ${sampleRateHz} Hz`)
    this.#options = options
    const events = (rule: ConstructorParameters<typeof StretchList>[1]): StretchList[] =>
      channels.map(name => new StretchList(name, rule))
    this.#fullScale = events({ mergeS: CLIPPING_MERGE_S, worse: Math.max })
    this.#flatTop = events({ mergeS: CLIPPING_MERGE_S, worse: Math.max })
    this.#invalid = events({ mergeS: CLIPPING_MERGE_S, worse: Math.max })
    const timeOf = (sample: number): number => this.#timeOf(sample)
    const { dropout } = params
    this.#dropouts = dropout ? channels.map(name => new DropoutWatch(name, dropout, sampleRateHz, timeOf)) : []
    this.#silence = params.silenceS === undefined ? null : new SilenceWatch(params)
    this.#pairs = new PairWatch(channels, params)
    this.#totals = new ChannelTotals(channels, sampleRateHz, params)
    this.#dc = params.dc ? new DcWatch(channels, params.dc) : null
    this.#tone = params.tone ? new ToneWatch(channels, sampleRateHz, params.tone) : null
    this.#clicks = params.click ? new ClickWatch(channels, params.click) : null
    this.#hum = params.hum ? new HumWatch(channels, sampleRateHz) : null
    const detectors = [this.#silence, this.#pairs, this.#totals, this.#dc, this.#tone, this.#clicks, this.#hum]
    this.#detectors = detectors.filter(each => each !== null)
    const scanning = {
      quantum,
      runSamples: params.clipping?.runSamples ?? 0,
      flatAbove: sizeOf(params.clipping?.minDbfs ?? 0),
      silentSamples: dropout ? Math.ceil((dropout.shortestMs / 1000) * sampleRateHz) : 0,
      sampleRateHz,
    }
    this.#scans = channels.map(
      (name, i) => new ChannelScan(name, Math.ceil(sampleRateHz / HOPS_PER_S), scanning, this.#eventsOf(i)),
    )
    this.#hopSamples = this.#boundary(1)
  }

  #eventsOf(i: number): ConstructorParameters<typeof ChannelScan>[3] {
    const span = (from: number, samples: number): [number, number] => [this.#timeOf(from), this.#timeOf(from + samples)]
    return {
      fullScale: (from, samples) => this.#fullScale[i]!.add(...span(from, samples), samples),
      flatTop: (from, samples, level) => this.#flatTop[i]!.add(...span(from, samples), decibels(level)),
      invalid: at => this.#invalid[i]!.add(...span(at, 1), 1),
      silent: (from, samples, before) => this.#dropouts[i]?.silent(from, samples, before),
    }
  }

  #boundary(hop: number): number {
    return Math.round((hop * this.#options.sampleRateHz) / HOPS_PER_S)
  }

  #timeOf(sample: number): number {
    return sample / this.#options.sampleRateHz + this.#offsetS
  }

  /** Takes the next samples, one plane per channel, which begin at `startS` of the programme. It keeps none of them. */
  push(planes: readonly Float32Array[], startS: number): void {
    const length = planes[0]?.length ?? 0
    const offsetS = startS - (this.#samples + this.#filled) / this.#options.sampleRateHz
    if (this.#samples + this.#filled === 0 || Math.abs(offsetS - this.#offsetS) > ROUNDED_S) this.#offsetS = offsetS
    for (let at = 0; at < length; ) {
      const count = Math.min(length - at, this.#hopSamples - this.#filled)
      for (const [i, plane] of planes.entries())
        this.#scans[i]!.samples.set(count === length ? plane : plane.subarray(at, at + count), this.#filled)
      at += count
      this.#filled += count
      if (this.#filled === this.#hopSamples) this.#endHop()
    }
  }

  #endHop(): void {
    const length = this.#filled
    const channels = this.#scans.map(scan => scan.scan(length, this.#samples))
    const startS = this.#timeOf(this.#samples)
    this.#samples += length
    const hop: Hop = { index: this.#hops, startS, endS: this.#timeOf(this.#samples), length, channels }
    for (const [i, dropout] of this.#dropouts.entries()) dropout.look(this.#samples, this.#scans[i]!.level)
    for (const detector of this.#detectors) detector.hop(hop)
    this.#hops++
    this.#filled = 0
    this.#hopSamples = this.#boundary(this.#hops + 1) - this.#boundary(this.#hops)
  }

  /** What was found in everything pushed. The inspector takes no more after it. */
  finish(): SoundInspection {
    if (this.#filled > 0) this.#endHop()
    for (const scan of this.#scans) scan.finish(this.#samples)
    const { pairs, phase, mute } = this.#pairs.finish()
    return {
      sampleRateHz: this.#options.sampleRateHz,
      samples: this.#samples,
      channels: this.#totals.finish(),
      pairs,
      stretches: {
        silence: this.#silence?.finish() ?? none,
        mute,
        fullScale: joinStretches(this.#fullScale),
        flatTop: joinStretches(this.#flatTop),
        phase,
        dc: this.#dc?.finish() ?? none,
        tone: this.#tone?.finish() ?? none,
        dropout: joinCoinciding(this.#dropouts.map(({ list }) => list)),
        click: this.#clicks?.finish() ?? none,
        invalid: joinStretches(this.#invalid),
      },
      hum: this.#hum?.finish() ?? [],
    }
  }
}
