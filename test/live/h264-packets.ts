// H.264 into RTP payloads (RFC 6184, packetization mode 1): single NAL units, FU-A for the long ones, STAP-A for the short in a row.
import { concatBytes } from '../../src/ingest/rtp/rtp-packet.ts'

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
