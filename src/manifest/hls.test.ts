import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { add, HeadendError, rational, toNumber } from '../core/index.ts'
import { averageBitrate, peakBitrate, targetDuration } from './bitrates.ts'
import { formatAttributes, parseAttributes } from './hls-attributes.ts'
import { type MediaPlaylist, parseMedia, plainSegment } from './hls-media.ts'
import { formatMedia } from './hls-media-format.ts'
import { type MultivariantPlaylist, parseMultivariant } from './hls-multivariant.ts'
import { formatMultivariant } from './hls-multivariant-format.ts'

const seconds = (num: number, den = 1) => rational(num, den)
const map = { uri: 'init.mp4', byteRange: null }
const segment = (num: number, den: number, uri = 'x.m4s') => plainSegment(uri, seconds(num, den), map)
const playlist: MediaPlaylist = {
  version: 6,
  targetDurationS: 4,
  mediaSequence: 0,
  discontinuitySequence: null,
  playlistType: 'VOD',
  independentSegments: false,
  iframesOnly: false,
  ended: true,
  dateRanges: [],
  segments: [],
}

describe('media playlists', () => {
  it('come back as they were written', () => {
    const segments = [
      segment(1001, 250, '00001.m4s'),
      { ...segment(1, 2, '00002.m4s'), byteRange: { bytes: 10, offset: 84 } },
    ]
    const given = { ...playlist, iframesOnly: true, segments }
    assert.deepEqual(parseMedia(formatMedia(given)), given)
  })
  it('do not add up rounding errors', () => {
    // 1001/30000 s has no finite decimal; so has 1024/44100.
    const blocks = Array.from({ length: 5000 }, () => segment(1024, 44100))
    const sum = parseMedia(formatMedia({ ...playlist, segments: blocks })).segments.reduce(
      (a, b) => add(a, b.duration),
      seconds(0),
    )
    assert.ok(Math.abs(toNumber(sum) - (5000 * 1024) / 44100) <= 5.1e-7)
  })
  it('read what others write', () => {
    const text =
      '#EXTM3U\r\n#EXT-X-TARGETDURATION:10\r\n# hello\r\n\r\n#EXTINF:9.5,Title\r\n#EXT-X-BYTERANGE:5@7\r\na.ts\r\n#EXTINF:1\r\n#EXT-X-BYTERANGE:6\r\na.ts\r\n'
    assert.deepEqual(parseMedia(text), {
      ...playlist,
      version: 1,
      targetDurationS: 10,
      playlistType: null,
      ended: false,
      segments: [
        { ...plainSegment('a.ts', seconds(19, 2)), byteRange: { bytes: 5, offset: 7 } },
        { ...plainSegment('a.ts', seconds(1)), byteRange: { bytes: 6, offset: 12 } },
      ],
    })
  })
  it('refuse nonsense', () => {
    const bad = [
      'hello',
      '#EXTM3U\n#EXTINF:1,\na\n',
      '#EXTM3U\n#EXT-X-TARGETDURATION:1\na\n',
      '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:-1,\na\n',
      '#EXTM3U\n#EXT-X-TARGETDURATION:x\n',
      '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MAP:BYTERANGE="1@0"\n',
      '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n#EXT-X-BYTERANGE:5\na\n',
    ]
    for (const text of bad) assert.throws(() => parseMedia(text), { code: 'HE_INPUT_DAMAGED' }, text)
  })
  it('have a target duration of the longest segment, to the nearest second', () => {
    // Shaka Packager says 5 for 4.011 s.
    assert.equal(targetDuration([seconds(4011, 1000), seconds(2)]), 4)
    assert.equal(targetDuration([seconds(9, 2)]), 5)
    assert.equal(targetDuration([seconds(1, 10)]), 1)
  })
})

describe('bit rates', () => {
  const load = (bytes: number, num: number, den = 1) => ({ bytes, duration: seconds(num, den) })
  it('are the peak of any run between half and one and a half target durations', () => {
    // The last tenth of a second alone is too short to count: 13,000 bytes over 4.1 s it is.
    assert.equal(peakBitrate([load(4000, 4), load(8000, 4), load(5000, 1, 10)], 4), Math.ceil((13_000 * 8) / 4.1))
    assert.equal(peakBitrate([load(4000, 4), load(8000, 4), load(10, 4)], 4), 16_000)
  })
  it('fall back to the whole where everything is short', () => {
    assert.equal(peakBitrate([load(1000, 1)], 4), 8000)
    assert.equal(averageBitrate([load(1, 3), load(0, 4)]), 2)
    assert.equal(averageBitrate([]), 0)
  })
})

describe('attribute lists', () => {
  it('read quoted commas and bare values', () => {
    assert.deepEqual(
      [...parseAttributes('A="x,y=z",B=1920x1080,C-D=YES,E=')],
      [
        ['A', 'x,y=z'],
        ['B', '1920x1080'],
        ['C-D', 'YES'],
        ['E', ''],
      ],
    )
  })
  it('write nothing that ends a quoted string early', () => {
    assert.equal(formatAttributes({ NAME: { quoted: 'a "b"\r\nc' }, X: undefined, Y: 3 }), `NAME="a 'b' c",Y=3`)
  })
  it('refuse what is no list', () => {
    for (const text of ['A', 'A="x', 'a=1', 'A=1 B=2"'])
      assert.throws(() => parseAttributes(text), { code: 'HE_INPUT_DAMAGED' }, text)
  })
})

describe('multivariant playlists', () => {
  const nothing = { score: null, supplementalCodecs: null, hdcpLevel: null }
  const master: MultivariantPlaylist = {
    version: 6,
    independentSegments: true,
    sessionKeys: [],
    sessionData: [],
    contentSteering: null,
    media: [
      {
        type: 'AUDIO',
        groupId: 'audio',
        name: 'English',
        language: 'en',
        isDefault: true,
        autoselect: true,
        associatedLanguage: null,
        forced: false,
        characteristics: [],
        instreamId: null,
        channels: '2',
        uri: 'a/media.m3u8',
      },
    ],
    variants: [
      {
        uri: 'v/media.m3u8',
        bandwidth: 2,
        averageBandwidth: 1,
        codecs: 'avc1.64001f,mp4a.40.2',
        resolution: { width: 1280, height: 720 },
        videoRange: 'SDR',
        frameRate: '29.970',
        audio: 'audio',
        subtitles: null,
        closedCaptions: 'NONE',
        ...nothing,
      },
    ],
    iframes: [
      {
        ...{ uri: 'v/iframes.m3u8', bandwidth: 1, averageBandwidth: null, codecs: null, resolution: null },
        ...{ videoRange: null, ...nothing },
      },
    ],
  }
  it('come back as they were written', () => {
    assert.deepEqual(parseMultivariant(formatMultivariant(master)), master)
  })
  it('keep CLOSED-CAPTIONS and FRAME-RATE away from I-frame playlists', () => {
    const line = formatMultivariant(master)
      .split('\n')
      .find(each => each.startsWith('#EXT-X-I-FRAME'))
    assert.equal(line, '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="v/iframes.m3u8"')
  })
  it('refuse nonsense', () => {
    const bad = [
      '#EXT-X-STREAM-INF:BANDWIDTH=1',
      '#EXT-X-STREAM-INF:CODECS="x"\na',
      'a',
      '#EXT-X-MEDIA:TYPE=SMELL,GROUP-ID="a",NAME="b"',
      '#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=9\na',
    ]
    for (const text of bad)
      assert.throws(() => parseMultivariant(`#EXTM3U\n${text}\n`), { code: 'HE_INPUT_DAMAGED' }, text)
  })
})

it('any text is read or refused', () => {
  const words = [
    '#EXTM3U\n',
    '#EXTINF:',
    '#EXT-X-MEDIA:',
    '#EXT-X-STREAM-INF:',
    '#EXT-X-BYTERANGE:',
    '#EXT-X-TARGETDURATION:4\n',
    'A="',
    'BANDWIDTH=',
    '9',
    ',',
    '@',
    '\n',
    '"',
    '.',
  ]
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 4 })), { maxLength: 30 }),
      parts => {
        for (const parse of [parseMedia, parseMultivariant]) {
          try {
            parse(`#EXTM3U\n${parts.join('')}`)
          } catch (error) {
            assert.ok(error instanceof HeadendError, `${error}`)
          }
        }
      },
    ),
    { numRuns: 1000, seed: 1 },
  )
})
