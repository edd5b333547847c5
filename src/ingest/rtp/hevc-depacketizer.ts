// H.265 from RTP (RFC 7798, without DONL): single NAL units, aggregation packets, fragmentation units. Annex B out.
import { importanceOfHevc } from '../../live/index.ts'
import type { JoinPayloads } from './frame-assembler.ts'
import { concatBytes } from './rtp-packet.ts'

const startCode = Uint8Array.of(0, 0, 0, 1)
const typeOf = (unit: Uint8Array): number => (unit[0]! >> 1) & 63

/** The NAL units of one picture; null where a fragment has no beginning or no end, or a length lies. */
export function hevcNalUnits(payloads: readonly Uint8Array[]): Uint8Array[] | null {
  const units: Uint8Array[] = []
  let fragments: Uint8Array[] | null = null
  for (const payload of payloads) {
    if (payload.length < 3) return null
    const type = typeOf(payload)
    if (fragments && type !== 49) return null
    if (type < 48) units.push(payload)
    else if (type === 48) {
      for (let at = 2; at < payload.length; ) {
        if (at + 2 > payload.length) return null
        const size = payload[at]! * 256 + payload[at + 1]!
        if (size < 3 || at + 2 + size > payload.length) return null
        units.push(payload.subarray(at + 2, at + 2 + size))
        at += 2 + size
      }
    } else if (type === 49) {
      if (payload.length < 4) return null
      const header = payload[2]!
      const begins = (header & 0x80) !== 0
      if (begins === (fragments !== null)) return null
      if (begins) fragments = [Uint8Array.of((payload[0]! & 0x81) | ((header & 63) << 1), payload[1]!)]
      fragments!.push(payload.subarray(3))
      if (header & 0x40) {
        units.push(concatBytes(fragments!))
        fragments = null
      }
    } else return null
  }
  return fragments ? null : units
}

/** An IRAP picture that comes without its parameter sets (32 to 34) gets the last ones that came. */
export function createHevcJoin(): JoinPayloads {
  const sets = new Map<number, Uint8Array>()
  return payloads => {
    const units = hevcNalUnits(payloads)
    if (!units) return null
    const types = units.map(typeOf)
    for (const [i, unit] of units.entries()) if (types[i]! >= 32 && types[i]! <= 34) sets.set(types[i]!, unit.slice())
    if (!types.some(type => type < 32)) return null
    if (types.some(type => type >= 16 && type <= 21)) {
      const absent = [32, 33, 34].filter(type => !types.includes(type)).flatMap(type => sets.get(type) ?? [])
      if (absent.length > 0) units.unshift(...absent)
    }
    units.sort((a, b) => Number(typeOf(b) === 35) - Number(typeOf(a) === 35))
    const data = concatBytes(units.flatMap(unit => [startCode, unit]))
    return { data, importance: importanceOfHevc(data, null) }
  }
}
