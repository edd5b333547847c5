// Every promise with what was measured, worst first.

import type { Check, Report } from '../../model/index.ts'
import {
  formatCount,
  type Html,
  html,
  scrollTable,
  section,
  sortChecks,
  statusMark,
  statusOrder,
  statusText,
} from '../../pages/index.ts'

const row = (check: Check): Html =>
  html`<tr class="${check.status}" data-filter><td>${statusMark(check.status)}</td><th scope="row"><code>${check.id}</code></th><td>${check.subject}</td><td>${check.promised}</td><td>${check.measured}</td><td>${check.message}</td></tr>`

export function checksSection(report: Report): Html {
  const checks = sortChecks(report.verdict.checks)
  const counts = statusOrder
    .map(status => [statusText[status].toLowerCase(), checks.filter(check => check.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${formatCount(count)} ${name}`)
  if (checks.length === 0) return section('checks', 'Checks', 'No check was made.', '')
  const head = html`<tr><th scope="col">Status</th><th scope="col">Check</th><th scope="col">Subject</th><th scope="col">Promised</th><th scope="col">Measured</th><th scope="col">In words</th></tr>`
  const intro = `Each promise of the plan against what was measured afterwards, by other means than those that made it. ${counts.join(', ')}.`
  return section(
    'checks',
    'Checks',
    intro,
    html`<div class="tools"><label class="search">Filter checks <input type="search" data-filters="checks" autocomplete="off" spellcheck="false"></label><output aria-live="polite"></output></div>
${scrollTable('Checks', head, checks.map(row), 'checks')}`,
  )
}
