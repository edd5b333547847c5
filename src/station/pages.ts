// What the origin serves beside channels: the live page, the status as JSON, metrics, the players' programs.
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { livePage, livePageScript, livePageStyle } from './live-page.ts'
import type { StationStatus } from './messages.ts'
import { formatMetrics } from './metrics.ts'

/** dash.js exports its module alone; the script for browsers lies beside it. */
const programs: Readonly<Record<string, () => URL | string>> = {
  '/assets/hls.js': () => import.meta.resolve('hls.js/dist/hls.min.js'),
  '/assets/dash.js': () => new URL('../umd/dash.all.min.js', import.meta.resolve('dashjs')),
}
const JAVASCRIPT = 'text/javascript; charset=utf-8'

/** `read`: the latest status; null before the first. */
export function openPages(
  read: () => StationStatus | null,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    const path = (request.url ?? '/').split('?')[0]!
    const send = (type: string, body: string | Buffer, cache = 'no-store'): true => {
      response.writeHead(200, {
        'Content-Type': type,
        'Cache-Control': cache,
        'Content-Length': Buffer.byteLength(body),
      })
      response.end(request.method === 'HEAD' ? undefined : body)
      return true
    }
    if (path === '/') return send('text/html; charset=utf-8', livePage())
    if (path === '/assets/live.js') return send(JAVASCRIPT, livePageScript)
    if (path === '/assets/live.css') return send('text/css; charset=utf-8', livePageStyle)
    const program = programs[path]
    if (program) return send(JAVASCRIPT, await readFile(fileURLToPath(program())), 'public, max-age=3600')
    if (path === '/api/status')
      return send('application/json; charset=utf-8', JSON.stringify(read() ?? { channels: [] }))
    if (path === '/metrics') return send('text/plain; version=0.0.4; charset=utf-8', formatMetrics(read()))
    return false
  }
}
