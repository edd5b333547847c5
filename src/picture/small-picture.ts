// The small picture that all checks over time look at, and what is counted in each one. Pure.

/** 10 bits, narrow range, 4:4:4, planes without padding. A reader keeps no plane: the next picture may overwrite it. */
export type SmallPicture = {
  readonly width: number
  readonly height: number
  readonly y: Uint16Array
  readonly u: Uint16Array
  readonly v: Uint16Array
}

/** Of one frame. */
export type Moment = {
  readonly number: number
  readonly startS: number
  readonly endS: number
  /** The decoder says that it is damaged or patched. */
  readonly damaged: boolean
}

export const BLACK = 64
export const WHITE = 940
const RANGE = WHITE - BLACK
const MIDDLE = 512
/** Cb and Cr reach 448 codes to both sides (BT.709 §4: 224 in 8 bits). */
const CHROMA_REACH = 448

/** Percent of the nominal range, black 0 and white 100; and back, as a code with a fraction. */
export const lumaPercent = (code: number): number => ((code - BLACK) / RANGE) * 100
export const lumaCode = (percent: number): number => BLACK + (percent / 100) * RANGE
export const chromaPercent = (code: number): number => (Math.abs(code - MIDDLE) / CHROMA_REACH) * 100

export function createSmallPicture(width: number, height: number): SmallPicture {
  const plane = (): Uint16Array => new Uint16Array(width * height)
  return { width, height, y: plane(), u: plane(), v: plane() }
}

/** About 480×270, in the shape of the frame: the mean of 4×4 of 1080p is the low-pass that R 103 asks for, and grain is gone. */
export function smallSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, Math.sqrt((480 * 270) / (width * height)))
  const even = (side: number): number => Math.max(16, 2 * Math.round((side * scale) / 2))
  return { width: even(width), height: even(height) }
}

const CODES = 1024

/** How often each code is there. One object serves all pictures. */
export class Histograms {
  readonly y = new Uint32Array(CODES)
  readonly u = new Uint32Array(CODES)
  readonly v = new Uint32Array(CODES)
  #pixels = 0

  take({ y, u, v }: SmallPicture): void {
    this.#pixels = y.length
    count(this.y, y)
    count(this.u, u)
    count(this.v, v)
  }

  /** Percent of the area at codes from `from` to `to`, both counted. */
  area(plane: 'y' | 'u' | 'v', from: number, to: number): number {
    const counts = this[plane]
    let sum = 0
    for (let code = Math.max(0, Math.ceil(from)); code <= Math.min(CODES - 1, Math.floor(to)); code++)
      sum += counts[code]!
    return (100 * sum) / this.#pixels
  }

  /** The lowest code that this share (0 to 1) of the area is not above. */
  quantile(plane: 'y' | 'u' | 'v', share: number): number {
    const counts = this[plane]
    const wanted = share * this.#pixels
    let sum = 0
    for (let code = 0; code < CODES; code++) {
      sum += counts[code]!
      if (sum >= wanted) return code
    }
    return CODES - 1
  }

  mean(plane: 'y' | 'u' | 'v'): number {
    const counts = this[plane]
    let sum = 0
    for (let code = 0; code < CODES; code++) sum += code * counts[code]!
    return sum / this.#pixels
  }
}

function count(counts: Uint32Array, plane: Uint16Array): void {
  counts.fill(0)
  for (let i = 0; i < plane.length; i++) counts[plane[i]! & (CODES - 1)]!++
}

/** Means of equal boxes of a plane: a still smaller picture. */
export class Boxes {
  readonly width: number
  readonly height: number
  readonly #sideX: number
  readonly #sideY: number
  readonly #stride: number

  /** About `columns` of them across; what does not fill a box at the right and at the bottom is left out. */
  constructor(width: number, height: number, columns: number, rows: number) {
    this.#sideX = Math.max(1, Math.floor(width / columns))
    this.#sideY = Math.max(1, Math.floor(height / rows))
    this.width = Math.floor(width / this.#sideX)
    this.height = Math.floor(height / this.#sideY)
    this.#stride = width
  }

  get length(): number {
    return this.width * this.height
  }

  mean(plane: Uint16Array, into: Float32Array, table: Float32Array | null = null): void {
    const { width, height } = this
    const [sideX, sideY, stride] = [this.#sideX, this.#sideY, this.#stride]
    const pixels = sideX * sideY
    if (sideX === 2 && sideY === 2 && !table) {
      this.#meanOfFour(plane, into)
      return
    }
    into.fill(0)
    for (let y = 0; y < height * sideY; y++) {
      const out = Math.floor(y / sideY) * width
      let at = y * stride
      for (let x = 0; x < width; x++) {
        let sum = 0
        if (table) for (const end = at + sideX; at < end; at++) sum += table[plane[at]!]!
        else for (const end = at + sideX; at < end; at++) sum += plane[at]!
        into[out + x] = into[out + x]! + sum
      }
    }
    for (let i = 0; i < into.length; i++) into[i] = into[i]! / pixels
  }

  /** Loops over two samples cost more than the samples. */
  #meanOfFour(plane: Uint16Array, into: Float32Array): void {
    const { width, height } = this
    const stride = this.#stride
    for (let y = 0, out = 0; y < height; y++)
      for (let x = 0, at = 2 * y * stride; x < width; x++, at += 2)
        into[out++] = (plane[at]! + plane[at + 1]! + plane[at + stride]! + plane[at + stride + 1]!) / 4
  }

  /** Mean absolute difference of two planes in each box, in codes. */
  difference(a: Uint16Array, b: Uint16Array, into: Float32Array): void {
    const { width, height } = this
    const [sideX, sideY, stride] = [this.#sideX, this.#sideY, this.#stride]
    const pixels = sideX * sideY
    into.fill(0)
    for (let y = 0; y < height * sideY; y++) {
      const out = Math.floor(y / sideY) * width
      let at = y * stride
      for (let x = 0; x < width; x++) {
        let sum = 0
        for (const end = at + sideX; at < end; at++) {
          const d = a[at]! - b[at]!
          sum += d < 0 ? -d : d
        }
        into[out + x] = into[out + x]! + sum
      }
    }
    for (let i = 0; i < into.length; i++) into[i] = into[i]! / pixels
  }
}
