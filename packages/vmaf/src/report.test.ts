// libvmaf’s names and layout, for frames that are made up.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FrameScore } from './meter.ts'
import { featureMetrics, poolAll, toLibvmafReport } from './report.ts'

const features = (base: number): FrameScore['features'] => ({
  adm2: base,
  adm2Neg: base - 0.01,
  admScales: [base, base + 0.1, base + 0.2, base + 0.3],
  admScalesNeg: [base - 0.1, base, base + 0.1, base + 0.2],
  motion2: 10 * base,
  vif: [base / 2, base / 3, base / 4, base / 5],
  vifNeg: [base / 6, base / 7, base / 8, base / 9],
})
const frames: readonly FrameScore[] = [
  { frame: 0, features: features(0.5), scores: { 'vmaf_v0.6.1neg': 80, 'vmaf_v0.6.1': 90 } },
  { frame: 3, features: features(0.6), scores: { 'vmaf_v0.6.1neg': 60, 'vmaf_v0.6.1': 70 } },
]

test('features go by the names that libvmaf 3.2.0 gives them', () => {
  const scales = (name: string): string[] => [0, 1, 2, 3].map(scale => name.replace('*', `${scale}`))
  assert.deepEqual(
    Object.keys(featureMetrics(features(0.5))).toSorted(),
    [
      ...['integer_adm2', 'integer_adm2_egl_1', 'integer_motion2'],
      ...['integer_adm_scale*', 'integer_adm_scale*_egl_1', 'integer_vif_scale*', 'integer_vif_scale*_egl_1'].flatMap(
        scales,
      ),
    ].toSorted(),
  )
  const { integer_vif_scale2, integer_adm_scale3_egl_1, integer_motion2 } = featureMetrics(features(0.6))
  assert.deepEqual([integer_vif_scale2, integer_adm_scale3_egl_1, integer_motion2], [0.15, 0.8, 6])
})

test('the layout is libvmaf’s: numbered frames, the first model as vmaf, four figures of each metric', () => {
  const report = toLibvmafReport(frames, { version: '3.2.0', fps: 12.5 })
  assert.deepEqual(Object.keys(report), ['version', 'fps', 'frames', 'pooled_metrics', 'aggregate_metrics'])
  assert.deepEqual(
    report.frames.map(({ frameNum, metrics }) => [
      frameNum,
      metrics.vmaf,
      metrics['vmaf_v0.6.1'],
      metrics.integer_adm2,
    ]),
    [
      [0, 80, 90, 0.5],
      [3, 60, 70, 0.6],
    ],
  )
  const { min, max, mean, harmonic_mean } = report.pooled_metrics.vmaf!
  assert.deepEqual([min, max, mean], [60, 80, 70])
  assert.ok(Math.abs(harmonic_mean - (2 / (1 / 81 + 1 / 61) - 1)) < 1e-12)
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report, 'nothing that JSON cannot say')
})

test('what is added stands beside, what is no number is left out, also of the pool', () => {
  const extra = [{ psnr_y: 41 }, { psnr_y: Number.POSITIVE_INFINITY }]
  const report = toLibvmafReport(frames, { version: '', fps: 0, extra })
  assert.deepEqual(
    report.frames.map(({ metrics }) => metrics.psnr_y),
    [41, undefined],
  )
  assert.equal(report.pooled_metrics.psnr_y, undefined)
  assert.equal(report.pooled_metrics.vmaf?.mean, 70)
})

test('no frames are an empty report', () => {
  assert.deepEqual(poolAll([]), {})
  assert.deepEqual(toLibvmafReport([], { version: 'x', fps: 1 }).frames, [])
})
