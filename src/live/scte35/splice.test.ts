import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HeadendError } from '../../core/index.ts'
import { formatSpliceInsert } from './format-splice.ts'
import { readSplice } from './splice-cues.ts'
import { parseSpliceInfo } from './splice-info.ts'

const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
// The samples of ANSI/SCTE 35 2023, 14.1 and 14.2, with the values that stand beside them there.
const timeSignal = decode('/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg==')
const spliceInsert = decode('/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=')

describe('a splice_info_section', () => {
  it('of time_signal is read as the standard reads it', () => {
    const { command, segmentations } = parseSpliceInfo(timeSignal)
    assert.deepEqual(command, { type: 'time-signal', ticks: 0x072bd0050n })
    assert.deepEqual(segmentations, [
      {
        ...{ eventId: 0x4800008e, cancel: false, durationTicks: 0x0001a599b0n, upidType: 8, typeId: 0x34 },
        upid: new Uint8Array([0, 0, 0, 0, 0x2c, 0xa0, 0xa1, 0x8a]),
      },
    ])
    assert.deepEqual(readSplice(timeSignal, 0x072bd0000n), [
      { id: `segmentation-${0x4800008e}-52`, kind: 'out', ticks: 0x072bd0050n, durationTicks: 0x0001a599b0n },
    ])
  })

  it('of splice_insert is read as the standard reads it', () => {
    assert.deepEqual(parseSpliceInfo(spliceInsert).command, {
      ...{ type: 'insert', eventId: 0x4800008f, cancel: false, out: true, autoReturn: true },
      ...{ ticks: 0x07369c02en, durationTicks: 0x00052ccf5n },
    })
  })

  it('comes back from what is written', () => {
    for (const out of [true, false])
      for (const durationTicks of [null, 0n, 2_700_000n, (1n << 33n) - 1n]) {
        const insert = { eventId: 0xfedcba98, out, ticks: (1n << 32n) + 5n, durationTicks }
        const { command } = parseSpliceInfo(formatSpliceInsert(insert))
        assert.deepEqual(command, { type: 'insert', cancel: false, autoReturn: durationTicks !== null, ...insert })
      }
  })

  it('stands near where it was sent, whatever wrapped between', () => {
    const wrap = 1n << 33n
    const at = 7n * wrap - 100n
    const [mark] = readSplice(formatSpliceInsert({ eventId: 1, out: true, ticks: 500n, durationTicks: null }), at)
    assert.equal(mark!.ticks, 7n * wrap + 500n)
    const [before] = readSplice(
      formatSpliceInsert({ eventId: 1, out: true, ticks: wrap - 500n, durationTicks: null }),
      7n * wrap + 100n,
    )
    assert.equal(before!.ticks, 7n * wrap - 500n)
  })

  it('that is cut off, changed or random gives an error with a code, and nothing else', () => {
    for (const section of [timeSignal, spliceInsert]) {
      for (let length = 0; length < section.length; length++)
        assert.throws(() => parseSpliceInfo(section.subarray(0, length)), { code: 'HE_INPUT_DAMAGED' })
      for (let bit = 0; bit < section.length * 8; bit++) {
        const changed = section.slice()
        changed[bit >> 3]! ^= 1 << (bit & 7)
        assert.throws(() => parseSpliceInfo(changed), { code: 'HE_INPUT_DAMAGED' })
      }
    }
  })

  it('with the right checksum and anything inside never breaks the reader', () => {
    let state = 1
    const random = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return state >>> 8
    }
    let read = 0
    for (let n = 0; n < 20_000; n++) {
      const from = [timeSignal, spliceInsert][n & 1]!.slice(0, -4)
      for (let changes = random() % 4; changes >= 0; changes--)
        from[3 + (random() % (from.length - 3))] = random() & 0xff
      try {
        readSplice(withChecksum(from), BigInt(random()))
        read++
      } catch (error) {
        assert.ok(error instanceof HeadendError && error.code === 'HE_INPUT_DAMAGED', String(error))
      }
    }
    assert.ok(read > 1000, `${read} were read`)
  })
})

/** CRC-32/MPEG-2, a bit at a time. */
function withChecksum(bytes: Uint8Array): Uint8Array {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  }
  const out = Buffer.alloc(bytes.length + 4)
  out.set(bytes)
  out.writeUInt32BE(crc >>> 0, bytes.length)
  return new Uint8Array(out)
}
