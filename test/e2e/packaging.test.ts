// Real files through Shaka Packager: what comes out is measured by FFmpeg, and by reading its bytes.
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { type HeadendError, type Progress, rational, silentLog, toNumber } from '../../src/core/index.ts'
import { parseMpd, type Representation, type TemplateAddressing } from '../../src/manifest/index.ts'
import { inventoryPackage, type PackageInput, packagerPath, packageStreams } from '../../src/packaging/index.ts'
import { hasTool } from './tools.ts'

const exec = promisify(execFile)
const { signal } = new AbortController()
const skip =
  hasTool('ffmpeg') && hasTool('ffprobe')
    ? false
    : 'no ffmpeg on this machine: it makes the inputs and measures the results'

/** One white frame and a click of 4 ms together, every 30 frames of 30000/1001 beginning with frame 15. */
const CLICK =
  "aevalsrc='if(lt(mod(t-0.5005,1.001),0.004)*gte(t,0.5005),sin(2*PI*3000*t),0)':s=48000:d=10.01,pan=stereo|c0=c0|c1=c0"
const FLASH = "color=black:s=160x90:r=30000/1001:d=10.01,drawbox=c=white:t=fill:enable='eq(mod(n,30),15)'"
/** 2.002 s of GOP in segments of 4.004 s: a key frame stands in the middle of each. */
const X264 =
  '-c:v libx264 -preset veryfast -bf 3 -g 60 -keyint_min 60 -sc_threshold 0 -pix_fmt yuv420p -threads 1'.split(' ')
const BT709 = '-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv'.split(' ')

describe('packaging', { skip }, () => {
  let dir: string
  let inputs: PackageInput[]
  let out: string
  const told: Progress[] = []
  const ffmpeg = (...args: readonly string[]) =>
    exec('ffmpeg', ['-v', 'error', '-y', ...args], { maxBuffer: 1 << 28, encoding: 'buffer' })
  const options = { signal, log: silentLog }

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'headend-packaging-'))
    const made = (name: string): string => join(dir, name)
    await ffmpeg(
      ...['-f', 'lavfi', '-i', FLASH, '-f', 'lavfi', '-i', CLICK],
      ...['-map', '0:v', ...X264, ...BT709, '-video_track_timescale', '30000', made('big.mp4')],
      ...['-map', '0:v', '-s', '80x46', ...X264, ...BT709, '-video_track_timescale', '30000', made('small.mp4')],
      ...['-map', '1:a', '-c:a', 'aac', '-b:a', '96k', made('sound, first.mp4')],
      ...['-map', '1:a', '-c:a', 'aac', '-ac', '6', '-b:a', '96k', made('surround.mp4')],
    )
    inputs = [
      { id: 'v90', path: made('big.mp4'), type: 'video' },
      { id: 'v46', path: made('small.mp4'), type: 'video' },
      { id: 'a_eng', path: made('sound, first.mp4'), type: 'audio', language: 'eng', label: 'English' },
      { id: 'a_deu', path: made('surround.mp4'), type: 'audio', language: 'ger', label: 'Deutsch', default: true },
    ]
    out = join(dir, 'out, put')
    await packageStreams(
      { inputs, outDir: out, segmentDuration: '1001/250', hls: true, dash: true },
      { ...options, onProgress: each => told.push(each) },
    )
  })
  after(() => rm(dir, { recursive: true, force: true }))

  const inventory = (path = out) => inventoryPackage(path, { signal })
  const copy = async (name: string): Promise<string> => {
    const path = join(dir, name)
    await cp(out, path, { recursive: true })
    return path
  }

  it('cuts exactly, loses nothing, and tells one story', async () => {
    const { findings, tracks } = await inventory()
    assert.deepEqual(findings, [])
    for (const id of ['v90', 'v46']) {
      const track = tracks.find(each => each.id === id)!
      assert.deepEqual(
        track.segments.map(({ frames }) => frames),
        [120, 120, 60],
      )
      assert.deepEqual(
        track.segments.map(({ start }) => start),
        [rational(0), rational(1001, 250), rational(1001, 125)],
      )
      assert.ok(track.segments.every(segment => segment.startsWithKeyframe))
      assert.deepEqual(track.duration, rational(1001, 100))
    }
    const sound = tracks.find(each => each.id === 'a_eng')!
    // Priming is cut off by the edit list, not counted.
    assert.deepEqual([sound.start, sound.duration], [rational(0), rational(1001, 100)])
  })

  it('leaves the media, the manifests and nothing else', async () => {
    const video = ['00001.m4s', '00002.m4s', '00003.m4s', 'init.mp4', 'media.m3u8']
    const tracks = ['a_deu', 'a_eng', 'manifest.mpd', 'master.m3u8', 'v46', 'v90']
    assert.deepEqual((await readdir(out)).toSorted(), tracks)
    assert.deepEqual((await readdir(join(out, 'v46'))).toSorted(), video)
    const trick = ['iframes.m3u8', 'iframes.mp4']
    assert.deepEqual((await readdir(join(out, 'v90'))).toSorted(), [...video, ...trick].toSorted())
  })

  it('reports progress to the end', () => {
    assert.equal(told[0]?.done, 0)
    assert.equal(told.at(-1)?.done, told.at(-1)?.total)
  })

  it('names languages, the default and sizes in both manifests', async () => {
    const master = await readFile(join(out, 'master.m3u8'), 'utf8')
    assert.match(master, /NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2"/)
    assert.match(master, /NAME="Deutsch",LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="6"/)
    assert.match(master, /CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2",RESOLUTION=160x90,VIDEO-RANGE=SDR,FRAME-RATE=29\.970/)
    const mpd = parseMpd(await readFile(join(out, 'manifest.mpd'), 'utf8'))
    assert.deepEqual(
      mpd.periods[0]!.adaptationSets.map(({ language, roles, representations }) => [
        language,
        roles[0],
        representations.length,
      ]),
      [
        [null, undefined, 2],
        ['en', 'alternate', 1],
        ['de', 'main', 1],
        [null, undefined, 1],
      ],
    )
  })

  it('has the timeline, codecs and channels that Shaka Packager itself writes', async () => {
    const own = join(dir, 'shaka')
    await mkdir(own)
    const stream = ({ id, type }: PackageInput, path: string): string =>
      `in=${path},stream=${type},init_segment=${id}/init.mp4,segment_template=${id}/$Number%05d$.m4s`
    const [video, , , sound] = inputs
    const args = [
      stream(video!, video!.path),
      stream(sound!, sound!.path),
      '--segment_duration=4.004',
      '--generate_static_live_mpd',
      '--mpd_output=m.mpd',
    ]
    await exec(packagerPath()!, args, { cwd: own })
    const facts = async (path: string) => {
      const { adaptationSets } = parseMpd(await readFile(path, 'utf8')).periods[0]!
      const all = adaptationSets.flatMap(set => set.representations)
      return [`${video!.id}/init.mp4`, `${sound!.id}/init.mp4`].map(init => {
        const is = ({ segments }: Representation) => segments.kind === 'template' && segments.initialization === init
        const { codecs, channels, segments } = all.find(is)!
        const { timeline, timescale } = segments as TemplateAddressing
        return { codecs, timeline, timescale, channels }
      })
    }
    assert.deepEqual(await facts(join(out, 'manifest.mpd')), await facts(join(own, 'm.mpd')))
  })

  it('keeps sound and picture together to a millisecond', async () => {
    for (const manifest of ['master.m3u8', 'manifest.mpd']) {
      const path = join(out, manifest)
      const flashes = await flashTimes(path)
      assert.equal(flashes.length, 10, manifest)
      const clicks = await clickTimes(path, flashes.length)
      flashes.forEach((flash, i) => {
        assert.ok(Math.abs(flash - (0.5005 + i * 1.001)) < 1e-3, `${manifest}: flash ${i} at ${flash}`)
        assert.ok(Math.abs(clicks[i]! - flash) < 1e-3, `${manifest}: click ${i} at ${clicks[i]}, flash at ${flash}`)
      })
    }
  })

  it('cuts two hours and more without drifting', async () => {
    // One frame per 1.001 s and 16 s segments, so that two hours cost little; the arithmetic is that of 30000/1001 in ticks of 1/30000 s.
    const path = join(dir, 'long.mp4')
    await ffmpeg(
      ...[
        '-f',
        'lavfi',
        '-i',
        'color=gray:s=64x36:r=1000/1001',
        '-frames:v',
        '8000',
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
      ],
      ...[
        '-x264-params',
        'keyint=8:min-keyint=8:scenecut=0:bframes=0:threads=1',
        '-video_track_timescale',
        '30000',
        path,
      ],
    )
    const target = join(dir, 'long')
    await packageStreams(
      {
        inputs: [{ id: 'v', path, type: 'video' }],
        outDir: target,
        segmentDuration: '2002/125',
        hls: false,
        dash: true,
      },
      options,
    )
    const { findings, tracks, hls } = await inventory(target)
    assert.deepEqual(findings, [])
    assert.equal(hls, false)
    const [track] = tracks
    assert.equal(track!.segments.length, 500)
    assert.ok(track!.segments.every(({ frames, startsWithKeyframe }) => frames === 16 && startsWithKeyframe))
    assert.equal(toNumber(track!.duration), 8008)
  })

  it('packages sound alone and picture alone', async () => {
    for (const [name, only] of [
      ['sound', inputs.slice(2, 3)],
      ['picture', inputs.slice(0, 1)],
    ] as const) {
      const target = join(dir, name)
      await packageStreams(
        { inputs: only, outDir: target, segmentDuration: '1001/250', hls: true, dash: true },
        options,
      )
      assert.deepEqual((await inventory(target)).findings, [], name)
      const { stdout } = await exec('ffprobe', [
        '-v',
        'error',
        '-show_entries',
        'stream=codec_name',
        '-of',
        'csv=p=0',
        join(target, 'master.m3u8'),
      ])
      assert.match(stdout, name === 'sound' ? /^aac/ : /^h264/)
    }
  })

  it('finds what is broken afterwards', async () => {
    const broken: readonly [string, (path: string) => Promise<unknown>, RegExp][] = [
      ['missing segment', path => rm(join(path, 'v90/00002.m4s')), /v90\/media.m3u8 lists 3 segments, 2 exist/],
      ['cut off', path => truncate(join(path, 'v46/00002.m4s'), 700), /v46\/00002.m4s: box/],
      ['swapped', path => rename(join(path, 'v90/00001.m4s'), join(path, 'v90/00003.m4s')), /v90/],
      ['extra', path => cp(join(path, 'v90/00003.m4s'), join(path, 'v90/00004.m4s')), /00004/],
      [
        'no manifest',
        async path => Promise.all(['master.m3u8', 'manifest.mpd'].map(name => rm(join(path, name)))),
        /neither an HLS nor a DASH/,
      ],
      ['text', path => writeFile(join(path, 'manifest.mpd'), 'hello'), /manifest.mpd: /],
    ]
    for (const [name, breakIt, expected] of broken) {
      const path = await copy(name)
      await breakIt(path)
      assert.match((await inventory(path)).findings.join('\n'), expected, name)
    }
  })

  it('fails with a code, and says what the packager said', async () => {
    const request = { outDir: join(dir, 'bad'), segmentDuration: '4/1', hls: true, dash: true } as const
    const text = join(dir, 'text.mp4')
    await writeFile(text, 'not media')
    const run = (path: string, type: 'video' | 'audio' = 'video') =>
      packageStreams({ ...request, inputs: [{ id: 'v', path, type }] }, options)
    await assert.rejects(
      run(text),
      (error: HeadendError) => error.code === 'HE_PACKAGER_FAILED' && /container type/.test(error.message),
    )
    await assert.rejects(run(inputs[0]!.path, 'audio'), { code: 'HE_PACKAGER_FAILED' })
    await assert.rejects(run(join(dir, 'absent.mp4')), { code: 'HE_INPUT_NOT_FOUND' })
    await assert.rejects(packageStreams({ ...request, inputs: [{ ...inputs[0]!, id: '../v' }] }, options), {
      code: 'HE_PLAN_INVALID',
    })
    await assert.rejects(packageStreams({ ...request, inputs, outDir: join(text, 'x') }, options), {
      code: 'HE_OUTPUT_UNWRITABLE',
    })
  })

  it('stops when asked', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const log = { ...silentLog, debug: () => controller.abort(reason) }
    const running = packageStreams(
      { inputs, outDir: join(dir, 'stopped'), segmentDuration: '4/1', hls: true, dash: true },
      { signal: controller.signal, log },
    )
    await assert.rejects(running, error => error === reason)
  })

  it('says that the disk is full when it is', async t => {
    const small = join(dir, 'small-disk')
    await mkdir(small)
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', small]).status !== 0)
      return t.skip('mounting a small disk needs root')
    try {
      const running = packageStreams(
        { inputs: inputs.slice(0, 1), outDir: small, segmentDuration: '1001/1000', hls: true, dash: true },
        options,
      )
      await assert.rejects(running, { code: 'HE_OUTPUT_FULL' })
    } finally {
      spawnSync('umount', [small])
    }
  })

  async function flashTimes(path: string): Promise<number[]> {
    const { stdout } = await ffmpeg(
      ...[
        '-copyts',
        '-i',
        path,
        '-map',
        '0:v:0',
        '-vf',
        'signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-',
        '-f',
        'null',
        '-',
      ],
    )
    const frames = [...stdout.toString().matchAll(/pts_time:(\S+)\s+lavfi\.signalstats\.YAVG=(\S+)/g)]
    return frames.filter(([, , luma]) => Number(luma) > 128).map(([, time]) => Number(time))
  }

  /** By correlation with the click, within 100 ms of where each belongs. */
  async function clickTimes(path: string, count: number): Promise<number[]> {
    const { stdout: first } = await exec('ffprobe', [
      ...[
        '-v',
        'error',
        '-select_streams',
        'a:0',
        '-show_entries',
        'frame=pts_time',
        '-of',
        'csv=p=0',
        '-read_intervals',
        '%+#1',
        path,
      ],
    ])
    const start = Number.parseFloat(first)
    const { stdout } = await ffmpeg('-copyts', '-i', path, '-map', '0:a:0', '-ac', '1', '-f', 'f32le', '-')
    const samples = new Float32Array(Uint8Array.from(stdout).buffer)
    const click = Array.from({ length: 192 }, (_, i) => Math.sin((2 * Math.PI * 3000 * i) / 48000))
    return Array.from({ length: count }, (_, k) => {
      const middle = Math.round((0.5005 + k * 1.001 - start) * 48000)
      let best = { sum: Number.NEGATIVE_INFINITY, at: 0 }
      for (let at = middle - 4800; at < middle + 4800; at++) {
        const sum = click.reduce((total, value, i) => total + value * (samples[at + i] ?? 0), 0)
        if (sum > best.sum) best = { sum, at }
      }
      return start + best.at / 48000
    })
  }
})
