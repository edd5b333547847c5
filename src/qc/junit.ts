// The report as JUnit XML, for build servers: a suite per layer, a test case per check.
import type { CheckOutcome, Finding, QcReport } from '../model/index.ts'
import { formatSpan } from './span.ts'

/** XML 1.0 §2.2 knows no other characters; §2.3 wants five of them escaped. */
const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"'\t\n\r]/g, each => `&#${each.charCodeAt(0)};`)

const tag = (name: string, attributes: Readonly<Record<string, string | number>>): string =>
  `<${[name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(String(value))}"`)].join(' ')}`

/** `strict` makes a failure of what warns. */
export function formatJunit(report: QcReport, { strict }: { readonly strict: boolean }): string {
  const { input, checks, findings, profile, createdAt, elapsedS } = report
  const held = checks.filter(({ status }) => status !== 'off')
  const fails = ({ status }: CheckOutcome): boolean => status === 'fail' || (strict && status === 'warn')
  const count = (of: readonly CheckOutcome[]) => ({
    tests: of.length,
    failures: of.filter(fails).length,
    errors: 0,
    skipped: of.filter(({ status }) => status === 'skipped').length,
  })
  const suites = [...Map.groupBy(held, ({ layer }) => layer)].map(([layer, cases]) => {
    const open = tag('testsuite', {
      ...{ name: `qc.${layer}`, ...count(cases), time: 0, timestamp: createdAt.slice(0, 19), hostname: 'headend' },
    })
    const body = cases.map(each =>
      testCase(
        each,
        findings.filter(({ check }) => check === each.check),
        fails(each),
      ),
    )
    return `  ${open}>\n    <properties>\n      ${tag('property', { name: 'file', value: input.path })}/>\n      ${tag('property', { name: 'profile', value: profile })}/>\n    </properties>\n${body.join('')}  </testsuite>\n`
  })
  const root = tag('testsuites', { name: 'headend qc', ...count(held), time: elapsedS })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}>\n${suites.join('')}</testsuites>\n`
}

function testCase(
  { check, layer, title, because, status }: CheckOutcome,
  found: readonly Finding[],
  fails: boolean,
): string {
  const open = `    ${tag('testcase', { name: `${check}: ${title}`, classname: `qc.${layer}`, time: 0 })}`
  if (status === 'skipped') return `${open}>\n      ${tag('skipped', { message: because ?? '' })}/>\n    </testcase>\n`
  if (found.length === 0) return `${open}/>\n`
  const lines = found.map(
    ({ severity, subject, startS, endS, message, measured, limit, source }) =>
      `${severity} ${subject} ${formatSpan(startS, endS)} ${message} Measured: ${measured}; limit: ${limit} (${source})`,
  )
  const text = escapeXml(lines.join('\n')).replaceAll('&#10;', '\n')
  if (!fails) return `${open}>\n      <system-out>${text}</system-out>\n    </testcase>\n`
  const failure = tag('failure', { message: `${found.length} findings: ${found[0]!.message}`, type: status })
  return `${open}>\n      ${failure}>${text}</failure>\n    </testcase>\n`
}
