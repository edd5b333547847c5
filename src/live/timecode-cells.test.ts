import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTimecode, timecodeCells, timecodeLength } from './timecode-cells.ts'

test('a time goes through the cells and back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 44 - 1 }), ms => {
      const cells = timecodeCells(ms)
      assert.equal(cells.length, timecodeLength)
      assert.equal(readTimecode(cells), ms)
    }),
  )
})

test('one wrong cell is found', () => {
  const cells = timecodeCells(1_790_000_000_123)
  cells.forEach((_, wrong) => {
    const changed = cells.map((bit, i) => (i === wrong ? !bit : bit))
    assert.equal(readTimecode(changed), null, `cell ${wrong}`)
  })
  assert.equal(readTimecode(cells.slice(1)), null)
  assert.equal(readTimecode(new Array(timecodeLength).fill(false)), null)
})
