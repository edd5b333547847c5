// `headend live` as a whole: ffmpeg publishes, several processes work, ffprobe and players read; processes are killed meanwhile.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { checkPresentation } from '../../src/conformance/index.ts'
import { hasTool } from '../e2e/tools.ts'
import { publish } from './publisher.ts'
import { openTestStation, playlistOf, until } from './station-kit.ts'
import { hasChromium, quantile, watch } from './watch.ts'

const skip = hasTool('ffmpeg') && hasTool('ffprobe') ? false : 'Debian’s ffmpeg is missing'
const small = { width: 640, height: 360, bitrateBps: 1_000_000 }

it('a published stream becomes aligned renditions, playlists that wait, metrics; its end makes a recording', {
  skip,
}, async t => {
  await using test = await openTestStation({ ladder: [360, 180] })
  const { http, rtmp, station } = test
  const publisher = publish(['-f', 'flv', `${rtmp}/a`], small)
  t.after(() => publisher.stop())
  const master = `${http}/live/a/master.m3u8`
  await until('the channel is on air', 20, async () => (await fetch(master)).ok)
  await until(
    'three segments',
    20,
    async () => (await playlistOf(http, '/live/a/v360/playlist.m3u8')).segments.length >= 3,
  )

  const [big, little, sound] = await Promise.all(
    ['v360', 'v180', 'a1'].map(track => playlistOf(http, `/live/a/${track}/playlist.m3u8`)),
  )
  const shared = Math.min(big!.segments.length, little!.segments.length)
  for (let i = 0; i < shared; i++) {
    const [a, b, s] = [big!.segments[i]!, little!.segments[i]!, sound!.segments[i]]
    assert.equal(a.uri, b.uri)
    assert.equal(a.programDateTime, b.programDateTime)
    assert.deepEqual(a.duration, b.duration)
    assert.ok(!a.gap && !a.discontinuity)
    if (s) {
      const apartMs = Math.abs(Date.parse(s.programDateTime!) - Date.parse(a.programDateTime!))
      assert.ok(apartMs <= 11 + 1, `sound begins ${apartMs} ms from its picture`)
    }
  }
  const first = big!.segments[0]!
  assert.equal(
    Number(first.uri.split('.')[0]) * 2000,
    Date.parse(first.programDateTime!),
    'the number follows from the time',
  )

  // Debian's ffprobe on an init segment and a media segment: as many frames as there should be, the first a key frame.
  const dir = await mkdtemp(join(tmpdir(), 'headend-segment-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  for (const track of ['v360', 'v180']) {
    const parts = await Promise.all(
      [`init-0.mp4`, first.uri].map(async name =>
        Buffer.from(await (await fetch(`${http}/live/a/${track}/${name}`)).arrayBuffer()),
      ),
    )
    const path = join(dir, `${track}.mp4`)
    await writeFile(path, Buffer.concat(parts))
    const probe = spawnSync(
      'ffprobe',
      [
        '-v',
        'error',
        '-show_frames',
        '-select_streams',
        'v',
        '-show_entries',
        'frame=pict_type,key_frame',
        '-of',
        'csv=p=0',
        path,
      ],
      { encoding: 'utf8' },
    )
    assert.equal(probe.stderr, '')
    // Side data gets lines of its own.
    const frames = probe.stdout.split('\n').filter(line => /^[01],/.test(line))
    assert.equal(frames.length, 60)
    assert.match(frames[0]!, /^1,I/)
    assert.equal(frames.filter(frame => frame.startsWith('1')).length, 1)
  }

  // Fast forward: each key frame as a fragment of its own.
  const pictures = await playlistOf(http, '/live/a/v360/iframes.m3u8')
  assert.ok(pictures.iframesOnly && pictures.segments.length >= 3)
  const key = pictures.segments.at(-1)!
  const picture = await Promise.all(
    [key.map!.uri, key.uri].map(async name =>
      Buffer.from(await (await fetch(`${http}/live/a/v360/${name}`)).arrayBuffer()),
    ),
  )
  await writeFile(join(dir, 'key.mp4'), Buffer.concat(picture))
  const entries = ['-v', 'error', '-show_entries', 'frame=pict_type,width', '-of', 'csv=p=0', join(dir, 'key.mp4')]
  const decoded = spawnSync('ffprobe', entries, { encoding: 'utf8' })
  assert.equal(decoded.stderr, '')
  assert.deepEqual(
    decoded.stdout.split('\n').filter(line => /^\d/.test(line)),
    ['640,I'],
  )

  // No rule of HLS or DASH is broken while the channel runs.
  await until(
    'six segments',
    20,
    async () => (await playlistOf(http, '/live/a/v360/playlist.m3u8')).segments.length >= 6,
  )
  for (const manifest of ['master.m3u8', 'manifest.mpd']) {
    const report = await checkPresentation(`${http}/live/a/${manifest}`, {
      first: null,
      signal: AbortSignal.timeout(20_000),
    })
    assert.deepEqual(
      report.findings
        .filter(({ severity }) => severity === 'fail')
        .map(({ rule, subject, message }) => ({ rule, subject, message })),
      [],
    )
  }

  // A playlist that is asked for what is not there yet comes when it is, and says more than before.
  const now = await playlistOf(http, '/live/a/v360/playlist.m3u8')
  const next = now.mediaSequence + now.segments.length + 1
  const began = performance.now()
  const later = await playlistOf(http, `/live/a/v360/playlist.m3u8?_HLS_msn=${next - 1}&_HLS_part=9`)
  assert.ok(later.mediaSequence + later.segments.length + (later.lowLatency!.parts.length > 9 ? 1 : 0) >= next - 1)
  assert.ok(performance.now() - began > 50, 'it waited')
  assert.equal((await fetch(`${http}/live/a/v360/playlist.m3u8?_HLS_msn=${next + 50}`)).status, 400)
  assert.equal((await fetch(`${http}/live/a/v360/playlist.m3u8?_HLS_part=1`)).status, 400)
  assert.equal((await fetch(`${http}/live/nobody/master.m3u8`)).status, 404)
  assert.equal((await fetch(`${http}/live/a/../../../etc/passwd`)).status, 404)

  // The part that is hinted at is sent when it is made; a segment that grows comes in pieces.
  const hint = later.lowLatency!.preloadHint!
  assert.equal((await fetch(`${http}/live/a/v360/${hint}`)).status, 200)
  const mpd = await (await fetch(`${http}/live/a/manifest.mpd`)).text()
  assert.match(mpd, /availabilityTimeOffset="1\.800000" availabilityTimeComplete="false"/)
  assert.match(mpd, new RegExp(`startNumber="${now.mediaSequence}"`))

  const metrics = await (await fetch(`${http}/metrics`)).text()
  assert.match(metrics, /headend_channel_up\{channel="live\/a"\} 1/)
  assert.match(
    metrics,
    /headend_stream_units_total\{channel="live\/a",input="primary",kind="video",codec="h264"\} \d{2,}/,
  )
  const page = await (await fetch(`${http}/`)).text()
  assert.match(page, /Headend live/)

  const worker = station.status.channels[0]!.worker as {
    frames: { dropped: number }
    inputs: { streams: { damaged: number }[] }[]
  }
  assert.ok(worker.inputs[0]!.streams.every(({ damaged }) => damaged === 0))
})

it('whoever is killed comes back; the numbers go on and the window stays', { skip }, async t => {
  await using test = await openTestStation({ ladder: [360], dvr: 60 })
  const { http, rtmp, station } = test
  let publisher = publish(['-f', 'flv', `${rtmp}/a`], small)
  t.after(() => publisher.stop())
  const path = '/live/a/v360/playlist.m3u8'
  const numbers = async (): Promise<number[]> =>
    (await playlistOf(http, path)).segments.map(({ uri }) => Number(uri.split('.')[0]))
  await until('three segments', 25, async () => (await numbers()).length >= 3)
  const start = (await numbers())[0]!

  const isWhole = async (): Promise<boolean> => {
    const { segments } = await playlistOf(http, path)
    return segments.every(
      ({ gap, discontinuity }, i) => !gap && !discontinuity && Number(segments[i]!.uri.split('.')[0]) === start + i,
    )
  }

  // A worker: within three seconds parts come again, and nothing is missing between.
  const worker = station.pids['live/a']!
  const before = (await numbers()).length
  process.kill(worker, 'SIGKILL')
  const killed = performance.now()
  const { lowLatency } = await playlistOf(http, path)
  const waited = await fetch(`${http}${path}?_HLS_msn=${start + before + 1}`)
  assert.equal(waited.status, 200)
  t.diagnostic(`the segment after next, ${Math.round(performance.now() - killed)} ms after the worker was killed`)
  assert.ok(lowLatency)
  await until('the worker is another one', 5, () => (station.pids['live/a'] ?? worker) !== worker)
  assert.ok(await isWhole(), 'no gap, no discontinuity')

  // The origin: the window is there again, and goes on.
  const known = await numbers()
  process.kill(station.pids.origin!, 'SIGKILL')
  await until('the origin is back', 10, async () => (await numbers()).length > known.length)
  assert.deepEqual((await numbers()).slice(0, known.length), known)
  assert.ok(await isWhole(), 'no gap, no discontinuity')

  // The gateway: its publishers have to come again; the channel goes on meanwhile.
  process.kill(station.pids.gateway!, 'SIGKILL')
  await publisher.stop()
  const slate = (await numbers()).length
  await until('the slate goes on', 10, async () => (await numbers()).length > slate)
  publisher = publish(['-f', 'flv', `${rtmp}/a`], small)
  await until('the picture is back', 20, () => station.status.channels[0]!.worker?.shows === 'picture')
  assert.ok(await isWhole(), 'no gap, no discontinuity')
})

for (const player of ['hls.js', 'dash.js'] as const)
  it(`${player} plays at low latency, and on while the publisher is away for three seconds`, {
    skip: skip || (hasChromium ? false : 'Chromium is missing'),
  }, async t => {
    await using test = await openTestStation({ ladder: [360, 180] })
    const { http, rtmp } = test
    let publisher = publish(['-f', 'flv', `${rtmp}/a`], small)
    t.after(() => publisher.stop())
    await until(
      'three segments',
      25,
      async () => (await playlistOf(http, '/live/a/v360/playlist.m3u8')).segments.length >= 3,
    )
    const path = player === 'dash.js' ? '/live/a/manifest.mpd' : '/live/a/master.m3u8'
    const steady = await watch(http, path, player, {
      warmUpSeconds: 6,
      seconds: 4,
      onWarm: async page => {
        await page.waitForTimeout(4000)
        await publisher.stop()
        await page.waitForTimeout(3000)
        publisher = publish(['-f', 'flv', `${rtmp}/a`], small)
        await page.waitForTimeout(5000)
      },
    })
    t.diagnostic(
      `age of the pictures: ${quantile(steady, 0.1)} ms at best tenth; ${steady.stalls} stalls, longest gap ${Math.round(steady.longestGapMs)} ms`,
    )
    assert.deepEqual(steady.errors, [])
    assert.ok(steady.ages.length > 250, `${steady.ages.length} pictures were shown`)
    assert.ok(quantile(steady, 0.1) < 4000)
    assert.ok(steady.longestGapMs < 3000, `a gap of ${steady.longestGapMs} ms`)
  })
