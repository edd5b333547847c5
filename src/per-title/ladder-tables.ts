// Tables of the ladder's page: the rungs, the fixed ladder beside them, settings per shot, and the bill.
import { codecLabels } from '../codecs/index.ts'
import { parseRational, toNumber } from '../core/index.ts'
import type { Ladder, LadderBill } from '../model/index.ts'
import {
  formatBitrate,
  formatClock,
  formatFixed,
  formatFrameRate,
  type Html,
  html,
  orDash,
  plural,
  scrollTable,
  section,
} from '../pages/index.ts'
import { formatMoney, formatSaved, moneyDecimals } from './words.ts'

const rate = (kbps: number): string => formatBitrate(kbps * 1000)
const crf = (value: number): string => formatFixed(value, 1).replace('.0', '')
const num = (value: string | Html): Html => html`<td class="num">${value}</td>`
const th = (text: string, className = ''): Html => html`<th scope="col" class="${className}">${text}</th>`

export function rungsSection({ rungs, sample }: Ladder): Html {
  const rows = rungs.map(
    rung =>
      html`<tr><th scope="row">${rung.id}</th>${num(`${rung.width}×${rung.height}`)}<td>${codecLabels[rung.codec]}</td>${num(formatFrameRate(rung.frameRate))}${num(crf(rung.crf))}${num(rate(rung.bitrateKbps))}${num(rate(rung.maxBitrateKbps))}${num(formatFixed(rung.vmaf, 1))}<td class="because">${rung.because}</td></tr>`,
  )
  const head = html`<tr>${th('Rung')}${th('Size', 'num')}${th('Codec')}${th('Frame rate', 'num')}${th('CRF', 'num')}${th('Average', 'num')}${th('Cap', 'num')}${th('Promised VMAF', 'num')}${th('Because')}</tr>`
  const intro = `Each rung is encoded at its CRF and may not exceed its cap over two seconds. ${
    sample.whole
      ? 'Rate and VMAF were measured on the whole title.'
      : `Rate and VMAF are those of the sample: ±${formatFixed(100 * sample.rateError, 1)} % and ±${formatFixed(sample.vmafError, 2)} points in 95 of 100 titles.`
  }`
  return section('rungs', 'Rungs', intro, scrollTable('Rungs', head, rows))
}

export function fixedSection({ rungs: all, comparedToFixed }: Ladder): Html {
  const { rungs, bdRate, savedAtSameVmaf, savedStorage } = comparedToFixed
  if (rungs.length === 0) return html``
  const rows = rungs.map(rung => {
    const same = rung.sameQualityKbps
    return html`<tr><th scope="row">${rung.width}×${rung.height}</th><td>${codecLabels[rung.codec]}</td>${num(formatFrameRate(rung.frameRate))}${num(crf(rung.crf))}${num(rate(rung.bitrateKbps))}${num(formatFixed(rung.vmaf, 1))}${num(same === null ? html`<span class="none">beyond the hull</span>` : rate(same))}${num(same === null ? orDash(null) : formatSaved(1 - same / rung.bitrateKbps))}</tr>`
  })
  const head = html`<tr>${th('Fixed rung')}${th('Codec')}${th('Frame rate', 'num')}${th('CRF', 'num')}${th('Average', 'num')}${th('VMAF', 'num')}${th('The title needs', 'num')}${th('Difference', 'num')}</tr>`
  const codec = rungs[0] && new Set(all.map(rung => rung.codec)).size > 1 ? `${codecLabels[rungs[0].codec]} ` : ''
  const facts = [
    savedAtSameVmaf === null
      ? 'No fixed rung has a quality that the hull reaches too, so that bits at the same quality cannot be compared.'
      : `At the quality of the fixed rungs the title's own ${codec}hull takes ${formatSaved(savedAtSameVmaf)}.`,
    bdRate !== null && `The Bjøntegaard difference of rate is ${formatFixed(100 * bdRate, 1)} %.`,
    `All ${codec}rungs together take ${formatSaved(savedStorage)} to store; there the quality differs.`,
  ].filter(Boolean)
  return section('fixed', 'Against the fixed ladder', facts.join(' '), scrollTable('Fixed ladder', head, rows))
}

/** How many rows are shown without being asked for. */
const OPEN = 40

export function perShotSection(ladder: Ladder): Html {
  const { perShot, rungs, picture } = ladder
  if (!perShot) return html``
  const step = 1 / toNumber(parseRational(picture.frameRate))
  const split = rungs.filter(rung => rung.shots && rung.shots.length > 0)
  const frames = [...new Set(split.flatMap(rung => rung.shots!.map(({ frame }) => frame)))].toSorted((a, b) => a - b)
  const rows = frames.map(frame => {
    const shot = ladder.complexity.shots.findLast(each => each.frame <= frame)
    const settings = split.map(rung => rung.shots!.findLast(each => each.frame <= frame)?.crf)
    return html`<tr><th scope="row" class="num">${formatClock(frame * step)}</th><td>${shot && shot.frame === frame ? shot.transition : ''}</td>${num(shot ? formatFixed(shot.si, 0) : '')}${num(shot ? formatFixed(shot.ti, 1) : '')}${settings.map(value => num(value === undefined ? orDash(null) : crf(value)))}</tr>`
  })
  const head = html`<tr>${th('From', 'num')}${th('Begins with')}${th('SI', 'num')}${th('TI', 'num')}${split.map(rung => th(`CRF of ${rung.id}`, 'num'))}</tr>`
  const table = scrollTable('Settings per shot', head, rows)
  const gains = perShot.rungs.map(
    ({ id, saved, because }) =>
      html`<tr><th scope="row">${id}</th>${num(formatSaved(saved))}<td class="because">${because}</td></tr>`,
  )
  const gainHead = html`<tr>${th('Rung')}${th('At the same VMAF', 'num')}${th('Because')}</tr>`
  return section(
    'shots',
    'Per shot',
    `${plural(perShot.shots, 'shot')} with a setting of their own, so that one more bit gains as much in each. What that saves was tried on the sample.`,
    html`${scrollTable('Gain per rung', gainHead, gains)}
${rows.length > OPEN ? html`<details><summary>Settings of all shots <span class="count">${rows.length}</span></summary>${table}</details>` : rows.length > 0 && html`<h3>Settings</h3>${table}`}`,
  )
}

const parts = [
  ['Delivery', 'delivery'],
  ['Storage', 'storage'],
  ['Encodes', 'encode'],
  ['Total', 'total'],
] as const satisfies readonly (readonly [string, keyof LadderBill])[]

export function costSection({ cost }: Ladder): Html {
  const { own, fixed, currency, assumptions, saved } = cost
  const money = (value: number): string => formatMoney(value, currency, moneyDecimals(cost))
  const rows = parts.map(
    ([name, key]) =>
      html`<tr class="${key}"><th scope="row">${name}</th>${num(money(own[key]))}${num(money(fixed[key]))}${num(money(own[key] - fixed[key]))}</tr>`,
  )
  const quality = html`<tr><th scope="row">Mean VMAF that viewers get</th>${num(formatFixed(own.vmaf, 1))}${num(formatFixed(fixed.vmaf, 1))}${num(`${own.vmaf >= fixed.vmaf ? '+' : ''}${formatFixed(own.vmaf - fixed.vmaf, 1)}`)}</tr>`
  const head = html`<tr><td></td>${th('This ladder', 'num')}${th('Fixed ladder', 'num')}${th('Difference', 'num')}</tr>`
  const words = `${saved >= 0 ? `${money(saved)} less` : `${money(-saved)} more`} than the fixed ladder for this title, with a mean VMAF of ${formatFixed(own.vmaf, 1)} instead of ${formatFixed(fixed.vmaf, 1)}. Where a viewer's line now carries a better rung, quality rises before the bill falls.`
  return section(
    'cost',
    'Cost',
    words,
    html`${scrollTable('Cost', head, [...rows, quality], 'bill')}
<h3>What this assumes</h3>
<ul class="plain-list">${assumptions.map(each => html`<li>${each}</li>`)}</ul>`,
  )
}
