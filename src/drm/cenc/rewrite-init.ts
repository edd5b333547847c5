// Replaces the sample entries and pssh boxes of an init segment, and leaves everything else byte by byte.
import { damaged, formatBox, readBoxes, words } from '../../manifest/index.ts'

export type InitChange = {
  /** What stands in the place of each sample entry: whole boxes. */
  readonly entry: (entry: Uint8Array, index: number) => readonly Uint8Array[]
  /** Whole boxes at the end of moov; those that were there go. */
  readonly pssh: readonly Uint8Array[]
}

const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl'])

/** @throws {HE_INPUT_DAMAGED} */
export function rewriteInit(init: Uint8Array, change: InitChange): Uint8Array {
  return Buffer.concat(rewriteBoxes(init, change))
}

function rewriteBoxes(bytes: Uint8Array, change: InitChange): Uint8Array[] {
  return readBoxes(bytes).flatMap(({ type, start, end, body }) => {
    if (type === 'pssh') return []
    if (type === 'stsd') return [rewriteDescriptions(body, change)]
    if (!CONTAINERS.has(type)) return [bytes.subarray(start, end)]
    return [formatBox(type, ...rewriteBoxes(body, change), ...(type === 'moov' ? change.pssh : []))]
  })
}

/** ISO/IEC 14496-12 8.5.2: version and flags, count, entries. */
function rewriteDescriptions(body: Uint8Array, { entry }: InitChange): Uint8Array {
  if (body.length < 8) throw damaged('stsd ends too early')
  const inside = body.subarray(8)
  const entries = readBoxes(inside).flatMap(({ start, end }, index) => entry(inside.subarray(start, end), index))
  return formatBox('stsd', body.subarray(0, 4), words(entries.length), ...entries)
}
