// What a meter owes its process: turns for others, its memory handed on, limits by name. What it measures: test/meter.test.ts.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCrew } from './crew.ts'
import { createLayout, type Shape } from './layout.ts'
import { putIdleMemory } from './memory-pool.ts'
import { createMeter, type FrameScore, Meter, type MeterOptions } from './meter.ts'
import type { Plane } from './plane.ts'
import { loadCode } from './wasm.ts'

const shape: Shape = { width: 96, height: 80, bitDepth: 8 }
const plane = (seed: number): Plane => {
  const data = Uint8Array.from(
    { length: 96 * 80 },
    (_, i) => (Math.imul(i + seed, 2654435761) >>> 27) + (i % 96) + seed,
  )
  return { data, stride: 96 }
}
const pairs = Array.from({ length: 6 }, (_, i) => [plane(7 * i), plane(7 * i + 1)] as const)

async function scoreAll(options: Partial<MeterOptions>): Promise<FrameScore[]> {
  await using meter = await createMeter({ ...shape, ...options })
  for (const pair of pairs) await meter.push(...pair)
  await meter.finish()
  return await Array.fromAsync(meter.scores)
}

describe('a meter in its process', { timeout: 60_000 }, () => {
  for (const options of [{ workers: 0 }, { workers: 1, every: 1_000_000 }] as const)
    it(`gives others a turn between frames: ${JSON.stringify(options)}`, async () => {
      const abort = new AbortController()
      await using meter = await createMeter({ ...shape, ...options, signal: abort.signal })
      setImmediate(() => abort.abort(new Error('stop')))
      const pushAll = async (): Promise<void> => {
        for (let i = 0; i < 500; i++) await meter.push(...pairs[i % pairs.length]!)
      }
      await assert.rejects(pushAll(), /stop/)
    })

  it('hands its memory to the next one, once', async () => {
    const code = await loadCode()
    const layout = createLayout(code, shape, 1, 3)
    const setting = { shape, layout, models: ['vmaf_v0.6.1'] as const, every: 1, signal: undefined }
    const meter = new Meter(setting, onDeath => createCrew({ code, shape, layout, workers: 0, fast: false }, onDeath))
    const memories = (): unknown[] => [createLayout(code, shape, 1, 3).memory, createLayout(code, shape, 1, 3).memory]
    assert.ok(!memories().includes(layout.memory), 'in use')
    await Promise.all([meter.close(), meter.close()])
    await meter.close()
    assert.deepEqual(
      memories().map(memory => memory === layout.memory),
      [true, false],
    )
    await meter.close()
    assert.ok(!memories().includes(layout.memory), 'in use again, by another')
  })

  it('does not mind what an earlier one left in its memory', async () => {
    const options = { workers: 0, queue: 2 }
    const clean = await scoreAll(options)
    // The one that was just given up.
    const { memory } = createLayout(await loadCode(), shape, 1, 4)
    new Uint8Array(memory.buffer).fill(0xa5)
    putIdleMemory(memory)
    assert.deepEqual(await scoreAll(options), clean)
    assert.equal(createLayout(await loadCode(), shape, 1, 4).memory, memory, 'it was the same memory')
  })

  it('takes fewer workers than asked for where their memory would be more than there is', async () => {
    await using meter = await createMeter({ width: 16384, height: 8192, bitDepth: 8, workers: 16 })
    assert.ok(meter.bytes <= 2 ** 32)
    const refused = createMeter({ width: 16384, height: 8192, bitDepth: 8, workers: 16, queue: 16 })
    await assert.rejects(refused, { code: 'VMAF_MEMORY', message: /^\d+ MiB/ })
  })

  it('refuses by code what it cannot address, and an accuracy that there is not', async () => {
    const refused = (over: Partial<Record<keyof MeterOptions, unknown>>, expected: object): Promise<void> =>
      assert.rejects(createMeter({ ...shape, ...over } as MeterOptions), expected)
    // Sizes whose scratch would wrap around in 32 bits.
    await refused({ width: 16384, height: 16384 }, { code: 'VMAF_MEMORY', message: /268435456/ })
    await refused({ width: 30_000, height: 30_000, workers: 0, queue: 1 }, { code: 'VMAF_MEMORY' })
    await refused({ accuracy: 'quick' }, { code: 'VMAF_OPTION', message: /quick/ })
  })
})
