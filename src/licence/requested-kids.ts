// Which keys a player's licence request asks for, where the request can be read: Widevine and PlayReady say it in the clear.
import { HeadendError } from '../core/index.ts'
import { bytesFields } from './protobuf.ts'

/**
 * What a request says of itself. `opaque`: nothing can be read of it, so the vendor alone can hold it to the token's keys;
 * `claim`: the player names a key beside what cannot be read.
 */
export type Requested =
  | { readonly kind: 'kids' | 'claim'; readonly kids: readonly string[] }
  | { readonly kind: 'certificate' }
  | { readonly kind: 'opaque' }

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const PSSH = 0x70737368
const WIDEVINE = 'edef8ba979d64acea3c827dcd51d21ed'

/**
 * Widevine: SignedMessage{2: LicenseRequest{2: ContentIdentification{1: {1: WidevinePsshData}, 4: {2: pssh boxes}}}}, key ids
 * in field 2 of WidevinePsshData. The request for a service certificate is the two bytes 08 04.
 * @throws {HE_LICENCE_REQUEST}
 */
export function widevineKids(body: Uint8Array): Requested {
  if (body.length === 2 && body[0] === 0x08 && body[1] === 0x04) return { kind: 'certificate' }
  try {
    const request = bytesFields(body, 2)[0]
    if (!request) throw new RangeError('no message')
    const content = bytesFields(request, 2)[0]
    if (!content) throw new RangeError('no content')
    const inPssh = bytesFields(content, 1).flatMap(each => bytesFields(each, 1))
    const inBoxes = bytesFields(content, 4).flatMap(each => bytesFields(each, 2).flatMap(dataOfBoxes))
    const kids = [...inPssh, ...inBoxes].flatMap(data => bytesFields(data, 2).map(hex))
    if (kids.some(kid => kid.length !== 32)) throw new RangeError('a key id that has not 16 bytes')
    // A renewal names the licence that it renews, not its keys.
    return kids.length > 0 ? { kind: 'kids', kids: [...new Set(kids)] } : { kind: 'opaque' }
  } catch (cause) {
    if (cause instanceof RangeError) throw malformed('Widevine', cause)
    throw cause
  }
}

/** Widevine's data in pssh boxes that stand one after the other; ISO/IEC 23001-7 §8.1. */
function dataOfBoxes(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 32) throw new RangeError('a box that ends early')
    const size = view.getUint32(at)
    if (size < 32 || size > bytes.length - at || view.getUint32(at + 4) !== PSSH) throw new RangeError('not a pssh box')
    let data = at + 28
    if (view.getUint8(at + 8) > 0) data += 4 + 16 * view.getUint32(data)
    if (data + 4 > at + size || data + 4 + view.getUint32(data) > at + size)
      throw new RangeError('a box with wrong sizes')
    if (hex(bytes.subarray(at + 12, at + 28)) === WIDEVINE)
      found.push(bytes.subarray(data + 4, data + 4 + view.getUint32(data)))
    at += size
  }
  return found
}

/**
 * PlayReady: a SOAP message with the WRMHEADER of the content in it; `<KID>` of 4.0 holds its value, those of 4.1 to 4.3 have
 * it as attribute. Base64 of a GUID whose first three parts are little-endian. @throws {HE_LICENCE_REQUEST}
 */
export function playReadyKids(body: Uint8Array): Requested {
  const text = Buffer.from(body).toString('utf8')
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw malformed('PlayReady', new RangeError('a document type'))
  const header = /<WRMHEADER[\s>][\s\S]*?<\/WRMHEADER>/.exec(text)?.[0]
  if (header === undefined) {
    if (!/<(?:\w+:)?Envelope[\s>]/.test(text)) throw malformed('PlayReady', new RangeError('no SOAP envelope'))
    return { kind: 'opaque' }
  }
  const values = [...header.matchAll(/<KID(?:\s[^>]*?VALUE="([^"]*)"[^>]*)?\/?>(?:([A-Za-z0-9+/=\s]*)<\/KID>)?/g)]
  const kids = values.map(match => guidToKid(Buffer.from((match[1] ?? match[2] ?? '').trim(), 'base64')))
  if (kids.length === 0) throw malformed('PlayReady', new RangeError('no key id'))
  return { kind: 'kids', kids: [...new Set(kids)] }
}

function guidToKid(guid: Buffer): string {
  if (guid.length !== 16) throw malformed('PlayReady', new RangeError('a key id that has not 16 bytes'))
  return hex(Uint8Array.of(...[3, 2, 1, 0, 5, 4, 7, 6].map(at => guid[at]!), ...guid.subarray(8)))
}

const malformed = (system: string, cause: RangeError): HeadendError =>
  new HeadendError('HE_LICENCE_REQUEST', `this is no ${system} licence request: ${cause.message}`)
