// How much the rest of a stream depends on one of its pictures, read from its NAL units.
import type { Importance } from './media-unit.ts'

/** ISO/IEC 14496-10 table 7-1: a slice of an IDR picture; nal_ref_idc 0: no other picture refers to it. `lengthBytes`: null for Annex B. */
export function importanceOfH264(unit: Uint8Array, lengthBytes: number | null): Importance {
  let seen: Importance = 'reference'
  for (const header of nalHeaders(unit, lengthBytes)) {
    const type = header & 31
    if (type === 5) return 'idr'
    if (type >= 1 && type <= 4) seen = (header >> 5) & 3 ? 'reference' : 'non-reference'
  }
  return seen
}

/** ITU-T H.265 table 7-1: 16 to 21 are pictures at which decoding may start; of those below 16 the even ones are not referred to. */
export function importanceOfHevc(unit: Uint8Array, lengthBytes: number | null): Importance {
  let seen: Importance = 'reference'
  for (const header of nalHeaders(unit, lengthBytes)) {
    const type = (header >> 1) & 63
    if (type >= 16 && type <= 21) return 'idr'
    if (type < 16) seen = type % 2 === 0 ? 'non-reference' : 'reference'
  }
  return seen
}

/** The first byte of each NAL unit. */
function* nalHeaders(unit: Uint8Array, lengthBytes: number | null): Generator<number> {
  if (lengthBytes !== null) {
    for (let at = 0; at + lengthBytes < unit.length; ) {
      let length = 0
      for (let i = 0; i < lengthBytes; i++) length = length * 256 + unit[at + i]!
      yield unit[at + lengthBytes]!
      at += lengthBytes + length
    }
    return
  }
  for (let at = 0; at + 3 < unit.length; at++) {
    if (unit[at] !== 0 || unit[at + 1] !== 0 || unit[at + 2] !== 1) continue
    const type = unit[at + 3]!
    yield type
    at += 3
  }
}
