import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tags, videoFacts } from '../../test/media/sample-facts.ts'
import type { ColorTags, VideoStream } from '../model/index.ts'
import { bt601Lines525, bt601Lines625, bt709, planSdrColor, pqSignal } from './index.ts'

const none: ColorTags = { primaries: null, transfer: null, matrix: null, range: null, chromaLocation: null }
const size = (width: number, height: number, over: Partial<VideoStream> = {}): VideoStream =>
  videoFacts({ codedWidth: width, codedHeight: height, displayWidth: width, displayHeight: height, ...over }, none)
const names = (video: VideoStream): string[] => planSdrColor(video).convert.map(step => step.name)
const hdr = (over: Partial<VideoStream['hdr']>): VideoStream['hdr'] => ({
  format: 'hdr10',
  masteringDisplay: null,
  contentLight: null,
  hdr10Plus: false,
  dolbyVision: null,
  ...over,
})

describe('assumed color', () => {
  it('follows size and rate where nothing is stated, and names the fields', () => {
    assert.deepEqual(planSdrColor(size(1280, 720)).target, bt709)
    assert.deepEqual(planSdrColor(size(720, 1280)).target, bt709, 'upright HD is HD')
    assert.deepEqual(planSdrColor(size(720, 576)).target, bt601Lines625)
    assert.deepEqual(planSdrColor(size(640, 360, { frameRate: '25/1' })).target, bt601Lines625)
    assert.deepEqual(planSdrColor(size(720, 480, { frameRate: '30000/1001' })).target, bt601Lines525)
    assert.deepEqual(planSdrColor(size(720, 480, { frameRate: '25/1' })).target, bt601Lines525, '480 lines are 525')
    const plan = planSdrColor(size(720, 576))
    assert.deepEqual(plan.assumed, ['primaries', 'transfer', 'matrix', 'range', 'chromaLocation'])
    assert.deepEqual(
      plan.warnings.map(({ code }) => code),
      ['color-assumed'],
    )
  })
  it('completes a partial statement by its own family, not by size', () => {
    const partly = videoFacts(
      { codedHeight: 576, displayHeight: 576, displayWidth: 1024 },
      { ...none, matrix: 'bt709' },
    )
    assert.deepEqual(planSdrColor(partly).used, bt709)
    assert.equal(planSdrColor(videoFacts({}, { ...none, primaries: 'bt2020' })).used.matrix, 'bt2020nc')
  })
  it('warns of a contradiction, and of nothing when all is stated', () => {
    assert.deepEqual(planSdrColor(videoFacts()).warnings, [])
    const both = videoFacts()
    both.color.contradictions.push('matrix')
    assert.deepEqual(
      planSdrColor(both).warnings.map(({ code }) => code),
      ['color-contradiction'],
    )
  })
  it('takes grey as full range outside of video codecs, as limited inside', () => {
    const grey = { pixelFormat: 'gray', chroma: '4:0:0' } as const
    assert.equal(planSdrColor(size(1920, 1080, { ...grey, codec: 'ffv1' })).used.range, 'pc')
    assert.deepEqual(names(size(1920, 1080, { ...grey, codec: 'ffv1' })), [])
    assert.deepEqual(names(size(1920, 1080, { ...grey, codec: 'hevc' })), ['zscale', 'format'])
  })
})

describe('SDR', () => {
  it('keeps BT.709 and BT.601 untouched', () => {
    for (const color of [bt709, bt601Lines525, bt601Lines625]) {
      const plan = planSdrColor(videoFacts({}, color))
      assert.deepEqual(plan.target, color)
      assert.deepEqual(plan.convert, [])
    }
  })
  it('tells the scaler matrix and range of what it reads and of what it writes', () => {
    const full = planSdrColor(videoFacts({}, tags('bt709', 'bt709', 'bt709', 'pc'))).scaler
    assert.deepEqual(full, { in_color_matrix: 'bt709', in_range: 'pc', out_color_matrix: 'bt709', out_range: 'tv' })
    const rgb = planSdrColor(videoFacts({ chroma: 'rgb', pixelFormat: 'gbrp' }, none))
    assert.equal(rgb.used.matrix, 'gbr')
    assert.deepEqual(rgb.scaler, { in_range: 'pc', out_color_matrix: 'bt709', out_range: 'tv' })
    const mixed = planSdrColor(videoFacts({}, tags('bt709', 'bt709', 'smpte170m'))).scaler
    assert.equal(mixed.in_color_matrix, 'smpte170m')
    assert.equal(mixed.out_color_matrix, 'bt709')
  })
  it('moves chroma to the left where the source has it elsewhere', () => {
    const centred = { ...tags('bt709', 'bt709', 'bt709'), chromaLocation: 'center' } as const
    const { scaler, target } = planSdrColor(videoFacts({}, centred))
    assert.deepEqual([scaler.in_chroma_loc, scaler.out_chroma_loc, target.chromaLocation], ['center', 'left', 'left'])
    assert.equal(planSdrColor(videoFacts({ chroma: '4:4:4' }, centred)).scaler.in_chroma_loc, undefined)
  })
  it('converts what is neither, and refuses what has no conversion', () => {
    assert.deepEqual(names(videoFacts({}, tags('bt2020', 'bt2020-10', 'bt2020nc'))), ['zscale', 'format'])
    const [zscale] = planSdrColor(videoFacts({}, tags('bt709', 'gamma22', 'bt709'))).convert
    assert.equal(zscale?.args.transferin, 'bt470m', 'by the name FFmpeg has for it')
    assert.throws(() => planSdrColor(videoFacts({}, tags('bt709', 'smpte428', 'bt709'))), {
      code: 'HE_INPUT_UNSUPPORTED',
    })
  })
})

describe('HDR', () => {
  const pq = tags('bt2020', 'smpte2084', 'bt2020nc')
  const tonemap = (video: VideoStream) => planSdrColor(video).convert.find(step => step.name === 'tonemapx')?.args
  it('maps from the peak that the source states, and cuts luma there', () => {
    const video = videoFacts({ hdr: hdr({ contentLight: { maxCll: 4000, maxFall: 400 } }) }, pq)
    assert.equal(tonemap(video)?.peak, 400)
    const limiter = planSdrColor(video).convert.find(step => step.name === 'limiter')
    assert.equal(limiter?.args.max, Math.round(64 + 876 * pqSignal(4000)))
    assert.deepEqual(planSdrColor(video).target, bt709)
  })
  it('assumes 1000 cd/m² and says so when the source states none', () => {
    const video = videoFacts({ hdr: hdr({}) }, pq)
    assert.equal(tonemap(video)?.peak, 100)
    assert.ok(planSdrColor(video).warnings.some(({ code }) => code === 'hdr-peak-assumed'))
  })
  it('believes HDR metadata where the transfer is not stated', () => {
    assert.equal(planSdrColor(videoFacts({ hdr: hdr({ format: 'hlg' }) }, none)).used.transfer, 'arib-std-b67')
    assert.equal(planSdrColor(videoFacts({ hdr: hdr({ format: 'hdr10' }) }, none)).used.transfer, 'smpte2084')
  })
  it('makes ICtCp and RGB to Y′CbCr before the tone mapping', () => {
    for (const matrix of ['ictcp', 'gbr'] as const)
      assert.deepEqual(names(videoFacts({ hdr: hdr({}) }, tags('bt2020', 'smpte2084', matrix))).slice(0, 3), [
        'zscale',
        'format',
        'setparams',
      ])
  })
  it('has PQ 0.508 at 100 cd/m² and 1 at 10,000 (SMPTE ST 2084)', () => {
    assert.ok(Math.abs(pqSignal(100) - 0.5081) < 1e-4)
    assert.ok(Math.abs(pqSignal(10_000) - 1) < 1e-9)
  })
})

describe('Dolby Vision', () => {
  const dolby = (profile: number, compatibilityId: number, color: ColorTags) =>
    videoFacts(
      {
        hdr: hdr({
          format: 'dolby-vision',
          dolbyVision: { profile, level: 6, compatibilityId, rpu: true, enhancementLayer: false, baseLayer: true },
        }),
      },
      color,
    )
  it('refuses a base layer that only Dolby decoders understand', () => {
    for (const video of [dolby(5, 0, none), dolby(5, 0, tags('bt2020', 'smpte2084', 'bt2020nc')), dolby(10, 0, none)])
      assert.throws(() => planSdrColor(video), { code: 'HE_INPUT_UNSUPPORTED' })
  })
  it('uses the base layer of the others, whatever their compatibility id says', () => {
    assert.equal(planSdrColor(dolby(8, 1, none)).used.transfer, 'smpte2084')
    assert.equal(planSdrColor(dolby(8, 4, none)).used.transfer, 'arib-std-b67')
    assert.equal(planSdrColor(dolby(7, 0, tags('bt2020', 'smpte2084', 'bt2020nc'))).used.transfer, 'smpte2084')
    assert.deepEqual(planSdrColor(dolby(8, 2, tags('bt709', 'bt709', 'bt709'))).convert, [])
  })
})
