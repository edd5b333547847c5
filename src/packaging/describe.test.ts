import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rational } from '../core/index.ts'
import {
  describeDash,
  describeHls,
  formatFrameRate,
  formatMedia,
  type NamedTrack,
  plainPackage,
  plainTrack,
  type Representation,
  type Track,
  type TrackSegment,
} from '../manifest/index.ts'
import { checkDash } from './check-dash.ts'
import { checkHls } from './check-hls.ts'
import { checkAlignment, checkTrack } from './check-track.ts'

/** Three segments of `ticks` each. */
function track(
  id: string,
  handler: 'vide' | 'soun',
  timescale: number,
  ticks: number,
  frames: number,
  bytes: number,
): Track {
  const segments = [0, 1, 2].map(
    (i): TrackSegment => ({
      path: `${id}/${String(i + 1).padStart(5, '0')}.m4s`,
      bytes,
      start: BigInt(i * ticks),
      end: BigInt((i + 1) * ticks),
      decodeStart: BigInt(i * ticks),
      decodeEnd: BigInt((i + 1) * ticks),
      frames,
      startsWithKeyframe: true,
      firstShownFirst: true,
      index: null,
      byteRange: null,
      keyTimes: [BigInt(i * ticks)],
    }),
  )
  const isVideo = handler === 'vide'
  return {
    id,
    initPath: `${id}/init.mp4`,
    initBytes: 800,
    indexRange: null,
    segments,
    init: {
      trackId: 1,
      movieTimescale: timescale,
      timescale,
      handler,
      language: 'und',
      sampleEntry: isVideo ? 'avc1' : 'mp4a',
      codec: isVideo ? 'avc1.64001f' : 'mp4a.40.2',
      supplementalCodec: null,
      protection: null,
      pssh: [],
      video: isVideo
        ? {
            width: 1280,
            height: 720,
            avc: { profile: 0x64, compatibility: 0, level: 31 },
            nalLengthSize: 4,
            color: { primaries: 9, transfer: 18, matrix: 9, fullRange: false },
            aspect: [1, 1],
          }
        : null,
      audio: isVideo ? null : { channels: 2, sampleRateHz: 48000 },
      edits: [],
      defaults: { duration: 0, size: 0, flags: 0 },
    },
  }
}
const named = (each: Track, more: Parameters<typeof plainTrack>[2] & { codecs?: string } = {}): NamedTrack =>
  plainTrack(each, each.init.video ? 'avc1.64001f' : 'mp4a.40.2', more)
const v = track('v', 'vide', 30000, 120_120, 120, 400_400)
const en = named(track('a_en', 'soun', 48000, 192_192, 188, 40_040), {
  language: 'en',
  label: 'English',
  isDefault: true,
})
const fr = named(track('a_fr', 'soun', 48000, 192_192, 188, 80_080), { language: 'fr', label: 'English' })
const surround = named(track('a_ec3', 'soun', 48000, 192_192, 125, 100_100), { codecs: 'ec-3' })

describe('HLS', () => {
  it('says what sound is for, and leaves commentary to people', () => {
    const talk = { ...fr, role: 'commentary' as const }
    const told = named(track('a_ad', 'soun', 48000, 192_192, 188, 80_080), { role: 'description' })
    const { media } = describeHls(plainPackage([named(v), en, talk, told])).multivariant
    assert.deepEqual(
      media.map(({ autoselect, characteristics }) => [autoselect, ...characteristics]),
      [[true], [false], [true, 'public.accessibility.describes-video']],
    )
    const { adaptationSets } = describeDash(plainPackage([named(v), en, talk, told])).periods[0]!
    assert.deepEqual(
      adaptationSets.slice(1).map(({ roles, accessibility }) => [...roles, ...accessibility.map(({ value }) => value)]),
      [['main'], ['alternate', 'commentary'], ['alternate', 'description', '1']],
    )
  })
  it('adds the heaviest sound to each rung', () => {
    const [variant] = describeHls(plainPackage([named(v), en, fr])).multivariant.variants
    assert.deepEqual(variant, {
      uri: 'v/media.m3u8',
      bandwidth: 800_000 + 160_000,
      averageBandwidth: 960_000,
      codecs: 'avc1.64001f,mp4a.40.2',
      resolution: { width: 1280, height: 720 },
      videoRange: 'HLG',
      frameRate: '29.970',
      audio: 'audio',
      score: null,
      supplementalCodecs: null,
      hdcpLevel: null,
      subtitles: null,
      closedCaptions: 'NONE',
    })
  })
  it('gives names apart and one default', () => {
    const { media } = describeHls(plainPackage([named(v), en, fr])).multivariant
    assert.deepEqual(
      media.map(({ name, isDefault }) => [name, isDefault]),
      [
        ['English', true],
        ['English (a_fr)', false],
      ],
    )
  })
  it('makes a group, and a set of variants, for each codec of sound', () => {
    const { variants, media } = describeHls(plainPackage([named(v), en, surround])).multivariant
    assert.deepEqual(
      variants.map(({ codecs, audio }) => [codecs, audio]),
      [
        ['avc1.64001f,mp4a.40.2', 'audio-mp4a.40.2'],
        ['avc1.64001f,ec-3', 'audio-ec-3'],
      ],
    )
    assert.deepEqual(
      media.map(({ isDefault }) => isDefault),
      [true, true],
      'each group has one',
    )
  })
  it('does sound alone and picture alone', () => {
    const sound = describeHls(plainPackage([en, fr])).multivariant
    assert.deepEqual(
      sound.variants.map(({ uri, codecs, resolution, frameRate }) => [uri, codecs, resolution, frameRate]),
      [['a_en/media.m3u8', 'mp4a.40.2', null, null]],
    )
    const picture = describeHls(plainPackage([named(v)])).multivariant
    assert.deepEqual(
      picture.variants.map(({ codecs, audio, bandwidth }) => [codecs, audio, bandwidth]),
      [['avc1.64001f', null, 800_000]],
    )
  })
  it('promises independent segments only where they are', () => {
    const open = { ...v, segments: v.segments.map((segment, i) => ({ ...segment, firstShownFirst: i === 0 })) }
    const { multivariant } = describeHls(plainPackage([named(open)]))
    assert.equal(multivariant.independentSegments, false)
    assert.equal(describeDash(plainPackage([named(open)])).periods[0]!.adaptationSets[0]!.startsWithSap, false)
  })
  it('rounds frame rates to three decimals', () => {
    assert.deepEqual([rational(24000, 1001), rational(25), rational(1, 2)].map(formatFrameRate), [
      '23.976',
      '25.000',
      '0.500',
    ])
  })
})

describe('what a check finds', () => {
  const all = [named(v), en, fr]
  const tracks = all.map(each => each.track)
  const { multivariant, media } = describeHls(plainPackage(all))
  const mpd = describeDash(plainPackage(all))
  const read = (change: (path: string, text: string) => string) => async (path: string) =>
    change(path, formatMedia(media[path]!))
  const hls = (change: (path: string, text: string) => string, master = multivariant): Promise<string[]> =>
    checkHls(master, tracks, read(change))
  const only = (file: string, from: string | RegExp, to: string) => (path: string, text: string) =>
    path === file ? text.replace(from, to) : text
  const same = (_: string, text: string): string => text

  it('nothing in what was described', async () => {
    assert.deepEqual(await hls(same), [])
    assert.deepEqual(checkDash(mpd, tracks), [])
    assert.deepEqual(checkAlignment([v, { ...v, id: 'w' }]), [])
    assert.deepEqual(checkTrack(v, ['00001.m4s', '00002.m4s', '00003.m4s']), [])
  })
  it('playlists that say something else', async () => {
    const cases: readonly [(path: string, text: string) => string, RegExp][] = [
      [
        only('v/media.m3u8', 'EXTINF:4.004000', 'EXTINF:4.004100'),
        /EXTINF of 00001.m4s is 4.004100 s, measured 4.004000 s/,
      ],
      [only('v/media.m3u8', /#EXTINF:[^\n]*\n00002.m4s\n/, ''), /lists 2 segments, 3 exist \(not listed: v\/00002.m4s/],
      [only('v/media.m3u8', '00003.m4s', '00004.m4s'), /not there: v\/00004.m4s/],
      [only('v/media.m3u8', 'TARGETDURATION:4', 'TARGETDURATION:3'), /TARGETDURATION 3 is less/],
      [only('v/media.m3u8', '#EXT-X-ENDLIST', ''), /no EXT-X-ENDLIST/],
      [only('v/media.m3u8', 'init.mp4', 'other.mp4'), /EXT-X-MAP is no init segment/],
      [only('a_en/media.m3u8', '#EXTM3U', ''), /a_en\/media.m3u8: not an HLS playlist/],
    ]
    for (const [change, expected] of cases) assert.match((await hls(change)).join('\n'), expected)
  })
  it('a master playlist that says something else', async () => {
    const [variant] = multivariant.variants
    const cases: readonly [object, RegExp][] = [
      [{ bandwidth: 959_999 }, /BANDWIDTH 959999 is less than 960000/],
      [{ frameRate: '30.000' }, /FRAME-RATE is 30.000, measured 29.970/],
      [{ codecs: 'avc1.640020,mp4a.40.2' }, /CODECS/],
      [{ resolution: { width: 1280, height: 718 } }, /RESOLUTION is 1280x718/],
      [{ videoRange: 'SDR' }, /VIDEO-RANGE is SDR/],
      [{ audio: 'nothing' }, /audio group nothing does not exist/],
    ]
    for (const [change, expected] of cases)
      assert.match((await hls(same, { ...multivariant, variants: [{ ...variant!, ...change }] })).join('\n'), expected)
    assert.match((await hls(same, { ...multivariant, media: [] })).join('\n'), /a_en is in no HLS playlist/)
  })
  it('a DASH manifest that says something else', () => {
    const [set, ...others] = mpd.periods[0]!.adaptationSets
    const [first] = set!.representations
    assert.ok(first?.segments.kind === 'template')
    const { timeline } = first.segments
    const inTemplate = new Set(['timeline', 'timescale', 'initialization'])
    const changeOf = (given: Representation, change: object): Representation =>
      Object.keys(change).some(name => inTemplate.has(name))
        ? { ...given, segments: { ...given.segments, ...change } as Representation['segments'] }
        : { ...given, ...change }
    const cases: readonly [object, RegExp][] = [
      [
        { timeline: timeline.map(({ start, duration }) => ({ start, duration: duration + 1n })) },
        /other times for v\/00001.m4s/,
      ],
      [{ timeline: timeline.slice(1) }, /gives 2 segments, 3 exist/],
      [{ timescale: 90000 }, /timescale 90000/],
      [{ frameRate: rational(30) }, /frameRate is 30\/1, measured 30000\/1001/],
      [{ codecs: 'avc1.42e01e' }, /codecs avc1.42e01e/],
      [{ width: 640 }, /size 640x720/],
      [{ initialization: 'w/init.mp4' }, /w\/init.mp4 is not in the package\nv is not in the DASH manifest/],
    ]
    for (const [change, expected] of cases) {
      const changed = {
        ...mpd,
        periods: [
          { ...mpd.periods[0]!, adaptationSets: [{ ...set!, representations: [changeOf(first!, change)] }, ...others] },
        ],
      }
      assert.match(checkDash(changed, tracks).join('\n'), expected)
    }
    assert.match(checkDash({ ...mpd, duration: rational(12) }, tracks).join(), /mediaPresentationDuration/)
  })
  it('gaps, wrong indexes, missing numbers and different cuts', () => {
    const change = (i: number, more: Partial<TrackSegment>): Track => ({
      ...v,
      segments: v.segments.map((each, j) => (i === j ? { ...each, ...more } : each)),
    })
    const names = ['00001.m4s', '00002.m4s', '00003.m4s']
    assert.match(checkTrack(change(1, { start: 120_121n }), names).join(), /v\/00002.m4s is shown from/)
    assert.match(checkTrack(change(1, { decodeStart: 0n }), names).join(), /v\/00002.m4s is decoded from tick 0/)
    assert.match(checkTrack(change(0, { start: 1n }), names).join(), /begins at 1\/30000 s/)
    assert.match(checkTrack(v, ['00001.m4s', '00003.m4s', '00004.m4s']).join(), /00003.m4s is segment 2 by its place/)
    const index = {
      timescale: 30000,
      earliestPresentationTime: 5n,
      firstOffset: 0n,
      references: [{ bytes: 1, duration: 120_120, startsWithSap: true, sapType: 1 }],
    }
    assert.match(checkTrack(change(0, { index }), names).join(), /sidx/)
    assert.deepEqual(checkTrack(change(0, { index: { ...index, earliestPresentationTime: 0n } }), names), [])
    assert.deepEqual(checkAlignment([v, { ...change(2, { end: 1n }), id: 'w' }]), ['w is not cut where v is'])
  })
})
