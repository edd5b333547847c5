// The main job on a generated master, judged by other people's tools: Debian's ffprobe, hls.js and shaka-player.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openPreview } from '../../src/cli/preview-server.ts'
import { silentLog } from '../../src/core/index.ts'
import { Report } from '../../src/model/index.ts'
import { VodOptions } from '../../src/plan/index.ts'
import { runVod } from '../../src/vod/index.ts'
import { makeDemoMaster } from '../media/make-media.ts'
import { playInChromium } from './play.ts'
import { hasTool } from './tools.ts'

const signal = new AbortController().signal
let dir: string
let out: string
let report: Report

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-vod-'))
  const master = await makeDemoMaster(join(dir, 'master.mov'), { frames: 120, signal })
  out = join(dir, 'out')
  ;({ report } = await runVod(master, out, {
    signal,
    log: silentLog,
    options: VodOptions.parse({ preset: 'ultrafast', ladder: 'fixed' }),
    force: false,
  }))
})
after(() => rm(dir, { recursive: true, force: true }))

describe('headend vod', () => {
  it('ends with verdict pass, every check named', () => {
    assert.deepEqual(
      report.verdict.checks.filter(check => check.status === 'fail' || check.status === 'warn'),
      [],
    )
    assert.equal(report.verdict.status, 'pass')
    for (const id of [
      'decode.complete',
      'video.frames',
      'video.duration',
      'video.color',
      'video.quality',
      'segments.keyframes',
      'audio.loudness',
      'package.consistent',
    ]) {
      assert.ok(
        report.verdict.checks.some(check => check.id === id && check.status === 'pass'),
        id,
      )
    }
  })

  it('makes several rungs, none above the source, on exact 29.97 fps segments', () => {
    assert.ok(report.video.length >= 3)
    assert.ok(report.video.every(({ width, height }) => width <= 1280 && height <= 720))
    assert.equal(report.plan.video?.frameRate, '30000/1001')
    assert.equal(report.plan.video?.segmentFrames, 180)
    assert.ok(report.video.every(({ frames }) => frames === report.plan.video?.frames))
  })

  it('writes a report.json that its own schema accepts, and a page that stands alone', async () => {
    assert.deepEqual(Report.parse(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))), report)
    const page = await readFile(join(out, 'report.html'), 'utf8')
    assert.ok(!/(?:src|href)="https?:/.test(page), 'nothing is fetched')
  })

  it('is read the same by ffprobe: frames, color, profile, key frames', async t => {
    if (!hasTool('ffprobe')) return t.skip('ffprobe is not installed')
    for (const rung of report.plan.video!.renditions) {
      const text = execFileSync(
        'ffprobe',
        [
          '-v',
          'error',
          '-count_frames',
          '-select_streams',
          'v',
          '-show_streams',
          '-of',
          'json',
          join(out, rung.id, 'media.m3u8'),
        ],
        { encoding: 'utf8' },
      )
      const [stream] = (JSON.parse(text) as { streams: Record<string, string | number>[] }).streams
      assert.equal(Number(stream?.nb_read_frames), report.plan.video?.frames)
      assert.equal(stream?.width, rung.width)
      assert.equal(stream?.height, rung.height)
      assert.equal(stream?.profile, 'High')
      assert.equal(Number(stream?.level), Math.round(Number(rung.level) * 10))
      assert.deepEqual(
        [stream?.color_primaries, stream?.color_transfer, stream?.color_space, stream?.color_range],
        ['bt709', 'bt709', 'bt709', 'tv'],
      )
    }
  })

  it('is as loud as planned by Debian’s ffmpeg too', t => {
    if (!hasTool('ffmpeg')) return t.skip('ffmpeg is not installed')
    const track = report.plan.audio[0]!
    const text = execFileSync(
      'bash',
      ['-c', 'ffmpeg -hide_banner -nostats -i "$0" -af ebur128 -f null - 2>&1', join(out, track.id, 'media.m3u8')],
      { encoding: 'utf8' },
    )
    const integrated = Number(/I:\s+(-?[\d.]+) LUFS\s+Threshold/.exec(text)?.[1])
    assert.ok(Math.abs(integrated - track.loudness.targetLufs!) <= track.loudness.toleranceLu, `${integrated} LUFS`)
  })

  for (const kind of ['hls', 'dash'] as const) {
    it(`plays to the end in Chromium as ${kind}, seeks, and shows every rung`, async t => {
      await using preview = await openPreview(out, { signal, log: silentLog })
      let played = await playInChromium(preview.url, kind, { playbackRate: 4 })
      if (!played) return t.skip('Chromium is not installed')
      if (played.errors.length > 0) {
        // A player may stall once on a busy machine; what is wrong with the package goes wrong twice.
        t.diagnostic(`first try: ${played.errors.join('; ')}`)
        played = (await playInChromium(preview.url, kind, { playbackRate: 4 }))!
      }
      assert.deepEqual(played.errors, [])
      assert.deepEqual(played.rungsShown.toSorted(), played.rungsOffered.toSorted())
      assert.equal(played.rungsOffered.length, report.video.length)
      assert.ok(played.endedAtS !== null && Math.abs(played.endedAtS - played.durationS) < 0.2)
    })
  }
})
