import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseSegment } from '../manifest/index.ts'
import { placeOfFrame, placeOfSound } from './places.ts'
import { type CutPart, TrackChunker } from './track-chunker.ts'

const timing = { frameRate: { num: 25, den: 1 }, framesPerSegment: 50, framesPerPart: 5 }
const defaults = { duration: 0, size: 0, flags: 0 }
const video = (first: bigint): TrackChunker =>
  new TrackChunker(
    { track: 'v', trackId: 1, ticksPerNumber: 400, placeOf: n => placeOfFrame(n, timing), isAudio: false },
    first,
  )

/** The timeline of what was cut: no hole, no overlap. */
function assertContinuous(parts: readonly CutPart[], from: bigint): bigint {
  let at = from
  for (const { part, bytes } of parts) {
    const [fragment] = parseSegment(bytes, defaults).fragments
    assert.equal(fragment!.baseMediaDecodeTime, at)
    assert.equal(part.decodeTicks, at)
    assert.equal(fragment!.duration, BigInt(part.durationTicks))
    at += fragment!.duration
  }
  return at
}

test('whatever frames are left out, the timeline has no hole', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 60, maxLength: 200 }), fc.nat(3), (kept, delay) => {
      const first = 50n * 870_000_000n
      const chunker = video(first)
      const parts: CutPart[] = []
      for (const [i, keep] of kept.entries()) {
        // The first of each part is never left out.
        if (keep || i % 5 === 0) chunker.add(first + BigInt(i), Buffer.from([i & 255]), i % 50 === 0)
        parts.push(...chunker.advance(first + BigInt(Math.max(0, i + 1 - delay))))
      }
      parts.push(...chunker.advance(first + BigInt(kept.length)))
      assert.equal(parts.length, Math.floor(kept.length / 5))
      assert.equal(assertContinuous(parts, first * 400n), (first + BigInt(parts.length * 5)) * 400n)
      for (const { part } of parts) {
        assert.equal(part.independent, part.index === 0)
        assert.equal(part.last, part.index === 9)
      }
    }),
  )
})

test('a part in which nothing came is left out, and the next one stands where it belongs', () => {
  const first = 0n
  const chunker = video(first)
  for (let n = 0n; n < 5n; n++) chunker.add(n, Buffer.from([1]), n === 0n)
  for (let n = 12n; n < 15n; n++) chunker.add(n, Buffer.from([1]), false)
  const parts = chunker.advance(15n)
  assert.deepEqual(
    parts.map(({ part }) => [part.index, part.decodeTicks, part.durationTicks]),
    [
      [0, 0n, 2000],
      [2, 4000n, 2000],
    ],
  )
})

test('sound: every frame is in exactly one part, segments follow each other', () => {
  const first = 83_000_000_000n
  const placeOf = (n: bigint) => placeOfSound(n, 1024, 48_000, timing)
  let begin = first
  while (placeOf(begin - 1n).segment === placeOf(begin).segment) begin++
  const chunker = new TrackChunker({ track: 'a', trackId: 1, ticksPerNumber: 1024, placeOf, isAudio: true }, begin)
  const parts: CutPart[] = []
  for (let n = begin; n < begin + 500n; n++) {
    chunker.add(n, Buffer.from([1]), true)
    parts.push(...chunker.advance(n + 1n))
  }
  assert.ok(chunker.held < 12)
  assertContinuous(parts, begin * 1024n)
  assert.ok(parts.every(({ part }) => part.independent))
  assert.deepEqual(
    [...new Set(parts.map(({ part }) => part.index))].sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
})
