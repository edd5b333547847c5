// Content keys: store, rotation, CPIX against openssl, what leaks (nothing), 20,000 mutated documents.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HeadendError, silentLog } from '../../src/core/index.ts'
import { disposeCpix, keyIdForTrack, openCpixKeys, parseCpix } from '../../src/drm/index.ts'
import { exportCpix, importCpix, KeyStore } from '../../src/protection/index.ts'
import { mutate } from '../faults/mutate.ts'
import { hasTool } from './tools.ts'

const { signal } = new AbortController()
const skip = hasTool('openssl') ? false : 'openssl is not installed'
const bin = new URL('../../bin/headend.js', import.meta.url).pathname

const code = (expected: string) => (error: unknown) => error instanceof HeadendError && error.code === expected

describe('content keys', { skip }, () => {
  let dir: string
  let pem: Buffer
  let certificate: Buffer
  const at = (name: string): string => join(dir, name)
  const storeAt = (name: string, kek = `${name}.kek`): KeyStore =>
    new KeyStore({ path: at(name), kek: { file: at(kek) }, log: silentLog })
  const request = { contentId: 'title-1', labels: ['AUDIO', 'SD', 'HD'], scheme: 'cbcs', period: null } as const
  const bytesOf = async (store: KeyStore): Promise<Map<string, Buffer>> => {
    using set = await store.keysFor(request, { signal })
    return new Map(set.keys.map(({ kid, key }) => [kid, key.use(bytes => Buffer.from(bytes))]))
  }

  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'headend-keys-'))
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=test', '-keyout', at('key.pem')]
    execFileSync('openssl', [...args, '-out', at('cert.pem')], { stdio: 'ignore' })
    chmodSync(at('key.pem'), 0o600)
    pem = readFileSync(at('key.pem'))
    certificate = readFileSync(at('cert.pem'))
  })
  after(() => rmSync(dir, { recursive: true, force: true }))

  it('the store gives the same keys again, after a rotation too, and in files of its owner alone', async () => {
    const store = storeAt('a')
    const first = await bytesOf(store)
    assert.equal(first.size, 3)
    assert.equal(new Set([...first.values()].map(key => key.toString('hex'))).size, 3)
    const kek = readFileSync(at('a.kek'))
    assert.equal(await store.rotate({ signal }), 3)
    assert.notDeepEqual(readFileSync(at('a.kek')), kek)
    assert.deepEqual(await bytesOf(storeAt('a')), first)
    for (const name of ['a', 'a.kek', 'a.audit.jsonl']) assert.equal(statSync(at(name)).mode & 0o777, 0o600, name)
    assert.deepEqual(
      readdirSync(dir).filter(name => /lock|partial/.test(name)),
      [],
    )
  })

  it('a rotation that was cut off on either side of the store leaves it readable', async () => {
    const store = storeAt('cut')
    const first = await bytesOf(store)
    const old = readFileSync(at('cut.kek'))
    writeFileSync(at('cut.kek'), Buffer.concat([Buffer.alloc(32, 7), old]))
    assert.deepEqual(await bytesOf(store), first)
    await store.rotate({ signal })
    const now = readFileSync(at('cut.kek'))
    assert.equal(now.length, 32)
    writeFileSync(at('cut.kek'), Buffer.concat([now, old]))
    assert.deepEqual(await bytesOf(store), first)
  })

  it('ten at once make one set of keys', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => bytesOf(storeAt('many'))))
    for (const each of all) assert.deepEqual(each, all[0])
    assert.equal((await storeAt('many').list()).length, 3)
  })

  it('refuses another KEK, a KEK that others may read, an exchanged key and a changed fact', async () => {
    await bytesOf(storeAt('b'))
    writeFileSync(at('other.kek'), Buffer.alloc(32, 1), { mode: 0o600 })
    await assert.rejects(bytesOf(storeAt('b', 'other.kek')), code('HE_KEY_STORE_LOCKED'))
    chmodSync(at('b.kek'), 0o640)
    await assert.rejects(bytesOf(storeAt('b')), code('HE_KEY_STORE_LOCKED'))
    chmodSync(at('b.kek'), 0o600)
    const good = readFileSync(at('b'), 'utf8')
    const [one, two] = (JSON.parse(good) as { keys: { wrapped: string }[] }).keys
    for (const bad of [
      good.replace(one!.wrapped, two!.wrapped),
      good.replaceAll('"SD"', '"UHD2"').replaceAll('"HD"', '"SD"'),
    ]) {
      writeFileSync(at('b'), bad)
      await assert.rejects(bytesOf(storeAt('b')), code('HE_KEY_STORE_INVALID'))
    }
    writeFileSync(at('b'), good.slice(0, -20))
    await assert.rejects(bytesOf(storeAt('b')), code('HE_KEY_STORE_INVALID'))
  })

  it('a KMS command wraps the KEK', async () => {
    const script = '#!/bin/sh\nif [ "$1" = wrap ]; then printf W; cat; else tail -c +2; fi\n'
    writeFileSync(at('kms'), script, { mode: 0o700 })
    const store = (): KeyStore => new KeyStore({ path: at('c'), kek: { command: at('kms') }, log: silentLog })
    const first = await bytesOf(store())
    await store().rotate({ signal })
    assert.deepEqual(await bytesOf(store()), first)
    writeFileSync(at('kms'), '#!/bin/sh\necho secret >&2\nexit 4\n')
    await assert.rejects(bytesOf(store()), code('HE_KEY_SERVER_FAILED'))
  })

  it('openssl opens what we export, and we import it', async () => {
    const keys = await bytesOf(storeAt('d'))
    const text = await exportCpix(storeAt('d'), { contentId: 'title-1', certificates: [certificate], signal })
    const values = [...text.matchAll(/<enc:CipherValue>([^<]+)</g)].map(match => Buffer.from(match[1]!, 'base64'))
    const unwrap = (wrapped: Buffer): Buffer => {
      writeFileSync(at('wrapped'), wrapped)
      const oaep = ['-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt', 'rsa_oaep_md:sha1']
      return execFileSync('openssl', ['pkeyutl', '-decrypt', '-inkey', at('key.pem'), '-in', at('wrapped'), ...oaep])
    }
    const [document, mac] = [unwrap(values[0]!), unwrap(values[1]!)]
    const macs = [...text.matchAll(/<pskc:ValueMAC>([^<]+)</g)].map(match => match[1]!)
    for (const [i, [, key]] of [...keys].entries()) {
      const cipher = values[2 + i]!
      const aes = ['enc', '-d', '-aes-256-cbc', '-K', document.toString('hex'), '-iv', cipher.toString('hex', 0, 16)]
      assert.deepEqual(execFileSync('openssl', aes, { input: cipher.subarray(16) }), key)
      assert.equal(createHmac('sha512', mac).update(cipher).digest('base64'), macs[i])
    }
    const copy = storeAt('e')
    await importCpix(copy, text, { privateKey: pem, plain: false, contentId: null, signal })
    assert.deepEqual(await bytesOf(copy), keys)
    const again = importCpix(copy, text, { privateKey: pem, plain: false, contentId: null, signal })
    await assert.rejects(again, code('HE_KEY_INVALID'))
    const cpix = parseCpix(text)
    const labelOf = (pixels: number) =>
      cpix.rules.find(({ kid }) => kid === keyIdForTrack(cpix, { type: 'video', pixels }))?.trackType
    assert.deepEqual([442_368, 442_369, 2_073_600].map(labelOf), ['SD', 'HD', 'HD'])
    assert.throws(() => keyIdForTrack(cpix, { type: 'video', pixels: 2_073_601 }), code('HE_KEY_MISSING'))

    const changed = text.replace(macs[0]!, macs[1]!)
    assert.throws(() => openCpixKeys(parseCpix(changed), null), code('HE_KEY_MISSING'))
    const fresh = importCpix(storeAt('f'), changed, { privateKey: pem, plain: false, contentId: null, signal })
    await assert.rejects(fresh, /MAC is not right/)
  })

  it('refuses a DTD, the wrong order, a foreign root, references to nothing and keys in the clear', async () => {
    const text = await exportCpix(storeAt('d'), { contentId: 'title-1', certificates: [certificate], signal })
    const bad: [string, RegExp][] = [
      [text.replace('<cpix:CPIX', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><cpix:CPIX'), /DTD/],
      [text.replace('urn:dashif:org:cpix', 'urn:other'), /the ro+t is not CPIX/],
      [text.replace(/(<cpix:ContentKeyList>.*<\/cpix:ContentKeyList>)(.*)(<\/cpix:CPIX>)/s, '$2$1$3'), /order/],
      [text.replace(/(ContentKeyUsageRule kid=")[^"]+/, '$100000000-0000-0000-0000-000000000000'), /UsageRule/],
      [text.replace('rsa-oaep-mgf1p', 'rsa-1_5'), /EncryptionMethod/],
      [text.replace('maxPixels="442368"', 'maxPixels="many"'), /VideoFilter/],
    ]
    for (const [document, message] of bad) {
      assert.throws(() => parseCpix(document), message)
      assert.throws(() => parseCpix(document), code('HE_CPIX_INVALID'))
    }
    const plain = text.replace(
      /(<cpix:ContentKey [^>]*><cpix:Data><pskc:Secret>).*?(<\/pskc:Secret>)/s,
      '$1<pskc:PlainValue>AAAAAAAAAAAAAAAAAAAAAA==</pskc:PlainValue>$2',
    )
    const open = importCpix(storeAt('g'), plain, { privateKey: pem, plain: false, contentId: null, signal })
    await assert.rejects(open, /PlainValue/)
  })

  it('20,000 mutated documents end in a document or a code', async () => {
    const seed = Buffer.from(
      await exportCpix(storeAt('d'), { contentId: 'title-1', certificates: [certificate], signal }),
    )
    const words = seed.toString('latin1').split(/(?=[<" ])/)
    let read = 0
    for (let n = 0; n < 20_000; n++) {
      const moved = words.toSpliced((n * 7919) % words.length, n % 3, words[(n * 104_729) % words.length]!)
      const text = n % 2 === 0 ? Buffer.from(mutate(seed, n)).toString('utf8') : moved.join('')
      try {
        disposeCpix(parseCpix(text))
        read++
      } catch (error) {
        assert.ok(code('HE_CPIX_INVALID')(error), `${n}: ${error}`)
      }
    }
    assert.ok(read > 100 && read < 19_000, `${read} of them were read`)
  })

  it('no command shows a key', async () => {
    const flags = ['--store', at('cli'), '--json', '--log-level', 'trace']
    const said: string[] = []
    const headend = (...args: string[]): void => {
      const out = execFileSync(process.execPath, [bin, 'keys', ...args, ...flags], { encoding: 'utf8', stdio: 'pipe' })
      said.push(out)
    }
    headend('create', 'title-1', '--labels', 'AUDIO,SD')
    headend('list')
    headend('export', 'title-1', '--cert', at('cert.pem'), '-o', at('cli.cpix'))
    headend('rotate')
    const [first] = await new KeyStore({ path: at('cli'), kek: { file: at('cli.kek') }, log: silentLog }).list()
    using set = await storeAt('cli').keysFor({ ...request, labels: ['AUDIO', 'SD'] }, { signal })
    assert.equal(set.keys.length, 2)
    headend('rm', first!.kid)
    const written = readdirSync(dir)
      .filter(name => name.startsWith('cli') && name !== 'cli.kek')
      .map(name => readFileSync(at(name)))
    const all = Buffer.concat([...written, Buffer.from(said.join(''))])
    for (const { key } of set.keys)
      key.use(bytes => {
        const raw = Buffer.from(bytes)
        const forms = [raw, ...['hex', 'base64', 'base64url'].map(form => Buffer.from(raw.toString(form as 'hex')))]
        forms.push(Buffer.from(raw.toString('hex').toUpperCase()))
        for (const form of forms) assert.ok(!all.includes(form))
      })
  })
})
