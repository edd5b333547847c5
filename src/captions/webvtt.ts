// WebVTT (W3C): cues with settings, notes, styles and regions, of which cues alone are kept.

import { formatClock, parseClock } from './clock.ts'
import {
  type Anchor,
  anchorAt,
  anchorColumn,
  anchorRow,
  type CaptionDocument,
  type CaptionFinding,
  type Cue,
  type CueText,
  tidyLines,
} from './cue.ts'
import { formatMarkup, parseMarkup } from './markup.ts'

/** @param settings - of the cue: `line:0 align:start` … */
export function parseVttText(text: string, settings = ''): CueText {
  return { lines: tidyLines(parseMarkup(text, 'webvtt')), anchor: parseSettings(settings) }
}

export const formatVttText = ({ lines }: CueText): string => lines.map(line => formatMarkup(line, 'webvtt')).join('\n')

/** The settings that put a cue at its anchor; empty for bottom centre. */
export function formatVttSettings({ anchor }: CueText): string {
  const line = ['', 'line:50%', 'line:0'][anchorRow(anchor)]!
  const align = ['align:left', '', 'align:right'][anchorColumn(anchor)]!
  return [line, align].filter(Boolean).join(' ')
}

/** Lines are counted from the top, of about 15 (8.1 lets a line be 5.33 % of the height); negative ones from the bottom. */
function parseSettings(settings: string): Anchor {
  const line = /(?:^|\s)line:(-?\d+(?:\.\d+)?)(%?)/.exec(settings)
  const align = /(?:^|\s)align:(\w+)/.exec(settings)?.[1] ?? 'center'
  const column = align === 'start' || align === 'left' ? 0 : align === 'end' || align === 'right' ? 2 : 1
  if (!line) return anchorAt(0, column)
  const value = Number(line[1])
  const height = line[2] ? value / 100 : value < 0 ? 1 + value / 15 : value / 15
  return anchorAt(height < 1 / 3 ? 2 : height < 2 / 3 ? 1 : 0, column)
}

const TIMES = /^\s*([\d:.,]+)\s*-->\s*([\d:.,]+)(?:\s+(.*))?$/

/** Reads what it can; what it cannot becomes findings. */
export function parseVtt(document: string): CaptionDocument {
  const lines = document.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  const cues: Cue[] = []
  const findings: CaptionFinding[] = []
  if (!/^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? '')) findings.push({ at: 1, message: 'does not begin with WEBVTT' })
  for (let i = 0; i < lines.length; i++) {
    if (/^(?:NOTE|STYLE|REGION)(?:\s|$)/.test(lines[i]!) && !TIMES.test(lines[i + 1] ?? '')) {
      while (i + 1 < lines.length && lines[i + 1]!.trim() !== '') i++
      continue
    }
    if (!lines[i]!.includes('-->')) continue
    const times = TIMES.exec(lines[i]!)
    const startUs = parseClock(times?.[1] ?? '')
    const endUs = parseClock(times?.[2] ?? '')
    const at = i + 1
    const body: string[] = []
    while (i + 1 < lines.length && lines[i + 1]!.trim() !== '' && !lines[i + 1]!.includes('-->')) body.push(lines[++i]!)
    if (startUs === null || endUs === null || endUs < startUs)
      findings.push({ at, message: `not a span of time: ${lines[at - 1]!.trim().slice(0, 60)}` })
    else cues.push({ startUs, endUs, ...parseVttText(body.join('\n'), times?.[3]) })
  }
  return { cues, findings }
}

export function formatVtt(cues: readonly Cue[]): string {
  const blocks = cues.map(cue => {
    const times = `${formatClock(cue.startUs, 3, '.', 2)} --> ${formatClock(cue.endUs, 3, '.', 2)}`
    return `${[times, formatVttSettings(cue)].filter(Boolean).join(' ')}\n${formatVttText(cue)}\n`
  })
  return ['WEBVTT\n', ...blocks].join('\n')
}
