// H.264 into RTP payloads (RFC 6184, packetization mode 1): single NAL units, FU-A for the long ones, STAP-A for the short in a row.
import { concatBytes } from './rtp-packet.ts'

/** The NAL units of an access unit. `lengthBytes`: null for Annex B. Units that a length cuts are left out. */
export function nalUnitsOf(unit: Uint8Array, lengthBytes: number | null): Uint8Array[] {
  const units: Uint8Array[] = []
  if (lengthBytes !== null) {
    for (let at = 0; at + lengthBytes < unit.length; ) {
      let length = 0
      for (let i = 0; i < lengthBytes; i++) length = length * 256 + unit[at + i]!
      at += lengthBytes
      if (length > 0 && at + length <= unit.length) units.push(unit.subarray(at, at + length))
      at += length
    }
    return units
  }
  let from = -1
  for (let at = 0; at + 2 < unit.length; at++) {
    if (unit[at] !== 0 || unit[at + 1] !== 0 || unit[at + 2] !== 1) continue
    if (from >= 0) units.push(trimZeros(unit.subarray(from, at)))
    from = at + 3
    at += 2
  }
  if (from >= 0) units.push(trimZeros(unit.subarray(from)))
  return units.filter(({ length }) => length > 0)
}

/** Zeros before the next start code are not of the unit (ISO/IEC 14496-10 B.1.1). */
function trimZeros(unit: Uint8Array): Uint8Array {
  let end = unit.length
  while (end > 0 && unit[end - 1] === 0) end--
  return unit.subarray(0, end)
}

/** The payloads of one access unit, in order; the last one gets the marker. None is longer than `maxBytes`. */
export function packetizeH264(units: readonly Uint8Array[], maxBytes: number): Uint8Array[] {
  const payloads: Uint8Array[] = []
  let short: Uint8Array[] = []
  let shortBytes = 1
  const flush = (): void => {
    if (short.length === 1) payloads.push(short[0]!)
    else if (short.length > 1) {
      // RFC 6184 5.7: the greatest NRI of the units, and F where any has it.
      const nri = Math.max(...short.map(unit => unit[0]! & 0x60))
      const forbidden = short.some(unit => unit[0]! & 0x80) ? 0x80 : 0
      payloads.push(
        concatBytes([
          Uint8Array.of(forbidden | nri | 24),
          ...short.flatMap(unit => [Uint8Array.of(unit.length >> 8, unit.length & 255), unit]),
        ]),
      )
    }
    short = []
    shortBytes = 1
  }
  for (const unit of units) {
    if (unit.length > maxBytes) {
      flush()
      const header = unit[0]!
      const room = maxBytes - 2
      for (let at = 1; at < unit.length; at += room) {
        const begins = at === 1 ? 0x80 : 0
        const ends = at + room >= unit.length ? 0x40 : 0
        payloads.push(
          concatBytes([
            Uint8Array.of((header & 0xe0) | 28, begins | ends | (header & 31)),
            unit.subarray(at, Math.min(unit.length, at + room)),
          ]),
        )
      }
      continue
    }
    if (shortBytes + 2 + unit.length > maxBytes) flush()
    short.push(unit)
    shortBytes += 2 + unit.length
  }
  flush()
  return payloads
}

/** Length of the prefixes and the parameter sets of an avcC payload (ISO/IEC 14496-15 5.3.3.1). Null when it is cut. */
export function readAvcConfig(
  config: Uint8Array,
): { readonly lengthBytes: number; readonly sets: Uint8Array[] } | null {
  if (config.length < 7) return null
  const lengthBytes = (config[4]! & 3) + 1
  const sets: Uint8Array[] = []
  let at = 5
  for (const mask of [31, 255]) {
    const count = config[at++]
    if (count === undefined) return null
    for (let i = 0; i < (count & mask); i++) {
      if (at + 2 > config.length) return null
      const size = config[at]! * 256 + config[at + 1]!
      at += 2
      if (at + size > config.length) return null
      sets.push(config.subarray(at, at + size))
      at += size
    }
  }
  return { lengthBytes, sets }
}
