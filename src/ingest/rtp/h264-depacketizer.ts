// H.264 from RTP (RFC 6184, packetization modes 0 and 1): single NAL units, STAP-A, FU-A. Annex B out.
import { importanceOfH264 } from '../../live/index.ts'
import type { JoinPayloads } from './frame-assembler.ts'
import { concatBytes } from './rtp-packet.ts'

const startCode = Uint8Array.of(0, 0, 0, 1)

/** The NAL units of one picture; null where a fragment has no beginning or no end, or a length lies. */
export function h264NalUnits(payloads: readonly Uint8Array[]): Uint8Array[] | null {
  const units: Uint8Array[] = []
  let fragments: Uint8Array[] | null = null
  for (const payload of payloads) {
    const type = payload[0]! & 31
    if (fragments && type !== 28) return null
    if (type >= 1 && type <= 23) units.push(payload)
    else if (type === 24) {
      // RFC 6184 5.7.1: one byte, then 16 bits of size and a unit, again and again.
      for (let at = 1; at < payload.length; ) {
        if (at + 2 > payload.length) return null
        const size = payload[at]! * 256 + payload[at + 1]!
        if (size === 0 || at + 2 + size > payload.length) return null
        units.push(payload.subarray(at + 2, at + 2 + size))
        at += 2 + size
      }
    } else if (type === 28) {
      if (payload.length < 3) return null
      const header = payload[1]!
      const begins = (header & 0x80) !== 0
      if (begins === (fragments !== null)) return null
      // RFC 6184 5.8: the unit's own header is made of the indicator's F and NRI and the fragment's type.
      if (begins) fragments = [Uint8Array.of((payload[0]! & 0xe0) | (header & 31))]
      fragments!.push(payload.subarray(2))
      if (header & 0x40) {
        units.push(concatBytes(fragments!))
        fragments = null
      }
    } else return null
  }
  return fragments ? null : units
}

/** `known`: parameter sets that came with the offer. An IDR picture that comes without the sets gets the last ones that came. */
export function createH264Join(known: readonly Uint8Array[] = []): JoinPayloads {
  const sets = new Map<number, Uint8Array>()
  for (const unit of known) if (unit.length > 0) sets.set(unit[0]! & 31, unit)
  return payloads => {
    const units = h264NalUnits(payloads)
    if (!units) return null
    const types = units.map(unit => unit[0]! & 31)
    for (const [i, unit] of units.entries()) if (types[i] === 7 || types[i] === 8) sets.set(types[i]!, unit.slice())
    if (!types.some(type => type >= 1 && type <= 5)) return null
    if (types.includes(5)) {
      const absent = [7, 8].filter(type => !types.includes(type)).flatMap(type => sets.get(type) ?? [])
      if (absent.length > 0) units.unshift(...absent)
    }
    // An access unit delimiter, where one is, stays the first.
    units.sort((a, b) => Number((b[0]! & 31) === 9) - Number((a[0]! & 31) === 9))
    const data = concatBytes(units.flatMap(unit => [startCode, unit]))
    return { data, importance: importanceOfH264(data, null) }
  }
}
