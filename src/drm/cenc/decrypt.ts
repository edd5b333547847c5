// Decrypts CMAF: the inverse of encrypt.ts, also of what others wrote, with keys that rotate.
import { HeadendError } from '../../core/index.ts'
import { damaged, parseInit } from '../../manifest/index.ts'
import type { KeyId } from '../key-id.ts'
import { readSampleEntries } from '../protected-entry.ts'
import { descriptionIndex, setDescriptionIndex } from './description-index.ts'
import { trackOf, unprotectEntry } from './protect-entry.ts'
import { rewriteMoof } from './rewrite-fragment.ts'
import { rewriteInit } from './rewrite-init.ts'
import { type FragmentParts, rewriteSegment } from './rewrite-segment.ts'
import { readSenc, type SampleAuxiliary } from './sample-auxiliary.ts'
import { openSampleCipher, type SampleCipher } from './sample-cipher.ts'
import { isKeyGroup, readKeyGroups } from './sample-groups.ts'
import type { CencScheme, SampleEncryption } from './track-encryption.ts'

/** 16 bytes; undefined where there is none. */
export type KeyLookup = (keyId: KeyId) => Uint8Array | undefined

export interface CencDecryptor {
  readonly init: Uint8Array
  /** Segments in any order. @throws {HE_KEY_MISSING} {HE_INPUT_DAMAGED} */
  segment(bytes: Uint8Array): Uint8Array
}

/** Of one track. @throws {HE_INPUT_DAMAGED} {HE_INPUT_UNSUPPORTED} */
export function createCencDecryptor(init: Uint8Array, keys: KeyLookup): CencDecryptor {
  const { defaults } = parseInit(init)
  const entries = readSampleEntries(trackOf(init))
  const protection = entries[0]?.protection
  // A second entry is that of a clear lead.
  if (!protection || entries.length > 2 || entries[1]?.protection)
    throw new HeadendError('HE_INPUT_UNSUPPORTED', 'the track has not one encrypted sample entry')
  const scheme = schemeOf(protection.scheme)
  const ciphers = new Map<string, SampleCipher>()
  const cipherOf = (encryption: SampleEncryption): SampleCipher => {
    const { keyId, cryptBlocks, skipBlocks } = encryption
    const name = `${keyId} ${cryptBlocks}:${skipBlocks}`
    const known = ciphers.get(name)
    if (known) return known
    const key = keys(keyId)
    if (!key) throw new HeadendError('HE_KEY_MISSING', `there is no key ${keyId}`, { details: { keyId } })
    if (key.length !== 16) throw new HeadendError('HE_KEY_INVALID', 'a content key has 16 bytes')
    const cipher = openSampleCipher(scheme, { key, direction: 'decrypt', cryptBlocks, skipBlocks })
    ciphers.set(name, cipher)
    return cipher
  }

  const decryptFragment = ({ moof, traf, samples }: FragmentParts): Uint8Array => {
    const groups = readKeyGroups(traf, samples.length, protection.encryption)
    const senc = traf.find(box => box.type === 'senc')
    const auxiliary = senc && readSenc(senc, samples.length, sample => groups[sample]!.ivSize)
    const isClear = descriptionIndex(traf) > 1
    for (const [i, sample] of isClear ? [] : samples.entries()) {
      const encryption = groups[i]!
      if (encryption.isProtected) decryptSample(sample, encryption, auxiliary?.[i], cipherOf(encryption))
    }
    return rewriteMoof(moof, {
      dropFromTraf: box => ['senc', 'saiz', 'saio'].includes(box.type) || isKeyGroup(box),
      appendToTraf: [],
      dropFromMoof: box => box.type === 'pssh',
      appendToMoof: [],
    })
  }

  return {
    init: rewriteInit(init, { entry: (_, index) => (index === 0 ? [unprotectEntry(entries[0]!)] : []), pssh: [] }),
    segment(bytes) {
      const clear = rewriteSegment(bytes, defaults, decryptFragment)
      if (entries.length > 1) setDescriptionIndex(clear, 1)
      return clear
    },
  }
}

function decryptSample(
  sample: Uint8Array,
  { constantIv }: SampleEncryption,
  auxiliary: SampleAuxiliary | undefined,
  cipher: SampleCipher,
): void {
  const map = auxiliary?.map ?? null
  const iv = constantIv ?? auxiliary?.iv
  if (!iv || (iv.length !== 8 && iv.length !== 16)) throw damaged('a sample has no IV of 8 or 16 bytes')
  if (map && map.reduce((sum, bytes) => sum + bytes, 0) !== sample.length)
    throw damaged('the subsamples do not add up to their sample', { bytes: sample.length })
  cipher(sample, map, iv)
}

function schemeOf(scheme: string): CencScheme {
  if (scheme === 'cenc' || scheme === 'cbcs') return scheme
  throw new HeadendError('HE_INPUT_UNSUPPORTED', `scheme ${scheme} cannot be decrypted`, { details: { scheme } })
}
