import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PictureResult } from '../model/index.ts'
import { FlashWatch } from './flashes.ts'
import { lightOf } from './luminance.ts'
import { createSmallPicture, lumaCode } from './small-picture.ts'

const FPS = 24
const [WIDTH, HEIGHT] = [192, 108]
type Color = readonly [y: number, u: number, v: number]

/** Luma code of so many cd/m² on a screen of 200. */
const grey = (light: number): Color => [lumaCode(100 * (light / 200) ** (1 / 2.4)), 512, 512]

type Flashing = {
  /** Frames from one flash to the next; half of them are bright. */
  readonly every: number
  readonly dark: Color
  readonly bright: Color
  readonly areaPercent?: number
  readonly seconds?: number
  readonly transfer?: 'sdr' | 'pq'
}

function flash(flashing: Flashing): Pick<PictureResult, 'stretches' | 'figures'> {
  const { every, dark, bright, areaPercent = 100, seconds = 4, transfer = 'sdr' } = flashing
  const watch = new FlashWatch(
    { width: WIDTH, height: HEIGHT },
    { areaPercent: 25, perSecond: 3 },
    { transfer, matrix: 'bt709' },
  )
  const picture = createSmallPicture(WIDTH, HEIGHT)
  for (let number = 0; number < seconds * FPS; number++) {
    const lines = number % every < every / 2 ? Math.round((HEIGHT * areaPercent) / 100) : 0
    for (const [plane, values] of [picture.y, picture.u, picture.v].entries())
      values.fill(bright[plane]!, 0, lines * WIDTH).fill(dark[plane]!, lines * WIDTH)
    watch.push({ number, startS: number / FPS, endS: (number + 1) / FPS, damaged: false }, picture)
  }
  return { stretches: watch.finish(), figures: watch.figures }
}

const found = (flashing: Flashing, kind: 'flashes' | 'redFlashes' = 'flashes') => flash(flashing).stretches[kind]!.found

describe('flashes', () => {
  const [dark, bright] = [grey(10), grey(60)]

  it('of three a second are allowed, of four not', () => {
    assert.deepEqual(found({ every: 8, dark, bright }), [])
    const [stretch, ...more] = found({ every: 6, dark, bright })
    assert.equal(more.length, 0)
    assert.ok(Math.abs(stretch!.worst - 4) < 0.01)
    assert.ok(stretch!.startS <= 0.5 && stretch!.endS > 3.7, `${stretch!.startS}–${stretch!.endS}`)
  })

  it('count by their number: three are allowed however fast they are', () => {
    assert.deepEqual(found({ every: 2, dark, bright, seconds: 0.25 }), [])
    assert.equal(found({ every: 2, dark, bright, seconds: 0.5 }).length, 1)
  })

  it('of a fifth of the screen are allowed, of three tenths not', () => {
    assert.deepEqual(found({ every: 6, dark, bright, areaPercent: 20 }), [])
    assert.equal(found({ every: 6, dark, bright, areaPercent: 30 }).length, 1)
  })

  it('of 18 cd/m² are allowed, of 22 not', () => {
    assert.deepEqual(found({ every: 6, dark: grey(40), bright: grey(58) }), [])
    assert.equal(found({ every: 6, dark: grey(40), bright: grey(62) }).length, 1)
  })

  it('above 160 cd/m² go by contrast: one part in seventeen', () => {
    // Michelson contrast of 0.050 and of 0.066.
    assert.deepEqual(found({ every: 6, dark: grey(170), bright: grey(188) }), [])
    assert.equal(found({ every: 6, dark: grey(170), bright: grey(194) }).length, 1)
  })

  it('of light in PQ are of its own luminance', () => {
    const pq = (light: number): Color => {
      let [low, high] = [0, 1]
      for (let i = 0; i < 40; i++) {
        const middle = (low + high) / 2
        if (lightOf(middle, 'pq') < light) low = middle
        else high = middle
      }
      return [Math.round(lumaCode(100 * low)), 512, 512]
    }
    assert.deepEqual(found({ every: 6, dark: pq(40), bright: pq(57), transfer: 'pq' }), [])
    assert.equal(found({ every: 6, dark: pq(40), bright: pq(63), transfer: 'pq' }).length, 1)
  })

  it('of saturated red count at any luminance; those of pale red do not', () => {
    const black: Color = [64, 512, 512]
    // 20 % and less of the light of white: below 20 cd/m² in all.
    const red: Color = [lumaCode(10), 480, 800]
    const pale: Color = [lumaCode(25), 500, 560]
    assert.equal(found({ every: 6, dark: black, bright: red }, 'redFlashes').length, 1)
    assert.deepEqual(found({ every: 6, dark: black, bright: red }), [])
    assert.deepEqual(found({ every: 8, dark: black, bright: red }, 'redFlashes'), [])
    assert.deepEqual(found({ every: 6, dark: black, bright: pale }, 'redFlashes'), [])
  })

  it('are counted where they are allowed as well', () => {
    assert.equal(flash({ every: 12, dark, bright }).figures.flashes, 7)
  })
})
