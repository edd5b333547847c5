// What the first second of a source shows: sizes, the rate of its pictures, its sound. A channel is planned from it.
import type { FeedTrack, SourceFacts } from '../../live/index.ts'
import type { FrameItem } from '../items.ts'

/** So much of the picture is looked at for its rate. */
const SPAN_US = 700_000
const ENOUGH_PICTURES = 12
/** With few pictures per second not longer than this. */
const MAX_SPAN_US = 1_500_000
/** What one kind is given to come after the other. */
const PATIENCE_US = 1_500_000
/** A rate in the bitstream is believed when it is so near to what was measured. */
const NEAR = 0.02

export class FactFinder {
  #video: Omit<NonNullable<SourceFacts['video']>, 'measuredRate'> | null = null
  #times: number[] = []
  #declared: number | null = null
  #audio: SourceFacts['audio'] = null
  #firstUs: number | null = null

  picture({ frame }: FrameItem, mediaUs: number, declaredRate: number | null, nowUs: number): void {
    this.#firstUs ??= nowUs
    const { num, den } = frame.sampleAspectRatio
    const sampleAspect = num > 0 && den > 0 ? { num, den } : { num: 1, den: 1 }
    if (this.#video?.width !== frame.width || this.#video.height !== frame.height) this.#times = []
    this.#video = { width: frame.width, height: frame.height, sampleAspect }
    this.#times.push(mediaUs)
    this.#declared = declaredRate
  }

  sound({ frame }: FrameItem, nowUs: number): void {
    this.#firstUs ??= nowUs
    this.#audio = { sampleRate: frame.sampleRate, channels: frame.channelLayout.nbChannels }
  }

  /** What is known, once it is enough. */
  read(streams: readonly FeedTrack[], nowUs: number): SourceFacts | null {
    if (this.#firstUs === null) return null
    const outOfPatience = nowUs - this.#firstUs > PATIENCE_US
    const awaits = (kind: 'video' | 'audio'): boolean => !outOfPatience && streams.some(track => track.kind === kind)
    if (!this.#audio && awaits('audio')) return null
    if (!this.#video) return outOfPatience || !streams.some(({ kind }) => kind === 'video') ? this.#soundOnly() : null
    const spanUs = Math.max(...this.#times) - Math.min(...this.#times)
    const enough = (spanUs >= SPAN_US && this.#times.length >= ENOUGH_PICTURES) || spanUs >= MAX_SPAN_US
    if (!enough) return null
    return { video: { ...this.#video, measuredRate: this.#rate() }, audio: this.#audio }
  }

  #soundOnly(): SourceFacts | null {
    return this.#audio && { video: null, audio: this.#audio }
  }

  #rate(): number {
    const times = this.#times.toSorted((a, b) => a - b)
    const steps = times.slice(1).map((time, i) => time - times[i]!)
    const usual = steps.toSorted((a, b) => a - b)[steps.length >> 1]!
    // A picture that was lost is no sign of a slower rate.
    const frames = steps.reduce((sum, step) => sum + Math.max(1, Math.round(step / usual)), 0)
    const measured = (frames * 1e6) / (times.at(-1)! - times[0]!)
    const declared = this.#declared
    return declared !== null && Math.abs(declared / measured - 1) <= NEAR ? declared : measured
  }
}
