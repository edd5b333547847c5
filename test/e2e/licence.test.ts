// The licence proxy against a vendor that looks at every header and byte; tokens, limits, and that nothing is told to the log.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { HeadendError, type Log, Secret } from '../../src/core/index.ts'
import { LicenceConfig, type LicenceServer, openLicenceServer } from '../../src/licence/index.ts'

const kid = '00112233445566778899aabbccddeeff'
const uuid = '00112233-4455-6677-8899-aabbccddeeff'
const other = 'fedcba98765432100123456789abcdef'
const contentKey = Buffer.from('c0ffee00c0ffee01c0ffee02c0ffee03', 'hex')
const vendorSecret = 'vendor-{kids}-secret-0123456789'

type Asked = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }
let dir: string
let vendor: Server
let vendorUrl: string
let asked: Asked[] = []
let answer: { status: number; type: string; body: Buffer; headers?: Record<string, string>; delayMs?: number }
let sign: (claims: object, change?: (jwt: SignJWT) => SignJWT) => Promise<string>
let foreign: typeof sign
const lines: string[] = []
const log: Log = (() => {
  const write = (...parts: unknown[]): void => void lines.push(JSON.stringify(parts))
  const own = { trace: write, debug: write, info: write, warn: write, error: write, child: () => own } as unknown as Log
  return own
})()

const licence = Buffer.from('a licence of the vendor')
const good = (): typeof answer => ({ status: 200, type: 'application/octet-stream', body: licence })

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-licence-'))
  vendor = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    asked.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) })
    if (answer.delayMs !== undefined) await new Promise(resolve => setTimeout(resolve, answer.delayMs).unref())
    response.writeHead(answer.status, { 'content-type': answer.type, ...answer.headers }).end(answer.body)
  })
  await new Promise<void>(resolve => vendor.listen(0, '127.0.0.1', resolve))
  vendorUrl = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`
  const [own, stranger] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')]
  const signer =
    (key: Parameters<SignJWT['sign']>[0]): typeof sign =>
    (claims, change = jwt => jwt.setExpirationTime('5m')) =>
      change(
        new SignJWT({ kids: [uuid], sid: 'session-1', ...claims }).setProtectedHeader({ alg: 'ES256' }).setIssuedAt(),
      ).sign(key)
  sign = signer(own.privateKey)
  foreign = signer(stranger.privateKey)
  await writeFile(
    join(dir, 'jwks.json'),
    JSON.stringify({ keys: [{ ...(await exportJWK(own.publicKey)), alg: 'ES256' }] }),
  )
  await writeFile(join(dir, 'vendor.key'), `${vendorSecret}\n`)
  await writeFile(join(dir, 'fps.cer'), Buffer.from('a certificate'))
})
after(async () => {
  vendor.closeAllConnections()
  await new Promise(resolve => vendor.close(resolve))
  await rm(dir, { recursive: true, force: true })
})

const setup = (change: object = {}) =>
  LicenceConfig.parse({
    token: { jwksFile: join(dir, 'jwks.json') },
    widevine: {
      url: `${vendorUrl}/wv`,
      headers: {
        'X-Vendor-Key': { file: join(dir, 'vendor.key') },
        'X-Keys': { value: '{kids};{session};{device}' },
      },
      timeoutMs: 400,
    },
    playready: { url: `${vendorUrl}/pr` },
    fairplay: {
      url: `${vendorUrl}/fp`,
      certificateFile: join(dir, 'fps.cer'),
      headers: { 'X-Keys': { value: '{kids}' } },
    },
    clearkey: true,
    ...change,
  })

async function withServer(change: object, use: (server: LicenceServer) => Promise<void>): Promise<void> {
  asked = []
  answer = good()
  await using server = await openLicenceServer({
    config: setup(change),
    keyOf: async id => (id === kid ? new Secret(contentKey) : null),
    port: 0,
    host: '127.0.0.1',
    signal: new AbortController().signal,
    log,
  })
  await use(server)
}

const post = (url: string, body: Uint8Array | string, token: string | null, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : Uint8Array.from(body),
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
  })

async function refused(response: Response, status: number, code: string, words: RegExp): Promise<void> {
  const body = (await response.json()) as { code: string; message: string; hint: string }
  assert.deepEqual([response.status, body.code], [status, code], body.message)
  assert.match(body.message, words)
  assert.equal(response.headers.get('cache-control'), 'no-store')
}

/** A Widevine request for one key, as in src/licence/requested-kids.test.ts. */
const widevineFor = (key: string): Buffer => {
  const nest = (number: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes])
  return Buffer.concat([
    Buffer.from([8, 1]),
    nest(2, nest(2, nest(1, nest(1, nest(2, Buffer.from(key, 'hex')))))),
    nest(3, Buffer.from('signature')),
  ])
}
const playReadyFor = (guid: string): string =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><WRMHEADER version="4.0.0.0"><DATA><KID>${guid}</KID></DATA></WRMHEADER></soap:Envelope>`

describe('the licence proxy', () => {
  it('hands a Widevine request on untouched, with what the vendor wants, and the licence back', async () => {
    await withServer({}, async ({ url }) => {
      const body = widevineFor(kid)
      const response = await post(`${url}/widevine`, body, await sign({ dev: 'tv-l1' }), { cookie: 'secret=1' })
      assert.equal(response.status, 200)
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), licence)
      assert.equal(response.headers.get('cache-control'), 'no-store')
      const [{ path, headers, body: sent }] = asked as [Asked]
      assert.equal(path, '/wv')
      assert.deepEqual(sent, body)
      assert.equal(headers['content-type'], 'application/octet-stream')
      assert.equal(headers['x-vendor-key'], vendorSecret, 'a secret is no template')
      assert.equal(headers['x-keys'], `${uuid};session-1;tv-l1`)
      for (const name of ['authorization', 'cookie']) assert.equal(headers[name], undefined, `${name} stays here`)
      assert.equal(
        (await post(`${url}/widevine`, Buffer.from('0804', 'hex'), await sign({}))).status,
        200,
        'certificate',
      )
    })
  })

  it('speaks PlayReady’s SOAP, faults included', async () => {
    await withServer({}, async ({ url }) => {
      const action = '"http://schemas.microsoft.com/DRM/2007/03/protocols/AcquireLicense"'
      const guid = Buffer.from('33221100554477668899aabbccddeeff', 'hex').toString('base64')
      answer = { status: 500, type: 'text/xml; charset=utf-8', body: Buffer.from('<soap:Fault/>') }
      const response = await post(`${url}/playready`, playReadyFor(guid), await sign({}), { soapaction: action })
      assert.deepEqual([response.status, await response.text()], [500, '<soap:Fault/>'])
      const [{ headers, body }] = asked as [Asked]
      assert.equal(headers.soapaction, action)
      assert.equal(headers['content-type'], 'text/xml; charset=utf-8')
      assert.equal(body.toString(), playReadyFor(guid))
    })
  })

  it('gives FairPlay’s certificate to anybody and its licences to holders of a token', async () => {
    await withServer({}, async ({ url }) => {
      const certificate = await fetch(`${url}/fairplay/certificate`)
      assert.equal(await certificate.text(), 'a certificate')
      const spc = Buffer.from('an encrypted SPC')
      assert.equal((await post(`${url}/fairplay?kid=${uuid}`, spc, await sign({}))).status, 200)
      assert.equal(asked[0]!.headers['x-keys'], uuid)
      await refused(
        await post(`${url}/fairplay?kid=${other}`, spc, await sign({})),
        403,
        'HE_LICENCE_DENIED',
        /every key/,
      )
      assert.equal(
        (await post(`${url}/fairplay`, spc, await sign({}))).status,
        200,
        'the vendor is told the keys of the token',
      )
      assert.equal(asked[1]!.headers['x-keys'], uuid)
    })
    const fairplay = { url: `${vendorUrl}/fp`, certificateFile: join(dir, 'fps.cer'), passOpaque: false }
    await withServer({ fairplay }, async ({ url }) =>
      refused(
        await post(`${url}/fairplay?kid=${uuid}`, 'spc', await sign({})),
        403,
        'HE_LICENCE_DENIED',
        /does not say/,
      ),
    )
  })

  it('makes ClearKey licences of the keys that the token names', async () => {
    await withServer({}, async ({ url }) => {
      const b64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url')
      const ask = (...kids: string[]): string => JSON.stringify({ kids: kids.map(b64), type: 'temporary' })
      const response = await post(`${url}/clearkey`, ask(kid), await sign({}))
      assert.deepEqual(await response.json(), {
        keys: [{ kty: 'oct', kid: b64(kid), k: contentKey.toString('base64url') }],
        type: 'temporary',
      })
      await refused(
        await post(`${url}/clearkey`, ask(kid, other), await sign({})),
        403,
        'HE_LICENCE_DENIED',
        /every key/,
      )
      await refused(
        await post(`${url}/clearkey`, ask(other), await sign({ kids: [other] })),
        403,
        'HE_LICENCE_DENIED',
        /no key/,
      )
      await refused(
        await post(`${url}/clearkey`, '{"kids":"x"}', await sign({})),
        400,
        'HE_LICENCE_REQUEST',
        /ClearKey/,
      )
    })
    await withServer({ clearkey: false }, async ({ url }) => {
      assert.equal((await post(`${url}/clearkey`, '{}', await sign({}))).status, 404, 'off by default')
    })
  })
})

describe('a token', () => {
  const cases: [string, () => Promise<string | null>, RegExp][] = [
    ['is needed', async () => null, /no token/],
    ['has to be one', async () => 'abc.def.ghi', /trusts/],
    ['has to be signed by a known key', () => foreign({}), /trusts/],
    ['ends', () => sign({}, jwt => jwt.setExpirationTime('-1m')), /expired/],
    ['has an end', () => sign({}, jwt => jwt), /exp/],
    [
      'is not too old',
      () => sign({}, jwt => jwt.setIssuedAt(Math.floor(Date.now() / 1000) - 90_000).setExpirationTime('5m')),
      /expired|iat/,
    ],
    ['names keys', () => sign({ kids: [] }), /kids/],
    ['names keys that are some', () => sign({ kids: ['zz'] }), /kids/],
    ['names a session', () => sign({ sid: 'a\r\nx: y' }), /sid/],
    ['names the keys that are asked for', () => sign({ kids: [other] }), /every key/],
    ['names the system', () => sign({ drm: ['playready'] }), /not good for widevine/],
  ]
  for (const [name, token, words] of cases)
    it(name, () =>
      withServer({}, async ({ url }) => {
        await refused(await post(`${url}/widevine`, widevineFor(kid), await token()), 403, 'HE_LICENCE_DENIED', words)
        assert.equal(asked.length, 0, 'the vendor never heard of it')
      }),
    )

  it('of another algorithm or a public key taken for a secret is refused at the start', async () => {
    await writeFile(join(dir, 'short'), 'short')
    const tokens = [
      { jwksFile: join(dir, 'jwks.json'), algorithms: ['HS256'] },
      { secretFile: join(dir, 'vendor.key') },
      { secretFile: join(dir, 'short'), algorithms: ['HS256'] },
      { jwksFile: join(dir, 'vendor.key') },
      { jwksFile: join(dir, 'absent') },
      {},
    ]
    for (const token of tokens)
      await assert.rejects(
        withServer({ token }, async () => {}),
        error => error instanceof HeadendError && error.code === 'HE_CONFIG_INVALID',
        JSON.stringify(token),
      )
  })

  it('may be made with a shared secret', async () => {
    const secret = Buffer.alloc(32, 3)
    await writeFile(join(dir, 'hmac'), secret)
    const token = await new SignJWT({ kids: [kid], sid: 's', iss: 'shop', aud: 'drm' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(secret)
    const rules = { secretFile: join(dir, 'hmac'), algorithms: ['HS256'], issuer: 'shop', audience: 'drm' }
    await withServer({ token: rules }, async ({ url }) =>
      assert.equal((await post(`${url}/widevine`, widevineFor(kid), token)).status, 200),
    )
    await withServer({ token: { ...rules, audience: 'other' } }, async ({ url }) =>
      refused(await post(`${url}/widevine`, widevineFor(kid), token), 403, 'HE_LICENCE_DENIED', /aud/),
    )
  })
})

describe('limits', () => {
  it('hold sessions and addresses', async () => {
    await withServer({ sessionRate: { burst: 2, perMinute: 1 } }, async ({ url }) => {
      const ask = async (sid: string): Promise<Response> =>
        post(`${url}/widevine`, widevineFor(kid), await sign({ sid }))
      assert.deepEqual([(await ask('a')).status, (await ask('a')).status], [200, 200])
      const third = await ask('a')
      assert.ok(Number(third.headers.get('retry-after')) > 0)
      await refused(third, 429, 'HE_LICENCE_RATE', /too many/)
      assert.equal((await ask('b')).status, 200)
    })
    await withServer({ addressRate: { burst: 1, perMinute: 1 } }, async ({ url }) => {
      assert.equal((await post(`${url}/widevine`, 'x', null)).status, 403)
      assert.equal((await post(`${url}/widevine`, 'x', null)).status, 429, 'guessing tokens')
    })
  })

  it('hold lengths', async () => {
    await withServer({ maxBodyBytes: 1_000 }, async ({ url }) => {
      await refused(
        await post(`${url}/widevine`, Buffer.alloc(1_001), await sign({})),
        400,
        'HE_LICENCE_REQUEST',
        /too long/,
      )
      await refused(await post(`${url}/widevine`, '', await sign({})), 400, 'HE_LICENCE_REQUEST', /no body/)
      answer = { ...good(), body: Buffer.alloc(1_100_000) }
      await refused(
        await post(`${url}/widevine`, widevineFor(kid), await sign({})),
        502,
        'HE_LICENCE_VENDOR',
        /too long/,
      )
    })
  })

  it('let browsers of named origins in', async () => {
    await withServer({ allowedOrigins: ['https://tv.example'] }, async ({ url }) => {
      const from = async (origin: string): Promise<string | null> =>
        (await fetch(`${url}/widevine`, { method: 'OPTIONS', headers: { origin } })).headers.get(
          'access-control-allow-origin',
        )
      assert.deepEqual(
        [await from('https://tv.example'), await from('https://evil.example')],
        ['https://tv.example', null],
      )
    })
  })
})

describe('a vendor', () => {
  it('that is down, slow, broken or sends elsewhere gives no licence, and says nothing of its address', async () => {
    await withServer({}, async ({ url }) => {
      const ask = async (): Promise<Response> => post(`${url}/widevine`, widevineFor(kid), await sign({}))
      answer = { ...good(), status: 503 }
      await refused(await ask(), 502, 'HE_LICENCE_VENDOR', /answered 503/)
      answer = { ...good(), delayMs: 2_000 }
      await refused(await ask(), 502, 'HE_LICENCE_VENDOR', /no answer in 400 ms/)
      answer = { ...good(), status: 302, headers: { location: 'http://127.0.0.1:1/' } }
      await refused(await ask(), 502, 'HE_LICENCE_VENDOR', /no connection/)
      answer = { status: 403, type: 'text/plain', body: Buffer.from('not this device') }
      const denied = await ask()
      assert.deepEqual([denied.status, await denied.text()], [403, 'not this device'])
    })
    await withServer({ widevine: { url: 'http://127.0.0.1:1/secret-path' } }, async ({ url }) => {
      const response = await post(`${url}/widevine`, widevineFor(kid), await sign({}))
      const text = await response.text()
      assert.equal(response.status, 502)
      assert.doesNotMatch(text, /127\.0\.0\.1|secret-path/)
    })
  })
})

it('the log names neither keys nor tokens nor bodies', () => {
  const text = lines.join('\n')
  assert.ok(lines.length > 20)
  for (const word of [
    kid,
    uuid,
    other,
    vendorSecret,
    contentKey.toString('hex'),
    contentKey.toString('base64url'),
    'session-1',
    'eyJ',
    'SPC',
  ])
    assert.ok(!text.includes(word), word)
})
