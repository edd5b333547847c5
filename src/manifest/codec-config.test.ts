import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codecOfEntry, supplementalCodecOf } from './codec-config.ts'
import { formatUuid, readProtection, readPssh } from './protection.ts'

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex')
const boxesOf = (bodies: Readonly<Record<string, string>>) =>
  new Map(Object.entries(bodies).map(([type, body]) => [type, { type, start: 0, end: 0, body: hex(body) }]))
const codec = (entry: string, bodies: Readonly<Record<string, string>>) => codecOfEntry(entry, boxesOf(bodies))

/** A box as bytes. */
function box(type: string, body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

describe('codec strings of init segments', () => {
  it('AVC: three bytes', () => {
    assert.equal(codec('avc1', { avcC: '01 64 00 1f ff e0' }), 'avc1.64001f')
  })
  // The example of ISO/IEC 14496-15 E.3 and Apple's for Main 10.
  it('HEVC: flags reversed, zero bytes at the end left out', () => {
    assert.equal(codec('hvc1', { hvcC: '01 01 60000000 900000000000 5d' }), 'hvc1.1.6.L93.90')
    assert.equal(codec('hvc1', { hvcC: '01 22 20000000 900000000000 99' }), 'hvc1.2.4.H153.90')
    assert.equal(codec('hev1', { hvcC: '01 44 08000000 9d0800000000 7b' }), 'hev1.A4.10.L123.9D.08')
  })
  it('AV1 and VP9: profile, level, depth', () => {
    assert.equal(codec('av01', { av1C: '81 08 0c' }), 'av01.0.08M.08')
    assert.equal(codec('av01', { av1C: '81 0d cc' }), 'av01.0.13H.10')
    assert.equal(codec('vp09', { vpcC: '01000000 02 33 a0' }), 'vp09.02.51.10')
  })
  it('MPEG-4 sound: the audio object type, the long one too, and others by their indication', () => {
    const esds = (indication: string, special: string) =>
      `00000000 03 80808019 0000 00 04 11 ${indication} 15 000000 0001f400 0001f400 05 02 ${special}`
    assert.equal(codec('mp4a', { esds: esds('40', '11 90') }), 'mp4a.40.2')
    assert.equal(codec('mp4a', { esds: esds('40', '2b 8a') }), 'mp4a.40.5')
    // 31 is the escape: 32 + 10 is xHE-AAC.
    assert.equal(codec('mp4a', { esds: esds('40', 'f9 46') }), 'mp4a.40.42')
    assert.equal(codec('mp4a', { esds: esds('a5', '11 90') }), 'mp4a.a5')
  })
  it('Dolby Vision: alone, and on top of what others play', () => {
    const profile5 = '01 00 0a35 00'
    assert.equal(codec('dvh1', { dvcC: profile5 }), 'dvh1.05.06')
    assert.equal(supplementalCodecOf('hvc1', boxesOf({ dvvC: '01 00 1035 40' })), 'dvh1.08.06/db4h')
    assert.equal(supplementalCodecOf('hvc1', boxesOf({})), null)
  })
  it('null where the box is missing or the entry unknown', () => {
    assert.equal(codec('avc1', {}), null)
    assert.equal(codec('abcd', { avcC: '01 64 00 1f' }), null)
    assert.equal(codec('Opus', {}), 'opus')
    assert.throws(() => codec('avc1', { avcC: '01 64' }), { code: 'HE_INPUT_DAMAGED' })
  })
})

describe('encryption of init segments', () => {
  const kid = '0123456789abcdef0123456789abcdef'
  const sinf = (tenc: string) =>
    Buffer.concat([
      box('frma', Buffer.from('avc1')),
      box('schm', Buffer.concat([hex('00000000'), Buffer.from('cbcs'), hex('00010000')])),
      box('schi', box('tenc', hex(tenc))),
    ])
  it('reads scheme, key id and pattern', () => {
    const boxes = new Map([
      ['sinf', { type: 'sinf', start: 0, end: 0, body: sinf(`01000000 00 19 01 00 ${kid} 10 ${kid}`) }],
    ])
    assert.deepEqual(readProtection(boxes), {
      original: 'avc1',
      protection: { scheme: 'cbcs', defaultKid: formatUuid(hex(kid)), pattern: [1, 9], sampleIvBytes: 0 },
    })
  })
  it('is null in the clear', () => {
    assert.equal(readProtection(new Map()), null)
  })
  it('reads pssh boxes with and without key ids, and keeps their bytes', () => {
    const system = 'edef8ba979d64acea3c827dcd51d21ed'
    const plain = box('pssh', hex(`00000000 ${system} 00000002 abcd`))
    const keyed = box('pssh', hex(`01000000 ${system} 00000001 ${kid} 00000000`))
    const found = readPssh(Buffer.concat([plain, keyed]))
    assert.deepEqual(
      found.map(({ systemId, kids }) => [systemId, kids]),
      [
        ['edef8ba9-79d6-4ace-a3c8-27dcd51d21ed', []],
        ['edef8ba9-79d6-4ace-a3c8-27dcd51d21ed', [formatUuid(hex(kid))]],
      ],
    )
    assert.equal(found[0]!.base64, Buffer.from(plain).toString('base64'))
    assert.throws(() => readPssh(box('pssh', hex(`01000000 ${system} ffffffff`))), { code: 'HE_INPUT_DAMAGED' })
  })
})
