// What a package holds, read back from its bytes, and whether its playlists and manifest say the same.
import { readdir, readFile } from 'node:fs/promises'
import { isAbsolute, join, normalize } from 'node:path'
import { add, HeadendError, type Rational } from '../core/index.ts'
import {
  averageBitrate,
  type InitFacts,
  layout,
  type Mpd,
  type MultivariantPlaylist,
  parseMpd,
  parseMultivariant,
  segmentDuration,
  type Track,
  ticksToSeconds,
  trackDuration,
} from '../manifest/index.ts'
import { checkDash } from './check-dash.ts'
import { checkHls } from './check-hls.ts'
import { checkAlignment, checkTrack } from './check-track.ts'
import { listSegments, readTrack } from './read-track.ts'

export type InventorySegment = {
  /** Relative to the package's folder. */
  readonly path: string
  readonly bytes: number
  /** Presentation time of its first frame, in seconds. */
  readonly start: Rational
  readonly duration: Rational
  readonly startsWithKeyframe: boolean
  readonly frames: number
}

export type InventoryTrack = {
  readonly id: string
  readonly type: 'video' | 'audio'
  readonly init: InitFacts
  /** Relative to the package's folder. */
  readonly initPath: string
  readonly segments: readonly InventorySegment[]
  /** Samples in all: pictures, or coded blocks of sound with the priming ones. */
  readonly frames: number
  readonly start: Rational
  readonly duration: Rational
  /** Of all segments, with their boxes. */
  readonly bytes: number
  readonly averageBps: number
  /** Highest bit rate of any one segment. A last one shorter than half of the longest is counted with the one before. */
  readonly peakSegmentBps: number
}

export type Inventory = {
  readonly tracks: readonly InventoryTrack[]
  /** Whether there is an HLS master playlist, a DASH manifest. */
  readonly hls: boolean
  readonly dash: boolean
  /** One sentence per fault; empty when files, playlists, manifest and the times in the segments agree. */
  readonly findings: readonly string[]
}

/** Reads the package in `dir`. A damaged part is a finding, not an error. @throws the signal's reason. */
export async function inventoryPackage(dir: string, { signal }: { signal: AbortSignal }): Promise<Inventory> {
  const findings: string[] = []
  const attempt = async <T>(read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read()
    } catch (error) {
      signal.throwIfAborted()
      findings.push(describeError(error))
      return null
    }
  }
  const present = new Set(await readdir(dir))
  const tracks: Track[] = []
  for (const id of await trackIds(dir)) {
    const track = await attempt(() => readTrack(dir, id, { signal }))
    if (track) tracks.push(track)
  }
  if (tracks.length === 0) findings.push('the package has no track')
  for (const track of tracks) {
    const names = await listSegments(dir, track.id)
    findings.push(...checkTrack(track, names))
  }
  findings.push(...checkAlignment(tracks.filter(isVideo)))
  const hls = present.has(layout.multivariant)
  const dash = present.has(layout.mpd)
  if (!hls && !dash) findings.push('the package has neither an HLS nor a DASH manifest')
  const readText = async (path: string): Promise<string> => {
    if (isAbsolute(path) || normalize(path).startsWith('..')) throw new Error('it lies outside of the package')
    return await readFile(join(dir, path), { encoding: 'utf8', signal })
  }
  if (hls) {
    const master = await attempt<MultivariantPlaylist>(async () =>
      named(layout.multivariant, parseMultivariant, await readText(layout.multivariant)),
    )
    if (master) findings.push(...(await checkHls(master, tracks, readText)))
  }
  if (dash) {
    const mpd = await attempt<Mpd>(async () => named(layout.mpd, parseMpd, await readText(layout.mpd)))
    if (mpd) findings.push(...checkDash(mpd, tracks))
  }
  signal.throwIfAborted()
  return { tracks: tracks.map(summarise), hls, dash, findings }
}

/** Folders that hold an init segment. */
async function trackIds(dir: string): Promise<string[]> {
  const ids: string[] = []
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    if ((await readdir(join(dir, entry.name))).includes('init.mp4')) ids.push(entry.name)
  }
  return ids.toSorted()
}

const isVideo = ({ init }: Track): boolean => init.handler === 'vide'

function named<T>(path: string, parse: (text: string) => T, text: string): T {
  try {
    return parse(text)
  } catch (error) {
    throw new HeadendError('HE_INPUT_DAMAGED', `${path}: ${describeError(error)}`, { cause: error })
  }
}

const describeError = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function summarise(track: Track): InventoryTrack {
  const { id, init, initPath } = track
  const segments = track.segments.map(segment => ({
    path: segment.path,
    bytes: segment.bytes,
    start: ticksToSeconds(segment.start, init.timescale),
    duration: segmentDuration(track, segment),
    startsWithKeyframe: segment.startsWithKeyframe,
    frames: segment.frames,
  }))
  return {
    id,
    type: isVideo(track) ? 'video' : 'audio',
    init,
    initPath,
    segments,
    frames: segments.reduce((sum, segment) => sum + segment.frames, 0),
    start: segments[0]!.start,
    duration: trackDuration(track),
    bytes: segments.reduce((sum, segment) => sum + segment.bytes, 0),
    averageBps: averageBitrate(segments),
    peakSegmentBps: peakOfSegments(segments),
  }
}

function peakOfSegments(segments: readonly InventorySegment[]): number {
  const [last, before] = [segments.at(-1)!, segments.at(-2)]
  const longest = Math.max(...segments.map(({ duration }) => Number(duration.num) / Number(duration.den)))
  const short = before && (2 * Number(last.duration.num)) / Number(last.duration.den) < longest
  const merged = short
    ? [...segments.slice(0, -2), { bytes: before.bytes + last.bytes, duration: add(before.duration, last.duration) }]
    : segments
  return merged.reduce((peak, segment) => Math.max(peak, averageBitrate([segment])), 0)
}
