// Protection system specific header boxes (ISO/IEC 23001-7 8.1): built for the systems that Headend signals, read for any.
import { HeadendError } from '../core/index.ts'
import { Cursor, readBoxes } from '../manifest/index.ts'
import { formatKeyId, type KeyId, keyIdBytes } from './key-id.ts'
import { formatPlayReady, type PlayReadyHeader, type PlayReadyOptions, parsePlayReady } from './playready.ts'
import { systemIds, systemTitles } from './systems.data.ts'
import { formatWidevine, parseWidevine, type WidevineHeader, type WidevineOptions } from './widevine.ts'

export type Pssh = {
  readonly version: number
  /** UUID in lower case. */
  readonly systemId: string
  /** Of version 1; empty in version 0. */
  readonly keyIds: readonly KeyId[]
  readonly data: Uint8Array
}

/** One whole box. Version 1 when it lists key ids. */
export function formatPssh({ systemId, keyIds, data }: Omit<Pssh, 'version'>): Uint8Array {
  const version = keyIds.length > 0 ? 1 : 0
  const head = Buffer.alloc(28)
  head.write('pssh', 4, 'latin1')
  head.writeUInt8(version, 8)
  head.set(keyIdBytes(systemId), 12)
  const count = Buffer.alloc(version === 1 ? 4 : 0)
  if (version === 1) count.writeUInt32BE(keyIds.length)
  const size = Buffer.alloc(4)
  size.writeUInt32BE(data.length)
  const box = Buffer.concat([head, count, ...keyIds.map(keyIdBytes), size, data])
  box.writeUInt32BE(box.length)
  return box
}

/** The W3C common system: the list of key ids and nothing else. */
export const commonPssh = (keyIds: readonly KeyId[]): Uint8Array =>
  formatPssh({ systemId: systemIds.common, keyIds, data: new Uint8Array(0) })

/** Version 0, the key ids inside of the message, as Widevine's own packager writes it. */
export const widevinePssh = (options: WidevineOptions): Uint8Array =>
  formatPssh({ systemId: systemIds.widevine, keyIds: [], data: formatWidevine(options) })

/** Version 0, the key ids inside of the WRMHEADER. */
export const playReadyPssh = (options: PlayReadyOptions): Uint8Array =>
  formatPssh({ systemId: systemIds.playready, keyIds: [], data: formatPlayReady(options) })

const invalid = (message: string, cause?: unknown): HeadendError =>
  new HeadendError('HE_PSSH_INVALID', message, { cause })

/** One pssh box, whole and alone. @throws {HE_PSSH_INVALID} */
export function parsePssh(bytes: Uint8Array): Pssh {
  const boxes = parsePsshBoxes(bytes)
  if (boxes.length !== 1) throw invalid(`one pssh box was expected, there are ${boxes.length}`)
  return boxes[0]!
}

/** Pssh boxes side by side. @throws {HE_PSSH_INVALID} */
export function parsePsshBoxes(bytes: Uint8Array): Pssh[] {
  try {
    return readBoxes(bytes).map(({ type, body }) => {
      if (type !== 'pssh') throw invalid('not a pssh box')
      return readPsshBody(body)
    })
  } catch (error) {
    if (error instanceof HeadendError && error.code === 'HE_INPUT_DAMAGED')
      throw invalid(`a pssh box is damaged: ${error.message}`, error)
    throw error
  }
}

/** What follows the box header. @throws {HE_PSSH_INVALID} {HE_INPUT_DAMAGED} */
export function readPsshBody(body: Uint8Array): Pssh {
  const cursor = new Cursor(body, 'pssh')
  const { version } = cursor.fullBox()
  if (version > 1) throw invalid(`pssh version ${version} is not known`)
  const systemId = formatKeyId(cursor.take(16))
  const count = version === 1 ? cursor.u32() : 0
  if (count * 16 > cursor.remaining) throw invalid('a pssh box lists more key ids than it has room for')
  const keyIds = Array.from({ length: count }, () => formatKeyId(cursor.take(16)))
  const data = cursor.take(cursor.u32())
  if (cursor.remaining > 0) throw invalid('a pssh box has bytes behind its data')
  return { version, systemId, keyIds, data }
}

/** A pssh box in words: what its system says inside. */
export type PsshFacts = {
  readonly system: string | null
  readonly systemId: string
  readonly version: number
  /** From the box, or from inside of its data. */
  readonly keyIds: readonly KeyId[]
  readonly dataBytes: number
  readonly widevine?: WidevineHeader
  readonly playReady?: PlayReadyHeader
  /** Why the data of a known system could not be read. */
  readonly problem?: string
}

/** Never throws: data that cannot be read is a problem in the result. */
export function describePssh({ systemId, version, keyIds, data }: Pssh): PsshFacts {
  const facts = { system: systemTitles[systemId] ?? null, systemId, version, keyIds, dataBytes: data.length }
  try {
    if (systemId === systemIds.widevine) {
      const widevine = parseWidevine(data)
      return { ...facts, keyIds: keyIds.length > 0 ? keyIds : widevine.keyIds, widevine }
    }
    if (systemId === systemIds.playready) {
      const playReady = parsePlayReady(data)
      return { ...facts, keyIds: keyIds.length > 0 ? keyIds : playReady.keys.map(key => key.keyId), playReady }
    }
    return facts
  } catch (error) {
    if (!(error instanceof HeadendError)) throw error
    return { ...facts, problem: error.message }
  }
}
