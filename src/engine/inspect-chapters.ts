// Chapters. node-av has no call for them, so they are read from FFmpeg's own description of the file.
import { AV_LOG_INFO } from 'node-av/constants'
import type { FormatContext } from 'node-av/lib'
import { formatRational, type Log, parseRational } from '../core/index.ts'
import type { Chapter } from '../model/index.ts'
import { captureNativeLog } from './inspect-log.ts'

/** The chapters of an open input, in microseconds, the precision in which FFmpeg prints them. */
export async function readChapters(context: FormatContext, log: Log): Promise<Chapter[]> {
  const { lines } = await captureNativeLog(log, () => context.dumpFormat(0, '', false))
  return parseChapters(lines.filter(line => line.level === AV_LOG_INFO).map(line => line.text))
}

/**
 * Reads the pieces that av_dump_format prints: a line comes in several pieces, and an empty piece ends a line of metadata.
 * Exported for its test.
 */
export function parseChapters(pieces: readonly string[]): Chapter[] {
  const chapters: { start: string; end: string; title: string | null }[] = []
  let inTitle = false
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]!
    if (inTitle && piece !== '') {
      const chapter = chapters.at(-1)!
      // Further lines of a title are printed below each other, with a colon where the key would stand.
      chapter.title = /^ +: $/.test(piece) ? `${chapter.title ?? ''} ` : `${chapter.title ?? ''}${piece}`
      continue
    }
    inTitle = false
    const start = /^ {4}Chapter #\d+:\d+: $/.test(piece) ? /^start (-?[\d.]+), $/.exec(pieces[i + 1] ?? '') : null
    const end = start ? /^end (-?[\d.]+)$/.exec(pieces[i + 2] ?? '') : null
    if (start && end) {
      chapters.push({ start: start[1]!, end: end[1]!, title: null })
      i += 2
    } else if (chapters.length > 0 && /^ {8}title +: $/.test(piece)) inTitle = true
    else if (/^ {2}(Program|Stream|No Program)/.test(piece)) break
  }
  return chapters.map(({ start, end, title }) => ({
    start: formatRational(parseRational(start)),
    end: formatRational(parseRational(end)),
    title,
  }))
}
