// How far picture and sound lie apart for somebody who reads the file from its beginning to its end.
import type { IsoLayout } from '../model/index.ts'
import type { Chunk, TrackTables } from './layout-iso-tracks.ts'

type Lane = { readonly chunks: Generator<Chunk>; next: Chunk | undefined; readS: number; last: number }

/**
 * Goes through the chunks of all tracks in the order of the file. At each moment the track that is furthest ahead is held
 * against the one that is furthest behind and has more to come.
 */
export function measureInterleave(tracks: readonly TrackTables[]): IsoLayout['interleave'] {
  if (tracks.length < 2) return null
  const lanes = tracks.map(({ track, chunks }): Lane => {
    const each = chunks()
    // Media before the first edit are never shown: lanes are compared by what is.
    const first = track.edits.findIndex(({ mediaS }) => mediaS !== null)
    const emptyS = track.edits.slice(0, Math.max(0, first)).reduce((sum, { durationS }) => sum + durationS, 0)
    const shift = (track.edits[first]?.mediaS ?? 0) - emptyS
    const next = each.next().value as Chunk | undefined
    return { chunks: each, next, readS: -shift, last: next?.offset ?? 0 }
  })
  let worst = { worstS: 0, atS: 0, bytes: 0 }
  for (;;) {
    const lane = first(lanes)
    if (!lane?.next) return worst
    const { startS, endS, offset, bytes } = lane.next
    lane.readS += endS - startS
    lane.last = offset + bytes
    lane.next = lane.chunks.next().value as Chunk | undefined
    for (const other of lanes) {
      if (other === lane || !other.next) continue
      // A chunk comes as a whole: it is ahead by what the other one has not reached yet.
      const ahead = lane.readS - other.readS
      if (ahead > worst.worstS)
        worst = { worstS: ahead, atS: Math.max(0, other.readS), bytes: other.next.offset - offset }
    }
  }
}

function first(lanes: readonly Lane[]): Lane | null {
  let best: Lane | null = null
  for (const lane of lanes) if (lane.next && (!best?.next || lane.next.offset < best.next.offset)) best = lane
  return best
}
