import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleReport } from '../../test/media/sample-report.ts'
import type { AudioOutcome, Check, VideoOutcome } from '../model/index.ts'
import { conclude, type Evidence, judgeAudio, judgePackage, judgePicture } from './checks.ts'
import { judgeVideo } from './video-checks.ts'

const report = sampleReport({ verdict: 'pass' })
const { plan } = report
const rung = plan.video!.renditions[0]!
const track = plan.audio[0]!
const evidence: Evidence = {
  damaged: {},
  unpaired: {},
  sourceEvents: [],
  packageFindings: [],
  segmented: true,
  keyTimes: {},
}

/** An outcome that is exactly what the plan promises. */
const kept: VideoOutcome = {
  ...report.video[0]!,
  id: rung.id,
  width: rung.width,
  height: rung.height,
  codecString: rung.codecString ?? '',
  frames: plan.video!.frames,
  duration: plan.duration,
  color: plan.video!.color,
  keyframesAtSegments: true,
}
const heard: AudioOutcome = {
  ...report.audio[0]!,
  id: track.id,
  codecString: track.codecString ?? '',
  duration: plan.duration,
  sampleRateHz: track.sampleRateHz,
  channels: track.channels,
  loudness: { ...report.audio[0]!.loudness, integratedLufs: track.loudness.targetLufs, truePeakDbtp: -3 },
}
const failed = (checks: readonly Check[]): string[] =>
  checks.filter(check => check.status === 'fail').map(check => check.id)

describe('judgeVideo', () => {
  it('passes what was promised', () => assert.deepEqual(failed(judgeVideo(plan, rung, kept, evidence)), []))
  const breaks: readonly [string, Partial<VideoOutcome>, Partial<Evidence>][] = [
    ['video.frames', { frames: kept.frames - 1 }, {}],
    ['video.duration', { duration: '1/1' }, {}],
    ['video.size', { width: kept.width + 2 }, {}],
    ['video.codec', { codecString: 'avc1.4d400d' }, {}],
    ['video.samples', { pixelFormat: 'yuv420p10le' }, {}],
    ['video.hdr', { hdr: { ...plan.video!.hdr, format: 'hdr10' } }, {}],
    ['video.color', { color: { ...kept.color, matrix: 'smpte170m' } }, {}],
    ['video.color', { color: { ...kept.color, range: null } }, {}],
    ['video.quality', { quality: { ...kept.quality!, psnrY: { ...kept.quality!.psnrY, mean: 12 } } }, {}],
    ['segments.keyframes', { keyframesAtSegments: false }, {}],
    ['video.alignment', {}, { unpaired: { [rung.id]: 3 } }],
    ['decode.complete', {}, { damaged: { [rung.id]: 1 } }],
  ]
  for (const [id, outcome, found] of breaks) {
    it(`fails ${id} alone for ${JSON.stringify({ ...outcome, quality: undefined, ...found })}`, () =>
      assert.deepEqual(failed(judgeVideo(plan, rung, { ...kept, ...outcome }, { ...evidence, ...found })), [id]))
  }
  it('fails a rendition that is not there', () =>
    assert.deepEqual(failed(judgeVideo(plan, rung, undefined, evidence)), ['output.exists']))
})

describe('judgeAudio', () => {
  it('passes what was promised', () => assert.deepEqual(failed(judgeAudio(plan, track, heard, evidence)), []))
  const { targetLufs, toleranceLu, maxTruePeakDbtp } = track.loudness
  const breaks: readonly [string, Partial<AudioOutcome>][] = [
    ['audio.duration', { duration: '1/1' }],
    ['audio.format', { channels: 1 }],
    ['audio.loudness', { loudness: { ...heard.loudness, integratedLufs: targetLufs! + toleranceLu + 0.1 } }],
    ['audio.truePeak', { loudness: { ...heard.loudness, truePeakDbtp: maxTruePeakDbtp + 0.3 } }],
  ]
  for (const [id, outcome] of breaks) {
    it(`fails ${id} alone`, () =>
      assert.deepEqual(failed(judgeAudio(plan, track, { ...heard, ...outcome }, evidence)), [id]))
  }
  it('fails sound that got lost', () => {
    const silent = { ...heard, loudness: { ...heard.loudness, integratedLufs: null } }
    assert.deepEqual(failed(judgeAudio(plan, track, silent, evidence)), ['audio.loudness', 'audio.silence'])
  })
  it('does not judge the loudness of a silent source', () => {
    const quiet = { ...track, loudness: { ...track.loudness, measured: null } }
    const silent = { ...heard, loudness: { ...heard.loudness, integratedLufs: null, truePeakDbtp: null } }
    assert.deepEqual(failed(judgeAudio(plan, quiet, silent, evidence)), [])
  })
})

describe('judgePicture', () => {
  const black = { kind: 'black' as const, startS: 2, endS: 4 }
  it('excuses what the source has too', () => {
    assert.equal(judgePicture('v', [black], { ...evidence, sourceEvents: [{ ...black, startS: 1.9 }] }).status, 'pass')
  })
  it('fails what it has not', () => {
    assert.equal(judgePicture('v', [black], evidence).status, 'fail')
    assert.equal(
      judgePicture('v', [black], { ...evidence, sourceEvents: [{ ...black, kind: 'freeze' }] }).status,
      'fail',
    )
    assert.equal(judgePicture('v', [black], { ...evidence, sourceEvents: [{ ...black, endS: 3 }] }).status, 'fail')
  })
})

describe('judgePackage and conclude', () => {
  it('lets the worst check decide; skipped ones do not count', () => {
    const good = judgePackage(evidence)
    const bad = judgePackage({ ...evidence, packageFindings: ['a file is missing'] })
    assert.equal(conclude([good, { ...good, status: 'skipped' }]).status, 'pass')
    assert.equal(conclude([good, { ...good, status: 'warn' }]).status, 'warn')
    assert.equal(conclude([{ ...good, status: 'warn' }, bad]).status, 'fail')
  })
})
