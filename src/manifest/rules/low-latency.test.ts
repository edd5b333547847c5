import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseMedia } from '../hls-media.ts'
import type { HlsEntry, HlsFacts } from './facts.ts'
import { runRules } from './run-rules.ts'

const segment = (number: number, parts: boolean): string =>
  [
    `#EXT-X-PROGRAM-DATE-TIME:2026-11-24T10:00:${String(number * 2).padStart(2, '0')}.000Z`,
    ...(parts
      ? [0, 1, 2, 3].map(
          i => `#EXT-X-PART:DURATION=0.500000,URI="${number}.${i}.m4s"${i === 0 ? ',INDEPENDENT=YES' : ''}`,
        )
      : []),
    '#EXTINF:2.000000,',
    `${number}.m4s`,
  ].join('\n')

const good = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.500000,CAN-SKIP-UNTIL=12.000000
#EXT-X-PART-INF:PART-TARGET=0.500000
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-MAP:URI="init.mp4"
${[1, 2, 3, 4, 5].map(n => segment(n, false)).join('\n')}
${[6, 7, 8].map(n => segment(n, true)).join('\n')}
#EXT-X-PART:DURATION=0.500000,URI="9.0.m4s",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="9.1.m4s"
#EXT-X-RENDITION-REPORT:URI="../b/playlist.m3u8",LAST-MSN=9,LAST-PART=0
`

/** Rules that are about parts and broken, where playlist a is as given and b points back at a. */
function broken(text: string): string[] {
  const entry = (uri: string, playlist: string): [string, HlsEntry] => [
    uri,
    {
      uri,
      playlist: parseMedia(playlist),
      track: { id: uri, type: 'video', init: null, initProblem: null, segments: [], complete: false },
      transfer: null,
    },
  ]
  const facts: HlsFacts = {
    kind: 'hls',
    master: null,
    entries: new Map([entry('a/playlist.m3u8', text), entry('b/playlist.m3u8', good.replace('../b/', '../a/'))]),
    problems: [],
    url: null,
    transfer: null,
  }
  const about = /^(?:hls-(?:part|hold|skip|block|preload|old-parts|rendition)|apple-14)/
  return [...new Set(runRules(facts).flatMap(({ rule }) => (about.test(rule) ? [rule] : [])))]
}

it('finds nothing in a playlist that is right', () => {
  assert.deepEqual(broken(good), [])
})

const faults: readonly (readonly [rule: string | readonly string[], from: string | RegExp, to: string])[] = [
  ['hls-part-target', 'DURATION=0.500000,URI="9.0', 'DURATION=0.600000,URI="9.0'],
  ['hls-part-short', 'DURATION=0.500000,URI="9.0', 'DURATION=0.400000,URI="9.0'],
  ['hls-part-sum', '#EXT-X-PART:DURATION=0.500000,URI="7.3.m4s"\n', ''],
  [['hls-part-hold-back', 'apple-14.3'], 'PART-HOLD-BACK=1.5', 'PART-HOLD-BACK=0.9'],
  ['apple-14.3', 'PART-HOLD-BACK=1.5', 'PART-HOLD-BACK=1.4'],
  [['hls-part-hold-back', 'apple-14.3'], 'PART-HOLD-BACK=1.500000,', ''],
  ['hls-hold-back', 'CAN-SKIP', 'HOLD-BACK=5.9,CAN-SKIP'],
  ['hls-skip-until', 'UNTIL=12', 'UNTIL=11'],
  ['hls-block-reload', 'CAN-BLOCK-RELOAD=YES,', ''],
  ['hls-preload-hint', /#EXT-X-PRELOAD-HINT.*\n/, ''],
  ['hls-rendition-reports', /#EXT-X-RENDITION-REPORT.*\n/, ''],
  ['hls-rendition-reports', '../b/', '../c/'],
  ['hls-old-parts', '4.m4s\n', `4.m4s\n${segment(5, true)}\n${segment(5, true)}\n`],
  ['apple-14.4', ',CAN-SKIP-UNTIL=12.000000', ''],
]
for (const [rule, from, to] of faults) {
  it(`finds ${[rule].flat().join(' and ')}: ${String(from).trim()} → ${to.trim().split('\n')[0] || 'nothing'}`, () => {
    // A long window is what 14.4 asks about.
    const text = rule === 'apple-14.4' ? good.replace('#EXTINF', `${'#EXTINF:2,\n0.m4s\n'.repeat(60)}#EXTINF`) : good
    const spoilt = text.replace(from, to)
    assert.notEqual(spoilt, text)
    assert.deepEqual(broken(spoilt).toSorted(), [rule].flat().toSorted())
  })
}
