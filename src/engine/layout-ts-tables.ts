// Sections and headers of a transport stream, as far as its structure is told by them (ISO/IEC 13818-1 2.4.4 and 2.4.3.6).

/** Body of a section of one kind that begins in `payload`, behind its pointer; without its checksum. */
export function readSection(payload: Buffer, tableId: number): Buffer | null {
  const start = 1 + payload[0]!
  if (start + 12 > payload.length || payload[start] !== tableId) return null
  const length = payload.readUInt16BE(start + 1) & 0xfff
  return payload.subarray(start + 8, Math.min(payload.length, start + 3 + length - 4))
}

/** PIDs of the programme maps that an association table names; 0 is the network's. */
export function programMaps(section: Buffer): ReadonlySet<number> {
  const pids = new Set<number>()
  for (let at = 0; at + 4 <= section.length; at += 4)
    if (section.readUInt16BE(at) !== 0) pids.add(section.readUInt16BE(at + 2) & 0x1fff)
  return pids
}

/** PID of the clock references; null where the programme has none. */
export function programClock(section: Buffer): number | null {
  if (section.length < 2) return null
  const pid = section.readUInt16BE(0) & 0x1fff
  return pid === 0x1fff ? null : pid
}

export type PesTimes = { readonly kind: 'video' | 'audio'; readonly pts: number; readonly dts: number }

/** Times in ticks of 90 kHz; null where no packet of picture or sound begins, or it has none. */
export function readPesTimes(payload: Buffer): PesTimes | null {
  if (payload.length < 14 || payload.readUIntBE(0, 3) !== 1) return null
  const id = payload[3]!
  // 0xbd carries AC-3 and the like, 0xfd what came later; both are sound unless they are subtitles, which have no clock to hold.
  const kind = (id & 0xf0) === 0xe0 ? 'video' : (id & 0xe0) === 0xc0 || id === 0xbd || id === 0xfd ? 'audio' : null
  const flags = payload[7]! >> 6
  if (!kind || (payload[6]! & 0xc0) !== 0x80 || flags < 2) return null
  const pts = readTime(payload, 9)
  const dts = flags === 3 && payload.length >= 19 ? readTime(payload, 14) : pts
  return { kind, pts, dts }
}

const readTime = (bytes: Buffer, at: number): number =>
  ((bytes[at]! >> 1) & 7) * 2 ** 30 + (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 + (bytes.readUInt16BE(at + 3) >> 1)
