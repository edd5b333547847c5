import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tags, videoFacts } from '../../test/media/sample-facts.ts'
import type { ColorTags, VideoStream } from '../model/index.ts'
import { bt601Lines525, bt601Lines625, bt709, type ColorPlan, type ColorRequest, planColor } from './index.ts'

const none: ColorTags = { primaries: null, transfer: null, matrix: null, range: null, chromaLocation: null }
const plan = (video: VideoStream, over: Partial<ColorRequest> = {}): ColorPlan =>
  planColor({
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
    ...over,
  })
const size = (width: number, height: number, over: Partial<VideoStream> = {}): VideoStream =>
  videoFacts({ codedWidth: width, codedHeight: height, displayWidth: width, displayHeight: height, ...over }, none)
const codes = ({ warnings }: ColorPlan): string[] => warnings.map(({ code }) => code)
const names = (video: VideoStream, over: Partial<ColorRequest> = {}): string[] => {
  const { convert, scale } = plan(video, over)
  return [...convert, ...scale(640, 360)].map(step => step.name)
}
const noHdr: VideoStream['hdr'] = {
  format: 'sdr',
  masteringDisplay: null,
  contentLight: null,
  hdr10Plus: false,
  dolbyVision: null,
}
const display = {
  red: [0.68, 0.32],
  green: [0.265, 0.69],
  blue: [0.15, 0.06],
  whitePoint: [0.3127, 0.329],
  minLuminance: 0.0001,
  maxLuminance: 4000,
} as const
const pqTags = tags('bt2020', 'smpte2084', 'bt2020nc')
const hlgTags = tags('bt2020', 'arib-std-b67', 'bt2020nc')
const ten = { pixelFormat: 'yuv420p10le', bitDepth: 10 } as const
const pq = (over: Partial<VideoStream['hdr']> = {}, color = pqTags): VideoStream =>
  videoFacts({ ...ten, codec: 'hevc', hdr: { ...noHdr, format: 'hdr10', ...over } }, color)
const hlg = (over: Partial<VideoStream['hdr']> = {}): VideoStream =>
  videoFacts({ ...ten, codec: 'hevc', hdr: { ...noHdr, format: 'hlg', ...over } }, hlgTags)

describe('assumed color', () => {
  it('follows size and rate where nothing is stated, and names the fields', () => {
    assert.deepEqual(plan(size(1280, 720)).target, bt709)
    assert.deepEqual(plan(size(720, 1280)).target, bt709, 'upright HD is HD')
    assert.deepEqual(plan(size(720, 576)).target, bt601Lines625)
    assert.deepEqual(plan(size(640, 360, { frameRate: '25/1' })).target, bt601Lines625)
    assert.deepEqual(plan(size(720, 480, { frameRate: '30000/1001' })).target, bt601Lines525)
    assert.deepEqual(plan(size(720, 480, { frameRate: '25/1' })).target, bt601Lines525, '480 lines are 525')
    const assumed = plan(size(720, 576))
    assert.deepEqual(assumed.assumed, ['primaries', 'transfer', 'matrix', 'range', 'chromaLocation'])
    assert.deepEqual(codes(assumed), ['color-assumed'])
  })
  it('completes a partial statement by its own family, not by size', () => {
    const partly = videoFacts(
      { codedHeight: 576, displayHeight: 576, displayWidth: 1024 },
      { ...none, matrix: 'bt709' },
    )
    assert.deepEqual(plan(partly).used, bt709)
    assert.equal(plan(videoFacts({}, { ...none, primaries: 'bt2020' })).used.matrix, 'bt2020nc')
  })
  it('warns of a contradiction, and of nothing when all is stated', () => {
    assert.deepEqual(codes(plan(videoFacts())), [])
    const both = videoFacts()
    both.color.contradictions.push('matrix')
    assert.deepEqual(codes(plan(both)), ['color-contradiction'])
  })
  it('takes grey as full range outside of video codecs, as limited inside', () => {
    const grey = { pixelFormat: 'gray', chroma: '4:0:0' } as const
    assert.equal(plan(size(1920, 1080, { ...grey, codec: 'ffv1' })).used.range, 'pc')
    assert.equal(plan(size(1920, 1080, { ...grey, codec: 'hevc' })).used.range, 'tv')
  })
})

describe('SDR', () => {
  it('keeps BT.601, BT.709 and BT.2020, and scales them with nothing in between', () => {
    for (const color of [bt709, bt601Lines525, bt601Lines625]) {
      const kept = plan(videoFacts({}, color))
      assert.deepEqual(kept.target, color)
      assert.deepEqual(names(videoFacts({}, color)), ['scale'])
    }
    const wide = videoFacts(ten, tags('bt2020', 'bt2020-10', 'bt2020nc'))
    assert.equal(plan(wide, { pixelFormat: ten.pixelFormat }).target.primaries, 'bt2020')
    assert.deepEqual(names(wide, { pixelFormat: ten.pixelFormat }), ['scale'])
  })
  it('makes other primaries BT.709, and says when colors are lost', () => {
    const p3 = plan(videoFacts({}, tags('smpte432', 'bt709', 'bt709')))
    assert.deepEqual(p3.target, bt709)
    assert.deepEqual(codes(p3), ['gamut-reduced'])
    const wide = videoFacts(ten, tags('bt2020', 'bt2020-10', 'bt2020nc'))
    assert.deepEqual(codes(plan(wide, { space: 'bt709' })), ['gamut-reduced'])
    assert.deepEqual(codes(plan(videoFacts(), { space: 'bt2020' })), [])
  })
  it('goes through linear light for primaries and curves, and not for matrix and range', () => {
    const zscale = (video: VideoStream, over: Partial<ColorRequest> = {}) =>
      [...plan(video, over).convert, ...plan(video, over).scale(64, 36)].find(step => step.name === 'zscale')?.args
    const sd = zscale(videoFacts({}, bt601Lines525), { space: 'bt709' })
    assert.deepEqual(
      [sd?.primariesin, sd?.primaries, sd?.matrixin, sd?.matrix],
      ['smpte170m', 'bt709', 'smpte170m', 'bt709'],
    )
    const mixed = zscale(videoFacts({}, tags('bt709', 'bt709', 'smpte170m')))
    assert.deepEqual(
      [mixed?.primariesin, mixed?.primaries, mixed?.transferin, mixed?.transfer],
      ['bt709', 'bt709', 'bt709', 'bt709'],
    )
    assert.deepEqual([mixed?.matrixin, mixed?.matrix], ['smpte170m', 'bt709'])
    const full = zscale(videoFacts({}, tags('bt709', 'bt709', 'bt709', 'pc')))
    assert.deepEqual([full?.rangein, full?.range], ['pc', 'tv'])
    assert.equal(zscale(videoFacts({}, tags('bt709', 'gamma22', 'bt709')))?.transferin, 'bt470m', 'by FFmpeg’s name')
  })
  it('makes RGB Y′CbCr of limited range, and Y′CbCr RGB of full range', () => {
    const rgb = videoFacts({ chroma: 'rgb', pixelFormat: 'gbrp' }, none)
    assert.deepEqual(plan(rgb, { range: 'keep' }).target, bt709)
    const made = plan(videoFacts(), { pixelFormat: 'gbrp' })
    assert.deepEqual([made.target.matrix, made.target.range], ['gbr', 'pc'])
  })
  it('moves chroma to the left where the source has it elsewhere, and keeps it top left in BT.2020', () => {
    const centred = { ...tags('bt709', 'bt709', 'bt709'), chromaLocation: 'center' } as const
    const moved = plan(videoFacts({}, centred))
    assert.equal(moved.target.chromaLocation, 'left')
    assert.deepEqual(moved.scale(64, 36)[0]?.args.chromalin, 'center')
    const top = { ...pqTags, chromaLocation: 'topleft' } as const
    assert.equal(plan(pq({}, top), { pixelFormat: ten.pixelFormat }).target.chromaLocation, 'topleft')
    assert.equal(plan(pq({}, top), { dynamicRange: 'sdr' }).target.chromaLocation, 'left')
  })
  it('refuses what has no conversion', () => {
    assert.throws(() => plan(videoFacts({}, tags('bt709', 'smpte428', 'bt709'))), { code: 'HE_INPUT_UNSUPPORTED' })
    assert.throws(() => plan(videoFacts(), { pixelFormat: 'pal8' }), { code: 'HE_PLAN_IMPOSSIBLE' })
  })
  it('gives an odd picture whole chroma before zimg sees it', () => {
    const odd = size(853, 479, { pixelFormat: 'yuv420p' })
    assert.deepEqual(names(odd), ['scale'], 'plain scaling minds no odd size')
    assert.deepEqual(names(odd, { space: 'bt709' }).slice(0, 3), ['tile', 'crop', 'fillborders'])
    const cropped = names(odd, { space: 'bt709', size: { source: { width: 852, height: 478 } } })
    assert.equal(cropped[0], 'zscale')
  })
  it('converts interlaced pictures field by field', () => {
    const fields = videoFacts({ scan: 'interlaced', fieldOrder: 'bff' }, bt601Lines625)
    const { convert, scale } = plan(fields, { space: 'bt709', interlaced: true })
    const all = [...convert, ...scale(720, 288)]
    assert.deepEqual(
      all.filter(step => step.name === 'setfield').map(step => step.args.mode),
      ['prog', 'bff', 'prog', 'bff'],
    )
    assert.ok(all.every(step => step.name !== 'scale' || step.args.interl === 1))
    assert.ok(all.every(step => step.name !== 'zscale' || step.args.h === undefined))
    assert.equal(plan(fields, { interlaced: true }).scale(720, 576)[0]?.args.interl, 1)
  })
})

describe('HDR', () => {
  const toneOf = (video: VideoStream, over: Partial<ColorRequest> = {}) =>
    plan(video, { dynamicRange: 'sdr', ...over }).choices.find(({ what }) => what === 'video.toneMap.peak')?.pick
  it('is never lost without being asked: keep is refused where it cannot be', () => {
    assert.throws(() => plan(pq()), { code: 'HE_PLAN_IMPOSSIBLE', hint: /yuv420p10le/ })
    assert.throws(() => plan(videoFacts(), { dynamicRange: 'hdr10' }), { code: 'HE_PLAN_IMPOSSIBLE' })
    const kept = plan(pq(), { pixelFormat: ten.pixelFormat })
    assert.equal(kept.target.transfer, 'smpte2084')
    assert.deepEqual(names(pq(), { pixelFormat: ten.pixelFormat }), ['scale'])
    assert.deepEqual(codes(plan(pq(), { dynamicRange: 'sdr' })), [
      'gamut-reduced',
      'hdr-tone-mapped',
      'hdr-peak-assumed',
    ])
  })
  it('maps from the peak that was asked for, measured, or stated, in this order', () => {
    const stated = pq({
      contentLight: { maxCll: 4000, maxFall: 400 },
      masteringDisplay: {
        ...display,
        red: [0.68, 0.32],
        green: [0.265, 0.69],
        blue: [0.15, 0.06],
        whitePoint: [0.3127, 0.329],
      },
    })
    assert.equal(toneOf(stated), '4000 cd/m²')
    assert.equal(toneOf(stated, { measuredLight: { maxCll: 900, maxFall: 90 } }), '900 cd/m²')
    assert.equal(toneOf(stated, { toneMap: { curve: 'hable', peakNits: 600 } }), '600 cd/m²')
    assert.equal(toneOf(pq({ contentLight: { maxCll: 0, maxFall: 0 } })), '1000 cd/m²', '0 means unknown')
    assert.equal(toneOf(hlg()), '1000 cd/m²')
  })
  it('believes HDR metadata where the transfer is not stated', () => {
    assert.equal(plan(pq({ format: 'hlg' }, none), { pixelFormat: ten.pixelFormat }).used.transfer, 'arib-std-b67')
    assert.equal(plan(pq({}, none), { pixelFormat: ten.pixelFormat }).used.transfer, 'smpte2084')
  })
})

describe('HDR metadata', () => {
  const masteringDisplay = {
    ...display,
    red: [...display.red],
    green: [...display.green],
    blue: [...display.blue],
    whitePoint: [...display.whitePoint],
  } as NonNullable<VideoStream['hdr']['masteringDisplay']>
  const contentLight = { maxCll: 1200, maxFall: 300 }
  const measuredLight = { maxCll: 987, maxFall: 123 }
  const to10 = { pixelFormat: ten.pixelFormat } as const
  it('is kept as stated, and measured values stand in where none are stated', () => {
    const kept = plan(pq({ masteringDisplay, contentLight }), { ...to10, measuredLight }).hdr
    assert.deepEqual(kept, { format: 'hdr10', masteringDisplay, contentLight, hdr10Plus: false, dolbyVision: null })
    assert.deepEqual(plan(pq({ masteringDisplay }), { ...to10, measuredLight }).hdr.contentLight, measuredLight)
    const bare = plan(pq({ format: 'pq' }), to10)
    assert.equal(bare.hdr.format, 'pq')
    assert.deepEqual(codes(bare), ['hdr10-without-metadata'])
  })
  it('of SDR and HLG made PQ is what is known of them', () => {
    const sdr = plan(videoFacts(), { ...to10, dynamicRange: 'hdr10' }).hdr
    assert.equal(sdr.format, 'hdr10')
    assert.deepEqual([sdr.masteringDisplay?.red, sdr.masteringDisplay?.maxLuminance], [[0.64, 0.33], 250])
    assert.equal(sdr.contentLight, null)
    const fromHlg = plan(hlg(), { ...to10, dynamicRange: 'hdr10', measuredLight }).hdr
    assert.deepEqual([fromHlg.masteringDisplay?.maxLuminance, fromHlg.contentLight], [1000, measuredLight])
  })
  it('has no place in HLG, and its loss is told', () => {
    const made = plan(pq({ masteringDisplay, contentLight, hdr10Plus: true }), { ...to10, dynamicRange: 'hlg' })
    assert.deepEqual(made.hdr, {
      format: 'hlg',
      masteringDisplay: null,
      contentLight: null,
      hdr10Plus: false,
      dolbyVision: null,
    })
    assert.deepEqual(codes(made), ['hdr10plus-dropped', 'hdr-metadata-dropped'])
  })
  it('of HDR10+ is kept where the encoder writes it, else told', () => {
    const video = pq({ masteringDisplay, contentLight, hdr10Plus: true })
    const kept = plan(video, { ...to10, encoderHdr: { hdr10Plus: true, dolbyVision: [] } })
    assert.deepEqual([kept.hdr.format, kept.hdr.hdr10Plus, codes(kept)], ['hdr10plus', true, []])
    const dropped = plan(video, to10)
    assert.deepEqual(
      [dropped.hdr.format, dropped.hdr.hdr10Plus, codes(dropped)],
      ['hdr10', false, ['hdr10plus-dropped']],
    )
  })
  const dolby = (
    profile: number,
    compatibilityId: number,
    color: ColorTags,
    over: Partial<VideoStream['hdr']> = {},
  ): VideoStream =>
    pq(
      {
        format: 'dolby-vision',
        masteringDisplay,
        contentLight,
        dolbyVision: {
          profile,
          level: 6,
          compatibilityId,
          rpu: true,
          enhancementLayer: profile === 7,
          baseLayer: true,
        },
        ...over,
      },
      color,
    )
  it('of Dolby Vision is kept where the encoder writes it and code values keep their meaning', () => {
    const encoderHdr = { hdr10Plus: false, dolbyVision: [8] }
    const kept = plan(dolby(8, 1, pqTags), { ...to10, encoderHdr })
    assert.deepEqual([kept.hdr.format, kept.hdr.dolbyVision?.profile, codes(kept)], ['dolby-vision', 8, []])
    assert.deepEqual(kept.hdr.masteringDisplay, masteringDisplay)
    const av1 = plan(dolby(8, 4, hlgTags), { ...to10, encoderHdr: { hdr10Plus: false, dolbyVision: [10] } })
    assert.deepEqual([av1.hdr.dolbyVision?.profile, av1.hdr.dolbyVision?.compatibilityId], [10, 4])
    for (const over of [{ range: 'full' }, { legal: true }, { dynamicRange: 'hlg' }] as const)
      assert.deepEqual(
        [
          plan(dolby(8, 1, pqTags), { ...to10, encoderHdr, ...over }).hdr.dolbyVision,
          codes(plan(dolby(8, 1, pqTags), { ...to10, encoderHdr, ...over }))[0],
        ],
        [null, 'dolby-vision-dropped'],
      )
    const none8 = plan(dolby(8, 1, pqTags), to10)
    assert.deepEqual([none8.hdr.format, codes(none8)], ['hdr10', ['dolby-vision-dropped']])
    const seven = plan(dolby(7, 6, pqTags), { ...to10, encoderHdr })
    assert.deepEqual([seven.hdr.format, seven.hdr.dolbyVision, codes(seven)], ['hdr10', null, ['dolby-vision-dropped']])
  })
  it('refuses a base layer that only Dolby decoders understand, and uses the others', () => {
    for (const video of [dolby(5, 0, none), dolby(5, 0, pqTags), dolby(10, 0, none)])
      assert.throws(() => plan(video, to10), { code: 'HE_INPUT_UNSUPPORTED' })
    assert.equal(plan(dolby(8, 1, none), to10).used.transfer, 'smpte2084')
    assert.equal(plan(dolby(8, 4, none), to10).used.transfer, 'arib-std-b67')
    assert.equal(plan(dolby(7, 0, pqTags), to10).used.transfer, 'smpte2084')
    assert.deepEqual(plan(dolby(8, 2, tags('bt709', 'bt709', 'bt709')), to10).convert, [])
  })
})
