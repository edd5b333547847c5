// Opens a file for inspection: refuses what is no media file with the right code, and keeps what the container said about
// itself before FFmpeg looked into the streams.
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import { Dictionary, FormatContext } from 'node-av/lib'
import { compare, HeadendError, mul, onAbort, type Rational, rational } from '../core/index.ts'
import { openBytes } from './inspect-bytes.ts'
import { demuxerAllowList } from './inspect-demuxers.data.ts'
import { type Outline, readOutline } from './inspect-outline.ts'
import { type ContainerVideo, readContainerVideo } from './inspect-video.ts'
import { check, toRational } from './native.ts'

export type Inspection = AsyncDisposable & {
  readonly context: FormatContext
  readonly sizeBytes: number
  readonly outline: Outline
  /** Seconds that the file's header states, before FFmpeg estimated anything; null when it states none. */
  readonly statedDuration: Rational | null
  /** By stream index; streams that only turn up later have none. */
  readonly containerVideo: ReadonlyMap<number, ContainerVideo>
}

/** FFmpeg's certainty, of 100: below this a raw audio or video demuxer has taken noise for its own. */
const MIN_PROBE_SCORE = 5

/** @throws {HE_INPUT_NOT_FOUND} {HE_INPUT_UNREADABLE} {HE_INPUT_EMPTY} {HE_INPUT_NOT_MEDIA} {HE_INPUT_TRUNCATED}, or the signal's reason. */
export async function openInspection(path: string, { signal }: { signal: AbortSignal }): Promise<Inspection> {
  signal.throwIfAborted()
  const sizeBytes = await checkFile(path)
  await using undo = new AsyncDisposableStack()
  const outline = await readFileOutline(path)
  refuseHeadless(path, outline)
  const context = new FormatContext()
  // Allocated before it opens: otherwise interrupt() cannot reach a blocked open.
  context.allocContext()
  undo.defer(() => context.closeInput())
  undo.use(onAbort(signal, () => context.interrupt()))
  const options = {
    protocol_whitelist: 'file',
    format_whitelist: demuxerAllowList,
    // Tracks of a transport stream may begin seconds apart; these are limits, not amounts that are always read.
    probesize: '32000000',
    analyzeduration: '10000000',
  }
  // A name such as `concat:a|b` or `http:x` must stay a name.
  const opened = await context.openInput(`file:${resolve(path)}`, null, Dictionary.fromObject(options))
  signal.throwIfAborted()
  if (opened < 0 || context.probeScore < MIN_PROBE_SCORE) {
    if (outline.missingBytes > 0) throw truncated(path, outline)
    throw new HeadendError('HE_INPUT_NOT_MEDIA', `${path} is not a media file that can be read`, {
      details: { ffmpeg: opened },
    })
  }
  const statedDuration = context.duration > 0n ? rational(context.duration, 1_000_000) : longestStated(context)
  const containerVideo = new Map<number, ContainerVideo>()
  for (const stream of context.streams) {
    if (stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO) containerVideo.set(stream.index, readContainerVideo(stream))
  }
  const found = await context.findStreamInfo()
  signal.throwIfAborted()
  if (found < 0 && outline.missingBytes > 0) throw truncated(path, outline)
  check(found, 'HE_INPUT_DAMAGED', `cannot find the streams of ${path}`)
  const resources = undo.move()
  return {
    context,
    sizeBytes,
    outline,
    statedDuration,
    containerVideo,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

function longestStated(context: FormatContext): Rational | null {
  let longest: Rational | null = null
  for (const { duration, timeBase } of context.streams) {
    const base = toRational(timeBase)
    if (duration <= 0n || !base) continue
    const stated = mul(rational(duration), base)
    if (!longest || compare(stated, longest) > 0) longest = stated
  }
  return longest
}

/** Says how many bytes are missing. */
export function truncated(path: string, { missingBytes }: Outline): HeadendError {
  return new HeadendError(
    'HE_INPUT_TRUNCATED',
    `${path} ends ${missingBytes} bytes before its own index says it should`,
    {
      details: { missingBytes },
    },
  )
}

async function checkFile(path: string): Promise<number> {
  let stats: Awaited<ReturnType<typeof stat>>
  try {
    stats = await stat(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new HeadendError('HE_INPUT_NOT_FOUND', `there is no file ${path}`, { cause })
    throw new HeadendError('HE_INPUT_UNREADABLE', `${path} cannot be read (${code})`, { cause })
  }
  if (!stats.isFile()) throw new HeadendError('HE_INPUT_UNREADABLE', `${path} is not a regular file`)
  if (stats.size === 0) throw new HeadendError('HE_INPUT_EMPTY', `${path} has no bytes`)
  return stats.size
}

async function readFileOutline(path: string): Promise<Outline> {
  try {
    await using bytes = await openBytes(path)
    return await readOutline(bytes.readAt, bytes.sizeBytes)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new HeadendError('HE_INPUT_UNREADABLE', `${path} cannot be read (${code ?? cause})`, { cause })
  }
}

/** An MP4 without its index cannot be read by anybody; say so instead of "not media". */
function refuseHeadless(path: string, { iso }: Outline): void {
  if (!iso || (iso.hasMoov && !iso.moovCut)) return
  if (iso.moovCut) {
    throw new HeadendError('HE_INPUT_TRUNCATED', `${path} ends within its index (moov)`, {
      hint: 'The end of the file is missing; copy or export it again.',
    })
  }
  if (iso.fragmented) {
    throw new HeadendError('HE_INPUT_UNSUPPORTED', `${path} is a media segment without its initialization segment`, {
      hint: 'Put the initialization segment in front of it (cat init.mp4 segment.m4s > whole.mp4) and pass that file.',
    })
  }
  throw new HeadendError('HE_INPUT_TRUNCATED', `${path} has no index (moov)`, {
    hint: 'The recording or copy stopped before its index was written at the end; copy or export it again.',
  })
}
