// A fixed ladder: the source's own size and table rungs below it, square pixels, even sides, never above the source.
import { rungPreference, type TableRung, tableRungs } from './fixed-ladder.data.ts'

export type Rung = {
  readonly width: number
  readonly height: number
  /** Cap of capped CRF. */
  readonly maxrateBps: number
  /** What a ladder of fixed rates spends on it, whatever the title. */
  readonly averageBps: number
  readonly because: string
}

export type LadderRequest = {
  /** Display size of the prepared picture in square pixels. */
  readonly width: number
  readonly height: number
  readonly fps: number
  /** Length of the shorter side of the largest rung. */
  readonly maxHeight?: number | undefined
  readonly maxRungs: number
  /** Whether a size may be made at all; codec levels set the limit. */
  readonly fits: (width: number, height: number) => boolean
}

/** Neighbours must differ by this factor per side: with less, a switch costs a rung and shows nothing. */
const MIN_STEP = 1.25
const MIN_SIDE = 32
const ROUNDED = {
  maxrateBps: { least: 150_000, step: 10_000 },
  averageBps: { least: 100_000, step: 5_000 },
} as const
/** Twice the frames cost half as much again: frames that are closer in time are more alike. log2(1.5). */
const RATE_EXPONENT = Math.log2(1.5)

/** Rungs from the largest to the smallest; at least one. */
export function planFixedLadder(request: LadderRequest): Rung[] {
  const top = topSize(request)
  const chosen: Size[] = [top]
  for (const lines of rungPreference) {
    if (chosen.length >= request.maxRungs) break
    const size = fitInto(request, tableRungs.find(row => row.lines === lines)!)
    if (Math.min(size.width, size.height) < MIN_SIDE || stepOf(top, size) < MIN_STEP) continue
    if (chosen.every(other => stepOf(other, size) >= MIN_STEP || stepOf(size, other) >= MIN_STEP)) chosen.push(size)
  }
  return chosen
    .toSorted((a, b) => b.width * b.height - a.width * a.height)
    .map(({ width, height, because }) => ({
      width,
      height,
      maxrateBps: rateOf(width * height, request.fps, 'maxrateBps'),
      averageBps: rateOf(width * height, request.fps, 'averageBps'),
      because,
    }))
}

type Size = { readonly width: number; readonly height: number; readonly because: string }

/** How much longer the sides of `a` are than those of `b`. */
const stepOf = (a: Size, b: Size): number => Math.sqrt((a.width * a.height) / (b.width * b.height))
const even = (side: number): number => Math.max(2, Math.floor(side / 2) * 2)
const nearestEven = (side: number, limit: number): number => Math.min(Math.round(side / 2) * 2, even(limit))

function topSize({ width, height, maxHeight, fits }: LadderRequest): Size {
  const short = Math.min(width, height)
  const scale = maxHeight !== undefined && short > maxHeight ? maxHeight / short : 1
  const scaled = (factor: number): { width: number; height: number } => ({
    width: nearestEven(width * factor, width),
    height: nearestEven(height * factor, height),
  })
  const wanted = scaled(scale)
  if (fits(wanted.width, wanted.height))
    return {
      ...wanted,
      because: scale < 1 ? `limited to ${maxHeight} lines as asked` : 'the source’s own size; never above it',
    }
  // The table's rungs fit every level in question: the largest that does is the top.
  for (const row of tableRungs) {
    const size = fitInto({ width, height }, row)
    if (fits(size.width, size.height) && size.width * size.height < wanted.width * wanted.height)
      return { ...size, because: `no level that players decode allows ${wanted.width}x${wanted.height} at this rate` }
  }
  return { ...fitInto({ width, height }, tableRungs.at(-1)!), because: 'the smallest rung' }
}

/** The picture's aspect in the rung's 16:9 box, or in the box turned upright. */
function fitInto({ width, height }: { width: number; height: number }, row: TableRung): Size {
  const [long, short] = [Math.max(width, height), Math.min(width, height)]
  const scale = Math.min(row.width / long, row.height / short, 1)
  return {
    width: nearestEven(width * scale, width),
    height: nearestEven(height * scale, height),
    because: `fits the ${row.width}x${row.height} rung of the fixed ladder`,
  }
}

/** Between two table rungs, a straight line over pixels and bit rate in logarithms; beyond them the nearest rung's bits per pixel. */
function rateOf(pixels: number, fps: number, column: 'maxrateBps' | 'averageBps'): number {
  const area = (row: TableRung): number => row.width * row.height
  const upper = tableRungs.findLast(row => area(row) >= pixels) ?? tableRungs[0]!
  const lower = tableRungs.find(row => area(row) <= pixels) ?? tableRungs.at(-1)!
  const base =
    upper === lower
      ? (upper[column] * pixels) / area(upper)
      : lower[column] *
        (upper[column] / lower[column]) ** (Math.log(pixels / area(lower)) / Math.log(area(upper) / area(lower)))
  // 2160 lines stay at their cap: players of H.264 at that size stop near it.
  const factor = pixels >= area(tableRungs[0]!) ? 1 : Math.max(1, Math.min(60, fps) / 30) ** RATE_EXPONENT
  const { least, step } = ROUNDED[column]
  return Math.max(least, Math.round((base * factor) / step) * step)
}
