// Picture node: decoded frames → our own inspection (picture/): small pictures of all, luma of some, FFmpeg's idet over fields.
import { AV_FRAME_FLAG_CORRUPT } from 'node-av/constants'
import { avGetPixFmtName, type Frame } from 'node-av/lib'
import { HeadendError, mul, rational, toNumber } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { PictureParams } from '../model/index.ts'
import {
  createSmallPicture,
  type FieldReading,
  type LumaPlane,
  type Moment,
  PictureInspector,
  type SmallPicture,
  smallSize,
} from '../picture/index.ts'
import { FilterRunner } from './filter-runner.ts'
import { asFrame, type FrameItem } from './items.ts'

/** Emits `result` at the end, and `progress` with the number of frames meanwhile. */
export function createPicture(params: unknown): GraphNode {
  const settings = PictureParams.parse(params)
  return { run: io => new Inspecting(io, settings).run() }
}

/** Detail changes slowly, and looking at it costs more than at small pictures: so many looks a second. */
const LOOKS_PER_SECOND = 4
/** Fields comb in all of the width; half of it is enough, and half the work. */
const WIDE = 1000
/** A field counts as repeated when it changed this much less than the other one (as in quality/picture-analysis). */
const IDET = 'idet=rep_thres=1.15'

class Inspecting {
  readonly #io: NodeIo
  readonly #params: PictureParams
  /** The inspector looks at three in turn. */
  readonly #ring: SmallPicture[] = []
  readonly #every: number
  #inspector: PictureInspector | null = null
  #small: FilterRunner | null = null
  #luma: FilterRunner | null = null
  #fields: FilterRunner | null = null
  #format = ''
  #frames = 0

  constructor(io: NodeIo, params: PictureParams) {
    this.#io = io
    this.#params = params
    this.#every = Math.max(1, Math.round(params.fps / LOOKS_PER_SECOND))
  }

  async run(): Promise<void> {
    try {
      for await (const item of this.#io.input('in')) {
        using frame = asFrame(item)
        await this.#take(frame)
        if (++this.#frames % 8 === 0) this.#io.emit('progress', { frames: this.#frames })
      }
      await this.#endFields()
      this.#io.emit('result', this.#inspector?.finish() ?? null)
    } finally {
      this.#close()
    }
  }

  #close(): void {
    for (const runner of [this.#small, this.#luma, this.#fields]) runner?.[Symbol.dispose]()
    this.#small = null
    this.#luma = null
    this.#fields = null
  }

  async #take(item: FrameItem): Promise<void> {
    const format = formatOf(item.frame)
    if (format !== this.#format) {
      // Filters are made for one format; what is inspected goes on in the size that it began with.
      await this.#endFields()
      this.#close()
      this.#format = format
    }
    const moment = this.#momentOf(item)
    const inspector = this.#open(item.frame)
    if (this.#params.fields) await this.#takeFields(item, inspector)
    if (this.#frames % this.#every === 0) await this.#takeLuma(item, moment, inspector)
    await this.#takeSmall(item, moment, inspector)
  }

  #open({ width, height }: Frame): PictureInspector {
    if (!this.#inspector) {
      const size = smallSize(width, height)
      this.#inspector = new PictureInspector(size, this.#params)
      for (let i = 0; i < 3; i++) this.#ring.push(createSmallPicture(size.width, size.height))
    }
    return this.#inspector
  }

  #momentOf({ frame, timebase }: FrameItem): Moment {
    const startS = toNumber(mul(rational(frame.pts), timebase))
    const lastsS = frame.duration > 0n ? toNumber(mul(rational(frame.duration), timebase)) : 1 / this.#params.fps
    const damaged = (frame.flags & AV_FRAME_FLAG_CORRUPT) !== 0 || frame.decodeErrorFlags !== 0
    return { number: this.#frames, startS, endS: startS + lastsS, damaged }
  }

  async #takeSmall(item: FrameItem, moment: Moment, inspector: PictureInspector): Promise<void> {
    const { width, height } = inspector.size
    this.#small ??= await FilterRunner.open(
      'video',
      `[in0]scale=${width}:${height}:flags=area:out_range=tv,format=yuv444p10le[out]`,
      [item],
    )
    using out = await pass(this.#small, item)
    if (!out) return
    const picture = this.#ring[this.#frames % this.#ring.length]!
    const planes = out.frame.data
    for (const [i, into] of [picture.y, picture.u, picture.v].entries()) {
      const stride = out.frame.linesize[i]! / 2
      const samples = samplesOf(planes?.[i], 10)
      for (let y = 0; y < height; y++) into.set(samples.subarray(y * stride, y * stride + width), y * width)
    }
    inspector.push(moment, picture)
  }

  async #takeLuma(item: FrameItem, moment: Moment, inspector: PictureInspector): Promise<void> {
    this.#luma ??= await FilterRunner.open('video', '[in0]scale=out_range=tv,format=gray|gray10le[out]', [item])
    using out = await pass(this.#luma, item)
    if (!out) return
    const { width, height, linesize, format } = out.frame
    const bits = avGetPixFmtName(format as Parameters<typeof avGetPixFmtName>[0]) === 'gray' ? 8 : 10
    const samples = samplesOf(out.frame.data?.[0], bits)
    const plane: LumaPlane = {
      width,
      height,
      stride: bits === 8 ? linesize[0]! : linesize[0]! / 2,
      data: samples,
      bits,
    }
    const lastsS = (moment.endS - moment.startS) * this.#every
    inspector.pushDetail({ startS: moment.startS, endS: moment.startS + lastsS }, plane)
  }

  async #takeFields(item: FrameItem, inspector: PictureInspector): Promise<void> {
    const crop = item.frame.width > WIDE ? 'crop=trunc(iw/4)*2:ih,' : ''
    this.#fields ??= await FilterRunner.open('video', `[in0]${crop}${IDET}[out]`, [item])
    using copy = item.clone()
    await this.#fields.push(copy)
    await this.#readFields(this.#fields, inspector)
  }

  async #readFields(runner: FilterRunner, inspector: PictureInspector): Promise<void> {
    for (;;) {
      const ready = await runner.pull()
      if (ready === 'again' || ready === 'end') return
      using item = ready
      inspector.pushFields(this.#momentOf(item), readIdet(item.frame))
    }
  }

  async #endFields(): Promise<void> {
    if (!this.#fields || !this.#inspector) return
    await this.#fields.end()
    await this.#readFields(this.#fields, this.#inspector)
  }
}

/** All that filters are configured by. */
const formatOf = ({ width, height, format, colorSpace, colorRange, sampleAspectRatio: sar }: Frame): string =>
  [width, height, format, colorSpace, colorRange, sar.num, sar.den].join()

/** Through a chain that gives one frame for each. */
async function pass(runner: FilterRunner, item: FrameItem): Promise<FrameItem | null> {
  using copy = item.clone()
  await runner.push(copy)
  const ready = await runner.pull()
  return ready === 'again' || ready === 'end' ? null : ready
}

/** Samples of a plane, still in the frame's own memory. */
function samplesOf(plane: Buffer | undefined, bits: 8 | 10): Uint8Array | Uint16Array {
  if (!plane) throw new HeadendError('HE_FILTER_FAILED', 'a picture has no planes')
  const { buffer, byteOffset, byteLength } = plane
  return bits === 8 ? plane : new Uint16Array(buffer, byteOffset, byteLength >> 1)
}

function readIdet(frame: Frame): FieldReading {
  using metadata = frame.getMetadata()
  const order = metadata.get('lavfi.idet.multiple.current_frame')
  const repeated = metadata.get('lavfi.idet.repeated.current_frame')
  return {
    order: order === 'tff' || order === 'bff' || order === 'progressive' ? order : 'undetermined',
    still: metadata.get('lavfi.idet.single.current_frame') === 'undetermined',
    repeated: repeated === 'top' || repeated === 'bottom' ? repeated : 'neither',
  }
}
