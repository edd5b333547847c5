// Key ids (KIDs): 16 bytes, written as a lower-case UUID everywhere in Headend.
import { HeadendError } from '../core/index.ts'

/** `00112233-4455-6677-8899-aabbccddeeff`. */
export type KeyId = string

/** Reads a KID as UUID or 32 hex digits, with or without `0x`. @throws {HE_USAGE} */
export function parseKeyId(text: string): KeyId {
  const hex = text.trim().replace(/^0x/i, '').replaceAll('-', '').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(hex))
    throw new HeadendError('HE_USAGE', 'a key id is a UUID or 32 hex digits', { details: { length: text.length } })
  return uuid(hex)
}

/** The UUID of 16 bytes in network order. */
export const formatKeyId = (bytes: Uint8Array): KeyId => uuid(Buffer.from(bytes).toString('hex'))

export const keyIdBytes = (keyId: KeyId): Uint8Array => Buffer.from(keyId.replaceAll('-', ''), 'hex')

const uuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** Between a UUID's network order and the GUID of Microsoft, whose first three fields are little-endian; its own inverse. */
export function swapGuid(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15], from => bytes[from]!)
}
