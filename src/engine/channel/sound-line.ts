// The sound of a channel as one line of samples without an end: what comes is resampled towards the output clock, what is
// missing is silence. Sample m stands at m / rate seconds after 1970.
import { AV_CHANNEL_LAYOUT_MONO, AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_FLT } from 'node-av/constants'
import { type ChannelLayout, Frame, SoftwareResampleContext } from 'node-av/lib'
import { AudioDrift, channelAudioDrift } from '../../live/index.ts'
import type { FrameItem } from '../items.ts'
import { check } from '../native.ts'

/** A cut in the sound is faded over this many samples, so that it does not click: 5 ms at 48 kHz. */
const FADE_SAMPLES = 240
/** The corrections are parts of a million; swresample wants them over a number of samples. */
const PER_MILLION = 1_000_000

export type SoundLineOptions = {
  readonly sampleRate: number
  readonly channels: number
  /** Where the line begins, in samples since 1970. */
  readonly startSample: bigint
  /** Microseconds since 1970 of a moment of our clock. */
  readonly toUnixUs: (localUs: number) => number
}

export class SoundLine implements Disposable {
  readonly #options: SoundLineOptions
  readonly #layout: ChannelLayout
  readonly #drift = new AudioDrift(channelAudioDrift)
  #resampler: { readonly context: SoftwareResampleContext; readonly format: string } | null = null
  #chunks: Float32Array[] = []
  /** Sample number of the first that is held, and of the one after the last. */
  #start: bigint
  #end: bigint
  /** Whether what stands last in the line is silence that was put there because nothing came. */
  #starved = true
  #fadeIn = FADE_SAMPLES
  /** Samples of the source that still have to be cut. */
  #cut = 0
  #silence = 0
  #ppm = 0
  #last: Float32Array

  constructor(options: SoundLineOptions) {
    this.#options = options
    this.#layout = options.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO
    this.#start = options.startSample
    this.#end = options.startSample
    this.#last = new Float32Array(options.channels)
  }

  get counts(): { readonly silentSamples: number; readonly jumps: number; readonly ppm: number } {
    return { silentSamples: this.#silence, jumps: this.#drift.jumps, ppm: this.#ppm }
  }

  /** Where the sound that comes next will stand, in microseconds since 1970. */
  get endUs(): number {
    return Number((this.#end * 1_000_000n) / BigInt(this.#options.sampleRate))
  }

  /** Takes a decoded frame, which stays the caller's. Returns where its first sample was put, in microseconds since 1970. */
  push(item: FrameItem, atUs: number, driftPpm: number, nowUs: number): number {
    const { frame } = item
    const resampler = this.#resamplerFor(frame)
    const belongsUs = this.#options.toUnixUs(atUs)
    if (this.#starved) {
      // Nothing was heard before: it may begin exactly where it belongs.
      this.#shift(belongsUs - this.#standsUs(resampler))
      this.#starved = false
      this.#fadeIn = FADE_SAMPLES
    }
    const correction = this.#drift.update(nowUs, { driftPpm, aheadUs: belongsUs - this.#standsUs(resampler) })
    if (correction.jumpUs !== 0) {
      this.#shift(correction.jumpUs)
      this.#fadeIn = FADE_SAMPLES
    }
    this.#ppm = correction.ppm
    resampler.setCompensation(Math.round(correction.ppm), PER_MILLION)
    const putUs = this.#standsUs(resampler)
    this.#append(this.#resample(resampler, frame))
    return putUs
  }

  /** Takes out exactly the samples before `until`, interleaved; silence where nothing came. */
  take(until: bigint): Float32Array {
    const { channels } = this.#options
    if (this.#end < until) this.#fill(Number(until - this.#end))
    const wanted = Number(until - this.#start) * channels
    const out = new Float32Array(Math.max(0, wanted))
    let filled = 0
    while (filled < out.length) {
      const chunk = this.#chunks[0]!
      const part = chunk.subarray(0, out.length - filled)
      out.set(part, filled)
      filled += part.length
      if (part.length === chunk.length) this.#chunks.shift()
      else this.#chunks[0] = chunk.subarray(part.length)
    }
    this.#start = this.#start + BigInt(out.length / channels)
    return out
  }

  /** Where the line stands. */
  get position(): bigint {
    return this.#start
  }

  /** Skips to a later sample: the channel slept. */
  skipTo(sample: bigint): void {
    this.#chunks = []
    this.#start = sample
    this.#end = sample
    this.#starved = true
  }

  /** Where the next sample that is given will stand, in microseconds since 1970: behind what the resampler holds, before what will be cut. */
  #standsUs(resampler: SoftwareResampleContext): number {
    const { sampleRate } = this.#options
    const held = Number(resampler.getDelay(BigInt(sampleRate))) - this.#cut
    return this.endUs + (held * 1e6) / sampleRate
  }

  #shift(us: number): void {
    const samples = Math.round((us * this.#options.sampleRate) / 1e6)
    if (samples > 0) this.#fill(samples, false)
    else this.#cut -= samples
  }

  #fill(samples: number, starved = true): void {
    const { channels } = this.#options
    const silence = new Float32Array(samples * channels)
    // The last sample fades out instead of breaking off.
    for (let i = 0; i < Math.min(samples, FADE_SAMPLES); i++)
      for (let c = 0; c < channels; c++) silence[i * channels + c] = this.#last[c]! * (1 - (i + 1) / FADE_SAMPLES)
    this.#last = new Float32Array(channels)
    this.#chunks.push(silence)
    this.#end += BigInt(samples)
    this.#silence += samples
    if (starved) this.#starved = true
  }

  #append(samples: Float32Array): void {
    const { channels } = this.#options
    const cut = Math.min(this.#cut, samples.length / channels)
    this.#cut -= cut
    const rest = samples.subarray(cut * channels)
    if (rest.length === 0) return
    for (let i = 0; i < rest.length / channels && this.#fadeIn > 0; i++, this.#fadeIn--)
      for (let c = 0; c < channels; c++) rest[i * channels + c]! *= 1 - this.#fadeIn / FADE_SAMPLES
    this.#last = rest.slice(-channels)
    this.#chunks.push(rest)
    this.#end += BigInt(rest.length / channels)
  }

  #resamplerFor(frame: Frame): SoftwareResampleContext {
    const layout = frame.channelLayout
    const format = `${frame.sampleRate}/${frame.format}/${layout.nbChannels}/${layout.mask}`
    if (this.#resampler?.format === format) return this.#resampler.context
    this.#resampler?.context.free()
    const context = new SoftwareResampleContext()
    const { sampleRate } = this.#options
    check(
      context.allocSetOpts2(
        this.#layout,
        AV_SAMPLE_FMT_FLT,
        sampleRate,
        layout,
        frame.format as Parameters<SoftwareResampleContext['allocSetOpts2']>[4],
        frame.sampleRate,
      ),
      'HE_FILTER_FAILED',
      'the resampler cannot be set up',
    )
    check(context.init(), 'HE_FILTER_FAILED', 'the resampler cannot be set up')
    this.#resampler = { context, format }
    return context
  }

  #resample(context: SoftwareResampleContext, frame: Frame): Float32Array {
    const { sampleRate, channels } = this.#options
    using out = new Frame()
    out.alloc()
    out.format = AV_SAMPLE_FMT_FLT
    out.sampleRate = sampleRate
    out.channelLayout = this.#layout
    check(context.convertFrame(out, frame), 'HE_FILTER_FAILED', 'resampling failed')
    const data = out.data?.[0]
    if (!data || out.nbSamples === 0) return new Float32Array(0)
    // A copy: the frame is freed, and the bytes need not lie at a multiple of four.
    const bytes = Uint8Array.prototype.slice.call(data, 0, out.nbSamples * channels * 4)
    return new Float32Array(bytes.buffer, bytes.byteOffset, out.nbSamples * channels)
  }

  [Symbol.dispose](): void {
    this.#resampler?.context.free()
  }
}
