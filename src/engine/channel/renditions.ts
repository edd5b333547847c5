// All renditions of a channel, side by side: each frame of the canvas goes to all of them, each coded frame of sound once.
import type { ChannelPlan, CutPart, ProgramEvent, ProgramPosition, ProgramTiming } from '../../live/index.ts'
import { videoTicks } from '../../live/index.ts'
import type { FrameItem } from '../items.ts'
import { AudioRendition } from './rendition-audio.ts'
import { VideoRendition } from './rendition-video.ts'

type Running = { readonly rendition: VideoRendition; start: bigint }

export class Renditions implements Disposable {
  readonly #timing: ProgramTiming
  readonly #plan: ChannelPlan
  readonly #video: Running[]
  readonly #audio: AudioRendition | null
  readonly #undo: DisposableStack
  readonly #onPart: (cut: CutPart) => void
  #parts = new Map<string, { bytes: number; count: number }>()

  private constructor(
    plan: ChannelPlan,
    video: VideoRendition[],
    audio: AudioRendition | null,
    undo: DisposableStack,
    onPart: (cut: CutPart) => void,
  ) {
    this.#plan = plan
    this.#timing = plan.timing
    this.#video = video.map(rendition => ({ rendition, start: 0n }))
    this.#audio = audio
    this.#undo = undo
    this.#onPart = onPart
  }

  /** `sample`: a picture of the canvas, for its format. @throws {HE_ENCODER_FAILED} {HE_ENCODER_NONE} {HE_FILTER_FAILED} */
  static async open(plan: ChannelPlan, sample: FrameItem, onPart: (cut: CutPart) => void): Promise<Renditions> {
    using undo = new DisposableStack()
    const video: VideoRendition[] = []
    for (const rung of plan.video) video.push(undo.use(await VideoRendition.open(rung, plan.timing, sample)))
    const audio = plan.audio ? undo.use(await AudioRendition.open(plan.audio, plan.timing)) : null
    return new Renditions(plan, video, audio, undo.move(), onPart)
  }

  /** What the origin is told first. */
  get program(): ProgramEvent {
    const all = [...this.#video.map(({ rendition }) => rendition), ...(this.#audio ? [this.#audio] : [])]
    return { type: 'program', timing: this.#timing, tracks: all.map(({ track, init }) => ({ ...track, init })) }
  }

  get stats(): readonly Record<string, unknown>[] {
    return [
      ...this.#video.map(({ rendition }) => ({
        id: rendition.track.id,
        kind: 'video',
        encodeMs: Math.round(rendition.encodeUs / 100) / 10,
        ...this.#parts.get(rendition.track.id),
      })),
      ...(this.#audio ? [{ id: this.#audio.track.id, kind: 'audio', ...this.#parts.get(this.#audio.track.id) }] : []),
    ]
  }

  /** How long the slowest rendition takes for a frame, in microseconds. */
  get encodeUs(): number {
    return Math.max(0, ...this.#video.map(({ rendition }) => rendition.encodeUs))
  }

  /**
   * Each track goes on where the origin has it, or begins at `first`, a frame at which a segment begins. Returns the earliest frame.
   */
  startAt(first: bigint, position: ProgramPosition): bigint {
    const { frameTicks } = videoTicks(this.#timing.frameRate)
    let earliest: bigint | null = null
    for (const running of this.#video) {
      const end = position[running.rendition.track.id]?.endTicks
      // Where the last part was cut short, the next place of a whole frame.
      const goesOn = end === undefined ? undefined : (BigInt(end) + BigInt(frameTicks) - 1n) / BigInt(frameTicks)
      running.start = goesOn !== undefined && goesOn > first ? goesOn : first
      running.rendition.start(running.start)
      if (earliest === null || running.start < earliest) earliest = running.start
    }
    if (this.#audio && this.#plan.audio) {
      const samples = BigInt(this.#plan.audio.frameSamples)
      const end = position[this.#audio.track.id]?.endTicks
      const goesOn = end === undefined ? undefined : (BigInt(end) + samples - 1n) / samples
      const begin = this.#firstSound(first)
      const start = goesOn !== undefined && goesOn > begin ? goesOn : begin
      this.#audio.start(start)
      const frame = this.#frameOfSample(start * samples)
      if (earliest === null || frame < earliest) earliest = frame
    }
    return earliest ?? first
  }

  /** Where the sound goes on. */
  get nextSample(): bigint | null {
    return this.#audio?.nextSample ?? null
  }

  /** Whether frame n must be coded whatever the pressure: parts and segments begin with it. */
  mustKeep(n: bigint): boolean {
    return n % BigInt(this.#timing.framesPerPart) === 0n
  }

  /** Frame n for all; `null`: it is left out. */
  async encodePicture(n: bigint, item: FrameItem | null): Promise<void> {
    const isSegment = n % BigInt(this.#timing.framesPerSegment) === 0n
    const cuts = await Promise.all(
      this.#video.map(({ rendition, start }) => (n < start ? [] : rendition.encode(n, item, isSegment || n === start))),
    )
    for (const cut of cuts.flat()) this.#out(cut)
  }

  /** Codes as many frames of sound as end before `until`. */
  async encodeSound(until: bigint, take: (untilSample: bigint) => Float32Array): Promise<void> {
    if (!this.#audio || !this.#plan.audio) return
    const samples = BigInt(this.#plan.audio.frameSamples)
    while (this.#audio.nextSample + samples <= until)
      for (const cut of await this.#audio.encode(take(this.#audio.nextSample + samples))) this.#out(cut)
  }

  /** Leaves a hole up to frame n, at which a segment begins. */
  skipTo(n: bigint): void {
    for (const running of this.#video) running.start = n
    this.#audio?.skipTo(this.#firstSound(n))
  }

  #out(cut: CutPart): void {
    const counts = this.#parts.get(cut.part.track) ?? { bytes: 0, count: 0 }
    this.#parts.set(cut.part.track, { bytes: counts.bytes + cut.bytes.length, count: counts.count + 1 })
    this.#onPart(cut)
  }

  /** The first coded frame of sound whose middle lies behind the beginning of frame n. */
  #firstSound(n: bigint): bigint {
    const { frameSamples, sampleRate } = this.#plan.audio!
    const { num, den } = this.#timing.frameRate
    const middle = (n * BigInt(den) * BigInt(sampleRate)) / BigInt(num) - BigInt(frameSamples >> 1)
    return (middle + BigInt(frameSamples) - 1n) / BigInt(frameSamples)
  }

  #frameOfSample(sample: bigint): bigint {
    const { num, den } = this.#timing.frameRate
    return (sample * BigInt(num)) / (BigInt(den) * BigInt(this.#plan.audio!.sampleRate))
  }

  [Symbol.dispose](): void {
    this.#undo.dispose()
  }
}
