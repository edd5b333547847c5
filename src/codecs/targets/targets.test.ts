import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { rational } from '../../core/index.ts'
import { audioCodecRows } from '../audio-codecs.data.ts'
import { isPictureSize } from '../choose-level.ts'
import { containerRows } from '../containers/index.ts'
import { levelNames } from '../level-tables.ts'
import { profilesOf } from '../profiles.ts'
import { combine } from './combine.ts'
import { chooseCodec, combineTargets, findTarget, listTargets, targetNames } from './index.ts'
import type { CombinedTarget, Target, TargetVideoRule } from './target.ts'

const combined = (...names: string[]): CombinedTarget => {
  const result = combineTargets(names)
  assert.ok(result.ok, result.ok ? '' : result.because.join())
  return result.profile
}

describe('the table of targets', () => {
  it('has what issue 3 asks for', () => {
    const wanted =
      'web browser-baseline ios tvos macos android android-tv chromecast chromecast-gen3 chromecast-ultra google-tv-4k ' +
      'google-tv-streamer roku firetv tizen-2016 tizen-2018 tizen-2020 webos-2019 webos-2022 xbox xbox-original ps4 ps5 ' +
      'broadcast-xdcam-hd422 mezzanine archive'
    assert.deepEqual(targetNames().toSorted(), wanted.split(' ').toSorted())
  })

  it('names profiles, levels and tiers that exist', () => {
    for (const { name, video } of listTargets())
      for (const { codec, profiles, highestLevel, tier } of video) {
        const known = profilesOf(codec).map(row => row.name)
        assert.deepEqual(
          profiles,
          known.filter(each => profiles.includes(each)),
          `${name} ${codec}: known, and in the order of the table`,
        )
        for (const profile of profiles)
          assert.ok(highestLevel === null || levelNames(codec, profile).includes(highestLevel), `${name} ${codec}`)
        assert.equal(tier !== null, codec === 'hevc' || codec === 'av1', `${name} ${codec}: tier`)
      }
  })

  it('names sizes that the level has room for, and no level higher than its sizes need', () => {
    for (const { name, video } of listTargets())
      for (const { codec, profiles, highestLevel, modes } of video) {
        if (highestLevel === null) continue
        assert.ok(modes.length > 0, `${name} ${codec}: a level without sizes`)
        const order = levelNames(codec, profiles[0]!)
        const needed = modes.map(({ width, height, fps }) => {
          const allowed = order.find(level => isPictureSize(codec, width, height, rational(fps), level))
          assert.ok(
            allowed && order.indexOf(allowed) <= order.indexOf(highestLevel),
            `${name} ${codec} ${width}@${fps}`,
          )
          return order.indexOf(allowed)
        })
        // One level below is allowed: Chromecast, and the CDD, say 4.1 and 4.2 where the sizes need less.
        assert.ok(Math.max(...needed) >= order.indexOf(highestLevel) - 1, `${name} ${codec}: ${highestLevel} is more`)
      }
  })

  it('has a reason and a source for everything, and lists each source once', () => {
    for (const { name, video, audio, hdr, hdrSource, containersSource, quirks, sources } of listTargets()) {
      for (const { because } of [...video, ...audio]) assert.ok(because.length > 5, name)
      for (const { text } of quirks) assert.ok(text.length > 5, name)
      assert.equal(hdr.length > 0, hdrSource !== null, `${name}: HDR and its source`)
      const cited = [...[...video, ...audio, ...quirks].map(({ source }) => source), containersSource]
      if (hdrSource !== null) cited.push(hdrSource)
      for (const source of cited) assert.ok(source.length > 5 && sources.includes(source), name)
      assert.deepEqual([...new Set(cited)].toSorted(), sources.toSorted())
    }
  })

  it('says of every derived target in its rules that nothing was published, found or read', () => {
    for (const { name, provenance, video } of listTargets().filter(each => each.provenance === 'derived'))
      for (const { because, source } of video)
        assert.match(
          `${because} ${source}`,
          /publish|no list .* was found|not read|ask for it/,
          `${name} (${provenance}): ${because}`,
        )
  })

  it('lists containers that carry the codecs, sound that they carry, and HDR only with a codec for it', () => {
    for (const { name, video, audio, containers, hdr } of listTargets()) {
      for (const { codec, containers: only } of video) {
        for (const each of only ?? []) assert.ok(containers.includes(each), `${name} ${codec} in ${each}`)
        for (const each of only ?? []) assert.ok(containerRows[each].video[codec], `${name} ${codec} in ${each}`)
      }
      for (const each of containers)
        assert.ok(
          video.some(
            ({ codec, containers: only }) => containerRows[each].video[codec] && (!only || only.includes(each)),
          ),
          `${name}: nothing goes into ${each}`,
        )
      for (const { codec, maxChannels, containers: only } of audio) {
        assert.ok(
          (only ?? containers).some(each => containers.includes(each) && containerRows[each].audio.includes(codec)),
          `${name}: no container carries ${codec}`,
        )
        assert.ok(maxChannels <= audioCodecRows[codec].maxChannels, `${name} ${codec}`)
      }
      const deep = video.flatMap(({ codec, profiles }) =>
        codec === 'h264' ? [] : profilesOf(codec).filter(row => profiles.includes(row.name)),
      )
      assert.ok(hdr.length === 0 || deep.some(({ bitDepths }) => Math.max(...bitDepths) >= 10), `${name}: HDR`)
    }
  })

  it('gives defaults out of its own lists, with sound that the container carries', () => {
    for (const { name, video, audio, containers, defaults } of listTargets()) {
      assert.equal(defaults.codec, video[0]!.codec, name)
      assert.ok(
        containers.includes(defaults.container) && containerRows[defaults.container].video[defaults.codec],
        name,
      )
      assert.ok(
        audio.some(({ codec }) => codec === defaults.audioCodec),
        name,
      )
      assert.ok(containerRows[defaults.container].audio.includes(defaults.audioCodec), name)
      const own = combined(name)
      assert.deepEqual(own.defaults, defaults, name)
      if (defaults.rate) assert.equal(defaults.rate.averageBps, video[0]!.maxBitrateBps)
    }
  })
})

describe('combineTargets', () => {
  it('finds what tizen-2018 and ios have in common, and who set which limit', () => {
    const both = combined('tizen-2018', 'ios')
    assert.deepEqual(
      both.video.map(rule => [rule.codec, rule.profiles.at(-1), rule.highestLevel, rule.tier]),
      [
        ['hevc', 'main10', '5.1', 'main'],
        ['h264', 'high', '5.1', null],
      ],
    )
    assert.deepEqual(both.hdr, ['hdr10', 'hlg'])
    assert.equal(both.defaults.container, 'mp4')
    assert.equal(both.maxFps, 60)
    const reversed = combined('ios', 'tizen-2018')
    assert.equal(reversed.video[0]!.codec, 'h264', 'the first named decides what is preferred')
    assert.equal(reversed.video[0]!.setBy.highestLevel, 'tizen-2018')
    assert.equal(reversed.video[0]!.maxBitrateBps, 60_000_000)
  })

  it('takes of each limit the stricter', () => {
    const both = combined('web', 'chromecast')
    assert.deepEqual(
      both.video.map(({ codec, highestLevel, modes }) => [codec, highestLevel, modes]),
      [
        [
          'h264',
          '4.1',
          [
            { width: 1920, height: 1080, fps: 30 },
            { width: 1280, height: 720, fps: 60 },
          ],
        ],
      ],
    )
    assert.deepEqual(both.hdr, [])
  })

  it('names who set each limit, everybody where they agree', () => {
    const { video, setBy } = combined('ios', 'tizen-2018', 'chromecast-ultra')
    const hevc = video.find(({ codec }) => codec === 'hevc')!
    assert.deepEqual(hevc.setBy, {
      profiles: 'ios, tizen-2018, chromecast-ultra',
      highestLevel: 'ios, tizen-2018, chromecast-ultra',
      tier: 'tizen-2018, chromecast-ultra',
      modes: 'chromecast-ultra',
      maxBitrateBps: 'tizen-2018',
      containers: 'ios',
    })
    assert.deepEqual(setBy, {
      hdr: 'ios, tizen-2018, chromecast-ultra',
      audio: 'ios, tizen-2018, chromecast-ultra',
      containers: 'ios, tizen-2018, chromecast-ultra',
      maxFps: 'ios, tizen-2018, chromecast-ultra',
    })
    assert.deepEqual(hevc.containers, ['mp4'])
    assert.deepEqual(combined('ios', 'tizen-2018', 'chromecast-ultra').containers, ['mp4', 'mpegts'])
    const narrower = combined('webos-2022', 'android-tv').video.find(({ codec }) => codec === 'hevc')!
    assert.deepEqual([narrower.containers, narrower.setBy.containers], [['mp4'], 'android-tv'])
  })

  it('leaves HDR out where no codec that is left carries it', () => {
    assert.deepEqual(combined('ios', 'webos-2019').hdr, ['hdr10', 'hlg'])
    assert.deepEqual(combined('ios', 'ps5').hdr, [])
  })

  it('says what two targets do not have in common', () => {
    const result = combineTargets(['archive', 'ios'])
    assert.ok(!result.ok)
    assert.deepEqual(result.because, [
      'no container in common: archive plays matroska; ios plays mp4, mov, cmaf, mpegts',
      'no video in common: archive plays FFV1 3; ios plays H.264 constrained-baseline/main/high, HEVC main/main10',
    ])
    const none = combineTargets([])
    assert.ok(!none.ok && none.because.length === 1)
  })

  it('blames the pair that has nothing in common, not those beside it', () => {
    const result = combineTargets(['ios', 'mezzanine', 'ps5'])
    assert.ok(!result.ok)
    const containers = result.because.filter(each => each.startsWith('no container'))
    assert.equal(containers.length, 1)
    assert.match(containers[0]!, /mezzanine plays .*ps5 plays/)
    assert.equal(result.because.filter(each => each.startsWith('no video')).length, 2, 'both against the mezzanine')
    for (const each of result.because) assert.match(each, /mezzanine/)
  })

  it('explains every pair that has nothing in common', () => {
    for (const a of targetNames())
      for (const b of targetNames()) {
        const result = combineTargets([a, b])
        if (result.ok) continue
        assert.ok(a !== b && result.because.length > 0)
        for (const each of result.because) assert.ok(each.includes(a) && each.includes(b), each)
      }
  })

  it('allows the same whatever the order and however often a name is said', () => {
    const facts = (names: readonly string[]): unknown => {
      const result = combineTargets(names)
      if (!result.ok) return null
      const { video, hdr, audio, containers, maxFps } = result.profile
      const rules = video.map(({ codec, profiles, highestLevel, tier, modes, maxBitrateBps }) => ({
        ...{ codec, profiles: profiles.toSorted(), highestLevel, tier, maxBitrateBps },
        modes: modes.map(mode => JSON.stringify(mode)).toSorted(),
      }))
      return {
        ...{ maxFps, hdr: hdr.toSorted(), containers: containers.toSorted() },
        rules: rules.toSorted((a, b) => (a.codec < b.codec ? -1 : 1)),
        audio: audio.map(({ codec, maxChannels }) => `${codec} ${maxChannels}`).toSorted(),
      }
    }
    const some = fc.uniqueArray(fc.constantFrom(...targetNames()), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(some, names => {
        assert.deepEqual(facts(names.toReversed()), facts(names))
        assert.deepEqual(facts([...names, names[0]!]), facts(names))
      }),
      { numRuns: 300 },
    )
  })

  it('gives a target combined with itself its own limits', () => {
    for (const { name, video } of listTargets()) {
      const own = combined(name)
      assert.deepEqual(
        own.video.map(({ codec, highestLevel }) => [codec, highestLevel]),
        video.map(({ codec, highestLevel }) => [codec, highestLevel]),
        name,
      )
    }
  })
})

describe('combine, of targets that the table has not', () => {
  const base = findTarget('ps5')!
  const picture = base.video[0]!
  const made = (name: string, change: Partial<Target>): Target => ({ ...base, name, ...change })
  const vp9 = (profiles: readonly string[], only: TargetVideoRule['containers'] = null): TargetVideoRule => ({
    ...picture,
    ...{ codec: 'vp9', profiles, highestLevel: '5.1', containers: only },
  })

  it('drops a codec whose profiles do not meet', () => {
    const result = combine([
      made('a', { video: [vp9(['0']), picture] }),
      made('b', { video: [vp9(['2']), { ...picture, profiles: ['main'] }] }),
    ])
    assert.ok(result.ok)
    assert.deepEqual(
      result.profile.video.map(({ codec, profiles, setBy }) => [codec, profiles, setBy.profiles]),
      [['h264', ['main'], 'b']],
    )
  })

  it('drops a codec that no common container carries, and with it the HDR that only it carries', () => {
    const hdr = { hdr: ['hdr10'], hdrSource: 'a list' } as const
    const both: Partial<Target> = { ...hdr, video: [vp9(['2'], ['webm']), picture] }
    const a = made('a', { ...both, containers: ['webm', 'mp4'] })
    const b = made('b', { ...both, containers: ['mp4', 'matroska'] })
    const alone = combine([{ ...a, audio: [{ ...base.audio[0]!, codec: 'opus' }] }])
    assert.ok(alone.ok)
    assert.deepEqual(
      [alone.profile.hdr, alone.profile.defaults.codec, alone.profile.defaults.container],
      [['hdr10'], 'vp9', 'webm'],
    )
    const together = combine([a, b])
    assert.ok(together.ok)
    assert.deepEqual(
      together.profile.video.map(({ codec }) => codec),
      ['h264'],
    )
    assert.deepEqual(together.profile.hdr, [])
  })

  it('wants of each pair of habits the stricter', () => {
    const loose = { progressiveOnly: false, squarePixels: false, constantFrameRate: false, maxFps: null }
    const strict = { progressiveOnly: true, squarePixels: true, constantFrameRate: true, maxFps: 50 }
    const result = combine([made('a', loose), made('b', strict)])
    assert.ok(result.ok)
    const { progressiveOnly, squarePixels, constantFrameRate, maxFps, setBy } = result.profile
    assert.deepEqual({ progressiveOnly, squarePixels, constantFrameRate, maxFps }, strict)
    assert.equal(setBy.maxFps, 'b')
  })

  it('says when picture and sound share no container', () => {
    const sound = { ...base.audio[0]!, codec: 'pcm' } as const
    const result = combine([made('a', { audio: [sound] }), made('b', { audio: [sound] })])
    assert.ok(!result.ok)
    assert.deepEqual(result.because, ['no container that a and b read carries both a picture and a sound of theirs'])
  })

  it('says what three lack together where each two have something', () => {
    const of = (name: string, ...containers: Target['containers']): Target => made(name, { containers })
    const result = combine([of('a', 'mp4', 'mov'), of('b', 'mov', 'matroska'), of('c', 'matroska', 'mp4')])
    assert.ok(!result.ok)
    assert.deepEqual(result.because, [
      'no container in common: a plays mp4, mov; b plays mov, matroska; c plays matroska, mp4',
    ])
  })

  it('keeps the very size of a format where the other has room for it, and nothing where it has not', () => {
    const of = (width: number, height: number, exactSize: boolean): Target =>
      made(`${width}`, { video: [{ ...picture, modes: [{ width, height, fps: 30 }], exactSize }] })
    const room = combine([of(3840, 2160, false), of(1920, 1080, true)])
    assert.ok(room.ok)
    assert.deepEqual(room.profile.video[0]!.modes, [{ width: 1920, height: 1080, fps: 30 }])
    assert.equal(room.profile.video[0]!.exactSize, true)
    assert.equal(combine([of(1280, 720, false), of(1920, 1080, true)]).ok, false)
  })
})

describe('chooseCodec', () => {
  it('takes the preferred codec, for HDR the preferred one that carries it', () => {
    const sdr = chooseCodec(combined('ios'), undefined, { hdr: false, bitDepth: 8 })
    assert.ok(sdr.ok && sdr.rule.codec === 'h264')
    const hdr = chooseCodec(combined('ios'), undefined, { hdr: true, bitDepth: 10 })
    assert.ok(hdr.ok && hdr.rule.codec === 'hevc')
  })
  it('says when the codec keeps fewer bits than the source has, and which would keep them', () => {
    const ten = chooseCodec(combined('ios'), undefined, { hdr: false, bitDepth: 10 })
    assert.ok(ten.ok && /; 10 bit become 8, HEVC would keep 10$/.test(ten.because), JSON.stringify(ten))
    const twelve = chooseCodec(combined('tizen-2018'), undefined, { hdr: true, bitDepth: 12 })
    assert.ok(twelve.ok && /; 12 bit become 10$/.test(twelve.because))
    const ps5 = chooseCodec(combined('ps5'), undefined, { hdr: false, bitDepth: 10 })
    assert.ok(ps5.ok && /; 10 bit become 8$/.test(ps5.because))
    const asked = chooseCodec(combined('ios'), 'hevc', { hdr: false, bitDepth: 10 })
    assert.ok(asked.ok && /^as asked; /.test(asked.because) && !/become/.test(asked.because))
  })
  it('refuses with the nearest', () => {
    const av1 = chooseCodec(combined('ios'), 'av1', { hdr: false, bitDepth: 8 })
    assert.ok(!av1.ok && /hevc|h264/.test(av1.nearest))
    const hdr = chooseCodec(combined('ios'), 'h264', { hdr: true, bitDepth: 10 })
    assert.ok(!hdr.ok && /hevc.*--sdr/.test(hdr.nearest))
    assert.ok(findTarget('chromecast'))
    const none = chooseCodec(combined('chromecast'), undefined, { hdr: true, bitDepth: 10 })
    assert.ok(!none.ok && none.nearest === '--sdr')
  })
})
