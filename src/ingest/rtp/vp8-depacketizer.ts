// VP8 from RTP (RFC 7741): the payload descriptor is taken off, the partitions follow each other.
import type { CodedPicture } from './frame-assembler.ts'
import { concatBytes } from './rtp-packet.ts'

/** RFC 7741 4.2: how many bytes the descriptor has; null when it is longer than the payload. */
export function vp8DescriptorBytes(payload: Uint8Array): number | null {
  let at = 1
  if (payload[0]! & 0x80) {
    const extension = payload[at++]
    if (extension === undefined) return null
    // I: a picture id of 7 or 15 bits. L: TL0PICIDX. T or K: one byte for both.
    if (extension & 0x80) at += (payload[at] ?? 0) & 0x80 ? 2 : 1
    if (extension & 0x40) at++
    if (extension & 0x30) at++
  }
  return at < payload.length ? at : null
}

/** Joins the payloads of one frame; null when its beginning is not there. */
export function joinVp8(payloads: readonly Uint8Array[]): CodedPicture | null {
  const first = payloads[0]!
  // S set and partition 0: here a frame begins.
  if ((first[0]! & 0x17) !== 0x10) return null
  const pieces: Uint8Array[] = []
  for (const payload of payloads) {
    const bytes = vp8DescriptorBytes(payload)
    if (bytes === null) return null
    pieces.push(payload.subarray(bytes))
  }
  const data = concatBytes(pieces)
  // RFC 6386 9.1: the lowest bit of a frame is 0 for a key frame.
  const isKey = (data[0]! & 1) === 0
  const unreferenced = (first[0]! & 0x20) !== 0
  return { data, importance: isKey ? 'idr' : unreferenced ? 'non-reference' : 'reference' }
}
