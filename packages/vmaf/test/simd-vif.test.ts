// VIF and motion in SIMD against the reference, bit for bit, as the module is used: all depths, sizes with every remainder, and the
// pictures that drive sums to their extremes. ADM, which has a test of its own, is compared along.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { compileFile, measurePair } from './golden/kernels.ts'
import { createRandom, type Paint, rasterize, remembered, type Size } from './pictures.ts'

describe('the SIMD module equals the reference', () => {
  let scalar: object
  let simd: object
  before(async () => {
    scalar = await compileFile(join(import.meta.dirname, '../wasm/scalar.wasm'))
    simd = await compileFile(join(import.meta.dirname, '../wasm/vmaf.wasm'))
  })

  /** Compares two frames: a still one and one that moved, so that motion has something to see. */
  const check = (size: Size, ref: Paint, dis: Paint, what: string, spareBytes = 0): void => {
    const moved: Paint = (x, y) => ref((x + 3) % size.w, (y + 1) % size.h)
    const pair = {
      width: size.w,
      height: size.h,
      bits: size.bits,
      ref: Buffer.concat([rasterize(size, ref), rasterize(size, moved)]),
      dis: Buffer.concat([rasterize(size, dis), rasterize(size, dis)]),
    }
    const message = `${what}, ${size.w}x${size.h}, ${size.bits} bit`
    assert.deepEqual(measurePair(simd, pair, spareBytes), measurePair(scalar, pair, spareBytes), message)
  }

  for (const bits of [8, 9, 10, 12, 16]) {
    test(`random pictures at ${bits} bit`, () => {
      const random = createRandom(200 + bits)
      for (let i = 0; i < 8; i++) {
        const size = { w: 96 + Math.floor(random() * 300), h: 80 + Math.floor(random() * 200), bits }
        const gain = 0.2 + random()
        const noise = random() * 0.2
        const ref = remembered(size, (x, y) => 0.5 + 0.4 * Math.sin(x / 9) * Math.cos(y / 7) + 0.1 * (random() - 0.5))
        const dis = remembered(size, (x, y) => 0.5 + gain * (ref(x, y) - 0.5) + noise * (random() - 0.5))
        const still = remembered(size, random)
        check(size, ref, dis, `gain ${gain}, noise ${noise}`, 16 * (i % 3))
        check(size, ref, ref, 'equal')
        check(size, still, dis, 'white noise')
      }
    })

    test(`extreme pictures at ${bits} bit`, () => {
      const random = createRandom(300 + bits)
      const noise = remembered({ w: 200, h: 200, bits }, () => Math.round(random()))
      const paints: readonly Paint[] = [
        () => 0,
        () => 1,
        (x, y) => (x + y) & 1,
        x => (x >> 3) & 1,
        (x, y) => ((x >> 3) + (y >> 3)) & 1,
        (x, y) => noise(x % 200, y % 200),
      ]
      for (const ref of paints)
        for (const dis of paints)
          check(
            { w: 97 + Math.floor(random() * 60), h: 80 + Math.floor(random() * 60), bits },
            ref,
            dis,
            `${ref}, ${dis}`,
          )
    })
  }

  test('every width and height modulo 16', () => {
    const random = createRandom(11)
    for (let i = 0; i < 17; i++) {
      const size = { w: 96 + i, h: 112 - i, bits: i % 2 === 0 ? 8 : 10 }
      check(size, remembered(size, random), remembered(size, random), 'noise')
    }
  })
})
