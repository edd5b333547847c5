// Features from sums, scores from features: each rule by itself. That the whole is exact is shown by test/golden.test.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isModelName, type ModelName, modelNames, modelOf } from './models.ts'
import { type Features, featuresOf, predict } from './predict.ts'

/** Frame 1 of the golden pair g11 and what libvmaf 3.2.0 makes of it. */
const frame: Features = {
  adm2: 0.8498758067,
  adm2Neg: 0.8412854669,
  admScales: [0, 0, 0, 0],
  admScalesNeg: [0, 0, 0, 0],
  motion2: 2.0180740356,
  vif: [0.1639275551, 0.5745069981, 0.7565355301, 0.8497649431],
  vifNeg: [0.163873136, 0.5689935684, 0.7473864555, 0.8393250108],
}
const scores: readonly (readonly [ModelName, number])[] = [
  ['vmaf_v0.6.1', 52.839590562],
  ['vmaf_v0.6.1neg', 50.4028677266],
  ['vmaf_4k_v0.6.1', 69.1884220863],
  ['vmaf_v0.6.1_phone', 73.2387741202],
]

const perfect: Features = { ...frame, adm2: 1, adm2Neg: 1, vif: [1, 1, 1, 1], vifNeg: [1, 1, 1, 1] }
const ruined: Features = { ...frame, adm2: 0, adm2Neg: 0, vif: [0, 0, 0, 0], vifNeg: [0, 0, 0, 0] }

test('every model gives the score of libvmaf', () => {
  for (const [model, score] of scores) {
    const got = predict(model, frame)
    assert.ok(Math.abs(got - score) < 1e-7, `${model}: ${got}, libvmaf says ${score}`)
  }
})

test('NEG is the same machine on the features without enhancement gain', () => {
  for (const [plain, neg] of [
    ['vmaf_v0.6.1', 'vmaf_v0.6.1neg'],
    ['vmaf_4k_v0.6.1', 'vmaf_4k_v0.6.1neg'],
  ] as const) {
    assert.notEqual(predict(neg, frame), predict(plain, frame))
    assert.equal(predict(neg, frame), predict(plain, { ...frame, adm2: frame.adm2Neg, vif: frame.vifNeg }))
  }
})

test('the phone model only raises', () => {
  for (const features of [frame, perfect, ruined])
    assert.ok(predict('vmaf_v0.6.1_phone', features) >= predict('vmaf_v0.6.1', features))
  assert.ok(predict('vmaf_v0.6.1_phone', frame) > predict('vmaf_v0.6.1', frame))
})

test('scores stay within 0 and 100', () => {
  for (const model of modelNames) {
    assert.ok(predict(model, perfect) > 90, `${model}: ${predict(model, perfect)}`)
    assert.ok(predict(model, ruined) < 10, `${model}: ${predict(model, ruined)}`)
    for (const features of [perfect, ruined]) {
      const score = predict(model, features)
      assert.ok(score >= 0 && score <= 100, `${model}: ${score}`)
    }
  }
  assert.equal(predict('vmaf_v0.6.1', { ...perfect, motion2: 20 }), 100)
  // The machine itself says less than 0 here.
  assert.equal(predict('vmaf_v0.6.1', { ...ruined, vif: [0.3, 0.3, 0.3, 0.3] }), 0)
})

test('features are ratios of sums: adm2 over all scales, VIF in single precision', () => {
  const vif = Float64Array.of(1, 2, 3, 5, 4, 7, 6, 3, 11, 12, 9, 13)
  const adm = Float64Array.of(1, 0.5, 2, 2, 1, 4, 3, 1.5, 8, 4, 2, 16)
  assert.deepEqual(featuresOf(vif, adm, 1.25), {
    adm2: 10 / 30,
    adm2Neg: 5 / 30,
    admScales: [0.5, 0.5, 0.375, 0.25],
    admScalesNeg: [0.25, 0.25, 0.1875, 0.125],
    motion2: 1.25,
    vif: [1 / 3, 5 / 7, 6 / 11, 12 / 13].map(Math.fround),
    vifNeg: [2 / 3, 4 / 7, 3 / 11, 9 / 13].map(Math.fround),
  })
})

test('models are complete', () => {
  const vectors = { 'vmaf_v0.6.1': 211, 'vmaf_v0.6.1neg': 211, 'vmaf_v0.6.1_phone': 211 }
  for (const name of modelNames) {
    const model = modelOf(name)
    assert.equal(model.name, name)
    assert.equal(model.neg, name.endsWith('neg'))
    assert.equal(model.vectors.length, 7 * (name in vectors ? 211 : 262), name)
    assert.ok(model.vectors.every(Number.isFinite), name)
    assert.equal(model.slopes.length, 7)
    assert.equal(model.intercepts.length, 7)
  }
})

test('an unknown model is an error, also one that names a property of every object', () => {
  for (const name of ['vmaf_v0.6.3', '', 'toString', '__proto__']) {
    assert.equal(isModelName(name), false)
    assert.throws(() => modelOf(name as ModelName), { name: 'RangeError', message: /unknown VMAF model/ })
  }
})
