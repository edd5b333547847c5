// One report as one HTML file: no network, no other file.
import { createHash } from 'node:crypto'
import { type ChartAssets, readChartAssets } from './assets.ts'
import { type Html, html, inlineJson, trusted } from './html.ts'
import { styleSheet } from './style.data.ts'

/** Text of ours inside a script element; `</script` must not occur in it. */
function inlineScript(text: string): string {
  return text.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--')
}

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const chartLibrary = ({ licence, script }: ChartAssets): string =>
  inlineScript(`/* uPlot\n${licence.replaceAll('*/', '* /')}*/\n${script}`)

export type ReportPage = {
  readonly title: string
  /** Who made it: `Headend 1.2.3`. */
  readonly generator: string
  /** Ids and labels of the sections, in order; those that `sections` does not hold are left out. */
  readonly contents: readonly (readonly [id: string, label: string])[]
  readonly sections: readonly Html[]
  readonly footer: Html
  /** What the script reads from element `report-data`. */
  readonly data: unknown
  /** Our own script; it runs after uPlot. Absent for a page without charts that need one: then uPlot is left out, too. */
  readonly script?: string
  /** Rules of this page, before the common ones. */
  readonly style?: string
  /** Whether pictures are written into the page as data. */
  readonly pictures?: boolean
}

/**
 * A self-contained page. A content security policy names our two scripts by hash, so nothing that a source smuggled into a
 * title could run even if it were not escaped.
 */
export function renderPage(page: ReportPage): string {
  const written = page.sections.map(part => (part.toString() === '' ? part : html`${part}\n`)).join('')
  const nav = page.contents
    .filter(([id]) => written.includes(`<section id="${id}"`))
    .map(([id, label]) => html`<li><a href="#${id}">${label}</a></li>`)
  const charts = page.script === undefined ? null : readChartAssets()
  const scripts = charts ? [chartLibrary(charts), inlineScript(page.script!)] : []
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    ...(scripts.length > 0 ? [`script-src ${scripts.map(sha256).join(' ')}`] : []),
    ...(page.pictures ? ['img-src data:'] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const script = (text: string): Html => html`<script>${trusted(text)}</script>\n`
  const [[first, firstLabel] = ['', '']] = page.contents
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${page.generator}">
<title>${page.title}</title>
<style>${trusted(charts?.style ?? '')}${trusted(page.style ?? '')}
${trusted(styleSheet)}</style>
</head>
<body>
<a class="skip" href="#${first}">Skip to the ${firstLabel.toLowerCase()}</a>
<nav class="contents" aria-label="Contents"><ul>${nav}</ul></nav>
<main>
${trusted(written)}
</main>
${page.footer}
<script type="application/json" id="report-data">${inlineJson(page.data)}</script>
${scripts.map(script)}</body>
</html>
`.toString()
}
