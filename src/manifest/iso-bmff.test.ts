import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HeadendError } from '../core/index.ts'
import { editShift, parseInit } from './init-segment.ts'
import { isKeySample } from './key-sample.ts'
import { parseSegment } from './media-segment.ts'

type Piece = string | number | bigint | Uint8Array | Piece[]

/** Numbers are 32-bit, bigints 64-bit, strings ASCII, byte arrays themselves. */
function bytes(...pieces: readonly Piece[]): Uint8Array {
  return Buffer.concat(
    pieces.map(piece => {
      if (Array.isArray(piece)) return bytes(...piece)
      if (typeof piece === 'string') return Buffer.from(piece, 'latin1')
      if (typeof piece === 'object') return piece
      const buffer = Buffer.alloc(typeof piece === 'bigint' ? 8 : 4)
      if (typeof piece === 'bigint') buffer.writeBigInt64BE(piece)
      else buffer.writeUInt32BE(piece >>> 0)
      return buffer
    }),
  )
}
function box(type: string, ...pieces: readonly Piece[]): Uint8Array {
  const body = bytes(...pieces)
  return bytes(body.length + 8, type, body)
}
const zeros = (count: number): Uint8Array => new Uint8Array(count)
const u16 = (...values: readonly number[]): Uint8Array =>
  Uint8Array.from(values.flatMap(value => [value >> 8, value & 255]))

const avcC = box('avcC', Uint8Array.of(1, 0x64, 0x08, 0x1f, 0xff, 0xe0, 0))
const colr = box('colr', 'nclx', u16(9, 16, 9), Uint8Array.of(0x80))
const avc1 = box('avc1', zeros(24), u16(1280, 720), zeros(50), avcC, colr, box('pasp', 4, 3))
const mp4a = box('mp4a', zeros(16), u16(6, 16), zeros(4), 48000 * 65536)

function init(handler: string, entry: Uint8Array, edits: Uint8Array, traks = 1): Uint8Array {
  const trak = box(
    'trak',
    box('tkhd', 0, 0, 0, 7, zeros(68)),
    box(
      'mdia',
      // Version 1: 64-bit times. 'eng' packed.
      box('mdhd', 0x01000000, 0n, 0n, 30000, 0n, u16((5 << 10) | (14 << 5) | 7, 0)),
      box('hdlr', 0, 0, handler, zeros(13)),
      box('minf', box('stbl', box('stsd', 0, 1, entry))),
    ),
    edits,
  )
  return bytes(
    box('ftyp', 'cmfc', 0),
    box(
      'moov',
      box('mvhd', 0, 0, 0, 1000, zeros(80)),
      ...Array(traks).fill(trak),
      box('mvex', box('trex', 0, 7, 1, 1001, 99, 0x10000)),
    ),
  )
}
const noEdits = box('edts')
const video = init('vide', avc1, box('edts', box('elst', 0, 2, 500, -1, 0x10000, 0, 2002, 0x10000)))

describe('parseInit', () => {
  it('reads a picture track', () => {
    assert.deepEqual(parseInit(video), {
      trackId: 7,
      movieTimescale: 1000,
      timescale: 30000,
      language: 'eng',
      handler: 'vide',
      sampleEntry: 'avc1',
      codec: 'avc1.64081f',
      supplementalCodec: null,
      protection: null,
      pssh: [],
      video: {
        width: 1280,
        height: 720,
        avc: { profile: 0x64, compatibility: 8, level: 31 },
        nalLengthSize: 4,
        color: { primaries: 9, transfer: 16, matrix: 9, fullRange: true },
        aspect: [4, 3],
      },
      audio: null,
      edits: [
        { duration: 500n, mediaTime: -1n },
        { duration: 0n, mediaTime: 2002n },
      ],
      defaults: { duration: 1001, size: 99, flags: 0x10000 },
    })
  })
  it('adds an empty edit and the entry point to one shift', () => {
    // Half a second of nothing, then in at tick 2002: tick 2002 is shown at 15000.
    assert.equal(editShift(parseInit(video)), 2002n - 15000n)
    assert.equal(editShift(parseInit(init('vide', avc1, noEdits))), 0n)
    const wide = box('edts', box('elst', 0x01000000, 1, 0n, 1024n, 0x10000))
    assert.equal(editShift(parseInit(init('soun', mp4a, wide))), 1024n)
  })
  it('reads a sound track', () => {
    const facts = parseInit(init('soun', mp4a, noEdits))
    assert.deepEqual(facts.audio, { channels: 6, sampleRateHz: 48000 })
    assert.equal(facts.video, null)
  })
  it('refuses two tracks, no track and no moov', () => {
    for (const bad of [
      init('vide', avc1, noEdits, 2),
      init('vide', avc1, noEdits, 0),
      box('ftyp', 'cmfc', 0),
      zeros(0),
    ])
      assert.throws(() => parseInit(bad), { code: 'HE_INPUT_DAMAGED' })
  })
})

const NON_SYNC = 0x10000
/** Two samples of 3 and 5 bytes, the first sync, offsets 2002 and −1001 (version 1). */
function segment({ dataOffset = 0, version = 1, count = 2 } = {}): Uint8Array {
  const traf = (offset: number): Uint8Array =>
    box(
      'traf',
      box('tfhd', 0x00020008, 7, 1001),
      box('tfdt', 0x01000000, 120_120n),
      box('trun', (version << 24) | 0xe01, count, offset, 3, 0, 2002, 5, NON_SYNC, -1001),
    )
  const moof = (offset: number): Uint8Array => box('moof', box('mfhd', 0, 42), traf(offset))
  const offset = dataOffset || moof(0).length + 8
  const sidx = box('sidx', 0, 7, 30000, 120_120, 0, u16(0, 1), 77, 2002, 0x90000000)
  return bytes(box('styp', 'cmfs', 0), sidx, moof(offset), box('mdat', 'abcdefgh'))
}
const defaults = { duration: 9, size: 0, flags: 0 }

describe('parseSegment', () => {
  it('reads times, sizes, flags and where the first sample stands', () => {
    const all = segment()
    const { fragments, index } = parseSegment(all, defaults)
    assert.equal(fragments.length, 1)
    const { samples, firstSample, ...fragment } = fragments[0]!
    assert.deepEqual(samples, [
      { duration: 1001, size: 3, compositionOffset: 2002, sync: true, start: firstSample.start },
      { duration: 1001, size: 5, compositionOffset: -1001, sync: false, start: firstSample.end },
    ])
    assert.equal(Buffer.from(all.subarray(firstSample.start, firstSample.end)).toString(), 'abc')
    const { start, ...facts } = fragment
    assert.deepEqual(facts, { sequence: 42, trackId: 7, baseMediaDecodeTime: 120_120n, duration: 2002n, bytes: 8 })
    assert.equal(Buffer.from(all.subarray(start + 4, start + 8)).toString(), 'moof')
    assert.deepEqual(index, {
      timescale: 30000,
      earliestPresentationTime: 120_120n,
      firstOffset: 0n,
      references: [{ bytes: 77, duration: 2002, startsWithSap: true, sapType: 1 }],
    })
  })
  it('reads offsets of a version 0 run without a sign', () => {
    assert.equal(
      parseSegment(segment({ version: 0 }), defaults).fragments[0]!.samples[1]!.compositionOffset,
      0xfffffc17,
    )
  })
  it('takes what a run leaves out from tfhd, then trex', () => {
    const traf = box('traf', box('tfhd', 0x00020000, 7), box('tfdt', 0, 5), box('trun', 0x4, 2, NON_SYNC))
    const { samples, baseMediaDecodeTime } = parseSegment(box('moof', box('mfhd', 0, 1), traf), defaults).fragments[0]!
    assert.equal(baseMediaDecodeTime, 5n)
    assert.deepEqual(samples, [
      { duration: 9, size: 0, compositionOffset: 0, sync: false, start: 0 },
      { duration: 9, size: 0, compositionOffset: 0, sync: true, start: 0 },
    ])
  })
  it('refuses samples beyond the end and counts without samples', () => {
    assert.throws(() => parseSegment(segment({ dataOffset: 100_000 }), defaults), { code: 'HE_INPUT_DAMAGED' })
    assert.throws(() => parseSegment(segment({ count: 0xffffffff }), defaults), { code: 'HE_INPUT_DAMAGED' })
    const greedy = box('traf', box('tfhd', 0x00020000, 7), box('tfdt', 0, 5), box('trun', 0, 0xffffffff))
    assert.throws(() => parseSegment(box('moof', box('mfhd', 0, 1), greedy), defaults), { code: 'HE_INPUT_DAMAGED' })
    assert.throws(() => parseSegment(box('styp', 'cmfs'), defaults), { code: 'HE_INPUT_DAMAGED' })
  })
})

describe('hostile bytes', () => {
  const onlyOurErrors = (parse: (input: Uint8Array) => unknown, input: Uint8Array): void => {
    try {
      parse(input)
    } catch (error) {
      assert.ok(error instanceof HeadendError && error.code === 'HE_INPUT_DAMAGED', `${error}`)
    }
  }
  const parsers = [parseInit, (input: Uint8Array) => parseSegment(input, defaults)]
  for (const [name, sound] of [
    ['init', video],
    ['segment', segment()],
  ] as const) {
    it(`never escapes as a RangeError: ${name}`, () => {
      for (let length = 0; length < sound.length; length++)
        for (const parse of parsers) onlyOurErrors(parse, sound.subarray(0, length))
      const change = fc.tuple(fc.nat(sound.length - 1), fc.nat(255))
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), changes => {
          const mutated = Uint8Array.from(sound)
          for (const [at, value] of changes) mutated[at] = value
          for (const parse of parsers) onlyOurErrors(parse, mutated)
        }),
        { numRuns: 2000, seed: 1 },
      )
    })
  }
})

describe('isKeySample', () => {
  const unit = (...body: readonly number[]): Uint8Array => bytes(body.length, Uint8Array.from(body))
  it('finds an IDR behind parameter sets', () => {
    assert.equal(isKeySample(bytes(unit(0x67, 1), unit(0x68), unit(0x65, 1, 2)), 'avc1', 4), true)
    assert.equal(isKeySample(bytes(unit(0x67, 1), unit(0x41, 1)), 'avc1', 4), false)
  })
  it('knows the random access pictures of HEVC, and says nothing of other codecs', () => {
    assert.equal(isKeySample(unit(19 << 1, 1), 'hvc1', 4), true)
    assert.equal(isKeySample(unit(1 << 1, 1), 'hvc1', 4), false)
    assert.equal(isKeySample(unit(1), 'av01', null), null)
  })
  it('refuses a unit longer than its sample', () => {
    assert.throws(() => isKeySample(bytes(9, 'x'), 'avc1', 4), { code: 'HE_INPUT_DAMAGED' })
  })
})
