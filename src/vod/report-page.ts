// One report as one HTML file: no network, no other file. The sections live in report/.
import { createHash } from 'node:crypto'
import type { Report } from '../model/index.ts'
import { type ChartAssets, readChartAssets } from './report/assets.ts'
import { chartsSection } from './report/charts-section.ts'
import { checksSection } from './report/checks-section.ts'
import { clientScript } from './report/client-script.data.ts'
import { decisionsSection } from './report/decisions-section.ts'
import { filesSection, footer, timingsSection, warningsSection } from './report/files-section.ts'
import { baseName } from './report/format.ts'
import { type Html, html, inlineJson, trusted } from './report/html.ts'
import { inputSection } from './report/input-section.ts'
import { outputSection } from './report/output-section.ts'
import { styleSheet } from './report/style.data.ts'
import { verdictSection } from './report/verdict-section.ts'

const contents = [
  ['verdict', 'Verdict'],
  ['input', 'In'],
  ['output', 'Out'],
  ['charts', 'Over time'],
  ['checks', 'Checks'],
  ['decisions', 'Decisions'],
  ['warnings', 'Warnings'],
  ['timings', 'Time'],
  ['files', 'Files'],
] as const

/** Text of ours inside a script element; `</script` must not occur in it. */
function inlineScript(text: string): string {
  return text.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--')
}

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/**
 * Renders `report` as one self-contained page. A content security policy names our two scripts by hash, so nothing
 * that a source smuggled into a title could run even if it were not escaped.
 */
export function renderReport(report: Report, assets: ChartAssets = readChartAssets()): string {
  const body = [
    verdictSection(report),
    inputSection(report),
    outputSection(report),
    chartsSection(report),
    checksSection(report),
    decisionsSection(report),
    warningsSection(report),
    timingsSection(report),
    filesSection(report),
  ].map(part => (part.toString() === '' ? part : html`${part}\n`))
  const written = body.join('')
  const nav = contents
    .filter(([id]) => written.includes(`<section id="${id}"`))
    .map(([id, label]) => html`<li><a href="#${id}">${label}</a></li>`)
  const library = inlineScript(`/* uPlot\n${assets.licence.replaceAll('*/', '* /')}*/\n${assets.script}`)
  const client = inlineScript(clientScript)
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src ${sha256(library)} ${sha256(client)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const script = (text: string): Html => html`<script>${trusted(text)}</script>\n`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Headend ${report.tool.headend}">
<title>${baseName(report.input.path)}: ${report.verdict.status}, Headend report</title>
<style>${trusted(assets.style)}
${trusted(styleSheet)}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
<nav class="contents" aria-label="Contents"><ul>${nav}</ul></nav>
<main>
${trusted(written)}
</main>
${footer(report)}
<script type="application/json" id="report-data">${inlineJson(report)}</script>
${script(library)}${script(client)}</body>
</html>
`.toString()
}
