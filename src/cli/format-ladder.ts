// A title's ladder as the terminal shows it: the rungs, what they save, and what they were found with.
import { codecLabels } from '../codecs/index.ts'
import { parseRational, toNumber } from '../core/index.ts'
import type { Ladder } from '../model/index.ts'
import { formatBitrate } from './format-facts.ts'
import { quotePath } from './format-report.ts'
import { formatTable } from './table.ts'

const rate = (kbps: number): string => formatBitrate(kbps * 1000)
const trimmed = (value: number, decimals: number): string => String(Number(value.toFixed(decimals)) || 0)

/** `htmlPath` is the page, where one was written. */
export function formatLadder(ladder: Ladder, htmlPath?: string): string {
  const { complexity, warnings, perShot } = ladder
  const { texture, motion, grain, shots } = complexity
  const lines = [
    ...formatTable(rungRows(ladder)),
    '',
    ...(ladder.bestReachable === null
      ? []
      : [`wish     VMAF ${ladder.wish.vmaf} is not reachable: the best is ${ladder.bestReachable.toFixed(1)}`]),
    `fixed    ${againstFixed(ladder)}`,
    `cost     ${money(ladder)}`,
    ...(perShot
      ? [`shots    ${perShot.shots} with a setting of their own; bits at the same VMAF stand by each rung`]
      : []),
    `title    texture ${texture}, motion ${motion}, grain ${grain.class}; ${shots.length} shots`,
    `search   ${searchWords(ladder)}`,
    ...(warnings.length > 0 ? ['', 'notes', ...warnings.map(({ message }) => `  ${message}`)] : []),
    ...(htmlPath ? ['', `page     ${quotePath(htmlPath)}`] : []),
  ]
  return lines.join('\n')
}

function rungRows({ rungs, perShot }: Ladder): string[][] {
  const gain = (id: string): string => {
    const share = perShot?.rungs.find(rung => rung.id === id)?.saved
    return share === undefined ? '' : `${trimmed(-100 * share, 1)} %`
  }
  return [
    ['rung', 'size', 'codec', 'fps', 'crf', 'average', 'cap', 'VMAF', ...(perShot ? ['per shot'] : []), 'because'],
    ...rungs.map(rung => [
      rung.id,
      `${rung.width}x${rung.height}`,
      codecLabels[rung.codec],
      trimmed(toNumber(parseRational(rung.frameRate)), 3),
      trimmed(rung.crf, 1),
      rate(rung.bitrateKbps),
      rate(rung.maxBitrateKbps),
      rung.vmaf.toFixed(1),
      ...(perShot ? [gain(rung.id)] : []),
      rung.because,
    ]),
  ]
}

/** `21 % fewer bits`. */
const saved = (share: number): string => {
  const percent = trimmed(Math.abs(100 * share), 1)
  return percent === '0' ? 'as many bits' : `${percent} % ${share > 0 ? 'fewer' : 'more'} bits`
}

function againstFixed({
  comparedToFixed: { rungs, savedAtSameVmaf, savedStorage, bdRate },
  rungs: own,
}: Ladder): string {
  if (rungs.length === 0) return 'no fixed ladder to compare with'
  const codec = new Set(own.map(rung => rung.codec)).size > 1 ? `${codecLabels[rungs[0]!.codec]}: ` : ''
  const same = savedAtSameVmaf === null ? 'no common quality' : `${saved(savedAtSameVmaf)} at the same VMAF`
  const bd = bdRate === null ? '' : ` (BD-rate ${(100 * bdRate).toFixed(1)} %)`
  return `${codec}${same}${bd}, ${saved(savedStorage)} to store`
}

function money({ cost: { own, fixed, saved: less, currency } }: Ladder): string {
  const text = (value: number): string => `${value.toFixed(fixed.total < 10 ? 4 : 2)} ${currency}`
  const difference = less === 0 ? 'the same as' : `${text(Math.abs(less))} ${less > 0 ? 'less' : 'more'} than`
  return `${text(own.total)}, ${difference} fixed; viewers get VMAF ${own.vmaf.toFixed(1)} instead of ${fixed.vmaf.toFixed(1)}; prices and viewers are assumptions`
}

function searchWords({ encodes, cachedEncodes, hullEncodes, sample, picture, model, preset }: Ladder): string {
  const share = trimmed((100 * sample.frames) / Math.max(1, picture.frames), 0)
  const what = sample.whole
    ? 'the whole title'
    : `${sample.pieces.length} pieces, ${share} % of the title: VMAF ±${sample.vmafError.toFixed(2)}, rate ±${trimmed(100 * sample.rateError, 1)} %`
  const cached = cachedEncodes > 0 ? `, ${cachedEncodes} from the cache` : ''
  return `${encodes} encodes (${hullEncodes} for the hull${cached}) at preset ${preset} of ${what}; ${model}`
}
