// Money of a ladder against the fixed one: storage, encodes and delivery, with every figure it depends on in words. Pure.
import { z } from 'zod'
import { codecLabels } from '../codecs/index.ts'
import { parseRational, toNumber } from '../core/index.ts'
import { type LadderBill, LadderCodec, type LadderCost, type RatedSetting } from '../model/index.ts'
import {
  assumedCodecFactors,
  assumedCodecShares,
  assumedEncodeClasses,
  assumedPrices,
  assumedThroughput,
} from './cost.data.ts'

const amount = z.number().nonnegative()
const perCodec = (assumed: Readonly<Record<LadderCodec, number>>) =>
  z
    .strictObject({
      h264: amount.default(assumed.h264),
      hevc: amount.default(assumed.hevc),
      av1: amount.default(assumed.av1),
    })
    .prefault({})

/** What the bill is made with, for the door: every field may be left out, and is then assumed. */
export const LadderPrices = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'three capital letters, as in USD')
    .default(assumedPrices.currency),
  /** Times that the whole title is watched. */
  views: amount.default(10_000),
  /** Viewers by the throughput that their line sustains. Shares need not sum to 1. */
  throughput: z
    .array(z.strictObject({ kbps: z.number().positive(), share: amount }))
    .min(1)
    .refine(list => list.some(({ share }) => share > 0), 'all shares are 0')
    .default([...assumedThroughput]),
  /** How much of the throughput a player dares to use. */
  headroom: z.number().positive().max(1).default(0.8),
  /** Viewers by the best codec of their player. Codecs that are not named here keep what is assumed; shares need not sum to 1. */
  codecShares: perCodec(assumedCodecShares).refine(
    shares => Object.values(shares).some(share => share > 0),
    'all shares are 0',
  ),
  /** A GB is 10⁹ bytes. */
  cdnPerGb: amount.default(assumedPrices.cdnPerGb),
  storagePerGbMonth: amount.default(assumedPrices.storagePerGbMonth),
  months: amount.default(12),
  /** By rising pixel rate; the last class takes the rest. */
  encodeClasses: z
    .array(z.strictObject({ name: z.string(), pixelsPerSecond: z.number().positive().nullable(), perMinute: amount }))
    .min(1)
    .refine(
      list => list.every(({ pixelsPerSecond }, i) => (pixelsPerSecond === null) === (i === list.length - 1)),
      'the last class, and no other, has null for its pixels per second',
    )
    .refine(
      list => list.every((row, i) => i === 0 || (row.pixelsPerSecond ?? Infinity) > list[i - 1]!.pixelsPerSecond!),
      'the classes do not rise',
    )
    .default([...assumedEncodeClasses]),
  /** Price of an encode against that of H.264. */
  codecFactors: perCodec(assumedCodecFactors),
})
export type LadderPrices = z.infer<typeof LadderPrices>

type EncodedSize = Pick<RatedSetting, 'codec' | 'width' | 'height' | 'frameRate'>
export type PricedRung = EncodedSize & Pick<RatedSetting, 'bitrateKbps' | 'vmaf'>

export type PricedLadders = {
  readonly own: readonly PricedRung[]
  readonly fixed: readonly PricedRung[]
  /** Length of the title. */
  readonly seconds: number
  /** The encodes that the search made and how long each was: the own ladder pays for them. */
  readonly search?: { readonly encodes: readonly EncodedSize[]; readonly seconds: number }
}

/** @throws {RangeError} without rungs, or when a length, a rate or a sum of shares is not above 0 */
export function costLadder({ own, fixed, seconds, search }: PricedLadders, prices: LadderPrices): LadderCost {
  for (const rung of [...own, ...fixed]) above0(rung.bitrateKbps, 'the bit rate of a rung')
  above0(own.length, 'the number of rungs')
  above0(fixed.length, 'the number of fixed rungs')
  above0(seconds, 'the length of the title')
  if (search) above0(search.seconds, 'the length of a searched sample')
  const searched = search ? encodePrice(search.encodes, search.seconds, prices) : 0
  const ownBill = billOf(own, seconds, searched, prices)
  const fixedBill = billOf(fixed, seconds, 0, prices)
  return {
    currency: prices.currency,
    assumptions: assumptions({ own, fixed, seconds, ...(search && { search }) }, searched, prices),
    own: ownBill,
    fixed: fixedBill,
    saved: fixedBill.total - ownBill.total,
  }
}

function above0(value: number, what: string): void {
  if (!(value > 0 && Number.isFinite(value))) throw new RangeError(`${what} is ${value}, not above 0`)
}

/** GB of a stream. */
const gigabytes = (kbps: number, seconds: number): number => (kbps * 1000 * seconds) / 8 / 1e9

function billOf(rungs: readonly PricedRung[], seconds: number, searched: number, prices: LadderPrices): LadderBill {
  const stored = rungs.reduce((sum, { bitrateKbps }) => sum + gigabytes(bitrateKbps, seconds), 0)
  const watched = audience(rungs, prices)
  const mean = (of: (rung: PricedRung) => number): number =>
    watched.reduce((sum, { rung, share }) => sum + share * of(rung), 0)
  const storage = stored * prices.storagePerGbMonth * prices.months
  const encode = encodePrice(rungs, seconds, prices) + searched
  const delivery =
    prices.views *
    gigabytes(
      mean(rung => rung.bitrateKbps),
      seconds,
    ) *
    prices.cdnPerGb
  return { storage, encode, delivery, total: storage + encode + delivery, vmaf: mean(rung => rung.vmaf) }
}

/** Which rung is watched by what share of viewers; the shares sum to 1. */
export function audience<T extends PricedRung>(
  rungs: readonly T[],
  { throughput, codecShares, headroom }: LadderPrices,
): { readonly rung: T; readonly share: number }[] {
  const lines = normalise(throughput.map(({ kbps, share }) => [kbps, share] as const))
  const codecs = normalise(LadderCodec.options.map(codec => [codec, codecShares[codec]] as const))
  return codecs.flatMap(([codec, players]) => {
    const list = playable(rungs, codec).toSorted((a, b) => a.bitrateKbps - b.bitrateKbps)
    return lines.map(([kbps, share]) => ({
      rung: list.findLast(rung => rung.bitrateKbps <= headroom * kbps) ?? list[0]!,
      share: players * share,
    }))
  })
}

/** The rungs of a player's best codec; those of the ladder's first codec where there are none. */
function playable<T extends PricedRung>(rungs: readonly T[], codec: LadderCodec): T[] {
  const best = rungs.filter(rung => rung.codec === codec)
  return best.length > 0 ? best : rungs.filter(rung => rung.codec === fallback(rungs))
}

const fallback = (rungs: readonly PricedRung[]): LadderCodec =>
  LadderCodec.options.find(codec => rungs.some(rung => rung.codec === codec))!

function normalise<T>(list: readonly (readonly [T, number])[]): (readonly [T, number])[] {
  const sum = list.reduce((total, [, share]) => total + share, 0)
  above0(sum, 'the sum of the shares')
  return list.map(([key, share]) => [key, share / sum])
}

function encodePrice(encodes: readonly EncodedSize[], seconds: number, prices: LadderPrices): number {
  return encodes.reduce((sum, encode) => {
    const pixels = encode.width * encode.height * toNumber(parseRational(encode.frameRate))
    const row = prices.encodeClasses.find(
      ({ pixelsPerSecond }) => pixelsPerSecond === null || pixels <= pixelsPerSecond,
    )
    if (!row) throw new RangeError(`no class of prices takes ${pixels} pixels per second`)
    return sum + (seconds / 60) * row.perMinute * prices.codecFactors[encode.codec]
  }, 0)
}

const count = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 6 })
const percent = (share: number): string => `${count(Number((100 * share).toFixed(1)))} %`
const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

function assumptions({ own, fixed, seconds, search }: PricedLadders, searched: number, prices: LadderPrices): string[] {
  const { currency, throughput, codecShares, encodeClasses, codecFactors, headroom } = prices
  const isOurs = (value: unknown, assumed: unknown): string =>
    JSON.stringify(value) === JSON.stringify(assumed) ? ' (an assumption of ours: set your own)' : ''
  const lines = normalise(throughput.map(({ kbps, share }) => [kbps, share] as const))
  const shares = normalise(LadderCodec.options.map(codec => [codec, codecShares[codec]] as const))
  const codecs = LadderCodec.options.filter(codec => [...own, ...fixed].some(rung => rung.codec === codec))
  const classes = encodeClasses.map(({ name, pixelsPerSecond, perMinute }) =>
    pixelsPerSecond === null
      ? `${name} above that ${count(perMinute)}`
      : `${name} up to ${count(Number((pixelsPerSecond / 1e6).toFixed(1)))} megapixels per second ${count(perMinute)}`,
  )
  const factors = codecs.filter(codec => codecFactors[codec] !== 1)
  return [
    `The whole title of ${count(Number((seconds / 60).toFixed(2)))} minutes is watched ${count(prices.views)} times.`,
    `Viewers' lines sustain${isOurs(throughput, assumedThroughput)}: ${list(lines.map(([kbps, share]) => `${count(kbps)} kbit/s for ${percent(share)}`))} of what is watched.`,
    `A player takes the rung with the highest average rate up to ${percent(headroom)} of its line, the lowest where none fits; screen sizes, stalls and switches are left out.`,
    ...(codecs.length > 1
      ? [
          `Players' best codec${isOurs(codecShares, assumedCodecShares)}: ${list(shares.map(([codec, share]) => `${codecLabels[codec]} ${percent(share)}`))}; a player whose codec a ladder lacks gets ${codecLabels[fallback(own)]}.`,
        ]
      : [`Every player plays ${codecLabels[codecs[0]!]}.`]),
    `Delivery costs ${count(prices.cdnPerGb)} ${currency} per GB${isOurs(prices.cdnPerGb, assumedPrices.cdnPerGb)}; a GB is 10⁹ bytes.`,
    `Storage costs ${count(prices.storagePerGbMonth)} ${currency} per GB and month${isOurs(prices.storagePerGbMonth, assumedPrices.storagePerGbMonth)}, for ${count(prices.months)} months.`,
    `A minute of output costs in ${currency}${isOurs(encodeClasses, assumedEncodeClasses)}: ${list(classes)}${factors.length > 0 ? `; ${list(factors.map(codec => `${codecLabels[codec]} ${count(codecFactors[codec])} times as much`))}` : ''}.`,
    ...(search
      ? [
          `The own ladder also pays for its search: ${count(search.encodes.length)} encodes of ${count(Number(search.seconds.toFixed(1)))} s at the same prices, ${searched.toFixed(2)} ${currency}. VMAF is not billed.`,
        ]
      : ['What the search for the own ladder costs is left out.']),
    'Only pictures are counted: sound, subtitles and what the container adds are the same for both ladders.',
  ]
}
