// The HTTP door of WHIP: a port of its own, because what comes in is another matter than what viewers ask.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { HeadendError } from '../../core/index.ts'
import { createWhip, type WhipOptions } from './whip.ts'

export type WhipServerOptions = Omit<WhipOptions, 'hostAddresses'> & {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** PEM; browsers publish from pages of https to https alone. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** IP addresses at which clients reach this machine by UDP; absent: the one that is listened on, or all of this machine. */
  readonly announce?: readonly string[]
}

export interface WhipServer extends AsyncDisposable {
  readonly port: number
  sessions(): readonly Record<string, unknown>[]
}

const IDLE_MS = 15_000
const MAX_CONNECTIONS = 500

/** @throws {HE_LIVE_PORT} */
export async function openWhipServer(options: WhipServerOptions): Promise<WhipServer> {
  const { host, port, tls, announce, log, ...rest } = options
  const whip = createWhip({ ...rest, log, hostAddresses: announce ?? addressesOf(host) })
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    whip.handle(request, response).then(
      isOurs => {
        if (isOurs) return
        response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' })
        response.end('publish to /whip/APP/KEY\n')
      },
      (error: unknown) => {
        log.error({ error: String(error) }, 'a WHIP request failed')
        response.destroy()
      },
    )
  }
  const server: Server = tls ? (createSecureServer(tls, handle) as unknown as Server) : createServer(handle)
  server.maxConnections = MAX_CONNECTIONS
  server.setTimeout(IDLE_MS)
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new HeadendError('HE_LIVE_PORT', `WHIP cannot listen on ${host}:${port} (${error.code})`)),
    )
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    sessions: () => whip.sessions(),
    async [Symbol.asyncDispose]() {
      whip[Symbol.dispose]()
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Where clients find a server that listens on `host`. */
function addressesOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host === 'localhost' ? '127.0.0.1' : host]
  const found = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  return found.flatMap(({ address, family, internal }) => (internal || family !== 'IPv4' ? [] : [address]))
}
