// The preview server as a browser and as an attacker on the same network would meet it. No media needed: bytes are bytes.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parseRange } from '../../src/cli/preview-files.ts'
import { findManifests, isAllowedHost, openPreview, type Preview } from '../../src/cli/preview-server.ts'
import { silentLog } from '../../src/core/index.ts'

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251))
const master = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000000,RESOLUTION=640x360\nv360/media.m3u8\n'
let base: string
let dir: string
let preview: Preview
const stop = new AbortController()

before(async () => {
  base = await mkdtemp(join(tmpdir(), 'headend-preview-'))
  dir = join(base, 'out')
  await mkdir(join(dir, 'v360'), { recursive: true })
  await mkdir(join(base, 'out-secret'))
  await Promise.all([
    writeFile(join(dir, 'master.m3u8'), master),
    writeFile(join(dir, 'v360', 'media.m3u8'), '#EXTM3U\n#EXTINF:4,\n1.m4s\n'),
    writeFile(join(dir, 'manifest.mpd'), '<MPD/>'),
    writeFile(join(dir, 'v360', '1.m4s'), bytes),
    writeFile(join(dir, 'v360', 'a & b.mp4'), bytes),
    writeFile(join(dir, 'subs.vtt'), 'WEBVTT\n'),
    writeFile(join(dir, 'report.html'), '<title>report</title>'),
    writeFile(join(dir, 'empty.bin'), ''),
    writeFile(join(dir, '.env'), 'KEY=1'),
    writeFile(join(base, 'secret.txt'), 'secret'),
    writeFile(join(base, 'out-secret', 'secret.txt'), 'secret'),
  ])
  await symlink(join(base, 'secret.txt'), join(dir, 'link.txt'))
  await symlink(base, join(dir, 'up'))
  await symlink(join(dir, 'subs.vtt'), join(dir, 'inside.vtt'))
  preview = await openPreview(dir, { signal: stop.signal, log: silentLog })
})
after(async () => {
  await preview[Symbol.asyncDispose]()
  await rm(base, { recursive: true })
})

/** Unlike fetch: sends the path as it is written and any Host. */
async function raw(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const { hostname, port } = new URL(preview.url)
  const req = request({ hostname, port, path, method, headers })
  req.end()
  const [res] = (await once(req, 'response')) as [IncomingMessage]
  const body = Buffer.concat(await res.toArray())
  return { status: res.statusCode, headers: res.headers, body }
}

test('listens on the loopback address only, on a free port', () => {
  assert.match(preview.url, /^http:\/\/127\.0\.0\.1:\d+\/$/)
})

test('content types are those that players and browsers insist on', async () => {
  for (const [path, type] of [
    ['master.m3u8', 'application/vnd.apple.mpegurl'],
    ['manifest.mpd', 'application/dash+xml'],
    ['v360/1.m4s', 'video/iso.segment'],
    ['v360/a%20%26%20b.mp4', 'video/mp4'],
    ['subs.vtt', 'text/vtt; charset=utf-8'],
    ['report.html', 'text/html; charset=utf-8'],
    ['empty.bin', 'application/octet-stream'],
  ]) {
    const response = await fetch(preview.url + path)
    assert.equal(response.status, 200, path)
    assert.equal(response.headers.get('content-type'), type)
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    await response.arrayBuffer()
  }
})

describe('ranges', () => {
  const range = async (value: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${preview.url}v360/1.m4s`, { headers: { range: value, ...headers } })
    const body = Buffer.from(await response.arrayBuffer())
    return { status: response.status, contentRange: response.headers.get('content-range'), body }
  }
  test('first, middle, open and suffix ranges give exactly those bytes', async () => {
    for (const [value, start, end] of [
      ['bytes=0-0', 0, 0],
      ['bytes=100-299', 100, 299],
      ['bytes=900-', 900, 999],
      ['bytes=-50', 950, 999],
      ['bytes=990-5000', 990, 999],
      ['bytes=-5000', 0, 999],
    ] as const) {
      const got = await range(value)
      assert.equal(got.status, 206, value)
      assert.equal(got.contentRange, `bytes ${start}-${end}/1000`)
      assert.deepEqual(got.body, bytes.subarray(start, end + 1))
    }
  })
  test('a range after the end is refused with the size', async () => {
    for (const value of ['bytes=1000-', 'bytes=2000-3000', 'bytes=-0']) {
      const got = await range(value)
      assert.equal(got.status, 416, value)
      assert.equal(got.contentRange, 'bytes */1000')
    }
  })
  test('malformed, several or conditional ranges get the whole file', async () => {
    for (const value of ['bytes=5-1', 'bytes=a-b', 'bytes=-', 'items=0-1', 'bytes=0-1,5-6'])
      assert.equal((await range(value)).body.length, 1000, value)
    assert.equal((await range('bytes=0-9', { 'if-range': '"x"' })).status, 200)
  })
  test('an empty file is served, and no range of it', async () => {
    assert.equal((await (await fetch(`${preview.url}empty.bin`)).arrayBuffer()).byteLength, 0)
    assert.equal(parseRange('bytes=0-', 0), 'unsatisfiable')
  })
})

test('HEAD tells size and type and sends no body; other methods are refused', async () => {
  const head = await raw('/v360/1.m4s', {}, 'HEAD')
  assert.equal(head.status, 200)
  assert.equal(head.headers['content-length'], '1000')
  assert.equal(head.body.length, 0)
  assert.equal((await raw('/', {}, 'HEAD')).body.length, 0)
  const post = await raw('/v360/1.m4s', {}, 'POST')
  assert.equal(post.status, 405)
  assert.equal(post.headers.allow, 'GET, HEAD')
})

test('nothing outside of the directory, hidden, or a directory is served', async () => {
  for (const path of [
    '/../secret.txt',
    '/v360/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/v360/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/../out-secret/secret.txt',
    '/link.txt',
    '/up/secret.txt',
    '/.env',
    '/v360',
    '/v360/',
    '/nothing.mp4',
    '/master.m3u8%00.txt',
    '/%ff',
    '/_headend/other.js',
    '/_headend/toString',
    'http://127.0.0.1/../secret.txt',
  ]) {
    const got = await raw(path)
    assert.equal(got.status, 404, path)
    assert.doesNotMatch(got.body.toString(), /secret|KEY/)
  }
  assert.equal((await raw('/inside.vtt')).status, 200, 'a link that stays inside is fine')
})

test('a Host that is not this machine is refused, so that a rebound name reads nothing', async () => {
  assert.equal((await raw('/', { host: 'evil.example' })).status, 403)
  assert.equal((await raw('/master.m3u8', { host: 'evil.example:80' })).status, 403)
  assert.equal((await raw('/master.m3u8', { host: '127.0.0.1.evil.example' })).status, 403)
  assert.equal((await raw('/master.m3u8', { host: 'localhost:1234' })).status, 200)
  assert.equal(isAllowedHost(undefined, '127.0.0.1'), false)
  assert.equal(isAllowedHost('[::1]:80', '127.0.0.1'), true)
  assert.equal(isAllowedHost('192.168.1.5:80', '127.0.0.1'), false)
  assert.equal(isAllowedHost('192.168.1.5:80', '0.0.0.0'), true)
  assert.equal(isAllowedHost('evil.example', '0.0.0.0'), false)
})

test('the page names the master playlist, the MPD and the report, and takes its players from here', async () => {
  const response = await fetch(preview.url)
  const page = await response.text()
  assert.match(page, /data-src="\/master\.m3u8"/)
  assert.match(page, /data-src="\/manifest\.mpd"/)
  assert.match(page, /href="\/report\.html"/)
  assert.doesNotMatch(page, /https?:\/\//)
  assert.match(response.headers.get('content-security-policy') ?? '', /script-src 'self';/)
  for (const [, src] of page.matchAll(/(?:src|href)="(\/_headend\/[^"]+)"/g)) {
    const asset = await fetch(new URL(src!, preview.url))
    assert.equal(asset.status, 200, src)
    assert.ok((await asset.text()).length > 500)
  }
})

test('a media playlist stands in where there is no master; names are escaped in the page', async () => {
  const other = join(base, 'odd')
  await mkdir(other)
  await writeFile(join(other, '"><script>.m3u8'), '#EXTM3U\n')
  assert.deepEqual(await findManifests(other), { hls: '"><script>.m3u8', dash: null, report: null, encrypted: false })
  await using odd = await openPreview(other, { signal: stop.signal, log: silentLog })
  const page = await (await fetch(odd.url)).text()
  assert.ok(!page.includes('"><script>.m3u8'))
  assert.match(page, /data-src="\/%22%3E%3Cscript%3E\.m3u8"/)
})

test('bad directories and a taken port are coded errors', async () => {
  const options = { signal: stop.signal, log: silentLog }
  await assert.rejects(openPreview(join(base, 'nowhere'), options), { code: 'HE_INPUT_NOT_FOUND' })
  await assert.rejects(openPreview(join(dir, 'subs.vtt'), options), { code: 'HE_INPUT_UNREADABLE' })
  await assert.rejects(openPreview(join(base, 'out-secret'), options), { code: 'HE_INPUT_NOT_MEDIA' })
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  assert.ok(address && typeof address === 'object')
  await assert.rejects(openPreview(dir, { ...options, port: address.port }), { code: 'HE_PREVIEW_PORT' })
  taken.close()
})

test('it stops when disposed and when its signal aborts, also with a connection open', async () => {
  const one = await openPreview(dir, { signal: stop.signal, log: silentLog })
  await (await fetch(one.url)).text()
  await one[Symbol.asyncDispose]()
  await assert.rejects(fetch(one.url))
  const abort = new AbortController()
  const two = await openPreview(dir, { signal: abort.signal, log: silentLog })
  abort.abort()
  await two[Symbol.asyncDispose]()
  await assert.rejects(fetch(two.url))
  await assert.rejects(openPreview(dir, { signal: abort.signal, log: silentLog }), { name: 'AbortError' })
})
