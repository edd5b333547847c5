// Pictures that stand still. Pure.
import type { PictureParams, PictureStretches } from '../model/index.ts'
import type { Moment } from './small-picture.ts'
import { Stretches } from './stretches.ts'

const RANGE = 876

export class FreezeWatch {
  readonly #limits: NonNullable<PictureParams['freeze']>
  readonly #stretches: Stretches
  #anchor: Float32Array | null = null
  #anchorS = 0

  constructor(limits: NonNullable<PictureParams['freeze']>) {
    this.#limits = limits
    this.#stretches = new Stretches({ minS: limits.minS })
  }

  /**
   * `blocks` are differences to the picture before, in codes. What creeps is seen by the difference to the picture that the
   * stretch began with, of means of small boxes. Black is no freeze.
   */
  push({ startS, endS }: Moment, blocks: Float32Array | null, tiny: Float32Array, black: boolean): void {
    const still =
      blocks !== null && !black && this.#anchor !== null && this.#isStill(blocks) && this.#isNear(tiny, this.#anchor)
    if (!still) {
      this.#anchor = tiny.slice()
      this.#anchorS = startS
      this.#stretches.push(startS, endS, null)
      return
    }
    // The first picture of it is the one that it stands still on.
    this.#stretches.push(this.#anchorS, endS, 0, `from ${this.#anchorS}`)
  }

  #isStill(blocks: Float32Array): boolean {
    let [sum, most] = [0, 0]
    for (const block of blocks) {
      sum += block
      if (block > most) most = block
    }
    const { meanPercent, blockPercent } = this.#limits
    return sum / blocks.length <= (meanPercent / 100) * RANGE && most <= (blockPercent / 100) * RANGE
  }

  #isNear(tiny: Float32Array, anchor: Float32Array): boolean {
    let sum = 0
    for (let i = 0; i < tiny.length; i++) sum += Math.abs(tiny[i]! - anchor[i]!)
    return sum / tiny.length <= (2 * this.#limits.meanPercent * RANGE) / 100
  }

  finish(): PictureStretches {
    return this.#stretches.finish()
  }
}
