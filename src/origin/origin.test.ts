// An origin fed by hand: what playlists say, what waits, what survives.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, truncateSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { quietLog } from '../../test/live/quiet-log.ts'
import { MessageFrameReader, Secret } from '../core/index.ts'
import {
  decodePosition,
  encodeProgramEvent,
  encodeProgramHello,
  type ProgramEvent,
  type ProgramPosition,
  type ProgramTrack,
} from '../live/index.ts'
import { parseMedia, parseMpd, parseMultivariant } from '../manifest/index.ts'
import { formatViewerToken, type Origin, type OriginOptions, openOrigin } from './index.ts'

const timing = { frameRate: { num: 25, den: 1 }, framesPerSegment: 50, framesPerPart: 5 }
const video: ProgramTrack = {
  id: 'v360',
  kind: 'video',
  timescale: 10_000,
  codec: 'avc1.64001e',
  bitrateBps: 800_000,
  peakBps: 960_000,
  width: 640,
  height: 360,
  frameRate: { num: 25, den: 1 },
}
const program = (init = 'init'): ProgramEvent => ({
  type: 'program',
  timing,
  tracks: [{ ...video, init: Buffer.from(init) }],
})
/** The first segment of all tests: some time in 2026. */
const FIRST = 897_000_000

/** Ten parts of 0.2 s in each segment; the bytes name their place. */
const part = (segment: number, index: number): ProgramEvent => ({
  type: 'part',
  part: {
    track: 'v360',
    segment,
    index,
    last: index === 9,
    independent: index === 0,
    decodeTicks: BigInt(segment) * 20_000n + BigInt(index) * 2000n,
    durationTicks: 2000,
  },
  bytes: Buffer.from(`<${segment}.${index}>`),
})
const whole = (segment: number): ProgramEvent[] => Array.from({ length: 10 }, (_, index) => part(segment, index))
const textOf = (segment: number): string =>
  whole(segment)
    .map((_, i) => `<${segment}.${i}>`)
    .join('')

class Worker {
  readonly socket: Socket
  readonly position: Promise<ProgramPosition>

  constructor(path: string, channel = 'live/a') {
    const { promise, resolve } = Promise.withResolvers<ProgramPosition>()
    const reader = new MessageFrameReader()
    this.position = promise
    this.socket = connect(path)
    this.socket.on('error', () => {})
    this.socket.on('data', chunk => {
      for (const frame of reader.push(chunk)) resolve(decodePosition(frame))
    })
    this.socket.write(encodeProgramHello(channel))
  }

  tell(...events: ProgramEvent[]): void {
    for (const event of events) this.socket.write(encodeProgramEvent(event))
  }
}

async function open(t: TestContext, options: Partial<OriginOptions> = {}, dir?: string) {
  const directory = dir ?? (await mkdtemp(join(tmpdir(), 'headend-origin-')))
  const socketPath = join(directory, 'o.sock')
  const origin: Origin = await openOrigin({
    socketPath,
    spoolDirectory: join(directory, 'spool'),
    host: '127.0.0.1',
    port: 0,
    limits: { memorySeconds: 6, dvrSeconds: 60, keepAll: false },
    targetLatencyMs: 800,
    log: quietLog,
    ...options,
  })
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await origin[Symbol.asyncDispose]()
    isOpen = false
  }
  t.after(async () => {
    await close()
    await rm(directory, { recursive: true, force: true })
  })
  const base = `http://127.0.0.1:${origin.port}`
  return {
    origin,
    directory,
    close,
    worker: () => new Worker(socketPath),
    get: (path: string, init?: RequestInit) => fetch(`${base}/live/a/${path}`, init),
    raw: (path: string) => fetch(`${base}${path}`),
    playlist: async (query = '') => parseMedia(await (await fetch(`${base}/live/a/v360/playlist.m3u8${query}`)).text()),
  }
}

/** Until the origin has taken what was told: it answers a part that waits. */
const taken = async (get: (path: string) => Promise<Response>, segment: number, index: number): Promise<void> => {
  for (let i = 0; i < 200; i++) {
    const response = await get(`v360/${segment}.${index}.m4s`)
    await response.arrayBuffer()
    if (response.ok) return
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error(`part ${segment}.${index} did not come`)
}

test('a playlist names parts, hints at the next and says where holes are', async t => {
  const { worker, get, playlist } = await open(t)
  const one = worker()
  assert.deepEqual(await one.position, {})
  one.tell(program(), ...whole(FIRST), ...whole(FIRST + 1), ...whole(FIRST + 3), part(FIRST + 4, 0), part(FIRST + 4, 1))
  await taken(get, FIRST + 4, 1)
  const list = await playlist()
  assert.equal(list.mediaSequence, FIRST)
  assert.deepEqual(
    list.segments.map(({ uri, gap }) => `${uri} ${gap}`),
    [0, 1, 2, 3].map(i => `${FIRST + i}.m4s ${i === 2}`),
  )
  assert.equal(list.segments[0]!.programDateTime, new Date(FIRST * 2000).toISOString())
  assert.equal(list.lowLatency!.preloadHint, `${FIRST + 4}.2.m4s`)
  assert.equal(list.lowLatency!.parts.length, 2)
  assert.ok(list.lowLatency!.parts[0]!.independent && !list.lowLatency!.parts[1]!.independent)
  assert.equal(await (await get(`v360/${FIRST + 1}.m4s`)).text(), textOf(FIRST + 1))
  assert.equal(await (await get('v360/init-0.mp4')).text(), 'init')
  assert.equal((await get(`v360/${FIRST + 2}.m4s`)).status, 404)
  assert.equal((await get('v999/playlist.m3u8')).status, 404)
  const master = parseMultivariant(await (await get('master.m3u8')).text())
  assert.deepEqual(
    master.variants.map(({ uri, codecs, frameRate }) => [uri, codecs, frameRate]),
    [['v360/playlist.m3u8', 'avc1.64001e', '25.000']],
  )
})

test('who asks for what is not there yet waits for it; a worker that begins again is told where', async t => {
  const { worker, get, playlist } = await open(t)
  const one = worker()
  one.tell(program(), ...whole(FIRST), part(FIRST + 1, 0))
  await taken(get, FIRST + 1, 0)
  const waits = [
    playlist(`?_HLS_msn=${FIRST + 1}&_HLS_part=1`),
    get(`v360/${FIRST + 1}.1.m4s`).then(response => response.text()),
    // A part behind the last of its segment is the first of the next.
    playlist(`?_HLS_msn=${FIRST + 1}&_HLS_part=10`),
  ] as const
  let isDone = false
  void waits[2].then(() => {
    isDone = true
  })
  one.tell(part(FIRST + 1, 1))
  assert.equal((await waits[0]).lowLatency!.parts.length, 2)
  assert.equal(await waits[1], `<${FIRST + 1}.1>`)
  assert.equal(isDone, false)
  one.tell(...whole(FIRST + 1).slice(2), part(FIRST + 2, 0))
  assert.equal((await waits[2]).lowLatency!.parts.length, 1)
  assert.equal((await get(`v360/playlist.m3u8?_HLS_msn=${FIRST + 9}`)).status, 400)
  assert.equal((await get('v360/playlist.m3u8?_HLS_msn=x')).status, 400)
  one.socket.destroy()
  const two = worker()
  assert.deepEqual(await two.position, {
    v360: { segment: FIRST + 2, index: 0, endTicks: String(BigInt(FIRST + 2) * 20_000n + 2000n) },
  })
  // What is there already is not taken again.
  two.tell(program(), ...whole(FIRST + 1), part(FIRST + 2, 0), part(FIRST + 2, 1))
  await taken(get, FIRST + 2, 1)
  assert.equal((await playlist()).lowLatency!.parts.length, 2)
})

test('a segment that is being made is sent as it grows', async t => {
  const { worker, get } = await open(t)
  const one = worker()
  one.tell(program(), part(FIRST, 0))
  await taken(get, FIRST, 0)
  const response = await get(`v360/${FIRST}.m4s`)
  assert.equal(response.headers.get('content-length'), null)
  const reader = response.body!.getReader()
  const decode = async (): Promise<string> => Buffer.from((await reader.read()).value ?? []).toString()
  assert.equal(await decode(), `<${FIRST}.0>`)
  one.tell(part(FIRST, 1))
  assert.equal(await decode(), `<${FIRST}.1>`)
  one.tell(...whole(FIRST).slice(2))
  let rest = ''
  for (let piece = await decode(); piece !== ''; piece = await decode()) rest += piece
  assert.equal(rest, textOf(FIRST).slice(`<${FIRST}.0>`.length * 2))
})

test('ranges, conditional on the size; delta updates leave out what is old', async t => {
  const { worker, get, playlist } = await open(t)
  const one = worker()
  one.tell(program())
  for (let i = 0; i < 12; i++) {
    one.tell(...whole(FIRST + i))
    await taken(get, FIRST + i, 9)
  }
  const bytes = async (range: string): Promise<[number, string, string | null]> => {
    const response = await get(`v360/${FIRST + 11}.m4s`, { headers: { range } })
    return [response.status, await response.text(), response.headers.get('content-range')]
  }
  const size = textOf(FIRST).length
  assert.deepEqual(await bytes('bytes=0-2'), [206, '<89', `bytes 0-2/${size}`])
  assert.deepEqual(await bytes('bytes=-3'), [206, '.9>', `bytes ${size - 3}-${size - 1}/${size}`])
  assert.equal((await bytes('bytes=9999-'))[0], 416)
  // Older ones come from disk, with the same bytes.
  assert.equal(await (await get(`v360/${FIRST}.m4s`)).text(), textOf(FIRST))
  const full = await playlist()
  const delta = await playlist('?_HLS_skip=YES')
  assert.equal(full.segments.length, 12)
  const { skippedSegments } = delta.lowLatency!
  assert.ok(skippedSegments > 0 && delta.segments.length + skippedSegments === 12)
  assert.ok(delta.segments.length * 2 >= 12, 'six target durations stay')
  assert.equal(delta.mediaSequence, full.mediaSequence)
})

test('another program begins another period; the end makes a recording; a new beginning is another presentation', async t => {
  const { worker, get, playlist } = await open(t)
  const one = worker()
  one.tell(program('a'), ...whole(FIRST), ...whole(FIRST + 1), program('b'), ...whole(FIRST + 2))
  await taken(get, FIRST + 2, 9)
  const live = await playlist()
  assert.deepEqual(
    live.segments.map(({ discontinuity, map }) => `${discontinuity} ${map!.uri}`),
    ['false init-0.mp4', 'false init-0.mp4', 'true init-1.mp4'],
  )
  const mpd = parseMpd(await (await get('manifest.mpd')).text())
  assert.equal(mpd.type, 'dynamic')
  assert.deepEqual(
    mpd.periods.map(({ start }) => Number(start.num) / Number(start.den)),
    [0, 4],
  )
  one.tell({ type: 'end' })
  const ended = await playlist(`?_HLS_msn=${FIRST + 3}`)
  assert.ok(ended.ended && ended.playlistType === 'VOD' && !ended.lowLatency)
  const recording = parseMpd(await (await get('manifest.mpd')).text())
  assert.equal(recording.type, 'static')
  assert.equal(Number(recording.duration!.num) / Number(recording.duration!.den), 6)
  const two = worker()
  assert.deepEqual(await two.position, {})
  two.tell(program('c'), ...whole(FIRST + 50))
  await taken(get, FIRST + 50, 9)
  const again = await playlist()
  assert.ok(!again.ended)
  assert.deepEqual([again.mediaSequence, again.segments.length], [FIRST + 50, 1])
})

test('an origin that begins again has what the one before had, but for what is torn', async t => {
  const before = await open(t)
  const one = before.worker()
  one.tell(program(), ...whole(FIRST), ...whole(FIRST + 1), ...whole(FIRST + 2), part(FIRST + 3, 0))
  await taken(before.get, FIRST + 3, 0)
  await before.close()
  const folder = join(before.directory, 'spool', 'live%2Fa', 'v360')
  const torn = readdirSync(folder).find(name => name.startsWith(`${FIRST + 2}-`))!
  truncateSync(join(folder, torn), 5)
  assert.ok(readFileSync(join(folder, torn)).length === 5)
  const after = await open(t, {}, before.directory)
  const list = await after.playlist()
  assert.deepEqual(
    list.segments.map(({ uri }) => uri),
    [`${FIRST}.m4s`, `${FIRST + 1}.m4s`],
  )
  assert.equal(await (await after.get(`v360/${FIRST + 1}.m4s`)).text(), textOf(FIRST + 1))
  const two = after.worker()
  assert.equal((await two.position).v360!.segment, FIRST + 1)
  two.tell(program(), ...whole(FIRST + 2))
  await taken(after.get, FIRST + 2, 9)
  const went = await after.playlist()
  assert.ok(went.segments.every(({ discontinuity }) => !discontinuity))
  assert.match(await (await after.get('manifest.mpd')).text(), new RegExp(`startNumber="${FIRST}"`))
})

test('with a key only signed addresses are answered, for their channel and their time', async t => {
  const key = new Secret(Buffer.from('0123456789abcdef'))
  const { worker, raw } = await open(t, { viewerKey: key })
  const one = worker()
  one.tell(program(), ...whole(FIRST))
  await one.position
  const inAnHour = Date.now() / 1000 + 3600
  const good = formatViewerToken(key, 'live/a', inAnHour)
  for (let i = 0; i < 100 && (await raw(`/${good}/live/a/v360/init-0.mp4`)).status === 404; i++)
    await new Promise(resolve => setTimeout(resolve, 10))
  assert.equal((await raw(`/${good}/live/a/v360/playlist.m3u8`)).status, 200)
  const refused = [
    '/live/a/v360/playlist.m3u8',
    `/${formatViewerToken(key, 'live/b', inAnHour)}/live/a/v360/playlist.m3u8`,
    `/${formatViewerToken(key, 'live/a', Date.now() / 1000 - 1)}/live/a/v360/playlist.m3u8`,
    `/${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}/live/a/v360/playlist.m3u8`,
    `/~/live/a/v360/playlist.m3u8`,
  ]
  for (const path of refused) assert.equal((await raw(path)).status, 403, path)
})

const hasOpenssl = !spawnSync('openssl', ['version']).error

test('HTTP/2 over TLS, with HTTP/1.1 beside', { skip: hasOpenssl ? false : 'openssl is missing' }, async t => {
  const dir = await mkdtemp(join(tmpdir(), 'headend-tls-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  const [keyPath, certPath] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'],
    ...['-keyout', keyPath, '-out', certPath],
  ])
  const tls = { key: readFileSync(keyPath, 'utf8'), cert: readFileSync(certPath, 'utf8') }
  const { worker, origin } = await open(t, { tls })
  const one = worker()
  one.tell(program(), ...whole(FIRST), part(FIRST + 1, 0))
  await one.position
  const session = connectHttp2(`https://127.0.0.1:${origin.port}`, { rejectUnauthorized: false })
  t.after(() => session.close())
  const get = (path: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const request = session.request({ ':path': path })
      let status = 0
      let text = ''
      request.on('response', headers => {
        status = Number(headers[':status'])
      })
      request.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      request.on('end', () => resolve({ status, text }))
      request.on('error', reject)
      request.end()
    })
  const master = await get('/live/a/master.m3u8')
  assert.equal(master.status, 200)
  assert.match(master.text, /v360\/playlist\.m3u8/)
  const waits = get(`/live/a/v360/playlist.m3u8?_HLS_msn=${FIRST + 1}&_HLS_part=1`)
  one.tell(part(FIRST + 1, 1))
  assert.equal((await waits).status, 200)
  assert.equal((await get('/live/a/nothing')).status, 404)
})
