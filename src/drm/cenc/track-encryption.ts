// tenc and seig: which key, which IV and which pattern the samples of a track, or of a group of them, are encrypted with.
import { Cursor } from '../../manifest/index.ts'
import { formatKeyId, type KeyId, keyIdBytes } from '../key-id.ts'

/** ISO/IEC 23001-7 4.2: AES-CTR, or AES-CBC with a pattern. */
export type CencScheme = 'cenc' | 'cbcs'

export type SampleEncryption = {
  readonly isProtected: boolean
  readonly keyId: KeyId
  /** Bytes of the IV of each sample; 0 where it is constant. */
  readonly ivSize: number
  readonly constantIv: Uint8Array | null
  /** Of every `crypt + skip` blocks the first `crypt` are encrypted; 0 and 0 mean all. */
  readonly cryptBlocks: number
  readonly skipBlocks: number
}

/** ISO/IEC 23001-7 8.2: the body of tenc behind version and flags; the body of seig (6.) is the same from its first byte. */
export function readSampleEncryption(cursor: Cursor): SampleEncryption {
  cursor.skip(1)
  const pattern = cursor.u8()
  const isProtected = cursor.u8() === 1
  const ivSize = cursor.u8()
  const keyId = formatKeyId(cursor.take(16))
  const constantIv = isProtected && ivSize === 0 ? Uint8Array.from(cursor.take(cursor.u8())) : null
  return { isProtected, keyId, ivSize, constantIv, cryptBlocks: pattern >> 4, skipBlocks: pattern & 15 }
}

export function formatSampleEncryption(encryption: SampleEncryption): Uint8Array {
  const { isProtected, keyId, ivSize, constantIv, cryptBlocks, skipBlocks } = encryption
  const constant = isProtected && ivSize === 0 && constantIv ? [constantIv.length, ...constantIv] : []
  const head = [0, (cryptBlocks << 4) | skipBlocks, isProtected ? 1 : 0, ivSize]
  return Uint8Array.from([...head, ...keyIdBytes(keyId), ...constant])
}

/** Version 1 is needed for a pattern alone. */
export function readTenc(body: Uint8Array): SampleEncryption {
  const cursor = new Cursor(body, 'tenc')
  const { version } = cursor.fullBox()
  const encryption = readSampleEncryption(cursor)
  return version === 0 ? { ...encryption, cryptBlocks: 0, skipBlocks: 0 } : encryption
}
