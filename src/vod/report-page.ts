// One report as one HTML file: no network, no other file. The sections live in report/.

import type { Report } from '../model/index.ts'
import { baseName, renderPage } from '../pages/index.ts'
import { chartsSection } from './report/charts-section.ts'
import { checksSection } from './report/checks-section.ts'
import { clientScript } from './report/client-script.data.ts'
import { decisionsSection } from './report/decisions-section.ts'
import { filesSection, footer, timingsSection, warningsSection } from './report/files-section.ts'
import { inputSection } from './report/input-section.ts'
import { outputSection } from './report/output-section.ts'
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

/** Renders `report` as one self-contained page. */
export function renderReport(report: Report): string {
  return renderPage({
    title: `${baseName(report.input.path)}: ${report.verdict.status}, Headend report`,
    generator: `Headend ${report.tool.headend}`,
    contents,
    sections: [
      verdictSection(report),
      inputSection(report),
      outputSection(report),
      chartsSection(report),
      checksSection(report),
      decisionsSection(report),
      warningsSection(report),
      timingsSection(report),
      filesSection(report),
    ],
    footer: footer(report),
    data: report,
    script: clientScript,
  })
}
