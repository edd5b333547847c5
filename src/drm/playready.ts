// PlayReady objects and their WRMHEADER, versions 4.0 to 4.3 ("PlayReady Header Specification", Microsoft).
import { createCipheriv } from 'node:crypto'
import { HeadendError, type Secret } from '../core/index.ts'
import { escapeXml, parseXml, type XmlElement } from '../manifest/index.ts'
import { formatKeyId, type KeyId, keyIdBytes, swapGuid } from './key-id.ts'

const NAMESPACE = 'http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader'

export type PlayReadyKey = {
  readonly keyId: KeyId
  /** For the checksum of AES-CTR; without it there is none. */
  readonly key?: Secret
}

export type PlayReadyOptions = {
  readonly scheme: 'cenc' | 'cbcs'
  readonly keys: readonly PlayReadyKey[]
  /** Where a player without instructions of its own asks for a licence. */
  readonly laUrl?: string
  /** Where a player sends people who have none. */
  readonly luiUrl?: string
}

export type PlayReadyHeader = {
  readonly version: string
  readonly keys: readonly {
    readonly keyId: KeyId
    readonly algorithm: string | null
    /** Base64, as written. */
    readonly checksum: string | null
  }[]
  readonly laUrl: string | null
  readonly luiUrl: string | null
  readonly customAttributes: boolean
  /** Types of the object's records; 1 is the header, 2 and 3 are licence stores. */
  readonly records: readonly number[]
}

/**
 * The data of a PlayReady pssh box, and of `mspr:pro`. AES-CTR with one key is a 4.0 header, which every client reads; with
 * several it is 4.2. AES-CBC exists from 4.3 on.
 */
export function formatPlayReady(options: PlayReadyOptions): Uint8Array {
  if (options.keys.length === 0) throw new HeadendError('HE_USAGE', 'a PlayReady header names at least one key')
  const header = Buffer.from(formatHeader(options), 'utf16le')
  const object = Buffer.alloc(10 + header.length)
  // Length, number of records; then per record its type and length. All little-endian.
  object.writeUInt32LE(object.length, 0)
  object.writeUInt16LE(1, 4)
  object.writeUInt16LE(1, 6)
  object.writeUInt16LE(header.length, 8)
  header.copy(object, 10)
  return object
}

function formatHeader({ scheme, keys, laUrl, luiUrl }: PlayReadyOptions): string {
  const [only, ...more] = keys
  const urls =
    (laUrl === undefined ? '' : `<LA_URL>${escapeXml(laUrl)}</LA_URL>`) +
    (luiUrl === undefined ? '' : `<LUI_URL>${escapeXml(luiUrl)}</LUI_URL>`)
  const wrap = (version: string, data: string): string =>
    `<WRMHEADER xmlns="${NAMESPACE}" version="${version}"><DATA>${data}${urls}</DATA></WRMHEADER>`
  if (scheme === 'cenc' && more.length === 0) {
    const checksum = only!.key ? `<CHECKSUM>${playReadyChecksum(only!.keyId, only!.key)}</CHECKSUM>` : ''
    return wrap(
      '4.0.0.0',
      `<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>${guid(only!.keyId)}</KID>${checksum}`,
    )
  }
  const kids = keys.map(({ keyId, key }) => {
    // The checksum is defined for AESCTR alone.
    const checksum = scheme === 'cenc' && key ? ` CHECKSUM="${playReadyChecksum(keyId, key)}"` : ''
    return `<KID ALGID="${scheme === 'cenc' ? 'AESCTR' : 'AESCBC'}"${checksum} VALUE="${guid(keyId)}"></KID>`
  })
  return wrap(scheme === 'cenc' ? '4.2.0.0' : '4.3.0.0', `<PROTECTINFO><KIDS>${kids.join('')}</KIDS></PROTECTINFO>`)
}

const guid = (keyId: KeyId): string => Buffer.from(swapGuid(keyIdBytes(keyId))).toString('base64')

/** The first 8 bytes of the KID, as GUID, encrypted by its own key in ECB mode; base64. */
export function playReadyChecksum(keyId: KeyId, key: Secret): string {
  return key.use(bytes => {
    const cipher = createCipheriv('aes-128-ecb', bytes, null)
    return cipher
      .update(swapGuid(keyIdBytes(keyId)))
      .subarray(0, 8)
      .toString('base64')
  })
}

const invalid = (message: string): HeadendError => new HeadendError('HE_PSSH_INVALID', message)

/** @throws {HE_PSSH_INVALID} */
export function parsePlayReady(data: Uint8Array): PlayReadyHeader {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== bytes.length)
    throw invalid('a PlayReady object does not have the length that it states')
  const records: number[] = []
  let header: string | undefined
  let at = 6
  for (let left = bytes.readUInt16LE(4); left > 0; left--) {
    if (at + 4 > bytes.length) throw invalid('a PlayReady record is cut off')
    const type = bytes.readUInt16LE(at)
    const end = at + 4 + bytes.readUInt16LE(at + 2)
    if (end > bytes.length) throw invalid('a PlayReady record is cut off')
    records.push(type)
    if (type === 1) header ??= bytes.toString('utf16le', at + 4, end).replace(/^\uFEFF/, '')
    at = end
  }
  if (header === undefined) throw invalid('a PlayReady object without a header')
  return { ...readHeader(parseHeader(header)), records }
}

function parseHeader(text: string): XmlElement {
  try {
    return parseXml(text.replace(/\0+$/, ''))
  } catch (error) {
    throw new HeadendError('HE_PSSH_INVALID', 'the WRMHEADER is not well-formed XML', { cause: error })
  }
}

function readHeader(root: XmlElement): Omit<PlayReadyHeader, 'records'> {
  const version = root.attributes.get('version')
  if (root.name !== 'WRMHEADER' || version === undefined || !/^4\.[0-3]\.\d+\.\d+$/.test(version))
    throw invalid('not a WRMHEADER of version 4')
  const data = child(root, 'DATA')
  if (!data) throw invalid('a WRMHEADER without DATA')
  const protect = child(data, 'PROTECTINFO')
  // 4.0: KID beside PROTECTINFO. 4.1: one KID inside of it. From 4.2: several in KIDS.
  const old = child(data, 'KID')
  const several = protect && child(protect, 'KIDS')
  const one = protect && child(protect, 'KID')
  const attributed = several ? several.children.filter(each => each.name === 'KID') : one ? [one] : []
  const keys = attributed.map(kid => ({
    keyId: readGuid(kid.attributes.get('VALUE') ?? ''),
    algorithm: kid.attributes.get('ALGID') ?? null,
    checksum: kid.attributes.get('CHECKSUM') ?? null,
  }))
  if (old)
    keys.push({
      keyId: readGuid(old.text),
      algorithm: (protect && child(protect, 'ALGID')?.text) ?? null,
      checksum: child(data, 'CHECKSUM')?.text ?? null,
    })
  return {
    version,
    keys,
    laUrl: child(data, 'LA_URL')?.text ?? null,
    luiUrl: child(data, 'LUI_URL')?.text ?? null,
    customAttributes: child(data, 'CUSTOMATTRIBUTES') !== undefined,
  }
}

const child = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find(each => each.name === name)

function readGuid(base64: string): KeyId {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== 16) throw invalid('a KID of a WRMHEADER does not have 16 bytes')
  return formatKeyId(swapGuid(bytes))
}
