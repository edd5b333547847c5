// A file of subtitles that stands beside the media.
import { readFile, stat } from 'node:fs/promises'
import { type CaptionDocument, type DocumentFormat, parseCaptions } from '../captions/index.ts'
import { HeadendError } from '../core/index.ts'

/** By the end of the name: text has no signature to go by. */
export const captionFormats: Readonly<Record<string, DocumentFormat>> = {
  '.srt': 'srt',
  '.vtt': 'webvtt',
  '.ass': 'ass',
  '.ssa': 'ass',
  '.ttml': 'ttml',
  '.dfxp': 'ttml',
}

/** A night of subtitles has a few hundred kilobytes. */
const MOST_BYTES = 32 << 20

/** @throws {HE_INPUT_NOT_FOUND} {HE_INPUT_UNSUPPORTED} {HE_INPUT_DAMAGED} where there is no cue in it */
export async function readCaptions(
  path: string,
  from: DocumentFormat,
  signal: AbortSignal,
): Promise<{ from: DocumentFormat } & CaptionDocument> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw new HeadendError('HE_INPUT_NOT_FOUND', `there is no ${path}`, { details: { path } })
  if (found.size > MOST_BYTES)
    throw new HeadendError('HE_INPUT_UNSUPPORTED', `${path} is too large to be subtitles`, { details: { path } })
  const document = parseCaptions(from, await readFile(path, { encoding: 'utf8', signal }))
  if (document.cues.length > 0) return { from, ...document }
  const [first] = document.findings
  throw new HeadendError('HE_INPUT_DAMAGED', `${path} has no subtitles that can be read`, {
    hint: first ? `Line or cue ${first.at}: ${first.message}` : 'It is empty.',
    details: { path },
  })
}
