// Elements of a CPIX document with their namespaces resolved, and the questions that a reader asks of them.
import { HeadendError } from '../../core/index.ts'
import { parseXml, type XmlElement } from '../../manifest/index.ts'
import { spaces } from './names.data.ts'

export type CpixNode = {
  /** `cpix:ContentKey`, whatever the prefix in the document is. */
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly CpixNode[]
  readonly text: string
}

const MAX_CHARACTERS = 4 * 1024 * 1024
const prefixes = new Map<string, string>(Object.entries(spaces).map(([prefix, space]) => [space, prefix]))

/** The message names the element; never what is in it. */
export const wrong = (element: string, why: string, cause?: unknown): HeadendError =>
  new HeadendError('HE_CPIX_INVALID', `${element}: ${why}`, cause === undefined ? {} : { cause })

/** @throws {HE_CPIX_INVALID} */
export function readCpixTree(text: string): CpixNode {
  if (text.length > MAX_CHARACTERS) throw wrong('CPIX', `the document is larger than ${MAX_CHARACTERS} characters`)
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw wrong('CPIX', 'the document has a DTD, which is refused')
  let root: XmlElement
  try {
    root = parseXml(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (!(error instanceof HeadendError)) throw error
    // Its cause and details may quote the document, which may hold keys.
    throw wrong('CPIX', 'the document is not well-formed XML')
  }
  return resolve(root, new Map())
}

function resolve(element: XmlElement, outer: ReadonlyMap<string, string>): CpixNode {
  const scope = new Map(outer)
  const attributes = new Map<string, string>()
  for (const [name, value] of element.attributes)
    if (name === 'xmlns') scope.set('', value)
    else if (name.startsWith('xmlns:')) scope.set(name.slice(6), value)
    else attributes.set(name, value)
  const [local, prefix = ''] = element.name.split(':').reverse()
  const known = prefixes.get(scope.get(prefix) ?? '')
  return {
    name: `${known ?? 'other'}:${local}`,
    attributes,
    children: element.children.map(child => resolve(child, scope)),
    text: element.text,
  }
}

export const childrenOf = (node: CpixNode, name: string): CpixNode[] =>
  node.children.filter(child => child.name === name)

/** @throws {HE_CPIX_INVALID} when there are several. */
export function childOf(node: CpixNode, name: string): CpixNode | null {
  const found = childrenOf(node, name)
  if (found.length > 1) throw wrong(node.name, `has ${found.length} ${name}, not one`)
  return found[0] ?? null
}

/** @throws {HE_CPIX_INVALID} */
export function needChild(node: CpixNode, name: string): CpixNode {
  const child = childOf(node, name)
  if (!child) throw wrong(node.name, `has no ${name}`)
  return child
}

/** @throws {HE_CPIX_INVALID} */
export function needAttribute(node: CpixNode, name: string): string {
  const value = node.attributes.get(name)
  if (!value) throw wrong(node.name, `has no attribute ${name}`)
  return value
}

/** @throws {HE_CPIX_INVALID} */
export function readBase64(text: string, element: string): Buffer {
  const packed = text.replace(/\s+/g, '')
  if (packed === '' || packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed))
    throw wrong(element, 'is not base64')
  return Buffer.from(packed, 'base64')
}

/** A whole number, or null. @throws {HE_CPIX_INVALID} */
export function numberOf(node: CpixNode, name: string): number | null {
  const text = node.attributes.get(name)
  if (text === undefined) return null
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw wrong(node.name, `${name} is not a whole number`)
  return value
}

/** An xs:boolean, or null. @throws {HE_CPIX_INVALID} */
export function booleanOf(node: CpixNode, name: string): boolean | null {
  const text = node.attributes.get(name)
  if (text === undefined) return null
  if (!/^(true|false|0|1)$/.test(text)) throw wrong(node.name, `${name} is not true or false`)
  return text === 'true' || text === '1'
}
