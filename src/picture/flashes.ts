// Flashes that can trigger seizures: general and saturated red, by area and rate (ITU-R BT.1702-3). Patterns are not looked at. Pure.
import type { PictureParams, PictureStretches } from '../model/index.ts'
import { matrixTerms } from './levels.ts'
import { lightOf, lightTable } from './luminance.ts'
import { Boxes, type Moment, type SmallPicture } from './small-picture.ts'
import { Stretches } from './stretches.ts'

/** BT.1702-3: a change of 20 cd/m² and more where the darker picture is below 160 cd/m², above it a contrast over 1/17. */
const STEP = 20
const DARKER = 160
const CONTRAST = 1 / 17
/** Harding and Binnie (2002), as WCAG has it: saturated is R/(R+G+B) ≥ 0.8; a transition changes 320·(R−G−B) by more than 20. */
const SATURATED = 0.8
const RED_SCALE = 320
/** Parts of the screen change concurrently when they do so within this time; a fade reaches its threshold here and there. */
const CONCURRENT_S = 0.1
const SLACK_S = 1e-3

/** Whether the way between two values, of which one is marked, is a transition. */
type IsStep = (low: number, high: number, marked: number) => boolean

/** In each cell of the screen, changes up and down that alternate; those that many cells make together are counted. */
class Transitions {
  readonly #cells: number
  readonly #area: number
  readonly #most: number
  readonly #isStep: IsStep
  readonly #direction: Int8Array
  readonly #low: Float32Array
  readonly #high: Float32Array
  readonly #lowMarked: Uint8Array
  readonly #highMarked: Uint8Array
  readonly #sides: readonly [Side, Side]
  readonly #stretches = new Stretches({ minS: 0, gapS: 1 })
  #flashes = 0

  constructor(cells: number, { areaPercent, perSecond }: NonNullable<PictureParams['flashes']>, isStep: IsStep) {
    this.#cells = cells
    this.#area = areaPercent / 100
    this.#most = perSecond
    this.#isStep = isStep
    this.#direction = new Int8Array(cells)
    this.#low = new Float32Array(cells).fill(Number.POSITIVE_INFINITY)
    this.#high = new Float32Array(cells).fill(Number.NEGATIVE_INFINITY)
    this.#lowMarked = new Uint8Array(cells)
    this.#highMarked = new Uint8Array(cells)
    this.#sides = [createSide(cells, perSecond), createSide(cells, perSecond)]
  }

  /** `marks` says of each value whether it is of the kind that a transition needs at one of its ends. */
  push({ startS, endS }: Moment, values: Float32Array, marks: Uint8Array): void {
    const [ups, downs] = this.#sides
    for (let cell = 0; cell < this.#cells; cell++) {
      const value = values[cell]!
      const mark = marks[cell]!
      if (value < this.#low[cell]!) this.#setLow(cell, value, mark)
      if (value > this.#high[cell]!) this.#setHigh(cell, value, mark)
      const direction = this.#direction[cell]!
      const up = direction <= 0 && this.#isStep(this.#low[cell]!, value, this.#lowMarked[cell]! | mark)
      const down = direction >= 0 && !up && this.#isStep(value, this.#high[cell]!, this.#highMarked[cell]! | mark)
      if (!up && !down) continue
      // Both extremes start anew: transitions alternate.
      this.#direction[cell] = up ? 1 : -1
      this.#setLow(cell, value, mark)
      this.#setHigh(cell, value, mark)
      const side = up ? ups : downs
      side.lastS[cell] = startS
      side.waits[cell] = 1
    }
    for (const side of this.#sides) this.#confirm(side, startS, endS)
  }

  #setLow(cell: number, value: number, mark: number): void {
    this.#low[cell] = value
    this.#lowMarked[cell] = mark
  }

  #setHigh(cell: number, value: number, mark: number): void {
    this.#high[cell] = value
    this.#highMarked[cell] = mark
  }

  /** Counts the transitions of one direction when enough of the screen makes them together. */
  #confirm(side: Side, nowS: number, endS: number): void {
    const since = nowS - CONCURRENT_S
    let together = 0
    for (let cell = 0; cell < this.#cells; cell++) if (side.lastS[cell]! > since) together++
    if (together <= this.#area * this.#cells) return
    let added = 0
    const spans: number[] = []
    const kept = this.#most + 1
    for (let cell = 0; cell < this.#cells; cell++) {
      if (side.waits[cell] === 1 && side.lastS[cell]! > since) {
        const at = side.lastS[cell]!
        const place = cell * kept + (side.counted[cell]! % kept)
        side.times[place] = at
        side.counted[cell] = side.counted[cell]! + 1
        side.waits[cell] = 0
        added++
        // The oldest of those kept: more than the allowed number lie within the second that ends now.
        const oldest = side.times[cell * kept + (side.counted[cell]! % kept)]!
        if (side.counted[cell]! >= kept && at - oldest < 1 - SLACK_S) {
          side.brokenS[cell] = at
          side.spanS[cell] = at - oldest
        }
      }
      if (side.brokenS[cell]! > since) spans.push(side.spanS[cell]!)
    }
    if (added > (this.#area * this.#cells) / 2 && side === this.#sides[0]) this.#flashes++
    if (spans.length <= this.#area * this.#cells) return
    // At least this fast in all of the area that counts.
    const spanS = spans.sort((a, b) => a - b)[Math.floor(this.#area * this.#cells)]!
    this.#stretches.push(nowS - spanS, endS, this.#most / spanS)
  }

  get figures(): { flashes: number } {
    return { flashes: this.#flashes }
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}

/** Transitions of one direction: by cell the last one, whether it waits to be counted, and when the last counted ones were. */
type Side = {
  readonly lastS: Float64Array
  readonly waits: Uint8Array
  readonly times: Float64Array
  readonly counted: Uint32Array
  readonly brokenS: Float64Array
  readonly spanS: Float64Array
}

const createSide = (cells: number, perSecond: number): Side => ({
  lastS: new Float64Array(cells).fill(Number.NEGATIVE_INFINITY),
  waits: new Uint8Array(cells),
  times: new Float64Array(cells * (perSecond + 1)).fill(Number.NEGATIVE_INFINITY),
  counted: new Uint32Array(cells),
  brokenS: new Float64Array(cells).fill(Number.NEGATIVE_INFINITY),
  spanS: new Float64Array(cells),
})

const isLuminanceStep: IsStep = (low, high) =>
  low < DARKER ? high - low >= STEP : (high - low) / (high + low) > CONTRAST

const isRedStep: IsStep = (low, high, saturated) => saturated !== 0 && high - low > STEP

export class FlashWatch {
  readonly #cells: Boxes
  readonly #table: Float32Array
  readonly #terms: ReturnType<typeof matrixTerms>
  readonly #linear: Float32Array
  readonly #light: Float32Array
  readonly #red: Float32Array
  readonly #isSaturated: Uint8Array
  readonly #unmarked: Uint8Array
  readonly #y: Float32Array
  readonly #u: Float32Array
  readonly #v: Float32Array
  readonly #general: Transitions
  readonly #saturated: Transitions

  constructor(
    { width, height }: Pick<SmallPicture, 'width' | 'height'>,
    limits: NonNullable<PictureParams['flashes']>,
    { transfer, matrix }: Pick<PictureParams, 'transfer' | 'matrix'>,
  ) {
    this.#cells = new Boxes(width, height, 48, 27)
    const plane = (): Float32Array => new Float32Array(this.#cells.length)
    ;[this.#light, this.#red, this.#y, this.#u, this.#v] = [plane(), plane(), plane(), plane(), plane()]
    this.#isSaturated = new Uint8Array(this.#cells.length)
    this.#unmarked = new Uint8Array(this.#cells.length)
    this.#table = lightTable(transfer)
    this.#terms = matrixTerms(matrix)
    // Of SDR white: the scale on which red was measured.
    this.#linear = Float32Array.from({ length: 1025 }, (_, i) => Math.min(1, lightOf(i / 1024, transfer) / 200))
    this.#general = new Transitions(this.#cells.length, limits, isLuminanceStep)
    this.#saturated = new Transitions(this.#cells.length, limits, isRedStep)
  }

  push(moment: Moment, picture: SmallPicture): void {
    this.#cells.mean(picture.y, this.#light, this.#table)
    this.#general.push(moment, this.#light, this.#unmarked)
    this.#cells.mean(picture.y, this.#y)
    this.#cells.mean(picture.u, this.#u)
    this.#cells.mean(picture.v, this.#v)
    for (let cell = 0; cell < this.#red.length; cell++) this.#readRed(cell)
    this.#saturated.push(moment, this.#red, this.#isSaturated)
  }

  /** 320·(R−G−B) of light, not below 0, of the mean color of the cell. */
  #readRed(cell: number): void {
    const luma = (this.#y[cell]! - 64) / 876
    const [cb, cr] = [(this.#u[cell]! - 512) / 896, (this.#v[cell]! - 512) / 896]
    const { rv, gu, gv, bu } = this.#terms
    const linear = (value: number): number => this.#linear[Math.round(Math.min(Math.max(value, 0), 1) * 1024)]!
    const [red, green, blue] = [linear(luma + rv * cr), linear(luma + gu * cb + gv * cr), linear(luma + bu * cb)]
    const sum = red + green + blue
    this.#red[cell] = Math.max(0, RED_SCALE * (red - green - blue))
    this.#isSaturated[cell] = sum > 0 && red / sum >= SATURATED ? 1 : 0
  }

  get figures(): Record<string, number> {
    return { flashes: this.#general.figures.flashes, redFlashes: this.#saturated.figures.flashes }
  }

  finish(): { flashes: PictureStretches; redFlashes: PictureStretches } {
    return { flashes: this.#general.finish(), redFlashes: this.#saturated.finish() }
  }
}
