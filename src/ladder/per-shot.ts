// Constant quality per shot: within a rung each shot gets the setting at which one more bit buys as much as in any other. Pure.
import type { Shot } from '../model/index.ts'
import { fitCurve, type Probe } from './curve.ts'

/** GOPs that share a setting: a shot, as far as the grid of key frames can follow it. */
export type ShotSpan = {
  readonly firstGop: number
  readonly gops: number
  readonly frame: number
  readonly frames: number
}

type Gop = { readonly frame: number; readonly frames: number }

/** A new span begins at the GOP whose start is nearest to the shot's; shots shorter than a GOP join the one before. */
export function spansOf(shots: readonly Pick<Shot, 'frame'>[], gops: readonly Gop[]): ShotSpan[] {
  const nearest = (frame: number): number =>
    gops.reduce((best, gop, i) => (Math.abs(gop.frame - frame) < Math.abs(gops[best]!.frame - frame) ? i : best), 0)
  const starts = [...new Set([0, ...shots.map(({ frame }) => nearest(frame))])].toSorted((a, b) => a - b)
  return starts.map((firstGop, i) => {
    const members = gops.slice(firstGop, starts[i + 1] ?? gops.length)
    const frames = members.reduce((sum, gop) => sum + gop.frames, 0)
    return { firstGop, gops: members.length, frame: gops[firstGop]!.frame, frames }
  })
}

/** What one setting makes of each span: bits, and mean VMAF. */
export type SpanProbe = {
  readonly crf: number
  readonly spans: readonly { readonly bits: number; readonly vmaf: number }[]
}

export type ShotChoice = {
  /** One setting for each span. */
  readonly crf: readonly number[]
  /** Of the whole, by the curves; at `base` and as chosen. */
  readonly bits: number
  readonly baseBits: number
  readonly vmaf: number
}

/** No shot may fall far behind the others: viewers see the worst one. */
const REACH = 4
const STEP = 0.5
const ROUNDS = 60

/**
 * The fewest bits at no less than the mean VMAF that `base` has in all spans: the settings of equal slope dVMAF/dbits
 * (Katsavounidis, “Dynamic optimizer”, 2018), at most 4 away from `base`. null with probes of fewer than two settings.
 */
export function chooseShotSettings(
  base: number,
  spans: readonly ShotSpan[],
  probes: readonly SpanProbe[],
): ShotChoice | null {
  if (new Set(probes.map(({ crf }) => crf)).size < 2) return null
  const settings = Array.from({ length: (2 * REACH) / STEP + 1 }, (_, i) => base - REACH + i * STEP)
  const tables = spans.map((span, i) => {
    const points = probes.map(({ crf, spans: each }): Probe => {
      const { bits, vmaf } = each[i]!
      return { crf, bitrateBps: Math.max(1, bits), vmaf }
    })
    const curve = fitCurve(points)
    return settings.map(crf => ({ crf, bits: 2 ** curve.logRate(crf), gain: curve.vmaf(crf) * span.frames }))
  })
  const frames = spans.reduce((sum, span) => sum + span.frames, 0)
  const middle = settings.indexOf(base)
  const wanted = tables.reduce((sum, table) => sum + table[middle]!.gain, 0)
  const pick = (price: number) =>
    tables.map(table => table.reduce((a, b) => (b.gain - price * b.bits > a.gain - price * a.bits ? b : a)))
  const gainOf = (choice: ReturnType<typeof pick>): number => choice.reduce((sum, { gain }) => sum + gain, 0)
  // The higher the price of a bit, the worse the quality: the highest price that still reaches what `base` has.
  let [low, high] = [-40, 20]
  for (let i = 0; i < ROUNDS; i++) {
    const price = (low + high) / 2
    if (gainOf(pick(2 ** price)) >= wanted - 1e-9) low = price
    else high = price
  }
  const chosen = pick(2 ** low)
  const total = (choice: ReturnType<typeof pick>): number => choice.reduce((sum, { bits }) => sum + bits, 0)
  const baseBits = tables.reduce((sum, table) => sum + table[middle]!.bits, 0)
  // By whole steps it may come out worse than one setting for all; then that stays.
  if (gainOf(chosen) < wanted - 1e-6 || total(chosen) >= baseBits)
    return { crf: spans.map(() => base), bits: baseBits, baseBits, vmaf: wanted / frames }
  return { crf: chosen.map(({ crf }) => crf), bits: total(chosen), baseBits, vmaf: gainOf(chosen) / frames }
}
