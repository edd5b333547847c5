// What a package may have beyond picture and sound in the clear: keys that change, dates, sheets of pictures, Dolby Vision.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rational } from '../core/index.ts'
import { parseMpd } from './dash.ts'
import { formatMpd } from './dash-format.ts'
import { describeDash } from './describe-dash.ts'
import { describeHls } from './describe-hls.ts'
import type { HlsKey } from './hls-key.ts'
import { parseMedia } from './hls-media.ts'
import { formatMedia } from './hls-media-format.ts'
import { formatMultivariant } from './hls-multivariant-format.ts'
import { type PackageTracks, plainPackage, plainTrack, type TrackProtection } from './package-tracks.ts'
import type { Track } from './track.ts'
import { thinOut } from './trick-file.ts'

/** Four segments of a second. */
const track = (id: string, more: Partial<Track['init']> = {}): Track => ({
  id,
  initPath: `${id}/init.mp4`,
  initBytes: 800,
  indexRange: null,
  segments: [0, 1, 2, 3].map(i => ({
    ...{ path: `${id}/${i + 1}.m4s`, byteRange: null, bytes: 1000, frames: 25, index: null },
    ...{ start: BigInt(i * 1000), end: BigInt((i + 1) * 1000), decodeStart: BigInt(i * 1000) },
    ...{ decodeEnd: BigInt((i + 1) * 1000), startsWithKeyframe: true, firstShownFirst: true, keyTimes: [] },
  })),
  init: {
    ...{ trackId: 1, movieTimescale: 1000, timescale: 1000, handler: 'vide', language: 'und', sampleEntry: 'hvc1' },
    ...{ codec: 'hvc1.2.4.L120.90', supplementalCodec: null, protection: null, pssh: [], audio: null, edits: [] },
    defaults: { duration: 0, size: 0, flags: 0 },
    video: { width: 1920, height: 1080, avc: null, nalLengthSize: 4, color: null, aspect: [1, 1] },
    ...more,
  },
})
const key = (uri: string): HlsKey => ({
  ...{ method: 'SAMPLE-AES', uri, iv: null, keyFormat: 'com.apple.streamingkeydelivery' },
  ...{ keyFormatVersions: '1', keyId: null },
})
const kids = ['11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222'] as const
const widevine = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed'
const period = (fromSegment: number, n: 0 | 1): TrackProtection => ({
  ...{ fromSegment, scheme: 'cbcs', kid: kids[n] },
  systems: [{ systemId: widevine, name: 'Widevine', pssh: 'AAAA' }],
  hlsKeys: [key(`skd://${n}`)],
})
const protectedBy = (...protection: readonly TrackProtection[]): PackageTracks =>
  plainPackage([plainTrack(track('v'), 'hvc1.2.4.L120.90', { protection })])

describe('encryption', () => {
  it('HLS: a key line where the key changes, each key once in the multivariant playlist', () => {
    const clear: TrackProtection = { fromSegment: 0, scheme: null, kid: null, systems: [], hlsKeys: [] }
    const { media, multivariant } = describeHls(protectedBy(clear, period(1, 0), period(3, 1)))
    const text = formatMedia(media['v/media.m3u8']!)
    assert.deepEqual(
      text
        .split('\n')
        .flatMap(line =>
          /^#EXT-X-KEY/.test(line) ? [/URI="([^"]*)"/.exec(line)![1]] : line.endsWith('.m4s') ? [line] : [],
        ),
      ['1.m4s', 'skd://0', '2.m4s', '3.m4s', 'skd://1', '4.m4s'],
    )
    assert.deepEqual(
      multivariant.sessionKeys.map(({ uri }) => uri),
      ['skd://0', 'skd://1'],
    )
    assert.equal(formatMultivariant(multivariant).match(/#EXT-X-SESSION-KEY/g)?.length, 2)
  })
  it('DASH: scheme, key id and pssh; with changing keys the scheme alone', () => {
    const of = (tracks: PackageTracks) =>
      parseMpd(formatMpd(describeDash(tracks))).periods[0]!.adaptationSets[0]!.protection
    assert.deepEqual(of(protectedBy(period(0, 0))), [
      { scheme: 'urn:mpeg:dash:mp4protection:2011', value: 'cbcs', defaultKid: kids[0], pssh: null },
      { scheme: `urn:uuid:${widevine}`, value: 'Widevine', defaultKid: null, pssh: 'AAAA' },
    ])
    assert.deepEqual(
      of(protectedBy(period(0, 0), period(2, 1))).map(({ defaultKid, pssh }) => [defaultKid, pssh]),
      [
        [null, null],
        [null, null],
      ],
    )
  })
  it('DASH: one set for each key, among which no player switches without a licence', () => {
    const named = [0, 1].map(n =>
      plainTrack(track(`v${n}`), 'hvc1.2.4.L120.90', { protection: [period(0, n as 0 | 1)] }),
    )
    assert.equal(describeDash(plainPackage(named)).periods[0]!.adaptationSets.length, 2)
  })
})

describe('the rest', () => {
  it('dates stand in the playlists of the picture', () => {
    const dateRange = {
      ...{ id: 'ad-1', class: null, startDate: '2026-01-01T00:00:02Z', endDate: null, duration: rational(15) },
      ...{
        plannedDuration: null,
        scte35Out: '0xFC30',
        scte35In: null,
        scte35Command: null,
        endOnNext: false,
        client: {},
      },
    }
    const { media } = describeHls({ ...protectedBy(), dateRanges: [dateRange] })
    const text = formatMedia(media['v/media.m3u8']!)
    assert.match(
      text,
      /#EXT-X-DATERANGE:ID="ad-1",START-DATE="2026-01-01T00:00:02Z",DURATION=15.000000,SCTE35-OUT=0xFC30/,
    )
    assert.deepEqual(parseMedia(text).dateRanges, [dateRange])
  })
  it('scores and Dolby Vision on top of HDR10', () => {
    const dolby = track('v', { supplementalCodec: 'dvh1.08.06/db1p' })
    const { multivariant } = describeHls(
      plainPackage([plainTrack(dolby, 'hvc1.2.4.L120.90', { score: rational(5, 2) })]),
    )
    assert.match(
      formatMultivariant(multivariant),
      /SCORE=2\.5,CODECS="hvc1\.2\.4\.L120\.90",SUPPLEMENTAL-CODECS="dvh1\.08\.06\/db1p"/,
    )
  })
  it('sheets of pictures say columns, rows and how long each one lasts', () => {
    const images = [
      {
        ...{
          id: 'thumbs',
          mimeType: 'image/jpeg',
          media: 'thumbs/$Number$.jpg',
          columns: 5,
          rows: 4,
          width: 800,
          height: 360,
        },
        ...{ sheetDuration: rational(2), bytes: [20_000, 30_000] },
      },
    ]
    const set = parseMpd(formatMpd(describeDash({ ...protectedBy(), images }))).periods[0]!.adaptationSets[1]!
    assert.deepEqual([set.contentType, set.essential[0]!.value], ['image', '5x4'])
    const [sheet] = set.representations
    assert.ok(sheet?.segments.kind === 'template' && sheet.segments.initialization === null)
    assert.equal(sheet.bandwidth, 120_000)
    assert.deepEqual(sheet.segments.timeline, [
      { start: 0n, duration: 2000n },
      { start: 2000n, duration: 2000n },
    ])
  })
  it('fast forward has a picture a second, and no fewer where there are none between', () => {
    const at = (...times: readonly number[]) => times.map(time => ({ time: BigInt(time) }))
    assert.deepEqual(thinOut(at(0, 500, 960, 1500, 2000, 9000), 1000), at(0, 960, 2000, 9000))
  })
})
