// One box header of an ISO base media or QuickTime file (ISO/IEC 14496-12 4.2).

export type Box = {
  readonly type: string
  readonly offset: number
  readonly headerBytes: number
  /** First byte after the box; may lie beyond the end of the file. */
  readonly end: number
}

/** Reads one box header at `offset` of a file (or of a parent box) that ends at `limit`; null when there is none. */
export function parseBoxHeader(bytes: Buffer, offset: number, limit: number): Box | null {
  if (bytes.length < 8) return null
  const type = bytes.toString('latin1', 4, 8)
  // QuickTime writes © and blanks in box types; control characters mean that this is no box.
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null
  const size = bytes.readUInt32BE(0)
  if (size === 0) return { type, offset, headerBytes: 8, end: limit }
  if (size !== 1) return size < 8 ? null : { type, offset, headerBytes: 8, end: offset + size }
  if (bytes.length < 16) return null
  const large = Number(bytes.readBigUInt64BE(8))
  return large < 16 ? null : { type, offset, headerBytes: 16, end: offset + large }
}
