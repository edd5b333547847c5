// The frame-level API against the plain loop of kernels.ts: same bits whatever the workers, bounded memory, and no way to hang.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { createCrew } from '../src/crew.ts'
import { createLayout } from '../src/layout.ts'
import { createMeter, type FrameScore, Meter, type MeterOptions } from '../src/meter.ts'
import { modelNames } from '../src/models.ts'
import type { Plane } from '../src/plane.ts'
import { predict } from '../src/predict.ts'
import { scoreFrames } from '../src/score-frames.ts'
import { loadCode, requireSimd } from '../src/wasm.ts'
import { compileFile, type MeasuredFrame, measurePair, type Pair } from './golden/kernels.ts'
import { fixturePairs } from './golden.ts'

const code = (code: string) => (error: unknown) => (error as { code?: string }).code === code
const LIMIT = { timeout: 60_000 }

/** The planes of a pair, with some samples to spare in each row. */
function planesOf({ width, height, bits, ref, dis }: Pair, spare = 0): [Plane, Plane][] {
  const words = bits > 8
  const samples = (raw: Uint8Array): Uint8Array | Uint16Array =>
    words ? new Uint16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength)) : raw
  const [r, d] = [samples(ref), samples(dis)]
  const stride = width + spare
  const plane = (all: Uint8Array | Uint16Array, frame: number): Plane => {
    const data = words ? new Uint16Array(stride * height) : new Uint8Array(stride * height)
    data.fill(77)
    for (let y = 0; y < height; y++) {
      const at = (frame * height + y) * width
      data.set(all.subarray(at, at + width), y * stride)
    }
    return { data, stride }
  }
  return Array.from({ length: r.length / (width * height) }, (_, i) => [plane(r, i), plane(d, i)])
}

async function scoreAll(pairs: readonly [Plane, Plane][], options: MeterOptions): Promise<FrameScore[]> {
  return await Array.fromAsync(scoreFrames(pairs, options))
}

describe('the meter', LIMIT, () => {
  let pair: Pair
  let planes: [Plane, Plane][]
  let plain: readonly MeasuredFrame[]
  let shape: Pick<MeterOptions, 'width' | 'height' | 'bitDepth'>

  before(async () => {
    const open = (await fixturePairs()).find(({ id }) => id === 'g10')!
    const whole = await open.open()
    const bytes = whole.width * whole.height * (whole.bits > 8 ? 2 : 1)
    const part = (raw: Uint8Array): Uint8Array => raw.subarray(0, Math.min(raw.length, 13 * bytes))
    pair = { ...whole, ref: part(whole.ref), dis: part(whole.dis) }
    planes = planesOf(pair)
    shape = { width: pair.width, height: pair.height, bitDepth: pair.bits as 8 }
    plain = measurePair(await compileFile(join(import.meta.dirname, '../wasm/vmaf.wasm')), pair)
  })

  it('gives what the kernels give, bit by bit, whatever the workers and the queue', async () => {
    for (const [workers, queue, spare] of [
      [0, 1, 0],
      [1, 1, 0],
      [2, 1, 5],
      [3, 4, 16],
    ] as const) {
      const found = await scoreAll(planesOf(pair, spare), { ...shape, workers, queue, models: modelNames })
      assert.deepEqual(
        found.map(({ frame }) => frame),
        plain.map((_, i) => i),
      )
      for (const [i, { features, scores }] of found.entries()) {
        assert.deepEqual(features, plain[i]!.features, `frame ${i}, ${workers} workers`)
        for (const name of modelNames) assert.equal(scores[name], predict(name, plain[i]!.features))
      }
    }
  })

  it('scores each n-th frame as it would among all, with the motion of its neighbours', async () => {
    for (const every of [2, 3, 5, 12, 20]) {
      const found = await scoreAll(planes, { ...shape, workers: 2, every })
      assert.deepEqual(
        found.map(({ frame }) => frame),
        plain.flatMap((_, i) => (i % every === 0 ? [i] : [])),
      )
      for (const { frame, features } of found)
        assert.deepEqual(features, plain[frame]!.features, `${frame} of ${every}`)
    }
  })

  it('keeps its memory whatever the length, and makes the pusher wait', async () => {
    await using meter = await createMeter({ ...shape, workers: 1, queue: 2 })
    const { bytes } = meter
    let taken = 0
    const pushes = Array.from({ length: 150 }, (_, i) => meter.push(...planes[i % planes.length]!).then(() => taken++))
    await new Promise(resolve => setImmediate(resolve))
    assert.ok(taken <= 4, `${taken} pairs were taken before any was scored`)
    const reading = Array.fromAsync(meter.scores)
    await Promise.all(pushes)
    await meter.finish()
    assert.equal((await reading).length, 150)
    assert.equal(meter.bytes, bytes)
  })

  it('ends at once when it is aborted', async () => {
    const abort = new AbortController()
    const meter = await createMeter({ ...shape, workers: 1, queue: 1, signal: abort.signal })
    const pushes = planes.map(each => meter.push(...each))
    const settled = Promise.allSettled(pushes)
    await pushes[0]
    abort.abort(new Error('stop'))
    assert.equal((await settled).at(-1)!.status, 'rejected')
    await assert.rejects(meter.finish(), /stop/)
    await assert.rejects(Array.fromAsync(meter.scores), /stop/)
    await assert.rejects(createMeter({ ...shape, signal: abort.signal }), /stop/)
  })

  it('fails by code when a worker dies', async () => {
    const own = { width: pair.width, height: pair.height, bitDepth: 8 as const }
    const whole = createLayout(await loadCode(), own, 1, 3)
    // A desk beyond the memory: the kernel traps.
    const layout = { ...whole, desks: [{ scratch: 0xfffff000, out: 0xfffff000 }] }
    const setting = { shape: own, layout, models: modelNames, every: 1, signal: undefined }
    const compiled = await loadCode()
    const meter = new Meter(setting, onDeath =>
      createCrew({ code: compiled, shape: own, layout, workers: 1, fast: false }, onDeath),
    )
    await meter.push(...planes[0]!)
    await assert.rejects(Array.fromAsync(meter.scores), code('VMAF_WORKER'))
    await assert.rejects(meter.push(...planes[1]!), code('VMAF_WORKER'))
    await assert.rejects(meter.finish(), code('VMAF_WORKER'))
  })

  it('says after its end that it is over', async () => {
    const meter = await createMeter({ ...shape, workers: 0 })
    await meter.push(...planes[0]!)
    await meter.finish()
    await assert.rejects(meter.push(...planes[0]!), code('VMAF_CLOSED'))
    assert.equal((await Array.fromAsync(meter.scores)).length, 1, 'scores are still there')
    const left = await createMeter({ ...shape, workers: 1 })
    await left.close()
    await assert.rejects(left.push(...planes[0]!), code('VMAF_CLOSED'))
    await assert.rejects(Array.fromAsync(left.scores), code('VMAF_CLOSED'))
  })

  it('has nothing to say of nothing', async () => {
    assert.deepEqual(await scoreAll([], { ...shape, workers: 1 }), [])
  })

  it('hands on what goes wrong in the caller’s iterable', async () => {
    async function* broken(): AsyncGenerator<[Plane, Plane]> {
      yield planes[0]!
      throw new Error('the decoder gave up')
    }
    await assert.rejects(Array.fromAsync(scoreFrames(broken(), { ...shape, workers: 1 })), /gave up/)
  })

  it('refuses by code what it cannot measure', async () => {
    const refused = (over: Partial<Record<keyof MeterOptions, unknown>>, expected: string): Promise<void> =>
      assert.rejects(createMeter({ ...shape, ...over } as MeterOptions), code(expected))
    await refused({ width: 95 }, 'VMAF_SIZE')
    await refused({ height: 79 }, 'VMAF_SIZE')
    await refused({ width: 100.5 }, 'VMAF_SIZE')
    await refused({ bitDepth: 9 }, 'VMAF_DEPTH')
    await refused({ models: ['vmaf_v0.6.2'] }, 'VMAF_MODEL')
    await refused({ models: [] }, 'VMAF_MODEL')
    await refused({ every: 0 }, 'VMAF_OPTION')
    await refused({ workers: -1 }, 'VMAF_OPTION')
    await refused({ width: 30_000, height: 30_000, workers: 4 }, 'VMAF_MEMORY')
    assert.throws(() => requireSimd(() => false), code('VMAF_NO_SIMD'))
    await using meter = await createMeter({ ...shape, workers: 0 })
    const good = planes[0]![0]
    const wrong: [Plane, RegExp][] = [
      [{ data: new Uint16Array(good.data.length), stride: good.stride }, /Uint8Array/],
      [{ data: good.data, stride: pair.width - 1 }, /stride/],
      [{ data: good.data.subarray(1), stride: good.stride }, /samples/],
    ]
    for (const [plane, message] of wrong)
      await assert.rejects(
        meter.push(plane, good),
        (error: Error) => code('VMAF_PLANE')(error) && message.test(error.message),
      )
    await meter.push(good, good)
    await meter.finish()
    assert.equal((await Array.fromAsync(meter.scores)).length, 1, 'what was refused does not count')
  })
})
