// RTMP by Debian's ffmpeg: what it sends arrives unit for unit as ffprobe reads it from the same stream in a file.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, it, type TestContext } from 'node:test'
import { openRtmpServer } from '../../src/ingest/index.ts'
import type { FeedEvent, PublishRequest, PublishVerdict } from '../../src/live/index.ts'
import { hasTool } from '../e2e/tools.ts'
import { quietLog } from './quiet-log.ts'

const skip = hasTool('ffmpeg') && hasTool('ffprobe') ? false : 'Debian’s ffmpeg is missing'
let dir: string
let flv: string

before(async () => {
  if (skip) return
  dir = await mkdtemp(join(tmpdir(), 'headend-rtmp-'))
  flv = join(dir, 'source.flv')
  ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25', '-f', 'lavfi', '-i', 'sine=f=440:r=44100', '-t', '2'],
    ...['-c:v', 'libx264', '-bf', '2', '-g', '25', '-c:a', 'aac', '-f', 'flv', flv],
  )
  return () => rm(dir, { recursive: true, force: true })
})

function ffmpeg(...args: string[]): void {
  const run = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], { encoding: 'utf8' })
  assert.equal(run.status, 0, run.stderr)
}

type Taken = { readonly request: PublishRequest; readonly events: FeedEvent[]; readonly ended: Promise<string> }

async function openServer(
  t: TestContext,
  authorize: (request: PublishRequest) => Promise<PublishVerdict> = async () => ({ ok: true }),
  times = {},
) {
  const feeds = new Map<string, Taken>()
  const server = await openRtmpServer({
    host: '127.0.0.1',
    port: 0,
    log: quietLog,
    authorize,
    times,
    openFeed: ({ request }) => {
      const events: FeedEvent[] = []
      const { promise, resolve } = Promise.withResolvers<string>()
      feeds.set(request.key, { request, events, ended: promise })
      return event => {
        events.push(event)
        if (event.type === 'end') resolve(event.reason)
      }
    },
  })
  t.after(() => server[Symbol.asyncDispose]())
  return { feeds, url: (key: string) => `rtmp://127.0.0.1:${server.port}/live/${key}`, port: server.port }
}

const publish = (url: string, ...extra: string[]) =>
  spawn('ffmpeg', ['-v', 'error', ...extra, '-i', flv, '-c', 'copy', '-f', 'flv', url], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })

/** What ffprobe reads from the file: kind, DTS, PTS, key, size, hash. */
function packetsOf(path: string): string[] {
  const run = spawnSync(
    'ffprobe',
    [
      ...['-v', 'error', '-show_packets', '-show_data_hash', 'md5', '-of', 'json'],
      ...['-show_entries', 'packet=codec_type,pts,dts,flags,size,data_hash', path],
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  const { packets } = JSON.parse(run.stdout) as { packets: Record<string, string>[] }
  return packets
    .map(p => `${p.codec_type} ${p.dts} ${p.pts} ${p.codec_type === 'audio' || p.flags!.includes('K')} ${p.data_hash}`)
    .sort()
}

const unitsOf = (events: readonly FeedEvent[]): string[] =>
  events
    .flatMap(event => (event.type === 'unit' ? [event.unit] : []))
    .map(({ kind, dts, pts, importance, payload }) => {
      const hash = createHash('md5').update(payload).digest('hex')
      return `${kind} ${dts} ${pts} ${importance === 'audio' || importance === 'idr'} MD5:${hash}`
    })
    .sort()

it('every unit arrives as it was sent; two publish at once, a third is refused', { skip }, async t => {
  const { feeds, url } = await openServer(t, async ({ key, parameters }) =>
    key === 'c' ? { ok: false, reason: 'not today' } : { ok: parameters.token === 'x' || key === 'b', reason: 'token' },
  )
  const publishers = [publish(url('a?token=x')), publish(url('b')), publish(url('c')), publish(url('d?token=y'))]
  let said = ''
  publishers[2]!.stderr.setEncoding('utf8').on('data', text => {
    said += text
  })
  const codes = await Promise.all(publishers.map(async publisher => (await once(publisher, 'exit'))[0]))
  assert.deepEqual([codes[0], codes[1]], [0, 0])
  assert.notEqual(codes[2], 0)
  assert.notEqual(codes[3], 0)
  assert.match(said, /not today|rejected|BadName|error/i)
  assert.deepEqual([...feeds.keys()].sort(), ['a', 'b'])
  for (const key of ['a', 'b']) {
    const { events, ended, request } = feeds.get(key)!
    await ended
    assert.equal(request.app, 'live')
    const tracks = events.flatMap(event => (event.type === 'track' ? [event.track] : []))
    assert.deepEqual(tracks.map(({ kind, codec }) => `${kind} ${codec}`).sort(), ['audio aac', 'video h264'])
    assert.deepEqual(unitsOf(events), packetsOf(flv))
  }
  const kinds = feeds.get('a')!.events.flatMap(event => (event.type === 'unit' ? [event.unit.importance] : []))
  assert.ok(kinds.includes('non-reference') && kinds.includes('reference') && kinds.includes('idr'))
})

it('who is silent, cut off or not even RTMP is let go with a reason, and the others go on', { skip }, async t => {
  const times = { handshakeMs: 300, publishMs: 300, idleMs: 600 }
  const { feeds, url, port } = await openServer(t, undefined, times)
  const good = publish(url('good'), '-re')
  const garbage = connect(port, '127.0.0.1')
  garbage.on('error', () => {})
  garbage.write(Buffer.alloc(5000, 7))
  const mute = connect(port, '127.0.0.1')
  mute.on('error', () => {})
  const dying = publish(url('dying'), '-re')
  await Promise.all([once(garbage, 'close'), once(mute, 'close')])
  while ((feeds.get('dying')?.events.length ?? 0) < 10) await new Promise(resolve => setTimeout(resolve, 20))
  dying.kill('SIGKILL')
  assert.match(await feeds.get('dying')!.ended, /gone/)
  const stopped = publish(url('stopped'), '-re')
  while ((feeds.get('stopped')?.events.length ?? 0) < 10) await new Promise(resolve => setTimeout(resolve, 20))
  stopped.kill('SIGSTOP')
  assert.match(await feeds.get('stopped')!.ended, /nothing came/)
  stopped.kill('SIGKILL')
  assert.equal((await once(good, 'exit'))[0] ?? 0, 0)
  assert.match(await feeds.get('good')!.ended, /ended the stream|gone/)
  assert.deepEqual(unitsOf(feeds.get('good')!.events), packetsOf(flv))
})
