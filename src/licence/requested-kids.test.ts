import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HeadendError } from '../core/index.ts'
import { playReadyKids, widevineKids } from './requested-kids.ts'

const kidA = '00112233445566778899aabbccddeeff'
const kidB = 'fedcba98765432100123456789abcdef'
const field = (number: number, bytes: Uint8Array): Buffer => {
  const length: number[] = []
  let left = bytes.length
  do {
    length.push((left % 128) + (left > 127 ? 128 : 0))
    left = Math.floor(left / 128)
  } while (left > 0)
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes])
}
const number = (name: number, value: number): Buffer => Buffer.from([name * 8, value])
const psshData = (...kids: string[]): Buffer =>
  Buffer.concat([...kids.map(kid => field(2, Buffer.from(kid, 'hex'))), field(4, Buffer.from('title'))])

/** SignedMessage with a LicenseRequest whose content is `content`; type, time and signature as players send them. */
const widevine = (content: Buffer): Buffer =>
  Buffer.concat([
    number(1, 1),
    field(2, Buffer.concat([field(1, Buffer.alloc(300, 7)), field(2, content), number(3, 1), number(4, 99)])),
    field(3, Buffer.alloc(256, 9)),
  ])

function pssh(system: string, data: Buffer, kids: string[] = []): Buffer {
  const version = kids.length > 0 ? 1 : 0
  const count = Buffer.alloc(4)
  count.writeUInt32BE(kids.length)
  const list = version > 0 ? [count, ...kids.map(kid => Buffer.from(kid, 'hex'))] : []
  const size = Buffer.alloc(4)
  size.writeUInt32BE(data.length)
  const body = Buffer.concat([
    Buffer.from('pssh'),
    Buffer.from([version, 0, 0, 0]),
    Buffer.from(system, 'hex'),
    ...list,
    size,
    data,
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length + 4)
  return Buffer.concat([length, body])
}

const isRequestError = (error: unknown): boolean => error instanceof HeadendError && error.code === 'HE_LICENCE_REQUEST'

describe('keys that a Widevine request asks for', () => {
  it('stand in its pssh data', () => {
    const body = widevine(field(1, Buffer.concat([field(1, psshData(kidA, kidB)), number(2, 1)])))
    assert.deepEqual(widevineKids(body), { kind: 'kids', kids: [kidA, kidB] })
  })

  it('stand in its init data, among boxes of other systems', () => {
    const boxes = Buffer.concat([
      pssh('1077efecc0b24d02ace33c1e52e2fb4b', Buffer.alloc(0), [kidB]),
      pssh('edef8ba979d64acea3c827dcd51d21ed', psshData(kidA)),
    ])
    const body = widevine(field(4, Buffer.concat([number(1, 1), field(2, boxes)])))
    assert.deepEqual(widevineKids(body), { kind: 'kids', kids: [kidA] })
  })

  it('are not named by a renewal nor by a request for the certificate', () => {
    assert.deepEqual(widevineKids(widevine(field(3, field(1, Buffer.from('licence'))))), { kind: 'opaque' })
    assert.deepEqual(widevineKids(Buffer.from('0804', 'hex')), { kind: 'certificate' })
  })

  it('are not guessed from what is no request', () => {
    const whole = widevine(field(1, field(1, psshData(kidA))))
    assert.throws(() => widevineKids(whole.subarray(0, 200)), isRequestError)
    assert.throws(() => widevineKids(Buffer.from('<html>')), isRequestError)
    assert.throws(() => widevineKids(widevine(field(1, field(1, field(2, Buffer.alloc(15)))))), isRequestError)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat({ max: whole.length - 1 }), (bytes, at) => {
        const mutated = Buffer.from(whole)
        mutated.set(bytes.subarray(0, whole.length - at), at)
        for (const body of [bytes, mutated]) {
          try {
            widevineKids(body)
          } catch (error) {
            assert.ok(isRequestError(error), String(error))
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('keys that a PlayReady request asks for', () => {
  // 33221100-5544-7766-8899-aabbccddeeff as the bytes of a GUID.
  const guid = Buffer.from('33221100554477668899aabbccddeeff', 'hex').toString('base64')
  const soap = (header: string): Buffer =>
    Buffer.from(
      `<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${header}</soap:Body></soap:Envelope>`,
    )

  it('stand in headers of 4.0 and of 4.3, as little-endian GUIDs', () => {
    const old = `<WRMHEADER version="4.0.0.0"><DATA><PROTECTINFO><KEYLEN>16</KEYLEN></PROTECTINFO><KID>${guid}</KID></DATA></WRMHEADER>`
    const now = `<WRMHEADER version="4.3.0.0"><DATA><PROTECTINFO><KIDS><KID ALGID="AESCBC" VALUE="${guid}"></KID></KIDS></PROTECTINFO></DATA></WRMHEADER>`
    const short = now.replace('></KID>', ' />')
    for (const header of [old, now, short])
      assert.deepEqual(playReadyKids(soap(header)), { kind: 'kids', kids: [kidA] }, header)
  })

  it('are not named by other messages, and never come from a document type', () => {
    assert.deepEqual(playReadyKids(soap('<AcknowledgeLicense/>')), { kind: 'opaque' })
    assert.throws(() => playReadyKids(Buffer.from('nothing')), isRequestError)
    assert.throws(() => playReadyKids(soap('<WRMHEADER version="4.0.0.0"><KID>AAAA</KID></WRMHEADER>')), isRequestError)
    assert.throws(() => playReadyKids(Buffer.concat([Buffer.from('<!DOCTYPE x>'), soap('')])), isRequestError)
  })
})
