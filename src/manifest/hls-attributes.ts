// RFC 8216 4.2: attribute lists, and the lines of a playlist.
import { damaged } from './bytes.ts'

export type Attributes = ReadonlyMap<string, string>

/** Values without their quotation marks. @throws {HE_INPUT_DAMAGED} */
export function parseAttributes(text: string): Attributes {
  const attributes = new Map<string, string>()
  const pair = /\s*([A-Z0-9-]+)=(?:"([^"\r\n]*)"|([^",\s][^",]*|))(,|$)/y
  while (pair.lastIndex < text.length) {
    const match = pair.exec(text)
    if (!match) throw damaged('not an HLS attribute list', { text: text.slice(0, 200) })
    attributes.set(match[1]!, match[2] ?? match[3]!)
  }
  return attributes
}

/** What to write of one attribute; undefined leaves it out. Quoted ones are marked by `quoted`. */
export type AttributeValue = string | number | undefined | { readonly quoted: string | undefined }

/** RFC 8216 4.2: a quoted string cannot hold line feeds, returns or quotation marks; they become spaces and apostrophes. */
export function formatAttributes(values: Readonly<Record<string, AttributeValue>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => {
      if (value === undefined) return []
      if (typeof value !== 'object') return [`${name}=${value}`]
      return value.quoted === undefined
        ? []
        : [`${name}="${value.quoted.replace(/[\r\n]+/g, ' ').replaceAll('"', "'")}"`]
    })
    .join(',')
}

export type PlaylistLine = { readonly tag: string; readonly value: string } | { readonly uri: string }

/** Tags and URIs in order, without comments and empty lines. @throws {HE_INPUT_DAMAGED} when it is no playlist. */
export function readLines(text: string): PlaylistLine[] {
  const lines = text.split(/\r?\n/)
  if (lines[0] !== '#EXTM3U') throw damaged('not an HLS playlist: it does not begin with #EXTM3U')
  return lines.slice(1).flatMap((line): PlaylistLine[] => {
    if (line === '' || (line.startsWith('#') && !line.startsWith('#EXT'))) return []
    if (!line.startsWith('#')) return [{ uri: line }]
    const colon = line.indexOf(':')
    return [colon < 0 ? { tag: line, value: '' } : { tag: line.slice(0, colon), value: line.slice(colon + 1) }]
  })
}

/** A decimal integer of a tag or attribute. @throws {HE_INPUT_DAMAGED} */
export function readInteger(text: string | undefined, what: string): number {
  if (text === undefined || !/^\d{1,15}$/.test(text.trim())) throw damaged(`${what} is not a whole number`, { text })
  return Number(text)
}
