// Parts of one picture that are not of its scene: tape hits, lost blocks and lines. Pure.
import type { PictureStretches } from '../model/index.ts'
import { Boxes, type Moment, type SmallPicture } from './small-picture.ts'
import { Stretches } from './stretches.ts'

/** Codes of 876 by which a block differs from both neighbours in time, and the part of it by which those differ. */
const FOREIGN = 70
const SAME = 0.25
/** More of the picture than this is another picture. */
const MOST_PERCENT = 60
/** Things that move through leave traces around them; blocks around a hit are calm. */
const CALM = 0.35

/** Needs the pictures of three moments: its caller keeps them. */
export class DropoutWatch {
  readonly #areaPercent: number
  readonly #boxes: Boxes
  readonly #stretches = new Stretches({ minS: 0 })
  #before: Float32Array
  #after: Float32Array
  readonly #across: Float32Array
  #pictures = 0
  #middle: Moment | null = null

  constructor(
    { width, height }: Pick<SmallPicture, 'width' | 'height'>,
    { areaPercent }: { readonly areaPercent: number },
  ) {
    this.#areaPercent = areaPercent
    this.#boxes = new Boxes(width, height, width >> 3, height >> 3)
    const plane = (): Float32Array => new Float32Array(this.#boxes.length)
    ;[this.#before, this.#after, this.#across] = [plane(), plane(), plane()]
  }

  /** Differences between the two newest pictures, by block, in codes. */
  get blocks(): Float32Array {
    return this.#after
  }

  push(moment: Moment, now: SmallPicture, last: SmallPicture | null, lastButOne: SmallPicture | null): void {
    ;[this.#before, this.#after] = [this.#after, this.#before]
    if (last) this.#boxes.difference(now.y, last.y, this.#after)
    if (lastButOne && this.#middle && ++this.#pictures > 0) {
      const area = this.#hits(now, lastButOne)
      const hit = area >= this.#areaPercent && area <= MOST_PERCENT
      this.#stretches.push(this.#middle.startS, this.#middle.endS, hit ? area : null)
    }
    this.#middle = moment
  }

  #hits(now: SmallPicture, lastButOne: SmallPicture): number {
    const [before, after] = [this.#before, this.#after]
    let candidates = 0
    for (let i = 0; i < before.length; i++) if (before[i]! > FOREIGN && after[i]! > FOREIGN) candidates++
    if ((100 * candidates) / before.length < this.#areaPercent) return 0
    this.#boxes.difference(now.y, lastButOne.y, this.#across)
    let [hits, moving, others] = [0, 0, 0]
    for (let i = 0; i < before.length; i++) {
      const least = Math.min(before[i]!, after[i]!)
      if (least > FOREIGN && this.#across[i]! < SAME * least) hits++
      else {
        others++
        if (this.#across[i]! > CALM * FOREIGN) moving++
      }
    }
    return moving > CALM * others ? 0 : (100 * hits) / before.length
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}
