import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { GopComplexity } from '../model/index.ts'
import { chooseSample, estimateTitle, type PieceFigures } from './sampling.ts'

const gop = (i: number, proxyBits: number, frames = 50): GopComplexity => ({
  frame: i * 50,
  frames,
  si: 20 + Math.log2(1 + proxyBits),
  ti: 5,
  proxyBits,
})
/** A calm first half, a lively second one. */
const twoHalves = Array.from({ length: 40 }, (_, i) => gop(i, i < 20 ? 10_000 + 37 * i : 400_000 + 911 * i))

describe('a sample', () => {
  it('is the whole title where it is short', () => {
    const sample = chooseSample(twoHalves.slice(0, 8), 400)
    assert.ok(sample.whole)
    assert.deepEqual(
      sample.pieces.map(({ frame }) => frame),
      [0, 50, 100, 150, 200, 250, 300, 350],
    )
    const figures = sample.pieces.map((_, i) => ({ bits: 1000 * (i + 1), vmaf: 80 + i }))
    const title = estimateTitle(sample, twoHalves.slice(0, 8), figures)
    assert.equal(title.bits, 36_000)
    assert.equal(title.vmaf, 83.5)
    assert.equal(title.vmafError, 0)
    assert.equal(title.bitsError, 0)
  })

  it('takes GOPs of each kind, weighed by what they stand for, in the order of the title', () => {
    const sample = chooseSample(twoHalves, 400)
    assert.equal(sample.pieces.length, 8)
    assert.ok(sample.pieces.some(({ gop: at }) => at < 20) && sample.pieces.some(({ gop: at }) => at >= 20))
    const calm = sample.pieces.filter(({ gop: at }) => at < 20).reduce((sum, { weight }) => sum + weight, 0)
    assert.ok(Math.abs(calm - 0.5) < 1e-9, `${calm}`)
    assert.deepEqual(
      sample.pieces,
      sample.pieces.toSorted((a, b) => a.frame - b.frame),
    )
    assert.deepEqual(chooseSample(twoHalves, 400), sample, 'the same again')
  })

  it('foretells bits exactly where they follow the fast encode, and says that it is sure', () => {
    const sample = chooseSample(twoHalves, 400)
    const figures = sample.pieces.map(({ gop: at }) => ({ bits: 3 * twoHalves[at]!.proxyBits, vmaf: 90 }))
    const title = estimateTitle(sample, twoHalves, figures)
    const truth = 3 * twoHalves.reduce((sum, { proxyBits }) => sum + proxyBits, 0)
    assert.ok(Math.abs(title.bits / truth - 1) < 1e-9)
    assert.ok(title.bitsError < 1e-9 && title.vmafError < 1e-9)
    assert.equal(title.gopBits.length, 40)
  })

  it('is the less sure the more its pieces differ', () => {
    const sample = chooseSample(twoHalves, 400)
    const spread = (points: number): PieceFigures[] =>
      sample.pieces.map((_, i) => ({ bits: 1000, vmaf: 80 + (i % 2) * points }))
    const error = (points: number): number => estimateTitle(sample, twoHalves, spread(points)).vmafError
    assert.ok(error(8) > error(4) && error(4) > 0)
  })

  it('stands for every frame once, whatever the title', () => {
    const title = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(title, fc.integer({ min: 50, max: 2000 }), fc.integer({ min: 1, max: 50 }), (bits, frames, last) => {
        const gops = bits.map((each, i) => gop(i, each, i === bits.length - 1 ? last : 50))
        const sample = chooseSample(gops, frames)
        assert.ok(Math.abs(sample.pieces.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-9)
        assert.equal(sample.pieceOf.length, gops.length)
        for (const [k, piece] of sample.pieces.entries()) assert.equal(sample.pieceOf[piece.gop], k)
        const figures = sample.pieces.map(() => ({ bits: 1, vmaf: 50 }))
        const figured = estimateTitle(sample, gops, figures)
        assert.ok(Number.isFinite(figured.bits) && Math.abs(figured.vmaf - 50) < 1e-9)
      }),
    )
  })
})
