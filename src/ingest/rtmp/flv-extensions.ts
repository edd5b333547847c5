// What Enhanced RTMP puts between the first byte of a tag and its body: modifiers, and several tracks in one tag.

export type Bodies = { readonly packetType: number; readonly fourCc: string; readonly data: Buffer }

const MANY_TRACKS_MANY_CODECS = 2
const ONE_TRACK = 0

/** The body of the first track; null for tags of further tracks only. @throws {RangeError} it is cut off. */
export function readExtensions(
  tag: Buffer,
  firstType: number,
  types: { readonly modifier: number; readonly multitrack: number },
): Bodies | null {
  let at = 1
  let packetType = firstType
  const take = (bytes: number): Buffer => {
    if (at + bytes > tag.length) throw new RangeError('an FLV tag is cut off')
    const part = tag.subarray(at, at + bytes)
    at += bytes
    return part
  }
  while (packetType === types.modifier) {
    let size = take(1)[0]! + 1
    if (size === 256) size = take(2).readUInt16BE() + 1
    take(size)
    packetType = take(1)[0]! & 15
  }
  if (packetType !== types.multitrack) return { packetType, fourCc: take(4).toString('latin1'), data: tag.subarray(at) }

  const head = take(1)[0]!
  const kind = head >> 4
  packetType = head & 15
  let fourCc = kind === MANY_TRACKS_MANY_CODECS ? '' : take(4).toString('latin1')
  while (at < tag.length) {
    if (kind === MANY_TRACKS_MANY_CODECS) fourCc = take(4).toString('latin1')
    const track = take(1)[0]!
    const data = kind === ONE_TRACK ? tag.subarray(at) : take(take(3).readUIntBE(0, 3))
    if (track === 0) return { packetType, fourCc, data }
    if (kind === ONE_TRACK) return null
  }
  return null
}
