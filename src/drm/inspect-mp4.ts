// The protection of an MP4 file, an init segment or a media segment.
import { type Box, Cursor, findBox, needBox, readBoxes } from '../manifest/index.ts'
import { isKeyGroup, readDescriptions } from './cenc/sample-groups.ts'
import type { SampleEncryption } from './cenc/track-encryption.ts'
import type { KeyId } from './key-id.ts'
import { readSampleEntries } from './protected-entry.ts'
import { describePssh, type PsshFacts, readPsshBody } from './pssh.ts'

export type EncryptionFacts = {
  readonly keyId: KeyId
  readonly isProtected: boolean
  readonly ivBytes: number
  /** Hex. An IV is no secret. */
  readonly constantIv: string | null
  /** `1:9`; null where every block is encrypted. */
  readonly pattern: string | null
}

export type EntryFacts = {
  readonly trackId: number
  /** `avc1`, `mp4a` …: what is protected. */
  readonly format: string
  /** cenc, cbcs …; null in the clear. */
  readonly scheme: string | null
  readonly encryption: EncryptionFacts | null
}

export type FragmentFacts = {
  readonly sequence: number
  /** Samples with auxiliary information in senc. */
  readonly encryptedSamples: number
  /** Keys of the sample groups: there is rotation. */
  readonly groups: readonly EncryptionFacts[]
  readonly pssh: readonly PsshFacts[]
}

export type Mp4Protection = {
  readonly entries: readonly EntryFacts[]
  readonly pssh: readonly PsshFacts[]
  readonly fragments: readonly FragmentFacts[]
}

/** Boxes beyond these are passed over: mdat may be missing. @throws {HE_INPUT_DAMAGED} {HE_PSSH_INVALID} */
export function inspectMp4(bytes: Uint8Array): Mp4Protection {
  const boxes = readBoxes(bytes)
  const moov = boxes.find(box => box.type === 'moov')
  return {
    entries: moov ? readEntries(moov.body) : [],
    // ISO/IEC 23001-7 8.1.1: in moov or moof. Some writers put it beside them.
    pssh: [...boxes.flatMap(readPssh), ...(moov ? readBoxes(moov.body).flatMap(readPssh) : [])],
    fragments: boxes.filter(box => box.type === 'moof').map(readFragment),
  }
}

const readPssh = ({ type, body }: Box): PsshFacts[] => (type === 'pssh' ? [describePssh(readPsshBody(body))] : [])

function readEntries(moov: Uint8Array): EntryFacts[] {
  return readBoxes(moov)
    .filter(box => box.type === 'trak')
    .flatMap(({ body }) => {
      const tkhd = new Cursor(needBox(body, 'tkhd').body, 'tkhd')
      tkhd.skip(tkhd.fullBox().version === 1 ? 16 : 8)
      const trackId = tkhd.u32()
      return readSampleEntries(body).map(({ format, protection }) => ({
        trackId,
        format,
        scheme: protection?.scheme ?? null,
        encryption: protection ? describeEncryption(protection.encryption) : null,
      }))
    })
}

function describeEncryption(encryption: SampleEncryption): EncryptionFacts {
  const { keyId, isProtected, ivSize, constantIv, cryptBlocks, skipBlocks } = encryption
  return {
    keyId,
    isProtected,
    ivBytes: constantIv?.length ?? ivSize,
    constantIv: constantIv && Buffer.from(constantIv).toString('hex'),
    pattern: cryptBlocks + skipBlocks > 0 ? `${cryptBlocks}:${skipBlocks}` : null,
  }
}

function readFragment(moof: Box): FragmentFacts {
  const boxes = readBoxes(moof.body)
  const mfhd = new Cursor(needBox(moof.body, 'mfhd').body, 'mfhd')
  mfhd.skip(4)
  const trafs = boxes.filter(box => box.type === 'traf').map(box => box.body)
  return {
    sequence: mfhd.u32(),
    encryptedSamples: trafs.reduce((sum, traf) => sum + countSamples(traf), 0),
    groups: trafs.flatMap(traf => readBoxes(traf).flatMap(readGroups)),
    pssh: boxes.flatMap(readPssh),
  }
}

function countSamples(traf: Uint8Array): number {
  const senc = findBox(traf, 'senc')
  if (!senc) return 0
  const cursor = new Cursor(senc.body, 'senc')
  cursor.skip(4)
  return cursor.u32()
}

/** sgpd with grouping type seig: ISO/IEC 23001-7 6. */
const readGroups = (box: Box): EncryptionFacts[] =>
  box.type === 'sgpd' && isKeyGroup(box) ? readDescriptions(box).map(describeEncryption) : []
