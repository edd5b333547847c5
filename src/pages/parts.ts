// Pieces that several sections share: sections, tables that scroll, status marks, fact lists.
import type { Check, CheckStatus } from '../model/index.ts'
import { type Html, type HtmlValue, html } from './html.ts'

/** A section with a heading that the contents list can point to. */
export function section(id: string, title: string, intro: HtmlValue, body: HtmlValue): Html {
  return html`<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
${intro && html`<p class="intro">${intro}</p>`}
${body}
</section>`
}

/** A table that scrolls sideways by itself on a narrow screen, reachable by keyboard. */
export function scrollTable(label: string, head: Html, rows: readonly Html[], className = ''): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table class="${className}">
<thead>${head}</thead>
<tbody>${rows}</tbody>
</table></div>`
}

export const statusText: Readonly<Record<CheckStatus, string>> = {
  pass: 'Pass',
  warn: 'Warning',
  fail: 'Fail',
  skipped: 'Skipped',
}

/** The status in words, with a mark whose shape differs too: colour alone tells nothing. */
export const statusMark = (status: CheckStatus): Html =>
  html`<span class="status ${status}">${statusText[status]}</span>`

export const statusOrder: readonly CheckStatus[] = ['fail', 'warn', 'skipped', 'pass']

/** Worst first; the order within a status stays. */
export const sortChecks = (checks: readonly Check[]): Check[] =>
  checks.toSorted((a, b) => statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status))

/** The worst status among the checks of one rendition, skipped ones aside; null when there is no check. */
export function worstStatus(checks: readonly Check[], subject: string): CheckStatus | null {
  const own = sortChecks(checks.filter(check => check.subject === subject))
  return (own.find(check => check.status !== 'skipped') ?? own[0])?.status ?? null
}

/** `—` for a value that does not exist; a reader must not take it for zero. */
export const orDash = (value: string | number | null | undefined): Html | string =>
  value === null || value === undefined || value === '' ? html`<span class="none">none</span>` : String(value)

export type Fact = readonly [label: string, value: HtmlValue]

/** A titled two-column table of facts. */
export function factTable(title: string, facts: readonly Fact[]): Html {
  return html`<table class="facts"><caption>${title}</caption><tbody>
${facts.map(([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>\n`)}</tbody></table>`
}

/** The colour that stands for a rendition in tables and charts; the ladder's top is the first. */
export const swatch = (index: number): Html => html`<i class="swatch" style="--c:var(--s${(index % 8) + 1})"></i>`
