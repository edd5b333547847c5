// Every kind of bad or odd input of the issue: works rightly, or ends with a coded error, exit code 2 and no leftovers.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type ErrorCode, HeadendError, silentLog } from '../../src/core/index.ts'
import type { Report } from '../../src/model/index.ts'
import { VodOptions } from '../../src/plan/index.ts'
import { runVod } from '../../src/vod/index.ts'
import { makeClip } from '../media/make-media.ts'

const never = new AbortController().signal
const FAST = { name: 'libx264', options: { preset: 'ultrafast', crf: 28 } }
const tone = (layout: string, seconds = 2): string =>
  `sine=f=440:r=48000:d=${seconds},aformat=sample_fmts=fltp,aformat=channel_layouts=${layout}`
let dir: string
let good: string
let count = 0

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-bad-'))
  good = await makeClip(join(dir, 'good.mp4'), {
    video: 'testsrc2=s=320x180:r=25:d=2,format=yuv420p',
    videoEncoder: FAST,
    audio: [{ graph: tone('stereo') }],
  })
})
after(() => rm(dir, { recursive: true, force: true }))

type Extra = {
  readonly out?: string
  readonly force?: boolean
  readonly signal?: AbortSignal
  readonly onStart?: (pid: number) => void
}

async function vod(path: string, extra: Extra = {}): Promise<{ report: Report; out: string }> {
  const out = extra.out ?? join(dir, `out-${count++}`)
  const options = VodOptions.parse({ preset: 'ultrafast', maxHeight: 180, ladder: 'fixed' })
  const { report } = await runVod(path, out, {
    signal: extra.signal ?? never,
    log: silentLog,
    options,
    force: extra.force ?? false,
    ...(extra.onStart ? { onStart: extra.onStart } : {}),
  })
  return { report, out }
}

/** The run is refused with `code`, a hint and exit code 2, and its folder holds what it held before. */
async function refused(path: string, code: ErrorCode, extra: Extra = {}): Promise<void> {
  const before = await readdir(dir)
  const next = count
  await assert.rejects(vod(path, extra), (error: unknown) => {
    assert.ok(error instanceof HeadendError, String(error))
    assert.equal(error.code, code, error.message)
    assert.equal(error.exitCode, 2)
    assert.ok(error.hint.length > 0)
    return true
  })
  assert.deepEqual(await readdir(dir), before, 'nothing is left behind')
  count = next + 1
}

const failures = (report: Report): string[] =>
  report.verdict.checks
    .filter(check => check.status === 'fail')
    .map(check => `${check.id} ${check.subject}: ${check.measured}`)

/** The run ends with a verdict that holds no failure. */
async function works(path: string): Promise<Report> {
  const { report } = await vod(path)
  assert.deepEqual(failures(report), [])
  return report
}

describe('files that are no media', () => {
  it('missing', () => refused(join(dir, 'nowhere.mp4'), 'HE_INPUT_NOT_FOUND'))
  it('a directory', () => refused(dir, 'HE_INPUT_UNREADABLE'))
  it('empty', async () => {
    const path = join(dir, 'empty.mp4')
    await writeFile(path, '')
    await refused(path, 'HE_INPUT_EMPTY')
  })
  it('a text named .mp4', async () => {
    const path = join(dir, 'text.mp4')
    await writeFile(path, 'This is a letter, not a film.\n'.repeat(50))
    await refused(path, 'HE_INPUT_NOT_MEDIA')
  })
  it('a playlist that names other files', async () => {
    const path = join(dir, 'list.m3u8')
    await writeFile(path, '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n/etc/passwd\n#EXT-X-ENDLIST\n')
    await refused(path, 'HE_INPUT_NOT_MEDIA')
  })
})

describe('truncated MP4', () => {
  it('whose moov was lost', async () => {
    const path = join(dir, 'no-moov.mp4')
    await copyFile(good, path)
    await truncate(path, Math.floor((await stat(path)).size / 2))
    await refused(path, 'HE_INPUT_TRUNCATED')
  })
  it('cut in the middle, moov in front', async () => {
    const path = await makeClip(join(dir, 'cut.mp4'), {
      video: 'testsrc2=s=320x180:r=25:d=2,format=yuv420p',
      videoEncoder: FAST,
      muxOptions: { movflags: '+faststart' },
    })
    await truncate(path, Math.floor((await stat(path)).size * 0.6))
    await refused(path, 'HE_INPUT_TRUNCATED')
  })
})

describe('odd but sound inputs', () => {
  it('sound only', async () => {
    const path = await makeClip(join(dir, 'sound.mp4'), { audio: [{ graph: tone('stereo', 3) }] })
    const report = await works(path)
    assert.equal(report.video.length, 0)
    assert.equal(report.audio.length, 1)
  })
  it('picture only', async () => {
    const path = await makeClip(join(dir, 'silent.mp4'), {
      video: 'testsrc2=s=320x180:r=25:d=2,format=yuv420p',
      videoEncoder: FAST,
    })
    const report = await works(path)
    assert.equal(report.audio.length, 0)
    assert.equal(report.video[0]?.frames, 50)
  })
  it('odd-sized picture', async () => {
    const path = await makeClip(join(dir, 'odd.mkv'), {
      video: 'testsrc2=s=321x181:r=25:d=1,format=yuv444p',
      videoEncoder: FAST,
    })
    const report = await works(path)
    assert.ok(report.video.every(({ width, height }) => width % 2 === 0 && height % 2 === 0))
  })
  it('4:4:4', async () => {
    await works(
      await makeClip(join(dir, '444.mp4'), { video: 'testsrc2=s=320x180:r=25:d=1,format=yuv444p', videoEncoder: FAST }),
    )
  })
  it('10 bits', async () => {
    await works(
      await makeClip(join(dir, '10bit.mp4'), {
        video: 'testsrc2=s=320x180:r=25:d=1,format=yuv420p10le',
        videoEncoder: FAST,
      }),
    )
  })
  it('interlaced', async () => {
    const path = await makeClip(join(dir, 'interlaced.mp4'), {
      video: 'testsrc2=s=320x180:r=50:d=2,format=yuv420p,tinterlace=mode=interleave_top,fieldorder=tff,format=yuv420p',
      frameRate: '25/1',
      videoEncoder: { name: 'libx264', options: { preset: 'ultrafast', flags: '+ildct+ilme' } },
    })
    const report = await works(path)
    assert.equal(report.input.video[0]?.scan, 'interlaced')
  })
  it('variable frame rate', async () => {
    const path = await makeClip(join(dir, 'vfr.mkv'), {
      video: "testsrc2=s=320x180:r=30:d=3,select='not(mod(n\\,7)*mod(n\\,5))+lt(n\\,40)',format=yuv420p",
      videoEncoder: FAST,
      frameRate: '1000/1',
    })
    const report = await works(path)
    assert.equal(report.input.video[0]?.frameRateMode, 'variable')
  })
  for (const layout of ['mono', '7.1']) {
    it(`${layout} sound`, async () => {
      const path = await makeClip(join(dir, `${layout}.mkv`), {
        video: 'testsrc2=s=320x180:r=25:d=2,format=yuv420p',
        videoEncoder: FAST,
        audio: [{ graph: `${tone(layout)},aformat=sample_fmts=s16`, encoder: 'flac' }],
      })
      await works(path)
    })
  }
  it('one pixel is refused', async () => {
    const path = await makeClip(join(dir, 'pixel.mkv'), {
      video: 'color=c=red:s=1x1:r=25:d=1,format=bgr0',
      videoEncoder: { name: 'ffv1' },
    })
    await refused(path, 'HE_INPUT_UNSUPPORTED')
  })
})

describe('outputs', () => {
  it('that exist are kept, and replaced only with force', async () => {
    const out = join(dir, 'mine')
    await mkdir(out)
    await writeFile(join(out, 'thesis.txt'), 'years of work')
    await refused(good, 'HE_OUTPUT_EXISTS', { out })
    assert.equal(await readFile(join(out, 'thesis.txt'), 'utf8'), 'years of work')
    await vod(good, { out, force: true })
    assert.ok((await readdir(out)).includes('master.m3u8'))
    assert.ok(!(await readdir(out)).includes('thesis.txt'))
  })
  it('below a file cannot be written', () => refused(good, 'HE_OUTPUT_UNWRITABLE', { out: join(good, 'sub', 'out') }))
})

describe('a full disk', () => {
  for (const kibibytes of [4, 24, 96]) {
    it(`of ${kibibytes} KiB ends with HE_OUTPUT_FULL and leaves nothing`, async t => {
      const disk = join(dir, `disk-${kibibytes}`)
      await mkdir(disk)
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', disk])
      if (mounted.status !== 0) return t.skip('a small disk can only be mounted by root on Linux')
      try {
        const run = vod(good, { out: join(disk, 'out') })
        await assert.rejects(run, error => {
          assert.ok(error instanceof HeadendError, String(error))
          assert.equal(error.code, 'HE_OUTPUT_FULL', error.message)
          assert.equal(error.exitCode, 2)
          return true
        })
        assert.deepEqual(await readdir(disk), [])
      } finally {
        spawnSync('umount', [disk])
      }
    })
  }
})

describe('runs that are stopped', () => {
  it('by cancel leave nothing', async () => {
    const before = await readdir(dir)
    const controller = new AbortController()
    const reason = new HeadendError('HE_CANCELLED', 'stopped')
    const run = vod(good, { signal: controller.signal, onStart: () => setImmediate(() => controller.abort(reason)) })
    await assert.rejects(run, error => error === reason)
    assert.deepEqual(await readdir(dir), before)
  })
  it('by SIGKILL of the engine worker end with HE_ENGINE_CRASHED and leave nothing', async () => {
    const before = await readdir(dir)
    const run = vod(good, { onStart: pid => setTimeout(() => process.kill(pid, 'SIGKILL'), 150) })
    await assert.rejects(run, error => error instanceof HeadendError && error.code === 'HE_ENGINE_CRASHED')
    assert.deepEqual(await readdir(dir), before)
  })
})
