// The programme from left to right: small pictures above, findings below, a lane for each layer. Pure.
import type { Finding, QcReport } from '../model/index.ts'
import { QcLayer } from '../model/index.ts'
import { formatClock, type Html, html, section } from '../pages/index.ts'
import { formatSpan } from './span.ts'
import type { Storyboard } from './storyboard.ts'

/** Pictures in the strip. */
const CELLS = 12
/** More findings at one time than this lie on each other. */
const MOST_ROWS = 8

const names: Readonly<Record<Finding['layer'], string>> = {
  wrapper: 'Wrapper',
  bitstream: 'Bitstream',
  baseband: 'Picture and sound',
  'cross-check': 'Cross-checks',
}

export function timelineSection({ findings, durationS }: QcReport, storyboard: Storyboard | null): Html {
  if (durationS <= 0) return html``
  const lanes = QcLayer.options.map(layer => lane(layer, findings, durationS))
  return section(
    'timeline',
    'Timeline',
    'A mark is a finding; it leads to its row. Bars over the whole width are about all of the programme.',
    html`<div class="timeline">
${storyboard && strip(storyboard, durationS)}
${lanes}
${axis(durationS)}
</div>`,
  )
}

function strip({ columns, rows, count, intervalS, tileWidth, tileHeight }: Storyboard, durationS: number): Html {
  const cells = Array.from({ length: CELLS }, (_, i) => {
    const tile = Math.min(count - 1, Math.floor(((i + 0.5) * durationS) / CELLS / intervalS))
    const x = ((tile % columns) * 100) / Math.max(1, columns - 1)
    const y = (Math.floor(tile / columns) * 100) / Math.max(1, rows - 1)
    return html`<i style="background-position:${x.toFixed(3)}% ${y.toFixed(3)}%"></i>`
  })
  return html`<div class="lane"><span class="label">Pictures</span><div class="strip" aria-hidden="true" style="--tile:${tileWidth}/${tileHeight}">${cells}</div></div>`
}

function lane(layer: Finding['layer'], findings: readonly Finding[], durationS: number): Html {
  const own = findings.flatMap((finding, index) => (finding.layer === layer ? [{ finding, index }] : []))
  if (own.length === 0)
    return html`<div class="lane"><span class="label">${names[layer]}</span><div class="track empty"></div></div>`
  const ends: number[] = []
  const marks = own
    .map(each => ({ ...each, ...placeOf(each.finding, durationS) }))
    .toSorted((a, b) => a.left - b.left)
    .map(({ finding, index, left, width }) => {
      const free = ends.findIndex(end => end <= left)
      const row = free >= 0 ? free : Math.min(ends.length, MOST_ROWS - 1)
      ends[row] = Math.max(ends[row] ?? 0, left + Math.max(width, 0.6))
      const words = `${finding.severity}: ${finding.check}, ${finding.subject}, ${formatSpan(finding.startS, finding.endS)}. ${finding.message}`
      return html`<a class="mark ${finding.severity}" href="#f${index + 1}" style="left:${left.toFixed(3)}%;width:${width.toFixed(3)}%;top:${row * 14 + 4}px" title="${words}" aria-label="${words}"></a>`
    })
  return html`<div class="lane"><span class="label">${names[layer]}</span><div class="track" style="height:${ends.length * 14 + 6}px">${marks}</div></div>`
}

function placeOf({ startS, endS }: Finding, durationS: number): { left: number; width: number } {
  const part = (seconds: number): number => Math.min(100, Math.max(0, (seconds * 100) / durationS))
  if (startS === null) return { left: 0, width: 100 }
  const left = part(startS)
  return { left, width: Math.max(0, part(endS ?? startS) - left) }
}

/** Steps that a clock has. */
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]

function axis(durationS: number): Html {
  const step = STEPS_S.find(each => durationS / each <= 8) ?? Math.ceil(durationS / 8)
  const ticks = Array.from({ length: Math.floor(durationS / step) + 1 }, (_, i) => i * step)
  return html`<div class="lane" aria-hidden="true"><span class="label"></span><div class="axis">${ticks.map(
    at =>
      html`<span style="left:${((at * 100) / durationS).toFixed(3)}%">${formatClock(at, durationS < 8 ? 1 : 0)}</span>`,
  )}</div></div>`
}
