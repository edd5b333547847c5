// `headend package`: renditions that are encoded already, cut and described, with every packet as it was.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HeadendError, silentLog } from '../../src/core/index.ts'
import { PackageReport } from '../../src/model/index.ts'
import { type PackageFile, PackageOptions } from '../../src/plan/index.ts'
import { runPackage } from '../../src/vod/index.ts'
import { makeClip } from '../media/make-media.ts'
import { hasTool } from './tools.ts'

const { signal } = new AbortController()
const noFfmpeg = hasTool('ffmpeg') ? false : 'ffmpeg is not installed'
const COLOR = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709'

let dir: string
const at = (name: string): string => join(dir, name)

const clip = (name: string, size: string, gop: number, more: object = {}): Promise<string> =>
  makeClip(at(name), {
    video: `testsrc2=s=${size}:r=25:d=9,format=yuv420p,${COLOR}`,
    videoEncoder: {
      name: 'libx264',
      options: { preset: 'veryfast', g: gop, keyint_min: gop, sc_threshold: 0, crf: 30, bf: 2 },
    },
    audio: [{ graph: 'sine=f=440:r=48000:d=9,aformat=channel_layouts=stereo:sample_fmts=fltp' }],
    ...more,
  })

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-package-'))
  await clip('big.mp4', '320x180', 50, { muxOptions: { movflags: '+write_colr' } })
  await clip('small.ts', '160x90', 50, { format: 'mpegts' })
  await clip('odd.mp4', '160x90', 45)
  await makeClip(at('de.m4a'), {
    format: 'ipod',
    audio: [{ graph: 'sine=f=550:r=48000:d=9,aformat=channel_layouts=stereo:sample_fmts=fltp' }],
  })
  await writeFile(at('de.srt'), '1\n00:00:01,000 --> 00:00:03,000\nHallo\n\n2\n00:00:05,500 --> 00:00:07,000\nWelt\n')
})
after(() => rm(dir, { recursive: true, force: true }))

async function make(inputs: readonly PackageFile[], name: string, options: object = {}): Promise<PackageReport> {
  const run = { signal, log: silentLog, force: false, protection: null, options: PackageOptions.parse(options) }
  return PackageReport.parse(await runPackage(inputs, at(name), run))
}
const file = (name: string, words: PackageFile['words'] = {}): PackageFile => ({ path: at(name), words })

/** MD5 of each packet that Debian's ffmpeg reads; of a playlist it must be told that segments may be called .m4s. */
const packets = (path: string, stream: string): string[] =>
  execFileSync(
    'ffmpeg',
    [
      ...['-v', 'error', ...(path.endsWith('.m3u8') ? ['-allowed_extensions', 'ALL'] : []), '-i', path],
      ...['-map', `0:${stream}`, '-c', 'copy', '-f', 'framemd5', '-'],
    ],
    { encoding: 'utf8' },
  )
    .split('\n')
    .filter(line => line && !line.startsWith('#'))
    .map(line => line.split(',')[5]!.trim())

describe('package', () => {
  it('makes one set of renditions out of several files, sound and subtitles beside it, and keeps the rules', async t => {
    const report = await make(
      [
        file('big.mp4'),
        file('small.ts'),
        file('de.m4a', { language: 'de' }),
        file('de.srt', { language: 'de', default: true }),
      ],
      'out',
      { segmentSeconds: 3 },
    )
    assert.deepEqual(
      report.conformance.map(({ target, findings }) => [
        target,
        findings.filter(({ severity }) => severity !== 'info').map(({ rule, message }) => `${rule}: ${message}`),
      ]),
      [
        ['master.m3u8', []],
        ['manifest.mpd', []],
      ],
    )
    assert.equal(report.verdict, 'pass')
    assert.deepEqual(
      report.plan.warnings.map(({ code }) => code),
      ['audio-twin'],
    )
    // Key frames stand every 2 s: the first at or after 3 s is at 4.
    for (const id of ['v180', 'v90'])
      assert.deepEqual(
        report.tracks
          .filter(track => track.id === id)
          .map(({ segments, longestSegmentS }) => [segments, longestSegmentS]),
        [[3, 4]],
      )
    assert.deepEqual((await readdir(at('out'))).toSorted(), [
      ...['a_de_2ch', 'a_und_2ch', 'manifest.mpd', 'master.m3u8', 'report.json', 't_0_de', 'v180', 'v90'],
    ])
    assert.match(await readFile(at('out/t_0_de/all.vtt'), 'utf8'), /00:05\.500 --> 00:00:07\.000.*\nWelt/)
    assert.match(await readFile(at('out/master.m3u8'), 'utf8'), /TYPE=SUBTITLES.*LANGUAGE="de".*DEFAULT=YES/)
    if (noFfmpeg) return t.skip(noFfmpeg)
    assert.deepEqual(packets(at('out/v180/media.m3u8'), 'v'), packets(at('big.mp4'), 'v'))
    assert.deepEqual(packets(at('out/a_de_2ch/media.m3u8'), 'a'), packets(at('de.m4a'), 'a'))
    assert.equal(packets(at('out/v90/media.m3u8'), 'v').length, 225)
  })

  it('keeps sound with the picture when it comes out of a transport stream', async t => {
    const report = await make([file('small.ts')], 'ts')
    assert.equal(report.verdict, 'warn', 'one bit rate alone is against Apple’s specification')
    if (!hasTool('ffprobe')) return t.skip('ffprobe is not installed')
    const start = (path: string): number =>
      Number(
        execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=start_time', '-of', 'csv=p=0', path], {
          encoding: 'utf8',
        }).split(/[\n,]/)[0],
      )
    const starts = async (id: string): Promise<number> => {
      const parts = await Promise.all([`ts/${id}/init.mp4`, `ts/${id}/00001.m4s`].map(name => readFile(at(name))))
      await writeFile(at(`${id}.mp4`), Buffer.concat(parts))
      return start(at(`${id}.mp4`))
    }
    const own = (kind: string): number =>
      Number(
        execFileSync(
          'ffprobe',
          [
            '-v',
            'error',
            '-select_streams',
            kind,
            '-show_entries',
            'stream=start_time',
            '-of',
            'csv=p=0',
            at('small.ts'),
          ],
          { encoding: 'utf8' },
        ).split(/[\n,]/)[0],
      )
    const apart = (await starts('a_und_2ch')) - (await starts('v90'))
    assert.ok(Math.abs(apart - (own('a') - own('v'))) < 0.001, `${apart} s, in the source ${own('a') - own('v')} s`)
  })

  it('refuses pictures that are not cut at the same times, naming where, and leaves nothing behind', async () => {
    await assert.rejects(make([file('big.mp4'), file('odd.mp4')], 'apart'), error => {
      assert.ok(error instanceof HeadendError)
      assert.equal(error.code, 'HE_PLAN_IMPOSSIBLE')
      assert.match(error.message, /segment 2 begins at 6\.000 s in v180, at 7\.200 s in v90/)
      return true
    })
    assert.deepEqual(
      (await readdir(dir)).filter(name => /apart/.test(name)),
      [],
    )
  })

  it('refuses what has no place in a package', async () => {
    const code = async (inputs: PackageFile[]): Promise<string> =>
      await make(inputs, 'refused').then(
        () => 'made',
        error => (error as HeadendError).code,
      )
    await writeFile(at('empty.srt'), '')
    await writeFile(at('garbage.mp4'), 'no media at all, whatever its name says')
    await makeClip(at('mpeg2.mp4'), {
      video: 'testsrc2=s=160x90:r=25:d=1,format=yuv420p',
      videoEncoder: { name: 'mpeg2video', options: {} },
    })
    assert.deepEqual(
      [
        await code([file('de.srt')]),
        await code([file('big.mp4'), file('empty.srt')]),
        await code([file('garbage.mp4')]),
        await code([file('mpeg2.mp4')]),
        await code([file('missing.mp4')]),
        await code([file('big.mp4'), file('missing.srt')]),
      ],
      [
        ...['HE_INPUT_NO_TRACK', 'HE_INPUT_DAMAGED', 'HE_INPUT_NOT_MEDIA'],
        ...['HE_INPUT_UNSUPPORTED', 'HE_INPUT_NOT_FOUND', 'HE_INPUT_NOT_FOUND'],
      ],
    )
  })
})
