// The SPEKE client against a small server of our own: answers, refusals, retries, limits.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { HeadendError } from '../../src/core/index.ts'
import { createCencDecryptor, parseCpix, parseKeyId, widevinePssh } from '../../src/drm/index.ts'
import { parseInit } from '../../src/manifest/index.ts'
import { createSpekeProvider } from '../../src/protection/index.ts'
import { makeClip } from '../media/make-media.ts'

type Answer = { status?: number; body?: string; version?: string; hang?: boolean }
const { signal } = new AbortController()
const request = { contentId: 'title-1', labels: ['AUDIO', 'HD'], scheme: 'cbcs', period: 3 } as const
const widevine = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed'
const keyText = Buffer.alloc(16, 0xab).toString('base64')

/** Puts a key into each ContentKey and a header into each system. */
const fill = (text: string): string =>
  text
    .replace(
      /<cpix:ContentKey ([^>]*)\/>/g,
      `<cpix:ContentKey $1><cpix:Data><pskc:Secret><pskc:PlainValue>${keyText}</pskc:PlainValue></pskc:Secret></cpix:Data></cpix:ContentKey>`,
    )
    .replaceAll('<cpix:PSSH/>', '<cpix:PSSH>AAAA</cpix:PSSH>')

describe('SPEKE v2', () => {
  let server: Server
  let bodies: string[] = []
  const authorizations: string[] = []
  let answers: ((body: string) => Answer)[] = []
  before(async () => {
    server = createServer(async (incoming, response) => {
      let body = ''
      for await (const part of incoming) body += part
      bodies.push(body)
      if (incoming.headers.authorization) authorizations.push(incoming.headers.authorization)
      const answer = (answers.length > 1 ? answers.shift()! : answers[0]!)(body)
      if (answer.hang) return
      response.writeHead(answer.status ?? 200, {
        'x-speke-version': answer.version ?? `${incoming.headers['x-speke-version']}`,
      })
      response.end(answer.body ?? fill(body))
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  })
  beforeEach(() => {
    bodies = []
    answers = [() => ({})]
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const ask = (version: '2.0' | '2.1' = '2.1') =>
    createSpekeProvider({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ version, headers: {}, systemIds: [widevine], timeoutMs: 300, retries: 2 },
    }).keysFor(request, { signal })
  const fails = (code: string) => (error: unknown) =>
    error instanceof HeadendError && error.code === code && !error.message.includes(keyText)

  it('asks with rules and period, and gets keys and headers; the same ids each time', async () => {
    using set = await ask()
    using again = await ask('2.0')
    assert.deepEqual(
      set.keys.map(({ label }) => label),
      ['AUDIO', 'HD'],
    )
    assert.equal(
      set.keys[0]!.key.use(bytes => Buffer.from(bytes).toString('base64')),
      keyText,
    )
    assert.deepEqual(
      set.systems.map(({ pssh }) => pssh?.length),
      [3, 3],
    )
    assert.deepEqual(
      again.keys.map(({ kid }) => kid),
      set.keys.map(({ kid }) => kid),
    )
    const [sent, old] = bodies.map(parseCpix)
    assert.deepEqual([sent!.version, old!.version, sent!.periods[0]?.index], ['2.4', '2.3', 3])
    assert.deepEqual(
      sent!.rules.map(({ trackType, periods }) => [trackType, periods.length]),
      [
        ['AUDIO', 1],
        ['HD', 1],
      ],
    )
  })

  it('tries again after 503 and silence, and gives up after its retries', async () => {
    answers = [() => ({ status: 503 }), () => ({ hang: true }), () => ({})]
    using set = await ask()
    assert.equal(set.keys.length, 2)
    answers = [() => ({ status: 500 })]
    bodies = []
    await assert.rejects(ask(), fails('HE_KEY_SERVER_FAILED'))
    assert.equal(bodies.length, 3)
  })

  it('refuses refusals, other versions, other contents, other ids, no key, too much, and says so once', async () => {
    const bad: ((body: string) => Answer)[] = [
      () => ({ status: 422, body: keyText }),
      () => ({ version: '1.0' }),
      body => ({ body: fill(body.replace('title-1', 'title-2')) }),
      body => ({ body: fill(body.replaceAll(/kid="......../g, 'kid="00000000')) }),
      body => ({ body }),
      body => ({ body: fill(body.replaceAll('cbcs', 'cenc')) }),
      () => ({ body: 'x'.repeat(2_000_000) }),
    ]
    for (const answer of bad) {
      answers = [answer]
      bodies = []
      await assert.rejects(ask(), fails('HE_KEY_SERVER_REFUSED'))
      assert.equal(bodies.length, 1)
    }
    answers = [() => ({ body: '<!DOCTYPE a><a/>' })]
    await assert.rejects(ask(), fails('HE_CPIX_INVALID'))
  })

  it('is a provider of the command line: headers from a private file, each track with what the server gave for its key', async t => {
    const dir = await mkdtemp(join(tmpdir(), 'headend-speke-'))
    t.after(() => rm(dir, { recursive: true, force: true }))
    await makeClip(join(dir, 'a.mp4'), {
      video: 'testsrc2=s=320x180:r=25:d=4,format=yuv420p',
      videoEncoder: { name: 'libx264', options: { preset: 'ultrafast', g: 50 } },
      audio: [{ graph: 'sine=f=440:r=48000:d=4,aformat=channel_layouts=stereo:sample_fmts=fltp' }],
    })
    const keyOf = (kid: string): string => createHash('md5').update(kid).digest('base64')
    const boxOf = (kid: string): string =>
      Buffer.from(widevinePssh({ keyIds: [parseKeyId(kid)], scheme: 'cbcs' })).toString('base64')
    const line = (kid: string): string =>
      Buffer.from(
        `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://theirs/${kid}",KEYFORMAT="com.apple.streamingkeydelivery"`,
      ).toString('base64')
    answers = [
      body => ({
        body: body
          .replace(
            /<cpix:ContentKey ([^>]*kid="([^"]+)"[^>]*)\/>/g,
            (_, attributes: string, kid: string) =>
              `<cpix:ContentKey ${attributes}><cpix:Data><pskc:Secret><pskc:PlainValue>${keyOf(kid)}</pskc:PlainValue></pskc:Secret></cpix:Data></cpix:ContentKey>`,
          )
          .replace(
            /(<cpix:DRMSystem [^>]*kid="([^"]+)"[^>]*>)([\s\S]*?)(?=<\/cpix:DRMSystem>)/g,
            (_, open: string, kid: string) =>
              open.includes(widevine)
                ? `${open}<cpix:PSSH>${boxOf(kid)}</cpix:PSSH>`
                : `${open}<cpix:HLSSignalingData playlist="media">${line(kid)}</cpix:HLSSignalingData>`,
          ),
      }),
    ]
    const secret = 'Bearer the token of the key server'
    const headersFile = join(dir, 'headers')
    await writeFile(headersFile, `Authorization: ${secret}\n`, { mode: 0o600 })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/speke`
    const bin = new URL('../../bin/headend.js', import.meta.url).pathname
    const run = async (): Promise<{ code: number | null; said: string }> => {
      const args = [
        'package',
        join(dir, 'a.mp4'),
        '-o',
        join(dir, 'out'),
        '--drm',
        'widevine,fairplay',
        '--keys',
        `speke:${url}`,
      ]
      const child = spawn(process.execPath, [
        bin,
        ...args,
        '--speke-headers',
        headersFile,
        '--log-level',
        'trace',
        '--force',
      ])
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', part => (said += String(part)))
      const [code] = (await once(child, 'close')) as [number | null]
      return { code, said }
    }
    const made = await run()
    assert.equal(made.code, 0, made.said)
    assert.deepEqual(new Set(authorizations), new Set([secret]))
    for (const track of ['v180', 'a_und_2ch']) {
      const init = await readFile(join(dir, 'out', track, 'init.mp4'))
      const kid = parseInit(init).protection!.defaultKid
      const playlist = await readFile(join(dir, 'out', track, 'media.m3u8'), 'utf8')
      assert.ok(playlist.includes(`skd://theirs/${kid}`), playlist)
      assert.ok(playlist.includes(boxOf(kid)), 'the header of its own key')
      assert.ok(init.includes(Buffer.from(boxOf(kid), 'base64')))
      const decryptor = createCencDecryptor(init, id => Buffer.from(keyOf(id), 'base64'))
      assert.ok(!Buffer.from(decryptor.segment(await readFile(join(dir, 'out', track, '00001.m4s')))).includes('senc'))
      for (const form of ['hex', 'base64', 'base64url'] as const)
        assert.ok(!made.said.includes(Buffer.from(keyOf(kid), 'base64').toString(form).replace(/=+$/, '')))
    }
    assert.ok(!made.said.includes(secret.slice(7)))
    await chmod(headersFile, 0o644)
    const open = await run()
    assert.notEqual(open.code, 0)
    assert.match(open.said, /HE_KEY_STORE_LOCKED/)
  })

  it('does not ask over the network in the clear', () => {
    const options = { version: '2.1', headers: {}, systemIds: [], timeoutMs: 1, retries: 0 } as const
    const create = () => createSpekeProvider({ url: 'http://keys.example/', ...options })
    assert.throws(create, fails('HE_CONFIG_INVALID'))
  })
})
