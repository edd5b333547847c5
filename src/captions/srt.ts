// SubRip: numbered cues, times with a comma. No standard exists; this follows what SubRip wrote and what players read.

import { formatClock, parseClock } from './clock.ts'
import {
  type CaptionDocument,
  type CaptionFinding,
  type Cue,
  type CueText,
  tidyLines,
  toAnchor,
  usualAnchor,
} from './cue.ts'
import { formatMarkup, parseMarkup } from './markup.ts'

/** A cue's text. `{\an8}` at any place tells where it stands, as VLC, mpv and FFmpeg read it; other braces of ASS go. */
export function parseSrtText(text: string): CueText {
  let anchor = usualAnchor
  const clean = text.replace(/\{\\[^{}]*\}/g, block => {
    anchor = toAnchor(Number(/\\an(\d)/.exec(block)?.[1])) ?? anchor
    return ''
  })
  return { lines: tidyLines(parseMarkup(clean, 'srt')), anchor }
}

export function formatSrtText({ lines, anchor }: CueText): string {
  const place = anchor === usualAnchor ? '' : `{\\an${anchor}}`
  return place + lines.map(line => formatMarkup(line, 'srt')).join('\n')
}

const TIMES = /^\s*(-?[\d:.,]+)\s*-+>\s*(-?[\d:.,]+)(?:\s.*)?$/

/** Reads what it can: numbers may be missing, blank lines too many, and lines that belong to no cue become findings. */
export function parseSrt(document: string): CaptionDocument {
  const lines = document.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  const cues: Cue[] = []
  const findings: CaptionFinding[] = []
  const starts = lines.flatMap((line, i) => (TIMES.test(line) ? [i] : []))
  const first = starts[0] ?? lines.length
  const strays = lines.slice(0, first).filter((line, i) => line.trim() !== '' && !(i === first - 1 && isNumber(line)))
  if (strays.length > 0) findings.push({ at: 1, message: 'text before the first cue' })
  for (const [n, i] of starts.entries()) {
    const [, from, to] = TIMES.exec(lines[i]!)!
    const [startUs, endUs] = [parseClock(from!), parseClock(to!)]
    if (startUs === null || endUs === null || endUs < startUs) {
      findings.push({ at: i + 1, message: `not a span of time: ${lines[i]!.trim().slice(0, 60)}` })
      continue
    }
    const next = starts[n + 1]
    const body = lines.slice(i + 1, next ?? lines.length)
    // The number of the next cue stands after a blank line, or after the text when that line is missing.
    if (next !== undefined && isNumber(body.at(-1) ?? '') && (body.length === 1 || body.at(-2)!.trim() === ''))
      body.pop()
    cues.push({ startUs, endUs, ...parseSrtText(body.join('\n')) })
  }
  return { cues, findings }
}

const isNumber = (line: string): boolean => /^\s*\d+\s*$/.test(line)

export const formatSrt = (cues: readonly Cue[]): string =>
  cues
    .map((cue, i) => {
      const [from, to] = [formatClock(cue.startUs, 3, ',', 2), formatClock(cue.endUs, 3, ',', 2)]
      return `${i + 1}\n${from} --> ${to}\n${formatSrtText(cue)}\n`
    })
    .join('\n')
