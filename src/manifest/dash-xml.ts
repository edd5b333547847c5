// Small questions to the elements of an MPD.
import { damaged } from './bytes.ts'
import type { XmlElement } from './xml.ts'

export const all = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter(child => child.name === name)

export const first = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find(child => child.name === name)

/** @throws {HE_INPUT_DAMAGED} */
export function need(element: XmlElement, name: string): string {
  const value = element.attributes.get(name)
  if (value === undefined) throw damaged(`${element.name} without ${name}`)
  return value
}

/** @throws {HE_INPUT_DAMAGED} */
export function integer(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) throw damaged(`${what} is not a whole number`, { text: text.slice(0, 100) })
  return Number(text)
}
