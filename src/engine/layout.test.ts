// Reading the structure of files that lie: sizes, counts and offsets of anybody's choice end in a result, never in a crash.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ReadAt } from './inspect-bytes.ts'
import { joinBox } from './iso-moov.ts'
import { readIsoLayout } from './layout-iso.ts'
import { readTsLayout } from './layout-ts.ts'

const { signal } = new AbortController()
const reader = (bytes: Buffer): ReadAt => {
  return async (offset, length) => bytes.subarray(offset, offset + length)
}
const iso = (bytes: Buffer): ReturnType<typeof readIsoLayout> =>
  readIsoLayout(reader(bytes), bytes.length, { maxFragmentGapS: 0.001, signal })
const ts = (bytes: Buffer): ReturnType<typeof readTsLayout> =>
  readTsLayout(reader(bytes), bytes.length, { startS: 0, maxPcrS: 0.1, maxTableS: 0.5, signal })

const words = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, i * 4)
  return bytes
}
const full = (type: string, ...values: readonly number[]): Buffer => joinBox(type, words(0, ...values))

/** A track of ten samples of 100 ticks in two chunks; the timescale is 1000. */
const track = (id: number, handler: string, chunks: readonly [number, number]): Buffer =>
  joinBox(
    'trak',
    full('tkhd', 0, 0, id, 0, 1000, 0, 0, 0, 0),
    joinBox(
      'mdia',
      full('mdhd', 0, 0, 1000, 1000, 0),
      joinBox('hdlr', words(0, 0), Buffer.from(handler), Buffer.alloc(12)),
      joinBox(
        'minf',
        joinBox(
          'stbl',
          full('stts', 1, 10, 100),
          full('ctts', 2, 1, 200, 9, 0),
          full('stsc', 1, 1, 5, 1),
          full('stsz', 50, 10),
          full('stco', 2, ...chunks),
        ),
      ),
    ),
  )

const movie = (): Buffer =>
  Buffer.concat([
    joinBox('ftyp', Buffer.from('isom\0\0\0\0isom')),
    joinBox('moov', full('mvhd', 0, 0, 1000, 1000, 0), track(1, 'vide', [2000, 3000]), track(2, 'soun', [2500, 8000])),
    joinBox('mdat', Buffer.alloc(64)),
  ])

const fragments = (): Buffer =>
  Buffer.concat([
    movie(),
    full('sidx', 1, 1000, 0, 0, 1, 100, 1000, 0),
    joinBox('moof', full('mfhd', 1), joinBox('traf', full('tfhd', 1), full('tfdt', 0), full('trun', 2))),
    joinBox('moof', full('mfhd', 2), joinBox('traf', full('tfhd', 1), full('tfdt', 5), full('trun', 2))),
  ])

/** The same numbers on every machine (Numerical Recipes' generator). */
function* random(): Generator<number, never> {
  let state = 1
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state
  }
}

describe('structure of ISO media', () => {
  it('reads tracks, times and places', async () => {
    const layout = await iso(movie())
    assert.deepEqual(
      layout?.tracks.map(({ id, handler, trackS, mediaS, sampleS, shownS }) => [
        id,
        handler,
        trackS,
        mediaS,
        sampleS,
        shownS,
      ]),
      [
        [1, 'vide', 1, 1, 1, 1],
        [2, 'soun', 1, 1, 1, 1],
      ],
    )
    // Chunks of half a second in the order picture, sound, picture, sound: picture is ahead by one of them.
    assert.deepEqual(layout?.interleave?.worstS, 0.5)
    assert.equal(layout.trailingBytes, 0)
  })

  it('tells of a box that reaches beyond the file by how much, and reads nothing beyond it', async () => {
    const bytes = Buffer.concat([movie(), words(0xffff_fff0, 0x6d64_6174)])
    const layout = await iso(bytes)
    assert.equal(layout?.missingBytes, 0xffff_fff0 - 8)
    assert.equal(layout.trailingBytes, 0)
    const huge = await iso(words(1, 0x6d6f_6f76, 0x7fff_ffff, 0xffff_ffff))
    assert.equal(huge?.tracks.length, 0)
  })

  for (const [name, make] of [
    ['a movie', movie],
    ['fragments', fragments],
  ] as const)
    it(`${name} with bytes of anybody's choice`, { timeout: 60_000 }, async () => {
      const clean = make()
      const numbers = random()
      for (let round = 0; round < 3000; round++) {
        const bytes = Buffer.from(clean)
        for (let i = 0; i <= round % 4; i++) {
          const at = numbers.next().value % (bytes.length - 4)
          const value = numbers.next().value
          // Now and then a whole word, and the ones that arithmetic likes least.
          if (value % 3 === 0) bytes.writeUInt32BE([0, 1, 0xffff_ffff, 0x7fff_ffff, value][value % 5]!, at)
          else bytes[at] = value >>> 24
        }
        const layout = await iso(bytes)
        for (const each of layout?.tracks ?? []) assert.ok(each.sampleS === null || Number.isFinite(each.sampleS))
      }
    })
})

describe('structure of transport streams', () => {
  it('no packets: no result; packets of anything: a result', { timeout: 60_000 }, async () => {
    assert.equal(await ts(Buffer.alloc(10_000)), null)
    const numbers = random()
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.alloc(188 * 40)
      for (let i = 0; i < bytes.length; i++) bytes[i] = numbers.next().value >>> 24
      for (let at = 0; at < bytes.length; at += 188) {
        bytes[at] = 0x47
        // Tables and headers of PES come in too.
        if (at % 3 === 0) bytes.writeUInt16BE(at % 2 ? 0x4000 : 0x4100, at + 1)
      }
      const layout = await ts(bytes)
      assert.equal(layout?.packets, 40)
      assert.ok(Number.isFinite(layout.pcr.longestS) && Number.isFinite(layout.pat.longestS))
    }
  })
})
