// Loudness as one page: the verdict, a table of tracks, their curves with the target band, and channel by channel.
import type { FileLoudness, LoudnessReport, TrackLoudness } from '../model/index.ts'
import {
  baseName,
  formatClock,
  formatDate,
  formatFixed,
  type Html,
  html,
  orDash,
  renderPage,
  scrollTable,
  section,
  statusMark,
} from '../pages/index.ts'
import { thin } from '../quality/index.ts'
import { loudnessScript } from './loudness-script.data.ts'

type Row = { readonly file: FileLoudness; readonly track: TrackLoudness }

const rowsOf = ({ files }: LoudnessReport): Row[] => files.flatMap(file => file.tracks.map(track => ({ file, track })))

const label = ({ files }: LoudnessReport, { file, track }: Row): string =>
  files.length > 1 ? `${baseName(file.path)}, track ${track.track}` : `track ${track.track}`

const figure = (value: number | null, unit: string): Html | string =>
  value === null ? orDash(null) : `${formatFixed(value, 1)} ${unit}`

export function renderLoudness(report: LoudnessReport): string {
  const { tool, files } = report
  const subject = files.length === 1 ? baseName(files[0]!.path) : `${files.length} files`
  return renderPage({
    title: `${subject}: loudness, Headend`,
    generator: `Headend ${tool.headend}`,
    contents: [
      ['tracks', 'Tracks'],
      ['curve', 'Over time'],
      ['channels', 'Channels'],
    ],
    sections: [tracksSection(report, subject), curveSection(report), channelsSection(report)],
    footer: html`<footer><span>Headend ${tool.headend}</span><span>${formatDate(report.createdAt)}</span></footer>`,
    data: chartData(report),
    script: loudnessScript,
  })
}

function tracksSection(report: LoudnessReport, subject: string): Html {
  const { standard, verdict } = report
  const spoken = rowsOf(report).some(({ track }) => track.dialogue)
  const head = html`<tr>${standard && html`<th scope="col">Verdict</th>`}<th scope="col">Track</th><th scope="col" class="num">Integrated</th>${spoken && html`<th scope="col" class="num">Dialogue</th>`}<th scope="col" class="num">Range</th><th scope="col" class="num">Short-term</th><th scope="col" class="num">Momentary</th><th scope="col" class="num">True peak</th><th scope="col" class="num">Length</th></tr>`
  const cell = (value: number | null, unit: string, off = false): Html =>
    html`<td class="${off ? 'num off' : 'num'}">${figure(value, unit)}</td>`
  const rows = rowsOf(report).map(row => {
    const { track } = row
    const off = (id: string): boolean => track.checks.some(check => check.id === id && check.status === 'fail')
    return html`<tr>${track.verdict && html`<td>${statusMark(track.verdict)}</td>`}<th scope="row">${label(report, row)}<small>${[track.codec, track.layout, track.language, track.title].filter(Boolean).join(', ')}</small></th>
${cell(track.integratedLufs, 'LUFS', off('loudness.integrated'))}${spoken && cell(track.dialogue?.integratedLufs ?? null, 'LUFS')}${cell(track.loudnessRangeLu, 'LU')}${cell(track.shortTermMaxLufs, 'LUFS', off('loudness.maximum'))}${cell(track.momentaryMaxLufs, 'LUFS', off('loudness.maximum'))}${cell(track.truePeakDbtp, 'dBTP', off('loudness.truePeak'))}<td class="num">${formatClock(track.seconds)}</td></tr>`
  })
  const warnings = rowsOf(report).flatMap(row =>
    row.track.warnings.map(
      ({ code, message }) => html`<li><code>${code}</code> ${label(report, row)}: ${message}</li>`,
    ),
  )
  const intro = standard
    ? `Asked for: ${standard.label}, ${formatFixed(standard.targetLufs, 1)} LUFS ± ${standard.toleranceLu} LU, at most ${formatFixed(standard.maxTruePeakDbtp, 1)} dBTP. ${standard.source}.`
    : 'Measured by ITU-R BS.1770-5, EBU Tech 3341 and 3342; no standard was named.'
  return html`<header class="masthead"><p class="brand"><b>Headend</b> loudness</p><h1>${subject}</h1></header>
${section(
  'tracks',
  verdict === null ? 'Loudness' : verdict === 'pass' ? 'Within the standard' : 'Not within the standard',
  intro,
  html`${scrollTable('Loudness of each track', head, rows)}
${warnings.length > 0 && html`<ul class="warnings">${warnings}</ul>`}`,
)}`
}

function curveSection(report: LoudnessReport): Html {
  const rows = rowsOf(report)
  const words = `Line chart of momentary and short-term loudness over time${report.standard ? ' with the target band' : ''}. ${rows
    .map(
      row =>
        `${label(report, row)}: integrated ${row.track.integratedLufs === null ? 'none' : `${formatFixed(row.track.integratedLufs, 1)} LUFS`}`,
    )
    .join('; ')}.`
  const radios = rows.map(
    (row, i) =>
      html`<label><input type="radio" name="track" value="${i}"${i === 0 && html` checked`}><span>${label(report, row)}</span></label>`,
  )
  return section(
    'curve',
    'Over time',
    `Short-term loudness looks 3 s back, momentary 0.4 s. Dashed: the integrated loudness.${report.standard ? ' Shaded: the target with its tolerance.' : ''} Long programmes are thinned for drawing. Drag across the chart to look closer, double-click to return.`,
    html`<noscript><p class="note">The chart needs JavaScript; its figures are above.</p></noscript>
<figure class="chart" id="chart-loudness"><figcaption><h3>Loudness</h3>${rows.length > 1 && html`<fieldset class="switch"><legend>Track</legend>${radios}</fieldset>`}</figcaption>
<div class="legend" role="group" aria-label="Value at the cursor"><span class="fixed" id="value"></span></div>
<div class="plot" role="img" aria-label="${words}"></div></figure>`,
  )
}

function channelsSection(report: LoudnessReport): Html {
  const head = html`<tr><th scope="col">Track</th><th scope="col">Channel</th><th scope="col" class="num">Weight</th><th scope="col" class="num">True peak</th><th scope="col" class="num">Sample peak</th></tr>`
  const rows = rowsOf(report).flatMap(row =>
    row.track.channels.map(
      ({ name, weight, truePeakDbtp, samplePeakDbfs }) =>
        html`<tr><th scope="row">${label(report, row)}</th><td>${name}</td><td class="num">${weight}</td><td class="num">${figure(truePeakDbtp, 'dBTP')}</td><td class="num">${figure(samplePeakDbfs, 'dBFS')}</td></tr>`,
    ),
  )
  return section(
    'channels',
    'Channels',
    'Weight: how much the energy of a channel counts (BS.1770-5); low-frequency effects count nothing.',
    scrollTable('Channels', head, rows),
  )
}

function chartData(report: LoudnessReport): unknown {
  const { standard } = report
  return {
    target: standard && { lufs: standard.targetLufs, tolerance: standard.toleranceLu },
    tracks: rowsOf(report).map(({ track: { series, integratedLufs } }) => {
      const { momentaryLufs, shortTermLufs, stepMs } = series
      // The loudest of each stretch stays: that is what a limit is about.
      const keep = thin(momentaryLufs.length, i => -(momentaryLufs[i] ?? -Infinity))
      return {
        integratedLufs,
        timeS: keep.map(i => ((i + 1) * stepMs) / 1000),
        momentaryLufs: keep.map(i => momentaryLufs[i]),
        shortTermLufs: keep.map(i => shortTermLufs[i]),
      }
    }),
  }
}
