// The end of the page: warnings, where the time went, what lies on disk, and by which tools.

import { parseRational, toNumber } from '../../core/index.ts'
import type { Report } from '../../model/index.ts'
import {
  fileHref,
  formatBytes,
  formatElapsed,
  formatFixed,
  type Html,
  html,
  plural,
  scrollTable,
  section,
} from '../../pages/index.ts'

export function warningsSection(report: Report): Html {
  const list = [
    ...report.input.warnings.map(warning => ({ ...warning, from: 'source' })),
    ...report.plan.warnings.map(warning => ({ ...warning, from: 'plan' })),
    ...report.incidents.map(incident => ({ ...incident, from: `run, ${incident.subject}` })),
  ]
  if (list.length === 0) return html``
  const items = list.map(
    ({ code, message, from }) =>
      html`<li><p>${message}</p><p class="note"><code>${code}</code> from the ${from}</p></li>`,
  )
  return section('warnings', 'Warnings', null, html`<ul class="warnings">${items}</ul>`)
}

export function timingsSection(report: Report): Html {
  const total = report.timings.reduce((sum, timing) => sum + timing.seconds, 0)
  if (total <= 0) return html``
  const media = toNumber(parseRational(report.plan.duration))
  const rows = report.timings.map(({ stage, seconds }) => {
    const share = (100 * seconds) / total
    return html`<tr><th scope="row">${stage}</th><td class="num">${formatElapsed(seconds)}</td><td class="num">${formatFixed(share, 0)} %</td><td class="bar" aria-hidden="true"><i style="width:${share.toFixed(1)}%"></i></td></tr>`
  })
  const head = html`<tr><th scope="col">Stage</th><th scope="col" class="num">Time</th><th scope="col" class="num">Share</th><td></td></tr>`
  const intro = `${formatElapsed(total)} in all for ${formatElapsed(media)} of programme.`
  return section('timings', 'Where the time went', intro, scrollTable('Timings', head, rows, 'timings'))
}

export function filesSection(report: Report): Html {
  const { artifacts } = report
  if (artifacts.length === 0) return html``
  const total = artifacts.reduce((sum, artifact) => sum + artifact.bytes, 0)
  const rows = artifacts.map(
    ({ path, bytes, what }) =>
      html`<tr><th scope="row"><a href="${fileHref(path)}"><code>${path}</code></a></th><td>${what}</td><td class="num">${formatBytes(bytes)}</td></tr>`,
  )
  const head = html`<tr><th scope="col">File</th><th scope="col">What it is</th><th scope="col" class="num">Size</th></tr>`
  const table = scrollTable('Files', head, rows)
  // A package of separate segments lists thousands; those start folded.
  const body = artifacts.length > 40 ? html`<details><summary>All files</summary>${table}</details>` : table
  return section(
    'files',
    'Files',
    `${plural(artifacts.length, 'file')}, ${formatBytes(total)}, beside this page.`,
    body,
  )
}

export function footer(report: Report): Html {
  const { headend, ffmpeg, packager } = report.tool
  const tools = [`Headend ${headend}`, `FFmpeg ${ffmpeg}`, packager && `Shaka Packager ${packager}`].filter(Boolean)
  return html`<footer><p>Made by ${tools.join(', ')}. This page needs no network; the report’s data is inside it.</p>
<p><button type="button" id="save-json" hidden>Save report.json</button></p></footer>`
}
