// Levels beyond what a video signal may have (EBU R 103), by the area that they fill. Pure.
import type { PictureParams, PictureStretches } from '../model/index.ts'
import { Boxes, type Histograms, lumaCode, lumaPercent, type Moment, type SmallPicture } from './small-picture.ts'
import { Stretches } from './stretches.ts'

/** A scene that is beyond now and then is one finding. */
const GAP_S = 1

export class LumaWatch {
  readonly #limits: NonNullable<PictureParams['luma']>
  readonly #stretches: Stretches
  #low = Number.POSITIVE_INFINITY
  #high = Number.NEGATIVE_INFINITY

  constructor(limits: NonNullable<PictureParams['luma']>) {
    this.#limits = limits
    this.#stretches = new Stretches({ minS: limits.minS, gapS: GAP_S })
  }

  push({ startS, endS }: Moment, counts: Histograms): void {
    const { minPercent, maxPercent, areaPercent } = this.#limits
    const below = counts.area('y', 0, Math.ceil(lumaCode(minPercent)) - 1)
    const above = counts.area('y', Math.floor(lumaCode(maxPercent)) + 1, 1023)
    this.#low = Math.min(this.#low, counts.quantile('y', areaPercent / 100))
    this.#high = Math.max(this.#high, counts.quantile('y', 1 - areaPercent / 100))
    const area = below + above
    this.#stretches.push(startS, endS, area > areaPercent ? area : null)
  }

  /** Levels that the allowed area, and no more, lies beyond in any picture. */
  get figures(): Record<string, number> {
    if (this.#high < this.#low) return {}
    return { lumaMinPercent: lumaPercent(this.#low), lumaMaxPercent: lumaPercent(this.#high) }
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}

export class ChromaWatch {
  readonly #limits: NonNullable<PictureParams['chroma']>
  readonly #stretches: Stretches

  constructor(limits: NonNullable<PictureParams['chroma']>) {
    this.#limits = limits
    this.#stretches = new Stretches({ minS: limits.minS, gapS: GAP_S })
  }

  push({ startS, endS }: Moment, counts: Histograms): void {
    const { maxPercent, areaPercent } = this.#limits
    const reach = (448 * maxPercent) / 100
    const outside = (plane: 'u' | 'v'): number =>
      counts.area(plane, 0, Math.ceil(512 - reach) - 1) + counts.area(plane, Math.floor(512 + reach) + 1, 1023)
    const area = Math.max(outside('u'), outside('v'))
    this.#stretches.push(startS, endS, area > areaPercent ? area : null)
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}

/** Kr and Kb of BT.601, BT.709 and BT.2020 (non-constant luminance). */
const weights = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] } as const
export type Matrix = keyof typeof weights

/** What Cb and Cr, as fractions of the luma range, add to R, G and B. */
export function matrixTerms(matrix: Matrix): { rv: number; gu: number; gv: number; bu: number } {
  const [kr, kb] = weights[matrix]
  const kg = 1 - kr - kb
  return { rv: 2 * (1 - kr), gu: (-2 * kb * (1 - kb)) / kg, gv: (-2 * kr * (1 - kr)) / kg, bu: 2 * (1 - kb) }
}

/** Chroma codes span 896, luma codes 876. */
const CHROMA = 876 / 896

/** Smaller pictures were not made smaller still, and have all of their edges. */
const REDUCED = 0.95 * 480 * 270

/** On means of two by two and more: at edges, chroma of half the resolution goes with luma of the other side. */
export class GamutWatch {
  readonly #limits: NonNullable<PictureParams['gamut']>
  readonly #readings: readonly ReturnType<typeof matrixTerms>[]
  readonly #boxes: Boxes
  readonly #planes: readonly [Float32Array, Float32Array, Float32Array]
  readonly #stretches: Stretches

  /** Of several matrices the one counts by which less lies beyond: the stream does not say which one it is. */
  constructor(
    { width, height }: Pick<SmallPicture, 'width' | 'height'>,
    limits: NonNullable<PictureParams['gamut']>,
    matrices: readonly Matrix[],
  ) {
    this.#limits = limits
    this.#readings = matrices.map(matrixTerms)
    const side = width * height < REDUCED ? 4 : 2
    this.#boxes = new Boxes(width, height, Math.floor(width / side), Math.floor(height / side))
    const plane = (): Float32Array => new Float32Array(this.#boxes.length)
    this.#planes = [plane(), plane(), plane()]
    this.#stretches = new Stretches({ minS: limits.minS, gapS: GAP_S })
  }

  push({ startS, endS }: Moment, picture: SmallPicture): void {
    const [y, u, v] = this.#planes
    this.#boxes.mean(picture.y, y)
    this.#boxes.mean(picture.u, u)
    this.#boxes.mean(picture.v, v)
    const area = Math.min(...this.#readings.map(terms => this.#areaOutside(terms)))
    this.#stretches.push(startS, endS, area > this.#limits.areaPercent ? area : null)
  }

  #areaOutside({ rv, gu, gv, bu }: ReturnType<typeof matrixTerms>): number {
    const { minPercent, maxPercent } = this.#limits
    const [low, high] = [lumaCode(minPercent), lumaCode(maxPercent)]
    const [y, u, v] = this.#planes
    let outside = 0
    for (let i = 0; i < y.length; i++) {
      const luma = y[i]!
      const cb = (u[i]! - 512) * CHROMA
      const cr = (v[i]! - 512) * CHROMA
      const red = luma + rv * cr
      const green = luma + gu * cb + gv * cr
      const blue = luma + bu * cb
      if (red < low || red > high || green < low || green > high || blue < low || blue > high) outside++
    }
    return (100 * outside) / y.length
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}
