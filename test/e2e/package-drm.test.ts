// Protected packages: decrypted again they are what they were, players play them with a licence and not without, keys stay inside.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openPreview } from '../../src/cli/preview-server.ts'
import { HeadendError, Secret, silentLog } from '../../src/core/index.ts'
import { createCencDecryptor, parseKeyId } from '../../src/drm/index.ts'
import { parseInit, parseMedia } from '../../src/manifest/index.ts'
import type { PackageReport } from '../../src/model/index.ts'
import type { PackageProtection } from '../../src/packaging/index.ts'
import { PackageOptions } from '../../src/plan/index.ts'
import { createTestKeyProvider, type KeyProvider } from '../../src/protection/index.ts'
import { runPackage } from '../../src/vod/index.ts'
import { makeClip } from '../media/make-media.ts'
import { playInChromium } from './play.ts'

const { signal } = new AbortController()
const COLOR = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709'

let dir: string
const at = (name: string): string => join(dir, name)
/** Every key that was given out, by its id. */
const given = new Map<string, Buffer>()

/** The keys of the test provider, which this file may look at. */
const provider: KeyProvider = {
  async keysFor(request, options) {
    const set = await createTestKeyProvider('package-drm', silentLog).keysFor(request, options)
    for (const { kid, key } of set.keys)
      given.set(
        kid,
        key.use(bytes => Buffer.from(bytes)),
      )
    return set
  },
}

const clip = (name: string, size: string): Promise<string> =>
  makeClip(at(name), {
    video: `testsrc2=s=${size}:r=25:d=12,format=yuv420p,${COLOR}`,
    videoEncoder: { name: 'libx264', options: { preset: 'veryfast', g: 50, keyint_min: 50, sc_threshold: 0, crf: 30 } },
    audio: [{ graph: 'sine=f=440:r=48000:d=12,aformat=channel_layouts=stereo:sample_fmts=fltp' }],
    muxOptions: { movflags: '+write_colr' },
  })

const make = (
  name: string,
  protection: Omit<PackageProtection, 'provider' | 'contentId'> | null,
): Promise<PackageReport> =>
  runPackage(
    [
      { path: at('big.mp4'), words: {} },
      { path: at('small.mp4'), words: {} },
    ],
    at(name),
    {
      ...{ signal, log: silentLog, force: false, options: PackageOptions.parse({ segmentSeconds: 2 }) },
      protection: protection && { ...protection, provider, contentId: name },
    },
  )

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-drm-'))
  await clip('big.mp4', '1280x720')
  await clip('small.mp4', '320x180')
  await make('clear', null)
})
after(() => rm(dir, { recursive: true, force: true }))

/** Whether the bytes of the samples differ. */
const differs = (a: Buffer, b: Buffer): boolean => !a.subarray(a.indexOf('mdat')).equals(b.subarray(b.indexOf('mdat')))

/** Every segment of a package, decrypted with the init segment that its playlist names, is the clear one. */
async function comesBack(name: string): Promise<void> {
  for (const id of ['v720', 'v180', 'a_und_2ch']) {
    const { segments } = parseMedia(await readFile(at(`${name}/${id}/media.m3u8`), 'utf8'))
    assert.ok(segments.length >= 6)
    assert.equal(segments.filter(({ keys }) => keys.length === 0).length, name.startsWith('clear-lead') ? 2 : 0)
    for (const { uri, map, keys } of segments) {
      const init = await readFile(at(`${name}/${id}/${map!.uri}`))
      const decryptor = createCencDecryptor(init, kid => given.get(kid))
      const [protectedBytes, clear] = await Promise.all(
        [name, 'clear'].map(each => readFile(at(`${each}/${id}/${uri}`))),
      )
      assert.equal(protectedBytes!.includes('senc'), keys.length > 0, `${id}/${uri} is encrypted where it has a key`)
      assert.equal(differs(protectedBytes!, clear!), keys.length > 0, `${id}/${uri}: its media`)
      assert.ok(Buffer.from(decryptor.segment(protectedBytes!)).equals(clear!), `${name}: ${id}/${uri}`)
      // But for the time at which the packager wrote it.
      assert.deepEqual(parseInit(decryptor.init), parseInit(await readFile(at(`clear/${id}/init.mp4`))))
    }
  }
}

/** No form of any key is in any file of the package. */
async function keepsKeys(name: string): Promise<void> {
  const forms = [...given.values()].flatMap(key => [
    key,
    ...['hex', 'base64', 'base64url'].map(form => Buffer.from(key.toString(form as 'hex').replace(/=+$/, ''))),
    Buffer.from(key.toString('hex').toUpperCase()),
  ])
  for (const entry of await readdir(at(name), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    for (const form of forms) assert.equal(bytes.indexOf(form), -1, `${entry.name} holds a key`)
  }
}

const keyOf = async (hex: string): Promise<Secret | null> => {
  const key = given.get(parseKeyId(hex))
  return key ? new Secret(key) : null
}

const forAll = { rotate: null, clearLead: null } as const
const cases = [
  ['cbcs', { scheme: 'cbcs', systems: ['widevine', 'playready', 'fairplay', 'clearkey'], ...forAll }],
  ['cenc', { scheme: 'cenc', systems: ['widevine', 'playready', 'clearkey'], ...forAll }],
  ['rotated', { scheme: 'cbcs', systems: ['clearkey'], rotate: '4/1', clearLead: null }],
  ['clear-lead', { scheme: 'cbcs', systems: ['widevine', 'clearkey'], rotate: null, clearLead: '4/1' }],
  ['clear-lead-cenc', { scheme: 'cenc', systems: ['clearkey'], rotate: null, clearLead: '4/1' }],
  ['clear-lead-rotated', { scheme: 'cbcs', systems: ['clearkey'], rotate: '4/1', clearLead: '4/1' }],
] as const

/** shaka-player 5.2 knows no KEYFORMAT of ClearKey: protected HLS is played by hls.js. */
const players = [
  ['shaka-player', 'dash'],
  ['hls.js', 'hls'],
] as const

describe('protected packages', () => {
  for (const [name, protection] of cases) {
    it(`${name}: keeps the rules, comes back whole, and holds no key`, async () => {
      const { conformance, protection: told } = await make(name, protection)
      assert.deepEqual(
        conformance.flatMap(({ findings }) =>
          findings
            // Fast forward is left out of what is encrypted.
            .filter(({ severity, rule }) => severity === 'fail' && rule !== 'apple-6.1')
            .map(({ rule, message }) => `${rule}: ${message}`),
        ),
        [],
      )
      const kids = new Set(told!.keys.map(({ kid }) => kid))
      // HD, SD and sound have keys of their own; three periods of 4 s in 12 s.
      assert.equal(kids.size, { rotated: 9, 'clear-lead-rotated': 6 }[name as string] ?? 3)
      assert.ok(told!.keys.every(({ fromSegment }) => protection.clearLead === null || fromSegment >= 2))
      await comesBack(name)
      await keepsKeys(name)
    })
    for (const [player, kind] of players)
      it(`${name}: plays in Chromium by ${player} to the end, with seeks`, async t => {
        await using preview = await openPreview(at(name), { signal, log: silentLog, keyOf })
        const played = await playInChromium(preview.url, kind)
        if (!played) return t.skip('no Chromium')
        assert.deepEqual(played.errors, [])
        assert.ok(played.endedAtS !== null && Math.abs(played.endedAtS - 12) < 0.5, `${played.endedAtS}`)
        assert.deepEqual(played.rungsShown.toSorted(), ['1280x720', '320x180'])
        assert.ok(played.seeks.length === 3 && played.seeks.every(({ toS, landedS }) => Math.abs(toS - landedS) < 0.5))
      })
  }

  for (const [player, kind] of players)
    it(`does not play without a licence, nor with wrong keys: ${player} says so`, async t => {
      const wrong = async (): Promise<Secret> => new Secret(Buffer.alloc(16, 1))
      for (const source of [undefined, wrong]) {
        await using preview = await openPreview(at('cbcs'), {
          ...{ signal, log: silentLog },
          ...(source ? { keyOf: source } : {}),
        })
        const played = await playInChromium(preview.url, kind, { timeoutMs: 1000 })
        if (!played) return t.skip('no Chromium')
        assert.equal(played.endedAtS, null)
        const own = played.errors.filter(error => /^(?:hls|shaka)|^media: /.test(error))
        t.diagnostic(`${source ? 'wrong key' : 'no licence'}: ${own.join(' | ') || played.errors.join(' | ')}`)
        assert.ok(own.length > 0, played.errors.join('\n'))
      }
    })

  it('the same package in the clear plays in shaka-player from its playlist', async t => {
    await using preview = await openPreview(at('clear'), { signal, log: silentLog })
    const played = await playInChromium(preview.url, 'dash', { hlsInShaka: true })
    if (!played) return t.skip('no Chromium')
    assert.deepEqual(played.errors, [])
    assert.ok(played.endedAtS !== null && Math.abs(played.endedAtS - 12) < 0.5, `${played.endedAtS}`)
  })

  it('a lead as long as the title is refused', async () => {
    await assert.rejects(
      make('no', { scheme: 'cbcs', systems: ['clearkey'], rotate: null, clearLead: '60/1' }),
      (error: HeadendError) => error.code === 'HE_PLAN_IMPOSSIBLE',
    )
  })

  it('refuses what does not go together, and leaves nothing behind', async () => {
    await assert.rejects(
      make('no', { scheme: 'cenc', systems: ['fairplay'], ...forAll }),
      (error: HeadendError) => error.code === 'HE_PLAN_IMPOSSIBLE',
    )
    const failing: KeyProvider = {
      keysFor: async () => Promise.reject(new HeadendError('HE_KEY_SERVER_FAILED', 'gone')),
    }
    const run = { signal, log: silentLog, force: false, options: PackageOptions.parse({}) }
    await assert.rejects(
      runPackage([{ path: at('small.mp4'), words: {} }], at('no'), {
        ...run,
        protection: { scheme: 'cbcs', systems: ['clearkey'], ...forAll, provider: failing, contentId: 'x' },
      }),
      (error: HeadendError) => error.code === 'HE_KEY_SERVER_FAILED',
    )
    assert.deepEqual(
      (await readdir(dir)).filter(name => name.includes('no')),
      [],
    )
  })

  it('the command makes a store the first time, says so, and prints no key', async () => {
    const cli = join(import.meta.dirname, '../../bin/headend.js')
    const store = at('store/keys.json')
    const args = ['package', at('small.mp4'), '-o', at('by-cli'), '--drm', 'clearkey', '--store', store, '--json']
    const made = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', env: { ...process.env, HOME: dir } })
    assert.equal(made.status, 0, made.stderr)
    assert.match(made.stderr, /new key store/)
    const { protection } = JSON.parse(made.stdout) as PackageReport
    assert.equal(protection!.contentId, 'by-cli')
    const mode = execFileSync('stat', ['-c', '%a', store], { encoding: 'utf8' }).trim()
    assert.equal(mode, '600')
    // The same title gets the same keys again.
    const again = spawnSync(process.execPath, [cli, ...args, '--force'], {
      encoding: 'utf8',
      env: { ...process.env, HOME: dir },
    })
    assert.deepEqual((JSON.parse(again.stdout) as PackageReport).protection, protection)
  })
})
