// Parts of one picture that are not of its scene: tape hits, lost blocks and lines. Pure.
import type { PictureStretches } from '../model/index.ts'
import { Boxes, type Moment, type SmallPicture } from './small-picture.ts'
import { Stretches } from './stretches.ts'

/** Codes of 876 by which a block differs from both neighbours in time, and the part of it by which those differ. */
const FOREIGN = 70
const SAME = 0.25
/** More of the picture than this is another picture. */
const MOST_PERCENT = 60
/** Codes by which a block may change in the frames around: what flaps or blinks there is no dropout. */
const CALM = 20
/** So many blocks around a hit are looked at, and this part of them may move. */
const AROUND = 3
const MOVING = 0.1
/** A frame is judged when the second one after it has come. */
const DELAY = 2

/** Needs the last three pictures: its caller keeps them. Hits are looked for where the scene is calm. */
export class DropoutWatch {
  readonly #areaPercent: number
  readonly #boxes: Boxes
  readonly #stretches = new Stretches({ minS: 0 })
  /** Differences of each of the last four pictures to the one before, by block, the newest first. */
  readonly #changes: Float32Array[]
  readonly #across: Float32Array
  /** Blocks of the last but one picture that differ from both its neighbours, which are alike. */
  readonly #suspects: Uint8Array
  readonly #hits: Uint8Array
  /** Of the picture that has the suspects, and of the one before it. */
  readonly #means: readonly [Float32Array, Float32Array]
  readonly #moments: Moment[] = []
  #suspected = 0

  constructor(
    { width, height }: Pick<SmallPicture, 'width' | 'height'>,
    { areaPercent }: { readonly areaPercent: number },
  ) {
    this.#areaPercent = areaPercent
    this.#boxes = new Boxes(width, height, width >> 3, height >> 3)
    const plane = (): Float32Array => new Float32Array(this.#boxes.length)
    this.#changes = [plane(), plane(), plane(), plane()]
    this.#across = plane()
    this.#means = [plane(), plane()]
    this.#suspects = new Uint8Array(this.#boxes.length)
    this.#hits = new Uint8Array(this.#boxes.length)
  }

  /** Differences between the two newest pictures, by block, in codes. */
  get blocks(): Float32Array {
    return this.#changes[0]!
  }

  push(moment: Moment, now: SmallPicture, last: SmallPicture | null, lastButOne: SmallPicture | null): void {
    this.#changes.unshift(this.#changes.pop()!)
    if (last) this.#boxes.difference(now.y, last.y, this.blocks)
    this.#moments.push(moment)
    if (this.#moments.length <= DELAY) return
    const judged = this.#moments.shift()!
    const area = this.#confirmed()
    const hit = area >= this.#areaPercent && area <= MOST_PERCENT
    this.#stretches.push(judged.startS, judged.endS, hit ? area : null)
    if (last && lastButOne) this.#suspect(now, last, lastButOne)
  }

  /** Percent of the picture: suspects that were calm before, are calm now, and lie in calm surroundings. */
  #confirmed(): number {
    if (this.#suspected === 0) return 0
    const [now, , , earlier] = this.#changes as [Float32Array, Float32Array, Float32Array, Float32Array]
    const hits = this.#hits
    let count = 0
    for (let i = 0; i < now.length; i++) {
      const hit = this.#suspects[i] === 1 && now[i]! < CALM && earlier[i]! < CALM
      hits[i] = hit ? 1 : 0
      if (hit) count++
    }
    return count === 0 || this.#movesAround()
      ? 0
      : (100 * straightArea(hits, this.#means, this.#boxes.width)) / now.length
  }

  /** What moves through a block for one frame moves in the blocks next to it as well. Those at its edge are hit in part. */
  #movesAround(): boolean {
    const { width, height } = this.#boxes
    const [, after, before] = this.#changes as [Float32Array, Float32Array, Float32Array]
    let [around, moving] = [0, 0]
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        if (this.#isHit(x, y, 1) || !this.#isHit(x, y, AROUND)) continue
        const i = y * width + x
        around++
        if (Math.max(after[i]!, before[i]!) > CALM) moving++
      }
    return moving > MOVING * around
  }

  #isHit(x: number, y: number, within: number): boolean {
    const { width, height } = this.#boxes
    for (let row = Math.max(0, y - within); row <= Math.min(height - 1, y + within); row++)
      for (let column = Math.max(0, x - within); column <= Math.min(width - 1, x + within); column++)
        if (this.#hits[row * width + column] === 1) return true
    return false
  }

  #suspect(now: SmallPicture, last: SmallPicture, lastButOne: SmallPicture): void {
    const [after, before] = this.#changes as [Float32Array, Float32Array]
    this.#suspects.fill(0)
    this.#suspected = 0
    let candidates = 0
    for (let i = 0; i < before.length; i++) if (before[i]! > FOREIGN && after[i]! > FOREIGN) candidates++
    if ((100 * candidates) / before.length < this.#areaPercent) return
    this.#boxes.difference(now.y, lastButOne.y, this.#across)
    this.#boxes.mean(last.y, this.#means[0])
    this.#boxes.mean(lastButOne.y, this.#means[1])
    for (let i = 0; i < before.length; i++) {
      const least = Math.min(before[i]!, after[i]!)
      if (least <= FOREIGN || this.#across[i]! >= SAME * least) continue
      this.#suspects[i] = 1
      this.#suspected++
    }
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}

/** Lost blocks and lines have straight edges: parts of their rectangle that a group of hits fills, and its least size. */
const FILLS = 0.75
const LEAST_BLOCKS = 3

/**
 * Of the blocks around a group, those that it came nearer to, from where it was unlike them: a thing that grows for one frame has
 * its own color beside it.
 */
const NEARER = 0.35
const COMES = 0.75

/** Blocks in groups that fill their rectangle and stand out of it. `hits` is used up. */
function straightArea(hits: Uint8Array, [means, before]: readonly [Float32Array, Float32Array], width: number): number {
  let area = 0
  for (let start = 0; start < hits.length; start++) {
    if (hits[start] !== 1) continue
    let [left, right, top, bottom] = [width, 0, hits.length, 0]
    const group = [start]
    hits[start] = 2
    // Grows while it is walked.
    for (const i of group) {
      const [x, y] = [i % width, Math.floor(i / width)]
      ;[left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)]
      for (const other of around(i, width, hits.length))
        if (hits[other] === 1) {
          hits[other] = 2
          group.push(other)
        }
    }
    const fills = group.length >= FILLS * (right - left + 1) * (bottom - top + 1)
    const nearer = group.flatMap(i =>
      around(i, width, hits.length).flatMap(other => {
        if (hits[other] === 2) return []
        const apart = Math.abs(before[i]! - means[other]!)
        return [apart > CALM && Math.abs(means[i]! - means[other]!) < COMES * apart]
      }),
    )
    if (group.length >= LEAST_BLOCKS && fills && nearer.filter(Boolean).length <= NEARER * nearer.length)
      area += group.length
    for (const i of group) hits[i] = 0
  }
  return area
}

const around = (i: number, width: number, length: number): number[] =>
  [i % width > 0 ? i - 1 : -1, i % width < width - 1 ? i + 1 : -1, i - width, i + width].filter(
    other => other >= 0 && other < length,
  )
