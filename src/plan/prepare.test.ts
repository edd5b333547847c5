import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mediaFacts, videoFacts } from '../../test/media/sample-facts.ts'
import { type ColorPlan, planColor } from '../color/index.ts'
import type { VideoStream } from '../model/index.ts'
import { chooseFrameRate } from './frame-rate.ts'
import { planGeometry } from './geometry.ts'
import { planPrepare } from './prepare.ts'
import { planScan } from './scan.ts'
import { planTimeline } from './timeline.ts'

const prepare = (over: Partial<VideoStream>, output: 'progressive' | 'interlaced' = 'progressive') => {
  const video = videoFacts(over)
  const scan = planScan({ video, deinterlace: 'auto', inverseTelecine: 'off', output })
  const geometry = planGeometry({
    video,
    crop: { x: 0, y: 140, width: 1920, height: 800 },
    size: {},
    fit: 'inside',
    upscale: false,
    pixels: 'square',
    rotation: 'apply',
    evenSides: true,
  })
  const rate = chooseFrameRate(video, { factor: scan.rateFactor })
  const { grid } = planTimeline({
    facts: mediaFacts([video], []),
    video,
    audio: [],
    gopSeconds: 2,
    segmentSeconds: 6,
    rate,
  })
  const color: ColorPlan = planColor({
    video,
    dynamicRange: 'keep',
    space: 'keep',
    range: 'limited',
    pixelFormat: 'yuv420p',
    toneMap: { curve: 'bt2390' },
    legal: false,
    light: 'gamma',
    kernel: 'bicubic',
    encoderHdr: { hdr10Plus: false, dolbyVision: [] },
  })
  return planPrepare(video, grid!, color, { scan, geometry })
}

describe('planPrepare for a file', () => {
  it('makes moments, puts them on the grid, cuts and turns, in this order and with one reason each', () => {
    const { steps, choices } = prepare({ scan: 'interlaced', fieldOrder: 'bff', rotation: 90 })
    assert.deepEqual(
      steps.map(({ name }) => name),
      ['bwdif', 'fps', 'crop', 'transpose'],
    )
    assert.deepEqual(
      choices.map(({ what }) => what),
      ['video.prepare.grid'],
      'scan and geometry state their own',
    )
  })
  it('never turns fields', () => {
    const kept = { scan: 'interlaced', fieldOrder: 'tff' } as const
    assert.throws(() => prepare({ ...kept, rotation: 180 }, 'interlaced'), { code: 'HE_PLAN_IMPOSSIBLE' })
    assert.deepEqual(
      prepare(kept, 'interlaced').steps.map(({ name }) => name),
      ['fps', 'crop'],
    )
  })
})
