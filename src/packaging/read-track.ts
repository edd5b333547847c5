// The truth about one packaged track: read from its init segment and every segment, not from any manifest.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadendError, type Rational } from '../core/index.ts'
import {
  editShift,
  type Fragment,
  type InitFacts,
  isKeySample,
  parseInit,
  parseSegment,
  type SegmentIndex,
  ticksToSeconds,
} from '../manifest/index.ts'
import { layout } from './shaka-arguments.ts'

/** Times in ticks of the track; `start` and `end` of presentation, after the edit list. */
export type TrackSegment = {
  /** Relative to the package's folder. */
  readonly path: string
  readonly bytes: number
  readonly start: bigint
  readonly end: bigint
  readonly decodeStart: bigint
  readonly decodeEnd: bigint
  readonly frames: number
  /** By the sample flags, and where the codec tells, by the coded picture too. */
  readonly startsWithKeyframe: boolean
  /** Nothing after the first sample is shown before it: stream access point of type 1. */
  readonly firstShownFirst: boolean
  readonly index: SegmentIndex | null
}

export type Track = {
  readonly id: string
  readonly init: InitFacts
  readonly initPath: string
  readonly initBytes: number
  readonly segments: readonly TrackSegment[]
}

const SEGMENT_NAME = /^\d+\.m4s$/

/** Names of a track's segment files, in order. */
export async function listSegments(dir: string, id: string): Promise<string[]> {
  const names = (await readdir(join(dir, id))).filter(name => SEGMENT_NAME.test(name))
  return names.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
}

/** Reads one track of the package in `dir`. @throws {HE_INPUT_DAMAGED} naming the file. */
export async function readTrack(dir: string, id: string, { signal }: { signal: AbortSignal }): Promise<Track> {
  const initPath = layout.init(id)
  const initBytes = await readFile(join(dir, initPath), { signal })
  const init = within(initPath, () => parseInit(initBytes))
  const segments: TrackSegment[] = []
  for (const name of await listSegments(dir, id)) {
    const path = `${id}/${name}`
    const bytes = await readFile(join(dir, path), { signal })
    segments.push(within(path, () => readSegment(path, bytes, init)))
  }
  if (segments.length === 0) throw new HeadendError('HE_INPUT_DAMAGED', `${id} has no segments`, { details: { id } })
  return { id, init, initPath, initBytes: initBytes.length, segments }
}

/** Puts the file's name in front of what is wrong in it. */
function within<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof HeadendError)) throw error
    throw new HeadendError(error.code, `${path}: ${error.message}`, {
      details: { ...error.details, path },
      cause: error,
    })
  }
}

function readSegment(path: string, bytes: Uint8Array, init: InitFacts): TrackSegment {
  const { index, fragments } = parseSegment(bytes, init.defaults)
  const [first] = fragments
  const last = fragments.at(-1)!
  const shift = editShift(init)
  const spans = fragments.map(presentation)
  const start = spans.map(({ from }) => from).reduce(earlier) - shift
  const end = spans.map(({ to }) => to).reduce(later) - shift
  const sample = first!.samples[0]
  const coded = isKeySample(
    bytes.subarray(first!.firstSample.start, first!.firstSample.end),
    init.sampleEntry,
    init.video?.nalLengthSize ?? null,
  )
  return {
    path,
    bytes: bytes.length,
    // What the edit list cuts off (the encoder delay of sound) is in the segment but not in the presentation.
    start: start < 0n ? 0n : start,
    end,
    decodeStart: first!.baseMediaDecodeTime,
    decodeEnd: last.baseMediaDecodeTime + last.duration,
    frames: fragments.reduce((sum, fragment) => sum + fragment.samples.length, 0),
    startsWithKeyframe: (sample?.sync ?? false) && (coded ?? true),
    firstShownFirst:
      sample !== undefined && first!.baseMediaDecodeTime + BigInt(sample.compositionOffset) - shift === start,
    index,
  }
}

const earlier = (a: bigint, b: bigint): bigint => (b < a ? b : a)
const later = (a: bigint, b: bigint): bigint => (a < b ? b : a)

/** Earliest beginning and latest end of any sample, in composition time. */
function presentation({ baseMediaDecodeTime, samples }: Fragment): { from: bigint; to: bigint } {
  let decode = 0
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const { duration, compositionOffset } of samples) {
    from = Math.min(from, decode + compositionOffset)
    to = Math.max(to, decode + compositionOffset + duration)
    decode += duration
  }
  if (samples.length === 0) return { from: baseMediaDecodeTime, to: baseMediaDecodeTime }
  return { from: baseMediaDecodeTime + BigInt(from), to: baseMediaDecodeTime + BigInt(to) }
}

/** Seconds from the first to the last instant that is presented. */
export function trackDuration({ init, segments }: Track): Rational {
  return ticksToSeconds(segments.at(-1)!.end - segments[0]!.start, init.timescale)
}

/** How long a segment is shown. */
export const segmentDuration = ({ init }: Track, { start, end }: TrackSegment): Rational =>
  ticksToSeconds(end - start, init.timescale)
