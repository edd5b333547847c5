// TTML: reads text, bold, italic, underline, line breaks, and the corner of a region; writes IMSC 1.1 text (W3C).

import { formatClock } from './clock.ts'
import {
  type Anchor,
  anchorAt,
  anchorColumn,
  anchorRow,
  type CaptionDocument,
  type CaptionFinding,
  type Cue,
  type CueText,
  plainStyle,
  type Span,
  type Style,
  tidyLines,
} from './cue.ts'
import { parseTtmlRates, parseTtmlTime, type TtmlRates } from './ttml-time.ts'
import { elementsNamed, escapeXml, parseXml, type XmlElement } from './xml.ts'

type Inherited = Style & { readonly align: string; readonly region: string }

type Reading = {
  readonly rates: TtmlRates
  readonly styles: ReadonlyMap<string, XmlElement>
  readonly regions: ReadonlyMap<string, XmlElement>
  readonly keepsSpace: boolean
  readonly cues: Cue[]
  readonly findings: CaptionFinding[]
}

/** Reads what it can; what it cannot becomes findings. Times are those of the document. */
export function parseTtml(document: string): CaptionDocument {
  const xml = parseXml(document.replace(/^\ufeff/, ''))
  const [root] = elementsNamed(xml, 'tt')
  if (!root) return { cues: [], findings: [{ at: 0, message: 'there is no <tt> in it' }] }
  const byId = (name: string): Map<string, XmlElement> =>
    new Map([...elementsNamed(root, name)].map(each => [each.attributes.id ?? '', each]))
  const reading: Reading = {
    rates: parseTtmlRates(root),
    styles: byId('style'),
    regions: byId('region'),
    keepsSpace: root.attributes.space === 'preserve',
    cues: [],
    findings: [],
  }
  for (const body of elementsNamed(root, 'body'))
    readTimed(body, { ...plainStyle, align: '', region: '' }, 0n, null, reading)
  reading.cues.sort((a, b) => (a.startUs < b.startUs ? -1 : a.startUs > b.startUs ? 1 : 0))
  return { cues: reading.cues, findings: reading.findings }
}

/** TTML2 12.2: `begin` and `end` count from the begin of the parent, which also ends its children. */
function readTimed(
  element: XmlElement,
  above: Inherited,
  parentBegin: bigint,
  parentEnd: bigint | null,
  reading: Reading,
): void {
  const here = inherit(element, above, reading)
  const { begin, end, dur } = element.attributes
  const time = (text: string | undefined): bigint | null => {
    const us = parseTtmlTime(text, reading.rates)
    if (us === null && text !== undefined)
      reading.findings.push({ at: reading.cues.length + 1, message: `not a time: ${text.slice(0, 40)}` })
    return us
  }
  const startUs = parentBegin + (time(begin) ?? 0n)
  const [until, length] = [time(end), time(dur)]
  const ends = [until === null ? null : parentBegin + until, length === null ? null : startUs + length, parentEnd]
  const endUs = ends.reduce((least, each) => (each !== null && (least === null || each < least) ? each : least), null)
  if (element.name !== 'p') {
    for (const child of element.children) if (typeof child !== 'string') readTimed(child, here, startUs, endUs, reading)
    return
  }
  const lines = tidyLines(readSpans(element, here, reading))
  if (lines.length === 0) return
  if (endUs === null || endUs < startUs)
    reading.findings.push({ at: reading.cues.length + 1, message: 'a paragraph without an end' })
  else reading.cues.push({ startUs, endUs, lines, anchor: anchorOf(here, reading) })
}

function readSpans(element: XmlElement, style: Inherited, reading: Reading): Span[] {
  return element.children.flatMap((child): Span[] => {
    if (typeof child === 'string') {
      const text = reading.keepsSpace ? child : child.replace(/[ \t\r\n]+/g, ' ')
      return [{ text, bold: style.bold, italic: style.italic, underline: style.underline }]
    }
    if (child.name === 'br') return [{ text: '\n', ...plainStyle }]
    return child.name === 'span' ? readSpans(child, inherit(child, style, reading), reading) : []
  })
}

/** TTML2 10.4: referenced styles first, then what stands at the element. */
function inherit({ attributes }: XmlElement, above: Inherited, { styles }: Reading): Inherited {
  let here = above
  for (const name of (attributes.style ?? '').split(/\s+/)) {
    const style = styles.get(name)
    if (style) here = restyle(here, style.attributes)
  }
  here = restyle(here, attributes)
  return attributes.region === undefined ? here : { ...here, region: attributes.region }
}

function restyle(style: Inherited, attributes: XmlElement['attributes']): Inherited {
  const { fontWeight, fontStyle, textDecoration, textAlign } = attributes
  const decoration = textDecoration?.includes('noUnderline') ? false : textDecoration?.includes('underline')
  return {
    bold: fontWeight === undefined ? style.bold : fontWeight === 'bold',
    italic: fontStyle === undefined ? style.italic : fontStyle === 'italic' || fontStyle === 'oblique',
    underline: decoration ?? (textDecoration === 'none' ? false : style.underline),
    align: textAlign ?? style.align,
    region: style.region,
  }
}

/** By displayAlign of the region, and by where the region lies when that leaves it open. */
function anchorOf({ region, align }: Inherited, { regions }: Reading): Anchor {
  const element = regions.get(region)
  const nested = element ? [...elementsNamed(element, 'style')].map(({ attributes }) => attributes) : []
  const attributes: Record<string, string> = Object.assign({}, ...nested, element?.attributes)
  const [, top] = /^[\d.]+%\s+([\d.]+)%$/.exec(attributes.origin?.trim() ?? '') ?? []
  const [, height] = /^[\d.]+%\s+([\d.]+)%$/.exec(attributes.extent?.trim() ?? '') ?? []
  const rows = { before: 0, center: 0.5, after: 1 } as const
  const within = rows[(attributes.displayAlign ?? 'before') as keyof typeof rows] ?? 0
  const place = Number(top ?? 0) / 100 + (Number(height ?? 100) / 100) * within
  const row = element ? (place < 1 / 3 ? 2 : place < 2 / 3 ? 1 : 0) : 0
  const sideways = align || attributes.textAlign || 'center'
  return anchorAt(
    row,
    sideways === 'start' || sideways === 'left' ? 0 : sideways === 'end' || sideways === 'right' ? 2 : 1,
  )
}

const ALIGN = ['left', 'center', 'right'] as const
const DISPLAY = ['after', 'center', 'before'] as const

/** An IMSC 1.1 text document. @param language - BCP 47, empty when it is not known */
export function formatTtml(cues: readonly Cue[], language = ''): string {
  const anchors = [...new Set(cues.map(({ anchor }) => anchor))].toSorted()
  const regions = anchors.map(
    anchor =>
      `      <region xml:id="r${anchor}" tts:origin="10% 10%" tts:extent="80% 80%" ` +
      `tts:displayAlign="${DISPLAY[anchorRow(anchor)]}" tts:textAlign="${ALIGN[anchorColumn(anchor)]}"/>`,
  )
  const paragraphs = cues.map(
    cue =>
      `      <p begin="${formatClock(cue.startUs, 3, '.', 2)}" end="${formatClock(cue.endUs, 3, '.', 2)}" ` +
      `region="r${cue.anchor}">${formatTtmlText(cue)}</p>`,
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ` +
      `xmlns:tts="http://www.w3.org/ns/ttml#styling" ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text" ` +
      `xml:lang="${escapeXml(language)}" xml:space="preserve">`,
    '  <head>',
    '    <layout>',
    ...regions,
    '    </layout>',
    '  </head>',
    '  <body>',
    '    <div>',
    ...paragraphs,
    '    </div>',
    '  </body>',
    '</tt>',
    '',
  ].join('\n')
}

const formatTtmlText = ({ lines }: CueText): string =>
  lines
    .map(line =>
      line
        .map(({ text, bold, italic, underline }) => {
          const styles = [
            bold ? ' tts:fontWeight="bold"' : '',
            italic ? ' tts:fontStyle="italic"' : '',
            underline ? ' tts:textDecoration="underline"' : '',
          ].join('')
          return styles === '' ? escapeXml(text) : `<span${styles}>${escapeXml(text)}</span>`
        })
        .join(''),
    )
    .join('<br/>')
