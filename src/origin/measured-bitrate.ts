// What the segments of a track became, in bits per second: what was asked of an encoder is another thing.
import type { StoredTrack } from './channel-store.ts'

/** Over the whole segments of the last half minute or so; zero while there is none. */
export function measuredBitrate(track: StoredTrack, timescale: number): { peak: number; average: number } {
  let bytes = 0
  let ticks = 0
  let peak = 0
  for (const segment of track.segments.slice(-16)) {
    if (!segment.complete || segment.durationTicks <= 0) continue
    bytes += segment.sizeBytes
    ticks += segment.durationTicks
    peak = Math.max(peak, Math.ceil((segment.sizeBytes * 8 * timescale) / segment.durationTicks))
  }
  return { peak, average: ticks === 0 ? 0 : Math.ceil((bytes * 8 * timescale) / ticks) }
}
