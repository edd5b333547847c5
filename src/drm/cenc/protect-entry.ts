// A sample entry as encv or enca with its sinf, and back (ISO/IEC 14496-12 8.12; ISO/IEC 23001-7 4.).
import { HeadendError } from '../../core/index.ts'
import { formatBox, formatFullBox, fourcc, readBoxes, words } from '../../manifest/index.ts'
import type { SampleEntry } from '../protected-entry.ts'
import { type CencScheme, formatSampleEncryption, type SampleEncryption } from './track-encryption.ts'

/** ISO/IEC 23001-7 4.2: 1.0 of each scheme. */
const SCHEME_VERSION = 0x10000
const PLAIN = { version: 0, flags: 0 }

export function protectEntry(
  { format, body }: SampleEntry,
  { scheme, encryption, video }: { scheme: CencScheme; encryption: SampleEncryption; video: boolean },
): Uint8Array {
  // 8.2: version 1 has the pattern. It is written for every cbcs track.
  const tenc = formatFullBox(
    'tenc',
    { version: scheme === 'cbcs' ? 1 : 0, flags: 0 },
    formatSampleEncryption(encryption),
  )
  const sinf = formatBox(
    'sinf',
    formatBox('frma', fourcc(format)),
    formatFullBox('schm', PLAIN, fourcc(scheme), words(SCHEME_VERSION)),
    formatBox('schi', tenc),
  )
  return formatBox(video ? 'encv' : 'enca', body, sinf)
}

/** What the entry was before. */
export function unprotectEntry({ format, body, boxes, fieldBytes }: SampleEntry): Uint8Array {
  const inside = body.subarray(fieldBytes)
  const kept = boxes.filter(box => box.type !== 'sinf').map(({ start, end }) => inside.subarray(start, end))
  return formatBox(format, body.subarray(0, fieldBytes), ...kept)
}

/** @throws {HE_INPUT_UNSUPPORTED} when there are several entries, or one that is encrypted. */
export function onlyClearEntry(entries: readonly SampleEntry[]): SampleEntry {
  const [entry, ...more] = entries
  if (!entry || more.length > 0)
    throw new HeadendError('HE_INPUT_UNSUPPORTED', `a track with ${entries.length} sample entries cannot be encrypted`)
  if (entry.boxes.some(box => box.type === 'sinf') || /^enc/.test(entry.type))
    throw new HeadendError('HE_INPUT_UNSUPPORTED', 'the track is encrypted already')
  return entry
}

/** The only track of an init segment. */
export function trackOf(init: Uint8Array): Uint8Array {
  const moov = readBoxes(init).find(box => box.type === 'moov')
  return readBoxes(moov?.body ?? new Uint8Array(0)).find(box => box.type === 'trak')?.body ?? new Uint8Array(0)
}
