// Fast forward: the key frames of one rendition as a file of their own.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  buildTrickFile,
  keySamples,
  layout,
  type NamedTrack,
  type TrickFrame,
  type TrickTrack,
  thinOut,
} from '../manifest/index.ts'

/** A picture in a corner above the seek bar needs no more lines. */
const LINES = 360

/** The rendition to take them from: H.264 where there is one, which everything plays, and nearest to 360 lines. */
export function chooseTrickSource(named: readonly NamedTrack[]): NamedTrack | null {
  // Encrypted samples would need their IVs beside them.
  const videos = named.filter(({ track }) => track.init.video && !track.init.protection)
  const avc = videos.filter(({ track }) => track.init.video?.avc)
  const away = ({ track }: NamedTrack): number => Math.abs(track.init.video!.height - LINES)
  return (avc.length > 0 ? avc : videos).toSorted((a, b) => away(a) - away(b))[0] ?? null
}

/** null where the picture has no key frame. */
export async function writeTrick(
  outDir: string,
  { track, codecs }: NamedTrack,
  { signal }: { signal: AbortSignal },
): Promise<TrickTrack | null> {
  const wanted = new Set(
    thinOut(
      track.segments.flatMap(({ keyTimes }) => keyTimes.map(time => ({ time }))),
      track.init.timescale,
    ).map(({ time }) => time),
  )
  const frames: TrickFrame[] = []
  for (const segment of track.segments) {
    const bytes = await readFile(join(outDir, segment.path), { signal })
    for (const { time, start, size } of keySamples(bytes, track.init))
      if (wanted.has(time)) frames.push({ time, data: bytes.subarray(start, start + size) })
  }
  if (frames.length === 0) return null
  const init = await readFile(join(outDir, track.initPath), { signal })
  const path = layout.trickFile(track.id)
  const file = buildTrickFile(track.id, path, init, track.init, frames, track.segments.at(-1)!.end)
  await writeFile(join(outDir, path), file.bytes, { signal })
  return { of: track.id, codecs, track: file.track }
}
