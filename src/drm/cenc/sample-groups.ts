// Sample groups of type seig: which key the samples of a fragment are encrypted with, where keys rotate (ISO/IEC 23001-7 6.).
import { type Box, Cursor, damaged, formatFullBox, fourcc, words } from '../../manifest/index.ts'
import { formatSampleEncryption, readSampleEncryption, type SampleEncryption } from './track-encryption.ts'

const SEIG = 'seig'
/** ISO/IEC 14496-12 8.9.4: from here on indices point into the sgpd of the fragment. */
const LOCAL = 0x10000

/** sbgp and sgpd that put all samples of a fragment into one group. */
export function formatKeyGroup(encryption: SampleEncryption, sampleCount: number): Uint8Array {
  const entry = formatSampleEncryption(encryption)
  const sbgp = formatFullBox('sbgp', { version: 0, flags: 0 }, fourcc(SEIG), words(1, sampleCount, LOCAL + 1))
  const sgpd = formatFullBox('sgpd', { version: 1, flags: 0 }, fourcc(SEIG), words(entry.length, 1), entry)
  return Buffer.concat([sbgp, sgpd])
}

/** True of sbgp and sgpd that are about keys. */
export const isKeyGroup = ({ type, body }: Box): boolean =>
  (type === 'sbgp' || type === 'sgpd') && body.length >= 8 && Buffer.from(body).toString('latin1', 4, 8) === SEIG

/** What holds for each sample; where no group says anything, `fallback`. @throws {HE_INPUT_DAMAGED} */
export function readKeyGroups(
  traf: readonly Box[],
  sampleCount: number,
  fallback: SampleEncryption,
): SampleEncryption[] {
  const groups = traf.filter(box => box.type === 'sgpd' && isKeyGroup(box)).flatMap(readDescriptions)
  const assigned: SampleEncryption[] = []
  for (const box of traf) {
    if (box.type !== 'sbgp' || !isKeyGroup(box)) continue
    const cursor = new Cursor(box.body, 'sbgp')
    const { version } = cursor.fullBox()
    cursor.skip(version === 1 ? 8 : 4)
    for (let runs = cursor.u32(); runs > 0; runs--) {
      const [count, index] = [cursor.u32(), cursor.u32()]
      if (count > sampleCount - assigned.length) throw damaged('sbgp names more samples than there are')
      const encryption = index === 0 ? fallback : groups[index - LOCAL - 1]
      if (!encryption) throw damaged('sbgp names a key group that the fragment does not have', { index })
      for (let i = 0; i < count; i++) assigned.push(encryption)
    }
  }
  while (assigned.length < sampleCount) assigned.push(fallback)
  return assigned
}

/** ISO/IEC 14496-12 8.9.3. */
export function readDescriptions({ body }: Box): SampleEncryption[] {
  const cursor = new Cursor(body, 'sgpd')
  const { version } = cursor.fullBox()
  cursor.skip(4)
  const length = version >= 1 ? cursor.u32() : 0
  if (version >= 2) cursor.skip(4)
  const groups: SampleEncryption[] = []
  for (let left = cursor.u32(); left > 0; left--) {
    const size = version >= 1 && length === 0 ? cursor.u32() : length || 20
    groups.push(readSampleEncryption(new Cursor(cursor.take(size), SEIG)))
  }
  return groups
}
