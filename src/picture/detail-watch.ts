// Figures of single pictures over time: blocks, blur, bands, noise, bars. Pure.
import type { PictureCurve, PictureFault, PictureParams, PictureStretches } from '../model/index.ts'
import { bandingPercent, blockRatio, blurOf, combPercent, noiseSigma } from './detail.ts'
import type { FieldWatch } from './fields.ts'
import { ShapeWatch } from './letterbox.ts'
import { LineSampler, type LumaPlane } from './luma-plane.ts'
import type { Moment } from './small-picture.ts'
import { Curve, Stretches } from './stretches.ts'

type Kind = 'blockiness' | 'blur' | 'banding' | 'noise'

/** Blocks are seen best in key frames, and motion carries their edges off the grid: they come and go with each GOP. */
const PULSE_S = 2

/** One figure: where it is beyond its limit, its mean, and its curve. */
class Figure {
  readonly #limit: number
  readonly #stretches: Stretches
  readonly #curve: Curve
  #sum = 0
  #count = 0

  constructor(id: string, title: string, unit: string, limit: number, minS: number, gapS = 0) {
    this.#limit = limit
    this.#stretches = new Stretches({ minS, gapS })
    this.#curve = new Curve({ id, title, unit }, 'max')
  }

  push({ startS, endS }: Pick<Moment, 'startS' | 'endS'>, value: number | null): void {
    this.#stretches.push(startS, endS, value !== null && value > this.#limit ? value : null)
    if (value === null) return
    this.#sum += value
    this.#count++
    this.#curve.push(startS, value)
  }

  get mean(): number | null {
    return this.#count > 0 ? this.#sum / this.#count : null
  }

  finish(): { stretches: PictureStretches; curve: PictureCurve } {
    return { stretches: this.#stretches.finish(), curve: this.#curve.finish() }
  }
}

export class DetailWatch {
  readonly #sampler = new LineSampler()
  readonly #figures: Readonly<Partial<Record<Kind, Figure>>>
  readonly #shapes: ShapeWatch | null
  readonly #fields: FieldWatch | null
  #frame = { width: 0, height: 0 }
  #curves: readonly PictureCurve[] = []

  constructor(params: PictureParams, fields: FieldWatch | null) {
    const { blockiness, blur, banding, noise, letterbox } = params
    this.#fields = fields
    this.#figures = {
      ...(blockiness && {
        blockiness: new Figure('blockiness', 'Block edges', '×', blockiness.maxRatio, blockiness.minS, PULSE_S),
      }),
      ...(blur && { blur: new Figure('blur', 'Blur', '', blur.maxBlur, blur.minS) }),
      ...(banding && { banding: new Figure('banding', 'Bands', '%', banding.areaPercent, banding.minS) }),
      ...(noise && { noise: new Figure('noise', 'Noise', 'codes', noise.maxSigma, noise.minS) }),
    }
    this.#shapes = letterbox ? new ShapeWatch() : null
  }

  push(moment: Pick<Moment, 'startS' | 'endS'>, plane: LumaPlane): void {
    const { blockiness, blur, banding, noise } = this.#figures
    this.#frame = plane
    this.#shapes?.push(moment, plane)
    if (!blockiness && !blur && !banding && !noise && !this.#fields) return
    const rows = this.#sampler.rows(plane)
    this.#fields?.pushComb(combPercent(rows))
    blur?.push(moment, blurOf(rows))
    noise?.push(moment, noiseSigma(rows))
    if (!blockiness && !banding) return
    const columns = this.#sampler.columns(plane)
    blockiness?.push(moment, blockRatio(rows, columns))
    banding?.push(moment, bandingPercent(rows, columns))
  }

  get figures(): Record<string, number> {
    const means = Object.entries(this.#figures).map(([kind, figure]) => [kind, figure.mean] as const)
    return Object.fromEntries(means.flatMap(([kind, mean]) => (mean === null ? [] : [[kind, mean]])))
  }

  get curves(): readonly PictureCurve[] {
    return this.#curves
  }

  finish(): Partial<Record<PictureFault, PictureStretches>> {
    const done = Object.entries(this.#figures).map(([kind, figure]) => [kind, figure.finish()] as const)
    this.#curves = done.map(([, { curve }]) => curve).filter(({ values }) => values.length > 0)
    const shapes = this.#shapes?.finish(this.#frame)
    return {
      ...Object.fromEntries(done.map(([kind, { stretches }]) => [kind, stretches])),
      ...(shapes && { shapes }),
    }
  }
}
