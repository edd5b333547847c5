import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HeadendError, rational } from '../core/index.ts'
import { parseMpd } from './dash.ts'
import { formatDuration, formatMpd } from './dash-format.ts'
import type { Mpd, Representation, TemplateAddressing } from './dash-model.ts'
import { initializationPath, joinUrl, segmentPath } from './dash-segments.ts'
import { parseXml } from './xml.ts'

const plainSet = { accessibility: [], essential: [], supplemental: [], protection: [], segmentAlignment: true }
const video: TemplateAddressing = {
  kind: 'template',
  timescale: 30000,
  presentationTimeOffset: 0n,
  initialization: 'v720/init.mp4',
  media: 'v720/$Number%05d$.m4s',
  startNumber: 1,
  nominal: null,
  timeline: [
    { start: 0n, duration: 120_120n },
    { start: 120_120n, duration: 120_120n },
    { start: 240_241n, duration: 120_120n },
  ],
}
const sound: TemplateAddressing = {
  ...video,
  timescale: 48000,
  presentationTimeOffset: 1024n,
  initialization: 'a/init.mp4',
  media: 'a/$Number%05d$.m4s',
  startNumber: 3,
  timeline: [{ start: 1024n, duration: 64n }],
}
const v720: Representation = {
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
  segments: video,
}
const mpd: Mpd = {
  type: 'static',
  profiles: ['urn:mpeg:dash:profile:isoff-live:2011'],
  duration: rational(3003, 250),
  minBufferTime: rational(4),
  periods: [
    {
      id: '0',
      start: rational(0),
      duration: null,
      adaptationSets: [
        {
          ...{ ...plainSet, id: '0', contentType: 'video', language: null, label: null, roles: [] },
          startsWithSap: true,
          color: { primaries: 1, transfer: 1, matrix: 1 },
          representations: [v720],
        },
        {
          ...{ ...plainSet, id: '1', contentType: 'audio', language: 'pt-BR', label: 'Português <"&\'>' },
          roles: ['main'],
          startsWithSap: false,
          color: null,
          representations: [
            {
              ...{ ...v720, id: 'a', bandwidth: 128_000, codecs: 'mp4a.40.2', mimeType: 'audio/mp4' },
              ...{ width: null, height: null, sampleAspect: null, frameRate: null },
              ...{ sampleRateHz: 48000, channels: '6', segments: sound },
            },
          ],
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
    assert.equal(segmentPath(v720, video, 0), 'v720/00001.m4s')
    assert.equal(segmentPath(v720, sound, 9), 'a/00012.m4s')
    assert.equal(segmentPath(v720, { ...video, media: '$Number$.m4s', startNumber: 100_000 }, 0), '100000.m4s')
    const media = '$RepresentationID$_$Bandwidth$_$Time%07d$_$$.m4s'
    assert.equal(segmentPath(v720, { ...video, media }, 1), 'v720_3000000_0120120_$.m4s')
    assert.equal(initializationPath(v720, { ...video, initialization: '$RepresentationID$.mp4' }), 'v720.mp4')
  })
  it('join addresses as browsers do', () => {
    assert.equal(joinUrl('a/b/c.mpd', 'd/e.m4s'), 'a/b/d/e.m4s')
    assert.equal(joinUrl('http://h/a/', 'x'), 'http://h/a/x')
    assert.equal(joinUrl('a/', 'http://h/x'), 'http://h/x')
    assert.equal(joinUrl('a/', ''), 'a/')
  })
  it('inherit templates, fill negative repeats, and count segments of even length', () => {
    const inherited = text
      .replace(/<SegmentTemplate timescale="30000"([^>]*)>/, '<SegmentTemplate$1>')
      .replace(/(<AdaptationSet id="0"[^>]*>)/, '$1<SegmentTemplate timescale="30000"/>')
    assert.deepEqual(parseMpd(inherited), mpd)
    const filled = parseMpd(text.replace('<S t="240241" d="120120"/>', '<S t="240241" d="60000" r="-1"/>'))
    const timeline = (given: Mpd) =>
      (given.periods[0]!.adaptationSets[0]!.representations[0]!.segments as TemplateAddressing).timeline
    // 12.012 s are 360,360 ticks: two more segments, then a third that is cut.
    assert.equal(timeline(filled).length, 2 + 3)
    const even = parseMpd(
      text.replace(
        /<SegmentTemplate timescale="30000"([^>]*)>[\s\S]*?<\/SegmentTemplate>/,
        '<SegmentTemplate timescale="1000" duration="5000"$1/>',
      ),
    )
    assert.deepEqual(
      timeline(even).map(({ start, duration }) => [start, duration]),
      [
        [0n, 5000n],
        [5000n, 5000n],
        [10_000n, 2012n],
      ],
    )
  })
  it('keep periods, protection, trick modes, whole files and sheets of pictures', () => {
    const [set] = mpd.periods[0]!.adaptationSets
    const rich: Mpd = {
      ...mpd,
      periods: [
        { ...mpd.periods[0]!, duration: rational(6) },
        {
          id: 'ad',
          start: rational(6),
          duration: null,
          adaptationSets: [
            {
              ...set!,
              accessibility: [{ scheme: 'urn:tva:metadata:cs:AudioPurposeCS:2007', value: '1' }],
              essential: [{ scheme: 'http://dashif.org/guidelines/trickmode', value: '0' }],
              supplemental: [{ scheme: 'urn:x', value: null }],
              protection: [
                {
                  scheme: 'urn:mpeg:dash:mp4protection:2011',
                  value: 'cbcs',
                  defaultKid: '01234567-89ab-cdef-0123-456789abcdef',
                  pssh: null,
                },
                {
                  scheme: 'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed',
                  value: 'Widevine',
                  defaultKid: null,
                  pssh: 'AAAA',
                },
              ],
              representations: [
                {
                  ...v720,
                  segments: {
                    kind: 'base',
                    url: 'v/i.mp4',
                    timescale: 30000,
                    presentationTimeOffset: 5n,
                    initRange: [0n, 799n],
                    indexRange: [800n, 900n],
                  },
                },
                { ...v720, id: 'w', segments: { kind: 'file', url: 'w/a & b.vtt' } },
                { ...v720, id: 'x', segments: { ...video, initialization: null, nominal: 5_000_000n, timeline: [] } },
              ],
            },
          ],
        },
      ],
    }
    const read = parseMpd(formatMpd(rich))
    const sheet = read.periods[1]!.adaptationSets[0]!.representations[2]!.segments
    assert.ok(sheet.kind === 'template' && sheet.timeline.length === 1, '6.012 s in sheets of 166 s')
    const emptied = JSON.parse(JSON.stringify(read, (_, value) => (typeof value === 'bigint' ? `${value}` : value)))
    emptied.periods[1].adaptationSets[0].representations[2].segments.timeline = []
    assert.deepEqual(
      emptied,
      JSON.parse(JSON.stringify(rich, (_, value) => (typeof value === 'bigint' ? `${value}` : value))),
    )
  })
  it('pass over what they do not know', () => {
    const strange = text
      .replace('<MPD ', '<MPD xmlns:x="urn:x" x:y="1" ')
      .replace('<Period ', '<ProgramInformation><Title>t</Title></ProgramInformation><Period x="1" ')
      .replaceAll('<Representation ', '<Representation x:quality="9" ')
      .replace('<SegmentTimeline>', '<SegmentTimeline><!-- c --><x:S/>')
    assert.deepEqual(parseMpd(strange), mpd)
  })
  it('refuse endless timelines, no period and other roots', () => {
    for (const bad of [
      text.replace(' r="1"', ' r="999999999"'),
      text.replaceAll(/<Period[\s\S]*<\/Period>/g, ''),
      text.replace('<S t="240241" d="120120"/>', '<S t="240241" d="0" r="-1"/>'),
      text.replaceAll('MPD', 'SMIL'),
      text.replace('d="64"', 'd="-64"'),
      text.replace('d="64"', ''),
      text.replace(' frameRate="30000/1001"', ' frameRate="30000/0"'),
      text.replace('PT4S', 'P4M'),
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
