// What an operator does to a running channel: ad breaks and inputs over HTTP; who may, and what comes of it.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { openTestStation, playlistOf, until } from './station-kit.ts'

const TOKEN = 'a token of enough letters'

it('breaks become date ranges and events; an input is taken by hand; strangers are refused', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'headend-control-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  await writeFile(join(dir, 'token'), `${TOKEN}\n`)
  await using test = await openTestStation({
    ladder: [180],
    size: '320x180',
    apiTokenFile: join(dir, 'token'),
    channels: { 'live/a': { source: 'test:', backup: 'test:' } },
  })
  const { http, station } = test
  const path = '/live/a/v180/playlist.m3u8'
  await until('two segments', 30, async () => (await playlistOf(http, path)).segments.length >= 2)
  const post = (what: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${http}/api/channels/${what}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${TOKEN}`, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const status = async (...ask: Parameters<typeof post>): Promise<number> => (await post(...ask)).status
  const out = { kind: 'out', duration: 30 }

  assert.equal(await status('live/a/breaks', out, { Authorization: 'Bearer wrong' }), 401)
  assert.equal(await status('live/a/breaks', out, { Authorization: '' }), 401)
  assert.equal(await status('live/a/breaks', 'kind=out', { 'Content-Type': 'application/x-www-form-urlencoded' }), 415)
  assert.equal(await status('live/a/breaks', '{'), 400)
  assert.equal(await status('live/a/breaks', `{"kind":"out","more":"${'x'.repeat(5000)}"}`), 400)
  assert.equal(await status('live/a/breaks', { kind: 'sideways' }), 400)
  assert.equal(await status('live/a/breaks', { kind: 'out', at: '2020-01-01T00:00:00Z' }), 400)
  assert.equal(await status('live/a/breaks', { kind: 'in' }), 409)
  assert.equal(await status('live/nobody/breaks', out), 404)
  assert.equal((await fetch(`${http}/api/channels/live/a/breaks`)).status, 405)
  assert.deepEqual((await playlistOf(http, path)).dateRanges, [])

  const at = new Date(Date.now() + 400).toISOString()
  const begun = await post('live/a/breaks', { ...out, at })
  assert.equal(begun.status, 202)
  const { id } = (await begun.json()) as { id: string }
  const [announced] = (await playlistOf(http, path)).dateRanges
  assert.equal(announced!.id, id)
  assert.equal(announced!.startDate, at)
  assert.deepEqual(announced!.plannedDuration, { num: 30n, den: 1n })
  assert.match(announced!.scte35Out!, /^0xFC30/)
  assert.equal(announced!.duration, null)
  await until('it has begun', 3, () => Date.now() > Date.parse(at))
  // The origin dies: what was told is on its disk.
  const before = station.pids.origin
  process.kill(before!, 'SIGKILL')
  await until(
    'the origin is back',
    15,
    async () => station.pids.origin !== before && (await fetch(`${http}${path}`)).ok,
  )
  assert.equal(await status('live/a/breaks', { kind: 'in' }), 202)
  const [ended] = (await playlistOf(http, path)).dateRanges
  assert.equal(ended!.id, id)
  assert.equal(ended!.startDate, at)
  assert.equal(ended!.scte35Out, announced!.scte35Out)
  assert.match(ended!.scte35In!, /^0xFC30/)
  assert.ok(ended!.duration && Number(ended!.duration.num) / Number(ended!.duration.den) < 20)
  const mpd = await (await fetch(`${http}/live/a/manifest.mpd`)).text()
  assert.match(mpd, /<EventStream schemeIdUri="urn:scte:scte35:2014:xml\+bin"/)
  assert.match(mpd, new RegExp(`<Event [^>]*id="${id}"`))
  assert.match(mpd, /<scte35:Binary>\/DA/)

  const active = (): unknown => station.status.channels[0]?.worker?.active
  assert.equal(active(), 'primary')
  assert.equal(await status('live/a/input', { input: 'third' }), 400)
  assert.equal(await status('live/a/input', { input: 'backup' }), 202)
  await until('the backup is on air', 10, () => active() === 'backup')
  assert.equal(await status('live/a/input', { input: null }), 202)
  await until('the primary is back', 40, () => active() === 'primary')
  const { segments } = await playlistOf(http, path)
  assert.ok(segments.every(({ gap, discontinuity }) => !gap && !discontinuity))
})

it('without a token the same machine alone may ask', async () => {
  await using test = await openTestStation({
    ladder: [180],
    size: '320x180',
    channels: { 'live/a': { source: 'test:' } },
  })
  const { http } = test
  const headers = { 'Content-Type': 'application/json' }
  const ask = async (): Promise<number> =>
    (await fetch(`${http}/api/channels/live/a/breaks`, { method: 'POST', headers, body: '{"kind":"out"}' })).status
  await until('the channel is there', 30, async () => (await ask()) === 202)
})
