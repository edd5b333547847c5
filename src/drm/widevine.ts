// The data of a Widevine pssh box: the message WidevinePsshData, whose field numbers Google publishes with its packager.
import { HeadendError } from '../core/index.ts'
import { formatKeyId, type KeyId, keyIdBytes } from './key-id.ts'
import { type ProtoField, readProto, writeProto } from './protobuf.ts'

/** All fields of the published message; absent ones are undefined. Byte fields without a known text are hex. */
export type WidevineHeader = {
  readonly algorithm?: 'unencrypted' | 'aesctr'
  readonly keyIds: readonly KeyId[]
  readonly provider?: string
  /** Hex. */
  readonly contentId?: string
  readonly trackType?: string
  readonly policy?: string
  readonly cryptoPeriodIndex?: number
  /** Hex. */
  readonly groupedLicense?: string
  /** FourCC: cenc, cbcs, cens or cbc1. */
  readonly protectionScheme?: string
  readonly cryptoPeriodSeconds?: number
  readonly type?: 'single' | 'entitlement' | 'entitled-key'
  readonly keySequence?: number
  /** Hex. */
  readonly groupIds?: readonly string[]
  /** How many keys are wrapped inside; what they are is for the licence server. */
  readonly entitledKeys?: number
  readonly videoFeature?: string
  /** Numbers of fields that this reader does not know. */
  readonly otherFields?: readonly number[]
}

/** What a packager states. */
export type WidevineOptions = {
  readonly keyIds: readonly KeyId[]
  readonly scheme: 'cenc' | 'cbcs'
  readonly provider?: string
  readonly contentId?: Uint8Array
  readonly policy?: string
  readonly cryptoPeriodIndex?: number
  readonly cryptoPeriodSeconds?: number
}

const text = (value: string): Uint8Array => Buffer.from(value, 'utf8')
const fourcc = (value: string): number => Buffer.from(value, 'latin1').readUInt32BE()

/** Fields in the order of their numbers, as protobuf writers do. */
export function formatWidevine(options: WidevineOptions): Uint8Array {
  const fields: ProtoField[] = options.keyIds.map(keyId => ({ number: 2, bytes: keyIdBytes(keyId) }))
  const { provider, contentId, policy, cryptoPeriodIndex, cryptoPeriodSeconds } = options
  if (provider !== undefined) fields.push({ number: 3, bytes: text(provider) })
  if (contentId !== undefined) fields.push({ number: 4, bytes: contentId })
  if (policy !== undefined) fields.push({ number: 6, bytes: text(policy) })
  if (cryptoPeriodIndex !== undefined) fields.push({ number: 7, value: cryptoPeriodIndex })
  fields.push({ number: 9, value: fourcc(options.scheme) })
  if (cryptoPeriodSeconds !== undefined) fields.push({ number: 10, value: cryptoPeriodSeconds })
  return writeProto(fields)
}

/** @throws {HE_PSSH_INVALID} */
export function parseWidevine(data: Uint8Array): WidevineHeader {
  const fields = readProto(data)
  const all = (number: number): Uint8Array[] =>
    fields.flatMap(field => (field.number === number && 'bytes' in field ? [field.bytes] : []))
  const number = (of: number): number | undefined => {
    const field = fields.findLast(each => each.number === of && 'value' in each)
    return field && 'value' in field ? field.value : undefined
  }
  const string = (of: number): string | undefined => {
    const bytes = all(of).at(-1)
    return bytes && Buffer.from(bytes).toString('utf8')
  }
  const hex = (of: number): string | undefined => {
    const bytes = all(of).at(-1)
    return bytes && Buffer.from(bytes).toString('hex')
  }
  const groups = all(13).map(bytes => Buffer.from(bytes).toString('hex'))
  const entitled = all(14).length
  const scheme = number(9)
  const others = [...new Set(fields.map(field => field.number))].filter(of => of > 15)
  return dropUndefined({
    algorithm: (['unencrypted', 'aesctr'] as const)[number(1) ?? -1],
    keyIds: all(2).map(readKeyId),
    provider: string(3),
    contentId: hex(4),
    trackType: string(5),
    policy: string(6),
    cryptoPeriodIndex: number(7),
    groupedLicense: hex(8),
    protectionScheme: scheme === undefined ? undefined : readFourcc(scheme),
    cryptoPeriodSeconds: number(10),
    type: (['single', 'entitlement', 'entitled-key'] as const)[number(11) ?? -1],
    keySequence: number(12),
    groupIds: groups.length > 0 ? groups : undefined,
    entitledKeys: entitled > 0 ? entitled : undefined,
    videoFeature: string(15),
    otherFields: others.length > 0 ? others : undefined,
  })
}

function readKeyId(bytes: Uint8Array): KeyId {
  // Some writers put the 36 characters of a UUID here; a licence server would not find that key.
  if (bytes.length !== 16)
    throw new HeadendError('HE_PSSH_INVALID', `a Widevine key id has 16 bytes, this one ${bytes.length}`)
  return formatKeyId(bytes)
}

function readFourcc(value: number): string {
  const letters = Buffer.alloc(4)
  letters.writeUInt32BE(value >>> 0)
  return letters.toString('latin1').replace(/[^ -~]/g, '?')
}

type Given<T> = { [K in keyof T]: T[K] | undefined }
const dropUndefined = <T extends object>(value: Given<T>): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T
