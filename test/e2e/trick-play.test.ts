// Fast forward in a real player: shaka-player fetches our key frames by range and does not stall, in HLS and in DASH.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { type Browser, chromium } from 'playwright-core'
import { type Files, makePackage } from './check-kit.ts'
import { chromiumPath } from './play.ts'

const skip = existsSync(chromiumPath) ? false : `no Chromium at ${chromiumPath}`
const library = createRequire(import.meta.url).resolve('shaka-player/dist/shaka-player.compiled.js')
const page = '<!doctype html><link rel="icon" href="data:,"><video muted></video><script src="/shaka.js"></script>'
const types: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mpd: 'application/dash+xml',
  mp4: 'video/mp4',
  m4s: 'video/iso.segment',
  vtt: 'text/vtt',
}

/** Runs in the page: plays a little, then fast, with so small a buffer that what comes next must be fetched as key frames. */
const script = `async url => {
  const video = document.querySelector('video')
  const player = new shaka.Player()
  await player.attach(video)
  player.configure({ streaming: { bufferingGoal: 1, rebufferingGoal: 0.5 } })
  const errors = []
  player.addEventListener('error', event => errors.push(String(event.detail.code)))
  await player.load(url)
  await video.play()
  player.trickPlay(2)
  const since = performance.now()
  while (video.currentTime < 9 && performance.now() - since < 25000) await new Promise(done => setTimeout(done, 50))
  return { reached: video.currentTime, errors }
}`

describe('fast forward', { skip }, () => {
  let files: Files
  let server: Server
  let browser: Browser
  let asked: string[] = []
  before(async () => {
    files = await makePackage()
    const shaka = await readFile(library)
    server = createServer((request, response) => {
      const path = request.url!.slice(1).split('?')[0]!
      if (path === '') return void response.writeHead(200, { 'content-type': 'text/html' }).end(page)
      const bytes = path === 'shaka.js' ? shaka : files.get(path)
      if (!bytes) return void response.writeHead(404).end()
      const type = types[path.split('.').at(-1)!] ?? 'text/javascript'
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
      if (!range) return void response.writeHead(200, { 'content-type': type }).end(bytes)
      if (path.endsWith('iframes.mp4')) asked.push(range[0])
      const [from, to] = [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)]
      response.writeHead(206, { 'content-type': type, 'content-range': `bytes ${from}-${to}/${bytes.length}` })
      response.end(bytes.subarray(from, to + 1))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
    })
  })
  after(async () => {
    await browser?.close()
    server?.close().closeAllConnections()
  })

  for (const name of ['master.m3u8', 'manifest.mpd'])
    it(`plays on over the key frames of ${name}`, async () => {
      asked = []
      const tab = await browser.newPage()
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      await tab.goto(base)
      const result = await tab.evaluate<{ reached: number; errors: string[] }>(
        `(${script})(${JSON.stringify(`${base}/${name}`)})`,
      )
      await tab.close()
      assert.deepEqual(result.errors, [])
      assert.ok(result.reached >= 9, `it stopped at ${result.reached} s`)
      assert.ok(asked.length >= 3, `key frames were fetched ${asked.length} times`)
    })
})
