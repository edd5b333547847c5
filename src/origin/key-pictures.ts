// The key frames of a channel, each as a fragment of its own: what players show while they are wound forward or back (Apple HLS 6.1).
import { readFile } from 'node:fs/promises'
import { buildKeyFragment, type InitFacts, keySamples, parseInit } from '../manifest/index.ts'
import type { ChannelStore, StoredSegment, StoredTrack } from './channel-store.ts'

/** A picture in a corner above the seek bar needs no more lines. */
const LINES = 360

/** The rendition that they are taken from; null where there is no picture. */
export function keyTrackOf(store: ChannelStore): StoredTrack | null {
  const { program } = store
  const videos = (program?.tracks ?? []).flatMap(id => {
    const track = store.tracks.get(id)!
    const description = track.descriptions.get(program!.version)
    return description?.kind === 'video' ? [{ track, away: Math.abs(description.height - LINES) }] : []
  })
  return videos.toSorted((a, b) => a.away - b.away)[0]?.track ?? null
}

/** Init segments that were read; null: that cannot be. */
const known = new WeakMap<Uint8Array, InitFacts | null>()
function factsOf(init: Uint8Array): InitFacts | null {
  const facts = known.has(init) ? known.get(init)! : orNull(() => parseInit(init))
  known.set(init, facts)
  return facts
}

/** A worker that sends what nobody can read loses its pictures of fast forward, not its playlists. */
function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

/** What lies in the first bytes of a segment: its first key frame. */
function firstKey(track: StoredTrack, version: number, bytes: Uint8Array): Uint8Array | null {
  const facts = factsOf(track.descriptions.get(version)!.init)
  const [sample] = (facts && orNull(() => keySamples(bytes, facts))) ?? []
  return sample ? bytes.subarray(sample.start, sample.start + sample.size) : null
}

/** Shown as long as its segment; null where the segment is gone or begins with none. */
export async function keyPictureOf(track: StoredTrack, segment: StoredSegment): Promise<Buffer | null> {
  const [part] = segment.parts
  const bytes = part ? part.bytes : segment.file ? await readFile(segment.file).catch(() => null) : null
  const picture = bytes && firstKey(track, segment.version, bytes)
  if (!picture) return null
  const { trackId } = factsOf(track.descriptions.get(segment.version)!.init)!
  const fragment = buildKeyFragment(1, trackId, segment.decodeTicks, segment.durationTicks, picture)
  return Buffer.from(fragment.buffer, fragment.byteOffset, fragment.length)
}

/** moof and mdat around a picture. */
const WRAPPING_BYTES = 150

/** Bits per second of the pictures that are in memory; where none is, those of the rendition are more than enough. */
export function keyPictureRate(track: StoredTrack, version: number): { peak: number; average: number } {
  const { timescale, bitrateBps } = track.descriptions.get(version)!
  const rates = track.segments.slice(-16).flatMap(segment => {
    const [part] = segment.parts
    if (!segment.complete || !part || segment.version !== version) return []
    const bytes = (firstKey(track, version, part.bytes)?.length ?? 0) + WRAPPING_BYTES
    return [Math.ceil((bytes * 8 * timescale) / segment.durationTicks)]
  })
  if (rates.length === 0) return { peak: bitrateBps, average: bitrateBps }
  return {
    peak: Math.max(...rates),
    average: Math.ceil(rates.reduce((sum, rate) => sum + rate, 0) / rates.length),
  }
}
