// EXT-X-KEY and EXT-X-SESSION-KEY (RFC 8216 4.3.2.4, 4.3.4.5): which keys apply from which segment on.
import { damaged } from './bytes.ts'
import { type Attributes, formatAttributes } from './hls-attributes.ts'

/** One way to get the key of the segments it applies to. */
export type HlsKey = {
  /** AES-128, SAMPLE-AES, SAMPLE-AES-CTR; never NONE: no key says that. */
  readonly method: string
  readonly uri: string
  /** 128 bits as 0x… */
  readonly iv: string | null
  /** `identity` when absent. */
  readonly keyFormat: string | null
  readonly keyFormatVersions: string | null
  /** 0x…: as hls.js and Widevine players read it; not in the RFC. */
  readonly keyId: string | null
}

/** null for METHOD=NONE. @throws {HE_INPUT_DAMAGED} */
export function readKey(attributes: Attributes): HlsKey | null {
  const method = attributes.get('METHOD')
  if (method === undefined) throw damaged('a key without METHOD')
  if (method === 'NONE') return null
  const uri = attributes.get('URI')
  if (uri === undefined) throw damaged('a key without URI', { method })
  return {
    method,
    uri,
    iv: attributes.get('IV') ?? null,
    keyFormat: attributes.get('KEYFORMAT') ?? null,
    keyFormatVersions: attributes.get('KEYFORMATVERSIONS') ?? null,
    keyId: attributes.get('KEYID') ?? null,
  }
}

export const formatKey = (key: HlsKey): string =>
  formatAttributes({
    METHOD: key.method,
    URI: { quoted: key.uri },
    IV: key.iv ?? undefined,
    KEYID: key.keyId ?? undefined,
    KEYFORMAT: { quoted: key.keyFormat ?? undefined },
    KEYFORMATVERSIONS: { quoted: key.keyFormatVersions ?? undefined },
  })

const formatOf = (key: HlsKey): string => key.keyFormat ?? 'identity'

/** The keys in force after one more tag: it replaces that of the same KEYFORMAT; NONE ends all. */
export const applyKey = (inForce: readonly HlsKey[], key: HlsKey | null): readonly HlsKey[] =>
  key === null ? [] : [...inForce.filter(each => formatOf(each) !== formatOf(key)), key]

export const sameKeys = (a: readonly HlsKey[], b: readonly HlsKey[]): boolean =>
  a === b || (a.length === b.length && a.every((key, i) => formatKey(key) === formatKey(b[i]!)))

/** The lines that take a player from the keys `before` to the keys `after`. */
export function keyChange(before: readonly HlsKey[], after: readonly HlsKey[]): string[] {
  if (sameKeys(before, after)) return []
  const kept = new Set(after.map(formatOf))
  // A format that is not in the new list would stay in force; its order in the list matters to nobody but a reader.
  const mustClear = after.length === 0 || before.some(key => !kept.has(formatOf(key)))
  return [...(mustClear ? ['#EXT-X-KEY:METHOD=NONE'] : []), ...after.map(key => `#EXT-X-KEY:${formatKey(key)}`)]
}
