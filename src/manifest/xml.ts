// A small XML reader for manifests: elements, attributes, text. No DTD and no entities beyond the five of XML itself.
import { damaged } from './bytes.ts'

export type XmlElement = {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** The text directly inside, trimmed. */
  readonly text: string
}

type Open = { name: string; attributes: Map<string, string>; children: XmlElement[]; text: string }

/** Deeper than any manifest; keeps hostile input from growing a stack. */
const MAX_DEPTH = 64
const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The root element. @throws {HE_INPUT_DAMAGED} when it is not well-formed, or has a DTD. */
export function parseXml(text: string): XmlElement {
  const open: Open[] = [{ name: '', attributes: new Map(), children: [], text: '' }]
  const token =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<\/([^\s>]+)\s*>|<([A-Za-z_][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>|[^<]+/y
  let at = 0
  while (at < text.length) {
    token.lastIndex = at
    const match = token.exec(text)
    if (!match) throw damaged('not well-formed XML', { at })
    at = token.lastIndex
    const [whole, closing, opening, attributes, empty] = match
    const top = open.at(-1)!
    if (closing !== undefined) {
      if (open.length < 2 || top.name !== closing) throw damaged(`</${closing}> closes nothing`, { at })
      close(open)
    } else if (opening !== undefined) {
      if (open.length > MAX_DEPTH) throw damaged('XML is nested too deeply')
      open.push({ name: opening, attributes: readAttributes(attributes!), children: [], text: '' })
      if (empty) close(open)
    } else if (!whole.startsWith('<')) top.text += decode(whole)
  }
  const [root] = open[0]!.children
  if (open.length !== 1 || !root || open[0]!.children.length !== 1) throw damaged('XML without exactly one root')
  return root
}

function close(open: Open[]): void {
  const done = open.pop()!
  open.at(-1)!.children.push({ ...done, text: done.text.trim() })
}

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>()
  const pair = /\s+([^\s=]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
  const body = text.trimEnd()
  while (pair.lastIndex < body.length) {
    const match = pair.exec(body)
    if (!match) throw damaged('not an XML attribute', { text: body.slice(0, 200) })
    // XML 1.0 3.1: readers that take the first and readers that take the last would not see the same document.
    if (attributes.has(match[1]!)) throw damaged('an XML element has an attribute twice', { attribute: match[1] })
    attributes.set(match[1]!, decode(match[2] ?? match[3]!))
  }
  return attributes
}

function decode(text: string): string {
  return text.replace(/&([^;&]{0,12};?)/g, (_, reference: string) => {
    const [, hex, decimal, name] = /^(?:#x([0-9a-fA-F]+)|#(\d+)|([a-z]+));$/.exec(reference) ?? []
    const known = name === undefined ? undefined : named[name]
    if (known !== undefined) return known
    const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : Number.NaN
    if (!(code > 0 && code <= 0x10ffff)) throw damaged('unknown XML entity', { reference })
    return String.fromCodePoint(code)
  })
}

/** Text for an attribute or an element. */
export function escapeXml(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // XML 1.0 2.2: the other control characters cannot be written at all.
      .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
  )
}

/** Attributes as ` name="value"`; undefined and null leave one out. */
export function formatXmlAttributes(values: Readonly<Record<string, string | number | null | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined || value === null ? [] : [` ${name}="${escapeXml(`${value}`)}"`]))
    .join('')
}
