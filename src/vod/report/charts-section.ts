// The places of the charts, with what they show in words; client-script.data.ts draws into them.

import type { Report } from '../../model/index.ts'
import { formatBitrate, formatFixed, type Html, html, section } from '../../pages/index.ts'
import { pooledTable } from './output-section.ts'
import { metricsOf } from './quality-metrics.ts'

/** One group of radio buttons; the browser gives it arrow keys. */
function radios(name: string, label: string, options: readonly (readonly [value: string, text: string])[]): Html {
  return html`<fieldset class="switch"><legend>${label}</legend>${options.map(
    ([value, text], i) =>
      html`<label><input type="radio" name="${name}" value="${value}"${i === 0 && html` checked`}><span>${text}</span></label>`,
  )}</fieldset>`
}

function chart(id: string, title: string, description: string, controls: Html | false = false): Html {
  return html`<figure class="chart" id="chart-${id}">
<figcaption><h3>${title}</h3>${controls}</figcaption>
<div class="legend" role="group" aria-label="Lines of ${title}"></div>
<div class="plot" role="img" aria-label="${description}"></div>
</figure>`
}

function qualityWords(report: Report): string {
  const rungs = report.video.flatMap(rung =>
    rung.quality
      ? [
          `${rung.id} ${rung.quality.vmaf ? `VMAF mean ${formatFixed(rung.quality.vmaf.score.mean, 1)}, lowest ${formatFixed(rung.quality.vmaf.score.min, 1)}, ` : ''}XPSNR-Y mean ${formatFixed(rung.quality.xpsnrY.mean, 1)} dB, lowest ${formatFixed(rung.quality.xpsnrY.min, 1)} dB`,
        ]
      : [],
  )
  return `Line chart of quality over time per rung. ${rungs.join('; ')}.`
}

function bitrateWords(report: Report): string {
  const rungs = report.video.map(
    rung => `${rung.id} average ${formatBitrate(rung.averageBps)}, peak ${formatBitrate(rung.peakSegmentBps)}`,
  )
  return `Line chart of bit rate over time per rung. ${rungs.join('; ')}.`
}

function loudnessWords(report: Report): string {
  const sounds = report.audio.map(sound => {
    const { integratedLufs: measured } = sound.loudness
    return `${sound.id} integrated ${measured === null ? 'silent' : `${formatFixed(measured, 1)} LUFS`}`
  })
  return `Line chart of momentary and short-term loudness over time with the target. ${sounds.join('; ')}.`
}

export function chartsSection(report: Report): Html {
  const scored = report.video.some(rung => rung.quality)
  const parts = [
    scored &&
      chart(
        'quality',
        'Quality over time',
        qualityWords(report),
        radios(
          'metric',
          'Metric',
          metricsOf(report).map(({ key, name }) => [key, name] as const),
        ),
      ),
    report.video.length > 0 && chart('bitrate', 'Bit rate over time', bitrateWords(report)),
    scored &&
      report.video.length > 1 &&
      chart(
        'ladder',
        'The ladder: bit rate against quality',
        `Each rung by average bit rate and by the chosen metric. ${qualityWords(report)}`,
      ),
    scored && pooledTable(report),
    report.audio.length > 0 &&
      chart(
        'loudness',
        'Loudness over time',
        loudnessWords(report),
        report.audio.length > 1 &&
          radios(
            'sound',
            'Rendition',
            report.audio.map(sound => [sound.id, sound.id] as const),
          ),
      ),
  ].filter(part => part !== false)
  if (parts.length === 0) return html``
  const intro =
    'Long programmes are thinned for drawing; the lowest value of each stretch is kept. Drag across a chart to look closer, double-click to return.'
  return section(
    'charts',
    'Over time',
    intro,
    html`<noscript><p class="note">The charts need JavaScript; every figure they summarise is in the tables.</p></noscript>${parts}`,
  )
}
