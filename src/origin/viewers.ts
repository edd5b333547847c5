// How many watch: sessions by CMCD where players say one, by address and program otherwise, until they ask for nothing for a while.
import type { IncomingMessage } from 'node:http'

const GONE_MS = 12_000
/** Beyond this many nobody is counted one by one. */
const MAX_COUNTED = 200_000

export class Viewers {
  readonly #seen = new Map<string, number>()

  /** Somebody asked for media. */
  note(request: IncomingMessage, cmcd: ReadonlyMap<string, string>, nowMs: number): void {
    const session = cmcd.get('sid') ?? `${request.socket.remoteAddress} ${request.headers['user-agent'] ?? ''}`
    if (this.#seen.size < MAX_COUNTED || this.#seen.has(session)) this.#seen.set(session.slice(0, 200), nowMs)
  }

  count(nowMs: number): number {
    for (const [session, atMs] of this.#seen) if (nowMs - atMs > GONE_MS) this.#seen.delete(session)
    return this.#seen.size
  }
}

/** CTA-5004: key=value pairs in the query or in headers; strings in quotation marks, lone keys are true. */
export function readCmcd(request: IncomingMessage, query: URLSearchParams): Map<string, string> {
  const pairs = new Map<string, string>()
  const texts = [
    query.get('CMCD'),
    ...['request', 'object', 'status', 'session'].map(name => request.headers[`cmcd-${name}`]),
  ]
  for (const text of texts) {
    if (typeof text !== 'string' || text.length > 2000) continue
    for (const match of text.matchAll(/([a-z-]{1,40})(?:=(?:"([^"]{0,200})"|([^,"]{0,200})))?(?:,|$)/g))
      pairs.set(match[1]!, match[2] ?? match[3] ?? 'true')
  }
  return pairs
}
