// A browser publishes by WHIP: what it sends becomes a channel like any other, in each codec that it has; it is refused and ends as it should.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it } from 'node:test'
import { openWhipServer } from '../../src/ingest/index.ts'
import type { FeedEvent } from '../../src/live/index.ts'
import { quietLog } from './quiet-log.ts'
import { openTestStation, playlistOf, until } from './station-kit.ts'
import { hasChromium, quantile, watch } from './watch.ts'
import { publishFromChromium } from './web-publisher.ts'

const skip = hasChromium ? false : 'Chromium is missing'
const whip = { address: '127.0.0.1:0' }
type Worker = {
  inputs: { streams: { codec: string; damaged: number; units: number }[] }[]
  soundAheadMs: number | null
}

for (const codec of ['H264', 'VP8', 'AV1'] as const)
  it(`${codec} and Opus from Chromium become a channel`, { skip, timeout: 120_000 }, async t => {
    await using test = await openTestStation({ ladder: [360], listen: { whip } })
    const { http, station } = test
    await using publisher = await publishFromChromium(`http://127.0.0.1:${station.ports.whip}/whip/live/a`, { codec })
    assert.equal(publisher.status, 201)
    assert.match(publisher.location!, /^\/whip\/resource\/[0-9a-f-]{36}$/)
    const path = '/live/a/v360/playlist.m3u8'
    await until('three segments', 40, async () => (await playlistOf(http, path)).segments.length >= 3)
    const { segments } = await playlistOf(http, path)
    assert.ok(segments.every(({ gap, discontinuity }) => !gap && !discontinuity))
    assert.ok((await playlistOf(http, '/live/a/a1/playlist.m3u8')).segments.length >= 2, 'sound too')
    const worker = station.status.channels[0]!.worker as unknown as Worker
    const streams = worker.inputs[0]!.streams
    assert.deepEqual(streams.map(each => each.codec).toSorted(), [codec.toLowerCase(), 'opus'].toSorted())
    assert.ok(
      streams.every(({ damaged }) => damaged === 0),
      JSON.stringify(streams),
    )
    const sent = await publisher.stats()
    const [video] = streams.filter(each => each.codec !== 'opus')
    t.diagnostic(
      `${sent.frames} pictures sent, ${video!.units} taken; ${sent.width}x${sent.height}; sound ${worker.soundAheadMs} ms ahead`,
    )
    assert.ok(video!.units > sent.frames * 0.8 - 60)
    assert.equal(`${sent.width}x${sent.height}`, '640x360', 'the sender was not made to go smaller')
    if (codec !== 'H264') return
    // The picture on the screen is the one that was drawn: its time can be read.
    const watched = await watch(http, '/live/a/master.m3u8', 'hls.js', { seconds: 5, warmUpSeconds: 8 })
    assert.deepEqual(watched.errors, [])
    assert.ok(watched.ages.length > 50, `${watched.ages.length} pictures with a time`)
    t.diagnostic(
      `age on screen: median ${quantile(watched, 0.5)} ms, 95 % ${quantile(watched, 0.95)} ms, ${watched.stalls} stalls`,
    )
    assert.equal(await publisher.end(), 200)
    const shows = (): unknown => station.status.channels[0]!.worker!.shows
    await until('the picture is gone', 10, () => shows() !== 'picture')
    assert.equal(await publisher.end(), 404)
  })

it('what is lost on the way is asked for again, and comes', { skip, timeout: 60_000 }, async t => {
  let state = 1
  const units: FeedEvent[] = []
  await using server = await openWhipServer({
    ...{ host: '127.0.0.1', port: 0, log: quietLog },
    authorize: async () => ({ ok: true }),
    openFeed: () => event => void units.push(event),
    // Two of a hundred, the same each time.
    loses: () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32 < 0.02
    },
  })
  await using publisher = await publishFromChromium(`http://127.0.0.1:${server.port}/whip/live/a`)
  const pictures = (): number => units.filter(event => event.type === 'unit' && event.unit.kind === 'video').length
  await until('200 pictures', 40, () => pictures() >= 200)
  const [session] = server.sessions() as { nacked: number; repaired: number; lost: number }[]
  const broken = units.filter(({ type }) => type === 'broken').length
  t.diagnostic(`${pictures()} pictures, ${JSON.stringify(session)}, ${broken} gaps`)
  assert.ok(session!.nacked > 3 && session!.repaired > 2)
  assert.ok(broken <= 2)
  assert.equal(await publisher.end(), 200)
  await until('its end is told', 5, () => units.at(-1)!.type === 'end')
})

it('who may not publish is told so; the second publisher of a stream too', { skip, timeout: 60_000 }, async () => {
  const asked: { key: string; parameters: Record<string, string> }[] = []
  const hook = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += String(part)
    const question = JSON.parse(body) as (typeof asked)[number]
    asked.push(question)
    response.writeHead(question.parameters.token === 'good' ? 200 : 403).end()
  })
  await new Promise<void>(done => hook.listen(0, '127.0.0.1', done))
  try {
    const publishHook = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
    await using test = await openTestStation({ ladder: [180], publishHook, listen: { whip } })
    const endpoint = `http://127.0.0.1:${test.station.ports.whip}/whip/live/a`
    {
      await using none = await publishFromChromium(endpoint)
      assert.equal(none.status, 401)
      await using wrong = await publishFromChromium(endpoint, { token: 'bad' })
      assert.equal(wrong.status, 403)
    }
    await using good = await publishFromChromium(endpoint, { token: 'good' })
    assert.equal(good.status, 201)
    assert.ok(asked.length >= 3 && asked.every(({ key }) => key === 'a'))
    await until('it publishes', 20, () =>
      test.station.status.feeds.some(({ name, units }) => name === 'live/a' && units > 30),
    )
    await using second = await publishFromChromium(endpoint, { token: 'good' })
    assert.equal(second.status, 403)
    const post = (body: string, type: string): Promise<Response> =>
      fetch(endpoint, { method: 'POST', headers: { 'Content-Type': type }, body })
    assert.equal((await post('v=0', 'text/plain')).status, 415)
    assert.equal((await post('hello', 'application/sdp')).status, 400)
    assert.equal((await post('v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n', 'application/sdp')).status, 422)
    assert.equal((await post('x'.repeat(200_000), 'application/sdp')).status, 413)
    assert.equal((await fetch(endpoint)).status, 405)
    assert.equal((await fetch(`${endpoint}/more/parts`)).status, 404)
    assert.equal((await fetch(endpoint, { method: 'OPTIONS' })).status, 204)
  } finally {
    hook.closeAllConnections()
    hook.close()
  }
})
