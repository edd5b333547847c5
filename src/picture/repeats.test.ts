import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PictureStretch } from '../model/index.ts'
import { RepeatWatch } from './repeats.ts'

/** `changes` of one frame to the next, in percent. */
function look(changes: readonly (number | null)[]): readonly PictureStretch[] {
  const watch = new RepeatWatch({ minSharePercent: 4, maxSharePercent: 70 })
  for (const [number, change] of changes.entries())
    watch.push({ number, startS: number / 50, endS: (number + 1) / 50, damaged: false }, change)
  return watch.finish().found
}

/** Pictures of a source of so many frames a second, shown at 50. */
const shown = (rate: number, frames = 200, moves = 3): number[] =>
  Array.from({ length: frames }, (_, i) =>
    Math.floor((i * rate) / 50) === Math.floor(((i - 1) * rate) / 50) ? 0.02 : moves + (i % 7) / 5,
  )

describe('repeated pictures', () => {
  for (const [rate, share, rhythm] of [
    [25, 50, '1 in 2'],
    [40, 20, '1 in 5'],
    [48, 4, '1 in 25'],
    [30, 40, '2 in 5'],
    [20, 60, '3 in 5'],
  ] as const)
    it(`of ${rate} frames a second in 50 are ${rhythm}`, () => {
      const [stretch, ...more] = look(shown(rate))
      assert.equal(more.length, 0)
      assert.deepEqual([stretch!.worst, stretch!.what], [share, rhythm])
      assert.deepEqual([stretch!.startS, stretch!.endS], [0, 4])
    })

  it('at odd times are no rhythm', () => {
    const odd = new Set([4, 9, 31, 38])
    const [stretch] = look(Array.from({ length: 50 }, (_, i) => (odd.has(i) ? 0.02 : 3)))
    assert.deepEqual([stretch!.worst, stretch!.what], [8, 'at odd times'])
  })

  it('are none where every picture is new, hardly anything moves, or motion is as uneven as motion is', () => {
    assert.deepEqual(look(shown(50)), [])
    assert.deepEqual(look(shown(25, 200, 0.1)), [])
    assert.deepEqual(look(Array.from({ length: 200 }, (_, i) => 2 + 1.5 * Math.sin(i / 3))), [])
  })

  it('are none when a single one is among fifty', () => {
    assert.deepEqual(look(Array.from({ length: 100 }, (_, i) => (i % 50 === 20 ? 0.02 : 3))), [])
  })
})
