// Black pictures, and pictures of one color. Pure.
import type { PictureParams, PictureStretches } from '../model/index.ts'
import { chromaPercent, type Histograms, lumaCode, lumaPercent, type Moment } from './small-picture.ts'
import { Stretches } from './stretches.ts'

export class BlackWatch {
  readonly #limits: NonNullable<PictureParams['black']>
  readonly #stretches: Stretches

  constructor(limits: NonNullable<PictureParams['black']>) {
    this.#limits = limits
    this.#stretches = new Stretches({ minS: limits.minS })
  }

  push({ startS, endS }: Moment, counts: Histograms): void {
    const area = counts.area('y', 0, lumaCode(this.#limits.belowPercent))
    this.#stretches.push(startS, endS, area >= this.#limits.areaPercent ? area : null)
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}

/** What all but a hundredth of the picture lies within: a logo in a corner is small enough to be missed. */
const EDGE = 0.005
/** Below it the color is black. */
const DARK_PERCENT = 8

export class SolidWatch {
  readonly #spreadPercent: number
  readonly #stretches: Stretches

  constructor({ spreadPercent, minS }: NonNullable<PictureParams['solid']>) {
    this.#spreadPercent = spreadPercent
    this.#stretches = new Stretches({ minS })
  }

  push({ startS, endS }: Moment, counts: Histograms): void {
    const within = (['y', 'u', 'v'] as const).every(plane => {
      const codes = counts.quantile(plane, 1 - EDGE) - counts.quantile(plane, EDGE)
      return lumaPercent(codes + lumaCode(0)) <= this.#spreadPercent
    })
    const level = lumaPercent(counts.mean('y'))
    const what = within ? nameOf(level, counts.mean('u'), counts.mean('v')) : null
    this.#stretches.push(startS, endS, within && what !== 'black' ? level : null, what)
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}

/** Of the six hues of color bars, in degrees of the vectorscope (BT.709), and what is too pale to have one. */
const HUES = [
  ['blue', -6],
  ['magenta', 48],
  ['red', 104],
  ['yellow', 174],
  ['green', 228],
  ['cyan', 284],
] as const

function nameOf(level: number, u: number, v: number): string {
  if (Math.max(chromaPercent(u), chromaPercent(v)) < 8)
    return level < DARK_PERCENT ? 'black' : level > 90 ? 'white' : 'grey'
  const hue = (Math.atan2(v - 512, u - 512) * 180) / Math.PI
  const away = (at: number): number => Math.abs(((((hue - at) % 360) + 540) % 360) - 180)
  return HUES.reduce((best, each) => (away(each[1]) < away(best[1]) ? each : best))[0]
}
