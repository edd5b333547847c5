// The markup that SRT borrowed from HTML and WebVTT defines: <b>, <i>, <u>, character references. The pair of reader and writer.
import { plainStyle, type Span, type Style, sameStyle } from './cue.ts'

/** WebVTT (W3C) 4.2.2 and what files carry besides. */
const REFERENCES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  lrm: '\u200e',
  rlm: '\u200f',
}
const REFERENCE = /&(?:(amp|lt|gt|quot|apos|nbsp|lrm|rlm)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));/g

/** Character references of HTML that subtitles use; others stay as they are. */
export const decodeReferences = (text: string): string =>
  text.replace(REFERENCE, (whole, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
    if (name) return REFERENCES[name]!
    const code = decimal ? Number(decimal) : Number.parseInt(hex!, 16)
    const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    return valid ? String.fromCodePoint(code) : whole
  })

const STYLES = { b: 'bold', strong: 'bold', i: 'italic', em: 'italic', u: 'underline' } as const

/** Tags with a meaning; what else stands between angles is text in SRT. WebVTT's own: 4.2.2. */
const SRT_TAG = /^<(\/?)(b|i|u|s|strong|em|font|span)(?=[\s>/])[^<>]*>/i
const VTT_TAG = /^<(\/?)([a-z]*)[^<>]*>/i

export type MarkupDialect = 'srt' | 'webvtt'

/** Text with tags → spans, whose text may have line breaks. Unknown tags of WebVTT (voices, classes, ruby) leave their text. */
export function parseMarkup(text: string, dialect: MarkupDialect): Span[] {
  const spans: Span[] = []
  const open = { bold: 0, italic: 0, underline: 0 }
  const tagOf = dialect === 'srt' ? SRT_TAG : VTT_TAG
  let plain = ''
  const flush = (): void => {
    if (plain !== '') spans.push({ text: decodeReferences(plain), ...styleOf(open) })
    plain = ''
  }
  let at = 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    plain += text.slice(at, next < 0 ? undefined : next)
    if (next < 0) break
    // No tag of either format is longer; the bound keeps a text of thousands of angles linear.
    const tag = tagOf.exec(text.slice(next, next + 512))
    if (!tag) {
      plain += '<'
      at = next + 1
      continue
    }
    const name = tag[2]!.toLowerCase()
    const style = Object.hasOwn(STYLES, name) ? STYLES[name as keyof typeof STYLES] : undefined
    if (style) {
      flush()
      open[style] = Math.max(0, open[style] + (tag[1] ? -1 : 1))
    }
    at = next + tag[0].length
  }
  flush()
  return spans
}

const styleOf = (open: { bold: number; italic: number; underline: number }): Style => ({
  bold: open.bold > 0,
  italic: open.italic > 0,
  underline: open.underline > 0,
})

/** One line of spans as text with tags, each closed where it ends. */
export function formatMarkup(line: readonly Span[], dialect: MarkupDialect): string {
  const write = dialect === 'webvtt' ? escapeVtt : escapeSrt
  return line
    .map(span => {
      if (sameStyle(span, plainStyle)) return write(span.text)
      const names = [span.bold && 'b', span.italic && 'i', span.underline && 'u'].filter(name => name !== false)
      const opening = names.map(name => `<${name}>`).join('')
      return `${opening}${write(span.text)}${names
        .toReversed()
        .map(name => `</${name}>`)
        .join('')}`
    })
    .join('')
}

/** `>` too: `-->` in a text would be read as times (4.2.2). */
const escapeVtt = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\u200e', '&lrm;')
    .replaceAll('\u200f', '&rlm;')

/** SRT has no rule for escapes and most players show them: only what would otherwise be read as something else. */
const escapeSrt = (text: string): string =>
  text
    .replace(REFERENCE, whole => `&amp;${whole.slice(1)}`)
    .replace(/<(?=\/?(?:b|i|u|s|strong|em|font|span)(?:[\s>/]|$))/gi, '&lt;')
    .replaceAll('-->', '--&gt;')
    .replaceAll('{\\', '&#123;\\')
