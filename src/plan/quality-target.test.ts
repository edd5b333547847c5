import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sampleReport } from '../../test/media/sample-report.ts'
import type { EncodePlan, RateControl } from '../model/index.ts'
import { TranscodeOptions } from './options.ts'
import { correctRate, qualityTargetOf } from './quality-target.ts'

const { plan } = sampleReport({ verdict: 'pass' })
const asked = (target: string, rate: RateControl): EncodePlan => ({
  ...plan,
  qualityTarget: qualityTargetOf(TranscodeOptions.parse({ verify: target }))!,
  video: { ...plan.video!, renditions: [{ ...plan.video!.renditions[0]!, rate }] },
})
const crf = (quality: number): RateControl => ({
  mode: 'constant-quality',
  quality,
  maxrateBps: null,
  bufsizeBits: null,
})

it('leaves a plan alone that reached its target, or that has none', () => {
  assert.equal(correctRate(asked('xpsnr=40', crf(23)), 40), null)
  assert.equal(correctRate(plan, 10), null)
})

it('lowers the constant rate factor, more for a larger miss, never below the best', () => {
  const near = correctRate(asked('xpsnr=40', crf(23)), 39.5)!.options.crf!
  const far = correctRate(asked('xpsnr=40', crf(23)), 36)!.options.crf!
  assert.ok(near < 23 && far < near, `${near} ${far}`)
  assert.equal(correctRate(asked('psnr=90', crf(23)), 30)!.options.crf, 1)
  assert.equal(correctRate(asked('psnr=90', crf(1)), 30), null, 'nothing is left to give')
})

it('raises average, cap and buffer by one factor', () => {
  const rate: RateControl = { mode: 'vbr', averageBps: 2_000_000, maxrateBps: 3_000_000, bufsizeBits: 6_000_000 }
  const { bitrate, maxrate, bufsize } = correctRate(asked('ssim=0.99', rate), 0.98)!.options
  assert.ok(bitrate! > 3_500_000 && bitrate! < 5_000_000, `3 dB and a margin are a little more than twice: ${bitrate}`)
  assert.ok(Math.abs(maxrate! / bitrate! - 1.5) < 0.001 && Math.abs(bufsize! / bitrate! - 3) < 0.001)
})

it('takes a promise of VMAF by either option, not by both', () => {
  const target = qualityTargetOf(TranscodeOptions.parse({ vmafTarget: 93 }))
  assert.deepEqual(target, qualityTargetOf(TranscodeOptions.parse({ verify: 'vmaf=93' })))
  assert.deepEqual(target, { metric: 'vmaf', value: 93 })
  assert.throws(() => qualityTargetOf(TranscodeOptions.parse({ vmafTarget: 93, verify: 'ssim=0.9' })), /two promises/)
  assert.equal(qualityTargetOf(TranscodeOptions.parse({})), null)
})

it('moves the rate more for points near the top, where each costs more', () => {
  const step = (target: number, measured: number): number =>
    23 - correctRate(asked(`vmaf=${target}`, crf(23)), measured)!.options.crf!
  assert.ok(step(95, 93) > step(85, 83), `${step(95, 93)} ${step(85, 83)}`)
  assert.ok(step(95, 93) > 0.5 && step(95, 93) < 6)
})
