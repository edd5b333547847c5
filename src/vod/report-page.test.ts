import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Script } from 'node:vm'
import { sampleReport } from '../../test/media/sample-report.ts'
import { Report } from '../model/index.ts'
import { clientScript } from './report/client-script.data.ts'
import { groupChoices } from './report/decisions-section.ts'
import { summarySentence, verdictSentence } from './report/verdict-section.ts'
import { renderReport } from './report-page.ts'

/** The page without what is not read: scripts, style, data. */
const visible = (page: string): string => page.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
const dataOf = (page: string): unknown =>
  JSON.parse(/<script type="application\/json" id="report-data">([\s\S]*?)<\/script>/.exec(page)![1]!)

test('the sample is a valid report, and the same each time', () => {
  for (const verdict of ['pass', 'warn', 'fail'] as const) {
    const report = sampleReport({ verdict })
    assert.deepEqual(Report.parse(report), report)
    assert.deepEqual(sampleReport({ verdict }), report)
  }
})

test('the page has every section, linked from the contents', () => {
  const page = renderReport(sampleReport())
  for (const id of ['verdict', 'input', 'output', 'charts', 'checks', 'decisions', 'warnings', 'timings', 'files']) {
    assert.equal(page.split(`<section id="${id}"`).length, 2, id)
    assert.ok(page.includes(`<a href="#${id}">`), id)
  }
  for (const id of ['quality', 'bitrate', 'ladder', 'loudness']) assert.ok(page.includes(`id="chart-${id}"`), id)
})

test('the page states the facts as engineers read them', () => {
  const text = visible(renderReport(sampleReport()))
  for (const words of [
    '29.97 (30000/1001)',
    'limited (tv)',
    'container and bitstream disagree',
    'assumed',
    'avc1.640028',
    'High, level 4.0',
    'cap 6.50 Mb/s',
    'of 1,800',
    'target \u221223.0 ±0.5',
    '4.004 s: 120 frames in 2 GOPs of 60',
  ])
    assert.ok(text.includes(words), words)
})

test('every check, choice, warning, timing and artifact is on the page', () => {
  const report = sampleReport({ verdict: 'fail' })
  const text = visible(renderReport(report))
  assert.equal(text.split('<tr class="pass"').length - 1, report.verdict.checks.filter(c => c.status === 'pass').length)
  const rows = text.split('data-filter>').length - 1 + (text.split('data-filter title').length - 1)
  assert.equal(rows, report.verdict.checks.length + report.plan.choices.length)
  assert.equal(
    groupChoices(report).reduce((sum, group) => sum + group.choices.length, 0),
    report.plan.choices.length,
  )
  for (const warning of [...report.input.warnings, ...report.plan.warnings]) assert.ok(text.includes(warning.message))
  for (const { stage } of report.timings) assert.ok(text.includes(`<th scope="row">${stage}</th>`))
  for (const { path } of report.artifacts) assert.ok(text.includes(`<code>${path}</code>`))
})

describe('verdict', () => {
  test('a failure shows its failing checks first, before any passing one, in the header and in the table', () => {
    const text = visible(renderReport(sampleReport({ verdict: 'fail' })))
    const order = [...text.matchAll(/<tr class="(pass|warn|fail|skipped)"/g)].map(match => match[1]!)
    assert.deepEqual(order.slice(0, 4), ['fail', 'fail', 'warn', 'skipped'])
    assert.deepEqual([...new Set(order)], ['fail', 'warn', 'skipped', 'pass'])
    const header = text.slice(0, text.indexOf('<section id="input"'))
    const problems = [...header.matchAll(/<li class="problem (\w+)"/g)].map(match => match[1])
    assert.deepEqual(problems, ['fail', 'fail', 'warn'])
    assert.ok(header.includes('1800 frames') && header.includes('1797 frames'))
  })
  test('a pass shows no problems', () => {
    assert.ok(!renderReport(sampleReport()).includes('<li class="problem'))
  })
  test('the sentence counts what was made, failed, warned and skipped', () => {
    assert.equal(verdictSentence(sampleReport()), 'All 36 checks measured what the plan promised. 1 check skipped.')
    assert.match(
      verdictSentence(sampleReport({ verdict: 'fail' })),
      /^2 of 37 checks broke .* 1 warning\. 1 check skipped/,
    )
    assert.match(verdictSentence(sampleReport({ verdict: 'warn' })), /1 of 37 checks deserves a look/)
    const none = { ...sampleReport(), verdict: { status: 'pass' as const, checks: [] } }
    assert.match(verdictSentence(none), /nothing is proven/)
  })
  test('a rendition wears the worst status of its own checks; a skipped check does not hide the passed ones', () => {
    const row = (page: string, id: string): string =>
      new RegExp(`<tr><th scope="row">(?:<i[^>]*></i>)?${id}[\\s\\S]*?</tr>`).exec(page)![0]
    const failed = visible(renderReport(sampleReport({ verdict: 'fail' })))
    assert.match(row(failed, 'v360'), /status fail/)
    assert.match(row(failed, 'v360'), /class="num off">1,797/)
    assert.match(row(failed, 'v720'), /status pass/)
    assert.match(row(visible(renderReport(sampleReport())), 'a_eng_51'), /status pass/)
  })
})

describe('untrusted text', () => {
  const nasty = `/in/</script><script>alert(1)</script>\u2028"'&.mov`
  const report = sampleReport({ path: nasty })
  const page = renderReport({
    ...report,
    input: { ...report.input, warnings: [{ code: '<b>', message: '<img src=x onerror=alert(1)>' }] },
    artifacts: [
      { path: 'javascript:alert(1)', bytes: 1, what: '<i>' },
      { path: 'a b/../?x#y', bytes: 1, what: 'odd' },
    ],
  })
  test('a path with a script in it stays text', () => {
    const scripts = [...page.matchAll(/<script\b/gi)]
    assert.equal(scripts.length, 3, 'data, uPlot and ours')
    assert.ok(visible(page).includes('&lt;/script&gt;&lt;script&gt;alert(1)'))
    for (const escaped of ['&lt;img src=x onerror=alert(1)&gt;', '<code>&lt;b&gt;</code>', '<td>&lt;i&gt;</td>'])
      assert.ok(visible(page).includes(escaped))
    assert.ok(!visible(page).includes('<img'))
  })
  test('the data survives inside the page unchanged, with nothing that ends the script', () => {
    const raw = /id="report-data">([\s\S]*?)<\/script>/.exec(page)![1]!
    assert.ok(!/[<>&\u2028\u2029]/.test(raw))
    assert.equal((dataOf(page) as Report).input.path, nasty)
    const plain = sampleReport()
    assert.deepEqual(dataOf(renderReport(plain)), plain)
  })
  test('a file name cannot be a link scheme, a query or a fragment', () => {
    assert.ok(page.includes('href="./javascript%3Aalert(1)"'))
    assert.ok(page.includes('href="./a%20b/../%3Fx%23y"'))
  })
})

describe('self-contained', () => {
  const page = renderReport(sampleReport())
  test('nothing is loaded: no src, no link, no import, and a policy that forbids it', () => {
    const markup = visible(page)
    assert.ok(!/<link|<iframe|<img|\ssrc=|@import|url\(/.test(markup))
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!
    assert.ok(!/@import|url\(/.test(style))
    assert.match(page, /Content-Security-Policy" content="default-src &#39;none&#39;/)
  })
  test('the policy names exactly the two scripts by their hashes', async () => {
    const { createHash } = await import('node:crypto')
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(match => match[1]!)
    assert.equal(scripts.length, 2)
    for (const script of scripts)
      assert.ok(policy.includes(createHash('sha256').update(script).digest('base64')), script.slice(0, 40))
    assert.match(scripts[0]!, /Copyright \(c\) \d+ Leon Sorokin/)
  })
  test('the scripts parse', () => {
    new Script(clientScript)
    for (const [, script] of page.matchAll(/<script>([\s\S]*?)<\/script>/g)) new Script(script!)
  })
})

describe('partial reports', () => {
  test('audio only, silent, without target', () => {
    const full = sampleReport()
    const silent = {
      integratedLufs: null,
      momentaryMaxLufs: null,
      shortTermMaxLufs: null,
      loudnessRangeLu: null,
      truePeakDbtp: null,
      samplePeakDbfs: null,
    }
    const report = Report.parse({
      ...full,
      input: { ...full.input, video: [] },
      plan: {
        ...full.plan,
        kind: 'transcode',
        video: null,
        choices: [],
        output: { kind: 'file', container: 'mp4', muxer: { format: 'mp4', options: {} } },
        audio: full.plan.audio.map(a => ({ ...a, loudness: { ...a.loudness, targetLufs: null, measured: null } })),
      },
      video: [],
      audio: full.audio.map(a => ({ ...a, loudness: silent })),
      artifacts: [],
      timings: [],
    })
    const text = visible(renderReport(report))
    for (const id of [
      'chart-quality',
      'chart-bitrate',
      'chart-ladder',
      '<section id="decisions"',
      '<section id="files"',
    ])
      assert.ok(!text.includes(id), id)
    assert.ok(text.includes('chart-loudness'))
    assert.ok(!/NaN|undefined|Infinity/.test(text))
    assert.equal(summarySentence(report), '60.06 s of audio became 2 audio renditions in one mp4 file.')
  })
  test('video only, without quality', () => {
    const full = sampleReport()
    const report = Report.parse({
      ...full,
      plan: { ...full.plan, audio: [] },
      audio: [],
      video: full.video.map(v => ({ ...v, quality: null, events: [] })),
    })
    const text = visible(renderReport(report))
    assert.ok(!text.includes('chart-quality') && text.includes('chart-bitrate') && !text.includes('chart-loudness'))
    assert.ok(text.includes('not measured'))
    assert.ok(!/NaN|undefined|Infinity/.test(text))
  })
})
