// Our encryption against Shaka Packager's, byte by byte; and what we encrypt, read by Shaka, by FFmpeg and by ourselves.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Demuxer } from 'node-av/api'
import { Secret } from '../../src/core/index.ts'
import {
  type CencScheme,
  type CryptoPeriod,
  commonPssh,
  createCencDecryptor,
  createCencEncryptor,
  formatKeyId,
} from '../../src/drm/index.ts'
import { runPackager } from '../../src/packaging/run-packager.ts'
import { ivs, key, keyId, makeSource, type Package, packageClip, period, recipes, run } from './cenc-kit.ts'

const schemes = ['cenc', 'cbcs'] as const
const names = Object.keys(recipes) as (keyof typeof recipes)[]
const isSound = (name: keyof typeof recipes): boolean => recipes[name].video === null
const same = (a: Uint8Array, b: Uint8Array, what: string): void =>
  assert.equal(Buffer.compare(a, b), 0, `${what}: ${a.length} and ${b.length} bytes differ`)
const whole = ({ init, segments }: Package): Uint8Array => Buffer.concat([init, ...segments])

/** A hash of each packet, read by FFmpeg. */
async function packets(path: string, decryptionKey?: Uint8Array): Promise<string[]> {
  const options = decryptionKey ? { decryption_key: Buffer.from(decryptionKey).toString('hex') } : {}
  await using input = await Demuxer.open(path, { options })
  const hashes: string[] = []
  for await (using packet of input.packets())
    if (packet?.data) hashes.push(createHash('md5').update(packet.data).digest('hex'))
  return hashes
}

let dir: string
const sources = new Map<string, string>()
const clears = new Map<string, Package>()
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-cenc-'))
  for (const name of names) {
    const source = await makeSource(dir, name)
    sources.set(name, source)
    clears.set(name, await packageClip(source, join(dir, name, 'clear'), { sound: isSound(name), scheme: null }))
  }
})
after(() => rm(dir, { recursive: true, force: true }))

async function onDisk(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, bytes)
  return path
}

/** Through Shaka's decryption. */
async function byShaka(path: string, used: CryptoPeriod): Promise<string> {
  const keys = [{ label: 'ALL', kid: used.keyId.replaceAll('-', ''), key: new Secret(Buffer.from(used.key)) }]
  // The flag file of runPackager turns encryption on, which this turns off again.
  const args = [
    `in=${path},stream=0,output=${path}.dec.mp4`,
    '--enable_raw_key_decryption',
    '--enable_raw_key_encryption=false',
  ]
  await runPackager(args, { ...run, cwd: dir, expectedBytes: 0, keys })
  return `${path}.dec.mp4`
}

for (const name of names)
  for (const scheme of schemes)
    describe(`${name}, ${scheme}`, () => {
      it('is byte by byte what Shaka writes', async () => {
        const clear = clears.get(name)!
        const out = join(dir, name, scheme)
        const theirs = await packageClip(sources.get(name)!, out, { sound: isSound(name), scheme })
        const encryptor = createCencEncryptor(clear.init, { scheme, iv: ivs[scheme] })
        same(encryptor.init(period), theirs.init, 'init')
        for (const [i, segment] of clear.segments.entries())
          same(encryptor.segment(segment, period), theirs.segments[i]!, `segment ${i}`)
      })

      it('is decrypted by us, by FFmpeg and by Shaka', async () => {
        const clear = clears.get(name)!
        const ours = encrypt(clear, scheme)
        const decryptor = createCencDecryptor(ours.init, id => (id === keyId ? key : undefined))
        same(decryptor.init, clear.init, 'init')
        for (const [i, segment] of ours.segments.entries()) same(decryptor.segment(segment), clear.segments[i]!, `${i}`)
        const expected = await packets(await onDisk('clear.mp4', whole(clear)))
        assert.ok(expected.length >= 90)
        const path = await onDisk('ours.mp4', whole(ours))
        assert.notDeepEqual(await packets(path), expected)
        assert.deepEqual(await packets(path, key), expected)
        assert.deepEqual(await packets(await byShaka(path, period)), expected)
      })

      it('changes its key with each segment', async () => {
        const clear = clears.get(name)!
        const periods = [period, otherPeriod, period]
        const encryptor = createCencEncryptor(clear.init, { scheme, iv: ivs[scheme], rotates: true })
        const segments = clear.segments.map((segment, i) => encryptor.segment(segment, periods[i]!))
        const decryptor = createCencDecryptor(encryptor.init(null), id => periods.find(one => one.keyId === id)?.key)
        for (const [i, segment] of segments.entries()) {
          same(decryptor.segment(segment), clear.segments[i]!, `segment ${i}`)
          // FFmpeg and Shaka know no groups: they get the init segment of the period.
          const expected = await packets(await onDisk('clear.mp4', Buffer.concat([clear.init, clear.segments[i]!])))
          const path = await onDisk('rotated.mp4', Buffer.concat([encryptor.init(periods[i]!), segment]))
          assert.deepEqual(await packets(path, periods[i]!.key), expected)
          assert.deepEqual(await packets(await byShaka(path, periods[i]!)), expected)
          assert.notDeepEqual(await packets(path, periods[i + 1]!.key), expected)
        }
      })
    })

const otherId = formatKeyId(Buffer.alloc(16, 0x5a))
const otherPeriod: CryptoPeriod = { keyId: otherId, key: Buffer.alloc(16, 0x77), pssh: [commonPssh([otherId])] }

function encrypt({ init, segments }: Package, scheme: CencScheme): Package {
  const encryptor = createCencEncryptor(init, { scheme, iv: ivs[scheme] })
  return { init: encryptor.init(period), segments: segments.map(bytes => encryptor.segment(bytes, period)) }
}

describe('a clear lead as Shaka does it', () => {
  for (const name of ['avc', 'av1', 'aac'] as const)
    for (const scheme of schemes)
      it(`${name}, ${scheme}: byte by byte, and back`, async () => {
        const more = ['--clear_lead', '2']
        const sound = isSound(name)
        const theirs = await packageClip(sources.get(name)!, join(dir, 'lead', name, scheme), { sound, scheme, more })
        const clear = clears.get(name)!
        const encryptor = createCencEncryptor(clear.init, { scheme, iv: ivs[scheme], clearLead: true })
        const init = encryptor.init(period)
        same(init, theirs.init, 'init')
        const decryptor = createCencDecryptor(init, id => (id === keyId ? key : undefined))
        same(decryptor.init, clear.init, 'init, back')
        const isClear = theirs.segments.map(bytes => !Buffer.from(bytes).includes('senc'))
        assert.deepEqual([...new Set(isClear)], [true, false])
        for (const [i, segment] of clear.segments.entries()) {
          const ours = isClear[i] ? encryptor.clear(segment) : encryptor.segment(segment, period)
          same(ours, theirs.segments[i]!, `segment ${i}`)
          same(decryptor.segment(ours), segment, `segment ${i}, back`)
        }
      })
})

describe('rotation as Shaka does it', () => {
  // Its command line turns the bytes of the one key by one place for each period.
  const turn = (bytes: Uint8Array, by: number): Buffer => Buffer.concat([bytes.subarray(by), bytes.subarray(0, by)])
  const idBytes = Buffer.from(keyId.replaceAll('-', ''), 'hex')
  const periods = [0, 1].map(by => {
    const id = formatKeyId(turn(idBytes, by))
    return { keyId: id, key: turn(key, by), pssh: [commonPssh([id])] }
  })
  for (const scheme of schemes)
    it(`${scheme}: segments byte by byte`, async () => {
      const more = ['--crypto_period_duration', '2']
      const theirs = await packageClip(sources.get('avc')!, join(dir, 'rotated', scheme), {
        sound: false,
        scheme,
        more,
      })
      const clear = clears.get('avc')!
      for (const [i, segment] of clear.segments.slice(0, 2).entries()) {
        // It starts its counter again with each key; ours goes on, so that a key that returns meets no IV twice.
        const encryptor = createCencEncryptor(clear.init, { scheme, iv: ivs[scheme], rotates: true })
        same(encryptor.segment(segment, periods[i]!), theirs.segments[i]!, `segment ${i}`)
        // Its init segment of cbcs has an IV of eight zeros, which no sample uses.
        if (scheme === 'cenc') same(encryptor.init(null), theirs.init, 'init')
      }
    })
})
