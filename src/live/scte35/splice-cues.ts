// What a splice_info_section means for a timeline: breaks that begin and end (ANSI/SCTE 35 2023, tables 7 and 23).
import { parseSpliceInfo } from './splice-info.ts'

/** A mark, with its place relative to where the section stood, in ticks of 90 kHz. */
export type SpliceMark = {
  /** The same for the beginning and the end of one break. */
  readonly id: string
  /** `cancel`: what was announced under this id, or one that begins with it and a dash, does not happen. */
  readonly kind: 'out' | 'in' | 'other' | 'cancel'
  readonly ticks: bigint
  readonly durationTicks: bigint | null
}

/** Types of table 23 whose beginning leads away from the programme: break, advertisements, placement opportunities. */
const outTypes = new Set([0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x44, 0x46])
const WRAP = 1n << 33n

/** `atTicks`: where the section stood, 90 kHz; marks come near it whatever wrapped between. @throws {HE_INPUT_DAMAGED} */
export function readSplice(section: Uint8Array, atTicks: bigint): SpliceMark[] {
  const { command, segmentations } = parseSpliceInfo(section)
  if (command.type === 'other') return []
  const ticks = command.ticks === null ? atTicks : near(command.ticks, atTicks)
  if (command.type === 'insert') {
    const { eventId, cancel, out, durationTicks } = command
    if (cancel) return [{ id: `splice-${eventId}`, kind: 'cancel', ticks, durationTicks: null }]
    return [{ id: `splice-${eventId}`, kind: out ? 'out' : 'in', ticks, durationTicks }]
  }
  return segmentations.flatMap(({ eventId, cancel, typeId, durationTicks }): SpliceMark[] => {
    if (cancel) return [{ id: `segmentation-${eventId}`, kind: 'cancel', ticks, durationTicks: null }]
    if (outTypes.has(typeId)) return [{ id: `segmentation-${eventId}-${typeId}`, kind: 'out', ticks, durationTicks }]
    // The end of a type has the number after it.
    if (outTypes.has(typeId - 1))
      return [{ id: `segmentation-${eventId}-${typeId - 1}`, kind: 'in', ticks, durationTicks: null }]
    return [{ id: `segmentation-${eventId}-${typeId}`, kind: 'other', ticks, durationTicks }]
  })
}

function near(ticks: bigint, to: bigint): bigint {
  const away = (((ticks - to) % WRAP) + WRAP) % WRAP
  return to + (away > WRAP / 2n ? away - WRAP : away)
}
