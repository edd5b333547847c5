// The origin: channels come in on a unix socket, players come in over HTTP; in between memory and a spool on disk.
import { existsSync, readdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import { join } from 'node:path'
import { HeadendError, type Log, type Secret } from '../core/index.ts'
import { channelName, type ProgramCue } from '../live/index.ts'
import { allowOthers, answerError, answerText, keep, types } from './answer.ts'
import { ChannelHttp } from './channel-http.ts'
import { ChannelStore, type StoreLimits } from './channel-store.ts'
import type { StoredCue } from './cue-list.ts'
import { openProgramIntake } from './program-intake.ts'
import { Spool } from './spool.ts'
import { isValidToken } from './viewer-token.ts'
import { readCmcd, Viewers } from './viewers.ts'

export type OriginOptions = {
  /** The unix socket on which channels tell their programs. */
  readonly socketPath: string
  readonly spoolDirectory: string
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** PEM; makes it HTTPS with HTTP/2 beside HTTP/1.1. */
  readonly tls?: { readonly key: string; readonly cert: string }
  readonly limits: StoreLimits
  readonly targetLatencyMs: number
  /** Only addresses that are signed with it are answered. */
  readonly viewerKey?: Secret
  /** Answers what is not of a channel (pages, the API); false: not its path either. */
  readonly others?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>
  readonly log: Log
}

export interface Origin extends AsyncDisposable {
  readonly port: number
  stats(): readonly ChannelStats[]
  /** The break of a channel that is open, and a way to tell of one; null: there is no such channel. */
  breaks(channel: string): { readonly open: StoredCue | null; take(cue: ProgramCue): void } | null
}

export type ChannelStats = {
  readonly channel: string
  readonly viewers: number
  readonly requests: number
  readonly sentBytes: number
  readonly waiting: number
  readonly ended: boolean
  readonly ignoredParts: number
  readonly spool: { readonly pending: number; readonly failed: number }
  readonly tracks: readonly { readonly id: string; readonly segments: number; readonly lastSegment: number | null }[]
}

type Channel = {
  readonly store: ChannelStore
  readonly spool: Spool
  readonly http: ChannelHttp
  readonly viewers: Viewers
  requests: number
  sentBytes: number
}

/** Idle connections, and clients that do not read, end after this. Blocking requests are shorter. */
const IDLE_MS = 30_000
const MAX_CONNECTIONS = 20_000

/** @throws {HE_LIVE_PORT} */
export async function openOrigin(options: OriginOptions): Promise<Origin> {
  const { log, spoolDirectory } = options
  const channels = new Map<string, Channel>()
  const openChannel = (name: string): Channel => {
    const known = channels.get(name)
    if (known) return known
    const spool = new Spool(join(spoolDirectory, encodeURIComponent(name)), log.child({ channel: name }))
    const store = new ChannelStore(name, options.limits, spool)
    spool.restore(store)
    const http = new ChannelHttp(store, {
      dvrSeconds: options.limits.dvrSeconds,
      targetLatencyMs: options.targetLatencyMs,
      timeUrl: `${'../'.repeat(name.split('/').length)}time`,
    })
    const channel = { store, spool, http, viewers: new Viewers(), requests: 0, sentBytes: 0 }
    channels.set(name, channel)
    return channel
  }
  // What an origin before this one served is there from the first moment.
  if (existsSync(spoolDirectory))
    for (const entry of readdirSync(spoolDirectory)) {
      const name = channelName.safeParse(safeDecode(entry))
      if (name.success) openChannel(name.data)
    }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const controller = new AbortController()
    response.on('close', () => controller.abort())
    answer(request, response, controller.signal).catch((error: unknown) => {
      if (!controller.signal.aborted) {
        log.error({ url: request.url?.slice(0, 200), error: String(error) }, 'a request failed')
        answerError(response, 500, 'that failed')
      }
    })
  }

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    allowOthers(response)
    const url = URL.parse(request.url ?? '/', 'http://origin')
    if (!url || (request.url ?? '').length > 4096) return answerError(response, 400, 'that is no address')
    if (url.pathname.endsWith('/time') && request.method === 'GET')
      return answerText(request, response, types.text, keep.no, Buffer.from(new Date().toISOString()))
    const found = findChannel(url.pathname)
    if (!found) {
      if (await options.others?.(request, response)) return
      return answerError(response, 404, 'there is no such channel')
    }
    if (request.method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS')
      response.setHeader('Access-Control-Allow-Headers', '*')
      response.setHeader('Access-Control-Max-Age', '86400')
      response.writeHead(204).end()
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return answerError(response, 405, 'only GET and HEAD')
    const { channel, rest, token } = found
    if (options.viewerKey && !isValidToken(options.viewerKey, channel.store.name, token ?? '', Date.now() / 1000))
      return answerError(response, 403, 'the address is not signed, or not any more')
    channel.requests++
    channel.viewers.note(request, readCmcd(request, url.searchParams), Date.now())
    response.on('close', () => {
      channel.sentBytes += Number(response.getHeader('content-length') ?? 0)
    })
    return channel.http.answer(rest, url.searchParams, { request, response, signal })
  }

  /** The longest name that the path begins with. */
  function findChannel(pathname: string): { channel: Channel; rest: string; token: string | null } | null {
    const parts = pathname.split('/').slice(1)
    const token = parts[0]?.startsWith('~') ? parts.shift()! : null
    for (let length = Math.min(4, parts.length - 1); length > 0; length--) {
      const channel = channels.get(parts.slice(0, length).join('/'))
      if (channel) return { channel, rest: parts.slice(length).join('/'), token }
    }
    return null
  }

  await using undo = new AsyncDisposableStack()
  undo.use(await openProgramIntake(options.socketPath, name => openChannel(name).store, log))
  const server = options.tls
    ? (createSecureServer({ ...options.tls, allowHTTP1: true }, (request, response) =>
        handle(request as unknown as IncomingMessage, response as unknown as ServerResponse),
      ) as unknown as Server)
    : createServer({ keepAliveTimeout: IDLE_MS }, handle)
  server.maxConnections = MAX_CONNECTIONS
  server.setTimeout(IDLE_MS)
  const sockets = new Set<import('node:net').Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new HeadendError('HE_LIVE_PORT', `HTTP cannot listen on ${options.host}:${options.port} (${error.code})`)),
    )
    server.listen(options.port, options.host, resolve)
  })
  undo.defer(async () => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
    for (const { spool } of channels.values()) await spool.settled
  })
  const resources = undo.move()
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stats: () => [...channels.values()].map(statsOf),
    breaks: name => {
      const store = channels.get(name)?.store
      return store?.program
        ? { open: store.cues.openAt(Date.now() * 1000), take: cue => store.take({ type: 'cue', cue }) }
        : null
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

const statsOf = ({ store, spool, http, viewers, requests, sentBytes }: Channel): ChannelStats => ({
  channel: store.name,
  viewers: viewers.count(Date.now()),
  requests,
  sentBytes,
  waiting: http.stats.waiting,
  ended: store.ended,
  ignoredParts: store.ignored,
  spool: spool.stats,
  tracks: [...store.tracks.values()].map(({ id, segments }) => ({
    id,
    segments: segments.length,
    lastSegment: segments.at(-1)?.number ?? null,
  })),
})

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
