// Rate against quality: every probe, the hull, the rungs that were chosen, and the fixed ladder beside them.
import { codecLabels } from '../codecs/index.ts'
import type { Ladder, LadderCodec, LadderRung, RatedSetting } from '../model/index.ts'
import { formatBitrate, formatFixed, formatFrameRate, type Html, html } from '../pages/index.ts'
import {
  type Canvas,
  drawing,
  linear,
  logarithmic,
  path,
  px,
  rateLabel,
  rateTicks,
  type Scale,
  spaced,
} from './drawing.ts'

/** A picture size; the first of `sizesOf` is the largest. */
const sizeOf = ({ width, height }: RatedSetting): string => `${width}×${height}`

/** The sizes of a ladder, the largest first: their place is their colour. */
export function sizesOf({ probes, rungs, hull }: Ladder): string[] {
  const all = [...probes, ...rungs, ...hull].toSorted((a, b) => b.width * b.height - a.width * a.height)
  return [...new Set(all.map(sizeOf))]
}

const color = (sizes: readonly string[], setting: RatedSetting): string =>
  `--c:var(--s${(Math.max(0, sizes.indexOf(sizeOf(setting))) % 8) + 1})`

/** Where a codec's probes have half the frames of the picture or fewer. */
const isHalved = (ladder: Ladder, { frameRate }: RatedSetting): boolean => frameRate !== ladder.picture.frameRate

/** Which fixed rungs stand beside a codec's own: those of that codec, or all where there are none. */
export function fixedBeside(ladder: Ladder, codec: LadderCodec): Ladder['comparedToFixed']['rungs'] {
  const same = ladder.comparedToFixed.rungs.filter(rung => rung.codec === codec)
  return same.length > 0 ? same : ladder.comparedToFixed.rungs
}

const title = (setting: RatedSetting, name: string): Html =>
  html`<title>${name}: ${sizeOf(setting)}, ${codecLabels[setting.codec]}, ${formatFrameRate(setting.frameRate)} fps, CRF ${formatFixed(setting.crf, 1).replace('.0', '')}, ${formatBitrate(setting.bitrateKbps * 1000)}, VMAF ${formatFixed(setting.vmaf, 2)}</title>`

type Scales = {
  readonly x: Scale
  readonly y: Scale
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}
type Range = { readonly rate: readonly [number, number]; readonly vmaf: readonly [number, number] }

/** One range for the plots of all codecs, so that they can be laid side by side. */
function rangeOf({ probes, rungs, hull, comparedToFixed, wish }: Ladder): Range {
  const all: readonly RatedSetting[] = [...probes, ...rungs, ...hull, ...comparedToFixed.rungs]
  const rates = all.map(({ bitrateKbps }) => bitrateKbps)
  const worst = Math.min(wish.vmaf, ...all.map(({ vmaf }) => vmaf))
  return { rate: [Math.min(...rates), Math.max(...rates)], vmaf: [Math.max(0, Math.floor((worst - 2) / 10) * 10), 100] }
}

function scalesOf({ rate, vmaf }: Range, { width, height, narrow }: Canvas): Scales {
  const [left, right, top, bottom] = [narrow ? 26 : 40, width - (narrow ? 8 : 14), narrow ? 20 : 26, height - 40]
  // Labels stand to the left of their points: room for the lowest rung's.
  const room = (right - left) * (narrow ? 0.12 : 0.11)
  return {
    x: logarithmic(rate[0], rate[1], left + room, right - 10),
    y: linear(vmaf[0], vmaf[1], bottom, top),
    left,
    right,
    top,
    bottom,
  }
}

function axes({ rate, vmaf }: Range, { x, y, left, right, top, bottom }: Scales, { narrow }: Canvas): Html {
  const lines = Array.from({ length: (vmaf[1] - vmaf[0]) / 10 + 1 }, (_, i) => vmaf[0] + 10 * i)
  const ticks = rateTicks(rate[0] / 2, rate[1] * 1.1).filter(tick => x(tick) >= left)
  const shown = spaced(ticks, x, narrow ? 58 : 40).filter(tick => x(tick) < right - (narrow ? 18 : 0))
  return html`${lines.map(value => html`<line class="grid" x1="${left}" x2="${right}" y1="${px(y(value))}" y2="${px(y(value))}"/><text x="${left - 6}" y="${px(y(value) + 4)}" text-anchor="end">${value}</text>`)}
${shown.map(tick => html`<line class="grid" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${top}" y2="${bottom}"/><text x="${px(x(tick))}" y="${bottom + 17}" text-anchor="middle">${rateLabel(tick)}</text>`)}
<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/><line class="axis" x1="${left}" x2="${left}" y1="${top}" y2="${bottom}"/>
<text x="${left}" y="${top - 9}" text-anchor="${narrow ? 'start' : 'middle'}">VMAF</text><text x="${right}" y="${bottom + 34}" text-anchor="end">average rate, logarithmic</text>`
}

const GAP = 15

/** Labels from the lowest rung up, above and left of their points, where a hull leaves room; each clear of the ones before. */
function placeLabels(rungs: readonly LadderRung[], { x, y, left, top }: Scales, narrow: boolean): Html[] {
  const placed: { readonly from: number; readonly to: number; readonly y: number }[] = []
  return rungs
    .toSorted((a, b) => a.bitrateKbps - b.bitrateKbps)
    .map(rung => {
      const [px0, py0] = [x(rung.bitrateKbps), y(rung.vmaf)]
      const figures = narrow ? '' : `\u2002${formatBitrate(rung.bitrateKbps * 1000)}, ${formatFixed(rung.vmaf, 1)}`
      const length = rung.id.length * 7.2 + figures.length * 6.5
      const to = Math.max(px0 - 11, left + 4 + length)
      const from = to - length
      let at = py0 - 7
      for (const other of placed.toSorted((a, b) => b.y - a.y))
        if (other.from < to + 4 && from < other.to + 4 && Math.abs(other.y - at) < GAP) at = other.y - GAP
      at = Math.max(at, top - 14)
      placed.push({ from, to, y: at })
      const leader =
        py0 - at > 22 && html`<line class="leader" x1="${px(to)}" y1="${px(at + 2)}" x2="${px(px0)}" y2="${px(py0)}"/>`
      return html`${leader}<text class="rung-label" x="${px(to)}" y="${px(at)}" text-anchor="end"><tspan class="id">${rung.id}</tspan>${figures}</text>`
    })
}

/** Half of the 95 % interval of a sample, as a cross through the point. */
function errorBars({ sample }: Ladder, rung: LadderRung, { x, y }: Scales): Html | false {
  if (sample.whole) return false
  const [cx, cy] = [x(rung.bitrateKbps), y(rung.vmaf)]
  const least = rung.bitrateKbps * Math.max(0.05, 1 - sample.rateError)
  return html`<line class="error" x1="${px(x(least))}" x2="${px(x(rung.bitrateKbps * (1 + sample.rateError)))}" y1="${px(cy)}" y2="${px(cy)}"/><line class="error" x1="${px(cx)}" x2="${px(cx)}" y1="${px(y(Math.max(0, rung.vmaf - sample.vmafError)))}" y2="${px(y(Math.min(100, rung.vmaf + sample.vmafError)))}"/>`
}

function draw(ladder: Ladder, codec: LadderCodec, canvas: Canvas): Html {
  const range = rangeOf(ladder)
  const scales = scalesOf(range, canvas)
  const { x, y, left, right } = scales
  const at = (each: RatedSetting): readonly [number, number] => [x(each.bitrateKbps), y(each.vmaf)]
  const sizes = sizesOf(ladder)
  const own = <T extends RatedSetting>(list: readonly T[]): T[] => list.filter(each => each.codec === codec)
  const others = [...new Set(ladder.hull.map(each => each.codec))].filter(each => each !== codec)
  const fixed = fixedBeside(ladder, codec).toSorted((a, b) => a.bitrateKbps - b.bitrateKbps)
  const dot = canvas.narrow ? 3.4 : 4.5
  const { tier, vmaf } = ladder.wish
  return html`${axes(range, scales, canvas)}
<line class="wish" x1="${left}" x2="${right}" y1="${px(y(vmaf))}" y2="${px(y(vmaf))}"/>
${others.map(other => {
  const line = ladder.hull.filter(each => each.codec === other)
  const [x0, y0] = at(line[0]!)
  return html`<path class="other" d="${path(line.map(at))}"><title>Hull of ${codecLabels[other]}</title></path>${!canvas.narrow && html`<text x="${px(x0)}" y="${px(y0 + 13)}" text-anchor="middle">${codecLabels[other]}</text>`}`
})}
<path class="table" d="${path(fixed.map(at))}"/>
${own(ladder.probes).map(each => html`<circle class="probe${isHalved(ladder, each) && ' halved'}" style="${color(sizes, each)}" cx="${px(at(each)[0])}" cy="${px(at(each)[1])}" r="${dot}">${title(each, 'Probe')}</circle>`)}
<path class="hull" d="${path(own(ladder.hull).map(at))}"/>
${fixed.map(each => {
  const [cx, cy] = at(each)
  return html`<path class="cross" d="M${px(cx - 4)} ${px(cy - 4)}l8 8m0 -8l-8 8">${title(each, 'Fixed ladder')}</path>`
})}
<text class="wish-label" x="${left + 6}" y="${px(y(vmaf) + (vmaf > 96 ? 14 : -5))}">${tier ? `${tier}, ` : ''}VMAF ${vmaf}</text>
${own(ladder.rungs).map(each => html`${errorBars(ladder, each, scales)}<circle class="rung" style="${color(sizes, each)}" cx="${px(at(each)[0])}" cy="${px(at(each)[1])}" r="${canvas.narrow ? 5.5 : 7}">${title(each, `Rung ${each.id}`)}</circle>`)}
${placeLabels(own(ladder.rungs), scales, canvas.narrow)}`
}

function legend(ladder: Ladder, codec: LadderCodec): Html {
  const sizes = sizesOf(ladder)
  const mark = (inside: Html, words: string): Html =>
    html`<li><svg viewBox="0 0 18 12" aria-hidden="true">${inside}</svg>${words}</li>`
  const used = sizes.filter(size =>
    [...ladder.probes, ...ladder.rungs].some(each => each.codec === codec && sizeOf(each) === size),
  )
  const halved = ladder.probes.some(each => each.codec === codec && isHalved(ladder, each))
  const fixed = fixedBeside(ladder, codec)[0]
  const others = [...new Set(ladder.hull.map(each => each.codec))].filter(each => each !== codec)
  return html`<ul class="key drawing-key">
${used.map(size => mark(html`<circle class="probe" style="--c:var(--s${(sizes.indexOf(size) % 8) + 1})" cx="9" cy="6" r="4.5"/>`, size))}
${halved && mark(html`<circle class="probe halved" style="--c:var(--s7)" cx="9" cy="6" r="4"/>`, 'half the frames')}
${mark(html`<circle class="rung" style="--c:var(--card)" cx="9" cy="6" r="5"/>`, ladder.sample.whole ? 'rung' : 'rung, with the 95 % interval of the sample')}
${mark(html`<path class="hull" d="M0 6H18"/>`, 'hull')}
${others.length > 0 && mark(html`<path class="other" d="M0 6H18"/>`, `hull of ${others.map(each => codecLabels[each]).join(' and of ')}`)}
${fixed && mark(html`<path class="table" d="M0 6H18"/><path class="cross" d="M5 2l8 8m0 -8l-8 8"/>`, fixed.codec === codec ? 'fixed ladder' : `fixed ladder, ${codecLabels[fixed.codec]}`)}
</ul>`
}

/** The plot of one codec with its legend. */
export function ladderPlot(ladder: Ladder, codec: LadderCodec): Html {
  const rungs = ladder.rungs.filter(each => each.codec === codec)
  const words = `Rate against VMAF for ${codecLabels[codec]}. ${rungs.map(rung => `${rung.id} ${formatBitrate(rung.bitrateKbps * 1000)}, VMAF ${formatFixed(rung.vmaf, 1)}`).join('; ')}.`
  const plot = drawing(words, { wide: 560, narrow: 400 }, canvas => draw(ladder, codec, canvas))
  return html`<figure class="chart"><figcaption><h3>${codecLabels[codec]}</h3></figcaption>${legend(ladder, codec)}${plot}</figure>`
}
