// Redundant audio (RFC 2198): a packet carries older frames too, so a lost one comes again with the next.

export type RedBlock = { readonly payloadType: number; readonly timestampOffset: number; readonly data: Uint8Array }

/** The blocks of a payload, oldest first; the last is the primary, with offset 0. Null where a length lies. */
export function readRed(payload: Uint8Array): RedBlock[] | null {
  const heads: { payloadType: number; timestampOffset: number; bytes: number }[] = []
  let at = 0
  for (;;) {
    const first = payload[at]
    if (first === undefined || heads.length > 32) return null
    if (!(first & 0x80)) {
      at++
      heads.push({ payloadType: first & 0x7f, timestampOffset: 0, bytes: -1 })
      break
    }
    if (at + 4 > payload.length) return null
    const word = (payload[at + 1]! << 16) | (payload[at + 2]! << 8) | payload[at + 3]!
    heads.push({ payloadType: first & 0x7f, timestampOffset: word >> 10, bytes: word & 0x3ff })
    at += 4
  }
  const blocks: RedBlock[] = []
  for (const { payloadType, timestampOffset, bytes } of heads) {
    const end = bytes < 0 ? payload.length : at + bytes
    if (end > payload.length) return null
    blocks.push({ payloadType, timestampOffset, data: payload.subarray(at, end) })
    at = end
  }
  return blocks
}
