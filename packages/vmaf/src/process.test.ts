// A meter must neither keep a program alive nor keep it waiting.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { it } from 'node:test'
import { promisify } from 'node:util'
import type { Plane } from './plane.ts'
import { scoreFrames } from './score-frames.ts'

const program = `
  const { createMeter } = await import(${JSON.stringify(new URL('./meter.ts', import.meta.url).href)})
  const meter = await createMeter({ width: 96, height: 80, bitDepth: 8, workers: 2 })
  const plane = { data: new Uint8Array(96 * 80), stride: 96 }
  await meter.push(plane, plane)
  console.log((await meter.push(plane, plane), (await meter.scores.next()).value.frame))`

it('lets a program end that has left a meter open, however the program was started', async () => {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { timeout: 30_000 })
  assert.equal(stdout, '0\n')
})

it('ends at an abort while the source stalls', { timeout: 30_000 }, async () => {
  const abort = new AbortController()
  const plane: Plane = { data: new Uint8Array(96 * 80), stride: 96 }
  const stalled = Promise.withResolvers<void>()
  async function* pairs(): AsyncGenerator<[Plane, Plane]> {
    yield [plane, plane]
    setImmediate(() => abort.abort(new Error('stop')))
    await stalled.promise
  }
  const options = { width: 96, height: 80, bitDepth: 8, workers: 1, signal: abort.signal } as const
  await assert.rejects(Array.fromAsync(scoreFrames(pairs(), options)), /stop/)
  stalled.resolve()
})
