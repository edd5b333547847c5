// Every check of the picture over one stream: pictures in, stretches and figures out. Pure.
import type { PictureFault, PictureParams, PictureResult, PictureStretches } from '../model/index.ts'
import { BarsWatch } from './bars.ts'
import { BlackWatch, SolidWatch } from './blank.ts'
import { DetailWatch } from './detail-watch.ts'
import { DropoutWatch } from './dropout.ts'
import { type FieldReading, FieldWatch } from './fields.ts'
import { FlashWatch } from './flashes.ts'
import { FreezeWatch } from './freeze.ts'
import { ChromaWatch, GamutWatch, LumaWatch } from './levels.ts'
import type { LumaPlane } from './luma-plane.ts'
import { OddFrameWatch } from './odd-frames.ts'
import { RepeatWatch } from './repeats.ts'
import { ShotWatch } from './shot-watch.ts'
import { Boxes, Histograms, lumaPercent, type Moment, type SmallPicture } from './small-picture.ts'
import { Curve, Stretches } from './stretches.ts'

const RANGE = 876

/** One color all over, black as well: what flashes up is no repeat of a picture. */
const isEven = (counts: Histograms): boolean => counts.quantile('y', 0.98) - counts.quantile('y', 0.02) < 0.02 * RANGE

export class PictureInspector {
  readonly #size: Pick<SmallPicture, 'width' | 'height'>
  readonly #counts = new Histograms()
  readonly #tiny: Boxes
  readonly #tinyPlane: Float32Array
  readonly #black: BlackWatch | null
  readonly #solid: SolidWatch | null
  readonly #freeze: FreezeWatch | null
  readonly #bars: BarsWatch | null
  readonly #odd: OddFrameWatch | null
  readonly #shots: ShotWatch | null
  readonly #luma: LumaWatch | null
  readonly #chroma: ChromaWatch | null
  readonly #gamut: GamutWatch | null
  readonly #flashes: FlashWatch | null
  readonly #dropout: DropoutWatch
  readonly #wantsDropout: boolean
  readonly #damaged = new Stretches({ minS: 0, gapS: 0.2 })
  readonly #repeats: RepeatWatch | null
  readonly #fields: FieldWatch | null
  readonly #detail: DetailWatch
  readonly #lumaCurve = new Curve({ id: 'luma.mean', title: 'Mean luma', unit: '%' }, 'mean')
  readonly #motionCurve = new Curve({ id: 'motion', title: 'Difference to the picture before', unit: '%' }, 'max')
  #last: SmallPicture | null = null
  #lastButOne: SmallPicture | null = null
  #wasEven = false
  #frames = 0
  #startS = 0
  #endS = 0

  constructor(size: Pick<SmallPicture, 'width' | 'height'>, params: PictureParams) {
    const { width, height } = size
    const made = <P, W>(settings: P | undefined, make: (settings: P) => W): W | null =>
      settings === undefined ? null : make(settings)
    this.#size = size
    // The size at which differences between shots are known.
    this.#tiny = new Boxes(width, height, 96, 54)
    this.#tinyPlane = new Float32Array(this.#tiny.length)
    this.#black = made(params.black, each => new BlackWatch(each))
    this.#solid = made(params.solid, each => new SolidWatch(each))
    this.#freeze = made(params.freeze, each => new FreezeWatch(each))
    this.#bars = made(params.bars, each => new BarsWatch(each))
    this.#odd = made(params.flashFrames, each => new OddFrameWatch(each))
    this.#shots = made(params.cuts, each => new ShotWatch(each, params.fps))
    // Of full range every code is picture.
    this.#luma = params.fullRange ? null : made(params.luma, each => new LumaWatch(each))
    this.#chroma = params.fullRange ? null : made(params.chroma, each => new ChromaWatch(each))
    this.#gamut = made(params.gamut, each => new GamutWatch(size, each, [params.matrix, ...params.otherMatrices]))
    this.#flashes = made(params.flashes, each => new FlashWatch(size, each, params))
    this.#dropout = new DropoutWatch(size, params.dropout ?? { areaPercent: 100 })
    this.#wantsDropout = params.dropout !== undefined
    this.#repeats = made(params.repeats, each => new RepeatWatch(each))
    this.#fields = params.fields ? new FieldWatch() : null
    this.#detail = new DetailWatch(params, this.#fields)
  }

  /** Every picture, in order. The last two stay in use until the next call: three objects in turn are enough. */
  push(moment: Moment, picture: SmallPicture): void {
    const counts = this.#counts
    counts.take(picture)
    this.#tiny.mean(picture.y, this.#tinyPlane)
    this.#dropout.push(moment, picture, this.#last, this.#lastButOne)
    const blocks = this.#last ? this.#dropout.blocks : null
    const change = blocks ? (100 * blocks.reduce((a, b) => a + b, 0)) / blocks.length / RANGE : null
    const black = counts.quantile('y', 0.98) < 64 + 0.1 * RANGE

    this.#black?.push(moment, counts)
    this.#solid?.push(moment, counts)
    this.#freeze?.push(moment, blocks, this.#tinyPlane, black)
    this.#bars?.push(moment, picture)
    this.#odd?.push(moment, this.#tinyPlane)
    this.#shots?.push(moment, this.#tinyPlane, this.#tiny.width)
    this.#luma?.push(moment, counts)
    this.#chroma?.push(moment, counts)
    this.#gamut?.push(moment, picture)
    this.#flashes?.push(moment, picture)
    const even = isEven(counts)
    this.#repeats?.push(moment, even || this.#wasEven ? null : change)
    this.#wasEven = even
    this.#damaged.push(moment.startS, moment.endS, moment.damaged ? 1 : null)
    this.#lumaCurve.push(moment.startS, lumaPercent(counts.mean('y')))
    this.#motionCurve.push(moment.startS, change ?? 0)

    this.#lastButOne = this.#last
    this.#last = picture
    if (this.#frames++ === 0) this.#startS = moment.startS
    this.#endS = moment.endS
  }

  pushFields(moment: Pick<Moment, 'startS' | 'endS'>, reading: FieldReading): void {
    this.#fields?.push(moment, reading)
  }

  /** Of a picture every so often, `moment` up to the next one of them. */
  pushDetail(moment: Pick<Moment, 'startS' | 'endS'>, plane: LumaPlane): void {
    this.#detail.push(moment, plane)
  }

  finish(): PictureResult {
    const shots = this.#shots?.finish()
    const flashes = this.#flashes?.finish()
    const fields = this.#fields?.finish()
    const found: Partial<Record<PictureFault, PictureStretches | undefined>> = {
      black: this.#black?.finish(),
      solid: this.#solid?.finish(),
      freeze: this.#freeze?.finish(),
      bars: this.#bars?.finish(),
      flashFrames: this.#odd?.finish(),
      cuts: shots?.stretches,
      luma: this.#luma?.finish(),
      chroma: this.#chroma?.finish(),
      gamut: this.#gamut?.finish(),
      ...flashes,
      dropout: this.#wantsDropout ? this.#dropout.finish() : undefined,
      damaged: this.#wantsDropout ? this.#damaged.finish() : undefined,
      repeats: this.#repeats?.finish(),
      ...fields,
      ...this.#detail.finish(),
    }
    const figures = {
      ...shots?.figures,
      ...this.#odd?.figures,
      ...this.#luma?.figures,
      ...this.#flashes?.figures,
      ...this.#repeats?.figures,
      ...this.#fields?.figures,
      ...this.#detail.figures,
    }
    return {
      frames: this.#frames,
      startS: this.#startS,
      endS: this.#endS,
      stretches: Object.fromEntries(
        Object.entries(found).flatMap(([fault, stretches]) => (stretches ? [[fault, this.#within(stretches)]] : [])),
      ),
      figures: Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(2))])),
      curves: [this.#lumaCurve.finish(), this.#motionCurve.finish(), ...this.#detail.curves],
    }
  }

  /** Looks at detail reach to the next one: the last of them beyond the end. To the microsecond: times are sums. */
  #within({ found, more }: PictureStretches): PictureStretches {
    const time = (seconds: number): number => Math.round(Math.min(seconds, this.#endS) * 1e6) / 1e6
    return {
      more,
      found: found.map(each => ({
        ...each,
        startS: time(each.startS),
        endS: time(each.endS),
        worstS: time(each.worstS),
        worst: Number(each.worst.toFixed(3)),
      })),
    }
  }

  get size(): Pick<SmallPicture, 'width' | 'height'> {
    return this.#size
  }
}
