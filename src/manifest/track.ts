// One track as its bytes tell it: the init segment and every media segment with exact times. No manifest is asked.
import type { Rational } from '../core/index.ts'
import { ticksToSeconds } from './dash-segments.ts'
import type { ByteRange } from './hls-media.ts'
import { editShift, type InitFacts } from './init-segment.ts'
import { isKeySample } from './key-sample.ts'
import { type Fragment, parseKeyRange, parseSegment, type SegmentFacts, type SegmentIndex } from './media-segment.ts'

/** Times in ticks of the track; `start` and `end` of presentation, after the edit list. */
export type TrackSegment = {
  /** Relative to the package's folder. */
  readonly path: string
  /** Where it is one piece of a file. */
  readonly byteRange: ByteRange | null
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
  /** Presentation times of its sync samples. */
  readonly keyTimes: readonly bigint[]
}

export type Track = {
  readonly id: string
  readonly init: InitFacts
  readonly initPath: string
  readonly initBytes: number
  /** Of the index between init and media, where all lies in one file. */
  readonly indexRange: ByteRange | null
  readonly segments: readonly TrackSegment[]
}

/** @throws {HE_INPUT_DAMAGED} */
export const readTrackSegment = (path: string, bytes: Uint8Array, init: InitFacts): TrackSegment =>
  describeSegment(path, bytes, init, parseSegment(bytes, init.defaults))

/** An I-frame range: its first picture alone. @throws {HE_INPUT_DAMAGED} */
export const readKeyRange = (path: string, bytes: Uint8Array, init: InitFacts): TrackSegment =>
  describeSegment(path, bytes, init, parseKeyRange(bytes, init.defaults))

function describeSegment(
  path: string,
  bytes: Uint8Array,
  init: InitFacts,
  { index, fragments }: SegmentFacts,
): TrackSegment {
  const [first] = fragments
  const last = fragments.at(-1)!
  const shift = editShift(init)
  const spans = fragments.map(presentation)
  const start = spans.map(({ from }) => from).reduce(earlier) - shift
  const end = spans.map(({ to }) => to).reduce(later) - shift
  const sample = first!.samples[0]
  const coded = init.protection
    ? null
    : isKeySample(
        bytes.subarray(first!.firstSample.start, first!.firstSample.end),
        init.sampleEntry,
        init.video?.nalLengthSize ?? null,
      )
  return {
    path,
    byteRange: null,
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
    keyTimes: init.video ? keysOf(fragments, init).map(({ time }) => time) : [],
  }
}

export type KeySample = { readonly time: bigint; readonly start: number; readonly size: number }

/** The sync samples of a segment: when they are shown, and where in it their data lies. */
export const keySamples = (bytes: Uint8Array, init: InitFacts): KeySample[] =>
  keysOf(parseSegment(bytes, init.defaults).fragments, init)

function keysOf(fragments: readonly Fragment[], init: InitFacts): KeySample[] {
  const shift = editShift(init)
  return fragments.flatMap(({ baseMediaDecodeTime, samples }) => {
    let at = baseMediaDecodeTime - shift
    return samples.flatMap(({ sync, duration, compositionOffset, start, size }) => {
      const time = at + BigInt(compositionOffset)
      at += BigInt(duration)
      return sync ? [{ time, start, size }] : []
    })
  })
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
