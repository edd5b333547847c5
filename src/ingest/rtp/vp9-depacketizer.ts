// VP9 from RTP (RFC 9628), one spatial layer: the payload descriptor is taken off.
import type { CodedPicture } from './frame-assembler.ts'
import { concatBytes } from './rtp-packet.ts'

/** RFC 9628 4.2: how many bytes the descriptor has; null when it is longer than the payload. */
export function vp9DescriptorBytes(payload: Uint8Array): number | null {
  const flags = payload[0]!
  const flexible = (flags & 0x10) !== 0
  let at = 1
  if (flags & 0x80) at += (payload[at] ?? 0) & 0x80 ? 2 : 1
  if (flags & 0x20) at += flexible ? 1 : 2
  if (flexible && flags & 0x40) {
    // At most three references, each says whether another follows.
    for (let i = 0; i < 3; i++) if (((payload[at++] ?? 0) & 1) === 0) break
  }
  if (flags & 0x02) {
    const structure = payload[at++] ?? 0
    if (structure & 0x10) at += ((structure >> 5) + 1) * 4
    if (structure & 0x08) {
      const pictures = payload[at++] ?? 0
      for (let i = 0; i < pictures; i++) at += 1 + (((payload[at] ?? 0) >> 2) & 3)
    }
  }
  return at < payload.length ? at : null
}

/** Joins the payloads of one picture; null when its beginning or its end is not there. */
export function joinVp9(payloads: readonly Uint8Array[]): CodedPicture | null {
  const first = payloads[0]![0]!
  // B: begins; E, in the last packet: ends. P: predicted from other pictures.
  if (!(first & 0x08) || !(payloads.at(-1)![0]! & 0x04)) return null
  const pieces: Uint8Array[] = []
  for (const payload of payloads) {
    const bytes = vp9DescriptorBytes(payload)
    if (bytes === null) return null
    pieces.push(payload.subarray(bytes))
  }
  return { data: concatBytes(pieces), importance: first & 0x40 ? 'reference' : 'idr' }
}
