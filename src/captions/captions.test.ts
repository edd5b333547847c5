// Round trips of every subtitle format, and documents as they come: damaged, foreign, half standard.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Anchor, type Cue, type CueText, plainText, type Span, tidyLines } from './cue.ts'
import {
  type DocumentFormat,
  formatAssPacket,
  formatCaptions,
  formatMovText,
  formatMovTextDescription,
  parseAssHead,
  parseAssPacket,
  parseAssText,
  parseCaptions,
  parseMovText,
  parseSrt,
  parseTtml,
  parseVtt,
  sequenceCues,
} from './index.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '<b>',
        '</i>',
        '<',
        '>',
        '&',
        'lt;',
        '{',
        '\\',
        'N',
        '\\an8',
        '}',
        '-->',
        '\n',
        ' ',
        'é',
        '7',
        '#60;',
        '\u2060',
        'u',
      ),
    )
    .map(parts => parts.join('')),
)
const span: fc.Arbitrary<Span> = fc.record({ text, bold: fc.boolean(), italic: fc.boolean(), underline: fc.boolean() })
const lines = fc
  .array(span, { minLength: 1, maxLength: 6 })
  .map(tidyLines)
  .filter(each => each.length > 0)
const anchor = fc.integer({ min: 1, max: 9 }) as fc.Arbitrary<Anchor>
const cueText: fc.Arbitrary<CueText> = fc.record({ lines, anchor })
const cues = (unitUs: bigint): fc.Arbitrary<Cue[]> =>
  fc.array(
    fc
      .record({ lines, anchor, start: fc.nat(400_000_00), length: fc.nat(500_000) })
      .map(({ start, length, ...rest }) => ({
        ...rest,
        startUs: BigInt(start) * unitUs,
        endUs: BigInt(start + length) * unitUs,
      })),
    { maxLength: 5 },
  )
const size = { width: 640, height: 360 }
const formats: readonly DocumentFormat[] = ['srt', 'webvtt', 'ass', 'ttml']
const byStart = (list: readonly Cue[]): readonly Cue[] => list.toSorted((a, b) => Number(a.startUs - b.startUs))

describe('every format', () => {
  for (const format of formats) {
    it(`${format} reads back what it writes`, () => {
      // Their clocks: hundredths in ASS, thousandths elsewhere.
      fc.assert(
        fc.property(cues(format === 'ass' ? 10_000n : 1000n), list => {
          const read = parseCaptions(format, formatCaptions(format, list, size))
          assert.deepEqual(read.cues, format === 'ttml' ? byStart(list) : list)
        }),
        { numRuns: 300 },
      )
    })

    it(`${format} reads the same with a byte order mark and with CR LF, and without the last line's end`, () => {
      const list: Cue[] = [
        {
          startUs: 1_000_000n,
          endUs: 2_500_000n,
          lines: tidyLines([{ text: 'Eins & zwei\ndrei', bold: false, italic: true, underline: false }]),
          anchor: 8,
        },
        {
          startUs: 2_000_000n,
          endUs: 4_000_000n,
          lines: tidyLines([{ text: 'vier', bold: false, italic: false, underline: false }]),
          anchor: 2,
        },
      ]
      const document = formatCaptions(format, list, size)
      assert.deepEqual(parseCaptions(format, `\ufeff${document.replaceAll('\n', '\r\n')}`).cues, list)
      assert.deepEqual(parseCaptions(format, document.trimEnd()).cues, list)
    })

    it(`${format} survives garbage, cut and altered documents`, () => {
      const sound = formatCaptions(
        format,
        [
          {
            startUs: 0n,
            endUs: 5_000_000n,
            lines: tidyLines([{ text: 'a <b> {\\c', bold: true, italic: false, underline: false }]),
            anchor: 5,
          },
        ],
        size,
      )
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), fc.nat(sound.length), fc.nat(sound.length), (noise, from, to) => {
          for (const document of [noise, sound.slice(0, from) + noise + sound.slice(to)]) {
            const { cues: read, findings } = parseCaptions(format, document)
            assert.ok(Array.isArray(read) && Array.isArray(findings))
            for (const { startUs, endUs } of read) assert.ok(startUs <= endUs)
          }
        }),
      )
    })
  }

  it('mov_text reads back its samples, and their style counts characters, not code units', () => {
    fc.assert(
      fc.property(cueText, each => {
        assert.deepEqual(parseMovText(formatMovText(each, 20))?.lines, each.lines)
      }),
    )
    const sample = formatMovText(
      {
        lines: tidyLines([
          { text: '😀', bold: false, italic: false, underline: false },
          { text: 'fett', bold: true, italic: false, underline: false },
        ]),
        anchor: 2,
      },
      20,
    )
    // 2 of length, 4 + 4 of text, 8 of box, 2 of count; then startChar and endChar of 3GPP TS 26.245 5.17.1.1.
    assert.deepEqual([...sample.subarray(20, 24)], [0, 1, 0, 5])
  })

  it('mov_text survives garbage', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), bytes => void parseMovText(bytes)))
    assert.equal(parseMovText(Uint8Array.of(0, 9, 65)), null)
    assert.deepEqual(parseMovText(Uint8Array.of(0, 0))?.lines, [])
    assert.equal(plainText(parseMovText(Uint8Array.of(0, 4, 0xfe, 0xff, 0x30, 0x42))!), 'あ')
  })

  it('ASS packets read back', () => {
    fc.assert(
      fc.property(cueText, fc.nat(), (each, order) => {
        assert.deepEqual(parseAssPacket(formatAssPacket(each, order)), { ...each, dropped: [] })
      }),
    )
    assert.equal(parseAssPacket('only,three,fields'), null)
  })
})

describe('SubRip', () => {
  it('reads files without numbers, without blank lines and with fonts, and says what it leaves', () => {
    const { cues: read, findings } = parseSrt(
      'hello\n00:00:01,000 --> 00:00:02.5\n<font color="#ff0">A</font> <I>b</i> < c &amp; 5 &lt; 6\n2\n\n\n' +
        '3\n00:00:03,000 --> 00:00:02,000\nbackwards\n\n4\n0:0:4,0 --> 0:00:05,000 X1:40\n{\\an8}{\\pos(1,2)}top\n\nsecond',
    )
    assert.deepEqual(read.map(plainText), ['A b < c & 5 < 6\n2', 'top\nsecond'])
    assert.equal(read[1]?.anchor, 8)
    assert.equal(read[0]?.endUs, 2_500_000n)
    assert.deepEqual(
      findings.map(({ at }) => at),
      [1, 8],
    )
  })
})

describe('WebVTT', () => {
  it('leaves notes, styles and voices, and reads settings', () => {
    const { cues: read, findings } = parseVtt(
      'WEBVTT - x\nKind: captions\n\nNOTE a --> b\nof two lines\n\nSTYLE\n::cue { color: red }\n\nid 1\n' +
        '01:00.000 --> 01:02.000 line:0 align:start\n<v Bob>Hi <c.x>there</c> <00:01:01.000>you</v>\n\n00:00 --> xx\nbad\n',
    )
    assert.deepEqual(read.map(plainText), ['Hi there you'])
    assert.equal(read[0]?.anchor, 7)
    assert.equal(read[0]?.startUs, 60_000_000n)
    assert.equal(findings.length, 1)
    assert.equal(parseVtt('x').findings[0]?.message, 'does not begin with WEBVTT')
  })
})

describe('ASS', () => {
  it('applies styles, overrides and old alignments, and names what it drops', () => {
    const head = parseAssHead(
      '[V4+ Styles]\nFormat: Name, Bold, Italic, Alignment\nStyle: Default,0,0,2\nStyle: Sign,-1,0,8\n',
    )
    const read = parseAssText(
      '{\\pos(10,20)\\1c&HFF&}a{\\b0}b{\\r}c{\\k20}\\hd{\\p1}m 0 0 l 9 9{\\p0}\\Ne',
      head,
      'Sign',
    )
    assert.equal(plainText(read), 'abc\u00a0d\ne')
    assert.equal(read.anchor, 8)
    assert.deepEqual(
      read.lines[0]?.map(({ bold }) => bold),
      [true, false, true],
    )
    assert.deepEqual(read.dropped, ['pos', '1c', 'k', 'p'])
    assert.equal(parseAssText('{\\a6}x').anchor, 8)
    assert.equal(parseAssText('{\\an7\\bord2\\blur3\\b1}x').lines[0]?.[0]?.bold, true)
  })

  it('reads SSA, whose fields stand in another order', () => {
    const { cues: read } = parseCaptions(
      'ass',
      '[V4 Styles]\nFormat: Name, Bold, Alignment\nStyle: *Default,-1,6\n[Events]\nFormat: Marked, Start, End, Style, Text\n' +
        'Comment: Marked=0,0:00:00.00,0:00:01.00,*Default,no\nDialogue: Marked=0,0:00:01.00,0:00:02.00,*Default,one, two',
    )
    assert.deepEqual(read.map(plainText), ['one, two'])
    assert.equal(read[0]?.anchor, 8)
    assert.equal(read[0]?.lines[0]?.[0]?.bold, true)
  })
})

describe('TTML', () => {
  it('reads frames, ticks, nested times, referenced styles and regions', () => {
    const { cues: read, findings } =
      parseTtml(`<?xml version='1.0'?><!DOCTYPE tt><tt:tt xmlns:tt="http://www.w3.org/ns/ttml"
      ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001" ttp:tickRate="10">
      <tt:head><tt:styling><tt:style xml:id="s1" tts:fontStyle="italic"/></tt:styling><tt:layout>
      <tt:region xml:id="top"><tt:style tts:origin="10% 5%"/><tt:style tts:extent="80% 20%"/></tt:region></tt:layout></tt:head>
      <tt:body begin="10s"><tt:div><tt:p begin="00:00:01:15" dur="25t" style="s1" region="top" tts:textAlign="start">
        One <tt:span tts:fontWeight="bold">&amp; two</tt:span><tt:br/><![CDATA[<three>]]><tt:metadata>no</tt:metadata></tt:p>
      <tt:p begin="soon" end="3s">x</tt:p><tt:p>endless</tt:p></tt:div></tt:body></tt:tt>`)
    assert.deepEqual(read.map(plainText), ['x', 'One & two\n<three>'])
    assert.equal(read[1]?.startUs, 11_500_500n)
    assert.equal(read[1]?.endUs, 14_000_500n)
    assert.equal(read[1]?.anchor, 7)
    assert.deepEqual(
      read[1]?.lines[0]?.map(({ bold, italic }) => [bold, italic]),
      [
        [false, true],
        [true, true],
      ],
    )
    assert.deepEqual(
      findings.map(({ message }) => message),
      ['not a time: soon', 'a paragraph without an end'],
    )
  })
})

describe('sequenceCues', () => {
  const at = (startUs: bigint, endUs: bigint, name: string): Cue => ({
    startUs,
    endUs,
    anchor: 2,
    lines: [[{ text: name, bold: false, italic: false, underline: false }]],
  })
  it('shows overlapping cues together', () => {
    const shown = sequenceCues([
      at(0n, 10n, 'a'),
      at(4n, 6n, 'b'),
      at(10n, 12n, 'c'),
      at(20n, 20n, 'none'),
      at(20n, 21n, 'd'),
    ])
    assert.deepEqual(
      shown.map(each => [each.startUs, each.endUs, plainText(each)]),
      [
        [0n, 4n, 'a'],
        [4n, 6n, 'a\nb'],
        [6n, 10n, 'a'],
        [10n, 12n, 'c'],
        [20n, 21n, 'd'],
      ],
    )
  })
  it('never overlaps, keeps every instant of what is shown, and joins nothing that was apart', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(15)), { maxLength: 12 }), spans => {
        const list = spans
          .toSorted((a, b) => a[0] - b[0])
          .map(([start, length], i) => at(BigInt(start), BigInt(start + length), `${i}`))
        const shown = sequenceCues(list)
        for (const [i, each] of shown.entries()) {
          assert.ok(each.startUs < each.endUs)
          if (i > 0) assert.ok(shown[i - 1]!.endUs <= each.startUs)
        }
        for (let t = 0n; t < 60n; t++) {
          const on = (each: Cue): boolean => each.startUs <= t && t < each.endUs
          assert.equal(shown.filter(on).map(plainText).join('\n'), list.filter(on).map(plainText).join('\n'))
        }
      }),
    )
  })
})

describe('formatMovTextDescription', () => {
  it('is as long as its font table says', () => {
    const bytes = formatMovTextDescription(640, 360)
    assert.equal(bytes.length, 30 + new DataView(bytes.buffer).getUint32(30))
  })
})
