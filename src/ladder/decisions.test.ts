// Caps, candidates, segment lengths, shots, and the comparison with fixed rates: by hand and by property.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Complexity } from '../model/index.ts'
import { ladderCandidates } from './candidates.ts'
import { capOf } from './cap.ts'
import { compareToFixed } from './compare-fixed.ts'
import { fitCurve } from './curve.ts'
import { chooseShotSettings, spansOf } from './per-shot.ts'
import { chooseSegmentSeconds } from './segments.ts'

describe('capOf', () => {
  it('leaves room where nothing bursts', () => {
    const { maxrateBps, bufsizeBits } = capOf([2e6, 2e6, 2e6], [2, 2, 2])
    assert.equal(maxrateBps, 1_250_000)
    assert.equal(bufsizeBits, 2 * maxrateBps)
  })

  it('lets every burst through the buffer, and not much more', () => {
    const gops = fc.array(fc.integer({ min: 1, max: 20_000_000 }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(gops, bits => {
        const seconds = bits.map(() => 2)
        const { maxrateBps, bufsizeBits } = capOf(bits, seconds)
        let level = bufsizeBits
        for (const each of bits) {
          level = Math.min(bufsizeBits, level + maxrateBps * 2) - each
          assert.ok(level >= 0, 'underflow')
        }
        const average = bits.reduce((a, b) => a + b, 0) / (2 * bits.length)
        assert.ok(maxrateBps <= Math.max(1.25 * average, (1.15 * Math.max(...bits)) / 2) + 1001)
      }),
    )
  })
})

describe('ladderCandidates', () => {
  const request = { width: 1920, height: 1080, fps: 50, mayHalve: true, fits: () => true }
  it('has the source’s size, smaller ones, and half the frames of the small ones', () => {
    const ids = ladderCandidates(request).map(({ id }) => id)
    assert.equal(ids[0], '1920x1080')
    assert.ok(ids.includes('1280x720') && ids.includes('1280x720h') && ids.includes('640x360h'))
    assert.ok(!ids.includes('1920x1080h'))
    assert.ok(!ladderCandidates({ ...request, mayHalve: false }).some(({ halved }) => halved))
  })
  it('has a source smaller than every table rung as its only one', () => {
    const only = ladderCandidates({ ...request, width: 160, height: 120, mayHalve: false })
    assert.deepEqual(
      only.map(({ width, height }) => [width, height]),
      [[160, 120]],
    )
  })
  it('turns with the picture', () => {
    for (const { width, height } of ladderCandidates({ ...request, width: 1080, height: 1920 }))
      assert.ok(height > width && width % 2 === 0 && height % 2 === 0)
  })
})

describe('chooseSegmentSeconds', () => {
  const title = (ti: number, shots: number): Complexity =>
    ({ ti: { mean: ti, max: ti }, frames: 1000, shots: Array.from({ length: shots }) }) as unknown as Complexity
  it('is 4, 6 or 8 s by how much changes, in whole GOPs', () => {
    assert.equal(chooseSegmentSeconds(title(30, 4), 25, 2).seconds, 4)
    assert.equal(chooseSegmentSeconds(title(15, 30), 25, 2).seconds, 4, 'short shots')
    assert.equal(chooseSegmentSeconds(title(15, 4), 25, 2).seconds, 6)
    assert.equal(chooseSegmentSeconds(title(2, 1), 25, 2).seconds, 8)
    assert.equal(chooseSegmentSeconds(title(15, 4), 25, 4).seconds % 4, 0)
    assert.equal(chooseSegmentSeconds(title(15, 4), 25, 10).seconds, 10)
  })
})

describe('settings per shot', () => {
  const gops = Array.from({ length: 6 }, (_, i) => ({ frame: i * 50, frames: 50 }))
  it('begin on the grid of GOPs', () => {
    assert.deepEqual(
      spansOf([{ frame: 0 }, { frame: 120 }, { frame: 126 }, { frame: 260 }], gops).map(({ frame, frames }) => [
        frame,
        frames,
      ]),
      [
        [0, 100],
        [100, 50],
        [150, 100],
        [250, 50],
      ],
    )
    assert.equal(spansOf([{ frame: 0 }], gops).length, 1)
  })

  /** VMAF and bits of a shot at a setting: the hard one needs ten times the bits, and falls faster. */
  const easy = (crf: number) => ({ bits: 2e5 * 2 ** (-(crf - 24) / 6), vmaf: 96 - 0.25 * (crf - 20) })
  const hard = (crf: number) => ({ bits: 4e6 * 2 ** (-(crf - 24) / 6), vmaf: 92 - 1.2 * (crf - 20) })
  const spans = spansOf([{ frame: 0 }, { frame: 150 }], gops)
  const probes = [20, 24, 28].map(crf => ({ crf, spans: [easy(crf), hard(crf)] }))

  it('take bits from where they buy little, at no less quality in the mean', () => {
    const choice = chooseShotSettings(24, spans, probes)!
    const [a, b] = choice.crf as [number, number]
    assert.ok(choice.bits < choice.baseBits)
    const base = (easy(24).vmaf + hard(24).vmaf) / 2
    assert.ok(choice.vmaf >= base - 1e-6)
    assert.ok(Math.abs(choice.vmaf - (easy(a).vmaf + hard(b).vmaf) / 2) < 0.2, 'what the curves say is what it is')
    for (const crf of [a, b]) assert.ok(crf >= 20 && crf <= 28)
  })

  it('is one for all where shots are alike, and none without two settings', () => {
    const alike = [20, 24, 28].map(crf => ({ crf, spans: [hard(crf), hard(crf)] }))
    assert.deepEqual(chooseShotSettings(24, spans, alike)!.crf, [24, 24])
    assert.equal(chooseShotSettings(24, spans, probes.slice(0, 1)), null)
  })
})

describe('compareToFixed', () => {
  const curve = fitCurve([
    { crf: 18, bitrateBps: 6_000_000, vmaf: 98 },
    { crf: 28, bitrateBps: 2_000_000, vmaf: 90 },
    { crf: 38, bitrateBps: 700_000, vmaf: 72 },
  ])
  const hull = Array.from({ length: 41 }, (_, i) => 18 + i / 2).map(crf => ({
    logRate: curve.logRate(crf),
    vmaf: curve.vmaf(crf),
  }))
  const compare = (averageBps: number, shift = 0) =>
    compareToFixed({
      frameRate: '25/1',
      fixed: [{ width: 1280, height: 720, averageBps }],
      curves: () => ({ curve, best: 18 }),
      hull: hull.map(({ logRate, vmaf }) => ({ logRate: logRate + shift, vmaf })),
      rungs: [{ bitrateKbps: 1000 }],
    })
  it('saves nothing where the hull is the fixed curve, and what the hull is cheaper by', () => {
    assert.ok(Math.abs(compare(2_000_000).savedAtSameVmaf!) < 0.01)
    assert.ok(Math.abs(compare(2_000_000, -1).savedAtSameVmaf! - 0.5) < 0.01, 'half the bits')
    assert.equal(compare(2_000_000).savedStorage, 0.5)
  })
  it('counts no more than an encoder at its best would spend', () => {
    const { rungs } = compare(20_000_000)
    assert.equal(rungs[0]!.bitrateKbps, 6000)
    assert.equal(rungs[0]!.crf, 18)
  })
  it('says nothing where the hull does not reach', () => {
    assert.equal(compare(100_000).rungs[0]!.sameQualityKbps, null)
  })
})
