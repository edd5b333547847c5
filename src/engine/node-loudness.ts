// Loudness node: decoded sound → our own meter (audio/meter), which FFmpeg's ebur128 is not exact enough for.
import { avChannelLayoutDescribe, type Frame } from 'node-av/lib'
import { channelsOfMask, createLoudnessMeter, type LoudnessMeter } from '../audio/index.ts'
import { HeadendError } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { LoudnessParams, type LoudnessResult } from '../model/index.ts'
import { FilterRunner } from './filter-runner.ts'
import { asFrame, type FrameItem } from './items.ts'

/** The meter wants one plane of floats per channel; full scale of every format is 1. */
const PLANES_OF_FLOATS = '[in0]aformat=sample_fmts=fltp[out]'

/** Emits `result` at the end, and `progress` with the number of frames meanwhile. */
export function createLoudness(params: unknown): GraphNode {
  const settings = LoudnessParams.parse(params)
  return { run: io => new Measuring(io, settings).run() }
}

class Measuring {
  readonly #io: NodeIo
  readonly #params: LoudnessParams
  #meter: LoudnessMeter | null = null
  #runner: FilterRunner | null = null
  #layout: Omit<LoudnessResult, 'measurement'> = { layout: '0 channels', layoutAssumed: false }
  #framesIn = 0

  constructor(io: NodeIo, params: LoudnessParams) {
    this.#io = io
    this.#params = params
  }

  async run(): Promise<void> {
    using undo = new DisposableStack()
    for await (const item of this.#io.input('in')) {
      using frame = asFrame(item)
      this.#runner ??= undo.use(await FilterRunner.open('audio', PLANES_OF_FLOATS, [frame]))
      this.#meter ??= this.#open(frame)
      if (++this.#framesIn % 8 === 0) this.#io.emit('progress', { frames: this.#framesIn })
      await this.#runner.push(frame)
      await this.#collect(this.#runner, this.#meter)
    }
    if (this.#runner && this.#meter) {
      await this.#runner.end()
      await this.#collect(this.#runner, this.#meter)
    }
    const result: LoudnessResult = { measurement: this.#meter?.finish() ?? null, ...this.#layout }
    this.#io.emit('result', result)
  }

  #open({ frame }: FrameItem): LoudnessMeter {
    const { channelLayout, channels: count, sampleRate } = frame
    const { channels, assumed } = channelsOfMask(BigInt(channelLayout.mask ?? 0), count)
    const described = assumed ? null : avChannelLayoutDescribe(channelLayout)
    this.#layout = { layout: described ?? `${count} channels`, layoutAssumed: assumed }
    return createLoudnessMeter({ sampleRateHz: sampleRate, channels, dualMono: this.#params.dualMono })
  }

  async #collect(runner: FilterRunner, meter: LoudnessMeter): Promise<void> {
    for (;;) {
      const ready = await runner.pull()
      if (ready === 'again' || ready === 'end') return
      using item = ready
      meter.push(planesOf(item.frame))
    }
  }
}

/** The samples of a frame of planar floats, still in the frame's own memory. */
function planesOf(frame: Frame): Float32Array[] {
  const planes = frame.extendedData
  if (!planes || planes.length < frame.channels)
    throw new HeadendError(
      'HE_FILTER_FAILED',
      `a frame of ${frame.channels} channels has ${planes?.length ?? 0} planes`,
    )
  return planes
    .slice(0, frame.channels)
    .map(({ buffer, byteOffset }) => new Float32Array(buffer, byteOffset, frame.nbSamples))
}
