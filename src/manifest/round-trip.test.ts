// Whatever the writers write, the readers read back; and what others add is passed over.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { add, rational } from '../core/index.ts'
import { parseMpd } from './dash.ts'
import { formatMpd } from './dash-format.ts'
import type { Mpd } from './dash-model.ts'
import type { DateRange } from './hls-date-range.ts'
import { applyKey, type HlsKey, keyChange } from './hls-key.ts'
import { type MediaPlaylist, parseMedia } from './hls-media.ts'
import { formatMedia } from './hls-media-format.ts'
import { type MultivariantPlaylist, parseMultivariant } from './hls-multivariant.ts'
import { formatMultivariant } from './hls-multivariant-format.ts'

/** fast-check's records have no prototype. */
const plain = <T>(given: T): T => structuredClone(given)
const settings = { numRuns: 300, seed: 1 }
const maybe = <T>(from: fc.Arbitrary<T>) => fc.option(from, { nil: null })
/** Quoted strings hold anything but line ends and quotation marks. */
const text = fc.string({ minLength: 1, maxLength: 12 }).map(value => value.replace(/[\r\n"\u2028\u2029]/g, '_'))
const token = fc.stringMatching(/^[a-zA-Z0-9./_-]{1,12}$/).filter(value => !value.startsWith('#'))
const micros = fc.integer({ min: 0, max: 20_000_000 }).map(value => rational(value, 1_000_000))
const range = fc.record({ bytes: fc.nat(1e9), offset: fc.nat(1e9) })
const hexadecimal = fc.stringMatching(/^0x[0-9A-F]{32}$/)

const key: fc.Arbitrary<HlsKey> = fc.record({
  method: fc.constantFrom('AES-128', 'SAMPLE-AES', 'SAMPLE-AES-CTR'),
  uri: text,
  iv: maybe(hexadecimal),
  keyFormat: maybe(fc.constantFrom('com.apple.streamingkeydelivery', 'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed')),
  keyFormatVersions: maybe(fc.constant('1/2')),
  keyId: maybe(hexadecimal),
})
/** As a playlist can say them: one for each format. */
const keys = fc.array(key, { maxLength: 3 }).map(list => list.reduce<readonly HlsKey[]>(applyKey, []))

const dateRange: fc.Arbitrary<DateRange> = fc.record({
  id: text,
  class: maybe(text),
  startDate: fc.constant('2026-01-01T00:00:00Z'),
  endDate: maybe(fc.constant('2026-01-01T00:00:10Z')),
  duration: maybe(micros),
  plannedDuration: maybe(micros),
  scte35Out: maybe(fc.constant('0xFC002F')),
  scte35In: maybe(fc.constant('0xFC0030')),
  scte35Command: fc.constant(null),
  endOnNext: fc.boolean(),
  client: fc.dictionary(fc.stringMatching(/^X-[A-Z]{1,6}$/), text, { maxKeys: 2, noNullPrototype: true }),
})

const media: fc.Arbitrary<MediaPlaylist> = fc
  .record({
    version: fc.integer({ min: 1, max: 12 }),
    targetDurationS: fc.nat(20),
    mediaSequence: fc.nat(1e6),
    discontinuitySequence: maybe(fc.nat(1e6)),
    playlistType: maybe(fc.constantFrom('VOD' as const, 'EVENT' as const)),
    independentSegments: fc.boolean(),
    iframesOnly: fc.boolean(),
    ended: fc.boolean(),
    dateRanges: fc.array(dateRange, { maxLength: 2 }),
    map: maybe(fc.record({ uri: text, byteRange: maybe(range) })),
    segments: fc.array(
      fc.record({
        uri: token,
        duration: micros,
        byteRange: maybe(range),
        otherMap: maybe(fc.record({ uri: text, byteRange: maybe(range) })),
        keys,
        discontinuity: fc.boolean(),
        gap: fc.boolean(),
        programDateTime: maybe(fc.constant('2026-01-01T00:00:00.000Z')),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ map, segments, ...head }) => ({
    ...head,
    // A playlist can take up a map, never put it down.
    segments: segments.map(({ otherMap, ...segment }, i) => ({
      ...segment,
      map: segments.slice(0, i + 1).reduce((last, each) => each.otherMap ?? last, map),
    })),
  }))

const stream = {
  uri: token,
  bandwidth: fc.nat(1e9),
  averageBandwidth: maybe(fc.nat(1e9)),
  score: maybe(fc.nat(1e6).map(value => rational(value, 1000))),
  codecs: maybe(text),
  supplementalCodecs: maybe(text),
  resolution: maybe(fc.record({ width: fc.nat(9999), height: fc.nat(9999) })),
  videoRange: maybe(fc.constantFrom('SDR', 'HLG', 'PQ')),
  hdcpLevel: maybe(fc.constantFrom('NONE', 'TYPE-0', 'TYPE-1')),
}
const multivariant: fc.Arbitrary<MultivariantPlaylist> = fc.record({
  version: fc.integer({ min: 1, max: 12 }),
  independentSegments: fc.boolean(),
  sessionKeys: fc.array(key, { maxLength: 2 }),
  sessionData: fc.array(fc.record({ dataId: text, value: maybe(text), uri: maybe(text), language: maybe(token) }), {
    maxLength: 2,
  }),
  contentSteering: maybe(fc.record({ serverUri: text, pathwayId: maybe(token) })),
  media: fc.array(
    fc.record({
      type: fc.constantFrom('AUDIO' as const, 'SUBTITLES' as const, 'CLOSED-CAPTIONS' as const, 'VIDEO' as const),
      groupId: text,
      name: text,
      language: maybe(token),
      associatedLanguage: maybe(token),
      isDefault: fc.boolean(),
      autoselect: fc.boolean(),
      forced: fc.boolean(),
      characteristics: fc.array(fc.stringMatching(/^[a-z.-]{1,9}$/), { maxLength: 2 }),
      channels: maybe(fc.constantFrom('2', '6', '12/JOC')),
      instreamId: maybe(fc.constant('CC1')),
      uri: maybe(text),
    }),
    { maxLength: 4 },
  ),
  variants: fc.array(
    fc.record({
      ...stream,
      frameRate: maybe(fc.constantFrom('25.000', '29.970')),
      audio: maybe(text),
      subtitles: maybe(text),
      closedCaptions: maybe(fc.oneof(fc.constant('NONE'), text)),
    }),
    { maxLength: 4 },
  ),
  iframes: fc.array(fc.record({ ...stream, uri: text }), { maxLength: 2 }),
})

/** Adds a strange attribute to each list, and strange tags between the lines. */
const estrange = (playlist: string): string =>
  playlist
    .replace(/^(#EXT-X-(?:MEDIA|STREAM-INF|KEY|MAP|SESSION-KEY|SESSION-DATA|I-FRAME-STREAM-INF):)/gm, '$1ODD="a,b=c",')
    .replace(/^#EXTM3U\n/, '#EXTM3U\n#EXT-X-FUTURE:ODD=1\n# a remark\n\n')

describe('what is written is read back', () => {
  it('media playlists', () => {
    fc.assert(
      fc.property(media, given => {
        assert.deepEqual(parseMedia(formatMedia(given)), plain(given))
        assert.deepEqual(parseMedia(estrange(formatMedia(given))), plain(given))
      }),
      settings,
    )
  })
  it('multivariant playlists', () => {
    fc.assert(
      fc.property(multivariant, given => {
        assert.deepEqual(parseMultivariant(formatMultivariant(given)), plain(given))
        assert.deepEqual(parseMultivariant(estrange(formatMultivariant(given))), plain(given))
      }),
      settings,
    )
  })
  it('keys change by the fewest words that say it', () => {
    fc.assert(
      fc.property(keys, keys, (before, after) => {
        const lines = keyChange(before, after)
        if (JSON.stringify(before) === JSON.stringify(after)) assert.deepEqual(lines, [])
        else if (after.length === 0) assert.deepEqual(lines, ['#EXT-X-KEY:METHOD=NONE'])
        else assert.ok(lines.length === after.length || lines.length === after.length + 1)
      }),
      settings,
    )
  })
  it('DASH manifests', () => {
    fc.assert(
      fc.property(mpd, given => assert.deepEqual(parseMpd(formatMpd(given)), plain(given))),
      settings,
    )
  })
})

const trimmed = text.map(value => `x${value.replace(/[^\x20-\x7e]/g, '_').trim()}`)
const descriptor = fc.record({ scheme: trimmed, value: maybe(trimmed) })
const ticks = fc.bigInt({ min: 1n, max: 10_000_000n })
const shared = {
  timescale: fc.integer({ min: 1, max: 10_000_000 }),
  presentationTimeOffset: fc.bigInt({ min: 0n, max: 1n << 40n }),
}
const byteSpan = fc.tuple(fc.bigInt({ min: 0n, max: 1000n }), fc.bigInt({ min: 1000n, max: 2000n }))
const segments = fc.oneof(
  fc
    .record({
      ...shared,
      initialization: maybe(token),
      media: token,
      startNumber: fc.nat(1e6),
      spans: fc.array(fc.tuple(fc.nat(3), ticks), { minLength: 1, maxLength: 8 }),
    })
    .map(({ spans, ...rest }) => {
      let at = 0n
      const timeline = spans.map(([gap, duration]) => {
        const start = at + BigInt(gap === 0 ? 7 : 0)
        at = start + duration
        return { start, duration }
      })
      return { kind: 'template' as const, ...rest, timeline, nominal: null }
    }),
  fc.record({
    kind: fc.constant('base' as const),
    ...shared,
    url: token,
    initRange: maybe(byteSpan),
    indexRange: maybe(byteSpan),
  }),
  fc.record({ kind: fc.constant('file' as const), url: token }),
)
const mpd: fc.Arbitrary<Mpd> = fc
  .record({
    type: fc.constantFrom('static' as const, 'dynamic' as const),
    profiles: fc.array(token, { maxLength: 2 }),
    duration: maybe(micros),
    minBufferTime: maybe(micros),
    periods: fc.array(
      fc.record({
        id: maybe(trimmed),
        duration: micros,
        adaptationSets: fc.array(
          fc.record({
            id: maybe(token),
            contentType: fc.constantFrom('video', 'audio', 'text', 'image'),
            language: maybe(token),
            label: maybe(trimmed),
            roles: fc.array(trimmed, { maxLength: 2 }),
            accessibility: fc.array(descriptor, { maxLength: 2 }),
            essential: fc.array(descriptor, { maxLength: 2 }),
            supplemental: fc.array(descriptor, { maxLength: 2 }),
            protection: fc.array(
              fc.record({
                scheme: trimmed.map(value => value.toLowerCase()),
                value: maybe(trimmed),
                defaultKid: maybe(fc.uuid()),
                pssh: maybe(fc.base64String({ minLength: 4 })),
              }),
              { maxLength: 2 },
            ),
            startsWithSap: fc.boolean(),
            segmentAlignment: fc.boolean(),
            color: maybe(fc.record({ primaries: fc.nat(22), transfer: fc.nat(18), matrix: fc.nat(14) })),
            representations: fc.array(
              fc.record({
                id: trimmed,
                bandwidth: fc.nat(1e9),
                codecs: token,
                mimeType: fc.constant('video/mp4'),
                width: maybe(fc.nat(9999)),
                height: maybe(fc.nat(9999)),
                sampleAspect: maybe(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }))),
                frameRate: maybe(
                  fc
                    .tuple(fc.integer({ min: 1, max: 60000 }), fc.integer({ min: 1, max: 1001 }))
                    .map(([a, b]) => rational(a, b)),
                ),
                sampleRateHz: maybe(fc.nat(192_000)),
                channels: maybe(fc.constantFrom('2', '6')),
                segments,
              }),
              { maxLength: 3 },
            ),
          }),
          { maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ periods, ...head }) => ({
    ...head,
    periods: periods.map((period, i) => ({
      ...period,
      start: periods.slice(0, i).reduce((sum, each) => add(sum, each.duration), rational(0)),
    })),
  }))
