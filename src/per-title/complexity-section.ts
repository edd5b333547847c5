// How hard the title is to code: its classes, and over time its shots, their texture and motion, and what was sampled.
import { parseRational, toNumber } from '../core/index.ts'
import type { Complexity, Ladder, Shot } from '../model/index.ts'
import {
  type Fact,
  factTable,
  formatClock,
  formatCount,
  formatElapsed,
  formatFixed,
  type Html,
  html,
  plural,
  section,
} from '../pages/index.ts'
import { type Canvas, drawing, linear, path, px, type Scale, timeTicks } from './drawing.ts'

/** Columns that a curve is drawn with at most; GOPs are averaged above. */
const COLUMNS = 500
/** A tooltip for each of more shots would outweigh the page. */
const TOOLTIPS = 400

const secondsPerFrame = (ladder: Ladder): number => 1 / toNumber(parseRational(ladder.picture.frameRate))

type Curve = {
  readonly name: string
  readonly color: number
  readonly points: readonly (readonly [second: number, value: number])[]
  readonly unit: (value: number) => string
}

/** Mean over neighbouring GOPs, by frames, at the beginning of each column. */
function columns(ladder: Ladder, of: (gop: Complexity['gops'][number]) => number): [number, number][] {
  const { gops } = ladder.complexity
  const each = Math.ceil(gops.length / COLUMNS)
  return Array.from({ length: Math.ceil(gops.length / each) }, (_, i) => {
    const group = gops.slice(i * each, (i + 1) * each)
    const frames = group.reduce((sum, gop) => sum + gop.frames, 0)
    return [
      group[0]!.frame * secondsPerFrame(ladder),
      group.reduce((sum, gop) => sum + of(gop) * gop.frames, 0) / frames,
    ]
  })
}

const verbs: Readonly<Record<Shot['transition'], string>> = {
  start: 'begins',
  cut: 'cut to',
  fade: 'faded in',
  dissolve: 'dissolved to',
}

function shotStrip(ladder: Ladder, x: Scale, y: number): Html {
  const { shots } = ladder.complexity
  const step = secondsPerFrame(ladder)
  const most = Math.max(...shots.map(({ ti }) => ti), 1)
  const bars = shots.map(({ frame, frames, transition, si, ti }) => {
    const [from, to] = [x(frame * step), x((frame + frames) * step)]
    const words =
      shots.length <= TOOLTIPS &&
      html`<title>${verbs[transition]} ${formatClock(frame * step)}, ${formatElapsed(frames * step)}, SI ${formatFixed(si, 0)}, TI ${formatFixed(ti, 1)}</title>`
    return html`<rect class="shot" x="${px(from)}" y="${y + 9}" width="${px(Math.max(0.4, to - from))}" height="20" fill-opacity="${(0.15 + (0.8 * ti) / most).toFixed(2)}">${words}</rect>`
  })
  const joints = shots
    .filter(({ transition }) => transition === 'fade' || transition === 'dissolve')
    .map(({ frame, transition }) => {
      const at = x(frame * step)
      const shape = transition === 'fade' ? `M${px(at - 4)} ${y}h8l-4 7z` : `M${px(at)} ${y - 1}l4 4 -4 4 -4 -4z`
      return html`<path class="joint" d="${shape}"/>`
    })
  return html`${bars}${joints}`
}

function curveRow(
  { name, color, points, unit }: Curve,
  seconds: number,
  x: Scale,
  y: number,
  height: number,
  end: number,
): Html {
  const most = Math.max(...points.map(([, value]) => value), 1e-9)
  const scale = linear(0, most, y + height, y + 15)
  // A step per GOP: nothing is known in between.
  const steps = points.flatMap(([at, value], i): [number, number][] => [
    [x(at), scale(value)],
    [x(points[i + 1]?.[0] ?? seconds), scale(value)],
  ])
  const outline = path(steps)
  return html`<g style="--c:var(--s${color})"><path class="area" d="${outline}L${px(x(seconds))} ${y + height}L${px(x(0))} ${y + height}Z"/><path class="curve" d="${outline}"/></g>
<line class="grid" x1="${px(x(0))}" x2="${px(end)}" y1="${y + height}" y2="${y + height}"/><text x="${px(x(0))}" y="${y + 9}">${name}</text><text x="${px(end)}" y="${y + 9}" text-anchor="end">up to ${unit(most)}</text>`
}

function timeline(ladder: Ladder, { width, height, narrow }: Canvas): Html {
  const step = secondsPerFrame(ladder)
  const seconds = ladder.picture.frames * step
  const [left, right] = [1, width - 1]
  const x = linear(0, seconds, left, right)
  const curves: Curve[] = [
    { name: 'SI, texture', color: 1, points: columns(ladder, gop => gop.si), unit: value => formatFixed(value, 0) },
    { name: 'TI, motion', color: 2, points: columns(ladder, gop => gop.ti), unit: value => formatFixed(value, 1) },
    {
      name: narrow ? 'Bits of the fast encode' : 'Bits of the fast encode, per frame',
      color: 3,
      points: columns(ladder, gop => gop.proxyBits / gop.frames),
      unit: value => `${formatCount(Math.round(value / 100) / 10)} kbit`,
    },
  ]
  const row = 72
  const first = 98
  const pieces = ladder.sample.pieces.map(
    ({ frame, frames, weight }) =>
      html`<rect class="piece" x="${px(x(frame * step))}" y="68" width="${px(Math.max(1, x((frame + frames) * step) - x(frame * step)))}" height="8"><title>Sampled from ${formatClock(frame * step)}, ${formatCount(frames)} frames, ${formatFixed(100 * weight, 1)} % of the weight</title></rect>`,
  )
  const ticks = timeTicks(seconds, narrow ? 4 : 10)
  return html`<text x="${left}" y="11">${narrow ? 'Shots' : 'Shots: the stronger the colour, the more motion'}</text>${shotStrip(ladder, x, 18)}
<text x="${left}" y="63">Sample</text><rect class="track" x="${left}" y="68" width="${right - left}" height="8"/>${pieces}
${curves.filter(({ points }) => points.length > 0).map((curve, i) => curveRow(curve, seconds, x, first + i * (row + 14), row, right))}
${ticks.map((tick, i) => html`<text x="${px(x(tick))}" y="${height - 4}" text-anchor="${i === 0 ? 'start' : x(tick) > right - 16 ? 'end' : 'middle'}">${formatClock(tick, 0)}</text>`)}`
}

function facts(ladder: Ladder): Html {
  const { si, ti, texture, motion, grain, letterbox, shots } = ladder.complexity
  const step = secondsPerFrame(ladder)
  const times = (kind: Shot['transition']): number => shots.filter(({ transition }) => transition === kind).length
  const lengths = shots.map(({ frames }) => frames * step).toSorted((a, b) => a - b)
  const picture: Fact[] = [
    ['Texture', `${texture}: SI ${formatFixed(si.mean, 1)} in the mean, ${formatFixed(si.max, 1)} at most`],
    ['Motion', `${motion}: TI ${formatFixed(ti.mean, 1)} in the mean, ${formatFixed(ti.max, 1)} at most`],
    ['Grain', `${grain.class}: noise of ${formatFixed(grain.sigma, 1)} code values of 255`],
    [
      'Black bars',
      letterbox ? `picture of ${letterbox.width}×${letterbox.height} from ${letterbox.x}, ${letterbox.y}` : 'none',
    ],
  ]
  const cuts: Fact[] = [
    ['Shots', formatCount(shots.length)],
    ['Joined by', ['cut', 'fade', 'dissolve'].map(kind => plural(times(kind as Shot['transition']), kind)).join(', ')],
    [
      'Length',
      lengths.length > 0
        ? `median ${formatElapsed(lengths[lengths.length >> 1]!)}, shortest ${formatElapsed(lengths[0]!)}, longest ${formatElapsed(lengths.at(-1)!)}`
        : 'none',
    ],
    [
      'GOPs',
      `${formatCount(ladder.complexity.gops.length)} of ${formatFixed(ladder.gopSeconds, 2).replace(/\.?0+$/, '')} s`,
    ],
  ]
  const { whole, frames, pieces, vmafError, rateError } = ladder.sample
  const share = formatFixed((100 * frames) / Math.max(1, ladder.picture.frames), 0)
  const sample: Fact[] = whole
    ? [
        ['Encoded', `the whole title, ${plural(frames, 'frame')}`],
        ['Uncertainty', 'none by sampling'],
      ]
    : [
        ['Encoded', `${plural(pieces.length, 'piece')}, ${plural(frames, 'frame')}, ${share} % of the title`],
        ['Chosen', 'so that each piece stands for the GOPs that are most like it'],
        [
          'Uncertainty',
          `±${formatFixed(vmafError, 2)} points of VMAF, ±${formatFixed(100 * rateError, 1)} % of the rate, in 95 of 100 titles`,
        ],
      ]
  return html`<div class="cards">${factTable('Picture', picture)}${factTable('Shots', cuts)}${factTable('Sample', sample)}</div>`
}

export function complexitySection(ladder: Ladder): Html {
  const { texture, motion, shots } = ladder.complexity
  const words = `Time line of ${plural(shots.length, 'shot')} with the pieces that were sampled, texture, motion and bits of a fast encode per GOP. Texture ${texture}, motion ${motion}.`
  const joined = shots.some(({ transition }) => transition === 'fade' || transition === 'dissolve')
  const joints =
    joined &&
    html`<ul class="key"><li><svg viewBox="0 0 18 12" aria-hidden="true" class="drawing"><path class="joint" d="M5 2h8l-4 7z"/></svg>fade</li><li><svg viewBox="0 0 18 12" aria-hidden="true"><path class="joint" d="M9 2l4 4 -4 4 -4 -4z"/></svg>dissolve</li></ul>`
  return section(
    'complexity',
    'The title',
    'Spatial and temporal information as ITU-T P.910 defines them, over the prepared picture; the fast encode says what they cannot.',
    html`<figure class="chart"><figcaption><h3>Over time</h3>${joints}</figcaption>${drawing(words, { wide: 372, narrow: 372 }, canvas => timeline(ladder, canvas))}</figure>
${facts(ladder)}`,
  )
}
