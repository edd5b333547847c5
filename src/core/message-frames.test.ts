import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeMessageFrame, MessageFrameReader } from './message-frames.ts'

test('frames come out whole, however the bytes were cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.dictionary(fc.string(), fc.string()), fc.uint8Array({ maxLength: 300 })), { maxLength: 8 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 90 })),
      (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(([head, body]) => encodeMessageFrame({ ...head }, body)))
        const reader = new MessageFrameReader()
        const got: { head: unknown; body: Uint8Array }[] = []
        let at = 0
        for (const cut of cuts) {
          if (at >= bytes.length) break
          got.push(...reader.push(bytes.subarray(at, at + cut)))
          at += cut
        }
        assert.equal(reader.heldBytes, 0)
        assert.deepEqual(
          got.map(({ head, body }) => [head, [...body]]),
          messages.map(([head, body]) => [JSON.parse(JSON.stringify({ ...head })), [...body]]),
        )
      },
    ),
    { numRuns: 300 },
  )
})

test('big integers travel as decimal strings', () => {
  const [frame] = new MessageFrameReader().push(encodeMessageFrame({ ticks: 2n ** 60n }))
  assert.equal(frame?.head.ticks, '1152921504606846976')
})

test('a length that nobody would send is refused before memory is asked for', () => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(5, 0)
  bytes.writeUInt32BE(0xffff_ffff, 4)
  assert.throws(() => new MessageFrameReader().push(bytes), RangeError)
})

test('a head that is no object is refused', () => {
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]), Buffer.from('[]')])
  assert.throws(() => new MessageFrameReader().push(frame), SyntaxError)
})
