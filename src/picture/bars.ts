// Color bars: EBU and SMPTE, by the order of their colors. Pure.
import type { PictureStretches } from '../model/index.ts'
import type { Moment, SmallPicture } from './small-picture.ts'
import { Stretches } from './stretches.ts'

type Layout = {
  readonly name: string
  /** Part of the width that the bars fill, in the middle. */
  readonly width: number
  /** Part of the height, from the top, in which nothing but bars stands. */
  readonly height: number
  /** Which of R, G and B are on in each bar, from the left: 4 red, 2 green, 1 blue. */
  readonly colors: readonly number[]
}

/** BT.471 for eight bars; SMPTE EG 1 for seven over two thirds; SMPTE RP 219 for seven between grey sides. */
const layouts: readonly Layout[] = [
  { name: 'EBU color bars', width: 1, height: 0.9, colors: [7, 6, 3, 2, 5, 4, 1, 0] },
  { name: 'SMPTE color bars', width: 1, height: 0.6, colors: [7, 6, 3, 2, 5, 4, 1] },
  { name: 'SMPTE HD color bars', width: 0.75, height: 0.53, colors: [7, 6, 3, 2, 5, 4, 1] },
]

/** Rows that are looked at. */
const ROWS = 6
/** Codes around the mean of a bar: coding and grain. */
const FLAT = 16
/** Of 876: 75 % bars have their colors at 0.75, and black ones at 0; 100/0/25/0 ones at 0.25. */
const ON = 0.5

export class BarsWatch {
  readonly #stretches: Stretches

  constructor({ minS }: { readonly minS: number }) {
    this.#stretches = new Stretches({ minS })
  }

  push({ startS, endS }: Moment, picture: SmallPicture): void {
    const found = layouts.find(layout => isLayout(picture, layout))
    this.#stretches.push(startS, endS, found ? 1 : null, found?.name ?? null)
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}

function isLayout(picture: SmallPicture, { width, height, colors }: Layout): boolean {
  const bar = (picture.width * width) / colors.length
  const left = (picture.width * (1 - width)) / 2
  return colors.every((color, i) => isBar(picture, left + (i + 0.2) * bar, left + (i + 0.8) * bar, height, color))
}

function isBar({ width, height, y, u, v }: SmallPicture, from: number, to: number, part: number, color: number) {
  let [sumY, sumU, sumV, pixels, low, high] = [0, 0, 0, 0, 1023, 0]
  for (let row = 0; row < ROWS; row++) {
    const line = Math.floor(((row + 0.5) / ROWS) * part * height) * width
    for (let x = Math.ceil(from); x < to; x++) {
      const luma = y[line + x]!
      sumY += luma
      sumU += u[line + x]!
      sumV += v[line + x]!
      low = Math.min(low, luma)
      high = Math.max(high, luma)
      pixels++
    }
  }
  if (pixels === 0 || high - low > 2 * FLAT) return false
  const luma = (sumY / pixels - 64) / 876
  const cb = (sumU / pixels - 512) / 896
  const cr = (sumV / pixels - 512) / 896
  // BT.601 and BT.709 differ by less than what parts a color that is on from one that is off.
  const [red, green, blue] = [luma + 1.54 * cr, luma - 0.24 * cb - 0.55 * cr, luma + 1.82 * cb]
  const bits = (red > ON ? 4 : 0) | (green > ON ? 2 : 0) | (blue > ON ? 1 : 0)
  return bits === color
}
