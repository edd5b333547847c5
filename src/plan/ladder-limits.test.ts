import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleTitles } from '../../test/media/sample-facts.ts'
import { HeadendError, rational } from '../core/index.ts'
import { LadderFile, ladderLimits, nameRungs, planVod, VodOptions } from './index.ts'

const facts = sampleTitles['1080p25-stereo']!
const plan = (options: object, ladder?: object) =>
  planVod({ facts, loudness: {}, options: VodOptions.parse(options), ladder: ladder && LadderFile.parse(ladder) })
const code = (expected: string) => (error: unknown) => error instanceof HeadendError && error.code === expected

describe('what targets allow a ladder', () => {
  it('is what all of them play', () => {
    assert.equal(ladderLimits([], 'h264', rational(25)).highestLevel, '5.2')
    assert.equal(ladderLimits(['chromecast'], 'h264', rational(25)).highestLevel, '4.1')
    assert.ok(!ladderLimits(['chromecast'], 'h264', rational(25)).fits(3840, 2160))
    assert.throws(() => ladderLimits(['pigeon'], 'h264', rational(25)), code('HE_USAGE'))
    assert.throws(() => ladderLimits(['archive'], 'h264', rational(25)), code('HE_PLAN_IMPOSSIBLE'))
    assert.throws(() => ladderLimits(['chromecast'], 'hevc', rational(25)), code('HE_PLAN_IMPOSSIBLE'))
  })

  it('holds every rung, fixed or given: profile, level, size and rate', () => {
    const { video } = plan({ ladder: 'fixed', for: 'android' })
    assert.ok(video!.renditions.every(({ profile }) => profile !== 'high'))
    const ps4 = plan({ for: 'chromecast' }, { rungs: [{ width: 1920, height: 1080, crf: 20 }] })
    assert.ok(Number(ps4.video!.renditions[0]!.level) <= 4.1)
    const uhd = { rungs: [{ width: 1920, height: 1080, codec: 'hevc' }] }
    assert.throws(() => plan({ for: 'chromecast' }, uhd), code('HE_PLAN_IMPOSSIBLE'))
  })
})

describe('rungs of a package', () => {
  it('have names that tell them apart', () => {
    const rung = { codec: 'h264', width: 1280, height: 720, quality: 23, because: '' } as const
    const names = nameRungs([
      rung,
      { ...rung, quality: 28 },
      { ...rung, codec: 'hevc' },
      { ...rung, width: 640, height: 360 },
      { ...rung, width: 640, height: 360, halved: true },
    ]).map(({ id }) => id)
    assert.deepEqual(names, ['v720_1', 'v720_2', 'v720_hevc', 'v360', 'v360h'])
  })

  it('are of several codecs where asked, in the fixed ladder too', () => {
    const { video } = plan({ ladder: 'fixed', codec: 'hevc' })
    assert.deepEqual([...new Set(video!.renditions.map(({ codec }) => codec))], ['h264', 'hevc'])
  })

  it('may show every second frame, with key frames where the others have them', () => {
    const half = sampleTitles['hlg-50p']!
    const ladder = LadderFile.parse({
      rungs: [
        { width: 1920, height: 1080 },
        { width: 640, height: 360, frameRate: '25/1' },
      ],
    })
    const { video } = planVod({ facts: half, loudness: {}, options: VodOptions.parse({}), ladder })
    const [whole, small] = video!.renditions
    assert.equal(whole!.frameRate, undefined)
    assert.equal(small!.frameRate, '25/1')
    assert.deepEqual(small!.filters[0], { name: 'framestep', args: { step: 2 } })
    assert.equal(small!.encoder.options.g, video!.gopFrames / 2)
  })

  it('carry a setting for each shot as zones', () => {
    const shots = [
      { frame: 0, crf: 26 },
      { frame: 100, crf: 20 },
    ]
    const { video } = plan({}, { rungs: [{ width: 640, height: 360, crf: 23, shots }] })
    const params = String(video!.renditions[0]!.encoder.options['x264-params'])
    assert.ok(params.includes('zones=0,99,b=0.70711/100,2147483647,b=1.41421'), params)
    const av1 = { rungs: [{ width: 640, height: 360, codec: 'av1', crf: 30, shots }] }
    assert.throws(() => plan({}, av1), code('HE_PLAN_IMPOSSIBLE'))
    const late = { rungs: [{ width: 640, height: 360, crf: 23, shots: [{ frame: 5, crf: 20 }] }] }
    assert.throws(() => plan({}, late), code('HE_PLAN_IMPOSSIBLE'))
  })
})
