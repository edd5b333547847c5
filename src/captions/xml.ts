// As much XML as a subtitle document needs: elements, attributes, text. It reads what it can and never throws.
import { decodeReferences } from './markup.ts'

export type XmlElement = {
  /** Without its namespace prefix. */
  readonly name: string
  /** By name without prefix; where two differ in their prefix alone, the last. */
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (XmlElement | string)[]
}

type Open = { name: string; attributes: Record<string, string>; children: (XmlElement | string)[] }

const TOKEN =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<![^>]*>|<(\/?)([^\s<>/]+)((?:[^<>"']|"[^"]*"|'[^']*')*)>/g
const ATTRIBUTE = /([^\s=/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** Deeper than any subtitle document; what is deeper counts as beside. */
const MAX_DEPTH = 100

const bare = (name: string): string => name.slice(name.indexOf(':') + 1)

/** An element without name that holds the document; elements that are not closed end with what holds them. */
export function parseXml(text: string): XmlElement {
  const root: Open = { name: '', attributes: {}, children: [] }
  const stack: Open[] = [root]
  let at = 0
  const put = (child: XmlElement | string): void => {
    if (child !== '') stack.at(-1)!.children.push(child)
  }
  for (const token of text.matchAll(TOKEN)) {
    put(decodeReferences(text.slice(at, token.index)))
    at = token.index + token[0].length
    const [, cdata, closing, name, rest = ''] = token
    if (cdata !== undefined) put(cdata)
    if (name === undefined) continue
    if (closing) {
      const open = stack.findLastIndex(each => each.name === bare(name))
      if (open > 0) stack.length = open
      continue
    }
    const element: Open = { name: bare(name), attributes: {}, children: [] }
    for (const [, key, double, single] of rest.matchAll(ATTRIBUTE))
      element.attributes[bare(key!)] = decodeReferences(double ?? single ?? '')
    put(element)
    if (!rest.endsWith('/') && stack.length < MAX_DEPTH) stack.push(element)
  }
  put(decodeReferences(text.slice(at)))
  return root
}

/** Every element of that name, in the order of the document. */
export function* elementsNamed(root: XmlElement, name: string): Generator<XmlElement> {
  for (const child of root.children) {
    if (typeof child === 'string') continue
    if (child.name === name) yield child
    yield* elementsNamed(child, name)
  }
}

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
