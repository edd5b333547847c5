// Static files for the preview: which path may be read, which bytes of it, and what they are called.
import { open, realpath } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** RFC 8216 4: application/vnd.apple.mpegurl; ISO/IEC 23009-1: application/dash+xml; the rest from the IANA registry. */
const contentTypes: Readonly<Record<string, string>> = {
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mpd': 'application/dash+xml',
  '.m4s': 'video/iso.segment',
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.m4a': 'audio/mp4',
  '.cmfv': 'video/mp4',
  '.cmfa': 'audio/mp4',
  '.cmft': 'application/mp4',
  '.ts': 'video/mp2t',
  '.vtt': 'text/vtt; charset=utf-8',
  '.ttml': 'application/ttml+xml',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
}

export const contentType = (path: string): string =>
  contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'

export type ByteRange = { readonly start: number; readonly end: number }

/**
 * Reads a Range header for a resource of `size` bytes: a range, `unsatisfiable` (416), or undefined where the header is
 * absent, malformed or asks for several ranges and RFC 9110 14.2 lets a server answer with everything.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  if (match[1] === '') {
    const length = Math.min(Number(match[2]), size)
    return length > 0 ? { start: size - length, end: size - 1 } : 'unsatisfiable'
  }
  const start = Number(match[1])
  if (match[2] !== '' && Number(match[2]) < start) return undefined
  if (start >= size) return 'unsatisfiable'
  return { start, end: match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1) }
}

/**
 * The real path of what a URL path names under `root` (itself a real path), or undefined when nothing may be served:
 * outside of root (by dots or by a symbolic link), hidden, or absent.
 */
export async function resolveUnder(root: string, urlPath: string): Promise<string | undefined> {
  let path: string
  try {
    path = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  const parts = path.split('/').filter(part => part !== '')
  if (path.includes('\0') || path.includes('\\') || parts.some(part => part.startsWith('.'))) return undefined
  try {
    const real = await realpath(join(root, ...parts))
    return real.startsWith(root.endsWith(sep) ? root : root + sep) ? real : undefined
  } catch {
    return undefined
  }
}

/** Answers with a short text. */
export function sendText(res: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
  res.end(res.req.method === 'HEAD' ? undefined : text)
}

/** Answers GET and HEAD for one file, whole or a range. Opens it once, so that size and bytes are of the same file. */
export async function sendFile(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
  await using handle = await open(path, 'r')
  const info = await handle.stat()
  if (!info.isFile()) {
    sendText(res, 404, 'Not found\n')
    return
  }
  // We send no validator, so an If-Range never matches and the whole file is right (RFC 9110 13.1.5).
  const range = req.headers['if-range'] ? undefined : parseRange(req.headers.range, info.size)
  if (range === 'unsatisfiable') {
    res.setHeader('content-range', `bytes */${info.size}`)
    sendText(res, 416, 'Range not satisfiable\n')
    return
  }
  const { start, end } = range ?? { start: 0, end: info.size - 1 }
  res.writeHead(range ? 206 : 200, {
    'content-type': contentType(path),
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    ...(range ? { 'content-range': `bytes ${start}-${end}/${info.size}` } : {}),
  })
  if (req.method === 'HEAD' || info.size === 0) {
    res.end()
    return
  }
  await pipeline(handle.createReadStream({ start, end, autoClose: false }), res)
}
