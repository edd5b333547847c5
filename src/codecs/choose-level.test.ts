import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HeadendError, parseRational } from '../core/index.ts'
import { type VideoCodec, videoCodecs } from '../model/index.ts'
import {
  type CodedStream,
  chooseLevel,
  firstExceeded,
  isPictureSize,
  type LevelLimits,
  levelCode,
  levelLimits,
  levelNames,
  profilesOf,
  referencesAllowed,
} from './index.ts'

type Wish = Partial<Omit<CodedStream, 'frameRate'>>
const stream = (codec: VideoCodec, profile: string, size: string, rate: string, over: Wish = {}): CodedStream => {
  const [width, height] = size.split('x').map(Number) as [number, number]
  const frameRate = parseRational(rate)
  return { codec, profile, width, height, frameRate, references: 1, maxrateBps: null, bufsizeBits: null, ...over }
}
const level = (of: CodedStream, limits?: LevelLimits): string => {
  const choice = chooseLevel(of, limits)
  return choice.ok ? `${choice.level}${choice.tier === 'high' ? ' High' : ''}` : choice.because
}
const h264 = (size: string, rate: string, over?: Wish) => level(stream('h264', 'high', size, rate, over))

describe('chooseLevel of H.264', () => {
  // The well-known pairs of ITU-T H.264 Table A-6: highest frame rates for common sizes.
  it('knows the common sizes', () => {
    assert.equal(h264('1280x720', '30/1', { references: 4 }), '3.1')
    assert.equal(h264('1280x720', '60/1', { references: 4 }), '3.2')
    assert.equal(h264('1920x1080', '30/1', { references: 4, maxrateBps: 6e6, bufsizeBits: 12e6 }), '4.0')
    assert.equal(h264('1920x1080', '60/1', { references: 4 }), '4.2')
    assert.equal(h264('3840x2160', '30/1', { references: 4 }), '5.1')
    assert.equal(h264('3840x2160', '60/1', { references: 4 }), '5.2')
    assert.equal(h264('720x576', '25/1', { references: 4 }), '3.0')
  })
  it('goes up for references, for bit rate and for the buffer', () => {
    assert.equal(h264('1920x1080', '25/1', { references: 5 }), '5.0')
    assert.equal(h264('640x360', '25/1', { maxrateBps: 20e6, bufsizeBits: 40e6 }), '4.1')
    assert.equal(h264('640x360', '25/1', { maxrateBps: 25_000_001 }), '4.1')
    assert.equal(h264('640x360', '25/1', { maxrateBps: 25_000_000 }), '3.2', '20000 units of 1250 (High)')
    assert.equal(level(stream('h264', 'main', '640x360', '25/1', { maxrateBps: 25_000_000 })), '4.1', '1000 in Main')
    assert.equal(
      level(stream('h264', 'high422', '1920x1080', '25/1', { maxrateBps: 80_000_000 })),
      '4.0',
      '4000 in 4:2:2',
    )
  })
  // 8192 macroblocks (2048x1024) at 30 fps are exactly the 245760 a second of levels 4.0 and 4.1.
  it('is exact where rates are fractions', () => {
    assert.equal(h264('2048x1024', '30000/1001'), '4.0')
    assert.equal(h264('2048x1024', '30/1'), '4.0')
    assert.equal(h264('2048x1024', '30000001/1000000'), '4.2')
  })
  it('codes fields in levels 2.1 to 4.1 alone, in whole pairs of macroblock rows', () => {
    assert.equal(h264('320x180', '25/1', { interlaced: true }), '2.1')
    assert.equal(h264('1920x1080', '30000/1001', { interlaced: true, references: 4 }), '4.0')
    const fast = chooseLevel(stream('h264', 'high', '1920x1080', '50/1', { interlaced: true }))
    assert.ok(!fast.ok && fast.because === 'level 6.2 codes whole frames only, this is interlaced')
    assert.equal(fast.nearest, 'progressive pictures')
    // 45 rows of macroblocks as frames, 46 as fields: 1620 against 1656.
    assert.equal(h264('576x720', '24/1'), '3.0')
    assert.equal(h264('576x720', '24/1', { interlaced: true }), '3.1')
  })
  it('says what is too much for the last level, and what to do', () => {
    const big = chooseLevel(stream('h264', 'high', '16384x16384', '60/1'))
    assert.ok(!big.ok && /level 6.2 allows 139264 macroblocks a frame, this has 1048576/.test(big.because))
    const fast = chooseLevel(stream('h264', 'high', '1920x1080', '60/1'), { highest: '4.1' })
    assert.deepEqual(fast, {
      ok: false,
      because: 'level 4.1 allows 245760 macroblocks a second, this has 489600',
      nearest: '30 fps',
    })
    const justTooFast = chooseLevel(stream('h264', 'high', '2048x1024', '301/10'), { highest: '4.1' })
    assert.ok(!justTooFast.ok && justTooFast.nearest === '30 fps')
    const baseline = chooseLevel(stream('h264', 'constrained-baseline', '720x576', '25/1', { interlaced: true }))
    assert.ok(!baseline.ok && /whole frames only/.test(baseline.because) && /Main/.test(baseline.nearest))
    const none = chooseLevel(stream('h264', 'high', '720x576', '25/1'), { highest: '7' })
    assert.ok(!none.ok && /has no level 7/.test(none.because))
  })
})

describe('chooseLevel of the others', () => {
  const hevc = (size: string, rate: string, over?: Wish, limits?: LevelLimits) =>
    level(stream('hevc', 'main10', size, rate, over), limits)
  it('HEVC: Table A.11 of ITU-T H.265', () => {
    assert.equal(hevc('3840x2160', '60/1', { references: 6 }), '5.1')
    assert.equal(hevc('3840x2160', '30/1', { references: 6 }), '5.0')
    assert.equal(hevc('1920x1080', '30/1', { references: 6 }), '4.0')
    assert.equal(hevc('1920x1080', '60/1', { references: 6 }), '4.1')
    assert.equal(
      hevc('1920x1080', '30/1', { references: 7 }),
      '5.0',
      '6 frames of more than three quarters of MaxLumaPs',
    )
    assert.equal(hevc('1280x720', '60/1'), '4.0')
  })
  it('HEVC: High tier only where it may be, from level 4 on, for rates that need it', () => {
    const rate = { maxrateBps: 25_000_000, bufsizeBits: 25_000_000 }
    assert.equal(hevc('1920x1080', '25/1', rate), '5.0')
    assert.equal(hevc('1920x1080', '25/1', rate, { tier: 'high' }), '4.0 High')
    assert.equal(hevc('1920x1080', '25/1', { maxrateBps: 12_000_000 }, { tier: 'high' }), '4.0')
    assert.equal(
      hevc('640x360', '25/1', rate, { tier: 'high', highest: '3.1' }),
      'level 3.1 allows 10000000 bit/s, this has 25000000',
    )
    assert.equal(hevc('640x360', '25/1', {}, { tier: 'high' }), '2.1', 'levels below 4 have one tier')
    assert.equal(hevc('1920x1080', '25/1', {}, { tier: 'high' }), '4.0 High', 'no bound: the tier is there to be used')
    assert.match(firstExceeded(stream('hevc', 'main', '640x360', '25/1'), '3.0', 'high') ?? '', /no High tier/)
  })
  it('HEVC: factors of the profile', () => {
    assert.equal(levelLimits('hevc', 'main', '5.1').maxrateBps, 40_000_000)
    assert.equal(levelLimits('hevc', 'main10', '5.1', 'high').maxrateBps, 160_000_000)
    assert.equal(levelLimits('hevc', 'main422-10', '4.1').maxrateBps, 33_340_000)
    assert.equal(levelLimits('hevc', 'main444-12', '4.1').bufsizeBits, 60_000_000)
  })
  const av1 = (size: string, rate: string, over?: Wish, limits?: LevelLimits) =>
    level(stream('av1', 'main', size, rate, { references: 8, ...over }), limits)
  it('AV1: the examples of its Table A.3', () => {
    assert.equal(av1('426x240', '30/1'), '2.0')
    assert.equal(av1('640x360', '30/1'), '2.1')
    assert.equal(av1('854x480', '30/1'), '3.0')
    assert.equal(av1('1280x720', '30/1'), '3.1')
    assert.equal(av1('1920x1080', '30/1'), '4.0')
    assert.equal(av1('1920x1080', '60/1'), '4.1')
    assert.equal(av1('3840x2160', '30/1'), '5.0')
    assert.equal(av1('4096x2160', '60/1'), '5.1')
    assert.equal(av1('3840x2160', '120/1'), '5.2')
    assert.equal(av1('7680x4320', '60/1'), '6.1')
    assert.equal(av1('7680x4320', '120/1'), '6.2')
  })
  it('AV1: sides, headers, tier and the factor of the profile', () => {
    assert.equal(av1('2100x32', '25/1'), '2.1', 'longer than the 2048 of level 2.0')
    assert.equal(av1('64x64', '200/1'), '4.0', 'more than 150 headers a second')
    assert.equal(av1('1920x1080', '30/1', { maxrateBps: 30_000_000 }, { tier: 'high' }), '4.0 High')
    assert.equal(levelLimits('av1', 'main', '2.0').maxrateBps, 1_500_000)
    assert.equal(levelLimits('av1', 'professional', '4.0').bufsizeBits, 36_000_000)
  })
  it('VP9: levels of the WebM project', () => {
    const vp9 = (size: string, rate: string, over?: Wish) =>
      level(stream('vp9', '0', size, rate, { references: 8, ...over }))
    assert.equal(vp9('1280x720', '30/1'), '3.1')
    assert.equal(vp9('1280x720', '60/1'), '4.0')
    assert.equal(vp9('1920x1080', '30/1'), '4.0')
    assert.equal(vp9('1920x1080', '60/1'), '4.1')
    assert.equal(vp9('3840x2160', '60/1'), '5.1')
    assert.equal(vp9('1280x720', '30/1', { maxrateBps: 12_000_001 }), '4.0')
  })
  it('MPEG-2: Main and 4:2:2 Profile', () => {
    const main = (size: string, rate: string, over?: Wish) => level(stream('mpeg2', 'main', size, rate, over))
    assert.equal(main('352x288', '25/1'), 'low')
    assert.equal(main('720x576', '25/1', { interlaced: true, references: 3 }), 'main')
    assert.equal(main('1440x1080', '25/1'), 'high-1440')
    assert.equal(main('1920x1080', '30000/1001'), 'high')
    assert.match(main('1920x1080', '60/1'), /62668800 luma samples a second/)
    const xdcam = stream('mpeg2', '422', '1920x1080', '25/1', { maxrateBps: 50_000_000, interlaced: true })
    assert.equal(level(xdcam), 'high')
    assert.equal(levelCode('mpeg2', '422', 'High'), 2, 'numbers of their own (H.262 Table 8-5)')
  })
  it('codecs of production have none', () => {
    for (const [codec, profile] of [
      ['prores', 'hq'],
      ['ffv1', '3'],
    ] as const) {
      const choice = chooseLevel(stream(codec, profile, '8192x4320', '120/1', { interlaced: true }))
      assert.ok(choice.ok && choice.level === null && choice.tier === null && choice.codecString === null)
      assert.equal(firstExceeded(stream(codec, profile, '8192x4320', '120/1'), '1'), null)
    }
    assert.ok(!chooseLevel(stream('dnxhr', 'hq', '1920x1080', '25/1', { interlaced: true })).ok)
  })
  it('refuses names that nobody has as our own mistake', () => {
    const internal = (error: unknown) => error instanceof HeadendError && error.code === 'HE_INTERNAL'
    assert.throws(() => chooseLevel(stream('h264', 'ultra', '64x64', '25/1')), internal)
    assert.throws(() => levelLimits('hevc', 'main', '9.9'), internal)
  })
})

const codecsWithLevels = videoCodecs.filter(codec => levelNames(codec, profilesOf(codec)[0]!.name).length > 0)
const anyStream = fc
  .record({
    profile: fc.constantFrom(
      ...codecsWithLevels.flatMap(codec => profilesOf(codec).map(({ name }) => ({ codec, name }))),
    ),
    width: fc.integer({ min: 16, max: 9000 }),
    height: fc.integer({ min: 16, max: 5000 }),
    frameRate: fc.constantFrom('24000/1001', '25/1', '30000/1001', '50/1', '60000/1001', '60/1', '120/1', '1/1'),
    references: fc.integer({ min: 1, max: 8 }),
    maxrateBps: fc.option(fc.integer({ min: 10_000, max: 900_000_000 })),
    bufsizeBits: fc.option(fc.integer({ min: 10_000, max: 900_000_000 })),
    interlaced: fc.boolean(),
  })
  .map(({ profile, frameRate, ...rest }): CodedStream => {
    return { codec: profile.codec, profile: profile.name, frameRate: parseRational(frameRate), ...rest }
  })
const tiers = fc.constantFrom('main' as const, 'high' as const)

describe('whatever the stream', () => {
  it('the level allows it, and nothing before it does', () =>
    fc.assert(
      fc.property(anyStream, tiers, (of, tier) => {
        const choice = chooseLevel(of, { tier })
        const names = levelNames(of.codec, of.profile)
        if (!choice.ok) {
          assert.ok(choice.nearest.length > 0)
          return assert.notEqual(firstExceeded(of, names.at(-1)!, 'main'), null)
        }
        const index = names.indexOf(choice.level!)
        assert.equal(firstExceeded(of, choice.level!, choice.tier ?? 'main'), null)
        for (const below of names.slice(0, index)) assert.notEqual(firstExceeded(of, below), null, below)
        if (choice.tier === 'high' && of.maxrateBps !== null)
          assert.notEqual(firstExceeded(of, choice.level!, 'main'), null)
        const smaller = names[index - 1]
        if (smaller) assert.equal(chooseLevel(of, { tier, highest: smaller }).ok, false)
      }),
      { numRuns: 1500 },
    ))

  it('what is called nearest is allowed, and a step more is not', () =>
    fc.assert(
      fc.property(anyStream, fc.nat(), (of, pick) => {
        const names = levelNames(of.codec, of.profile)
        const highest = names[pick % names.length]!
        let now: CodedStream = { ...of, interlaced: false }
        // Each answer mends one limit for good: there are five kinds of them.
        for (let turn = 0; turn < 5; turn++) {
          const choice = chooseLevel(now, { highest })
          if (choice.ok) return
          const [, first, second] = /^(\d+)(?:x(\d+))?/.exec(choice.nearest) ?? assert.fail(choice.nearest)
          const [one, two] = [Number(first), Number(second)]
          const apply = (more: number): CodedStream =>
            second !== undefined
              ? {
                  ...now,
                  width: Math.round(one * (1 + more / 20)),
                  height: Math.round(two * (1 + more / 20)) + more * 32,
                }
              : choice.nearest.endsWith('fps')
                ? { ...now, frameRate: parseRational(`${one + more}`) }
                : choice.nearest.endsWith('reference frames')
                  ? { ...now, references: one + more }
                  : choice.nearest.endsWith('bit/s')
                    ? { ...now, maxrateBps: one + more }
                    : { ...now, bufsizeBits: one + more }
          // Sizes are even and keep their shape: a step of them is coarse.
          assert.notEqual(firstExceeded(apply(1), highest), null, `${choice.because}; ${choice.nearest}`)
          now = apply(0)
        }
        assert.equal(chooseLevel(now, { highest }).ok, true)
      }),
      { numRuns: 1500 },
    ))

  it('a higher level never allows less', () => {
    for (const codec of codecsWithLevels)
      for (const { name: profile } of profilesOf(codec)) {
        const names = levelNames(codec, profile)
        assert.ok(names.length >= 2)
        names.slice(1).forEach((name, i) => {
          for (const tier of ['main', 'high'] as const) {
            const [before, after] = [names[i]!, name].map(each => levelLimits(codec, profile, each, tier))
            assert.ok(before!.maxrateBps <= after!.maxrateBps, `${codec} ${profile} ${name}`)
            assert.ok(before!.bufsizeBits! <= after!.bufsizeBits!, `${codec} ${profile} ${name}`)
          }
          for (const size of [
            { width: 320, height: 180 },
            { width: 1920, height: 1080 },
          ]) {
            const held = [names[i]!, name].map(each => referencesAllowed({ codec, profile, level: each, ...size }))
            assert.ok(held[0]! <= held[1]!, `${codec} ${profile} ${name}`)
          }
        })
      }
    fc.assert(
      fc.property(anyStream, of => {
        const allowed = levelNames(of.codec, of.profile).map(
          name => firstExceeded({ ...of, interlaced: false }, name) === null,
        )
        assert.deepEqual(
          allowed,
          [...allowed].sort((a, b) => Number(a) - Number(b)),
        )
      }),
    )
  })
})

describe('referencesAllowed', () => {
  const at = (codec: VideoCodec, profile: string, size: string, name: string): number => {
    const [width, height] = size.split('x').map(Number) as [number, number]
    return referencesAllowed({ codec, profile, width, height, level: name })
  }
  it('counts pictures that may be referred to', () => {
    assert.equal(at('h264', 'high', '1920x1080', '4.0'), 4)
    assert.equal(at('h264', 'high', '1280x720', '4.1'), 9)
    assert.equal(at('h264', 'high', '320x180', '4.1'), 16)
    assert.equal(at('hevc', 'main', '1920x1080', '4.0'), 5, 'of six, one is being decoded')
    assert.equal(at('hevc', 'main', '960x540', '4'), 15)
    assert.equal(at('av1', 'main', '1920x1080', '4.0'), 8)
    assert.equal(at('mpeg2', 'main', '720x576', 'main'), 2)
  })
})

describe('isPictureSize', () => {
  it('looks at size and rate alone', () => {
    const rate = parseRational('60/1')
    assert.equal(isPictureSize('h264', 1920, 1080, rate, '4.2'), true)
    assert.equal(isPictureSize('h264', 1920, 1080, rate, '4.1'), false)
    assert.equal(isPictureSize('hevc', 1920, 1080, rate, '4.1'), true)
    assert.equal(isPictureSize('mpeg2', 720, 608, parseRational('25/1'), 'main'), true, 'in 4:2:2 Profile')
    assert.equal(isPictureSize('prores', 16000, 9000, rate), true)
  })
})
