// `normalize` on sound that is quiet, loud, peaky, silent, short, surround, or one of several; read again by Debian's ffmpeg.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLog } from '../../src/core/index.ts'
import {
  LoudnessOptions,
  type MeasuredFile,
  measureFile,
  NormalizeOptions,
  runLoudness,
  runNormalize,
} from '../../src/loudness/index.ts'
import { NormalizeReport } from '../../src/model/index.ts'
import { makeClip } from '../media/make-media.ts'
import { independent, ROUNDING, refuses, swell } from './loudness-kit.ts'
import { hasTool } from './tools.ts'

const signal = new AbortController().signal
const noFfmpeg = hasTool('ffmpeg') ? false : 'ffmpeg is not installed'
const FAST = { name: 'libx264', options: { preset: 'ultrafast', crf: 30, bf: 2 } }
const VIDEO = 'testsrc2=s=320x180:r=25:d=5,format=yuv420p'
const CLICKS = "aevalsrc='0.02*sin(2*PI*440*t)+if(lt(mod(t,2),0.0005),0.95*sin(2*PI*5000*t),0)':s=48000:d=8:c=stereo"

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-normalize-'))
})
after(() => rm(dir, { recursive: true, force: true }))

const wav = (name: string, graph: string): Promise<string> =>
  makeClip(join(dir, `${name}.wav`), {
    format: 'wav',
    audio: [{ graph: `${graph},aformat=sample_fmts=s16`, encoder: 'pcm_s16le' }],
  })

async function normalize(
  inputs: string[],
  output: string,
  options: Partial<Record<keyof NormalizeOptions, unknown>> = {},
): Promise<NormalizeReport> {
  const report = await runNormalize(inputs, output, {
    ...{ signal, log: silentLog, force: false },
    options: NormalizeOptions.parse(options),
  })
  return NormalizeReport.parse(report)
}

function agrees(path: string, { after }: NormalizeReport['files'][number]['tracks'][number], track = 0): void {
  const { lufs, dbtp } = independent(path, track)
  assert.ok(Math.abs(lufs - after.integratedLufs!) <= 0.1 + ROUNDING, `${after.integratedLufs} LUFS, ebur128 ${lufs}`)
  assert.ok(Math.abs(dbtp - after.truePeakDbtp!) <= 0.2 + ROUNDING, `${after.truePeakDbtp} dBTP, ebur128 ${dbtp}`)
}

/** MD5 of every packet of one kind. */
const packets = (path: string, kind: string): string[] =>
  execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-map', `0:${kind}`, '-c', 'copy', '-f', 'framemd5', '-'], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter(line => line && !line.startsWith('#'))
    // Before side data, which a player's hint becomes.
    .map(line => line.split(',')[5]!.trim())

/** Each line of text, and by how many milliseconds it begins after the picture: a file's clock may begin anywhere. */
function linesOf(path: string): [text: string, afterMs: number][] {
  const run = (name: string, ...args: string[]): string => execFileSync(name, args, { encoding: 'utf8' })
  const probe = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'stream=start_time', '-of', 'csv=p=0', path]
  const begins = Number(run('ffprobe', ...probe).replace(',', ''))
  const srt = run('ffmpeg', '-v', 'error', '-copyts', '-i', path, '-map', '0:s', '-f', 'srt', '-')
  return srt
    .trim()
    .split(/\n\n+/)
    .map(block => {
      const [, times, text] = block.split('\n')
      const [hours, minutes, seconds] = times!.split(' ')[0]!.replace(',', '.').split(':').map(Number)
      return [text!, Math.round((hours! * 3600 + minutes! * 60 + seconds! - begins) * 1000)]
    })
}

const failed = ({ files, album }: NormalizeReport): unknown[] =>
  [...files.flatMap(({ tracks }) => tracks.flatMap(({ checks }) => checks)), ...(album?.checks ?? [])].filter(
    ({ status }) => status === 'fail',
  )

describe('normalize', () => {
  it('raises two quiet tracks by linear gain, each to the target, and hands the picture on', async t => {
    const source = await makeClip(join(dir, 'quiet.mp4'), {
      video: VIDEO,
      videoEncoder: FAST,
      audio: [
        { graph: swell(0.08), language: 'eng' },
        { graph: swell(0.01), language: 'deu' },
      ],
    })
    const out = join(dir, 'quiet-out.mp4')
    const report = await normalize([source], out)
    assert.deepEqual(failed(report), [])
    const { tracks } = report.files[0]!
    assert.deepEqual(
      tracks.map(({ encoder, limitedDb }) => [encoder, limitedDb]),
      [
        ['aac', 0],
        ['aac', 0],
      ],
    )
    for (const { before, after } of tracks) {
      assert.ok(Math.abs(after.integratedLufs! + 23) <= 0.1)
      // Linear gain leaves the dynamics alone.
      assert.ok(Math.abs(after.loudnessRangeLu! - before.loudnessRangeLu!) < 0.3)
    }
    assert.equal((await stat(out)).size, report.files[0]!.bytes)
    if (noFfmpeg) return t.skip(noFfmpeg)
    for (const [i, track] of tracks.entries()) agrees(out, track, i)
    assert.deepEqual(packets(out, 'v'), packets(source, 'v'))
  })

  it('lowers what is too loud, and copies what is right already', async () => {
    const source = await wav('loud', swell(0.9))
    const [out, again] = [join(dir, 'loud-out.wav'), join(dir, 'loud-again.wav')]
    const report = await normalize([source], out, { standard: 'a85' })
    assert.deepEqual(failed(report), [])
    assert.ok(report.files[0]!.tracks[0]!.gainDb < -3)
    const second = await normalize([out], again, { standard: 'a85' })
    assert.equal(second.files[0]!.tracks[0]!.encoder, 'copy')
    assert.equal(second.files[0]!.tracks[0]!.gainDb, 0)
  })

  it('limits true peaks where it must, says by how much, and makes up for it', async t => {
    const source = await wav('clicks', CLICKS)
    const out = join(dir, 'clicks-out.wav')
    const report = await normalize([source], out)
    assert.deepEqual(failed(report), [])
    const [track] = report.files[0]!.tracks
    assert.ok(track!.limitedDb > 6 && track!.makeUpDb > 0)
    assert.ok(track!.after.truePeakDbtp! <= -1)
    assert.match(track!.because, /limiter holds it/)
    assert.ok(track!.warnings.some(({ code }) => code === 'limited'))
    if (noFfmpeg) return t.skip(noFfmpeg)
    agrees(out, track!)
  })

  it('never limits when asked not to: the target is missed, and that is the verdict', async () => {
    const report = await normalize([join(dir, 'clicks.wav')], join(dir, 'clicks-gain.wav'), { mode: 'gain' })
    const [track] = report.files[0]!.tracks
    assert.equal(report.verdict, 'fail')
    assert.equal(track!.limitedDb, 0)
    assert.ok(track!.after.truePeakDbtp! <= -1)
    assert.match(track!.because, /mode gain does not limit/)
  })

  it('holds the true peak after a lossy codec', async t => {
    const source = await makeClip(join(dir, 'hot.m4a'), {
      format: 'mp4',
      audio: [{ graph: swell(0.5), options: { b: 96_000 } }],
    })
    const out = join(dir, 'hot-out.m4a')
    const report = await normalize([source], out, { target: -13, maxPeak: -1.5, tolerance: 0.3 })
    assert.deepEqual(failed(report), [])
    const [track] = report.files[0]!.tracks
    assert.ok(track!.limitedDb > 0)
    assert.ok(track!.after.truePeakDbtp! <= -1.5)
    if (noFfmpeg) return t.skip(noFfmpeg)
    agrees(out, track!)
  })

  it('keeps 5.1', async t => {
    const source = await makeClip(join(dir, 'surround.mkv'), {
      audio: [{ graph: swell(0.1, 5, '5.1(side)'), encoder: 'ac3', options: { b: 448_000 } }],
    })
    const out = join(dir, 'surround-out.mkv')
    const report = await normalize([source], out, { standard: 'streaming-18' })
    assert.deepEqual(failed(report), [])
    assert.equal(report.files[0]!.tracks[0]!.encoder, 'ac3')
    const { files } = await runLoudness([out], LoudnessOptions.parse({}), { signal, log: silentLog })
    assert.equal(files[0]!.tracks[0]!.channels.length, 6)
    if (noFfmpeg) return t.skip(noFfmpeg)
    agrees(out, report.files[0]!.tracks[0]!)
  })

  it('leaves alone what has no loudness', async () => {
    const silence = await wav('silence', 'anullsrc=r=48000:cl=stereo:d=2')
    const short = await wav('short', swell(0.5, 0.3))
    const out = join(dir, 'nothing')
    const report = await normalize([silence, short], out)
    assert.equal(report.verdict, 'pass')
    for (const { tracks } of report.files) {
      assert.equal(tracks[0]!.encoder, 'copy')
      assert.match(tracks[0]!.because, /no loudness/)
      assert.equal(tracks[0]!.checks[0]!.status, 'skipped')
    }
    assert.deepEqual((await readdir(out)).toSorted(), ['short.wav', 'silence.wav'])
  })

  it('gives an album one gain', async () => {
    const levels = [0.3, 0.15, 0.05]
    const inputs: string[] = []
    for (const [i, level] of levels.entries())
      inputs.push(
        await makeClip(join(dir, `track${i + 1}.flac`), {
          format: 'flac',
          audio: [{ graph: swell(level, 4, 'stereo', 's16'), encoder: 'flac' }],
        }),
      )
    const out = join(dir, 'album')
    const report = await normalize(inputs, out, { album: true, target: -20 })
    assert.deepEqual(failed(report), [])
    const gains = report.files.map(({ tracks }) => tracks[0]!.gainDb)
    assert.equal(new Set(gains).size, 1)
    assert.ok(Math.abs(report.album!.after! + 20) <= 0.1)
    for (const { tracks } of report.files) {
      const { before, after, gainDb } = tracks[0]!
      assert.ok(Math.abs(after.integratedLufs! - before.integratedLufs! - gainDb) < 0.05)
    }
  })

  it('writes the gain as metadata, and no packet changes', async t => {
    const flac = join(dir, 'track1.flac')
    const opus = await makeClip(join(dir, 'song.opus'), {
      format: 'opus',
      audio: [{ graph: swell(0.2, 4, 'stereo', 'flt'), encoder: 'libopus' }],
    })
    const mp3 = await makeClip(join(dir, 'song.mp3'), {
      format: 'mp3',
      audio: [{ graph: swell(0.2, 4), encoder: 'libmp3lame' }],
    })
    const mkv = join(dir, 'surround.mkv')
    const out = join(dir, 'tagged')
    const report = await normalize([flac, opus, mp3, mkv], out, { metadata: true })
    assert.deepEqual(failed(report), [])
    assert.equal(report.standard, null)
    const [a, b, c, d] = report.files.map(({ tracks }) => tracks[0]!)
    assert.ok(
      Math.abs(Number.parseFloat(a!.tags.REPLAYGAIN_TRACK_GAIN!) + 18 + a!.before.integratedLufs!) < 0.006,
      JSON.stringify(a!.tags),
    )
    assert.deepEqual(Object.keys(b!.tags), ['R128_TRACK_GAIN'])
    assert.ok(Math.abs(Number(b!.tags.R128_TRACK_GAIN) / 256 + 23 + b!.before.integratedLufs!) < 0.003)
    assert.ok(c!.tags.REPLAYGAIN_TRACK_PEAK)
    assert.ok(d!.tags.REPLAYGAIN_GAIN && d!.tags.REPLAYGAIN_TRACK_GAIN)
    if (noFfmpeg) return t.skip(noFfmpeg)
    for (const [input, name] of [
      [flac, 'track1.flac'],
      [opus, 'song.opus'],
      [mp3, 'song.mp3'],
      [mkv, 'surround.mkv'],
    ] as const)
      assert.deepEqual(packets(join(out, name), 'a'), packets(input, 'a'), name)
    const tags = execFileSync('ffprobe', ['-v', 'error', '-show_streams', '-show_format', join(out, 'song.opus')], {
      encoding: 'utf8',
    })
    assert.match(tags, new RegExp(`R128_TRACK_GAIN=${b!.tags.R128_TRACK_GAIN}`))
  })

  it('drops a gain that is no longer true', async () => {
    const out = join(dir, 'untagged.flac')
    await normalize([join(dir, 'tagged', 'track1.flac')], out, { target: -30 })
    const { facts } = await measured(out)
    assert.deepEqual(
      Object.keys(facts.container.tags).filter(name => /replaygain/i.test(name)),
      [],
    )
  })

  it('hands subtitles on', { skip: noFfmpeg }, async () => {
    const srt = join(dir, 'text.srt')
    await writeFile(srt, '1\n00:00:00,500 --> 00:00:01,500\nOne\n\n2\n00:00:02,000 --> 00:00:03,000\nTwo\n')
    for (const [name, codec] of [
      ['text.mkv', 'srt'],
      ['text.mp4', 'mov_text'],
    ] as const) {
      const source = join(dir, name)
      const map = ['-map', '0:v', '-map', '0:a:0', '-map', '1', '-c', 'copy', '-c:s', codec]
      execFileSync('ffmpeg', ['-v', 'error', '-i', join(dir, 'quiet.mp4'), '-i', srt, ...map, source])
      const out = join(dir, `out-${name}`)
      const report = await normalize([source], out)
      assert.deepEqual(failed(report), [])
      assert.deepEqual(linesOf(out), linesOf(source))
      assert.deepEqual(packets(out, 'v'), packets(source, 'v'))
      if (codec === 'srt') assert.deepEqual(packets(out, 's'), packets(source, 's'))
    }
  })

  it('keeps titles and covers', { skip: noFfmpeg }, async () => {
    const cover = join(dir, 'cover.png')
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=64x64', '-frames:v', '1', cover])
    for (const [name, codec] of [
      ['cover.flac', 'flac'],
      ['cover.m4a', 'aac'],
    ] as const) {
      const source = join(dir, name)
      const coded = ['-map', '0:a', '-map', '1', '-c:a', codec, '-c:v', 'copy', '-disposition:v', 'attached_pic']
      const inputs = ['-v', 'error', '-i', join(dir, 'loud.wav'), '-i', cover]
      execFileSync('ffmpeg', [...inputs, ...coded, '-metadata', 'title=Song', source])
      const out = join(dir, `out-${name}`)
      assert.deepEqual(failed(await normalize([source], out)), [])
      const { facts } = await measured(out)
      assert.equal(facts.container.tags.title, 'Song')
      assert.deepEqual(
        facts.other.map(({ type, codec }) => [type, codec]),
        [['picture', 'png']],
      )
      assert.deepEqual(packets(out, 'v'), packets(source, 'v'))
    }
  })

  it('refuses with a code what cannot be done, and leaves nothing behind', async () => {
    const bad = join(dir, 'bad')
    await mkdir(bad)
    const [garbage, empty] = [join(bad, 'garbage.wav'), join(bad, 'empty.wav')]
    await writeFile(garbage, 'this is no sound, whatever its name says\n'.repeat(50))
    await writeFile(empty, '')
    const mute = await makeClip(join(bad, 'mute.mp4'), { video: VIDEO, videoEncoder: FAST })
    const good = join(dir, 'loud.wav')
    const out = join(bad, 'out')
    await refuses(normalize([garbage], out), 'HE_INPUT_NOT_MEDIA')
    await refuses(normalize([empty], out), 'HE_INPUT_EMPTY')
    await refuses(normalize([mute], out), 'HE_INPUT_NO_TRACK')
    await refuses(normalize([join(bad, 'absent.wav')], out), 'HE_INPUT_NOT_FOUND')
    await refuses(normalize([good, garbage], out), 'HE_INPUT_NOT_MEDIA')
    await refuses(normalize([good], good), 'HE_USAGE')
    await refuses(normalize([good, join(dir, 'clicks.wav')], join(bad, 'one.wav')), 'HE_USAGE')
    await refuses(normalize([good], join(bad, 'sound.xyz')), 'HE_USAGE')
    await refuses(normalize([good], join(bad, 'sound.wav'), { track: 2 }), 'HE_INPUT_NO_TRACK')
    await refuses(normalize([good], join(bad, 'sound.wav'), { metadata: true }), 'HE_PLAN_IMPOSSIBLE')
    await refuses(normalize([good], join(bad, 'sound.flac'), { metadata: true, standard: 'r128' }), 'HE_USAGE')
    await refuses(normalize([good], join(dir, 'loud-out.wav')), 'HE_OUTPUT_EXISTS')
    const cancelled = AbortSignal.abort(new Error('enough'))
    await assert.rejects(
      runNormalize([good], join(bad, 'sound.wav'), {
        ...{ signal: cancelled, log: silentLog, force: false, options: NormalizeOptions.parse({}) },
      }),
      /enough/,
    )
    assert.deepEqual((await readdir(bad)).toSorted(), ['empty.wav', 'garbage.wav', 'mute.mp4'])
  })
})

const measured = (path: string): Promise<MeasuredFile> => measureFile(path, {}, { signal, log: silentLog })
