// Black bars around the picture, and shapes that change. Pure.
import type { PictureStretches } from '../model/index.ts'
import type { LumaPlane } from './luma-plane.ts'
import type { Moment } from './small-picture.ts'
import { Stretches } from './stretches.ts'

/** Edges of what is lit; `right` and `bottom` are the first that are not. */
type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }

/** Codes of 8 bits above black that a line of a bar has at most, on average and at one point in a hundred. */
const MEAN = 4
const PEAK = 12
/** Thinner bars are the blanking of cameras and tapes. */
const THINNEST = 8
/** Opposite bars differ by no more than this part of the frame; darkness lies where it wants. */
const OFF_CENTRE = 0.02
/** A shape is one when it holds for so long; scenes with dark edges have other ones every moment. */
const HOLDS_S = 2

export class ShapeWatch {
  readonly #stretches = new Stretches({ minS: HOLDS_S })
  #startS = 0
  #endS = 0
  /** The union since the last cut or change: a dark scene never shrinks it. */
  #union: Box | null = null

  /** Of a picture every so often, `moment` up to the next one of them. */
  push({ startS, endS }: Pick<Moment, 'startS' | 'endS'>, plane: LumaPlane): void {
    const box = litBox(plane)
    // Black says nothing of a shape.
    if (!box) return
    if (this.#union && sameShape(box, this.#union)) {
      this.#union = union(box, this.#union)
      this.#endS = endS
      return
    }
    this.#flush(plane)
    this.#union = box
    this.#startS = startS
    this.#endS = endS
  }

  #flush(plane: Pick<LumaPlane, 'width' | 'height'>): void {
    if (!this.#union) return
    const shape = shapeOf(this.#union, plane)
    if (shape && this.#endS - this.#startS >= HOLDS_S) {
      this.#stretches.push(this.#startS, this.#endS, shape.percent, shape.text)
    }
    this.#union = null
  }

  /** One stretch per shape that held, the whole frame among them; `worst` is the percent of the frame that is bars. */
  finish(plane: Pick<LumaPlane, 'width' | 'height'>): PictureStretches {
    this.#flush(plane)
    return this.#stretches.finish()
  }
}

const sameShape = (a: Box, b: Box): boolean =>
  (['left', 'right', 'top', 'bottom'] as const).every(side => Math.abs(a[side] - b[side]) < THINNEST)

const union = (a: Box, b: Box): Box => ({
  left: Math.min(a.left, b.left),
  right: Math.max(a.right, b.right),
  top: Math.min(a.top, b.top),
  bottom: Math.max(a.bottom, b.bottom),
})

/** null for what is no shape: bars on one side, or a small thing on black. */
function shapeOf({ left, right, top, bottom }: Box, { width, height }: Pick<LumaPlane, 'width' | 'height'>) {
  const [sides, ends] = [[left, width - right] as const, [top, height - bottom] as const]
  const thick = ([a, b]: readonly [number, number]): boolean => Math.min(a, b) >= THINNEST
  const centred = ([a, b]: readonly [number, number], of: number): boolean => Math.abs(a - b) <= OFF_CENTRE * of + 4
  const [pillars, letters] = [thick(sides), thick(ends)]
  if ((pillars && !centred(sides, width)) || (letters && !centred(ends, height))) return null
  if (!pillars && Math.max(...sides) > 4 * THINNEST) return null
  if (!letters && Math.max(...ends) > 4 * THINNEST) return null
  const lit = (pillars ? right - left : width) * (letters ? bottom - top : height)
  // Less than a quarter of the frame is something on black.
  if (lit < 0.25 * width * height) return null
  const text =
    pillars || letters ? `${pillars ? right - left : width}×${letters ? bottom - top : height}` : 'whole frame'
  return { text, percent: 100 * (1 - lit / (width * height)) }
}

/** null when nothing is lit. Lines are read from the edges inward until one is lit. */
function litBox(plane: LumaPlane): Box | null {
  const { width, height } = plane
  let [top, bottom, left, right] = [0, height, 0, width]
  while (top < height && !isLit(plane, top, 'row')) top++
  if (top === height) return null
  while (bottom > top && !isLit(plane, bottom - 1, 'row')) bottom--
  while (left < width && !isLit(plane, left, 'column')) left++
  while (right > left && !isLit(plane, right - 1, 'column')) right--
  return { left, right, top, bottom }
}

/** By a hundred points of it and more. */
function isLit({ width, height, stride, data, bits }: LumaPlane, at: number, way: 'row' | 'column'): boolean {
  const length = way === 'row' ? width : height
  const [start, pace] = way === 'row' ? [at * stride, 1] : [at, stride]
  const skip = Math.max(1, Math.floor(length / 240))
  const scale = bits === 10 ? 4 : 1
  let [sum, peaks, points] = [0, 0, 0]
  for (let i = skip >> 1; i < length; i += skip) {
    const over = data[start + i * pace]! - 16 * scale
    sum += over
    if (over > PEAK * scale) peaks++
    points++
  }
  return sum > MEAN * scale * points || peaks > 0.01 * points + 1
}
