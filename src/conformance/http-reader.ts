// Presentations on a server: http and https alone, few redirects, bounded sizes, and a limit of time for each request.
import { HeadendError } from '../core/index.ts'
import { outOfRange, type Resource, type ResourceReader, tooLarge, type Wanted } from './resource.ts'

const MAX_REDIRECTS = 5
const TIMEOUT_MS = 30_000
const ATTEMPTS = 2

/** References are relative to `base`, the address of the manifest. */
export const createHttpReader = (base: string, timeoutMs = TIMEOUT_MS): ResourceReader => ({
  url: base,
  async read(reference, wanted): Promise<Resource> {
    const url = resolveUrl(reference, base)
    for (let attempt = 1; ; attempt++) {
      try {
        return await fetchOnce(url, wanted, timeoutMs)
      } catch (error) {
        wanted.signal.throwIfAborted()
        // What the server said clearly it will say again.
        if (attempt >= ATTEMPTS || (error instanceof HeadendError && error.details.retry !== true)) throw error
      }
    }
  },
})

/** Without what may be secret: user, password, and the query that signed addresses carry. */
const named = ({ origin, pathname }: URL): string => (origin + pathname).slice(0, 200)

function resolveUrl(reference: string, base: string): URL {
  const url = URL.parse(reference, base)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new HeadendError('HE_FETCH_REFUSED', `${reference.slice(0, 200)} is no address of http or https`)
  return url
}

async function fetchOnce(first: URL, { range, maxBytes, signal }: Wanted, timeoutMs: number): Promise<Resource> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const headers = range ? { range: `bytes=${range.offset}-${range.offset + range.bytes - 1}` } : {}
  let url = first
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(url, { headers, redirect: 'manual', signal: limit }).catch(cause => {
      throw failed(url, signal, cause, limit.aborted ? `no answer within ${timeoutMs} ms` : 'no connection')
    })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel()
      if (redirects >= MAX_REDIRECTS)
        throw new HeadendError('HE_FETCH_REFUSED', `${named(first)} was redirected more than ${MAX_REDIRECTS} times`)
      url = resolveUrl(location, url.href)
      continue
    }
    if (!response.ok) {
      await response.body?.cancel()
      throw new HeadendError('HE_FETCH_FAILED', `${named(url)}: the server answers ${response.status}`, {
        details: { status: response.status, retry: response.status >= 500 },
      })
    }
    const bytes = await readBody(response, url, maxBytes, signal, limit)
    const transfer = {
      contentType: response.headers.get('content-type'),
      contentEncoding: response.headers.get('content-encoding'),
      redirects,
    }
    if (!range) return { bytes, transfer }
    // 200: a server that knows no ranges sends all of it.
    const part = response.status === 206 ? bytes : bytes.subarray(range.offset, range.offset + range.bytes)
    if (part.length < range.bytes) throw outOfRange(named(url), range)
    return { bytes: part.subarray(0, range.bytes), transfer }
  }
}

async function readBody(
  response: Response,
  url: URL,
  maxBytes: number,
  signal: AbortSignal,
  limit: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      if (size > maxBytes) throw tooLarge(named(url), maxBytes)
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof HeadendError) throw cause
    throw failed(url, signal, cause, limit.aborted ? 'it took too long' : 'the connection broke off')
  }
  return Buffer.concat(chunks)
}

function failed(url: URL, signal: AbortSignal, cause: unknown, why: string): unknown {
  if (signal.aborted) return signal.reason
  return new HeadendError('HE_FETCH_FAILED', `${named(url)}: ${why}`, { cause, details: { retry: true } })
}
