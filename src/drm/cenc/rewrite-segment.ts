// Walks a segment, hands each fragment to a transformation, and puts the byte counts of sidx right.
import { HeadendError } from '../../core/index.ts'
import {
  type Box,
  Cursor,
  damaged,
  type Fragment,
  formatBox,
  parseSegment,
  readBoxes,
  type SampleDefaults,
} from '../../manifest/index.ts'

/** What is done to one fragment: a new moof, and sample data changed in place. */
export type FragmentChange = (fragment: FragmentParts) => Uint8Array

export type FragmentParts = {
  /** The whole box. */
  readonly moof: Uint8Array
  /** Children of its traf. */
  readonly traf: readonly Box[]
  /** Of the data that will be written: may be changed in place. */
  readonly samples: readonly Uint8Array[]
}

/** A new segment; `bytes` stay as they are. @throws {HE_INPUT_DAMAGED} {HE_INPUT_UNSUPPORTED} */
export function rewriteSegment(bytes: Uint8Array, defaults: SampleDefaults, change: FragmentChange): Uint8Array {
  const data = Uint8Array.from(bytes)
  const boxes = readBoxes(data)
  const { fragments } = parseSegment(data, defaults)
  const moofs = boxes.filter(box => box.type === 'moof')
  const changed = new Map<Box, Uint8Array>()
  for (const [i, box] of moofs.entries()) {
    const limits = { from: box.end, to: moofs[i + 1]?.start ?? data.length }
    const fragment = fragments[i]!
    const moof = data.subarray(box.start, box.end)
    changed.set(box, change({ moof, traf: readTraf(box), samples: samplesOf(data, fragment, boxes, limits) }))
  }
  const shift = createShift(moofs, changed)
  return Buffer.concat(
    boxes.map(box => {
      if (box.type === 'sidx') return rewriteIndex(box, shift)
      return changed.get(box) ?? data.subarray(box.start, box.end)
    }),
  )
}

const readTraf = (moof: Box): Box[] => readBoxes(readBoxes(moof.body).find(box => box.type === 'traf')!.body)

/** Every sample must lie in an mdat behind its moof and before the next: only so its offset can be kept right. */
function samplesOf(
  data: Uint8Array,
  { samples }: Fragment,
  boxes: readonly Box[],
  { from, to }: { from: number; to: number },
): Uint8Array[] {
  const mdats = boxes.filter(box => box.type === 'mdat' && box.start >= from && box.end <= to)
  let done = 0
  return samples.map(({ start, size }) => {
    const end = start + size
    if (!mdats.some(box => start >= box.end - box.body.length && end <= box.end))
      throw damaged('a sample lies outside of the mdat of its fragment', { start, end })
    if (start < done) throw damaged('samples overlap', { start })
    done = end
    return data.subarray(start, end)
  })
}

/** From an offset in the old segment, at the start of a box, to the new one. */
function createShift(moofs: readonly Box[], changed: ReadonlyMap<Box, Uint8Array>): (at: number) => number {
  return at => {
    let moved = at
    for (const box of moofs) if (box.end <= at) moved += changed.get(box)!.length - (box.end - box.start)
    return moved
  }
}

/** ISO/IEC 14496-12 8.16.3: sizes count from the end of the index, and first_offset. */
function rewriteIndex(sidx: Box, shift: (at: number) => number): Uint8Array {
  const body = Buffer.from(sidx.body)
  const cursor = new Cursor(body, 'sidx')
  const { version } = cursor.fullBox()
  cursor.skip(8)
  if (version > 0) cursor.skip(8)
  else cursor.skip(4)
  const firstOffset = version > 0 ? Number(cursor.u64()) : cursor.u32()
  cursor.skip(2)
  let at = sidx.end + firstOffset
  for (let left = cursor.u16(); left > 0; left--) {
    const field = body.length - cursor.remaining
    const word = cursor.u32()
    cursor.skip(8)
    if (word >= 0x80000000) throw new HeadendError('HE_INPUT_UNSUPPORTED', 'an index of indices cannot be rewritten')
    const size = shift(at + word) - shift(at)
    if (size > 0x7fffffff || size < 0) throw damaged('a size does not fit into sidx')
    body.writeUInt32BE(size, field)
    at += word
  }
  return formatBox('sidx', body)
}
