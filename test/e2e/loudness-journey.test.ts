// `loudness` on files of every kind: figures, verdicts, dialogue, the page; read again by Debian's ffmpeg.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLog } from '../../src/core/index.ts'
import { LoudnessOptions, renderLoudness, runLoudness } from '../../src/loudness/index.ts'
import { LoudnessReport } from '../../src/model/index.ts'
import { makeClip } from '../media/make-media.ts'
import { independent, ROUNDING, refuses, swell } from './loudness-kit.ts'
import { hasTool } from './tools.ts'

const signal = new AbortController().signal
const noFfmpeg = hasTool('ffmpeg') ? false : 'ffmpeg is not installed'
const FAST = { name: 'libx264', options: { preset: 'ultrafast', crf: 30 } }
const VIDEO = 'testsrc2=s=320x180:r=25:d=2,format=yuv420p'

let dir: string
let two: string
let loud: string
const wav = (name: string, graph: string): Promise<string> =>
  makeClip(join(dir, `${name}.wav`), {
    format: 'wav',
    audio: [{ graph: `${graph},aformat=sample_fmts=s16`, encoder: 'pcm_s16le' }],
  })

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'headend-loudness-'))
  loud = await wav('loud', swell(0.47))
  two = await makeClip(join(dir, 'two.mp4'), {
    video: VIDEO,
    videoEncoder: FAST,
    audio: [
      { graph: swell(0.08, 4), language: 'eng' },
      { graph: swell(0.01, 4), language: 'deu' },
    ],
  })
})
after(() => rm(dir, { recursive: true, force: true }))

describe('loudness', () => {
  const measure = async (inputs: string[], options: Partial<Record<keyof LoudnessOptions, unknown>> = {}) =>
    LoudnessReport.parse(await runLoudness(inputs, LoudnessOptions.parse(options), { signal, log: silentLog }))

  it('measures every track of every file, and judges none without a standard', async t => {
    const report = await measure([two, loud])
    assert.deepEqual(
      report.files.map(({ tracks }) => tracks.length),
      [2, 1],
    )
    assert.equal(report.verdict, null)
    assert.deepEqual(
      report.files[0]!.tracks.map(({ language, layout, codec }) => [language, layout, codec]),
      [
        ['eng', 'stereo', 'aac'],
        ['deu', 'stereo', 'aac'],
      ],
    )
    if (noFfmpeg) return t.skip(noFfmpeg)
    const { lufs } = independent(loud)
    assert.ok(Math.abs(report.files[1]!.tracks[0]!.integratedLufs! - lufs) <= 0.1 + ROUNDING)
  })

  it('judges by a standard, by limits of one’s own, and says that silence has no loudness', async () => {
    assert.equal((await measure([loud], { standard: 'a85' })).verdict, 'pass')
    assert.equal((await measure([loud], { standard: 'streaming-14' })).verdict, 'fail')
    assert.equal((await measure([loud], { target: -24, tolerance: 0.2, maxPeak: 0 })).verdict, 'pass')
    const silent = await measure([await wav('silence', 'anullsrc=r=48000:cl=stereo:d=2')], { standard: 'r128' })
    assert.equal(silent.verdict, 'fail')
    assert.equal(silent.files[0]!.tracks[0]!.integratedLufs, null)
  })

  it('counts a single channel twice when it is asked to', async () => {
    const path = await wav('mono', 'sine=f=1000:r=48000:d=3')
    const [single, dual] = await Promise.all([measure([path]), measure([path], { dualMono: true })])
    const of = ({ files }: LoudnessReport): number => files[0]!.tracks[0]!.integratedLufs!
    assert.ok(Math.abs(of(dual) - of(single) - 3.01) < 0.01)
  })

  it('measures the programme where a track of the dialogue speaks', async () => {
    // The mix is loud for 3.5 s and, from 4 s on, quieter by 20 dB: there somebody speaks. No block holds both.
    const part = (from: number, to: number, level: number): string =>
      `if(between(t,${from},${to}),${level}*sin(2*PI*997*t),0)`
    const mix = `aevalsrc='${part(0, 3.5, 0.5)}+${part(4, 8, 0.05)}':s=48000:d=8:c=stereo,aformat=sample_fmts=s16`
    const speech = `aevalsrc='${part(4, 8, 0.02)}':s=48000:d=8:c=stereo,aformat=sample_fmts=s16`
    const path = await makeClip(join(dir, 'stems.mkv'), {
      audio: [mix, speech].map(graph => ({ graph, encoder: 'pcm_s16le' })),
    })
    const report = await measure([path], { standard: 'netflix', dialogueTrack: 2 })
    const [programme, ...more] = report.files[0]!.tracks
    assert.deepEqual(more, [])
    // 997 Hz in both channels at −26.02 dBFS of peak reads −26.0 LUFS.
    assert.ok(Math.abs(programme!.dialogue!.integratedLufs! + 26) < 0.3, `${programme!.dialogue!.integratedLufs}`)
    assert.ok(Math.abs(programme!.dialogue!.share - 0.5) < 0.05)
    assert.match(programme!.checks[0]!.promised, /-27 ± 2 LUFS \(dialogue/)
    assert.equal(programme!.checks[0]!.status, 'pass')
    const alone = await measure([path], { standard: 'netflix', track: 1 })
    assert.equal(alone.files[0]!.tracks[0]!.warnings[0]!.code, 'dialogue-not-gated')
    assert.match(alone.files[0]!.tracks[0]!.checks[0]!.promised, /-24 ± 2 LUFS \(programme/)
  })

  it('makes a page of its own', async () => {
    const page = renderLoudness(await measure([two], { standard: 'r128' }))
    assert.match(page, /Not within the standard/)
    assert.match(page, /"shortTermLufs"/)
    assert.doesNotMatch(page, /<link|\ssrc=|@import/)
  })

  it('refuses what has no sound', async () => {
    const mute = await makeClip(join(dir, 'mute.mp4'), { video: VIDEO, videoEncoder: FAST })
    const garbage = join(dir, 'garbage.wav')
    await writeFile(garbage, 'this is no sound, whatever its name says\n'.repeat(50))
    await refuses(measure([mute]), 'HE_INPUT_NO_TRACK')
    await refuses(measure([garbage]), 'HE_INPUT_NOT_MEDIA')
    await refuses(measure([loud], { tolerance: 1 }), 'HE_USAGE')
  })
})
