// A comparison as one page: the score, its curve, the worst moments side by side, and how it was measured.
import type { Comparison, MeasureResult } from '../model/index.ts'
import {
  baseName,
  type Fact,
  factTable,
  formatClock,
  formatCount,
  formatDate,
  formatFixed,
  formatFrameRate,
  type Html,
  html,
  renderPage,
  scrollTable,
  section,
} from '../pages/index.ts'
import { thin } from '../quality/index.ts'
import { comparisonScript } from './comparison-script.data.ts'
import type { MomentPictures } from './moments.ts'

export type ComparisonPage = {
  readonly comparison: Comparison
  readonly result: MeasureResult
  readonly pictures: readonly MomentPictures[]
}

/** What the chart can show: key of the series, name, unit and digits. */
const metrics = (comparison: Comparison): { key: string; name: string; unit: string; decimals: number }[] => [
  ...comparison.plan.models.map(model => ({ key: model, name: modelLabel(model), unit: '', decimals: 2 })),
  { key: 'lavfi.psnr.psnr.y', name: 'PSNR-Y', unit: 'dB', decimals: 2 },
  { key: 'lavfi.ssim.Y', name: 'SSIM-Y', unit: '', decimals: 4 },
  { key: 'lavfi.xpsnr.xpsnr.y', name: 'XPSNR-Y', unit: 'dB', decimals: 2 },
]

const modelLabel = (model: string): string =>
  model === 'vmaf_v0.6.1'
    ? 'VMAF'
    : model
        .replace('vmaf_', 'VMAF ')
        .replace('v0.6.1', '')
        .replaceAll('_', ' ')
        .replace('neg', 'NEG')
        .replace(/ +/g, ' ')
        .trim()

export function renderComparison(page: ComparisonPage): string {
  const { comparison } = page
  const { plan, vmaf } = comparison
  return renderPage({
    title: `${baseName(plan.distorted.path)}: VMAF ${vmaf.score.mean.toFixed(2)}, Headend comparison`,
    generator: `Headend ${comparison.tool.headend}`,
    contents: [
      ['score', 'Score'],
      ['curve', 'Over time'],
      ['worst', 'Worst moments'],
      ['how', 'How it was measured'],
    ],
    sections: [scoreSection(comparison), curveSection(comparison), worstSection(page), howSection(comparison)],
    footer: html`<footer><span>Headend ${comparison.tool.headend}</span><span>${formatDate(comparison.createdAt)}</span></footer>`,
    data: chartData(page),
    script: comparisonScript,
    pictures: true,
  })
}

const figure = (label: string, value: string, note = ''): Html =>
  html`<div><dt>${label}</dt><dd>${value}</dd>${note && html`<dd class="note">${note}</dd>`}</div>`

function scoreSection({ plan, vmaf, frames, unpaired, psnrY, ssimY, xpsnrY, warnings }: Comparison): Html {
  const { score, negScore, worstSecond, worstShot } = vmaf
  const two = (value: number): string => formatFixed(value, 2)
  return html`<header class="masthead"><p class="brand"><b>Headend</b> comparison</p>
<h1>${baseName(plan.distorted.path)}</h1></header>
${section(
  'score',
  `VMAF ${two(score.mean)}`,
  `${baseName(plan.distorted.path)} against ${baseName(plan.reference.path)}: ${formatCount(frames)} pictures at ${plan.width}×${plan.height}, ${formatFrameRate(plan.frameRate)} frames per second, model ${vmaf.model}${vmaf.calibrated ? '' : ', not calibrated for HDR'}.${unpaired > 0 ? ` ${formatCount(unpaired)} pictures had no partner.` : ''}`,
  html`<dl class="figures">
${figure('Mean', two(score.mean), `harmonic ${two(score.harmonicMean)}`)}
${negScore && figure('NEG', two(negScore.mean), 'no credit for enhancement')}
${figure('Lowest', two(score.min), `1st percentile ${two(score.p1)}`)}
${figure('5th percentile', two(score.p5), `10th ${two(score.p10)}, median ${two(score.median)}`)}
${figure('Worst second', two(worstSecond.mean), `at ${formatClock(worstSecond.startS)}`)}
${worstShot && figure('Worst shot', two(worstShot.mean), `${formatClock(worstShot.startS)} to ${formatClock(worstShot.endS)}`)}
${figure('PSNR-Y', `${two(psnrY.mean)} dB`, `lowest ${two(psnrY.min)} dB`)}
${figure('SSIM-Y', formatFixed(ssimY.mean, 4), `lowest ${formatFixed(ssimY.min, 4)}`)}
${figure('XPSNR-Y', `${two(xpsnrY.mean)} dB`, `lowest ${two(xpsnrY.min)} dB`)}
</dl>
${warnings.length > 0 && html`<ul class="warnings">${warnings.map(({ code, message }) => html`<li><code>${code}</code> ${message}</li>`)}</ul>`}`,
)}`
}

function curveSection(comparison: Comparison): Html {
  const { score, worstSecond } = comparison.vmaf
  const words = `Line chart of the score over time: mean ${formatFixed(score.mean, 1)}, lowest ${formatFixed(score.min, 1)}, worst second at ${formatClock(worstSecond.startS)}.`
  const radios = metrics(comparison).map(
    ({ key, name }, i) =>
      html`<label><input type="radio" name="metric" value="${key}"${i === 0 && html` checked`}><span>${name}</span></label>`,
  )
  return section(
    'curve',
    'Over time',
    'Long programmes are thinned for drawing; the lowest value of each stretch is kept. Drag across the chart to look closer, double-click to return. Shaded: the worst second.',
    html`<noscript><p class="note">The chart needs JavaScript; its figures are above.</p></noscript>
<figure class="chart" id="chart-score"><figcaption><h3>Per frame</h3><fieldset class="switch"><legend>Metric</legend>${radios}</fieldset></figcaption>
<div class="legend" role="group" aria-label="Value at the cursor"><span class="fixed" id="value"></span></div>
<div class="plot" role="img" aria-label="${words}"></div></figure>`,
  )
}

const jpeg = (bytes: Buffer): string => `data:image/jpeg;base64,${bytes.toString('base64')}`

function worstSection({ comparison, pictures }: ComparisonPage): Html {
  if (pictures.length === 0) return html``
  const intro = `The lowest scored pictures, at least a second apart, at ${comparison.plan.width}×${comparison.plan.height}${comparison.vmaf.calibrated ? '' : ', tone mapped for this page'}. Left the reference, right the distorted; drag the line across a picture.`
  const blocks = pictures.map(
    ({ frame, timeS, score, reference, distorted }) =>
      html`<figure class="chart pair"><figcaption><h3>${formatFixed(score, 2)} at ${formatClock(timeS)}, frame ${formatCount(frame)}</h3></figcaption>
<div class="both" style="aspect-ratio:${comparison.plan.width}/${comparison.plan.height}"><img alt="Distorted, frame ${frame}" src="${jpeg(distorted)}"><img class="over" alt="Reference, frame ${frame}" src="${jpeg(reference)}"><input type="range" min="0" max="100" value="50" aria-label="How much of the reference is shown"></div></figure>`,
  )
  return section('worst', 'Worst moments', intro, html`${blocks}`)
}

function howSection({ plan, models, psnrWeighted, fps, vmaf }: Comparison): Html {
  const side = (picture: Comparison['plan']['reference']): Fact[] => [
    ['File', html`<code>${picture.path}</code>`],
    [
      'Picture',
      `${picture.width}×${picture.height}${picture.frames === null ? '' : `, ${formatCount(picture.frames)} frames`}`,
    ],
  ]
  const rows = plan.choices.map(
    ({ what, pick, because }) =>
      html`<tr><th scope="row"><code>${what}</code></th><td>${pick}</td><td>${because}</td></tr>`,
  )
  const all: Fact[] = [
    ...Object.entries(models).map(([name, mean]): Fact => [name, formatFixed(mean, 4)]),
    ['PSNR, weighted', `${formatFixed(psnrWeighted.mean, 2)} dB, (6·Y + Cb + Cr) / 8`],
    ['Scored by', vmaf.engine],
    ['Scored', `${formatCount(vmaf.frames)} pictures${plan.vmaf.every > 1 ? `, every ${plan.vmaf.every}th` : ''}`],
    ['Speed', `${formatFixed(fps, 1)} pictures a second`],
  ]
  const head = html`<tr><th scope="col">What</th><th scope="col">Choice</th><th scope="col">Why</th></tr>`
  return section(
    'how',
    'How it was measured',
    'Score and model belong together: numbers of different models, sizes or engines are not comparable.',
    html`<div class="cards">${factTable('Reference', side(plan.reference))}${factTable('Distorted', side(plan.distorted))}${factTable('Means', all)}</div>
${scrollTable('Choices', head, rows, 'decisions')}`,
  )
}

function chartData({ comparison, result }: ComparisonPage): unknown {
  const list = metrics(comparison)
  const main = result.series[comparison.plan.vmaf.model]!
  const scored = result.timeS.flatMap((_, i) => (Number.isNaN(main[i]) ? [] : [i]))
  const keep = thin(scored.length, i => main[scored[i]!]!).map(i => scored[i]!)
  const digits = (value: number, decimals: number): number => Number(Math.min(value, 100).toFixed(decimals + 1))
  return {
    metrics: list,
    timeS: keep.map(i => Number(result.timeS[i]!.toFixed(4))),
    series: Object.fromEntries(
      list.map(({ key, decimals }) => [key, keep.map(i => digits(result.series[key]?.[i] ?? Number.NaN, decimals))]),
    ),
    worstSecond: comparison.vmaf.worstSecond,
    worst: comparison.worst,
  }
}
