import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { audioFacts, mediaFacts, videoFacts } from '../../test/media/sample-facts.ts'
import type { AudioStream, VideoStream } from '../model/index.ts'
import { chooseFrameRate } from './frame-rate.ts'
import { planTimeline } from './timeline.ts'

const timeline = (
  video: Partial<VideoStream>,
  audio: Partial<AudioStream>[] = [],
  seconds: readonly [number, number] = [2, 6],
) => {
  const streams = audio.map((each, i) => audioFacts({ index: i + 1, ...each }))
  const picture = videoFacts(video)
  return planTimeline({
    facts: mediaFacts([picture], streams),
    video: picture,
    audio: streams,
    gopSeconds: seconds[0],
    segmentSeconds: seconds[1],
  })
}
const rate = (over: Partial<VideoStream>): string => chooseFrameRate(videoFacts(over)).choice.pick

describe('frame rate', () => {
  it('keeps a constant rate, however odd', () => assert.equal(rate({ frameRate: '15/2' }), '15/2'))
  it('reads rounded rates as the standard ones they are', () => {
    assert.equal(rate({ frameRate: '2997/100' }), '30000/1001')
    assert.equal(rate({ frameRate: '19001/634' }), '30000/1001')
    assert.equal(rate({ frameRate: '24/1' }), '24/1')
  })
  it('halves rates above 60', () => {
    assert.equal(rate({ frameRate: '120000/1001' }), '60000/1001')
    assert.equal(rate({ frameRate: '240/1' }), '60/1')
  })
  it('puts a variable rate on the nearest standard one, never noticeably below', () => {
    const variable = (frameRate: VideoStream['frameRate']) => rate({ frameRate, frameRateMode: 'variable' })
    assert.equal(variable('30/1'), '30/1')
    assert.equal(variable('2983/100'), '30000/1001')
    assert.equal(variable('26/1'), '30000/1001')
    assert.equal(variable('12/1'), '24000/1001')
    assert.equal(variable('90/1'), '60/1')
  })
})

describe('planTimeline', () => {
  it('begins where the picture does when sound leads by less than a frame', () => {
    const { startTime, grid } = timeline({ startTime: '7/5' }, [{ startTime: '1379/1000' }])
    assert.equal(startTime, '7/5')
    assert.equal(grid?.frames, 250)
  })
  it('begins whole frames before the picture when sound leads by more, so that no frame lies between two points', () => {
    const { startTime, grid, duration } = timeline({ startTime: '1/10' }, [{ startTime: '0/1' }])
    assert.equal(startTime, '-1/50', '2.5 frames become 3')
    assert.equal(grid?.frames, 253)
    assert.equal(duration, '253/25')
  })
  it('says when the picture begins late', () =>
    assert.ok(timeline({ startTime: '2/1' }, [{}]).warnings.some(({ code }) => code === 'picture-late')))
  it('counts two packets to a frame where each field is one', () => {
    const { grid } = timeline({ scan: 'interlaced', fieldOrder: 'tff', frameCount: 500 })
    assert.deepEqual([grid?.frames, grid?.counted], [250, false])
  })
  it('never makes a GOP longer than a segment', () => {
    const { grid, segmentDuration } = timeline({}, [], [4, 1])
    assert.deepEqual([grid?.gopFrames, grid?.segmentFrames, segmentDuration], [25, 25, '1/1'])
  })
  it('takes the container’s length less the time before the picture when the stream has none', () => {
    const { grid } = timeline({ duration: null, frameCount: null, startTime: '1/1' }, [])
    assert.deepEqual([grid?.frames, grid?.counted], [225, false])
  })
  it('lasts as long as the longest sound without a picture', () => {
    const streams = [audioFacts({ startTime: '1/2' }), audioFacts({ index: 2, duration: '11/1' })]
    const request = { facts: mediaFacts([], streams), video: null, audio: streams, gopSeconds: 2, segmentSeconds: 6 }
    assert.equal(planTimeline(request).duration, '11/1')
    const empty = [audioFacts({ duration: '0/1' })]
    assert.throws(() => planTimeline({ ...request, audio: empty }), { code: 'HE_INPUT_EMPTY' })
  })
})
