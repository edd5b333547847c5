// Endpoints and the resources that come of them, the same for those who send (WHIP) and those who watch (WHEP).
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../../core/index.ts'
import {
  type Answer,
  hasType,
  optionsAnswer,
  readBody,
  readParameters,
  readResourcePath,
  sendAnswer,
} from './resource-http.ts'

/** What a resource is: something that ends. */
export interface Resource {
  end(reason: string): void
}

export type OfferFrom = {
  readonly app: string
  readonly key: string
  readonly sdp: string
  readonly remoteAddress: string
  readonly parameters: Readonly<Record<string, string>>
}

/** What became of an offer: an answer with the resource behind it, or a refusal. */
export type Opened =
  | { readonly status: 201; readonly sdp: string; readonly resource: Resource }
  | { readonly status: number; readonly reason: string }

const MAX_SDP_BYTES = 128 * 1024
const BODY_MS = 10_000

export class Resources<R extends Resource> {
  readonly #root: 'whip' | 'whep'
  readonly #log: Log
  readonly #max: number
  readonly #open: (offer: OfferFrom, id: string) => Promise<Opened>
  readonly #resources = new Map<string, { readonly resource: R; readonly etag: string }>()
  /** Offers that are being answered; they count like resources. */
  #opening = 0
  #closed = false

  constructor(
    root: 'whip' | 'whep',
    options: {
      readonly max: number
      readonly log: Log
      readonly open: (offer: OfferFrom, id: string) => Promise<Opened>
    },
  ) {
    this.#root = root
    this.#max = options.max
    this.#log = options.log
    this.#open = options.open
  }

  get all(): readonly R[] {
    return [...this.#resources.values()].map(({ resource }) => resource)
  }

  /** The resource is over; its address is not found any longer. */
  forget(id: string): void {
    this.#resources.delete(id)
  }

  /** Whether the path is one of ours; then the answer is sent too. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = readResourcePath(this.#root, request.url ?? '')
    if (!path) return false
    try {
      const answer =
        path.type === 'endpoint' ? await this.#endpoint(request, path) : await this.#resource(request, path.id)
      sendAnswer(response, answer)
    } catch (error) {
      this.#log.error({ error: String(error) }, `${this.#root} request failed`)
      sendAnswer(response, { status: 500, body: 'internal error' })
    }
    return true
  }

  async #endpoint(request: IncomingMessage, at: { readonly app: string; readonly key: string }): Promise<Answer> {
    if (request.method === 'OPTIONS') return optionsAnswer('OPTIONS, POST')
    if (request.method !== 'POST')
      return { status: 405, headers: { allow: 'OPTIONS, POST' }, body: 'an SDP offer is expected by POST' }
    if (!hasType(request, 'application/sdp')) return { status: 415, body: 'Content-Type must be application/sdp' }
    const sdp = await readBody(request, MAX_SDP_BYTES, BODY_MS)
    if (sdp === null)
      return { status: 413, headers: { connection: 'close' }, body: `an offer has at most ${MAX_SDP_BYTES} bytes` }
    const remoteAddress = request.socket.remoteAddress ?? ''
    return await this.offer({ ...at, sdp, remoteAddress, parameters: readParameters(request) })
  }

  /** An offer that came on any way: POST by HTTP, or a call. */
  async offer(offer: OfferFrom): Promise<Answer> {
    if (this.#closed || this.#resources.size + this.#opening >= this.#max)
      return { status: 503, headers: { 'retry-after': '10' }, body: 'no more sessions can be taken now' }
    const id = randomUUID()
    this.#opening++
    try {
      const opened = await this.#open(offer, id)
      if (!('sdp' in opened)) {
        const challenge = opened.status === 401 ? { 'www-authenticate': 'Bearer' } : {}
        return { status: opened.status, headers: challenge, body: opened.reason }
      }
      if (this.#closed) {
        opened.resource.end('the server stops')
        return { status: 503, body: 'the server stops' }
      }
      const etag = `"${randomUUID()}"`
      this.#resources.set(id, { resource: opened.resource as R, etag })
      return {
        status: 201,
        headers: {
          'content-type': 'application/sdp',
          location: `/${this.#root}/resource/${id}`,
          'accept-patch': 'application/trickle-ice-sdpfrag',
          etag,
        },
        body: opened.sdp,
      }
    } finally {
      this.#opening--
    }
  }

  async #resource(request: IncomingMessage, id: string): Promise<Answer> {
    if (request.method === 'OPTIONS') return optionsAnswer('OPTIONS, PATCH, DELETE')
    const found = this.#resources.get(id)
    if (!found) return { status: 404, body: 'there is no such session' }
    if (request.method === 'DELETE') {
      this.#resources.delete(id)
      found.resource.end('the client ended it')
      return { status: 200 }
    }
    if (request.method === 'PATCH') {
      if (!hasType(request, 'application/trickle-ice-sdpfrag'))
        return { status: 415, body: 'Content-Type must be application/trickle-ice-sdpfrag' }
      if ((await readBody(request, MAX_SDP_BYTES, BODY_MS)) === null)
        return { status: 413, headers: { connection: 'close' } }
      const match = request.headers['if-match']
      // RFC 9725 4.3.3: a restart names no version.
      if (match === '*') return { status: 422, body: 'ICE is not restarted here; make a new session' }
      if (match !== undefined && match !== found.etag) return { status: 412, body: 'this is of another ICE session' }
      // ICE lite (RFC 8445 2.5): candidates of the client are not checked from here, so there is nothing to add.
      return { status: 204 }
    }
    return { status: 405, headers: { allow: 'OPTIONS, PATCH, DELETE' }, body: 'PATCH or DELETE are expected' }
  }

  close(): void {
    this.#closed = true
    for (const { resource } of this.#resources.values()) resource.end('the server stops')
    this.#resources.clear()
  }
}
