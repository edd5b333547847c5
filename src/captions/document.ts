// Whole subtitle files of any format that is one.
import type { SubtitleFormat } from '../model/index.ts'
import { formatAss, parseAss } from './ass.ts'
import type { CaptionDocument, Cue } from './cue.ts'
import { formatSrt, parseSrt } from './srt.ts'
import { formatTtml, parseTtml } from './ttml.ts'
import { formatVtt, parseVtt } from './webvtt.ts'

/** mov_text exists in MP4 alone. */
export type DocumentFormat = Exclude<SubtitleFormat, 'mov_text'>

/** Never throws: what is not understood becomes findings. */
export const parseCaptions = (format: DocumentFormat, document: string): CaptionDocument =>
  ({ srt: parseSrt, webvtt: parseVtt, ass: parseAss, ttml: parseTtml })[format](document)

export function formatCaptions(
  format: DocumentFormat,
  cues: readonly Cue[],
  options: { readonly width: number; readonly height: number; readonly language?: string | undefined },
): string {
  if (format === 'ass') return formatAss(cues, options)
  if (format === 'ttml') return formatTtml(cues, options.language)
  return format === 'srt' ? formatSrt(cues) : formatVtt(cues)
}
