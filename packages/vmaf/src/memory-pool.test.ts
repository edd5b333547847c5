// Memories are handed on once, to whoever needs about as much.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { putIdleMemory, takeIdleMemory } from './memory-pool.ts'
import { createMemory, PAGE } from './wasm.ts'

test('a memory that was given up is taken once, by whoever needs about as much', () => {
  // Each test has sizes of its own: what idles is known to the whole process.
  const memory = createMemory(40 * PAGE)
  assert.equal(takeIdleMemory(40 * PAGE), null)
  putIdleMemory(memory)
  assert.equal(takeIdleMemory(41 * PAGE), null, 'too small')
  assert.equal(takeIdleMemory(20 * PAGE - 1), null, 'more than twice as large')
  assert.equal(takeIdleMemory(20 * PAGE), memory)
  assert.equal(takeIdleMemory(20 * PAGE), null, 'taken')
})

test('a new memory is an idle one where there is one', () => {
  const first = createMemory(100 * PAGE - 5)
  const second = createMemory(100 * PAGE)
  assert.notEqual(first, second)
  assert.equal(first.buffer.byteLength, 100 * PAGE)
  putIdleMemory(first)
  putIdleMemory(second)
  assert.deepEqual(new Set([createMemory(90 * PAGE), createMemory(99 * PAGE)]), new Set([first, second]))
  assert.equal(takeIdleMemory(90 * PAGE), null)
})
