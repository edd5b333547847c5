// `headend check` over HTTP: the same findings as on disk, and a server that misbehaves.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createHttpReader } from '../../src/conformance/http-reader.ts'
import { checkPresentation } from '../../src/conformance/index.ts'
import { checkFiles, type Files, makePackage } from './check-kit.ts'

const { signal } = new AbortController()
const run = (target: string, more: object = {}) => checkPresentation(target, { signal, first: null, ...more })

const types: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mpd: 'application/dash+xml',
  mp4: 'video/mp4',
  m4s: 'video/iso.segment',
  vtt: 'text/vtt',
}

describe('headend check over HTTP', () => {
  let files: Files
  const servers: Server[] = []
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  /** With ranges, as servers have them. */
  const serveFiles =
    (ranges = true): RequestListener =>
    (request, response) => {
      const path = request.url!.slice(1).split('?')[0]!
      const bytes = files.get(path)
      if (!bytes) return void response.writeHead(404).end()
      const type = types[path.split('.').at(-1)!]!
      const range = ranges ? /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') : null
      if (!range) return void response.writeHead(200, { 'content-type': type }).end(bytes)
      const [from, to] = [Number(range[1]), Number(range[2])]
      response
        .writeHead(206, { 'content-type': type, 'content-range': `bytes ${from}-${to}/${bytes.length}` })
        .end(bytes.subarray(from, to + 1))
    }
  before(async () => {
    files = await makePackage()
  })
  after(() => {
    for (const server of servers) server.close().closeAllConnections()
  })

  for (const ranges of [true, false])
    it(`says what it says of files, from a server ${ranges ? 'with' : 'without'} ranges`, async () => {
      const base = await serve(serveFiles(ranges))
      for (const name of ['master.m3u8', 'manifest.mpd']) {
        const far = await run(`${base}/${name}?token=1`)
        const near = await checkFiles(files, name)
        const serverOnly = new Set(['apple-10.1', 'apple-11'])
        assert.deepEqual(
          far.findings.filter(({ rule }) => !serverOnly.has(rule)),
          near.findings,
        )
        assert.deepEqual(far.tracks, near.tracks)
      }
    })

  it('sees redirects of segments and wrong media types', async () => {
    const plain = serveFiles()
    const base = await serve((request, response) => {
      if (request.url === '/v90/00001.m4s')
        return void response.writeHead(302, { location: '/v90/00001.m4s?again' }).end()
      response.setHeader('x-test', '1')
      if (request.url!.endsWith('master.m3u8'))
        return void response.writeHead(200, { 'content-type': 'text/plain' }).end(files.get('master.m3u8'))
      plain(request, response)
    })
    const rules = (await run(`${base}/master.m3u8`)).findings.map(({ rule }) => rule)
    assert.ok(rules.includes('apple-8.18') && rules.includes('apple-10.4'), rules.join(', '))
    assert.ok((await run(`${base}/manifest.mpd`)).findings.some(({ rule }) => rule === 'dash-redirect'))
  })

  it('follows few redirects, and none to another kind of address', async () => {
    const loop = await serve((request, response) => void response.writeHead(302, { location: `${request.url}x` }).end())
    await assert.rejects(run(`${loop}/a`), { code: 'HE_FETCH_REFUSED' })
    const out = await serve((_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end())
    await assert.rejects(run(`${out}/a`), { code: 'HE_FETCH_REFUSED' })
  })

  it('stops reading what is too large, too slow or broken off', async () => {
    const endless = await serve((_, response) => {
      response.writeHead(200)
      const chunk = Buffer.alloc(1 << 20, '#')
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        response.once('drain', more)
      }
      more()
    })
    await assert.rejects(run(`${endless}/a`), { code: 'HE_FETCH_REFUSED' })
    const silent = await serve(() => {})
    const reader = createHttpReader(`${silent}/a`, 150)
    await assert.rejects(reader.read(`${silent}/a`, { range: null, maxBytes: 100, signal }), {
      code: 'HE_FETCH_FAILED',
    })
    const broken = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('#EXTM3U')
      setTimeout(() => response.destroy(), 20)
    })
    await assert.rejects(run(`${broken}/a`), { code: 'HE_FETCH_FAILED' })
    await assert.rejects(run(`${await serve((_, response) => void response.writeHead(500).end())}/a`), {
      code: 'HE_FETCH_FAILED',
    })
    // What an address may hold of secrets is in no message.
    await assert.rejects(
      run('http://user:password@127.0.0.1:9/a?token=secret'),
      error => !/password|secret/.test(`${error}`),
    )
    await assert.rejects(run('http://127.0.0.1:9/a?token=secret'), {
      code: 'HE_FETCH_FAILED',
      message: 'http://127.0.0.1:9/a: no connection',
    })
    await assert.rejects(run('ftp://h/a'), { code: 'HE_FETCH_REFUSED' })
  })

  it('stops when asked', async () => {
    const silent = await serve(() => {})
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('enough')), 50)
    await assert.rejects(run(`${silent}/a`, { signal: controller.signal }), /enough/)
  })

  it('reads the first segments alone when told so, and judges nothing that needs all', async () => {
    const base = await serve(serveFiles())
    const { tracks, findings } = await run(`${base}/master.m3u8`, { first: 1 })
    assert.ok(tracks.every(({ read }) => read <= 1))
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'fail'),
      [],
    )
  })

  it('calls nobody from a local manifest, and opens no device', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'headend-local-'))
    let called = 0
    const base = await serve((_, response) => {
      called++
      response.end()
    })
    const head = '#EXTM3U\n#EXT-X-TARGETDURATION:6\n'
    await writeFile(
      join(dir, 'a.m3u8'),
      `${head}#EXT-X-MAP:URI="${base}/i.mp4"\n#EXTINF:6,\n${base}/x.m4s\n#EXTINF:6,\n../../../../../../dev/zero\n#EXTINF:6,\n/etc/passwd\n#EXTINF:6,\n%00\n`,
    )
    const { findings } = await run(join(dir, 'a.m3u8'))
    assert.equal(called, 0)
    assert.ok(findings.filter(({ rule }) => rule === 'hls-reachable').length >= 3)
    await assert.rejects(run(join(dir, 'none.m3u8')), { code: 'HE_INPUT_NOT_FOUND' })
    await assert.rejects(run(dir), { code: 'HE_INPUT_NOT_FOUND' })
    await writeFile(join(dir, 'b.mpd'), '<!DOCTYPE m [<!ENTITY a "b">]><MPD>&a;</MPD>')
    await assert.rejects(run(join(dir, 'b.mpd')), { code: 'HE_INPUT_DAMAGED' })
    await writeFile(join(dir, 'c.mpd'), 'hello')
    await assert.rejects(run(join(dir, 'c.mpd')), { code: 'HE_INPUT_NOT_MEDIA' })
    await rm(dir, { recursive: true })
  })
})
