// `headend preview`: a small server for one finished package and a page that plays it. For one reader on this machine.
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorTable, HeadendError, type Log, onAbort } from '../core/index.ts'
import { clearKeyLicence, type KeyOf } from '../licence/index.ts'
import { resolveUnder, sendFile, sendText } from './preview-files.ts'
import { licencePath, type PackageFiles, previewPage, previewScript, previewStyle } from './preview-page.ts'

export type PreviewOptions = {
  /** 0 or absent: any free port. */
  readonly port?: number
  /** Address to listen on; 127.0.0.1 when absent. */
  readonly host?: string
  readonly signal: AbortSignal
  readonly log: Log
  /** Keys of protected packages, given to the page as ClearKey; for this machine alone. */
  readonly keyOf?: KeyOf
}

/** A running preview; dispose it to stop. It stops by itself when its signal aborts. */
export interface Preview extends AsyncDisposable {
  readonly url: string
}

const players = {
  '/_headend/hls.js': 'hls.js/dist/hls.min.js',
  '/_headend/shaka.js': 'shaka-player/dist/shaka-player.compiled.js',
} as const

/** Finds the multivariant playlist and the MPD nearest to the top of `root`, looking two folders deep. */
export async function findManifests(root: string): Promise<PackageFiles> {
  const playlists: string[] = []
  const mpds: string[] = []
  const visit = async (dir: string, depth: number): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))) {
      if (entry.name.startsWith('.')) continue
      const path = join(dir, entry.name)
      if (entry.isFile() && entry.name.endsWith('.m3u8')) playlists.push(path)
      if (entry.isFile() && entry.name.endsWith('.mpd')) mpds.push(path)
      if (entry.isDirectory() && depth > 0) await visit(path, depth - 1)
    }
  }
  await visit(root, 2)
  const name = (path: string | undefined): string | null =>
    path === undefined ? null : relative(root, path).split(sep).join('/')
  const nearest = (paths: readonly string[]): string[] =>
    paths.toSorted((a, b) => a.split(sep).length - b.split(sep).length)
  const masters: string[] = []
  for (const path of playlists) if ((await readFile(path, 'utf8')).includes('#EXT-X-STREAM-INF')) masters.push(path)
  const report = await stat(join(root, 'report.html')).catch(() => null)
  const texts = [nearest(mpds)[0], ...playlists].flatMap(path => path ?? [])
  let encrypted = false
  for (const path of texts)
    encrypted ||= /ContentProtection|#EXT-X-(?:SESSION-)?KEY:/.test(await readFile(path, 'utf8'))
  return {
    hls: name(nearest(masters)[0] ?? nearest(playlists)[0]),
    dash: name(nearest(mpds)[0]),
    report: report?.isFile() ? 'report.html' : null,
    encrypted,
  }
}

/**
 * Whether a Host header is one that a browser on this machine would send. A page elsewhere whose name is rebound to
 * 127.0.0.1 sends its own name. An address cannot be rebound, so it is fine when we listen beyond this machine.
 */
export function isAllowedHost(header: string | undefined, listenHost: string): boolean {
  const name = /^(\[[^\]]+\]|[^:]+)(?::\d+)?$/.exec(header ?? '')?.[1]?.toLowerCase()
  if (name === undefined) return false
  const bare = name.replace(/^\[|\]$/g, '')
  if (bare === '127.0.0.1' || bare === 'localhost' || bare === '::1') return true
  const local = listenHost === '127.0.0.1' || listenHost === 'localhost' || listenHost === '::1'
  return !local && (isIP(bare) !== 0 || bare === listenHost.toLowerCase())
}

/** Everything from this server; hls.js and shaka-player make blob: media and workers. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' blob: data:; " +
  "media-src 'self' blob: data:; worker-src 'self' blob:; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'"

async function openDirectory(dir: string): Promise<string> {
  try {
    const root = await realpath(dir)
    if ((await stat(root)).isDirectory()) return root
  } catch (cause) {
    throw new HeadendError('HE_INPUT_NOT_FOUND', `There is no directory ${dir}.`, { cause, details: { dir } })
  }
  throw new HeadendError('HE_INPUT_UNREADABLE', `${dir} is not a directory.`, {
    details: { dir },
    hint: 'Pass the output directory of `headend vod`.',
  })
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  root: string,
  { host: listenHost, keyOf }: { host: string; keyOf: KeyOf | undefined },
): Promise<void> {
  res.setHeader('x-content-type-options', 'nosniff')
  res.setHeader('cross-origin-resource-policy', 'same-origin')
  res.setHeader('referrer-policy', 'no-referrer')
  res.setHeader('cache-control', 'no-store')
  if (!isAllowedHost(req.headers.host, listenHost)) return sendText(res, 403, 'Forbidden host\n')
  if (req.method === 'POST' && req.url === licencePath && keyOf) return await answerLicence(req, res, keyOf)
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.setHeader('allow', 'GET, HEAD')
    return sendText(res, 405, 'Method not allowed\n')
  }
  // Not `new URL`: it would resolve `..` before we can refuse it.
  const path = (req.url ?? '/').split(/[?#]/, 1)[0]!
  if (path === '/') {
    res.setHeader('content-security-policy', pagePolicy)
    return sendText(res, 200, previewPage(await findManifests(root)), 'text/html; charset=utf-8')
  }
  if (path === '/_headend/preview.js') return sendText(res, 200, previewScript, 'text/javascript; charset=utf-8')
  if (path === '/_headend/preview.css') return sendText(res, 200, previewStyle, 'text/css; charset=utf-8')
  if (Object.hasOwn(players, path))
    return sendFile(req, res, fileURLToPath(import.meta.resolve(players[path as keyof typeof players])))
  const file = await resolveUnder(root, path)
  if (file === undefined) return sendText(res, 404, 'Not found\n')
  return sendFile(req, res, file)
}

/** A licence request names some key ids. */
const MOST_REQUEST_BYTES = 16_384

async function answerLicence(req: IncomingMessage, res: ServerResponse, keyOf: KeyOf): Promise<void> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MOST_REQUEST_BYTES) return sendText(res, 413, 'Too large\n')
    parts.push(part)
  }
  try {
    const licence = await clearKeyLicence(Buffer.concat(parts), keyOf)
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': licence.length })
    await new Promise<void>(resolve => res.end(licence, () => resolve()))
    licence.fill(0)
  } catch (error) {
    const { http, code } = toStatus(error)
    sendText(res, http, `${code}\n`)
  }
}

const toStatus = (error: unknown): { http: number; code: string } =>
  error instanceof HeadendError
    ? { http: errorTable[error.code].http, code: error.code }
    : { http: 500, code: 'HE_INTERNAL' }

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE' || cause.code === 'EACCES'
      const why = cause.code === 'EACCES' ? 'may not be opened by you' : 'is taken'
      reject(
        taken
          ? new HeadendError('HE_PREVIEW_PORT', `Port ${port} ${why}.`, { cause, details: { port, host } })
          : new HeadendError('HE_USAGE', `Cannot listen on ${host}: ${cause.code ?? cause.message}.`, {
              cause,
              details: { port, host },
              hint: 'Leave --host out to listen on 127.0.0.1.',
            }),
      )
    })
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })
}

/**
 * Serves `dir` and a page that plays it. The result's `url` is open until it is disposed or `signal` aborts.
 * @throws {HE_INPUT_NOT_FOUND} @throws {HE_INPUT_UNREADABLE} @throws {HE_INPUT_NOT_MEDIA} @throws {HE_PREVIEW_PORT}
 */
export async function openPreview(dir: string, options: PreviewOptions): Promise<Preview> {
  const { port = 0, host = '127.0.0.1', signal, log, keyOf } = options
  signal.throwIfAborted()
  const root = await openDirectory(dir)
  const found = await findManifests(root)
  if (found.hls === null && found.dash === null)
    throw new HeadendError('HE_INPUT_NOT_MEDIA', `There is no .m3u8 and no .mpd in ${dir}.`, {
      details: { dir },
      hint: 'Pass the output directory of `headend vod`.',
    })
  const server = createServer((req, res) => {
    answer(req, res, root, { host, keyOf }).catch((error: NodeJS.ErrnoException) => {
      // A player that stops reading closes the connection; that is how seeking looks from here.
      if (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || res.destroyed) return
      log.warn({ url: req.url, error: error.message }, 'preview request failed')
      if (res.headersSent) res.destroy()
      else sendText(res, error.code === 'ENOENT' ? 404 : 500, 'Cannot read the file\n')
    })
  })
  const address = await listen(server, port, host)
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return closing
  }
  const listener = onAbort(signal, () => void close())
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : isIP(host) === 6 ? `[${host}]` : host
  const url = `http://${shown}:${address.port}/`
  log.debug({ url, dir: root }, 'preview open')
  return {
    url,
    async [Symbol.asyncDispose]() {
      listener[Symbol.dispose]()
      await close()
    },
  }
}
