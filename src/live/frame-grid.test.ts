import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { gaussian, seeded } from '../../test/live/simulate.ts'
import { rational } from '../core/index.ts'
import { FrameGrid } from './frame-grid.ts'

const rates = [rational(25), rational(30000, 1001), rational(60000, 1001), rational(50), rational(24)]

test('frame n stands at n / fps, to the microsecond, after a year as well', () => {
  const grid = new FrameGrid<number>({ fps: rational(30000, 1001), epochUs: 1_000 })
  assert.equal(grid.timeOfUs(0n), 1_000)
  assert.equal(grid.timeOfUs(30_000n), 1_001_001_000)
  const year = 945_000_000n
  assert.equal(grid.timeOfUs(year), 1_000 + 31_531_500_000_000)
  for (const n of [1n, 29n, year + 1n]) assert.equal(grid.indexAt(grid.timeOfUs(n)), n)
})

test('a picture of the same rate is shown once, whatever its phase and with a third of a frame of noise', () => {
  for (const fps of rates)
    for (const phase of [0, 0.25, 0.49, 0.5, 0.51, 0.75, 0.999]) {
      const random = seeded(7)
      const grid = new FrameGrid<number>({ fps, epochUs: 0 })
      const frameUs = (1e6 * Number(fps.den)) / Number(fps.num)
      for (let index = 0; index < 2000; index++) {
        const noise = Math.max(-0.33, Math.min(0.33, gaussian(random) * 0.1))
        grid.offer(index, (index + phase + (index === 0 ? 0 : noise)) * frameUs)
        if (index >= 2) grid.take(BigInt(index - 2))
      }
      const { repeated, dropped, late } = grid.counts
      assert.deepEqual({ repeated, dropped, late }, { repeated: 0, dropped: 0, late: 0 }, `phase ${phase}`)
    }
})

test('clocks that drift cost the frames that they must, no more', () => {
  for (const ppm of [-200, 200]) {
    const grid = new FrameGrid<number>({ fps: rational(25), epochUs: 0 })
    const pictures = 25 * 3600
    let n = -3n
    for (let index = 0; index < pictures; index++) {
      const atUs = index * 40_000 * (1 + ppm / 1e6)
      while (grid.timeOfUs(n + 2n) <= atUs) grid.take(++n)
      grid.offer(index, atUs)
    }
    const { repeated, dropped } = grid.counts
    // 3600 s times 200 ppm are 0.72 s, 18 frames.
    assert.equal(ppm > 0 ? dropped : repeated, 0)
    assert.ok(Math.abs((ppm > 0 ? repeated : dropped) - 18) <= 1, `${ppm}: ${repeated} ${dropped}`)
  }
})

test('other rates are met evenly: 50 to 25 drops every second, 24 to 30 repeats every fourth', () => {
  const run = (input: number, output: number): { shown: number; repeated: number; dropped: number } => {
    const grid = new FrameGrid<number>({ fps: rational(output), epochUs: 0 })
    let n = -1n
    for (let index = 0; index < input * 10; index++) {
      const atUs = (index * 1e6) / input
      while (grid.timeOfUs(n + 3n) <= atUs) grid.take(++n)
      grid.offer(index, atUs)
    }
    const { shown, repeated, dropped } = grid.counts
    return { shown, repeated, dropped }
  }
  const half = run(50, 25)
  assert.ok(half.repeated === 0 && Math.abs(half.dropped - 250) <= 2, JSON.stringify(half))
  const pulled = run(24, 30)
  assert.ok(pulled.dropped === 0 && Math.abs(pulled.repeated - 60) <= 2, JSON.stringify(pulled))
})

test('nothing new: the last picture is repeated; too late: it is shown next; older than what is shown: dropped', () => {
  const grid = new FrameGrid<string>({ fps: rational(25), epochUs: 0 })
  assert.equal(grid.take(-1n).frame, undefined)
  grid.offer('a', 0)
  assert.deepEqual(grid.take(0n), { n: 0n, frame: 'a', repeat: false, dropped: [] })
  assert.deepEqual(grid.take(1n), { n: 1n, frame: 'a', repeat: true, dropped: [] })
  assert.equal(grid.offer('b', 40_000), 2n)
  assert.equal(grid.offer('old', 10_000), undefined)
  assert.deepEqual(grid.take(2n), { n: 2n, frame: 'b', repeat: false, dropped: ['old'] })
  assert.deepEqual(grid.counts, { shown: 2, repeated: 1, dropped: 1, late: 1 })
  assert.deepEqual(grid.drain(), ['b'])
})

test('pictures that are always late by a frame are all shown, and after a late burst the newest is', () => {
  const grid = new FrameGrid<number>({ fps: rational(25), epochUs: 0 })
  for (let index = 0; index < 100; index++) {
    grid.take(BigInt(index))
    grid.offer(index, index * 40_000)
  }
  assert.deepEqual(grid.counts, { shown: 99, repeated: 0, dropped: 0, late: 100 })
  for (let n = 100n; n < 110n; n++) grid.take(n)
  for (let index = 100; index < 110; index++) grid.offer(index, index * 40_000)
  assert.equal(grid.take(110n).frame, 109)
  assert.equal(grid.counts.dropped, 9)
})

test('one picture with a wrong time does not shut out those that follow', () => {
  const grid = new FrameGrid<string>({ fps: rational(25), epochUs: 0 })
  grid.take(0n)
  assert.equal(grid.offer('from next year', 1e12), undefined)
  assert.equal(grid.offer('right', 80_000), 2n)
})

test('every picture is shown or comes back exactly once, in order, and few wait', () => {
  const arb = fc.array(
    fc.record({ kind: fc.constantFrom('offer' as const, 'take' as const), amount: fc.integer({ min: -2, max: 4 }) }),
    { maxLength: 200 },
  )
  fc.assert(
    fc.property(arb, moves => {
      const grid = new FrameGrid<number>({ fps: rational(25), epochUs: 0, maxWaiting: 3 })
      let timeUs = 0
      let n = -1n
      let made = 0
      const shown: number[] = []
      const back: number[] = []
      for (const { kind, amount } of moves) {
        if (kind === 'offer') {
          timeUs += amount * 17_000
          grid.offer(made++, timeUs)
        } else {
          n += BigInt(Math.max(1, amount))
          const { frame, repeat, dropped } = grid.take(n)
          back.push(...dropped)
          if (frame !== undefined && !repeat) shown.push(frame)
        }
        assert.ok(grid.waiting <= 3)
      }
      const held = shown.at(-1)
      const all = [...shown, ...back, ...grid.drain().filter(frame => frame !== held)]
      assert.deepEqual(
        all.toSorted((a, b) => a - b),
        Array.from({ length: made }, (_, index) => index),
      )
      assert.deepEqual(
        shown,
        shown.toSorted((a, b) => a - b),
      )
      const { shown: count, dropped } = grid.counts
      assert.equal(count, shown.length)
      assert.ok(dropped >= back.length)
    }),
  )
})
