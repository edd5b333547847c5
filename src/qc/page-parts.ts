// Tables of the page: findings, figures, the file, every check. Pure.
import type { CheckOutcome, MediaFacts, QcReport } from '../model/index.ts'
import {
  type Fact,
  factTable,
  formatBitrate,
  formatBytes,
  formatDuration,
  formatFrameRate,
  formatLevel,
  type Html,
  html,
  orDash,
  plural,
  scrollTable,
  section,
} from '../pages/index.ts'
import { type MomentPictures, momentKey } from './moments.ts'
import { formatSpan } from './span.ts'

const words = {
  fail: 'Fail',
  warn: 'Warning',
  info: 'Note',
  pass: 'Pass',
  skipped: 'Nothing to look at',
  off: 'Off',
} as const
const mark = (status: CheckOutcome['status']): Html => html`<span class="status ${status}">${words[status]}</span>`

export function findingsSection({ findings }: QcReport, moments: MomentPictures): Html {
  if (findings.length === 0) return section('findings', 'Findings', 'There are none.', html``)
  const pictured = findings.some(({ pictureS }) => pictureS !== null && moments.has(momentKey(pictureS)))
  const head = html`<tr><th scope="col">Severity</th>${pictured && html`<th scope="col">Picture</th>`}<th scope="col">Time</th><th scope="col">Finding</th><th scope="col">Measured</th><th scope="col">Limit</th></tr>`
  const rows = findings.map((finding, i) => {
    const { severity, check, subject, startS, endS, message, measured, limit, source, pictureS } = finding
    const jpeg = pictureS === null ? undefined : moments.get(momentKey(pictureS))
    const picture = jpeg
      ? html`<img alt="The picture at ${formatSpan(pictureS, null)}" loading="lazy" src="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}">`
      : ''
    return html`<tr id="f${i + 1}" class="${severity}" data-severity="${severity}" tabindex="-1"><td>${mark(severity)}</td>${pictured && html`<td class="moment">${picture}</td>`}<td class="when">${formatSpan(startS, endS)}</td><th scope="row">${message}<small><code>${check}</code> ${subject}</small></th><td>${measured}</td><td>${limit}<small>${source}</small></td></tr>`
  })
  const filters = (['fail', 'warn', 'info'] as const)
    .map(severity => [severity, findings.filter(each => each.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(
      ([severity, count]) =>
        html`<button type="button" data-filter="${severity}" aria-pressed="true">${words[severity]} <span class="count">${count}</span></button>`,
    )
  return section(
    'findings',
    'Findings',
    'The worst first, then by time.',
    html`<div class="tools" role="group" aria-label="Which findings to show">${filters}<label class="search">Find <input type="search" id="find"></label><output id="shown"></output></div>
${scrollTable('Findings', head, rows, 'findings')}`,
  )
}

/** `integratedLufs` → `integrated, LUFS`. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/Lufs$/, 'LUFS'],
  [/Dbtp$/, 'dBTP'],
  [/Dbfs$/, 'dBFS'],
  [/Lu$/, 'LU'],
  [/Bps$/, 'bit/s'],
  [/Kbps$/, 'kbit/s'],
  [/Ms$/, 'ms'],
  [/Percent$/, '%'],
  [/PerS$/, 'per second'],
  [/Db$/, 'dB'],
  [/S$/, 's'],
]

export function describeFigure(name: string): string {
  const unit = UNITS.find(([end]) => end.test(name))
  const plain = unit ? name.replace(unit[0], '') : name
  const text = plain.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/ ([A-Z])(?=[a-z])/g, each => each.toLowerCase())
  return unit ? `${text}, ${unit[1]}` : text
}

export function figuresSection({ figures }: QcReport): Html {
  const tables = Object.entries(figures).map(([subject, named]) =>
    factTable(
      subject,
      Object.entries(named).map(([name, value]): Fact => [describeFigure(name), orDash(value)]),
    ),
  )
  if (tables.length === 0) return html``
  return section(
    'figures',
    'Figures',
    'Measured, whether or not a check found something.',
    html`<div class="cards">${tables}</div>`,
  )
}

export function factsSection(facts: MediaFacts): Html {
  const { container, video, audio, subtitles } = facts
  const tables = [
    factTable('File', [
      ['path', html`<span class="path">${facts.path}</span>`],
      ['container', container.longName],
      ['size', formatBytes(facts.sizeBytes)],
      ['length', container.duration ? formatDuration(container.duration) : orDash(null)],
      ['bit rate', container.bitrateBps === null ? orDash(null) : formatBitrate(container.bitrateBps)],
    ]),
    ...video.map(stream =>
      factTable(`Picture v${stream.index}`, [
        [
          'codec',
          [
            stream.codecString ?? stream.codec,
            stream.profile,
            stream.level === null ? null : `level ${formatLevel(stream.codec, stream.level)}`,
          ]
            .filter(Boolean)
            .join(', '),
        ],
        [
          'size',
          `${stream.codedWidth}×${stream.codedHeight}${stream.displayWidth === stream.codedWidth ? '' : `, shown ${stream.displayWidth}×${stream.displayHeight}`}`,
        ],
        ['frame rate', stream.frameRate ? formatFrameRate(stream.frameRate) : orDash(null)],
        ['samples', `${stream.pixelFormat}, ${stream.scan}`],
        [
          'color',
          [
            stream.color.effective.primaries,
            stream.color.effective.transfer,
            stream.color.effective.matrix,
            stream.color.effective.range,
          ]
            .map(tag => tag ?? 'untagged')
            .join(', '),
        ],
        ['HDR', stream.hdr.format],
        ['pictures', orDash(stream.frameCount)],
      ]),
    ),
    ...audio.map(stream =>
      factTable(`Sound a${stream.index}`, [
        ['codec', [stream.codecString ?? stream.codec, stream.profile].filter(Boolean).join(', ')],
        ['channels', stream.layout],
        ['rate', `${stream.sampleRateHz} Hz`],
        ['language', orDash(stream.language)],
        ['title', orDash(stream.title)],
      ]),
    ),
    ...subtitles.map(stream =>
      factTable(`Captions s${stream.index}`, [
        ['format', stream.codec],
        ['language', orDash(stream.language)],
      ]),
    ),
  ]
  return section('file', 'File', null, html`<div class="cards">${tables}</div>`)
}

export function checksSection({ checks }: QcReport): Html {
  const head = html`<tr><th scope="col">Outcome</th><th scope="col">Check</th><th scope="col">What it finds</th><th scope="col">Source of its limits</th></tr>`
  const groups = [...Map.groupBy(checks, ({ layer }) => layer)].map(([layer, own]) => {
    const rows = own.map(
      ({ status, check, title, finds, source, because, findings }) =>
        html`<tr class="${status}"><td>${mark(status)}${findings > 0 && html`<small>${plural(findings, 'finding')}</small>`}</td><th scope="row">${title}<small><code>${check}</code></small></th><td>${finds}${because !== null && html`<small>${because}</small>`}</td><td>${source}</td></tr>`,
    )
    return html`<details open><summary>${layer}<span class="count">${own.length}</span></summary>${scrollTable(layer, head, rows, 'checks')}</details>`
  })
  return section(
    'checks',
    'Checks',
    'Every check there is, what it looks for, and where its limits come from.',
    html`${groups}`,
  )
}
