// Brings pictures of any size, shape and format to the one canvas of a channel, and makes its slate.
import { AV_FRAME_FLAG_INTERLACED } from 'node-av/constants'
import { FilterRunner } from '../filter-runner.ts'
import type { FrameItem } from '../items.ts'

export type CanvasSize = { readonly width: number; readonly height: number }

/** Broadcast SDR: what every player shows right without being told. */
const FORMAT = 'format=yuv420p,setsar=1'
/** BT.709 limited, said in the bitstream. */
const TAGS = 'setparams=range=limited:color_primaries=bt709:color_trc=bt709:colorspace=bt709'
/** Near-black that is not mistaken for a dead channel. */
const SLATE_COLOR = '0x20252B'

export class Canvas implements Disposable {
  readonly #size: CanvasSize
  #runner: { readonly runner: FilterRunner; readonly format: string } | null = null

  constructor(size: CanvasSize) {
    this.#size = size
  }

  /** The pictures that one picture becomes: one, or none while fields are being gathered. Uses `item` up; results are the caller's. */
  async fit(item: FrameItem): Promise<FrameItem[]> {
    using used = item
    const { frame } = used
    const interlaced = (frame.flags & AV_FRAME_FLAG_INTERLACED) !== 0
    const { num, den } = frame.sampleAspectRatio
    const format = [
      frame.width,
      frame.height,
      frame.format,
      num,
      den,
      frame.colorSpace,
      frame.colorRange,
      used.timebase.num,
      used.timebase.den,
      interlaced,
    ].join('/')
    if (this.#runner?.format !== format) {
      // The source changed its format: a new chain, the same canvas.
      this.#runner?.runner[Symbol.dispose]()
      this.#runner = null
      this.#runner = { runner: await FilterRunner.open('video', this.#chain(interlaced), [used]), format }
    }
    await this.#runner.runner.push(used)
    const ready: FrameItem[] = []
    for (;;) {
      const next = await this.#runner.runner.pull()
      if (next === 'again' || next === 'end') return ready
      ready.push(next)
    }
  }

  /** The picture that stands in while there is none. `image`: a file to show instead of a plain ground. @throws {HE_FILTER_FAILED} */
  async slate(image?: string): Promise<FrameItem> {
    const { width, height } = this.#size
    const text = image
      ? `movie=filename='${escapeValue(image)}',${fitting(this.#size)},${TAGS},${FORMAT}[out]`
      : `color=c=${SLATE_COLOR}:s=${width}x${height}:r=1:d=1,${TAGS},${FORMAT}[out]`
    using runner = await FilterRunner.open('video', text, [])
    const item = await runner.pull()
    if (item === 'again' || item === 'end') throw new RangeError('the slate gave no picture')
    return item
  }

  #chain(interlaced: boolean): string {
    const deinterlace = interlaced ? 'bwdif=mode=send_frame:deint=interlaced,' : ''
    return `[in0]${deinterlace}${fitting(this.#size)},${TAGS},${FORMAT}[out]`
  }

  [Symbol.dispose](): void {
    this.#runner?.runner[Symbol.dispose]()
  }
}

/** Whole picture, bars where the shape differs; the matrix and range of the source become those of BT.709. */
const fitting = ({ width, height }: CanvasSize): string =>
  `scale=w='trunc(iw*sar/2)*2':h=ih:flags=bicubic,` +
  `scale=w=${width}:h=${height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic:out_color_matrix=bt709:out_range=limited,` +
  `pad=w=${width}:h=${height}:x=(ow-iw)/2:y=(oh-ih)/2`

/** FFmpeg's filtergraph escaping, both levels, inside single quotes. */
const escapeValue = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll(':', '\\:').replaceAll("'", "'\\\\\\''")
