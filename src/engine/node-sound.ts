// Sound node: decoded sound → our inspection of it (audio/inspect) and our loudness meter, from one conversion to floats.
import { AV_NOPTS_VALUE } from 'node-av/constants'
import { avChannelLayoutDescribe, type Frame } from 'node-av/lib'
import { ClockWatch, channelsOfMask, createLoudnessMeter, type LoudnessMeter, SoundInspector } from '../audio/index.ts'
import { mul, rational, toNumber } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { type LoudnessMeasurement, type SoundCurves, SoundParams, type SoundResult } from '../model/index.ts'
import { asFrame, type FrameItem } from './items.ts'
import { quantumOf, SamplePlanes } from './sample-planes.ts'

/** Emits `result` at the end, and `progress` with the number of frames meanwhile. */
export function createSound(params: unknown): GraphNode {
  const settings = SoundParams.parse(params)
  return { run: io => new Inspecting(io, settings).run() }
}

/** A file may change its format with every frame. */
const MAX_CHANGES = 20
/** So many points of a curve are enough for any drawing of it. */
const MAX_POINTS = 2000

class Inspecting {
  readonly #io: NodeIo
  readonly #params: SoundParams
  readonly #planes = new SamplePlanes()
  readonly #changes: { atS: number; from: string; to: string }[] = []
  #inspector: SoundInspector | null = null
  #meter: LoudnessMeter | null = null
  #clock: ClockWatch | null = null
  #layout: Pick<SoundResult, 'layout' | 'layoutAssumed'> = { layout: '0 channels', layoutAssumed: false }
  /** Rate and channels that the inspection began with, and those of the last frame. */
  #format = ''
  #lastFormat = ''
  #frames = 0

  constructor(io: NodeIo, params: SoundParams) {
    this.#io = io
    this.#params = params
  }

  async run(): Promise<void> {
    for await (const item of this.#io.input('in')) {
      using frame = asFrame(item)
      if (++this.#frames % 8 === 0) this.#io.emit('progress', { frames: this.#frames })
      this.#take(frame)
    }
    const loudness = this.#meter?.finish() ?? null
    const { series, ...figures } = loudness ?? { series: null }
    const result: SoundResult = {
      inspection: this.#inspector?.finish() ?? null,
      loudness: loudness ? (figures as Omit<LoudnessMeasurement, 'series'>) : null,
      curves: series ? thin(series) : null,
      clock: this.#clock?.finish() ?? null,
      ...this.#layout,
      changes: this.#changes,
    }
    this.#io.emit('result', result)
  }

  #take(item: FrameItem): void {
    const { frame } = item
    if (frame.nbSamples === 0) return
    const format = formatOf(frame)
    if (this.#format === '') this.#open(frame, format)
    const stamp = frame.pts === AV_NOPTS_VALUE ? null : toNumber(mul(rational(frame.pts), item.timebase))
    if (format !== this.#lastFormat && this.#changes.length < MAX_CHANGES)
      this.#changes.push({ atS: stamp ?? 0, from: this.#lastFormat, to: format })
    this.#lastFormat = format
    // Meters are made for one rate and one set of channels.
    if (format !== this.#format) return
    const startS = this.#clock!.frame(stamp, frame.nbSamples)
    const planes = this.#planes.of(frame)
    this.#inspector!.push(planes, startS)
    this.#meter?.push(planes)
  }

  #open(frame: Frame, format: string): void {
    const { channelLayout, channels: count, sampleRate: sampleRateHz } = frame
    const { channels, assumed } = channelsOfMask(BigInt(channelLayout.mask ?? 0), count)
    const described = assumed ? null : avChannelLayoutDescribe(channelLayout)
    this.#layout = { layout: described ?? `${count} channels`, layoutAssumed: assumed }
    this.#format = format
    this.#lastFormat = format
    this.#clock = new ClockWatch(sampleRateHz, this.#params.clockJumpMs)
    this.#inspector = new SoundInspector({ sampleRateHz, channels, quantum: quantumOf(frame), params: this.#params })
    const { loudness } = this.#params
    if (loudness) this.#meter = createLoudnessMeter({ sampleRateHz, channels, dualMono: loudness.dualMono })
  }
}

const formatOf = ({ sampleRate, channels, channelLayout }: Frame): string => {
  const layout = channelLayout.mask ? (avChannelLayoutDescribe(channelLayout) ?? '') : ''
  return `${sampleRate} Hz, ${layout || `${channels} channels`}`
}

/** The largest of as many values in a row as it takes. */
function thin({ stepMs, momentaryLufs, shortTermLufs }: LoudnessMeasurement['series']): SoundCurves {
  const every = Math.max(1, Math.ceil(momentaryLufs.length / MAX_POINTS))
  const largest = (values: readonly (number | null)[]): (number | null)[] =>
    Array.from({ length: Math.ceil(values.length / every) }, (_, i) => {
      const some = values.slice(i * every, (i + 1) * every).filter(value => value !== null)
      return some.length > 0 ? Math.max(...some) : null
    })
  return { stepMs: stepMs * every, momentaryLufs: largest(momentaryLufs), shortTermLufs: largest(shortTermLufs) }
}
