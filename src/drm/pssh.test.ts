import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HeadendError, Secret } from '../core/index.ts'
import { fairPlayUri } from './fairplay.ts'
import { inspectProtection, psshFromText } from './inspect.ts'
import { formatKeyId, keyIdBytes, parseKeyId, swapGuid } from './key-id.ts'
import { formatPlayReady, parsePlayReady } from './playready.ts'
import { commonPssh, describePssh, formatPssh, parsePssh, parsePsshBoxes, playReadyPssh, widevinePssh } from './pssh.ts'
import { systemIds } from './systems.data.ts'
import { formatWidevine, parseWidevine } from './widevine.ts'

const KID = '00112233-4455-6677-8899-aabbccddeeff'
const OTHER = 'ffeeddcc-bbaa-9988-7766-554433221100'
const key = new Secret(Buffer.from('0f0e0d0c0b0a09080706050403020100', 'hex'))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('key ids', () => {
  it('are read from every usual form', () => {
    for (const form of [KID, KID.toUpperCase(), KID.replaceAll('-', ''), `0x${KID.replaceAll('-', '')}`])
      assert.equal(parseKeyId(form), KID)
    assert.throws(() => parseKeyId('0011'), { code: 'HE_USAGE' })
  })
  it('become GUIDs by turning the first three fields', () => {
    assert.equal(hex(swapGuid(keyIdBytes(KID))), '33221100554477668899aabbccddeeff')
    assert.equal(formatKeyId(swapGuid(swapGuid(keyIdBytes(KID)))), KID)
  })
})

describe('boxes', () => {
  // What Shaka Packager 3.4.2 writes for this key id.
  it('of the common system and Widevine are byte for byte those of Shaka', () => {
    assert.equal(
      hex(commonPssh([KID])),
      '0000003470737368010000001077efecc0b24d02ace33c1e52e2fb4b0000000100112233445566778899aabbccddeeff00000000',
    )
    assert.equal(
      hex(widevinePssh({ keyIds: [KID], scheme: 'cbcs' })),
      '000000387073736800000000edef8ba979d64acea3c827dcd51d21ed00000018121000112233445566778899aabbccddeeff48f3c6899b06',
    )
  })
  it('survive the way there and back', () => {
    const uuid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(formatKeyId)
    fc.assert(
      fc.property(uuid, fc.array(uuid, { maxLength: 5 }), fc.uint8Array(), (systemId, keyIds, data) => {
        const back = parsePssh(formatPssh({ systemId, keyIds, data }))
        assert.deepEqual([back.systemId, back.keyIds, hex(back.data)], [systemId, keyIds, hex(data)])
        assert.equal(back.version, keyIds.length > 0 ? 1 : 0)
      }),
      { numRuns: 200, seed: 1 },
    )
  })
  it('are refused when cut, too long, of another version or another type', () => {
    const sound = commonPssh([KID])
    for (let length = 1; length < sound.length; length++)
      assert.throws(() => parsePsshBoxes(sound.subarray(0, length)), { code: 'HE_PSSH_INVALID' }, `${length}`)
    const later = Uint8Array.from(sound)
    later[8] = 2
    assert.throws(() => parsePssh(later), /version 2/)
    const count = Uint8Array.from(sound)
    count[31] = 2
    assert.throws(() => parsePssh(count), { code: 'HE_PSSH_INVALID' })
    assert.throws(() => parsePssh(Buffer.concat([sound, sound])), /there are 2/)
    assert.throws(() => parsePssh(Buffer.from('0000000866726565', 'hex')), /not a pssh/)
  })
})

describe('Widevine', () => {
  it('says everything that it was given', () => {
    const header = parseWidevine(
      formatWidevine({
        keyIds: [KID, OTHER],
        scheme: 'cenc',
        provider: 'acme',
        contentId: Buffer.from('film 7'),
        policy: 'UHD',
        cryptoPeriodIndex: 300,
        cryptoPeriodSeconds: 60,
      }),
    )
    assert.deepEqual(header, {
      keyIds: [KID, OTHER],
      provider: 'acme',
      contentId: hex(Buffer.from('film 7')),
      policy: 'UHD',
      cryptoPeriodIndex: 300,
      protectionScheme: 'cenc',
      cryptoPeriodSeconds: 60,
    })
  })
  it('reads every other field of the message', () => {
    const bytes = Buffer.from(
      // algorithm 1, track type "HD", grouped licence 0102, type 2, sequence 5, group 0a, entitled key {}, video feature "x", field 99
      `0801${'2a024844'}${'42020102'}5802${'6005'}${'6a010a'}${'7200'}${'7a0178'}${'980607'}`,
      'hex',
    )
    assert.deepEqual(parseWidevine(bytes), {
      algorithm: 'aesctr',
      keyIds: [],
      trackType: 'HD',
      groupedLicense: '0102',
      type: 'entitled-key',
      keySequence: 5,
      groupIds: ['0a'],
      entitledKeys: 1,
      videoFeature: 'x',
      otherFields: [99],
    })
  })
  it('refuses what is no message', () => {
    for (const bad of ['12', '1210', '1204aabbccdd', '0b', '07', '08ffffffffffffffffffff01', '0001'])
      assert.throws(() => parseWidevine(Buffer.from(bad, 'hex')), { code: 'HE_PSSH_INVALID' }, bad)
  })
})

describe('PlayReady', () => {
  it('writes 4.0 for AES-CTR, with the checksum of the key', () => {
    const data = formatPlayReady({ scheme: 'cenc', keys: [{ keyId: KID, key }], laUrl: 'https://a/?x=1&y=2' })
    const facts = parsePlayReady(data)
    // The checksum as Shaka Packager computes it.
    assert.deepEqual(facts, {
      version: '4.0.0.0',
      keys: [{ keyId: KID, algorithm: 'AESCTR', checksum: 'rhV829QKjAM=' }],
      laUrl: 'https://a/?x=1&y=2',
      luiUrl: null,
      customAttributes: false,
      records: [1],
    })
  })
  it('writes 4.3 for AES-CBC, without a checksum, and 4.2 for several keys of AES-CTR', () => {
    const cbc = parsePlayReady(formatPlayReady({ scheme: 'cbcs', keys: [{ keyId: KID, key }, { keyId: OTHER }] }))
    assert.equal(cbc.version, '4.3.0.0')
    assert.deepEqual(cbc.keys, [
      { keyId: KID, algorithm: 'AESCBC', checksum: null },
      { keyId: OTHER, algorithm: 'AESCBC', checksum: null },
    ])
    const ctr = parsePlayReady(formatPlayReady({ scheme: 'cenc', keys: [{ keyId: KID, key }, { keyId: OTHER }] }))
    assert.equal(ctr.version, '4.2.0.0')
    assert.deepEqual(
      ctr.keys.map(each => each.checksum),
      ['rhV829QKjAM=', null],
    )
  })
  it('reads 4.1, whose key id is an attribute of its own', () => {
    const value = Buffer.from(swapGuid(keyIdBytes(KID))).toString('base64')
    const text = Buffer.from(
      `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="4.1.0.0"><DATA><PROTECTINFO><KID ALGID="AESCTR" VALUE="${value}"></KID></PROTECTINFO><CUSTOMATTRIBUTES/></DATA></WRMHEADER>`,
      'utf16le',
    )
    const object = Buffer.alloc(10)
    object.writeUInt32LE(10 + text.length)
    object.writeUInt16LE(1, 4)
    object.writeUInt16LE(1, 6)
    object.writeUInt16LE(text.length, 8)
    const facts = parsePlayReady(Buffer.concat([object, text]))
    assert.equal(facts.keys[0]!.keyId, KID)
    assert.equal(facts.customAttributes, true)
  })
  it('refuses other lengths, other XML and a DTD', () => {
    const sound = Buffer.from(formatPlayReady({ scheme: 'cbcs', keys: [{ keyId: KID }] }))
    assert.throws(() => parsePlayReady(sound.subarray(1)), { code: 'HE_PSSH_INVALID' })
    const record = Buffer.from(sound)
    record.writeUInt16LE(60000, 8)
    assert.throws(() => parsePlayReady(record), { code: 'HE_PSSH_INVALID' })
    const dtd = Buffer.from(sound)
    dtd.write('<!DOCTYPE x []>', 10, 'utf16le')
    assert.throws(() => parsePlayReady(dtd), { code: 'HE_PSSH_INVALID' })
  })
})

describe('FairPlay', () => {
  it('has an address for each key', () => {
    assert.equal(fairPlayUri(KID), 'skd://00112233445566778899aabbccddeeff')
    assert.equal(fairPlayUri(KID, 'skd://acme/{uuid}?v=1'), `skd://acme/${KID}?v=1`)
    assert.throws(() => fairPlayUri(KID, 'https://x'), { code: 'HE_USAGE' })
  })
})

describe('inspectProtection', () => {
  it('takes pssh boxes as base64 and hex', () => {
    const box = widevinePssh({ keyIds: [KID], scheme: 'cbcs' })
    for (const form of ['hex', 'base64', 'base64url'] as const)
      assert.deepEqual(Buffer.from(psshFromText(Buffer.from(box).toString(form))!), Buffer.from(box))
    assert.equal(psshFromText('bunny.mp4'), null)
    const facts = inspectProtection(box)
    assert.ok(facts.kind === 'pssh')
    assert.deepEqual(facts.pssh[0]!.keyIds, [KID])
  })
  it('says what is wrong inside of a box that is sound outside', () => {
    const facts = describePssh(
      parsePssh(formatPssh({ systemId: systemIds.widevine, keyIds: [], data: Uint8Array.of(0x12) })),
    )
    assert.match(facts.problem ?? '', /cut off/)
  })
  it('reads an MPD, with the boxes inside of it', () => {
    const pssh = Buffer.from(playReadyPssh({ scheme: 'cbcs', keys: [{ keyId: KID }] })).toString('base64')
    const facts = inspectProtection(
      Buffer.from(
        `<?xml version="1.0"?><MPD xmlns:cenc="urn:mpeg:cenc:2013"><Period><AdaptationSet contentType="video" id="3"><ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cbcs" cenc:default_KID="${KID}"/><ContentProtection schemeIdUri="urn:uuid:${systemIds.playready.toUpperCase()}"><cenc:pssh>${pssh}</cenc:pssh></ContentProtection></AdaptationSet></Period></MPD>`,
      ),
    )
    assert.ok(facts.kind === 'mpd')
    assert.deepEqual(
      facts.signalled.map(({ where, system, scheme, keyId }) => [where, system, scheme, keyId]),
      [
        ['video 3', 'MP4 common encryption', 'cbcs', KID],
        ['video 3', 'PlayReady', null, null],
      ],
    )
    assert.equal(facts.signalled[1]!.pssh[0]!.keyIds[0], KID)
  })
  it('reads a playlist, warns of identity, and never repeats what a data: URI holds', () => {
    const secret = 'AAECAwQFBgcICQoLDA0ODw=='
    const facts = inspectProtection(
      Buffer.from(
        `#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://${KID}",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"\n#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,${secret}"\n`,
      ),
    )
    assert.ok(facts.kind === 'hls')
    assert.equal(facts.signalled[0]!.system, 'FairPlay')
    assert.equal(facts.warnings.length, 1)
    assert.ok(!JSON.stringify(facts).includes(secret))
  })
  it('refuses the rest with a code', () => {
    for (const [bytes, code] of [
      [Buffer.from('hello, world'), 'HE_INPUT_UNSUPPORTED'],
      [Buffer.from('<html></html>'), 'HE_INPUT_UNSUPPORTED'],
      [new Uint8Array(0), 'HE_INPUT_EMPTY'],
      [Buffer.from('<!DOCTYPE MPD [<!ENTITY a "b">]><MPD/>'), 'HE_INPUT_DAMAGED'],
    ] as const)
      assert.throws(
        () => inspectProtection(bytes),
        (error: unknown) => error instanceof HeadendError && error.code === code,
      )
  })
})
