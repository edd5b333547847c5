// A title's ladder as one page that needs no script: what was found, the plot it was found on, what it saves and costs, and why.
import { codecLabels } from '../codecs/index.ts'
import type { Ladder, LadderRung } from '../model/index.ts'
import {
  baseName,
  formatBitrate,
  formatCount,
  formatDate,
  formatDuration,
  formatFixed,
  formatFrameRate,
  type Html,
  html,
  plural,
  renderPage,
  scrollTable,
  section,
} from '../pages/index.ts'
import { complexitySection } from './complexity-section.ts'
import { ladderPlot } from './ladder-plot.ts'
import { ladderStyle } from './ladder-style.data.ts'
import { costSection, fixedSection, perShotSection, rungsSection } from './ladder-tables.ts'
import { formatMoney, formatSaved, moneyDecimals } from './words.ts'

const contents = [
  ['result', 'Ladder'],
  ['curve', 'Rate and quality'],
  ['rungs', 'Rungs'],
  ['fixed', 'Fixed ladder'],
  ['cost', 'Cost'],
  ['complexity', 'The title'],
  ['shots', 'Per shot'],
  ['choices', 'Choices'],
] as const

/** Renders `ladder` as one self-contained page; `createdAt` is an ISO time. */
export function renderLadder(ladder: Ladder, tool: { readonly headend: string }, createdAt: string): string {
  return renderPage({
    title: `${baseName(ladder.input.path)}: ${plural(ladder.rungs.length, 'rung')}, Headend ladder`,
    generator: `Headend ${tool.headend}`,
    contents,
    sections: [
      resultSection(ladder, createdAt),
      curveSection(ladder),
      rungsSection(ladder),
      fixedSection(ladder),
      costSection(ladder),
      complexitySection(ladder),
      perShotSection(ladder),
      choicesSection(ladder),
    ],
    footer: html`<footer><p>Made by Headend ${tool.headend}. This page needs no network and no script; the ladder's data is inside it.</p></footer>`,
    data: ladder,
    // Every plot is drawn already: no script.
    style: ladderStyle,
  })
}

const rate = (kbps: number): string => formatBitrate(kbps * 1000)

/** What the title got, in one sentence. */
export function ladderSentence({ rungs, comparedToFixed: { rungs: fixed, savedAtSameVmaf } }: Ladder): string {
  const codecs = [...new Set(rungs.map(({ codec }) => codec))]
  const size = ({ width, height, bitrateKbps }: LadderRung): string => `${width}×${height} at ${rate(bitrateKbps)}`
  const ranges = codecs.map(codec => {
    const own = rungs.filter(rung => rung.codec === codec).toSorted((a, b) => b.bitrateKbps - a.bitrateKbps)
    const [top, last] = [own[0]!, own.at(-1)!]
    const name = codecs.length > 1 ? `${codecLabels[codec]} ` : ''
    return `${name}${own.length === 1 ? size(top) : `from ${size(top)} down to ${size(last)}`}`
  })
  const saved = savedAtSameVmaf === null ? null : formatSaved(savedAtSameVmaf)
  const which = codecs.length > 1 && fixed[0] ? ` in ${codecLabels[fixed[0].codec]}` : ''
  const words =
    saved && `${saved} ${saved.startsWith('as') ? 'as' : 'than'} the fixed ladder at the same quality${which}`
  return `${[...ranges, words].filter(Boolean).join('; ')}.`
}

function figures(ladder: Ladder): (readonly [label: string, value: string, note: string])[] {
  const { rungs, comparedToFixed, encodes, cachedEncodes, hullEncodes, cost, sample, wish, bestReachable, perShot } =
    ladder
  const top = rungs[0]!
  const { savedAtSameVmaf, bdRate, savedStorage } = comparedToFixed
  const signed = (share: number): string => `${share < 0 ? '+' : ''}${formatFixed(-100 * share, 1)} %`
  const which = new Set(rungs.map(({ codec }) => codec)).size > 1 ? ` ${codecLabels[top.codec]}` : ''
  const wished = `${wish.tier ? `${wish.tier}: ` : ''}wish ${wish.vmaf}`
  return [
    [`Top${which} rung, VMAF`, formatFixed(top.vmaf, 1), bestReachable === null ? wished : `${wished}, not reachable`],
    [`Top${which} rung, rate`, rate(top.bitrateKbps), `cap ${rate(top.maxBitrateKbps)}`],
    [
      'Bits at the same quality',
      savedAtSameVmaf === null ? 'not comparable' : signed(savedAtSameVmaf),
      bdRate === null ? 'against the fixed ladder' : `BD-rate ${formatFixed(100 * bdRate, 1)} %`,
    ],
    ['Bits to store', signed(savedStorage), `all${which} rungs, quality differs`],
    [
      'Cost',
      `${cost.saved > 0 ? '\u2212' : cost.saved < 0 ? '+' : ''}${formatMoney(Math.abs(cost.saved), cost.currency, moneyDecimals(cost))}`,
      'against the fixed ladder, as assumed below',
    ],
    [
      'Encodes',
      formatCount(encodes),
      `of ${sample.whole ? 'the whole title' : plural(sample.pieces.length, 'piece')}, ${formatCount(hullEncodes)} for the hull${cachedEncodes > 0 ? `, ${formatCount(cachedEncodes)} from the cache` : ''}`,
    ],
    ...(perShot ? [['Shots', formatCount(perShot.shots), 'each with its own setting'] as const] : []),
  ]
}

function resultSection(ladder: Ladder, createdAt: string): Html {
  const { input, picture, rungs, bestReachable, wish, preset, model, warnings, segmentSeconds, gopSeconds } = ladder
  const short = bestReachable !== null
  const state = short || warnings.length > 0 ? 'warn' : 'pass'
  const seconds = (value: number): string => formatFixed(value, 3).replace(/\.?0+$/, '')
  return html`<header class="masthead">
<p class="brand"><b>Headend</b> per-title ladder</p>
<p class="when"><time datetime="${createdAt}">${formatDate(createdAt)}</time></p>
<h1>${baseName(input.path)}</h1>
</header>
<section id="result" class="verdict ${state}" aria-labelledby="result-h">
<h2 id="result-h"><span class="word">${plural(rungs.length, 'rung')}</span> <span class="sentence">${ladderSentence(ladder)}</span></h2>
<p class="summary">${formatDuration(picture.duration)} of ${picture.width}×${picture.height} at ${formatFrameRate(picture.frameRate)} frames per second, encoded at preset ${preset}, scored with ${model}. GOPs of ${seconds(gopSeconds)}\u00a0s, segments of ${seconds(segmentSeconds)}\u00a0s.</p>
${short && html`<p class="tier">VMAF ${wish.vmaf} is beyond this source and these settings: ${formatFixed(bestReachable, 1)} is the best there is.</p>`}
</section>
<dl class="figures">${figures(ladder).map(([label, value, note]) => html`<div><dt>${label}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`)}</dl>
${warnings.length > 0 && html`<ul class="warnings" aria-label="Warnings">${warnings.map(({ code, message }) => html`<li>${message} <code>${code}</code></li>`)}</ul>`}`
}

function curveSection(ladder: Ladder): Html {
  const codecs = [...new Set(ladder.rungs.map(({ codec }) => codec))]
  return section(
    'curve',
    'Rate and quality',
    `Every encode of the search is a dot; the hull joins those, and the settings between them, that nothing beats in both rate and quality. Rungs are taken from the hull.${codecs.length > 1 ? ' All plots have the same axes.' : ''} Point at a mark for its figures.`,
    html`${codecs.map(codec => ladderPlot(ladder, codec))}`,
  )
}

function choicesSection({ choices }: Ladder): Html {
  if (choices.length === 0) return html``
  const rows = choices.map(
    ({ what, pick, because, over }) =>
      html`<tr><th scope="row"><code>${what}</code></th><td>${pick}</td><td>${because}${over && over.length > 0 && html`<small>rather than ${over.join(', ')}</small>`}</td></tr>`,
  )
  const head = html`<tr><th scope="col">What</th><th scope="col">Choice</th><th scope="col">Why</th></tr>`
  return section('choices', 'Choices', null, scrollTable('Choices', head, rows, 'decisions'))
}
