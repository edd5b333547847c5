// The one cue that all subtitle formats are read into and written from: a span of time, styled lines, a place on the screen.

export type Style = { readonly bold: boolean; readonly italic: boolean; readonly underline: boolean }

/** Text of one style, without line breaks. */
export type Span = Style & { readonly text: string }

/** As on a number pad, the way ASS counts: 1 bottom left, 2 bottom centre (the usual), 9 top right. */
export type Anchor = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9

/** What a cue shows, whenever it does. */
export type CueText = {
  /** No line is empty, none begins or ends with white space, and neighbouring spans differ in style. */
  readonly lines: readonly (readonly Span[])[]
  readonly anchor: Anchor
}

export type Cue = CueText & {
  /** Microseconds. */
  readonly startUs: bigint
  /** Microseconds; not before `startUs`. */
  readonly endUs: bigint
}

/** What was not understood or has no place in the cue. */
export type CaptionFinding = {
  /** Line of the document or number of the cue, from 1; 0 for the whole. */
  readonly at: number
  readonly message: string
}

export type CaptionDocument = { readonly cues: readonly Cue[]; readonly findings: readonly CaptionFinding[] }

export const plainStyle: Style = { bold: false, italic: false, underline: false }
export const usualAnchor: Anchor = 2

export const sameStyle = (a: Style, b: Style): boolean =>
  a.bold === b.bold && a.italic === b.italic && a.underline === b.underline

/** The text without its styles. */
export const plainText = ({ lines }: CueText): string =>
  lines.map(line => line.map(({ text }) => text).join('')).join('\n')

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out; no format has a word for them.
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f\u0085\u2028\u2029\ufeff]/g

/**
 * Spans with line breaks in their text → lines as {@link CueText} wants them. Empty lines go: in SRT and WebVTT one of them
 * would end the cue.
 */
export function tidyLines(spans: readonly Span[]): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]]
  for (const span of spans) {
    const parts = span.text.replace(/\r\n?/g, '\n').replace(/\t/g, ' ').replace(CONTROLS, '').toWellFormed().split('\n')
    for (const [i, text] of parts.entries()) {
      if (i > 0) lines.push([])
      const line = lines.at(-1)!
      const last = line.at(-1)
      if (text === '') continue
      if (last && sameStyle(last, span)) line[line.length - 1] = { ...last, text: last.text + text }
      else line.push({ text, bold: span.bold, italic: span.italic, underline: span.underline })
    }
  }
  return lines.map(trimLine).filter(line => line.length > 0)
}

function trimLine(line: readonly Span[]): readonly Span[] {
  const spans = [...line]
  while (spans.length > 0) {
    const text = spans[0]!.text.trimStart()
    spans[0] = { ...spans[0]!, text }
    if (text !== '') break
    spans.shift()
  }
  while (spans.length > 0) {
    const text = spans.at(-1)!.text.trimEnd()
    spans[spans.length - 1] = { ...spans.at(-1)!, text }
    if (text !== '') break
    spans.pop()
  }
  return spans
}

/** @param row - 0 bottom, 1 middle, 2 top; @param column - 0 left, 1 centre, 2 right */
export const anchorAt = (row: number, column: number): Anchor => (row * 3 + column + 1) as Anchor
/** 0 bottom, 1 middle, 2 top. */
export const anchorRow = (anchor: Anchor): number => Math.floor((anchor - 1) / 3)
/** 0 left, 1 centre, 2 right. */
export const anchorColumn = (anchor: Anchor): number => (anchor - 1) % 3

export function toAnchor(value: number): Anchor | null {
  return Number.isInteger(value) && value >= 1 && value <= 9 ? (value as Anchor) : null
}
