// 3GPP timed text as MP4 and QuickTime carry it (3GPP TS 26.245): a sample is a length, text and boxes of style.
import { type CueText, plainStyle, type Span, type Style, sameStyle, tidyLines, usualAnchor } from './cue.ts'

const BOLD = 1
const ITALIC = 2
const UNDERLINE = 4
const STYLE_BYTES = 12
const MAX_TEXT_BYTES = 0xffff

type Run = { readonly from: number; readonly to: number; readonly style: Style }

/** 5.17: null where the bytes are no sample; a sample without text, which MP4 puts into gaps, has no lines. */
export function parseMovText(sample: Uint8Array): CueText | null {
  if (sample.length < 2) return null
  const view = new DataView(sample.buffer, sample.byteOffset, sample.byteLength)
  const length = view.getUint16(0)
  if (2 + length > sample.length) return null
  const runs = readRuns(view, 2 + length)
  // Characters are counted as Unicode's, not as UTF-16's.
  const characters = [...decodeText(sample.subarray(2, 2 + length))]
  const spans: Span[] = []
  let at = 0
  for (const { from, to, style } of runs) {
    const begin = Math.max(at, from)
    spans.push({ text: characters.slice(at, begin).join(''), ...plainStyle })
    spans.push({ text: characters.slice(begin, to).join(''), ...style })
    at = Math.max(begin, to)
  }
  spans.push({ text: characters.slice(at).join(''), ...plainStyle })
  return { lines: tidyLines(spans), anchor: usualAnchor }
}

/** UTF-8, or UTF-16 where a byte order mark says so (5.2). */
function decodeText(bytes: Uint8Array): string {
  const mark = bytes.length >= 2 ? (bytes[0]! << 8) | bytes[1]! : 0
  if (mark === 0xfeff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-8').decode(bytes)
}

/** The records of `styl` (5.17.1.1), in order. Boxes that lie about their size end the reading. */
function readRuns(view: DataView, from: number): Run[] {
  const runs: Run[] = []
  for (let at = from; at + 8 <= view.byteLength; ) {
    const size = view.getUint32(at)
    if (size < 8 || at + size > view.byteLength) break
    if (view.getUint32(at + 4) === STYL && size >= 10) {
      const count = Math.min(view.getUint16(at + 8), Math.floor((size - 10) / STYLE_BYTES))
      for (let i = 0; i < count; i++) {
        const record = at + 10 + i * STYLE_BYTES
        const face = view.getUint8(record + 6)
        const style = { bold: (face & BOLD) > 0, italic: (face & ITALIC) > 0, underline: (face & UNDERLINE) > 0 }
        runs.push({ from: view.getUint16(record), to: view.getUint16(record + 2), style })
      }
    }
    at += size
  }
  return runs.toSorted((a, b) => a.from - b.from)
}

const STYL = 0x7374796c

/** What 65,535 bytes do not hold is cut at a character. @param fontSize - as in the sample description, pixels */
export function formatMovText({ lines }: CueText, fontSize: number): Uint8Array {
  const spans = lines.flatMap((line, i) => (i === 0 ? line : [{ text: '\n', ...plainStyle }, ...line]))
  const runs: Run[] = []
  let characters = 0
  for (const span of spans) {
    const to = characters + [...span.text].length
    if (!sameStyle(span, plainStyle) && to <= 0xffff) runs.push({ from: characters, to, style: span })
    characters = to
  }
  const text = cut(new TextEncoder().encode(spans.map(span => span.text).join('')))
  const styl = runs.length === 0 ? 0 : 10 + runs.length * STYLE_BYTES
  const sample = new Uint8Array(2 + text.length + styl)
  const view = new DataView(sample.buffer)
  view.setUint16(0, text.length)
  sample.set(text, 2)
  if (styl > 0) {
    const at = 2 + text.length
    view.setUint32(at, styl)
    view.setUint32(at + 4, STYL)
    view.setUint16(at + 8, runs.length)
    for (const [i, run] of runs.entries()) writeStyle(view, at + 10 + i * STYLE_BYTES, run, fontSize)
  }
  return sample
}

function cut(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_TEXT_BYTES) return bytes
  let end = MAX_TEXT_BYTES
  while ((bytes[end]! & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}

function writeStyle(view: DataView, at: number, { from, to, style }: Run, fontSize: number): void {
  view.setUint16(at, from)
  view.setUint16(at + 2, to)
  view.setUint16(at + 4, 1)
  view.setUint8(at + 6, (style.bold ? BOLD : 0) | (style.italic ? ITALIC : 0) | (style.underline ? UNDERLINE : 0))
  view.setUint8(at + 7, fontSize)
  view.setUint32(at + 8, 0xffffffff)
}

/** The size of the text for a picture of `height` pixels. */
export const movTextFontSize = (height: number): number => Math.min(255, Math.max(8, Math.round(height / 18)))

/**
 * The fields of the `tx3g` sample description (5.16) after those that every sample entry has: white text, centred, at the
 * bottom of a box as wide as the picture, on nothing. @param width - pixels
 */
export function formatMovTextDescription(width: number, height: number): Uint8Array {
  const font = new TextEncoder().encode('Sans-Serif')
  const ftab = 8 + 2 + 3 + font.length
  const bytes = new Uint8Array(30 + ftab)
  const view = new DataView(bytes.buffer)
  view.setInt8(4, 1)
  view.setInt8(5, -1)
  view.setInt16(14, Math.min(height, 0x7fff))
  view.setInt16(16, Math.min(width, 0x7fff))
  writeStyle(view, 18, { from: 0, to: 0, style: plainStyle }, movTextFontSize(height))
  view.setUint32(30, ftab)
  view.setUint32(34, 0x66746162)
  view.setUint16(38, 1)
  view.setUint16(40, 1)
  view.setUint8(42, font.length)
  bytes.set(font, 43)
  return bytes
}
