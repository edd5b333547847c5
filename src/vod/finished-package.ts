// What lies in a package, told to the verification: its bytes in order, and a head that FFmpeg can open.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatRational } from '../core/index.ts'
import { type InventoryTrack, inventoryPackage } from '../packaging/index.ts'
import { brokenRules, checkManifests } from './check-manifests.ts'
import type { FinishedRendition } from './verify.ts'

export type FinishedPackage = {
  readonly renditions: readonly FinishedRendition[]
  readonly findings: readonly string[]
}

/** Reads the package in `dir` back; heads are written to `scratch`. */
export async function finishedPackage(
  dir: string,
  scratch: string,
  { signal }: { signal: AbortSignal },
): Promise<FinishedPackage> {
  const { tracks, findings } = await inventoryPackage(dir, { signal })
  const renditions: FinishedRendition[] = []
  for (const track of tracks) renditions.push(await describe(track, dir, scratch))
  return { renditions, findings: [...findings, ...brokenRules(await checkManifests(dir, { signal }))] }
}

async function describe(track: InventoryTrack, dir: string, scratch: string): Promise<FinishedRendition> {
  const parts = [track.initPath, ...track.segments.map(segment => segment.path)].map(path => join(dir, path))
  // Init and first segment as one small file: what a player sees when it starts.
  const head = join(scratch, `${track.id}-head.mp4`)
  await writeFile(head, Buffer.concat(await Promise.all(parts.slice(0, 2).map(part => readFile(part)))))
  return {
    id: track.id,
    stream: 0,
    ordinal: 0,
    parts,
    head,
    duration: formatRational(track.duration),
    segments: { peakBps: track.peakSegmentBps, keyframes: track.segments.every(segment => segment.startsWithKeyframe) },
  }
}
