import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { rational } from '../../core/index.ts'
import { audioCodecs, containers, hdrFormats } from '../../model/index.ts'
import { levelNames } from '../level-tables.ts'
import { profilesOf } from '../profiles.ts'
import {
  type CombinedTarget,
  checkAgainst,
  combineTargets,
  listTargets,
  type PlayedStream,
  targetNames,
} from './index.ts'

const combined = (...names: string[]): CombinedTarget => {
  const result = combineTargets(names)
  assert.ok(result.ok, result.ok ? '' : result.because.join())
  return result.profile
}

const hd: PlayedStream = {
  codec: 'h264',
  profile: 'high',
  level: '4.0',
  tier: null,
  width: 1920,
  height: 1080,
  frameRate: rational(25),
  maxrateBps: 8_000_000,
  hdr: 'sdr',
  container: 'mp4',
  audioCodec: 'aac',
  channels: 2,
}
const uhdHdr: PlayedStream = {
  ...hd,
  codec: 'hevc',
  profile: 'main10',
  level: '5.1',
  tier: 'main',
  width: 3840,
  height: 2160,
  frameRate: rational(50),
  maxrateBps: 40_000_000,
  hdr: 'hdr10',
}
const limits = (names: string[], stream: PlayedStream): string[] =>
  checkAgainst(combined(...names), stream).map(({ limit }) => limit)

describe('checkAgainst', () => {
  it('finds nothing where the stream plays', () => {
    for (const name of ['ios', 'tvos', 'macos', 'chromecast', 'roku', 'tizen-2018', 'webos-2019', 'xbox', 'ps5'])
      assert.deepEqual(limits([name], hd), [], name)
    assert.deepEqual(limits(['ios', 'tizen-2018', 'chromecast-ultra', 'xbox'], uhdHdr), [])
    assert.deepEqual(limits(['chromecast'], { ...hd, width: 1080, height: 1920 }), [], 'a picture that stands')
    assert.deepEqual(limits(['chromecast'], { ...hd, width: 1080, height: 1921 }), ['size'])
    assert.deepEqual(limits(['chromecast'], { ...hd, audioCodec: null, channels: null }), [], 'without sound')
    assert.deepEqual(limits(['tizen-2018'], { ...uhdHdr, hdr: 'hdr10plus' }), [])
    assert.deepEqual(limits(['xbox'], { ...uhdHdr, hdr: 'pq' }), [], 'PQ without metadata')
  })

  it('names each limit that is broken, what is allowed, the nearest, and who set it', () => {
    const one = (names: string[], change: Partial<PlayedStream>, base = hd) => {
      const found = checkAgainst(combined(...names), { ...base, ...change })
      assert.equal(found.length, 1, JSON.stringify(found))
      const { limit, has, allowed, nearest, setBy } = found[0]!
      return [limit, has, allowed, nearest, setBy]
    }
    assert.deepEqual(one(['ios', 'chromecast'], { level: '4.2' }), ['level', '4.2', 'up to 4.1', '4.1', 'chromecast'])
    assert.deepEqual(one(['ios', 'chromecast'], { frameRate: rational(50) }), [
      'size',
      '1920x1080 at 50 fps',
      '1920x1080 at 30 fps or 1280x720 at 60 fps',
      '1280x720 at 60 fps',
      'chromecast',
    ])
    assert.deepEqual(one(['ps5'], { profile: 'high10' }), [
      'profile',
      'high10',
      'constrained-baseline, main, high',
      'high',
      'ps5',
    ])
    assert.deepEqual(one(['ios', 'xbox'], { tier: 'high' }, uhdHdr), ['tier', 'High', 'Main', 'Main', 'xbox'])
    assert.deepEqual(one(['ios', 'tizen-2018'], { maxrateBps: 90_000_000 }, uhdHdr), [
      'bit rate',
      '90000000 bit/s',
      'up to 80000000 bit/s',
      '80000000 bit/s',
      'tizen-2018',
    ])
    assert.deepEqual(one(['ios', 'xbox'], { hdr: 'hlg' }, uhdHdr), ['HDR', 'hlg in HEVC', 'hdr10', 'hdr10', 'xbox'])
    assert.deepEqual(one(['tizen-2018'], { hdr: 'dolby-vision' }, uhdHdr).slice(0, 2), ['HDR', 'dolby-vision in HEVC'])
    assert.deepEqual(one(['ios'], { hdr: 'hdr10' }), [
      'HDR',
      'hdr10 in H.264',
      'hdr10, hlg, dolby-vision',
      'HEVC main10',
      'ios',
    ])
    assert.deepEqual(one(['ios', 'xbox'], { container: 'mov' }), [
      'container',
      'H.264 in QuickTime',
      'MP4',
      'MP4',
      'xbox',
    ])
    assert.deepEqual(one(['ios'], { container: 'mpegts' }, uhdHdr).slice(1, 4), [
      'HEVC in MPEG transport stream',
      'MP4, QuickTime, fragmented MP4 (CMAF)',
      'MP4',
    ])
    assert.deepEqual(one(['tizen-2018', 'ios'], { channels: 3 }).slice(0, 2), ['channels', '3'])
    assert.deepEqual(one(['ios', 'tizen-2018'], { channels: 6 }).at(-1), 'tizen-2018')
    assert.deepEqual(one(['ps5'], { audioCodec: 'eac3' }), ['sound', 'Dolby Digital Plus', 'AAC-LC', 'AAC-LC', 'ps5'])
    const opus = one(['android'], { audioCodec: 'opus', profile: 'main' })
    assert.deepEqual(opus.slice(0, 4), ['sound', 'Opus in MP4', 'AAC-LC, Opus', 'AAC-LC'])
    assert.deepEqual(one(['ios'], { interlaced: true }).slice(0, 2), ['scan', 'interlaced'])
    assert.deepEqual(one(['ios'], { squarePixels: false }).slice(0, 2), ['pixels', 'not square'])
    assert.deepEqual(one(['ios'], { codec: 'av1', profile: 'main', level: null, tier: 'main' }).slice(0, 4), [
      'codec',
      'AV1',
      'H.264, HEVC',
      'H.264',
    ])
  })

  it('computes the level of a stream that states none', () => {
    const silent = { ...hd, level: null }
    assert.deepEqual(limits(['macos'], silent), [])
    const uhd = checkAgainst(combined('macos'), { ...silent, width: 3840, height: 2160, frameRate: rational(30) })
    assert.deepEqual(
      uhd.map(({ limit }) => limit),
      ['level', 'size'],
    )
    assert.match(uhd[0]!.has, /level 5\.0 allows 22080 macroblocks a frame, this has 32400/)
  })

  it('wants the very size where a format has one', () => {
    const xdcam: PlayedStream = {
      ...hd,
      ...{ codec: 'mpeg2', profile: '422', level: 'high', maxrateBps: 50_000_000, container: 'mxf', audioCodec: 'pcm' },
      interlaced: true,
    }
    assert.deepEqual(limits(['broadcast-xdcam-hd422'], xdcam), [])
    const small = checkAgainst(combined('broadcast-xdcam-hd422'), { ...xdcam, width: 1440 })
    assert.deepEqual(
      small.map(({ limit, nearest }) => [limit, nearest]),
      [['size', '1920x1080 at 30 fps']],
    )
  })

  it('quotes the source of whoever set the limit', () => {
    const [found] = checkAgainst(combined('ios', 'chromecast'), { ...hd, level: '5.1' })
    assert.match(found!.source, /Google Cast/)
    assert.doesNotMatch(found!.source, /Apple/)
  })

  it('refuses the same by the rule of 1001: 59.94 is no more than 60, 60.01 is', () => {
    assert.deepEqual(limits(['ps5'], { ...hd, level: '4.2', frameRate: rational(60000, 1001) }), [])
    assert.deepEqual(limits(['ps5'], { ...hd, level: '4.2', frameRate: rational(6001, 100) }), ['size', 'frame rate'])
  })
})

/** A stream at the very limits of some rule of some target. */
const atLimits: fc.Arbitrary<PlayedStream> = fc
  .constantFrom(...listTargets().flatMap(target => target.video.map(rule => ({ target, rule }))))
  .chain(({ target, rule }) =>
    fc
      .record({
        profile: fc.constantFrom(...rule.profiles),
        mode: fc.constantFrom(...(rule.modes.length > 0 ? rule.modes : [{ width: 1920, height: 1080, fps: 25 }])),
        sound: fc.constantFrom(...target.audio),
        container: fc.constantFrom(...(rule.containers ?? target.containers)),
        turned: fc.boolean(),
      })
      .map(({ profile, mode: { width, height, fps }, sound, container, turned }) => ({
        ...{ codec: rule.codec, profile, level: rule.highestLevel, tier: rule.tier, maxrateBps: rule.maxBitrateBps },
        ...{
          width: turned ? height : width,
          height: turned ? width : height,
          frameRate: rational(fps),
          hdr: 'sdr' as const,
        },
        ...{ container, audioCodec: sound.codec, channels: sound.maxChannels },
      })),
  )
/** What it becomes when some of its properties are others, likely beyond a limit. */
const streams: fc.Arbitrary<PlayedStream> = atLimits.chain(stream =>
  fc
    .record(
      {
        profile: fc.constantFrom(...profilesOf(stream.codec).map(({ name }) => name)),
        level: fc.constantFrom(null, ...levelNames(stream.codec, stream.profile)),
        tier: fc.constantFrom(stream.tier, stream.tier && ('high' as const)),
        height: fc.constantFrom(720, 1080, 1440, 2160),
        frameRate: fc.constantFrom(rational(24), rational(30000, 1001), rational(50), rational(120)),
        maxrateBps: fc.constantFrom(null, 4_000_000, 8_000_000, 15_000_000, 50_000_000, 70_000_000),
        hdr: fc.constantFrom(...hdrFormats),
        container: fc.constantFrom(...containers),
        audioCodec: fc.constantFrom(null, ...audioCodecs),
        channels: fc.constantFrom(1, 2, 6, 8),
        interlaced: fc.boolean(),
        squarePixels: fc.boolean(),
      },
      { requiredKeys: [] },
    )
    .chain(changes =>
      fc.subarray(Object.keys(changes), { maxLength: 2 }).map(keys => ({
        ...stream,
        ...Object.fromEntries(Object.entries(changes).filter(([key]) => keys.includes(key))),
      })),
    )
    // A level belongs to its profile.
    .map(each => (levelNames(each.codec, each.profile).includes(each.level ?? '') ? each : { ...each, level: null })),
)
const some = fc.uniqueArray(fc.constantFrom(...targetNames()), { minLength: 1, maxLength: 3 })

describe('a combination', () => {
  const playsAlone = (name: string, stream: PlayedStream): boolean => checkAgainst(combined(name), stream).length === 0

  it('plays exactly what every one of its targets plays', () => {
    let played = 0
    let refused = 0
    fc.assert(
      fc.property(some, streams, (names, stream) => {
        const each = names.every(name => playsAlone(name, stream))
        const all = combineTargets(names)
        if (!all.ok) {
          assert.ok(!each || stream.audioCodec === null, `${names} have nothing in common but this`)
          return
        }
        const broken = checkAgainst(all.profile, stream)
        assert.equal(broken.length === 0, each, `${names}: ${JSON.stringify(broken)}`)
        for (const { setBy, source, allowed, nearest } of broken) {
          assert.ok(source.length > 5 && allowed && nearest)
          const those = setBy.split(', ')
          assert.ok(those.length > 0 && those.every(name => names.includes(name) && !playsAlone(name, stream)), setBy)
        }
        if (broken.length === 0) played++
        else refused++
      }),
      { numRuns: 1500, seed: 3 },
    )
    assert.ok(played > 20 && refused > 200, `${played} played, ${refused} refused: the streams are no test`)
  })

  it('allows the same in steps as at once', () => {
    fc.assert(
      fc.property(some, some, streams, (left, right, stream) => {
        const both = combineTargets([...left, ...right])
        const [a, b] = [combineTargets(left), combineTargets(right)]
        if (!both.ok || !a.ok || !b.ok) return
        const inSteps = [a.profile, b.profile].every(profile => checkAgainst(profile, stream).length === 0)
        assert.equal(checkAgainst(both.profile, stream).length === 0, inSteps)
      }),
      { numRuns: 800, seed: 4 },
    )
  })

  it('offers a default that plays on all of them', () => {
    for (const a of targetNames())
      for (const b of targetNames()) {
        const both = combineTargets([a, b])
        if (!both.ok) continue
        const { defaults, video } = both.profile
        const rule = video.find(({ codec }) => codec === defaults.codec)!
        const size = rule.modes[0] ?? { width: 1280, height: 720, fps: 25 }
        const stream: PlayedStream = {
          ...hd,
          ...{ codec: rule.codec, profile: rule.profiles[0]!, level: rule.highestLevel, tier: rule.tier },
          ...{ width: size.width, height: size.height, frameRate: rational(size.fps), maxrateBps: rule.maxBitrateBps },
          ...{ container: defaults.container, audioCodec: defaults.audioCodec, channels: 1 },
        }
        for (const name of [a, b]) assert.deepEqual(limits([name], stream), [], `${a}+${b} on ${name}`)
      }
  })
})

describe('the nearest mode', () => {
  it('keeps the rate before the size, and the size before nothing', () => {
    const at = (width: number, height: number, fps: number): string | undefined =>
      checkAgainst(combined('chromecast'), { ...hd, width, height, frameRate: rational(fps) }).find(
        ({ limit }) => limit === 'size',
      )?.nearest
    assert.equal(at(3840, 2160, 24), '1920x1080 at 30 fps')
    assert.equal(at(3840, 2160, 60), '1280x720 at 60 fps')
    assert.equal(at(1280, 720, 120), '1280x720 at 60 fps')
  })
})
