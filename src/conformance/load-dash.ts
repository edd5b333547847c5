// A DASH presentation → what its rules look at.
import { add, HeadendError, rational, sub } from '../core/index.ts'
import {
  type ByteRange,
  type CheckedTrack,
  type DashEntry,
  type DashFacts,
  initializationPath,
  type Period,
  parseIndex,
  parseMpd,
  type Representation,
  type SegmentIndex,
  schemes,
  segmentPath,
  ticksToSeconds,
} from '../manifest/index.ts'
import { explain, type ListedSegment, type ReadContext, readTrack } from './read-track.ts'
import { MAX_MANIFEST_BYTES, type Resource } from './resource.ts'

/** @throws {HE_INPUT_DAMAGED} when it is no MPD, or the signal's reason. */
export async function loadDash(manifest: Resource, context: ReadContext): Promise<DashFacts> {
  const text = new TextDecoder().decode(manifest.bytes)
  const mpd = parseMpd(text)
  const entries: DashEntry[] = []
  for (const [period, { adaptationSets }] of mpd.periods.entries())
    for (const [set, { contentType, essential, representations }] of adaptationSets.entries()) {
      const isTrick = essential.some(({ scheme }) => scheme === schemes.trickMode)
      const type = isTrick ? 'iframes' : isType(contentType) ? contentType : 'video'
      for (const representation of representations) {
        const track = await readRepresentation(representation, type, mpd.periods[period]!, context)
        entries.push({ period, set, representation, track })
      }
    }
  return { kind: 'dash', mpd, text, entries, problems: [], url: context.reader.url, transfer: manifest.transfer }
}

const isType = (text: string): text is CheckedTrack['type'] => ['video', 'audio', 'text', 'image'].includes(text)

async function readRepresentation(
  representation: Representation,
  type: CheckedTrack['type'],
  period: Period,
  context: ReadContext,
): Promise<CheckedTrack> {
  const { id } = representation
  try {
    return await readTrack({ id, type }, await listSegments(representation, period, context), context)
  } catch (error) {
    const initProblem = explain(error, context.signal)
    return { id, type, init: null, initProblem, segments: [], complete: true }
  }
}

async function listSegments(
  representation: Representation,
  period: Period,
  context: ReadContext,
): Promise<ListedSegment[]> {
  const { segments } = representation
  const plain = { range: null, discontinuity: false, absent: false, init: null, statedStart: null }
  if (segments.kind === 'file') return [{ ...plain, uri: segments.url, statedDuration: period.duration ?? rational(0) }]
  if (segments.kind === 'base') return await listIndexed(segments, context)
  const init = initializationPath(representation, segments)
  const offset = ticksToSeconds(segments.presentationTimeOffset, segments.timescale)
  return segments.timeline.map(({ start, duration }, i) => ({
    ...plain,
    uri: segmentPath(representation, segments, i),
    init: init === null ? null : { uri: init, range: null },
    statedStart: sub(ticksToSeconds(start, segments.timescale), offset),
    statedDuration: ticksToSeconds(duration, segments.timescale),
  }))
}

type Base = Extract<Representation['segments'], { kind: 'base' }>

const asRange = ([first, last]: readonly [bigint, bigint]): ByteRange => ({
  offset: Number(first),
  bytes: Number(last - first + 1n),
})

function readIndex(bytes: Uint8Array): SegmentIndex {
  try {
    return parseIndex(bytes)
  } catch (cause) {
    if (!(cause instanceof HeadendError)) throw cause
    throw new HeadendError(cause.code, `index: ${cause.message}`, { cause })
  }
}

async function listIndexed(base: Base, { reader, signal }: ReadContext): Promise<ListedSegment[]> {
  const { url, initRange, indexRange, timescale, presentationTimeOffset } = base
  if (!indexRange) throw new HeadendError('HE_INPUT_DAMAGED', 'SegmentBase without indexRange')
  const range = asRange(indexRange)
  const { bytes } = await reader.read(url, { range, maxBytes: MAX_MANIFEST_BYTES, signal })
  const index = readIndex(bytes)
  const offset = ticksToSeconds(presentationTimeOffset, timescale)
  let at = range.offset + range.bytes + Number(index.firstOffset)
  let time = sub(ticksToSeconds(index.earliestPresentationTime, index.timescale), offset)
  return index.references.map(reference => {
    const listed: ListedSegment = {
      uri: url,
      range: { bytes: reference.bytes, offset: at },
      init: { uri: url, range: initRange ? asRange(initRange) : { bytes: range.offset, offset: 0 } },
      statedStart: time,
      statedDuration: ticksToSeconds(BigInt(reference.duration), index.timescale),
      discontinuity: false,
      absent: false,
    }
    at += reference.bytes
    time = add(time, listed.statedDuration)
    return listed
  })
}
