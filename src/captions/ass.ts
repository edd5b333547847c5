// Advanced SubStation Alpha: events with override tags. Style, alignment and line breaks are kept; motion, colors, fonts,
// karaoke and drawings are dropped and named.
import { type AssHead, type AssStyle, formatAssHead, legacyAnchor, parseAssHead } from './ass-styles.ts'
import { formatClock, parseClock } from './clock.ts'
import {
  type CaptionDocument,
  type CaptionFinding,
  type Cue,
  type CueText,
  plainStyle,
  type Span,
  type Style,
  sameStyle,
  tidyLines,
  toAnchor,
  usualAnchor,
} from './cue.ts'

export type AssText = CueText & {
  /** Override tags without a place in a cue, by name, each once. */ readonly dropped: readonly string[]
}

const usualStyle: AssStyle = { ...plainStyle, anchor: usualAnchor }

/** @param text - the last field of an event; @param style - the name of the event's style */
export function parseAssText(text: string, head?: AssHead, style = 'Default'): AssText {
  const styleNamed = (name: string): AssStyle | undefined => head?.styles.get(name.replace(/^\*/, ''))
  const base = styleNamed(style) ?? styleNamed('Default') ?? usualStyle
  const spans: Span[] = []
  const dropped = new Set<string>()
  let now: Style = base
  let anchor = base.anchor
  let drawing = false
  const apply = (name: string, value: string): void => {
    if (name === 'b' || name === 'i' || name === 'u') {
      const key = name === 'b' ? 'bold' : name === 'i' ? 'italic' : 'underline'
      now = { ...now, [key]: value === '' ? base[key] : value === '1' || Number(value) >= 600 }
    } else if (name === 'an') anchor = toAnchor(Number(value)) ?? anchor
    else if (name === 'a') anchor = legacyAnchor(Number(value)) ?? anchor
    else if (name === 'r') now = (value && styleNamed(value)) || base
    else if (name === 'p') drawing = Number(value) > 0
    if (!['b', 'i', 'u', 'an', 'a', 'r', 'q'].includes(name)) dropped.add(name)
  }
  // An override block; an escaped brace or space; a run of other text; or any single character.
  for (const [piece] of text.matchAll(/\{[^}]*\}|\\[{}Nnh]|\\\u2060|[^{\\]+|[{\\]/g)) {
    if (piece.length > 1 && piece.startsWith('{')) {
      for (const [, name, value] of piece.matchAll(OVERRIDE)) apply(name!, (value ?? '').trim())
    } else if (!drawing) spans.push({ text: readEscape(piece), ...now })
  }
  return { lines: tidyLines(spans), anchor, dropped: [...dropped] }
}

// Names may hold digits (\1c, \2a) and values begin without a space; the longer names come first.
const OVERRIDE =
  /\\(alpha|iclip|clip|move|fade|fad|pos|org|pbo|blur|bord|xbord|ybord|shad|xshad|yshad|fscx|fscy|fsp|frx|fry|frz|fax|fay|be|fn|fs|fr|fe|an|kf|ko|[1-4]?[ac]|[biuskKqprt])(\([^)]*\)|[^\\}]*)/g

function readEscape(piece: string): string {
  if (piece === '\\N' || piece === '\\n') return '\n'
  if (piece === '\\h') return '\u00a0'
  if (piece === '\\\u2060') return '\\'
  return piece === '\\{' || piece === '\\}' ? piece.slice(1) : piece
}

/** Braces are escaped as libass reads them. A backslash is kept from its neighbour by a word joiner, as FFmpeg does. */
const escapeText = (text: string): string => text.replaceAll('\\', '\\\u2060').replace(/[{}]/g, '\\$&')

export function formatAssText({ lines, anchor }: CueText): string {
  let now: Style = plainStyle
  const written = lines.map(line =>
    line
      .map(span => {
        const tags = sameStyle(now, span) ? '' : `{${changes(now, span)}}`
        now = span
        return tags + escapeText(span.text)
      })
      .join(''),
  )
  return (anchor === usualAnchor ? '' : `{\\an${anchor}}`) + written.join('\\N')
}

const changes = (from: Style, to: Style): string =>
  [
    from.bold === to.bold ? '' : `\\b${Number(to.bold)}`,
    from.italic === to.italic ? '' : `\\i${Number(to.italic)}`,
    from.underline === to.underline ? '' : `\\u${Number(to.underline)}`,
  ].join('')

/** The first `count - 1` commas part fields; the rest is the last field. */
export function splitFields(line: string, count: number): string[] | null {
  const fields: string[] = []
  let at = 0
  while (fields.length < count - 1) {
    const comma = line.indexOf(',', at)
    if (comma < 0) return null
    fields.push(line.slice(at, comma))
    at = comma + 1
  }
  return [...fields, line.slice(at)]
}

/** A packet as Matroska carries it: `ReadOrder,Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text`; null for garbage. */
export function parseAssPacket(line: string, head?: AssHead): AssText | null {
  const fields = splitFields(line.replace(/^\ufeff/, ''), 9)
  return fields && parseAssText(fields[8]!, head, fields[2]!)
}

/** @param order - of reading, from 0 */
export const formatAssPacket = (cue: CueText, order: number): string =>
  `${order},0,Default,,0,0,0,,${formatAssText(cue)}`

/** Reads what it can of a script; what it cannot, and what it drops, becomes findings. */
export function parseAss(document: string): CaptionDocument {
  const head = parseAssHead(document)
  const { eventFields } = head
  const cues: Cue[] = []
  const findings: CaptionFinding[] = []
  for (const [i, line] of document.split(/\r\n|\r|\n/).entries()) {
    const event = /^\s*Dialogue:\s*(.*)$/i.exec(line)?.[1]
    if (event === undefined) continue
    const values = splitFields(event, eventFields.length)
    const at = (name: string): string => values?.[eventFields.indexOf(name)]?.trim() ?? ''
    const [startUs, endUs] = [parseClock(at('start')), parseClock(at('end'))]
    if (startUs === null || endUs === null || endUs < startUs) {
      findings.push({ at: i + 1, message: `not an event: ${line.trim().slice(0, 60)}` })
      continue
    }
    const { dropped, ...text } = parseAssText(at('text'), head, at('style') || 'Default')
    for (const name of dropped) findings.push({ at: i + 1, message: `\\${name} is dropped` })
    cues.push({ startUs, endUs, ...text })
  }
  if (cues.length === 0 && findings.length === 0 && document.trim() !== '')
    findings.push({ at: 0, message: 'no line of dialogue' })
  return { cues, findings }
}

/** @param size - of the picture, pixels, to which sizes and margins relate */
export function formatAss(cues: readonly Cue[], size: { readonly width: number; readonly height: number }): string {
  const events = cues.map(cue => {
    const times = `${formatClock(cue.startUs, 2, '.', 1)},${formatClock(cue.endUs, 2, '.', 1)}`
    return `Dialogue: 0,${times},Default,,0,0,0,,${formatAssText(cue)}\n`
  })
  return formatAssHead(size.width, size.height) + events.join('')
}
