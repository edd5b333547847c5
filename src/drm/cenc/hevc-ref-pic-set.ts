// Short-term reference picture sets of H.265 (7.3.7, 7.4.8): how many pictures each holds decides what slices say.
import { damaged } from '../../manifest/index.ts'
import type { BitReader } from './bit-reader.ts'

/** Distances in picture order to earlier (negative) and later pictures, and whether the current picture uses each. */
export type RefPicSet = {
  readonly negative: readonly { readonly delta: number; readonly used: boolean }[]
  readonly positive: readonly { readonly delta: number; readonly used: boolean }[]
}

const MAX_PICTURES = 16

/** Set number `index` of `count`; `index === count` is one inside of a slice header. */
export function readRefPicSet(bits: BitReader, index: number, count: number, sets: readonly RefPicSet[]): RefPicSet {
  if (index > 0 && bits.flag()) return readPredicted(bits, index, count, sets)
  const [earlier, later] = [
    bits.ueMost(MAX_PICTURES, 'num_negative_pics'),
    bits.ueMost(MAX_PICTURES, 'num_positive_pics'),
  ]
  const run = (length: number, sign: 1 | -1) => {
    let delta = 0
    return Array.from({ length }, () => {
      delta += sign * (bits.ue() + 1)
      return { delta, used: bits.flag() }
    })
  }
  return { negative: run(earlier, -1), positive: run(later, 1) }
}

/** 7.4.8, equations 7-61 and 7-62: a set told by its difference from another. */
function readPredicted(bits: BitReader, index: number, count: number, sets: readonly RefPicSet[]): RefPicSet {
  const back = index === count ? bits.ue() + 1 : 1
  const from = sets[index - back]
  if (!from) throw damaged('a reference picture set is predicted from none')
  const sign = bits.flag() ? -1 : 1
  const shift = sign * (bits.ue() + 1)
  const all = [...from.negative, ...from.positive]
  const told = Array.from({ length: all.length + 1 }, () => {
    const used = bits.flag()
    return { used, keep: used || bits.flag() }
  })
  const pictures = all
    .map(({ delta }, i) => ({ delta: delta + shift, ...told[i]! }))
    // The last entry stands for the picture that the other set belongs to.
    .concat({ delta: shift, ...told[all.length]! })
    .filter(({ keep, delta }) => keep && delta !== 0)
    .map(({ delta, used }) => ({ delta, used }))
  if (pictures.length > MAX_PICTURES) throw damaged('a reference picture set has too many pictures')
  return {
    negative: pictures.filter(({ delta }) => delta < 0).toSorted((a, b) => b.delta - a.delta),
    positive: pictures.filter(({ delta }) => delta > 0).toSorted((a, b) => a.delta - b.delta),
  }
}
