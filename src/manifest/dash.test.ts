import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HeadendError, rational } from '../core/index.ts'
import { type Mpd, parseMpd, segmentPath } from './dash.ts'
import { formatDuration, formatMpd } from './dash-format.ts'
import { parseXml } from './xml.ts'

const mpd: Mpd = {
  duration: rational(3003, 250),
  minBufferTime: rational(4),
  adaptationSets: [
    {
      contentType: 'video',
      language: null,
      label: null,
      roles: [],
      accessibility: null,
      startsWithSap: true,
      color: { primaries: 1, transfer: 1, matrix: 1 },
      representations: [
        {
          id: 'v720',
          bandwidth: 3_000_000,
          codecs: 'avc1.64001f',
          mimeType: 'video/mp4',
          width: 960,
          height: 720,
          sampleAspect: [4, 3],
          frameRate: rational(30000, 1001),
          sampleRateHz: null,
          channels: null,
          timescale: 30000,
          presentationTimeOffset: 0n,
          initialization: 'v720/init.mp4',
          media: 'v720/$Number%05d$.m4s',
          startNumber: 1,
          timeline: [
            { start: 0n, duration: 120_120n },
            { start: 120_120n, duration: 120_120n },
            { start: 240_241n, duration: 120_120n },
          ],
        },
      ],
    },
    {
      contentType: 'audio',
      language: 'pt-BR',
      label: 'Português <"&\'>',
      roles: ['description'],
      accessibility: '1',
      startsWithSap: false,
      color: null,
      representations: [
        {
          id: 'a',
          bandwidth: 128_000,
          codecs: 'mp4a.40.2',
          mimeType: 'audio/mp4',
          width: null,
          height: null,
          sampleAspect: null,
          frameRate: null,
          sampleRateHz: 48000,
          channels: '6',
          timescale: 48000,
          presentationTimeOffset: 1024n,
          initialization: 'a/init.mp4',
          media: 'a/$Number%05d$.m4s',
          startNumber: 3,
          timeline: [{ start: 1024n, duration: 64n }],
        },
      ],
    },
  ],
}

describe('DASH manifests', () => {
  const text = formatMpd(mpd)
  it('come back as they were written', () => {
    assert.deepEqual(parseMpd(text), mpd)
  })
  it('fold equal durations and break at a gap', () => {
    assert.match(text, /<S t="0" d="120120" r="1"\/>\s+<S t="240241" d="120120"\/>/)
  })
  it('say the shape of the picture as shown', () => {
    assert.match(text, /par="16:9"/)
    assert.match(text, /sar="4:3"/)
  })
  it('write durations as decimals', () => {
    assert.equal(formatDuration(rational(3003, 250)), 'PT12.012S')
    assert.equal(formatDuration(rational(7200)), 'PT7200S')
    assert.equal(formatDuration(rational(1, 3)), 'PT0.333333S')
  })
  it('number segments', () => {
    const [video, audio] = mpd.adaptationSets.map(set => set.representations[0]!)
    assert.equal(segmentPath(video!, 0), 'v720/00001.m4s')
    assert.equal(segmentPath(audio!, 9), 'a/00012.m4s')
    assert.equal(segmentPath({ ...video!, media: '$Number$.m4s', startNumber: 100_000 }, 0), '100000.m4s')
  })
  it('refuse endless timelines, several periods and other roots', () => {
    for (const bad of [
      text.replace(' r="1"', ' r="999999999"'),
      text.replace('</Period>', '</Period><Period/>'),
      text.replaceAll('MPD', 'SMIL'),
      text.replace('d="64"', 'd="-64"'),
      text.replace('d="64"', ''),
      text.replace(' frameRate="30000/1001"', ' frameRate="30000/0"'),
      text.replace('PT4S', 'P4D'),
    ])
      assert.throws(() => parseMpd(bad), { code: 'HE_INPUT_DAMAGED' })
  })
})

describe('XML', () => {
  it('reads elements, text, entities, comments and a declaration', () => {
    const root = parseXml(`<?xml version="1.0"?><!-- <a> --><r a='1 > 0' b="&#65;&amp;&#x42;"> x &lt; y <c/> </r>\n`)
    assert.deepEqual(Object.fromEntries(root.attributes), { a: '1 > 0', b: 'A&B' })
    assert.equal(root.text, 'x < y')
    assert.deepEqual(
      root.children.map(({ name }) => name),
      ['c'],
    )
  })
  it('refuses document types, foreign entities and broken nesting', () => {
    const bad = [
      '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>',
      '<r>&a;</r>',
      '<r>& </r>',
      '<r>&#0;</r>',
      '<r><a></r></a>',
      '<r>',
      '</r>',
      '<r/><r/>',
      '<r a=1/>',
      '<r a="<"/>',
      '',
      'text',
      '<a>'.repeat(1000),
    ]
    for (const text of bad) assert.throws(() => parseXml(text), { code: 'HE_INPUT_DAMAGED' }, text.slice(0, 60))
  })
  it('reads or refuses anything', () => {
    const words = ['<a', '<b>', '</b>', '/>', '>', '"', "'", '=', '&', ';', '&#', '<!--', '-->', '<?', ' ']
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 40 }),
        parts => {
          try {
            parseXml(`<a>${parts.join('')}</a>`)
          } catch (error) {
            assert.ok(error instanceof HeadendError, `${error}`)
          }
        },
      ),
      { numRuns: 1000, seed: 1 },
    )
  })
})
