import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { importanceOfH264, importanceOfHevc } from './importance.ts'

const annexB = (...headers: number[]): Uint8Array => Uint8Array.from(headers.flatMap(h => [0, 0, 0, 1, h, 9, 9]))
const prefixed = (...headers: number[]): Uint8Array => Uint8Array.from(headers.flatMap(h => [0, 0, 0, 3, h, 9, 9]))

test('H.264: IDR, references and leaves, in both forms', () => {
  for (const [form, length] of [
    [annexB, null],
    [prefixed, 4],
  ] as const) {
    assert.equal(importanceOfH264(form(0x67, 0x68, 0x65), length), 'idr')
    assert.equal(importanceOfH264(form(0x06, 0x41), length), 'reference')
    assert.equal(importanceOfH264(form(0x01), length), 'non-reference')
  }
})

test('HEVC: where decoding may start, references and leaves', () => {
  for (const type of [16, 19, 20, 21]) assert.equal(importanceOfHevc(annexB(0x40, 0x42, type << 1), null), 'idr')
  assert.equal(importanceOfHevc(prefixed(1 << 1), 4), 'reference')
  assert.equal(importanceOfHevc(prefixed(0), 4), 'non-reference')
})

test('any bytes are read to their end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(null, 1, 2, 4), (bytes, length) => {
      assert.ok(['idr', 'reference', 'non-reference'].includes(importanceOfH264(bytes, length)))
      assert.ok(['idr', 'reference', 'non-reference'].includes(importanceOfHevc(bytes, length)))
    }),
  )
})
