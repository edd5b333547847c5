// How an origin answers: headers for browsers and caches, whole bodies, pieces of them, errors.
import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { StoredSegment } from './channel-store.ts'

export const types = {
  hls: 'application/vnd.apple.mpegurl',
  dash: 'application/dash+xml',
  mp4: 'video/mp4',
  text: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
} as const

/** For how many seconds caches may keep it; forever for what never changes. */
export const keep = { forever: 'public, max-age=31536000, immutable', no: 'no-store' } as const
export const keepFor = (seconds: number): string => `public, max-age=${seconds}`

/** Players run on other hosts than this one. */
export function allowOthers(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Access-Control-Expose-Headers', 'Content-Length, Content-Range, Date, ETag')
}

export function answerText(
  request: IncomingMessage,
  response: ServerResponse,
  type: string,
  cache: string,
  body: Buffer,
): void {
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length, 'Cache-Control': cache })
  response.end(request.method === 'HEAD' ? undefined : body)
}

export function answerError(response: ServerResponse, status: number, text: string, retryAfterS?: number): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(status, {
    'Content-Type': types.text,
    // A CDN that remembers that something is not there yet would hide it when it is.
    'Cache-Control': status === 404 ? keepFor(1) : keep.no,
    ...(retryAfterS === undefined ? {} : { 'Retry-After': retryAfterS }),
  })
  response.end(`${text}\n`)
}

/** A whole segment, or the range of it that was asked for (RFC 9110 14). */
export async function answerSegment(
  request: IncomingMessage,
  response: ServerResponse,
  segment: StoredSegment,
): Promise<void> {
  const size = segment.sizeBytes
  const range = readRange(request.headers.range, size)
  if (range === 'bad') {
    response.setHeader('Content-Range', `bytes */${size}`)
    answerError(response, 416, 'there are no such bytes')
    return
  }
  const [first, last] = range ?? [0, size - 1]
  response.writeHead(range ? 206 : 200, {
    'Content-Type': types.mp4,
    'Content-Length': last - first + 1,
    'Cache-Control': keep.forever,
    'Accept-Ranges': 'bytes',
    ...(range ? { 'Content-Range': `bytes ${first}-${last}/${size}` } : {}),
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  if (segment.parts.length > 0) {
    const body = Buffer.concat(segment.parts.map(({ bytes }) => bytes))
    response.end(body.subarray(first, last + 1))
    return
  }
  await pipeline(createReadStream(segment.file!, { start: first, end: last }), response)
}

function readRange(text: string | undefined, size: number): readonly [number, number] | 'bad' | null {
  const match = text === undefined ? null : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text.trim())
  if (!match || (match[1] === '' && match[2] === '')) return null
  if (match[1] === '') {
    const bytes = Number(match[2])
    return bytes === 0 ? 'bad' : [Math.max(0, size - bytes), size - 1]
  }
  const first = Number(match[1])
  const last = match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]))
  return first > last ? 'bad' : [first, last]
}
