// Figures of the bill where nobody gave others: assumptions of ours in round numbers. None is a measurement or an offer.
import type { LadderCodec } from '../model/index.ts'

/**
 * Throughput that a viewer's line sustains, as a share of the time that is watched. Assumed: a few poor mobile networks, many
 * home lines that carry any rung of a common ladder. Take the throughput that your own players report.
 */
export const assumedThroughput: readonly { readonly kbps: number; readonly share: number }[] = [
  { kbps: 700, share: 0.03 },
  { kbps: 1500, share: 0.07 },
  { kbps: 3000, share: 0.12 },
  { kbps: 6000, share: 0.2 },
  { kbps: 12_000, share: 0.25 },
  { kbps: 25_000, share: 0.2 },
  { kbps: 50_000, share: 0.13 },
]

/** Share of what is watched by players whose best codec is this one. Assumed; take your own players' figures. */
export const assumedCodecShares: Readonly<Record<LadderCodec, number>> = { h264: 0.3, hevc: 0.4, av1: 0.3 }

/** Money, in US dollars: of the order of large clouds' list prices, without discounts. Assumed; contracts differ by ten times. */
export const assumedPrices = {
  currency: 'USD',
  cdnPerGb: 0.05,
  storagePerGbMonth: 0.023,
} as const

/** Price of a minute of output by H.264, by pixels per second. Assumed; the last class has no limit. */
export const assumedEncodeClasses: readonly {
  readonly name: string
  readonly pixelsPerSecond: number | null
  readonly perMinute: number
}[] = [
  { name: 'SD', pixelsPerSecond: 1024 * 576 * 30, perMinute: 0.0075 },
  { name: 'HD', pixelsPerSecond: 1920 * 1080 * 30, perMinute: 0.015 },
  { name: 'HD at high rate', pixelsPerSecond: 1920 * 1080 * 60, perMinute: 0.0225 },
  { name: 'UHD', pixelsPerSecond: 3840 * 2160 * 30, perMinute: 0.03 },
  { name: 'UHD at high rate', pixelsPerSecond: null, perMinute: 0.045 },
]

/** How much dearer an encode is than H.264 of the same class. Assumed. */
export const assumedCodecFactors: Readonly<Record<LadderCodec, number>> = { h264: 1, hevc: 2, av1: 4 }
