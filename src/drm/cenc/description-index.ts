// Which sample entry the samples of a fragment have: sample_description_index of tfhd (ISO/IEC 14496-12 8.8.7).
import { HeadendError } from '../../core/index.ts'
import { type Box, Cursor, readBoxes } from '../../manifest/index.ts'

/** Where the field lies in the body of a tfhd; null where it is absent, which means the default: 1. */
function fieldOf(tfhd: Uint8Array): number | null {
  const cursor = new Cursor(tfhd, 'tfhd')
  const { flags } = cursor.fullBox()
  cursor.skip(4 + (flags & 1 ? 8 : 0))
  return flags & 2 ? tfhd.length - cursor.remaining : null
}

/** Of a fragment, by the children of its traf. */
export function descriptionIndex(traf: readonly Box[]): number {
  const tfhd = traf.find(box => box.type === 'tfhd')?.body
  const at = tfhd ? fieldOf(tfhd) : null
  return tfhd && at !== null ? new Cursor(tfhd.subarray(at), 'tfhd').u32() : 1
}

/** In place, in every fragment of a segment. @throws {HE_INPUT_UNSUPPORTED} where a tfhd has no such field */
export function setDescriptionIndex(segment: Uint8Array, index: number): void {
  for (const moof of readBoxes(segment).filter(({ type }) => type === 'moof'))
    for (const traf of readBoxes(moof.body).filter(({ type }) => type === 'traf'))
      for (const { body } of readBoxes(traf.body).filter(({ type }) => type === 'tfhd')) {
        const at = fieldOf(body)
        if (at === null)
          throw new HeadendError(
            'HE_INPUT_UNSUPPORTED',
            'a fragment without sample_description_index cannot stay clear',
          )
        new DataView(body.buffer, body.byteOffset, body.byteLength).setUint32(at, index)
      }
}
