// Chapters into a finished file: FFmpeg's muxers write them, but node-av has no call that hands them over.
import { type FileHandle, open } from 'node:fs/promises'
import { HeadendError, parseRational, rational, rescale } from '../core/index.ts'
import type { Chapter } from '../model/index.ts'
import type { TimedChapter } from './chapters-file.ts'
import { writeIsoChapters } from './chapters-iso.ts'
import { writeMatroskaChapters } from './chapters-matroska.ts'

const writers: Readonly<
  Record<string, (file: FileHandle, chapters: readonly TimedChapter[], signal: AbortSignal) => Promise<void>>
> = {
  mp4: writeIsoChapters,
  mov: writeIsoChapters,
  matroska: writeMatroskaChapters,
  webm: writeMatroskaChapters,
}

/**
 * Writes `chapters` into the closed file at `path`. The media data keep their bytes; what lies behind a longer index moves.
 * Nobody else may read the file yet: after a failure it is useless. Not synced to the disk.
 * @param format - FFmpeg's name of the muxer that wrote it
 * @throws {HE_MUX_FAILED} when the format has no chapters or the file has no place for them, or the signal's reason
 */
export async function writeChapters(
  path: string,
  format: string,
  chapters: readonly Chapter[],
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  if (chapters.length === 0) return
  const write = Object.hasOwn(writers, format) ? writers[format] : undefined
  if (!write) throw new HeadendError('HE_MUX_FAILED', `${format} has no chapters`)
  signal.throwIfAborted()
  await using file = await open(path, 'r+')
  await write(file, timed(chapters), signal)
}

const NANOS = rational(1n, 1_000_000_000n)

/** In order; nothing begins before the presentation does. */
function timed(chapters: readonly Chapter[]): readonly TimedChapter[] {
  const nanos = (text: string): bigint => {
    const { num, den } = parseRational(text)
    return num < 0n ? 0n : rescale(num, rational(1n, den), NANOS)
  }
  return chapters
    .map(({ start, end, title }, i) => ({
      startNs: nanos(start),
      endNs: nanos(end),
      title: title ?? `Chapter ${i + 1}`,
    }))
    .toSorted((a, b) => Number(a.startNs - b.startNs))
}
