// The report of quality control as one page: verdict, timeline, findings with their pictures, curves, figures, every check. Pure.
import type { Finding, QcReport } from '../model/index.ts'
import {
  baseName,
  formatBytes,
  formatClock,
  formatDate,
  formatElapsed,
  type Html,
  html,
  plural,
  renderPage,
  section,
} from '../pages/index.ts'
import type { MomentPictures } from './moments.ts'
import { checksSection, factsSection, figuresSection, findingsSection } from './page-parts.ts'
import { pageScript } from './page-script.data.ts'
import { pageStyle, sheetStyle } from './page-style.data.ts'
import { timelineSection } from './page-timeline.ts'
import type { Storyboard } from './storyboard.ts'

export type QcPictures = { readonly storyboard: Storyboard | null; readonly moments: MomentPictures }

export const noPictures: QcPictures = { storyboard: null, moments: new Map() }

/** Self-contained: it opens from disk, without a network. */
export function renderQc(report: QcReport, pictures: QcPictures): string {
  const { input, tool, createdAt, findings, elapsedS } = report
  const { storyboard } = pictures
  return renderPage({
    title: `${baseName(input.path)}: ${report.verdict}, Headend QC`,
    generator: `Headend ${tool.headend}`,
    contents: [
      ['verdict', 'Verdict'],
      ['timeline', 'Timeline'],
      ['findings', 'Findings'],
      ['curves', 'Curves'],
      ['figures', 'Figures'],
      ['file', 'File'],
      ['checks', 'Checks'],
    ],
    sections: [
      verdictSection(report),
      timelineSection(report, storyboard),
      findingsSection(report, pictures.moments),
      curvesSection(report),
      figuresSection(report),
      factsSection(report.input),
      checksSection(report),
    ],
    footer: html`<footer><span>Headend ${tool.headend}, FFmpeg ${tool.ffmpeg}</span><span>inspected in ${formatElapsed(elapsedS)}</span><span>${formatDate(createdAt)}</span></footer>`,
    data: {
      durationS: report.durationS,
      curves: report.curves,
      spans: findings.flatMap(({ startS, endS, severity, subject }) =>
        startS === null ? [] : [{ startS, endS: endS ?? startS, severity, subject }],
      ),
    },
    script: pageScript,
    style: `${pageStyle}${storyboard ? sheetStyle(storyboard) : ''}`,
    pictures: storyboard !== null || pictures.moments.size > 0,
  })
}

const count = (findings: readonly Finding[], severity: Finding['severity']): number =>
  findings.filter(each => each.severity === severity).length

function verdictSection({ input, verdict, findings, checks, profile, reference, durationS }: QcReport): Html {
  const [fails, warns, infos] = [count(findings, 'fail'), count(findings, 'warn'), count(findings, 'info')]
  const sentence = {
    pass: 'Nothing stands against it.',
    warn: 'Somebody should look at it.',
    fail: 'It is not to be delivered like this.',
  }[verdict]
  const looked = checks.filter(({ status }) => !['skipped', 'off'].includes(status)).length
  const figure = (label: string, value: string, off = false): Html =>
    html`<div${off && html` class="off"`}><dt>${label}</dt><dd>${value}</dd></div>`
  return html`<header class="masthead"><p class="brand"><b>Headend</b> quality control</p><p class="when">profile ${profile}</p><h1>${baseName(input.path)}</h1></header>
<section id="verdict" class="verdict ${verdict}" aria-labelledby="verdict-h">
<h2 id="verdict-h"><span class="word">${{ pass: 'Pass', warn: 'Warning', fail: 'Fail' }[verdict]}</span><span class="sentence">${sentence}</span></h2>
<p class="summary">${plural(looked, 'check')} looked at ${formatClock(durationS, 1)} of programme${reference !== null && html`, compared with <code>${baseName(reference)}</code>`}.</p>
</section>
<dl class="figures">${figure('Failures', String(fails), fails > 0)}${figure('Warnings', String(warns))}${figure('Notes', String(infos))}${figure('Length', formatClock(durationS, 1))}${figure('Size', formatBytes(input.sizeBytes))}</dl>`
}

function curvesSection({ curves }: QcReport): Html {
  if (curves.length === 0) return html``
  const options = curves.map(
    ({ title, subject, unit }, i) => html`<option value="${i}">${title}, ${subject}${unit && ` (${unit})`}</option>`,
  )
  return section(
    'curves',
    'Curves',
    'Shaded: where findings of the same track are. Long programmes are thinned for drawing. Drag across the chart to look closer, double-click to return.',
    html`<noscript><p class="note">The chart needs JavaScript; its values are in the JSON report.</p></noscript>
<figure class="chart" id="chart"><figcaption><label class="search">Curve <select id="curve">${options}</select></label></figcaption>
<div class="legend"><span class="fixed" id="value"></span></div>
<div class="plot" role="img" aria-label="Line chart of the chosen curve over the time of the programme"></div></figure>`,
  )
}
