// Key frames alone as one CMAF file: init, sidx, and a fragment of one sample for each. Pure: bytes in, bytes out.
//
// Byte ranges into the ordinary segments would cost no storage, but the moof at the head of such a range lists samples beyond
// it: shaka-player 5.2 on Chromium stalls there, and FFmpeg takes the next moof for a picture (both measured).
import { readBoxes } from './bytes.ts'
import { editShift, type InitFacts } from './init-segment.ts'
import type { Track } from './track.ts'

export type TrickFrame = {
  /** Presentation time in ticks of the track. */
  readonly time: bigint
  readonly data: Uint8Array
}

/** `init` are the bytes of the init segment, `end` is where the last frame stops being shown, `path` names the file in the track. */
export function buildTrickFile(
  id: string,
  path: string,
  init: Uint8Array,
  facts: InitFacts,
  frames: readonly TrickFrame[],
  end: bigint,
): { bytes: Uint8Array; track: Track } {
  const head = headerBoxes(init)
  const until = frames.map((_, i) => frames[i + 1]?.time ?? end)
  const shift = editShift(facts)
  const fragments = frames.map((frame, i) =>
    buildKeyFragment(i + 1, facts.trackId, frame.time + shift, Number(until[i]! - frame.time), frame.data),
  )
  const index = buildIndex(
    facts,
    frames[0]?.time ?? 0n,
    fragments.map((fragment, i) => ({ bytes: fragment.length, duration: Number(until[i]! - frames[i]!.time) })),
  )
  let offset = head.length + index.length
  const segments = fragments.map((fragment, i) => {
    const byteRange = { bytes: fragment.length, offset }
    offset += fragment.length
    const { time } = frames[i]!
    return {
      path,
      byteRange,
      bytes: fragment.length,
      start: time,
      end: until[i]!,
      decodeStart: time + shift,
      decodeEnd: until[i]! + shift,
      frames: 1,
      startsWithKeyframe: true,
      firstShownFirst: true,
      index: null,
      keyTimes: [time],
    }
  })
  return {
    bytes: Buffer.concat([head, index, ...fragments]),
    track: {
      id,
      init: facts,
      initPath: path,
      initBytes: head.length,
      indexRange: { bytes: index.length, offset: head.length },
      segments,
    },
  }
}

/** A sidx of the original would speak of other segments. */
function headerBoxes(init: Uint8Array): Uint8Array {
  const kept = readBoxes(init).filter(({ type }) => type === 'ftyp' || type === 'moov')
  return Buffer.concat(kept.map(({ start, end }) => init.subarray(start, end)))
}

/** Numbers are 32 bits, bigints 64. */
function box(type: string, ...fields: readonly (number | bigint | Uint8Array)[]): Uint8Array {
  const body = fields.map(field => {
    if (typeof field === 'object') return field
    const bytes = Buffer.alloc(typeof field === 'bigint' ? 8 : 4)
    if (typeof field === 'bigint') bytes.writeBigInt64BE(field)
    else bytes.writeUInt32BE(field)
    return bytes
  })
  const size = body.reduce((sum, bytes) => sum + bytes.length, 8)
  const header = Buffer.alloc(8)
  header.writeUInt32BE(size)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, ...body])
}

/** ISO/IEC 14496-12 8.8.7.1: data counts from the moof. */
const DEFAULT_BASE_IS_MOOF = 0x020000
/** 8.8.3.1: depends on no other sample. */
const SYNC_SAMPLE = 0x02000000
/** trun: data offset, duration, size and flags of the sample are present. */
const RUN_FIELDS = 0x000701

/** One picture as a fragment of its own; `time` and `duration` in ticks of the track, `sequence` from 1. */
export function buildKeyFragment(
  sequence: number,
  trackId: number,
  time: bigint,
  duration: number,
  data: Uint8Array,
): Uint8Array {
  const moof = (dataOffset: number): Uint8Array =>
    box(
      'moof',
      box('mfhd', 0, sequence),
      box(
        'traf',
        box('tfhd', DEFAULT_BASE_IS_MOOF, trackId),
        box('tfdt', 0x01000000, time),
        box('trun', RUN_FIELDS, 1, dataOffset, duration, data.length, SYNC_SAMPLE),
      ),
    )
  return Buffer.concat([moof(moof(0).length + 8), box('mdat', data)])
}

/** ISO/IEC 14496-12 8.16.3; every reference begins with a stream access point of type 1. */
function buildIndex(
  { trackId, timescale }: InitFacts,
  earliest: bigint,
  references: readonly { bytes: number; duration: number }[],
): Uint8Array {
  const fields = references.flatMap(({ bytes, duration }) => [bytes, duration, 0x90000000])
  return box('sidx', 0x01000000, trackId, timescale, earliest, 0n, references.length, ...fields)
}

/** Frames a second apart or a little less (Apple HLS 6.2): nothing is gained by more of them. */
export function thinOut<T extends { readonly time: bigint }>(frames: readonly T[], timescale: number): T[] {
  const least = (BigInt(timescale) * 9n) / 10n
  const kept: T[] = []
  for (const frame of frames) if (kept.length === 0 || frame.time - kept.at(-1)!.time >= least) kept.push(frame)
  return kept
}
