// Encrypts CMAF: a clear init segment and clear media segments become protected ones (ISO/IEC 23001-7, ISO/IEC 23000-19 8.).
import { HeadendError } from '../../core/index.ts'
import { parseInit } from '../../manifest/index.ts'
import type { KeyId } from '../key-id.ts'
import { readSampleEntries } from '../protected-entry.ts'
import { setDescriptionIndex } from './description-index.ts'
import { createIvSequence } from './iv-sequence.ts'
import { onlyClearEntry, protectEntry, trackOf } from './protect-entry.ts'
import { rewriteMoof } from './rewrite-fragment.ts'
import { rewriteInit } from './rewrite-init.ts'
import { type FragmentParts, rewriteSegment } from './rewrite-segment.ts'
import { formatAuxiliary } from './sample-auxiliary.ts'
import { openSampleCipher, type SampleCipher } from './sample-cipher.ts'
import { formatKeyGroup, isKeyGroup } from './sample-groups.ts'
import { createSampleMapper } from './sample-map.ts'
import { protectedBytes } from './subsamples.ts'
import type { CencScheme, SampleEncryption } from './track-encryption.ts'

/** What samples are encrypted with, from one segment to the next change of keys. */
export type CryptoPeriod = {
  readonly keyId: KeyId
  /** 16 bytes, not kept: the cipher of the current period has a copy. */
  readonly key: Uint8Array
  /** Whole boxes, for moov; for each moof where keys rotate. */
  readonly pssh: readonly Uint8Array[]
}

export type CencOptions = {
  readonly scheme: CencScheme
  /** cbcs: 16 bytes, for all samples. cenc: 8 or 16 bytes, of the first sample: never the same twice with one key. */
  readonly iv: Uint8Array
  /** Blocks encrypted and left clear in turn, of cbcs video. Default 1:9. */
  readonly pattern?: readonly [crypt: number, skip: number]
  /** Each fragment names its key and carries pssh. */
  readonly rotates?: boolean
  /** Some segments stay in the clear: the init segment has a second sample entry for them. */
  readonly clearLead?: boolean
}

export interface CencEncryptor {
  /** The init segment of a period; null where keys rotate and it should name none of them. */
  init(period: CryptoPeriod | null): Uint8Array
  /** The next segment in decoding order, with one or several whole fragments. */
  segment(bytes: Uint8Array, period: CryptoPeriod): Uint8Array
  /** A segment that stays in the clear, where `clearLead` says that there are some. */
  clear(bytes: Uint8Array): Uint8Array
}

const NO_KEY = '00000000-0000-0000-0000-000000000000'
/** ISO/IEC 23001-7 10.4.2: one block of ten, of video. */
const DEFAULT_PATTERN = [1, 9] as const
/** Of the second sample entry, as Shaka Packager has it. */
const CLEAR_ENTRY = 2
const NOTHING = new Uint8Array(0)

/** Of one track. @throws {HE_INPUT_DAMAGED} {HE_INPUT_UNSUPPORTED} {HE_KEY_INVALID} {HE_USAGE} */
export function createCencEncryptor(init: Uint8Array, options: CencOptions): CencEncryptor {
  const { scheme, rotates = false, clearLead = false } = options
  checkOptions(options)
  const { defaults, handler } = parseInit(init)
  const entry = onlyClearEntry(readSampleEntries(trackOf(init)))
  const video = handler === 'vide'
  const mapper = createSampleMapper(entry, { align: scheme === 'cenc' })
  const ivs = createIvSequence(options)
  const pattern = video ? (options.pattern ?? DEFAULT_PATTERN) : ([0, 0] as const)
  const describe = (keyId: KeyId): SampleEncryption => ({
    isProtected: true,
    keyId,
    ivSize: scheme === 'cbcs' ? 0 : options.iv.length,
    constantIv: scheme === 'cbcs' ? options.iv : null,
    cryptBlocks: scheme === 'cbcs' ? pattern[0] : 0,
    skipBlocks: scheme === 'cbcs' ? pattern[1] : 0,
  })
  let current: { period: CryptoPeriod; cipher: SampleCipher } | undefined
  const cipherOf = (period: CryptoPeriod): SampleCipher => {
    if (current && current.period === period) return current.cipher
    checkKey(period)
    const cipher = openSampleCipher(scheme, { key: period.key, direction: 'encrypt', ...describe(period.keyId) })
    current = { period, cipher }
    return cipher
  }

  const encryptFragment = ({ moof, traf, samples }: FragmentParts, period: CryptoPeriod): Uint8Array => {
    if (traf.some(box => box.type === 'senc' || box.type === 'saiz' || box.type === 'saio' || isKeyGroup(box)))
      throw new HeadendError('HE_INPUT_UNSUPPORTED', 'the fragment is encrypted already')
    const cipher = cipherOf(period)
    const auxiliary = samples.map(sample => {
      const map = mapper(sample)
      const iv = ivs.next(protectedBytes(sample, map))
      cipher(sample, map, iv)
      return { iv: scheme === 'cbcs' ? NOTHING : iv, map }
    })
    const { saiz, saio, senc } = formatAuxiliary(auxiliary)
    const group = rotates ? formatKeyGroup(describe(period.keyId), samples.length) : NOTHING
    return rewriteMoof(moof, {
      dropFromTraf: () => false,
      appendToTraf: [group, saiz, saio, senc],
      dropFromMoof: () => false,
      appendToMoof: rotates ? period.pssh : [],
    })
  }

  return {
    init(period) {
      if (!period && !rotates) throw new HeadendError('HE_USAGE', 'only where keys rotate an init segment has none')
      const encryption = describe(period?.keyId ?? NO_KEY)
      return rewriteInit(init, {
        entry: original => [protectEntry(entry, { scheme, encryption, video }), ...(clearLead ? [original] : [])],
        pssh: rotates ? [] : period!.pssh,
      })
    },
    segment: (bytes, period) => rewriteSegment(bytes, defaults, parts => encryptFragment(parts, period)),
    clear(bytes) {
      if (!clearLead) throw new HeadendError('HE_USAGE', 'the init segment has no entry for what stays in the clear')
      const out = Uint8Array.from(bytes)
      setDescriptionIndex(out, CLEAR_ENTRY)
      return out
    },
  }
}

function checkOptions({ scheme, iv, pattern }: CencOptions): void {
  const lengths = scheme === 'cbcs' ? [16] : [8, 16]
  if (!lengths.includes(iv.length))
    throw new HeadendError('HE_KEY_INVALID', `an IV of ${scheme} has ${lengths.join(' or ')} bytes`)
  if (pattern && !pattern.every((blocks, i) => Number.isInteger(blocks) && blocks >= 1 - i && blocks <= 15))
    throw new HeadendError('HE_USAGE', 'a pattern is 1 to 15 blocks encrypted and 0 to 15 left clear', {
      details: { pattern },
    })
}

function checkKey({ key }: CryptoPeriod): void {
  if (key.length !== 16) throw new HeadendError('HE_KEY_INVALID', 'a content key has 16 bytes')
}
