// The SPEKE client against a small server of our own: answers, refusals, retries, limits.
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { HeadendError } from '../../src/core/index.ts'
import { parseCpix } from '../../src/drm/index.ts'
import { createSpekeProvider } from '../../src/protection/index.ts'

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
  let answers: ((body: string) => Answer)[] = []
  before(async () => {
    server = createServer(async (incoming, response) => {
      let body = ''
      for await (const part of incoming) body += part
      bodies.push(body)
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

  it('does not ask over the network in the clear', () => {
    const options = { version: '2.1', headers: {}, systemIds: [], timeoutMs: 1, retries: 0 } as const
    const create = () => createSpekeProvider({ url: 'http://keys.example/', ...options })
    assert.throws(create, fails('HE_CONFIG_INVALID'))
  })
})
