import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type LadderRequest, planFixedLadder } from './index.ts'

const ladder = (width: number, height: number, over: Partial<LadderRequest> = {}): string[] =>
  planFixedLadder({ width, height, fps: 25, maxRungs: 5, fits: () => true, ...over }).map(
    rung => `${rung.width}x${rung.height}`,
  )

describe('planFixedLadder', () => {
  it('takes the screens people have first, and reaches down', () => {
    assert.deepEqual(ladder(1920, 1080), ['1920x1080', '1280x720', '960x540', '640x360', '416x234'])
    assert.deepEqual(ladder(3840, 2160), ['3840x2160', '1920x1080', '1280x720', '960x540', '640x360'])
    assert.deepEqual(ladder(1280, 720), ['1280x720', '960x540', '640x360', '416x234'])
  })
  it('fits other shapes into the same boxes, upright too', () => {
    assert.deepEqual(ladder(1080, 1920).slice(0, 2), ['1080x1920', '720x1280'])
    assert.deepEqual(ladder(1920, 800).slice(0, 2), ['1920x800', '1280x534'])
    assert.deepEqual(ladder(1080, 1080).slice(0, 2), ['1080x1080', '720x720'])
  })
  it('has the source’s own size at the top, and nothing that is nearly the same', () => {
    assert.deepEqual(ladder(1998, 1080).slice(0, 2), ['1998x1080', '1280x692'])
    assert.deepEqual(ladder(1366, 768).slice(0, 2), ['1366x768', '960x540'])
  })
  it('stays within what was asked and what fits', () => {
    assert.equal(ladder(3840, 2160, { maxHeight: 720 })[0], '1280x720')
    assert.equal(ladder(1080, 1920, { maxHeight: 720 })[0], '720x1280')
    assert.deepEqual(ladder(1920, 1080, { maxRungs: 1 }), ['1920x1080'])
    assert.equal(ladder(7680, 4320, { fits: (w, h) => w * h <= 3840 * 2160 })[0], '3840x2160')
  })
  it('caps more frames higher, less than twice', () => {
    const cap = (fps: number): number =>
      planFixedLadder({ width: 1920, height: 1080, fps, maxRungs: 1, fits: () => true })[0]!.maxrateBps
    assert.equal(cap(24), cap(30))
    assert.equal(cap(60), cap(30) * 1.5)
  })
  it('has even sides within the source, larger steps than 1.25, caps that fall with size, and one aspect', () => {
    const side = fc.integer({ min: 32, max: 5000 })
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 8 }), (width, height, maxRungs) => {
        const rungs = planFixedLadder({ width, height, fps: 50, maxRungs, fits: () => true })
        assert.ok(rungs.length >= 1 && rungs.length <= maxRungs)
        for (const [i, rung] of rungs.entries()) {
          assert.ok(rung.width % 2 === 0 && rung.height % 2 === 0 && Math.min(rung.width, rung.height) >= 32)
          assert.ok(rung.width <= width && rung.height <= height)
          const scale = Math.sqrt((rung.width * rung.height) / (width * height))
          assert.ok(Math.abs(rung.width - width * scale) <= 3 + width / height, 'the aspect is kept to a pixel or two')
          const above = rungs[i - 1]
          if (!above) continue
          assert.ok(above.width * above.height >= 1.25 ** 2 * rung.width * rung.height * 0.999)
          assert.ok(above.maxrateBps >= rung.maxrateBps)
        }
      }),
      { numRuns: 300 },
    )
  })
})
