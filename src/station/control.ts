// What an operator may do to channels that run, over HTTP: ad breaks, the input by hand.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Secret } from '../core/index.ts'
import { formatSpliceInsert, type InputName, type ProgramCue } from '../live/index.ts'
import type { StoredCue } from '../origin/index.ts'

export type ControlOptions = {
  /** Asked for as `Authorization: Bearer`; null: only this machine may ask. */
  readonly token: Secret | null
  /** The break that is open, and a way to tell of one; null: there is no such channel. */
  readonly breaks: (channel: string) => { readonly open: StoredCue | null; take(cue: ProgramCue): void } | null
  readonly force: (channel: string, input: InputName | null) => void
}

const MAX_BODY_BYTES = 4096
/** How far off an operator's clock may be, and how far ahead breaks are planned. */
const MAX_AWAY_MS = 24 * 3_600_000

const Break = z.strictObject({
  kind: z.enum(['out', 'in']),
  /** ISO 8601; absent: now. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** Seconds. */
  duration: z.number().min(0.1).max(14_400).optional(),
})
const loopback = /^(?:::ffff:)?127\.|^::1$/
const Input = z.strictObject({ input: z.enum(['primary', 'backup']).nullable() })

/** Answers below `/api/channels/`; false: not its path. */
export function openControl(
  options: ControlOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  let lastEvent = 0
  const answer = (response: ServerResponse, status: number, body: object): true => {
    response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
    response.end(JSON.stringify(body))
    return true
  }
  return async (request, response) => {
    const path = (request.url ?? '/').split('?')[0]!
    const match = /^\/api\/channels\/([a-z0-9/_.-]{1,200})\/(breaks|input)$/i.exec(path)
    if (!match) return false
    const refuse = (status: number, error: string): true => answer(response, status, { error })
    if (request.method !== 'POST') return refuse(405, 'only POST')
    // Pages of other sites can send forms, not this type.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
      return refuse(415, 'the body is application/json')
    if (!isAllowed(request, options.token)) return refuse(401, 'a token is asked for')
    const body = await readBody(request)
    if (body === null) return refuse(400, 'the body is no JSON of at most 4 KiB')
    const [, channel, what] = match as unknown as [string, string, 'breaks' | 'input']
    const breaks = options.breaks(channel)
    if (!breaks) return refuse(404, 'there is no such channel')
    if (what === 'input') {
      const parsed = Input.safeParse(body)
      if (!parsed.success) return refuse(400, 'input is primary, backup or null')
      options.force(channel, parsed.data.input)
      return answer(response, 202, parsed.data)
    }
    const parsed = Break.safeParse(body)
    if (!parsed.success) return refuse(400, z.prettifyError(parsed.error))
    const { kind, at, duration } = parsed.data
    const startMs = at === undefined ? Date.now() : Date.parse(at)
    if (Math.abs(startMs - Date.now()) > MAX_AWAY_MS) return refuse(400, 'at is more than a day away')
    if (kind === 'in' && !breaks.open) return refuse(409, 'no break is open')
    // Event numbers are seconds, so that they differ over restarts too.
    lastEvent = Math.max(lastEvent + 1, Math.floor(Date.now() / 1000))
    const id = kind === 'in' ? breaks.open!.id : `splice-${lastEvent}`
    const section = formatSpliceInsert({
      eventId: kind === 'in' ? Number(/^splice-(\d+)/.exec(id)?.[1] ?? 0) : lastEvent,
      out: kind === 'out',
      ticks: BigInt(Math.round(startMs)) * 90n,
      durationTicks: duration === undefined ? null : BigInt(Math.round(duration * 90_000)),
    })
    const cue: ProgramCue = {
      ...{ id, kind, startUs: startMs * 1000, scte35: section },
      ...(duration === undefined ? {} : { durationUs: Math.round(duration * 1e6) }),
    }
    breaks.take(cue)
    return answer(response, 202, { id, kind, at: new Date(startMs).toISOString(), duration: duration ?? null })
  }
}

function isAllowed({ headers, socket }: IncomingMessage, token: Secret | null): boolean {
  if (token === null) return loopback.test(socket.remoteAddress ?? '')
  const digest = (text: string | Uint8Array): Buffer => createHash('sha256').update(text).digest()
  const said = /^Bearer (.{1,512})$/.exec(headers.authorization ?? '')?.[1]
  return said !== undefined && timingSafeEqual(digest(said), token.use(digest))
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return null
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown
  } catch {
    return null
  }
}
