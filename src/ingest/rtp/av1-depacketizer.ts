// AV1 from RTP (AV1 RTP payload specification 1.0): OBU elements joined over packets; low-overhead OBUs with sizes out.
import type { CodedPicture } from './frame-assembler.ts'
import { concatBytes } from './rtp-packet.ts'

/** leb128 (AV1 specification 4.10.5); null when it does not end within the bytes or 32 bits. */
export function readLeb128(bytes: Uint8Array, from: number): { readonly value: number; readonly next: number } | null {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = bytes[from + i]
    if (byte === undefined) return null
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (!(byte & 0x80)) return value <= 0xffff_ffff ? { value, next: from + i + 1 } : null
  }
  return null
}

/** The shortest form. */
export function leb128(value: number): Uint8Array {
  const bytes: number[] = []
  do {
    bytes.push((value % 128) | (value >= 128 ? 0x80 : 0))
    value = Math.floor(value / 128)
  } while (value > 0)
  return Uint8Array.from(bytes)
}

/** The OBUs of one temporal unit as they were sent; null where a piece has no beginning or no end, or a length lies. */
export function av1Obus(payloads: readonly Uint8Array[]): Uint8Array[] | null {
  const obus: Uint8Array[] = []
  let open: Uint8Array[] | null = null
  for (const payload of payloads) {
    const header = payload[0]!
    const continues = (header & 0x80) !== 0
    const goesOn = (header & 0x40) !== 0
    const count = (header >> 4) & 3
    if (continues !== (open !== null)) return null
    let at = 1
    for (let i = 0; at < payload.length; i++) {
      // W says how many elements there are: the last has no length. Zero: each has one.
      const isLast = count > 0 && i === count - 1
      if (count > 0 && i >= count) return null
      let end = payload.length
      if (!isLast) {
        const size = readLeb128(payload, at)
        if (!size) return null
        at = size.next
        end = at + size.value
        if (end > payload.length) return null
      }
      const piece = payload.subarray(at, end)
      at = end
      const whole: Uint8Array[] = open ? [...open, piece] : [piece]
      open = null
      if (goesOn && end === payload.length) open = whole
      else obus.push(concatBytes(whole))
    }
    if (goesOn && !open) return null
  }
  return open ? null : obus.filter(obu => obu.length > 0)
}

/** Puts a size field into an OBU that has none (AV1 specification 5.3.2); null when its header is cut or forbidden. */
function withSize(obu: Uint8Array): Uint8Array | null {
  const header = obu[0]!
  if (header & 0x80) return null
  if (header & 0x02) return obu
  const headerBytes = header & 0x04 ? 2 : 1
  if (obu.length < headerBytes) return null
  const head = obu.slice(0, headerBytes)
  head[0] = header | 0x02
  return concatBytes([head, leb128(obu.length - headerBytes), obu.subarray(headerBytes)])
}

/** A temporal unit with the delimiter that RTP leaves out. It begins a sequence when a sequence header is in it. */
export function joinAv1(payloads: readonly Uint8Array[]): CodedPicture | null {
  const obus = av1Obus(payloads)
  if (!obus || obus.length === 0) return null
  const sized: Uint8Array[] = [Uint8Array.of(0x12, 0)]
  let isKey = false
  for (const obu of obus) {
    const type = (obu[0]! >> 3) & 15
    // Temporal delimiters and tile lists are not of a picture's data (5.3 of the payload specification).
    if (type === 2 || type === 8) continue
    if (type === 1) isKey = true
    const whole = withSize(obu)
    if (!whole) return null
    sized.push(whole)
  }
  return sized.length > 1 ? { data: concatBytes(sized), importance: isKey ? 'idr' : 'reference' } : null
}
