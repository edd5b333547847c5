import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { audioFacts, mediaFacts, videoFacts } from '../../test/media/sample-facts.ts'
import { formatRational, HeadendError, rational } from '../core/index.ts'
import type { VideoStream } from '../model/index.ts'
import { chooseFrameRate, type RateRequest, sourceRate } from './frame-rate.ts'
import { planTimeline } from './timeline.ts'

const choose = (video: Partial<VideoStream>, request: RateRequest = {}) => chooseFrameRate(videoFacts(video), request)
const rate = (video: Partial<VideoStream>, request: RateRequest = {}): string =>
  formatRational(choose(video, request).rate)
const fails = (code: string) => (error: unknown) => error instanceof HeadendError && error.code === code
const frames = (video: Partial<VideoStream>, request: RateRequest) => {
  const stream = videoFacts(video)
  const { grid } = planTimeline({
    facts: mediaFacts([stream], [audioFacts()]),
    video: stream,
    audio: [],
    gopSeconds: 2,
    segmentSeconds: 6,
    rate: chooseFrameRate(stream, request),
  })
  return [grid?.frames, grid?.counted]
}

describe('a rate that is asked for', () => {
  it('understands how people write rates, and says so', () => {
    const meant = (requested: string): string => rate({}, { requested })
    assert.deepEqual(['23.976', '23.98', '23.97', '29.97', '59.94', '47.952', '119.88', '14.985'].map(meant), [
      '24000/1001',
      '24000/1001',
      '24000/1001',
      '30000/1001',
      '60000/1001',
      '48000/1001',
      '120000/1001',
      '15000/1001',
    ])
    assert.deepEqual(['24', '25', '30', '60', '12.5', '29.9', '2997/100', '24.0'].map(meant), [
      '24/1',
      '25/1',
      '30/1',
      '60/1',
      '25/2',
      '299/10',
      '2997/100',
      '24/1',
    ])
    assert.match(choose({}, { requested: '29.97' }).choice.because, /29\.97 means 30000\/1001/)
    assert.throws(() => choose({}, { requested: '0' }), fails('HE_USAGE'))
    assert.throws(() => choose({}, { requested: '25/0' }), fails('HE_USAGE'))
  })

  it('is no conversion where it is the source’s own', () => {
    const own = choose({ frameRate: '2997/100' }, { requested: '29.97' })
    assert.deepEqual([own.kept, own.warnings], [true, []])
  })

  it('says what becomes of motion', () => {
    const told = (frameRate: VideoStream['frameRate'], requested: string): string =>
      choose({ frameRate }, { requested }).warnings[0]!.message
    assert.match(told('50/1', '25'), /one picture in 2 is kept/)
    assert.match(told('25/1', '50'), /each picture is shown 2 times/)
    assert.match(told('24/1', '25'), /shown again, 1 a second/)
    assert.match(told('30/1', '25'), /left out, 5 a second/)
    assert.match(told('24000/1001', '24'), /shown again, one every 41\.71 s/)
    const blend = choose({}, { requested: '30', conversion: 'blend' })
    assert.deepEqual(
      blend.steps.map(({ name }) => name),
      ['framerate', 'fps'],
    )
    assert.throws(
      () => choose({ pixelFormat: 'gbrp10le' }, { requested: '30', conversion: 'blend' }),
      fails('HE_PLAN_IMPOSSIBLE'),
    )
  })

  it('is refused above the limit, with the nearest', () =>
    assert.throws(
      () => choose({}, { requested: '50', maxFps: 30, maxFpsSetBy: 'roku' }),
      (error: unknown) => fails('HE_PLAN_IMPOSSIBLE')(error) && /30\/1/.test((error as HeadendError).hint),
    ))
})

describe('a rate that a target limits', () => {
  it('keeps one picture in as few as possible', () => {
    const most = (frameRate: VideoStream['frameRate'], maxFps: number): string => rate({ frameRate }, { maxFps })
    assert.equal(most('50/1', 30), '25/1')
    assert.equal(most('60000/1001', 30), '30000/1001')
    assert.equal(most('60000/1001', 29.97), '30000/1001', 'the limit means the exact rate too')
    assert.equal(most('120/1', 50), '40/1')
    assert.equal(most('25/1', 60), '25/1')
    assert.equal(rate({ frameRate: '240/1' }, { maxFps: null }), '240/1')
    assert.equal(choose({ frameRate: '50/1' }, { maxFps: 30 }).warnings[0]?.code, 'frame-rate-halved')
  })
  it('holds varying rates and pictures of fields to it as well', () => {
    assert.equal(rate({ frameRate: '57/1', frameRateMode: 'variable' }, { maxFps: 30 }), '30/1')
    assert.equal(rate({ frameRate: '25/1' }, { factor: rational(2), maxFps: 30 }), '25/1')
  })
})

describe('frames on the grid', () => {
  const at = (frameRate: VideoStream['frameRate'], frameCount: number, seconds: VideoStream['duration']) =>
    ({ frameRate, frameCount, duration: seconds }) as const
  it('follows pictures of fields and of film exactly', () => {
    assert.deepEqual(frames(at('25/1', 250, '10/1'), { factor: rational(2) }), [500, true])
    assert.equal(rate(at('30000/1001', 300, '1001/100'), { factor: rational(4, 5) }), '24000/1001')
    assert.deepEqual(frames(at('30000/1001', 300, '1001/100'), { factor: rational(4, 5) }), [240, false])
    assert.deepEqual(frames(at('30000/1001', 122, null), { factor: rational(4, 5) }), [98, false], '97.6')
  })
  it('counts fields in packets of their own once, whatever is made of them', () => {
    const paff = { ...at('25/1', 500, '10/1'), scan: 'interlaced', fieldOrder: 'tff' } as const
    assert.deepEqual(frames(paff, {}), [250, false])
    assert.deepEqual(frames(paff, { factor: rational(2) }), [500, false])
  })
  it('follows the length where the rate is another', () => {
    assert.deepEqual(frames(at('24000/1001', 96, '1001/250'), { requested: '25' }), [100, false])
    assert.deepEqual(frames(at('50/1', 500, '10/1'), { requested: '25' }), [250, false])
    const vfr = { ...at('28517/1000', 285, '10/1'), frameRateMode: 'variable' } as const
    assert.deepEqual(frames(vfr, {}), [300, false])
  })
  it('knows the constant rate that was meant', () => {
    assert.equal(formatRational(sourceRate(videoFacts({ frameRate: '2997/100' }))!), '30000/1001')
    assert.equal(sourceRate(videoFacts({ frameRateMode: 'variable' })), null)
  })
})
