// Ciphers, IVs, subsamples and their boxes, against node:crypto used plainly and against the rules of ISO/IEC 23001-7.
import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { describe, it } from 'node:test'
import { formatBox, readBoxes } from '../../manifest/index.ts'
import { createCencEncryptor } from './encrypt.ts'
import { createIvSequence } from './iv-sequence.ts'
import { formatAuxiliary, readSenc } from './sample-auxiliary.ts'
import { openSampleCipher } from './sample-cipher.ts'
import { formatKeyGroup, readKeyGroups } from './sample-groups.ts'
import { createSampleMapper } from './sample-map.ts'
import { SubsampleBuilder } from './subsamples.ts'

const key = Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex')
const iv = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => (i * 7) & 255))
const cbc = (data: Uint8Array): Buffer => createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(data)

describe('cbcs', () => {
  const open = (direction: 'encrypt' | 'decrypt', [cryptBlocks, skipBlocks] = [1, 9] as readonly number[]) =>
    openSampleCipher('cbcs', { key, direction, cryptBlocks: cryptBlocks!, skipBlocks: skipBlocks! })

  it('begins each protected run with the IV, however many came before', () => {
    const cipher = open('encrypt', [0, 0])
    for (const length of [16, 160, 4096, 33]) {
      const sample = bytes(length)
      cipher(sample, null, iv)
      const whole = length - (length % 16)
      assert.deepEqual(sample.subarray(0, whole), cbc(bytes(length).subarray(0, whole)))
      assert.deepEqual(sample.subarray(whole), bytes(length).subarray(whole), 'what is left over stays clear')
    }
  })

  it('encrypts one block of ten in one chain', () => {
    const sample = bytes(5 + 330)
    open('encrypt')(sample, [5, 330], iv)
    const expected = bytes(5 + 330)
    // 330 bytes: blocks 0, 10 and 20 of 20; the last has only ten bytes and stays clear.
    const chained = cbc(Buffer.concat([expected.subarray(5, 21), expected.subarray(165, 181)]))
    expected.set(chained.subarray(0, 16), 5)
    expected.set(chained.subarray(16), 165)
    assert.deepEqual(sample, expected)
  })

  it('comes back with each pattern and length', () => {
    for (const pattern of [
      [1, 9],
      [5, 5],
      [2, 3],
      [1, 0],
      [0, 0],
    ])
      for (let length = 0; length < 400; length += 13) {
        const sample = bytes(length + 40)
        const map = [7, length, 33, 0]
        open('encrypt', pattern)(sample, map, iv)
        if (length >= 16) assert.notDeepEqual(sample, bytes(length + 40))
        open('decrypt', pattern)(sample, map, iv)
        assert.deepEqual(sample, bytes(length + 40))
      }
  })
})

it('cenc runs one counter through all protected bytes of a sample', () => {
  const sample = bytes(100)
  openSampleCipher('cenc', { key, direction: 'encrypt', cryptBlocks: 0, skipBlocks: 0 })(sample, [4, 20, 6, 70], iv)
  const plain = bytes(100)
  const stream = createCipheriv('aes-128-ctr', key, iv).update(
    Buffer.concat([plain.subarray(4, 24), plain.subarray(30)]),
  )
  plain.set(stream.subarray(0, 20), 4)
  plain.set(stream.subarray(20), 30)
  assert.deepEqual(sample, plain)
})

it('IVs of 8 bytes count samples, those of 16 blocks, and both wrap', () => {
  const hex = (sequence: ReturnType<typeof createIvSequence>, size: number) =>
    Buffer.from(sequence.next(size)).toString('hex')
  const short = createIvSequence({ scheme: 'cenc', iv: Buffer.alloc(8, 0xff) })
  assert.deepEqual([hex(short, 99), hex(short, 99)], ['ff'.repeat(8), '00'.repeat(8)])
  const long = createIvSequence({ scheme: 'cenc', iv: Buffer.alloc(16) })
  assert.deepEqual(
    [hex(long, 17), hex(long, 0), hex(long, 0)],
    ['00'.repeat(16), `${'00'.repeat(15)}02`, `${'00'.repeat(15)}02`],
  )
})

describe('subsamples', () => {
  it('grow together while clear, and are split where 16 bits end', () => {
    const builder = new SubsampleBuilder({ align: false })
    builder.add(10, 0)
    builder.add(70_000, 20)
    builder.add(5, 0)
    assert.deepEqual(builder.finish(), [65_535, 0, 4475, 20, 5, 0])
  })

  it('are whole blocks for cenc', () => {
    const builder = new SubsampleBuilder({ align: true })
    builder.add(10, 40)
    builder.add(1, 15)
    assert.deepEqual(builder.finish(), [18, 32, 16, 0])
  })

  it('are read from senc as they were written', () => {
    const samples = [
      { iv: bytes(8), map: [3, 32, 65_535, 0] },
      { iv: bytes(8), map: [9, 16] },
    ]
    const { senc, saiz } = formatAuxiliary(samples)
    assert.deepEqual(
      readSenc(readBoxes(senc)[0]!, 2, () => 8),
      samples,
    )
    assert.deepEqual([...readBoxes(saiz)[0]!.body.subarray(4)], [0, 0, 0, 0, 2, 8 + 2 + 12, 8 + 2 + 6])
  })

  it('beyond what a size of one byte says are refused', () => {
    const map = Array.from({ length: 90 }, () => 16)
    assert.throws(() => formatAuxiliary([{ iv: bytes(8), map }]), { code: 'HE_INPUT_UNSUPPORTED' })
  })
})

it('key groups come back, and samples in none have the default', () => {
  const encryption = {
    isProtected: true,
    keyId: '00112233-4455-6677-8899-aabbccddeeff',
    ivSize: 0,
    constantIv: Uint8Array.from(iv),
    cryptBlocks: 1,
    skipBlocks: 9,
  }
  const fallback = { ...encryption, keyId: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }
  const traf = readBoxes(formatKeyGroup(encryption, 2))
  assert.deepEqual(readKeyGroups(traf, 3, fallback), [encryption, encryption, fallback])
})

describe('what is refused', () => {
  it('a codec without rules here', () => {
    const entry = { type: 'vp09', format: 'vp09', protection: null, body: bytes(78), boxes: [], fieldBytes: 78 }
    assert.throws(() => createSampleMapper(entry, { align: false }), { code: 'HE_INPUT_UNSUPPORTED' })
  })

  it('IVs, patterns and files that are wrong', () => {
    const init = formatBox('moov')
    assert.throws(() => createCencEncryptor(init, { scheme: 'cbcs', iv: bytes(8) }), { code: 'HE_KEY_INVALID' })
    assert.throws(() => createCencEncryptor(init, { scheme: 'cbcs', iv, pattern: [0, 9] }), { code: 'HE_USAGE' })
    assert.throws(() => createCencEncryptor(init, { scheme: 'cbcs', iv }), { code: 'HE_INPUT_DAMAGED' })
  })
})
