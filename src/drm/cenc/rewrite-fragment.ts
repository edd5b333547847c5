// Replaces boxes of a moof and puts right what counts bytes from its start: data offsets and saio. Samples keep their length.
import { HeadendError } from '../../core/index.ts'
import { type Box, Cursor, damaged, formatBox, needBox, readBoxes } from '../../manifest/index.ts'
import { SENC_HEAD } from './sample-auxiliary.ts'

export type MoofChange = {
  /** Boxes of the traf that go. */
  readonly dropFromTraf: (box: Box) => boolean
  readonly appendToTraf: readonly Uint8Array[]
  readonly dropFromMoof: (box: Box) => boolean
  readonly appendToMoof: readonly Uint8Array[]
}

/** `moof` is the whole box with one traf. @throws {HE_INPUT_DAMAGED} {HE_INPUT_UNSUPPORTED} */
export function rewriteMoof(moof: Uint8Array, change: MoofChange): Uint8Array {
  const children = readBoxes(needBox(moof, 'moof').body)
  const moofParts: Uint8Array[] = []
  for (const child of children) {
    if (child.type === 'traf') moofParts.push(rewriteTraf(child.body, change))
    else if (!change.dropFromMoof(child)) moofParts.push(formatBox(child.type, child.body))
  }
  const out = formatBox('moof', ...moofParts, ...change.appendToMoof)
  putOffsets(out, out.length - moof.length)
  return out
}

function rewriteTraf(traf: Uint8Array, { dropFromTraf, appendToTraf }: MoofChange): Uint8Array {
  const kept = readBoxes(traf).filter(box => !dropFromTraf(box))
  return formatBox('traf', ...kept.map(box => formatBox(box.type, box.body)), ...appendToTraf)
}

/** In place, on a moof that was just written: all boxes have short headers. */
function putOffsets(moof: Uint8Array, growth: number): void {
  const view = new DataView(moof.buffer, moof.byteOffset, moof.byteLength)
  const moofBody = 8
  const traf = needBox(moof, 'moof', 'traf')
  const trafBody = moofBody + traf.start + 8
  let saio: Box | undefined
  for (const box of readBoxes(traf.body)) {
    const at = trafBody + box.start
    if (box.type === 'saio') saio = box
    else if (box.type === 'tfhd') refuseBaseOffset(box.body)
    else if (box.type === 'trun') {
      // ISO/IEC 14496-12 8.8.8: flag 1 is data-offset-present; it stands behind the count.
      if (new Cursor(box.body, 'trun').fullBox().flags & 1) {
        if (box.body.length < 12) throw damaged('trun ends too early')
        const offset = view.getInt32(at + 16) + growth
        if (offset > 0x7fffffff) throw damaged('a data offset does not fit')
        view.setInt32(at + 16, offset)
      }
    } else if (box.type === 'senc' && saio) view.setUint32(trafBody + saio.start + 16, at + SENC_HEAD)
  }
}

/** ISO/IEC 23000-19 7.5.16: CMAF has no base-data-offset. */
function refuseBaseOffset(body: Uint8Array): void {
  if (new Cursor(body, 'tfhd').fullBox().flags & 1)
    throw new HeadendError('HE_INPUT_UNSUPPORTED', 'fragments with absolute data offsets are not CMAF')
}
