// The licence proxy: a player's request comes in with a token, is held to it, and goes to the vendor. Bodies are never logged.
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { errorTable, HeadendError, type Log, onAbort } from '../core/index.ts'
import { clearKeyKids, clearKeyLicence, type KeyOf } from './clearkey.ts'
import {
  assertEntitled,
  type Entitlement,
  Kid,
  type LicenceSystem,
  readEntitlement,
  type TokenRules,
} from './entitlement.ts'
import type { LicenceConfig } from './licence-config.ts'
import { RateLimiter } from './rate-limit.ts'
import { playReadyKids, type Requested, widevineKids } from './requested-kids.ts'
import { openTokenRules } from './token-keys.ts'
import { openVendor, type VendorDoor } from './vendor.ts'

export type LicenceServerOptions = {
  readonly config: LicenceConfig
  /** For ClearKey; needed where the configuration has it. */
  readonly keyOf?: KeyOf
  /** 0: any free port. */
  readonly port: number
  readonly host: string
  readonly signal: AbortSignal
  readonly log: Log
}

/** A running proxy; dispose it to stop. It stops by itself when its signal aborts. */
export interface LicenceServer extends AsyncDisposable {
  readonly url: string
}

/** @throws {HE_CONFIG_INVALID} {HE_PREVIEW_PORT} */
export async function openLicenceServer(options: LicenceServerOptions): Promise<LicenceServer> {
  const proxy = new LicenceProxy(options, await openTokenRules(options.config))
  await proxy.open()
  return proxy
}

const systemPaths = ['widevine', 'playready', 'fairplay'] as const
type Proxied = (typeof systemPaths)[number]

class LicenceProxy implements LicenceServer {
  readonly #options: LicenceServerOptions
  readonly #rules: TokenRules
  readonly #app: FastifyInstance
  readonly #sessions: RateLimiter
  readonly #addresses: RateLimiter
  readonly #stop = new AbortController()
  #unlisten: Disposable | null = null
  url = ''

  constructor(options: LicenceServerOptions, rules: TokenRules) {
    const { config } = options
    this.#options = options
    this.#rules = rules
    this.#sessions = new RateLimiter(config.sessionRate)
    this.#addresses = new RateLimiter(config.addressRate)
    this.#app = fastify({
      logger: false,
      bodyLimit: config.maxBodyBytes,
      trustProxy: config.trustProxy,
      requestTimeout: 30_000,
      routerOptions: { ignoreTrailingSlash: true },
    })
  }

  async open(): Promise<void> {
    const { config, host, port, signal, keyOf } = this.#options
    const app = this.#app
    // Every body is bytes: nothing is parsed that the vendor should see untouched.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.addHook('onRequest', async (request, reply) => this.#admit(request, reply))
    app.setErrorHandler((error, request, reply) => this.#refuse(error, request, reply))
    app.setNotFoundHandler((_request, reply) =>
      reply.code(404).send({ code: 'HE_USAGE', message: 'there is nothing here' }),
    )
    app.get('/health', async () => ({ ok: true }))
    app.options('/*', async (_request, reply) => reply.code(204).send())
    for (const system of systemPaths) {
      const setup = config[system]
      if (!setup) continue
      const door = await openVendor(setup)
      app.post(`/${system}`, (request, reply) => this.#proxied(system, door, setup.passOpaque, request, reply))
    }
    if (config.fairplay) {
      const certificate = await readFile(config.fairplay.certificateFile).catch((cause: unknown) => {
        throw new HeadendError('HE_CONFIG_INVALID', 'fairplay.certificateFile cannot be read', { cause })
      })
      app.get('/fairplay/certificate', async (_request, reply) => reply.type('application/pkix-cert').send(certificate))
    }
    if (config.clearkey) {
      if (!keyOf) throw new HeadendError('HE_CONFIG_INVALID', 'clearkey needs a source of keys')
      app.post('/clearkey', (request, reply) => this.#clearKey(keyOf, request, reply))
    }
    try {
      await app.listen({ host, port })
    } catch (cause) {
      await app.close()
      throw new HeadendError('HE_PREVIEW_PORT', `cannot listen on ${host} port ${port}`, { cause })
    }
    const { port: own } = app.server.address() as AddressInfo
    this.url = `http://${host.includes(':') ? `[${host}]` : host}:${own}`
    this.#unlisten = onAbort(signal, () => void this[Symbol.asyncDispose]())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unlisten?.[Symbol.dispose]()
    this.#stop.abort()
    this.#app.server.closeAllConnections()
    await this.#app.close()
  }

  /** Before anything is read: where it comes from, and how often. */
  #admit(request: FastifyRequest, reply: FastifyReply): void {
    const { allowedOrigins } = this.#options.config
    reply.header('cache-control', 'no-store')
    const { origin } = request.headers
    if (origin && (allowedOrigins.includes(origin) || allowedOrigins.includes('*'))) {
      reply.header('access-control-allow-origin', origin).header('vary', 'Origin')
      reply.header('access-control-allow-headers', 'authorization, content-type, soapaction')
      reply.header('access-control-allow-methods', 'POST, GET, OPTIONS').header('access-control-max-age', '600')
    }
    if (request.method !== 'POST') return
    this.#limit(this.#addresses, request.ip, reply)
  }

  #limit(limiter: RateLimiter, key: string, reply: FastifyReply): void {
    const waitS = limiter.take(key, performance.now())
    if (waitS === 0) return
    reply.header('retry-after', String(waitS))
    throw new HeadendError('HE_LICENCE_RATE', `too many requests: again in ${waitS} s`)
  }

  async #entitlement(request: FastifyRequest, reply: FastifyReply): Promise<Entitlement> {
    const token = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
    const entitlement = await readEntitlement(token, this.#rules, new Date())
    this.#limit(this.#sessions, entitlement.session, reply)
    return entitlement
  }

  async #proxied(
    system: Proxied,
    door: VendorDoor,
    passOpaque: boolean,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const started = performance.now()
    const entitlement = await this.#entitlement(request, reply)
    const body = bodyOf(request)
    const requested = read[system](body, request)
    const kids = 'kids' in requested ? requested.kids : [...entitlement.kids]
    assertEntitled(entitlement, system, kids)
    if ((requested.kind === 'opaque' || requested.kind === 'claim') && !passOpaque)
      throw new HeadendError('HE_LICENCE_DENIED', 'the request does not say which keys it asks for')
    const answer = await door.ask({
      body,
      entitlement,
      kids,
      headers: protocolHeaders(system, request),
      signal: this.#stop.signal,
    })
    this.#told(system, answer.status, started)
    return reply.code(answer.status).type(answer.contentType).send(answer.body)
  }

  async #clearKey(keyOf: KeyOf, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const started = performance.now()
    const entitlement = await this.#entitlement(request, reply)
    const body = bodyOf(request)
    assertEntitled(entitlement, 'clearkey', clearKeyKids(body))
    const licence = await clearKeyLicence(body, keyOf)
    reply.raw.once('close', () => licence.fill(0))
    this.#told('clearkey', 200, started)
    return reply.type('application/json').send(licence)
  }

  #told(system: LicenceSystem, status: number, started: number): void {
    this.#options.log.info({ system, status, ms: Math.round(performance.now() - started) }, 'licence')
  }

  #refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const own = error instanceof HeadendError ? error : fromFastify(error)
    const status = errorTable[own.code].http
    this.#options.log[status >= 500 ? 'warn' : 'info'](
      { path: request.routeOptions.url ?? '', code: own.code },
      'licence refused',
    )
    if (status === 401) reply.header('www-authenticate', 'Bearer')
    return reply.code(status).send({ code: own.code, message: own.message, hint: own.hint })
  }
}

/** Fastify's own refusals; anything else is a fault of ours and is not shown. */
function fromFastify(error: unknown): HeadendError {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  return status >= 400 && status < 500
    ? new HeadendError('HE_LICENCE_REQUEST', status === 413 ? 'the request is too long' : 'the request cannot be read')
    : new HeadendError('HE_INTERNAL', 'the licence proxy failed')
}

function bodyOf({ body }: FastifyRequest): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body
  throw new HeadendError('HE_LICENCE_REQUEST', 'the request has no body')
}

const read: Readonly<Record<Proxied, (body: Buffer, request: FastifyRequest) => Requested>> = {
  widevine: body => widevineKids(body),
  playready: body => playReadyKids(body),
  // An SPC is encrypted for the vendor. What the player says of its key beside it is a claim, held to the token all the same.
  fairplay: (_body, request) => {
    const { kid } = request.query as { kid?: unknown }
    if (kid === undefined) return { kind: 'opaque' }
    const parsed = Kid.safeParse(kid)
    if (!parsed.success) throw new HeadendError('HE_LICENCE_REQUEST', 'kid is no key id')
    return { kind: 'claim', kids: [parsed.data] }
  },
}

function protocolHeaders(system: Proxied, request: FastifyRequest): Record<string, string> {
  const action = request.headers.soapaction
  if (system === 'widevine') return { 'content-type': 'application/octet-stream' }
  if (system === 'playready')
    return { 'content-type': 'text/xml; charset=utf-8', ...(typeof action === 'string' ? { soapaction: action } : {}) }
  return { 'content-type': request.headers['content-type'] ?? 'application/octet-stream' }
}
