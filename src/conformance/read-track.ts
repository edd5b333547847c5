// One track as listed by a manifest → facts about each of its segments. What is missing or damaged becomes a problem, never an error.
import { HeadendError } from '../core/index.ts'
import {
  type ByteRange,
  type CheckedSegment,
  type CheckedTrack,
  type InitFacts,
  parseInit,
  readKeyRange,
  readTrackSegment,
} from '../manifest/index.ts'
import { MAX_MANIFEST_BYTES, MAX_SEGMENT_BYTES, type Resource, type ResourceReader } from './resource.ts'

/** A segment before anyone has looked. */
export type ListedSegment = Pick<CheckedSegment, 'statedStart' | 'statedDuration' | 'discontinuity'> & {
  readonly uri: string
  readonly range: ByteRange | null
  /** Its init segment; null where it has none. */
  readonly init: { readonly uri: string; readonly range: ByteRange | null } | null
  /** EXT-X-GAP: known not to be there. */
  readonly absent: boolean
}

export type ReadContext = {
  readonly reader: ResourceReader
  readonly signal: AbortSignal
  /** Segments of each track to read at most; null for all. */
  readonly first: number | null
  /** Called after each segment. */
  readonly onSegment: () => void
}

/** Two days of one-second segments. */
const MAX_SEGMENTS = 200_000
/** As many requests at once: enough to hide the distance, few enough for any server. */
const PARALLEL = 4
/** Of a WebVTT segment, its head is looked at. */
const TEXT_HEAD = 4096

/** @throws {HE_INPUT_UNSUPPORTED} for a track of too many segments, or the signal's reason. */
export async function readTrack(
  { id, type }: Pick<CheckedTrack, 'id' | 'type'>,
  listed: readonly ListedSegment[],
  context: ReadContext,
): Promise<CheckedTrack> {
  if (listed.length > MAX_SEGMENTS)
    throw new HeadendError('HE_INPUT_UNSUPPORTED', `${id.slice(0, 100)} lists ${listed.length} segments`, {
      hint: `At most ${MAX_SEGMENTS} are looked into.`,
    })
  const inits = createInits(context)
  const count = context.first === null ? listed.length : Math.min(context.first, listed.length)
  const segments: CheckedSegment[] = new Array(listed.length)
  let next = 0
  const work = async (): Promise<void> => {
    for (let i = next++; i < listed.length; i = next++) {
      segments[i] = i < count ? await readSegment(listed[i]!, type, inits, context) : unread(listed[i]!)
      context.onSegment()
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  const head = listed[0]?.init ? await inits(listed[0].init) : null
  return {
    id,
    type: typeOf(type, head?.facts ?? null),
    init: head?.facts ?? null,
    initProblem: head?.problem ?? null,
    segments,
    complete: count === listed.length,
  }
}

const handlers: Readonly<Record<string, CheckedTrack['type']>> = {
  vide: 'video',
  soun: 'audio',
  text: 'text',
  subt: 'text',
}

/** The init segment knows better than the manifest whether this is picture or sound. */
const typeOf = (stated: CheckedTrack['type'], init: InitFacts | null): CheckedTrack['type'] =>
  stated === 'iframes' || stated === 'image' ? stated : (handlers[init?.handler ?? ''] ?? stated)

const unread = ({ uri, statedStart, statedDuration, discontinuity }: ListedSegment): CheckedSegment => ({
  ...{ uri, statedStart, statedDuration, discontinuity },
  ...{ actual: null, bytes: null, problem: null, text: null, transfer: null },
})

type Init = { readonly facts: InitFacts | null; readonly problem: string | null }
type Inits = (wanted: NonNullable<ListedSegment['init']>) => Promise<Init>

/** Each init segment once. */
function createInits({ reader, signal }: ReadContext): Inits {
  const known = new Map<string, Promise<Init>>()
  return ({ uri, range }) => {
    const key = `${uri} ${range?.offset} ${range?.bytes}`
    const read = async (): Promise<Init> => {
      try {
        const { bytes } = await reader.read(uri, { range, maxBytes: MAX_MANIFEST_BYTES, signal })
        return { facts: parseInit(bytes), problem: null }
      } catch (error) {
        return { facts: null, problem: `${uri}: ${explain(error, signal)}` }
      }
    }
    const found = known.get(key) ?? read()
    known.set(key, found)
    return found
  }
}

/** The sentence of one of our errors; others are bugs and are thrown on. */
export function explain(error: unknown, signal: AbortSignal): string {
  signal.throwIfAborted()
  if (error instanceof HeadendError) return error.message
  throw error
}

async function readSegment(
  listed: ListedSegment,
  type: CheckedTrack['type'],
  inits: Inits,
  { reader, signal }: ReadContext,
): Promise<CheckedSegment> {
  const plain = unread(listed)
  if (listed.absent) return plain
  let resource: Resource
  try {
    resource = await reader.read(listed.uri, { range: listed.range, maxBytes: MAX_SEGMENT_BYTES, signal })
  } catch (error) {
    return { ...plain, problem: explain(error, signal) }
  }
  const { bytes, transfer } = resource
  const known = { ...plain, bytes: bytes.length, transfer }
  if (bytes.length === 0) return { ...known, problem: 'it is empty' }
  if (!listed.init)
    return { ...known, text: type === 'text' ? new TextDecoder().decode(bytes.subarray(0, TEXT_HEAD)) : null }
  const { facts } = await inits(listed.init)
  if (!facts) return known
  try {
    const read = type === 'iframes' ? readKeyRange : readTrackSegment
    return { ...known, actual: read(listed.uri, bytes, facts) }
  } catch (error) {
    return { ...known, problem: explain(error, signal) }
  }
}
