// RTMP and RTMPS on one port, for as many stream keys as there are publishers.
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { HeadendError, type Log } from '../../core/index.ts'
import type { Authorize, OpenFeed } from '../../live/index.ts'
import { RtmpConnection, type RtmpTimes, rtmpTimes } from './rtmp-connection.ts'

export type RtmpServerOptions = {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** PEM; makes it RTMPS. */
  readonly tls?: { readonly key: string; readonly cert: string }
  readonly authorize: Authorize
  readonly openFeed: OpenFeed
  readonly times?: Partial<RtmpTimes>
  readonly limits?: Partial<typeof rtmpServerLimits>
  readonly log: Log
}

export const rtmpServerLimits = { connections: 500, perAddress: 50 }

export interface RtmpServer extends AsyncDisposable {
  readonly port: number
  sessions(): readonly Record<string, unknown>[]
}

/** @throws {HE_LIVE_PORT} the port is taken or may not be used. */
export async function openRtmpServer(options: RtmpServerOptions): Promise<RtmpServer> {
  const { log, authorize, openFeed, tls } = options
  const limits = { ...rtmpServerLimits, ...options.limits }
  const times = { ...rtmpTimes, ...options.times }
  const connections = new Map<RtmpConnection, Socket>()
  const welcome = (socket: Socket): void => {
    const sameAddress = [...connections.values()].filter(other => other.remoteAddress === socket.remoteAddress)
    if (connections.size >= limits.connections || sameAddress.length >= limits.perAddress) {
      log.warn({ peer: socket.remoteAddress }, 'too many RTMP connections')
      socket.destroy()
      return
    }
    const connection = new RtmpConnection(socket, {
      log,
      times,
      authorize,
      open: openFeed,
    })
    connections.set(connection, socket)
    socket.on('close', () => connections.delete(connection))
  }
  const server: Server = tls
    ? createTlsServer({ key: tls.key, cert: tls.cert, handshakeTimeout: times.handshakeMs }, welcome)
    : createServer(welcome)
  // A broken TLS handshake is its sender's own affair.
  server.on('tlsClientError', error => log.debug({ error: error.message }, 'RTMPS handshake'))
  const raw = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    raw.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => raw.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new HeadendError('HE_LIVE_PORT', `RTMP cannot listen on ${options.host}:${options.port} (${error.code})`)),
    )
    server.listen(options.port, options.host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    sessions: () => [...connections.keys()].map(connection => ({ ...connection.stats(), request: connection.request })),
    async [Symbol.asyncDispose]() {
      for (const connection of connections.keys()) connection.close('the server stops')
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of raw) socket.destroySoon()
      await closed
    },
  }
}
