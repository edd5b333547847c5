// The pictures of a channel: from any source and size onto the canvas, and from there onto the frame grid.
import type { Log } from '../../core/index.ts'
import { FrameGrid, type GridCounts, type GridOptions } from '../../live/index.ts'
import type { FrameItem } from '../items.ts'
import { Canvas, type CanvasSize } from './canvas.ts'

/** Pictures that may wait to be brought to the canvas. */
const MAX_WAITING = 8

export type PictureLineOptions = Omit<GridOptions, 'maxWaiting'> & {
  readonly canvas: CanvasSize
  readonly log: Log
  /** Told of each picture that got a place. */
  readonly onPlaced: (mediaUs: number, placeUs: number, atUs: number) => void
}

type Waiting = { readonly item: FrameItem; readonly mediaUs: number; readonly atUs: number }

export class PictureLine implements Disposable {
  readonly #options: PictureLineOptions
  readonly #canvas: Canvas
  readonly #grid: FrameGrid<FrameItem>
  #waiting: Waiting[] = []
  /** Given to the canvas and not come out: deinterlacing keeps one. */
  #inside: { readonly mediaUs: number; readonly atUs: number }[] = []
  #busy = false
  #failed = 0
  #closed = false

  constructor(options: PictureLineOptions) {
    this.#options = options
    this.#canvas = new Canvas(options.canvas)
    // Places for as long as decoding may be ahead of the grid.
    this.#grid = new FrameGrid({ ...options, maxWaiting: 12 })
  }

  get canvas(): Canvas {
    return this.#canvas
  }

  get counts(): GridCounts & { readonly failed: number; readonly waiting: number } {
    return { ...this.#grid.counts, failed: this.#failed, waiting: this.#waiting.length }
  }

  timeOfUs(n: bigint): number {
    return this.#grid.timeOfUs(n)
  }

  indexAt(timeUs: number): bigint {
    return this.#grid.indexAt(timeUs)
  }

  /** Takes a picture over. */
  push(item: FrameItem, mediaUs: number, atUs: number): void {
    this.#waiting.push({ item, mediaUs, atUs })
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift()!.item[Symbol.dispose]()
    if (!this.#busy) void this.#fitAll()
  }

  /** The picture of place n, borrowed until the next call; undefined before the first of all. */
  take(n: bigint): FrameItem | undefined {
    const { frame, dropped } = this.#grid.take(n)
    const shown = this.#shown
    if (shown && shown !== frame) shown[Symbol.dispose]()
    this.#shown = frame
    for (const item of dropped) if (item !== frame) item[Symbol.dispose]()
    return frame
  }

  #shown: FrameItem | undefined

  async #fitAll(): Promise<void> {
    this.#busy = true
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const { item, mediaUs, atUs } = next
      try {
        this.#inside.push({ mediaUs, atUs })
        const fitted = await this.#canvas.fit(item)
        for (const picture of fitted) this.#offer(picture)
        // A chain that was built anew forgot what was in the one before.
        if (this.#inside.length > 2) this.#inside.splice(0, this.#inside.length - 2)
      } catch (error) {
        this.#inside = []
        if (this.#failed++ % 100 === 0)
          this.#options.log.error({ error: String(error) }, 'a picture could not be brought to the size of the channel')
      }
    }
    this.#busy = false
    if (this.#closed) this.#release()
  }

  #offer(picture: FrameItem): void {
    const times = this.#inside.shift()
    if (!times || this.#closed) {
      picture[Symbol.dispose]()
      return
    }
    const n = this.#grid.offer(picture, times.atUs)
    if (n !== undefined) this.#options.onPlaced(times.mediaUs, this.#grid.timeOfUs(n), times.atUs)
  }

  #release(): void {
    for (const item of this.#grid.drain()) item[Symbol.dispose]()
    this.#canvas[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    this.#closed = true
    for (const { item } of this.#waiting.splice(0)) item[Symbol.dispose]()
    if (!this.#busy) this.#release()
  }
}
