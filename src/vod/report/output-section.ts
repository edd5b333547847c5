// What came out: the ladder, the sound, how each was encoded, and the stretches that are black, frozen or silent.

import type { AudioOutcome, Pooled, RateControl, Report, VideoOutcome } from '../../model/index.ts'
import {
  formatBitrate,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatFixed,
  type Html,
  html,
  orDash,
  plural,
  scrollTable,
  section,
  statusMark,
  swatch,
  worstStatus,
} from '../../pages/index.ts'
import { measured, metrics, metricsOf } from './quality-metrics.ts'

const score = (pooled: Pooled | undefined, decimals: number): Html =>
  pooled
    ? html`<td class="num">${formatFixed(pooled.mean, decimals)}<small>p5 ${formatFixed(pooled.p5, decimals)}</small></td>`
    : html`<td class="num none">not measured</td>`

/** The highest rate that was planned, where one was. */
function capOf(rate: RateControl): string {
  const cap = rate.mode === 'constant-quality' || rate.mode === 'vbr' ? rate.maxrateBps : rate.averageBps
  return cap === null ? 'none' : formatBitrate(cap)
}

const statusCell = (report: Report, id: string): Html => {
  const status = worstStatus(report.verdict.checks, id)
  return html`<td>${status ? statusMark(status) : orDash(null)}</td>`
}

function videoRow(report: Report, rung: VideoOutcome, index: number): Html {
  const planned = report.plan.video?.renditions.find(rendition => rendition.id === rung.id)
  const promised = report.plan.video?.frames
  const framesOff = promised !== undefined && promised !== rung.frames
  return html`<tr><th scope="row">${swatch(index)}${rung.id}</th>
<td class="num">${rung.width}×${rung.height}</td>
<td><code>${rung.codecString}</code>${planned && html`<small>${planned.profile}${planned.level && html`, level ${planned.level}`}</small>`}</td>
<td class="num">${formatBitrate(rung.averageBps)}<small>${formatBytes(rung.bytes)}</small></td>
<td class="num">${formatBitrate(rung.peakSegmentBps)}${planned && html`<small>cap ${capOf(planned.rate)}</small>`}</td>
${metricsOf(report).map(({ key, decimals }) => score(rung.quality ? measured(rung.quality, key)?.pooled : undefined, decimals))}
<td class="num${framesOff && ' off'}">${formatCount(rung.frames)}<small>${promised === undefined ? '' : `of ${formatCount(promised)}`}</small></td>
${statusCell(report, rung.id)}</tr>`
}

function videoTable(report: Report): Html | false {
  if (report.video.length === 0) return false
  const head = html`<tr><th scope="col">Rendition</th><th scope="col" class="num">Size</th><th scope="col">Codec</th><th scope="col" class="num">Average</th><th scope="col" class="num">Peak segment</th>${metricsOf(report).map(m => html`<th scope="col" class="num">${m.name}${m.unit && html`<small>${m.unit}</small>`}</th>`)}<th scope="col" class="num">Frames</th><th scope="col">Status</th></tr>`
  return html`<h3>Video</h3>${scrollTable(
    'Video renditions',
    head,
    report.video.map((rung, i) => videoRow(report, rung, i)),
  )}`
}

const lufs = (value: number | null): string => (value === null ? 'silent' : formatFixed(value, 1))

function audioRow(report: Report, sound: AudioOutcome): Html {
  const planned = report.plan.audio.find(audio => audio.id === sound.id)
  const target = planned?.loudness
  const gain = target ? `${target.gainDb > 0 ? '+' : ''}${formatFixed(target.gainDb, 1)} dB` : ''
  return html`<tr><th scope="row">${sound.id}${planned && html`<small>${planned.label}</small>`}</th>
<td><code>${sound.codecString}</code><small>${planned?.layout ?? sound.channels}, ${formatCount(sound.sampleRateHz / 1000)} kHz</small></td>
<td class="num">${formatBitrate(sound.averageBps)}<small>${formatBytes(sound.bytes)}</small></td>
<td class="num">${target?.measured ? lufs(target.measured.integratedLufs) : orDash(null)}</td>
<td class="num">${gain}<small>${target && (target.limiter ? 'true-peak limiter' : 'linear')}</small></td>
<td class="num">${lufs(sound.loudness.integratedLufs)}${target && target.targetLufs !== null && html`<small>target ${formatFixed(target.targetLufs, 1)} ±${target.toleranceLu}</small>`}</td>
<td class="num">${sound.loudness.truePeakDbtp === null ? 'silent' : formatFixed(sound.loudness.truePeakDbtp, 1)}${target && html`<small>limit ${formatFixed(target.maxTruePeakDbtp, 1)}</small>`}</td>
<td class="num">${sound.loudness.loudnessRangeLu === null ? orDash(null) : formatFixed(sound.loudness.loudnessRangeLu, 1)}</td>
<td class="num">${formatDuration(sound.duration)}</td>
${statusCell(report, sound.id)}</tr>`
}

function audioTable(report: Report): Html | false {
  if (report.audio.length === 0) return false
  const head = html`<tr><th scope="col">Rendition</th><th scope="col">Codec</th><th scope="col" class="num">Average</th><th scope="col" class="num">Source<small>LUFS</small></th><th scope="col" class="num">Gain</th><th scope="col" class="num">Delivered<small>LUFS</small></th><th scope="col" class="num">True peak<small>dBTP</small></th><th scope="col" class="num">Range<small>LU</small></th><th scope="col" class="num">Duration</th><th scope="col">Status</th></tr>`
  return html`<h3>Audio</h3>${scrollTable(
    'Audio renditions',
    head,
    report.audio.map(sound => audioRow(report, sound)),
  )}`
}

/** Time of the lowest point of a series. */
function lowestAt(timeS: readonly number[], values: readonly number[]): number | undefined {
  let at = 0
  for (let i = 1; i < values.length; i++) if (values[i]! < values[at]!) at = i
  return timeS[at]
}

/** The pooled figures that the main table has no room for. */
export function pooledTable(report: Report): Html | false {
  const rows = report.video.flatMap((rung, index) => {
    const { quality } = rung
    if (!quality) return []
    const own = metrics.flatMap(metric => {
      const found = measured(quality, metric.key)
      return found ? [{ ...metric, ...found }] : []
    })
    return own.map(({ name, unit, decimals, pooled: p, timeS, values }, i) => {
      const at = lowestAt(timeS, values)
      return html`<tr>${i === 0 && html`<th scope="rowgroup" rowspan="${own.length}">${swatch(index)}${rung.id}</th>`}<th scope="row">${name}${unit && html` <small>${unit}</small>`}</th>${[p.mean, p.median, p.p5, p.p1, p.min].map(v => html`<td class="num">${formatFixed(v, decimals)}</td>`)}<td class="num">${at === undefined ? orDash(null) : formatClock(at)}</td></tr>`
    })
  })
  if (rows.length === 0) return false
  const head = html`<tr><th scope="col">Rendition</th><th scope="col">Metric</th><th scope="col" class="num">Mean</th><th scope="col" class="num">Median</th><th scope="col" class="num">5th percentile</th><th scope="col" class="num">1st percentile</th><th scope="col" class="num">Lowest</th><th scope="col" class="num">Lowest at</th></tr>`
  return html`<details><summary>Pooled figures and the worst moment of each rung</summary>${scrollTable('Pooled quality', head, rows)}</details>`
}

const optionText = (options: Readonly<Record<string, string | number>>, join = ' '): string =>
  Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .join(join)

function encoderTable(report: Report): Html | false {
  const renditions = [...(report.plan.video?.renditions ?? []), ...report.plan.audio]
  if (renditions.length === 0) return false
  const rows = renditions.map(
    r =>
      html`<tr><th scope="row">${r.id}</th><td><code>${r.encoder.name}</code></td><td><code class="path">${optionText(r.encoder.options)}</code></td><td><code class="path">${r.filters.map(f => `${f.name}=${optionText(f.args, ':')}`).join(', ') || 'none'}</code></td></tr>`,
  )
  const head = html`<tr><th scope="col">Rendition</th><th scope="col">Encoder</th><th scope="col">Options</th><th scope="col">Filters</th></tr>`
  const prepare = report.plan.video?.prepare ?? []
  return html`<details><summary>Encoder settings</summary>
${prepare.length > 0 && html`<p>Done once for all rungs: <code class="path">${prepare.map(f => `${f.name}=${optionText(f.args, ':')}`).join(', ')}</code></p>`}
${scrollTable('Encoder settings', head, rows)}</details>`
}

const eventName = { black: 'Black', freeze: 'Frozen', silence: 'Silent' } as const

function eventTable(report: Report): Html | false {
  const rows = [...report.video, ...report.audio].flatMap(output =>
    output.events.map(
      event =>
        html`<tr><th scope="row">${output.id}</th><td>${eventName[event.kind]}</td><td class="num">${formatClock(event.startS)}</td><td class="num">${formatClock(event.endS)}</td><td class="num">${formatFixed(event.endS - event.startS, 2)} s</td><td>${event.inSource === undefined ? 'not compared' : event.inSource ? 'yes' : 'no, it is new'}</td></tr>`,
    ),
  )
  if (rows.length === 0) return html`<p>No stretch of black, frozen or silent programme was found.</p>`
  const head = html`<tr><th scope="col">Rendition</th><th scope="col">Kind</th><th scope="col" class="num">From</th><th scope="col" class="num">To</th><th scope="col" class="num">Length</th><th scope="col">Also in the source</th></tr>`
  return html`<details><summary>Black, frozen and silent stretches (${formatCount(rows.length)})</summary>${scrollTable('Black, frozen and silent stretches', head, rows)}</details>`
}

function delivery(report: Report): string {
  const { output, video } = report.plan
  if (output.kind === 'file') return `One ${output.container} file.`
  const segment = `Segments of ${formatDuration(output.segmentDuration)}`
  if (!video) return `${segment}.`
  const gops = video.segmentFrames / video.gopFrames
  return `${segment}: ${plural(video.segmentFrames, 'frame')} in ${plural(gops, 'GOP')} of ${formatCount(video.gopFrames)}. Quality is measured against the source at ${video.width}×${video.height}.`
}

export function outputSection(report: Report): Html {
  return section(
    'output',
    'What came out',
    delivery(report),
    html`${videoTable(report)}${audioTable(report)}${encoderTable(report)}${eventTable(report)}`,
  )
}
