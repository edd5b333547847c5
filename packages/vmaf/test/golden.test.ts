// Every module that is built against libvmaf 3.2.0: features and scores of the golden pairs, frame by frame, and of crops with
// odd sizes and more bits. The tolerance is what an exact implementation keeps; asked for are 1e-6 and 1e-3.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { wasmModules } from '../scripts/build-wasm.ts'
import { modelNames } from '../src/models.ts'
import { pool } from '../src/pool.ts'
import { type Features, predict } from '../src/predict.ts'
import { compileFile, measurePair, type Pair } from './golden/kernels.ts'
import { packPlanes, unpackPlanes } from './golden/planes.ts'
import { cropPairs, fixturePairs, type GoldenPair, sharedPairs } from './golden.ts'

type Tolerance = { readonly feature: number; readonly score: number }
/** Of ten decimals. Were one cube root off by its last bit, a feature would be by some 1e-8. */
const tenDecimals: Tolerance = { feature: 1e-9, score: 1e-6 }
/** Of six decimals: half of the last one. */
const sixDecimals: Tolerance = { feature: 0.51e-6, score: 0.51e-6 }

const fixtures = await fixturePairs()
const cropped = await cropPairs()
const shared = await sharedPairs()

for (const { artifact } of wasmModules) {
  const file = join(import.meta.dirname, '..', artifact)
  const skip = existsSync(file) ? false : `${artifact} is not built`
  describe(`${artifact} is exact`, { skip }, () => {
    for (const { id, open } of fixtures) test(`golden pair ${id}`, async () => compare(await open(), file, tenDecimals))
    for (const { id, open } of cropped) test(`crop of ${id}`, async () => compare(await open(), file, sixDecimals))

    test('at every depth the same picture gives the same sums', async () => {
      const pair = await openFixture('g11')
      const eight = measurePair(await compileFile(file), pair)
      for (const bits of [10, 12, 16]) {
        const deep = measurePair(await compileFile(file), deepened(pair, bits))
        for (const [i, frame] of deep.entries()) assert.deepEqual(frame, eight[i], `${bits} bit, frame ${i}`)
      }
    })

    test('neither stride nor what lies around the picture matters', async () => {
      const pair = await openFixture('g10')
      const wasm = await compileFile(file)
      const short = { ...pair, ref: firstFrames(pair, pair.ref, 2), dis: firstFrames(pair, pair.dis, 2) }
      assert.deepEqual(measurePair(wasm, short, 48), measurePair(wasm, short))
    })
  })

  const missing = 'missing' in shared ? shared.missing : skip
  describe(`${artifact} on the full set`, { skip: missing }, () => {
    if ('missing' in shared) return
    const committed = new Set(fixtures.map(({ id }) => id))
    for (const { id, open } of shared.pairs) {
      if (!committed.has(id)) test(`golden pair ${id}`, async () => compare(await open(), file, tenDecimals))
    }
  })
}

test('packed planes come back as they were', () => {
  const noise = Uint8Array.from({ length: 2 * 7 * 5 * 3 }, (_, i) => (i * i * 31 + 17 * i) & 255)
  for (const bits of [8, 16]) {
    const shape = { width: 7, height: bits === 8 ? 10 : 5, bits }
    assert.deepEqual(unpackPlanes(packPlanes(noise, shape), shape), noise)
  }
})

async function compare(pair: GoldenPair, file: string, tolerance: Tolerance): Promise<void> {
  const measured = measurePair(await compileFile(file), pair)
  assert.equal(measured.length, pair.frames.length, 'frames')
  for (const [i, expected] of pair.frames.entries()) {
    const { features, sad } = measured[i]!
    near(sad, expected.sad, tolerance.feature, `frame ${i} sad`)
    const names = Object.keys(expected.features) as (keyof Features)[]
    for (const name of names) {
      const wanted = [expected.features[name]].flat()
      for (const [scale, got] of [features[name]].flat().entries())
        near(got, wanted[scale]!, tolerance.feature, `frame ${i} ${name} ${scale}`)
    }
    for (const model of modelNames) {
      const wanted = expected.scores[model]
      if (wanted !== undefined) near(predict(model, features), wanted, tolerance.score, `frame ${i} ${model}`)
    }
  }
  const models = modelNames.filter(model => pair.pooled[model])
  assert.ok(models.length >= 4, 'models')
  for (const model of models) {
    const pooled = pool(measured.map(({ features }) => predict(model, features)))
    for (const name of ['min', 'max', 'mean', 'harmonicMean'] as const)
      near(pooled[name], pair.pooled[model]![name], tolerance.score, `${name} of ${model}`)
  }
}

function near(got: number, wanted: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(got - wanted) <= tolerance, `${what}: ${got}, libvmaf says ${wanted}`)
}

async function openFixture(id: string): Promise<GoldenPair> {
  const fixture = fixtures.find(pair => pair.id === id)
  assert.ok(fixture, `fixture ${id}`)
  return fixture.open()
}

/** The pair with more bits a sample and zeros in the new ones: every rounding of the kernels is then the same. */
function deepened({ width, height, ref, dis }: Pair, bits: number): Pair {
  const deep = (raw: Uint8Array): Uint8Array =>
    new Uint8Array(Uint16Array.from(raw, sample => sample << (bits - 8)).buffer)
  return { width, height, bits, ref: deep(ref), dis: deep(dis) }
}

function firstFrames({ width, height, bits }: Pair, raw: Uint8Array, count: number): Uint8Array {
  return raw.subarray(0, count * width * height * (bits > 8 ? 2 : 1))
}
