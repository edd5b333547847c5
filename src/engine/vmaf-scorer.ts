// Scores pairs of frames by VMAF while the other metrics run: our own package, or an ffmpeg of this machine.
import { availableParallelism } from 'node:os'
import { createMeter, type Features, type Meter, type Plane, VmafError } from '@headend/vmaf'
import { avGetPixFmtName, type Frame } from 'node-av/lib'
import { HeadendError } from '../core/index.ts'
import type { VmafJob } from '../model/index.ts'
import type { FrameItem } from './items.ts'
import { openExternal } from './vmaf-external.ts'

/** Numbers by name, one for each pair that was pushed; NaN where it was not scored. */
export type ScoreSeries = Record<string, number[]>

export interface Scorer extends AsyncDisposable {
  /** Copies what it needs; waits while too much waits to be scored. Both have the size and the format of the first pair. */
  push(reference: FrameItem, distorted: FrameItem): Promise<void>
  /** After the last pair. */
  finish(): Promise<ScoreSeries>
}

/** @throws {HE_VMAF_FAILED} */
export async function openScorer(job: VmafJob, first: FrameItem, signal: AbortSignal): Promise<Scorer> {
  const picture = describe(first)
  if (job.engine.name !== 'headend') return await openExternal(job.engine, job, picture, signal)
  try {
    const workers = Math.max(1, Math.round(availableParallelism() / job.share))
    const { width, height, bitDepth } = picture
    const { models, every, accuracy } = job
    const meter = await createMeter({ width, height, bitDepth, models, every, accuracy, workers, signal })
    return new OwnScorer(meter, job, picture)
  } catch (error) {
    throw failed(error)
  }
}

/** What pairs are made of. */
export type ScoredPicture = {
  readonly width: number
  readonly height: number
  readonly bitDepth: 8 | 10 | 12
  readonly format: string
}

const formatOf = (frame: Frame): string => avGetPixFmtName(frame.format as Parameters<typeof avGetPixFmtName>[0]) ?? ''

function describe({ frame }: FrameItem): ScoredPicture {
  const format = formatOf(frame)
  const bits = /^(?:yuv4(?:20|22|44)p|gray)(10|12)?(?:le)?$/.exec(format)
  if (!bits) throw new HeadendError('HE_INTERNAL', `VMAF was planned for ${format}`)
  return { width: frame.width, height: frame.height, bitDepth: Number(bits[1] ?? 8) as 8 | 10 | 12, format }
}

/** The luma of a frame as it lies in FFmpeg's memory: lent, not copied. @throws {HE_INTERNAL} when the format changed */
export function lumaOf(item: FrameItem, { width, height, bitDepth, format }: ScoredPicture): Plane {
  const { frame } = item
  const data = frame.data?.[0]
  if (!data || frame.width !== width || frame.height !== height || formatOf(frame) !== format)
    throw new HeadendError(
      'HE_INTERNAL',
      `VMAF got ${frame.width}x${frame.height} in place of ${width}x${height} ${format}`,
    )
  const stride = frame.linesize[0]!
  return bitDepth === 8
    ? { data, stride }
    : { data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength >> 1), stride: stride >> 1 }
}

class OwnScorer implements Scorer {
  readonly #meter: Meter
  readonly #picture: ScoredPicture
  readonly #series: ScoreSeries
  readonly #reading: Promise<void>
  #pairs = 0

  constructor(meter: Meter, { models }: VmafJob, picture: ScoredPicture) {
    this.#meter = meter
    this.#picture = picture
    this.#series = Object.fromEntries([...models, ...featureNames].map(name => [name, []]))
    this.#reading = this.#read()
    // A failure is reported by whoever waits for the result.
    this.#reading.catch(() => {})
  }

  async push(reference: FrameItem, distorted: FrameItem): Promise<void> {
    this.#pairs++
    try {
      await this.#meter.push(lumaOf(reference, this.#picture), lumaOf(distorted, this.#picture))
    } catch (error) {
      throw failed(error)
    }
  }

  async finish(): Promise<ScoreSeries> {
    try {
      await this.#meter.finish()
      await this.#reading
    } catch (error) {
      throw failed(error)
    }
    return this.#series
  }

  async #read(): Promise<void> {
    for await (const { frame, features, scores } of this.#meter.scores) {
      const put = (name: string, value: number): void => {
        this.#series[name]![frame] = value
      }
      for (const [model, score] of Object.entries(scores)) put(model, score)
      const values = featureValues(features)
      for (const [i, name] of featureNames.entries()) put(name, values[i]!)
    }
    for (const values of Object.values(this.#series)) for (let i = 0; i < this.#pairs; i++) values[i] ??= Number.NaN
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#meter.close()
  }
}

/** libvmaf's names, without those of NEG. */
export const featureNames = [
  'integer_adm2',
  'integer_motion2',
  'integer_vif_scale0',
  'integer_vif_scale1',
  'integer_vif_scale2',
  'integer_vif_scale3',
] as const
const featureValues = ({ adm2, motion2, vif }: Features): number[] => [adm2, motion2, ...vif]

function failed(error: unknown): unknown {
  if (!(error instanceof VmafError)) return error
  return new HeadendError('HE_VMAF_FAILED', error.message, { hint: error.hint, cause: error })
}
