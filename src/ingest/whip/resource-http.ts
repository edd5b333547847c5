// HTTP of WHIP (RFC 9725) and WHEP: paths, CORS, bodies of limited size, tokens.
import type { IncomingMessage, ServerResponse } from 'node:http'

export type ResourcePath =
  | { readonly type: 'endpoint'; readonly app: string; readonly key: string }
  | { readonly type: 'resource'; readonly id: string }

const nameOf = (part: string): string | null => {
  try {
    const name = decodeURIComponent(part)
    return name.length > 0 && name.length <= 256 && !name.includes('/') ? name : null
  } catch {
    return null
  }
}

/** `/whip/resource/ID` or `/whip/APP/KEY`; null for every other path. No application can be called `resource`. */
export function readResourcePath(root: 'whip' | 'whep', url: string): ResourcePath | null {
  const parts = url.split('?', 1)[0]!.split('/')
  if (parts.length !== 4 || parts[0] !== '' || parts[1] !== root) return null
  const [app, key] = [nameOf(parts[2]!), nameOf(parts[3]!)]
  if (app === null || key === null) return null
  return app === 'resource' ? { type: 'resource', id: key } : { type: 'endpoint', app, key }
}

/** The pairs of the query and the bearer token as `token`; few and short. */
export function readParameters(request: IncomingMessage): Record<string, string> {
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '')
  const parameters: Record<string, string> = {}
  for (const [name, value] of [...query].slice(0, 20))
    if (name.length < 64 && value.length < 2048) parameters[name] = value
  const token = /^Bearer +(\S{1,4096})$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token !== undefined) parameters.token = token
  return parameters
}

/** Text of the body; null when it is longer than allowed or does not come in time. */
export async function readBody(request: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<string | null> {
  const pieces: Buffer[] = []
  let bytes = 0
  const timer = setTimeout(() => request.destroy(), timeoutMs)
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes > maxBytes) return null
      pieces.push(piece)
    }
    return Buffer.concat(pieces).toString('utf8')
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

export type Answer = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends an answer that pages of other origins may read (RFC 9725 4.2: CORS). */
export function sendAnswer(response: ServerResponse, { status, headers = {}, body = '' }: Answer): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'Location, ETag, Link, Accept-Patch',
    'cache-control': 'no-store',
    ...(body !== '' && !headers['content-type'] && { 'content-type': 'text/plain; charset=utf-8' }),
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  })
  response.end(body)
}

/** To OPTIONS: what may be asked here. */
export const optionsAnswer = (methods: string): Answer => ({
  status: 204,
  headers: {
    allow: methods,
    'access-control-allow-methods': methods,
    'access-control-allow-headers': 'Content-Type, Authorization, If-Match, If-None-Match',
    'access-control-max-age': '86400',
    'accept-post': 'application/sdp',
  },
})

/** Whether the content type is the one asked for, whatever its parameters. */
export const hasType = (request: IncomingMessage, type: string): boolean =>
  (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase() === type
