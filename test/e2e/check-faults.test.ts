// Seeded faults: each is found by the rule that is there for it. Our own package has none.
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { checkFiles, edit, type Files, makePackage, shiftTime, spoilKeyFrame } from './check-kit.ts'

let good: Files
before(async () => {
  good = await makePackage()
})

const M = 'master.m3u8'
const D = 'manifest.mpd'
type Fault = readonly [what: string, rule: string, spoil: (files: Files) => void]
const text =
  (path: string, from: string | RegExp, to: string) =>
  (files: Files): void =>
    edit(files, path, from, to)
const all =
  (...spoils: readonly ((files: Files) => void)[]) =>
  (files: Files): void => {
    for (const spoil of spoils) spoil(files)
  }
const gone =
  (path: string) =>
  (files: Files): void => {
    if (!files.delete(path)) throw new Error(`${path} was never there`)
  }
const cutOff =
  (path: string) =>
  (files: Files): void =>
    void files.set(path, files.get(path)!.subarray(0, 900))
const lastSegment = /#EXTINF:[^\n]*\n[^\n#]*\n#EXT-X-ENDLIST/
const V = 'v180/media.m3u8'
const playlists = [V, 'v90/media.m3u8', 'a_en/media.m3u8', 'a_de/media.m3u8', 't_0_en/media.m3u8']
const variant = /(#EXT-X-STREAM-INF:[^\n]*RESOLUTION=320x180[^\n]*)/

const hlsFaults: readonly Fault[] = [
  ['a target duration that is too short', 'hls-target', text(V, 'TARGETDURATION:6', 'TARGETDURATION:4')],
  [
    'target durations that are too long',
    'hls-target-tight',
    all(...playlists.map(path => text(path, 'TARGETDURATION:6', 'TARGETDURATION:9'))),
  ],
  ['a group that is not there', 'hls-groups', text(M, 'AUDIO="audio",SUB', 'AUDIO="none",SUB')],
  ['a subtitle group that is not there', 'hls-groups', text(M, /SUBTITLES="subs"/, 'SUBTITLES="none"')],
  ['two renditions of one name', 'hls-names', text(M, 'NAME="Deutsch"', 'NAME="English"')],
  ['two defaults', 'hls-names', text(M, 'LANGUAGE="de",DEFAULT=NO', 'LANGUAGE="de",DEFAULT=YES')],
  ['VOD without an end', 'hls-endlist', text(V, '#EXT-X-ENDLIST\n', '')],
  ['a version that is too low', 'hls-version', text(V, 'VERSION:6', 'VERSION:4')],
  ['the wrong level in CODECS', 'hls-codecs', text(M, /avc1\.64(....)/, 'avc1.640033')],
  ['the wrong sound in CODECS', 'hls-codecs', text(M, 'mp4a.40.2"', 'mp4a.40.5"')],
  ['the wrong RESOLUTION', 'hls-resolution', text(M, /RESOLUTION=320x180/, 'RESOLUTION=640x360')],
  ['the wrong FRAME-RATE', 'hls-frame-rate', text(M, 'FRAME-RATE=25.000', 'FRAME-RATE=30.000')],
  ['the wrong VIDEO-RANGE', 'hls-video-range', text(M, 'VIDEO-RANGE=SDR', 'VIDEO-RANGE=PQ')],
  ['the wrong CHANNELS', 'hls-channels', text(M, 'CHANNELS="2"', 'CHANNELS="6"')],
  ['a missing segment', 'hls-reachable', gone('v180/00002.m4s')],
  ['a segment that is cut off', 'hls-reachable', cutOff('v180/00002.m4s')],
  ['a missing init segment', 'hls-reachable', gone('a_en/init.mp4')],
  ['a missing playlist', 'hls-reachable', gone('a_de/media.m3u8')],
  ['a playlist that is none', 'hls-reachable', text('a_de/media.m3u8', '#EXTM3U', 'hello')],
  [
    'a key that nobody can fetch',
    'hls-key-address',
    text(V, '#EXTINF', '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://key"\n#EXTINF'),
  ],
  [
    'keys for clear segments',
    'hls-key-missing',
    text(V, '#EXTINF', '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="https://h/key"\n#EXTINF'),
  ],
  [
    'a variant for fast forward',
    'hls-trick-variant',
    text(M, variant, '$1\nv180/media.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=9,FRAME-RATE=0.500,CODECS="avc1.64000d"'),
  ],
  ['an HEVC level beyond all', 'apple-1.6b', text(M, /avc1\.[0-9a-f]{6}/, 'hvc1.2.4.H183.90')],
  ['a wrong average', 'apple-1.26', text(M, /AVERAGE-BANDWIDTH=/, 'AVERAGE-BANDWIDTH=1')],
  ['a peak that is far too high', 'apple-1.27', text(M, /:BANDWIDTH=(\d+)/, ':BANDWIDTH=9$1')],
  ['a peak that is too low', 'apple-9.13', text(M, /:BANDWIDTH=(\d+)\d,/, ':BANDWIDTH=$1,')],
  ['another shape', 'apple-1.33', text(M, 'RESOLUTION=320x180', 'RESOLUTION=240x180')],
  [
    'a description that nobody is given',
    'apple-2.12',
    text(
      M,
      'LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES',
      'LANGUAGE="de",DEFAULT=NO,AUTOSELECT=NO,CHARACTERISTICS="public.accessibility.describes-video"',
    ),
  ],
  ['sound that ends too early', 'apple-2.15', text('a_de/media.m3u8', lastSegment, '#EXT-X-ENDLIST')],
  [
    'half of the characteristics',
    'apple-4.5',
    text(M, 'NAME="en",', 'NAME="en",CHARACTERISTICS="public.accessibility.describes-music-and-sound",'),
  ],
  ['text without a time map', 'apple-5.3', text('t_0_en/00001.vtt', /X-TIMESTAMP-MAP[^\n]*\n/, '')],
  ['text that is none', 'apple-5.3', text('t_0_en/00002.vtt', 'WEBVTT', 'VTTWEB')],
  ['text that ends too early', 'apple-5.5', text('t_0_en/media.m3u8', lastSegment, '#EXT-X-ENDLIST')],
  ['no fast forward', 'apple-6.1', text(M, /#EXT-X-I-FRAME[^\n]*\n/, '')],
  ['I-frames without the tag', 'apple-6.8', text('v180/iframes.m3u8', '#EXT-X-I-FRAMES-ONLY\n', '')],
  [
    'an I-frame range beside its fragment',
    'apple-6.10',
    text('v180/iframes.m3u8', /BYTERANGE:(\d+)@(\d+)\n/, 'BYTERANGE:$1@9\n'),
  ],
  ['a gap in decode times', 'apple-7.3', files => shiftTime(files, 'v180/00002.m4s', 512n)],
  ['a segment without a key frame', 'apple-7.4', files => spoilKeyFrame(files, 'v180', '00002.m4s')],
  ['a segment far beyond the target', 'apple-7.7', text(V, 'TARGETDURATION:6', 'TARGETDURATION:5')],
  ['an EXTINF that is half a second short', 'apple-8.1', text(V, /EXTINF:6\.0/, 'EXTINF:5.5')],
  ['different target durations', 'apple-8.2', text('a_en/media.m3u8', 'TARGETDURATION:6', 'TARGETDURATION:7')],
  ['sound and picture of different length', 'apple-8.3', text('a_en/media.m3u8', lastSegment, '#EXT-X-ENDLIST')],
  ['no playlist type', 'apple-8.6', text(V, '#EXT-X-PLAYLIST-TYPE:VOD\n', '')],
  ['no language', 'apple-8.10', text(M, 'LANGUAGE="de",', '')],
  [
    'another init segment, no discontinuity',
    'apple-8.13',
    text(V, /(00001\.m4s\n)/, '$1#EXT-X-MAP:URI="../v90/init.mp4"\n'),
  ],
  [
    'a discontinuity in the sound alone',
    'apple-8.15',
    text('a_en/media.m3u8', /(00001\.m4s\n)/, '$1#EXT-X-DISCONTINUITY\n'),
  ],
  ['no init segment', 'apple-8.20', text(V, /#EXT-X-MAP[^\n]*\n/, '')],
  ['cuts at other times', 'apple-8.22', files => shiftTime(files, 'v90/00002.m4s', 512n)],
  ['no CODECS', 'apple-9.1', text(M, /CODECS="[^"]*",RES/, 'RES')],
  ['one bit rate', 'apple-9.9', text(M, /#EXT-X-STREAM-INF[^\n]*\nv90\/media.m3u8\n/, '')],
  ['no independent segments', 'apple-9.11', text(M, '#EXT-X-INDEPENDENT-SEGMENTS\n', '')],
  ['no average', 'apple-9.14', text(M, /AVERAGE-BANDWIDTH=\d+,/, '')],
  ['no frame rate', 'apple-9.15', text(M, /FRAME-RATE=[\d.]+,/, '')],
  [
    'HDR without VIDEO-RANGE beside it',
    'apple-9.16',
    all(text(M, 'VIDEO-RANGE=SDR,FRAME', 'VIDEO-RANGE=PQ,FRAME'), text(M, 'VIDEO-RANGE=SDR,FRAME', 'FRAME')),
  ],
  ['a score on one variant', 'apple-9.19', text(M, variant, '$1,SCORE=2')],
]

const dashFaults: readonly Fault[] = [
  [
    'a gap in the timeline',
    'dash-timeline',
    text(D, /<S t="0" d="(\d+)" r="1"\/>/, '<S t="0" d="$1"/><S t="99999999" d="$1"/>'),
  ],
  ['an overlap', 'dash-timeline', text(D, /<S t="0" d="(\d+)" r="1"\/>/, '<S t="0" d="$1"/><S t="7" d="$1"/>')],
  [
    'an offset that moves the media out of its period',
    'dash-covers',
    text(D, 'initialization="v180', 'presentationTimeOffset="9999" initialization="v180'),
  ],
  ['fragments at other times', 'dash-times', files => shiftTime(files, 'v90/00002.m4s', 512n)],
  ['a missing segment', 'dash-reachable', gone('v90/00001.m4s')],
  ['a missing init segment', 'dash-reachable', gone('v90/init.mp4')],
  [
    'another timescale',
    'dash-timescale',
    text(D, /timescale="12800" initialization="v90/, 'timescale="12799" initialization="v90'),
  ],
  [
    'the wrong duration',
    'dash-duration',
    text(D, /mediaPresentationDuration="[^"]*"/, 'mediaPresentationDuration="PT20S"'),
  ],
  ['a timeline that ends too early', 'dash-covers', text(D, / r="1"\/>/, '/>')],
  ['the wrong codecs', 'dash-codecs', text(D, /codecs="avc1\.[0-9a-f]*"/, 'codecs="avc1.640033"')],
  ['the wrong size', 'dash-size', text(D, ' width="320"', ' width="640"')],
  ['the wrong frame rate', 'dash-frame-rate', text(D, ' frameRate="25"', ' frameRate="30"')],
  ['a frame rate that is not reduced', 'dash-frame-rate-form', text(D, ' frameRate="25"', ' frameRate="12800/512"')],
  ['the wrong sampling rate', 'dash-sampling-rate', text(D, 'audioSamplingRate="48000"', 'audioSamplingRate="44100"')],
  ['a bandwidth that is too low', 'dash-bandwidth', text(D, /bandwidth="(\d+)\d"/, 'bandwidth="$1"')],
  ['cuts at other times', 'dash-alignment', files => shiftTime(files, 'v90/00002.m4s', 512n)],
  ['a segment that begins otherwise', 'dash-sap', files => spoilKeyFrame(files, 'v90', '00002.m4s')],
  ['a segment without a key frame', 'dash-key-frame', files => spoilKeyFrame(files, 'v90', '00002.m4s')],
  [
    'two codecs in one set',
    'dash-one-codec',
    text(D, /(<Representation id="v90"[^>]* codecs=")[^"]*/, '$1hvc1.1.6.L60.90'),
  ],
  ['a gap in decode times', 'dash-continuous', files => shiftTime(files, 'a_en/00002.m4s', 1024n)],
  ['one id for two', 'dash-ids', text(D, 'id="v90"', 'id="v180"')],
  ['no main sound', 'dash-main', text(D, 'value="main"', 'value="alternate"')],
  ['no language', 'dash-language', text(D, ' lang="de"', '')],
  [
    'protection of clear media',
    'dash-protection',
    text(
      D,
      /(<AdaptationSet id="0"[^>]*>)/,
      '$1<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc"/>',
    ),
  ],
  ['a trick mode of nothing', 'dash-trick', text(D, /trickmode" value="0"/, 'trickmode" value="77"')],
  [
    'sheets of pictures without a size',
    'dash-thumbnails',
    text(
      D,
      '</Period>',
      '<AdaptationSet contentType="image"><Representation id="i" bandwidth="1"><SegmentTemplate media="$Number$.jpg" duration="6"/></Representation></AdaptationSet></Period>',
    ),
  ],
  ['an index beside its place', 'dash-index', text(D, /indexRange="(\d)/, 'indexRange="2')],
  [
    'a gap between periods',
    'dash-periods',
    all(
      text(D, 'start="PT0S"', 'start="PT0S" duration="PT12S"'),
      text(D, '</Period>', '</Period><Period start="PT20S"/>'),
    ),
  ],
  ['no profile', 'dash-profile', text(D, / profiles="[^"]*"/, '')],
  ['no buffer time', 'dash-buffer', text(D, / minBufferTime="[^"]*"/, '')],
]

describe('headend check', () => {
  for (const name of [M, D])
    it(`has nothing but advice for our own ${name}`, async () => {
      const { findings, status } = await checkFiles(good, name)
      assert.deepEqual(
        findings.filter(({ severity }) => severity !== 'info'),
        [],
      )
      assert.equal(status, 'pass')
    })
  for (const [name, faults] of [
    [M, hlsFaults],
    [D, dashFaults],
  ] as const)
    for (const [what, rule, spoil] of faults)
      it(`finds ${what}: ${rule}`, async () => {
        assert.ok(!(await checkFiles(good, name)).findings.some(each => each.rule === rule), 'it was there before')
        const files = new Map(good)
        spoil(files)
        const { findings } = await checkFiles(files, name)
        assert.ok(
          findings.some(each => each.rule === rule),
          `found only ${[...new Set(findings.map(each => each.rule))].join(', ') || 'nothing'}`,
        )
      })
})
