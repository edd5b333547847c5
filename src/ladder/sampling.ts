// Which GOPs of a title stand for all of it, and what their figures say of the whole. Pure and deterministic.
import type { GopComplexity } from '../model/index.ts'

/** One GOP that is encoded for a cluster of GOPs like it. */
export type SamplePiece = {
  /** Its place among the title's GOPs. */
  readonly gop: number
  readonly frame: number
  readonly frames: number
  /** Share of the title's frames that it stands for; all of them add up to 1. */
  readonly weight: number
}

export type Sample = {
  /** Nothing was left out: every GOP stands for itself. */
  readonly whole: boolean
  readonly frames: number
  /** In the order of the title. */
  readonly pieces: readonly SamplePiece[]
  /** For each GOP of the title the piece that stands for it. */
  readonly pieceOf: readonly number[]
}

/** What one encode of the sample showed of a piece. */
export type PieceFigures = { readonly bits: number; readonly vmaf: number }

/** Fewer GOPs would leave an error that cannot be estimated. */
const LEAST_PIECES = 4
const ROUNDS = 24

/** All GOPs when they are at most `frames` frames; else as many as fit, each in the middle of a cluster of like ones. */
export function chooseSample(gops: readonly GopComplexity[], frames: number): Sample {
  const total = gops.reduce((sum, gop) => sum + gop.frames, 0)
  const longest = Math.max(...gops.map(gop => gop.frames))
  const count = Math.max(LEAST_PIECES, Math.floor(frames / longest))
  if (total <= frames || gops.length <= count) {
    return {
      whole: true,
      frames: total,
      pieces: gops.map((gop, i) => ({ gop: i, frame: gop.frame, frames: gop.frames, weight: gop.frames / total })),
      pieceOf: gops.map((_, i) => i),
    }
  }
  // The last GOP may be shorter than the grid's: it is only ever a member of another's cluster.
  const full = gops.flatMap((gop, i) => (gop.frames === longest ? [i] : []))
  const points = normalise(gops)
  const middles = clusterMiddles(points, full, count)
  const nearest = points.map(point => nearestOf(point, middles, points))
  const pieces = middles.map((gop, k) => {
    const stands = gops.reduce((sum, each, i) => sum + (nearest[i] === k ? each.frames : 0), 0)
    return { gop, frame: gops[gop]!.frame, frames: gops[gop]!.frames, weight: stands / total }
  })
  return { whole: false, frames: pieces.reduce((sum, each) => sum + each.frames, 0), pieces, pieceOf: nearest }
}

type Point = readonly [number, number, number, number]
/** What the whole length of the title counts beside a standard deviation of complexity: it spreads the sample, and no two GOPs are alike. */
const TIME = 0.25

/** Bits of the fast encode count most: they are what an encoder makes of the rest. */
function normalise(gops: readonly GopComplexity[]): Point[] {
  const rows = gops.map(
    ({ proxyBits, frames, si, ti }) => [Math.log2(Math.max(1, proxyBits / frames)), si, ti] as const,
  )
  const spread = ([0, 1, 2] as const).map(axis => {
    const values = rows.map(row => row[axis])
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1
  })
  return rows.map(([bits, si, ti], i) => [
    (2 * bits) / spread[0]!,
    si / spread[1]!,
    ti / spread[2]!,
    (TIME * i) / rows.length,
  ])
}

const distance = (a: Point, b: Point): number => a.reduce((sum, value, axis) => sum + (value - b[axis]!) ** 2, 0)

/** Place in `middles` of the one that is nearest; the earlier of equals. */
const nearestOf = (point: Point, middles: readonly number[], points: readonly Point[]): number =>
  middles.reduce(
    (best, gop, k) => (distance(point, points[gop]!) < distance(point, points[middles[best]!]!) ? k : best),
    0,
  )

/** k-medoids from a farthest-first start: no randomness, so that the same title gives the same sample. */
function clusterMiddles(points: readonly Point[], allowed: readonly number[], count: number): number[] {
  let middles = farthestFirst(points, allowed, count)
  for (let round = 0; round < ROUNDS; round++) {
    const members = middles.map(() => [] as number[])
    for (const gop of allowed) members[nearestOf(points[gop]!, middles, points)]!.push(gop)
    const moved = members.map(group => medoid(group, points)).toSorted((a, b) => a - b)
    if (moved.every((gop, k) => gop === middles[k])) break
    middles = moved
  }
  return middles
}

function farthestFirst(points: readonly Point[], allowed: readonly number[], count: number): number[] {
  const chosen = [medoid(allowed, points)]
  while (chosen.length < Math.min(count, allowed.length)) {
    const gap = (gop: number): number => Math.min(...chosen.map(other => distance(points[gop]!, points[other]!)))
    const rest = allowed.filter(gop => !chosen.includes(gop))
    chosen.push(rest.reduce((far, gop) => (gap(gop) > gap(far) ? gop : far)))
  }
  return chosen.toSorted((a, b) => a - b)
}

/** The member nearest to the mean of its group. */
function medoid(group: readonly number[], points: readonly Point[]): number {
  const mean = ([0, 1, 2, 3] as const).map(
    axis => group.reduce((sum, gop) => sum + points[gop]![axis], 0) / group.length,
  ) as unknown as Point
  return group.reduce((best, gop) => (distance(points[gop]!, mean) < distance(points[best]!, mean) ? gop : best))
}

export type TitleFigures = {
  readonly bits: number
  readonly vmaf: number
  /** Of every GOP of the title. */
  readonly gopBits: readonly number[]
  /** Half of the 95 % interval: points of VMAF, and a share of `bits`. */
  readonly vmafError: number
  readonly bitsError: number
}

/** What an encode of the sample says of the title: VMAF by weight, bits by what the fast encode took in each GOP. */
export function estimateTitle(
  sample: Sample,
  gops: readonly GopComplexity[],
  figures: readonly PieceFigures[],
): TitleFigures {
  const proxy = (gop: number): number => Math.max(1, gops[gop]!.proxyBits)
  const gopBits = gops.map((_, i) => {
    const piece = sample.pieceOf[i]!
    return (figures[piece]!.bits * proxy(i)) / proxy(sample.pieces[piece]!.gop)
  })
  const bits = gopBits.reduce((sum, each) => sum + each, 0)
  const vmaf = sample.pieces.reduce((sum, { weight }, i) => sum + weight * figures[i]!.vmaf, 0)
  return { bits, vmaf, gopBits, ...errors(sample, gops, figures) }
}

/**
 * Model-assisted: what the fast encode's bits do not explain is the noise, and each cluster adds its own by its weight, less
 * what was looked at of it.
 */
function errors(
  { whole, pieces, pieceOf }: Sample,
  gops: readonly GopComplexity[],
  figures: readonly PieceFigures[],
): { vmafError: number; bitsError: number } {
  if (whole) return { vmafError: 0, bitsError: 0 }
  const logProxy = pieces.map(({ gop, frames }) => Math.log2(Math.max(1, gops[gop]!.proxyBits / frames)))
  const unexplained = residualSpread(
    logProxy,
    figures.map(({ vmaf }) => vmaf),
  )
  const ratio = pieces.map(({ gop }, i) => Math.log(Math.max(1, figures[i]!.bits) / Math.max(1, gops[gop]!.proxyBits)))
  const mean = ratio.reduce((a, b) => a + b, 0) / ratio.length
  const spread = Math.sqrt(ratio.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (ratio.length - 1))
  const clusters = pieces.map((piece, k) => ({
    weight: piece.weight,
    left: 1 - 1 / Math.max(1, pieceOf.filter(each => each === k).length),
  }))
  const scale = 1.96 * Math.sqrt(clusters.reduce((sum, { weight, left }) => sum + weight ** 2 * left, 0))
  return { vmafError: scale * unexplained, bitsError: scale * spread }
}

/** Standard deviation of y around its straight line over x. */
function residualSpread(x: readonly number[], y: readonly number[]): number {
  const n = x.length
  const [mx, my] = [x.reduce((a, b) => a + b, 0) / n, y.reduce((a, b) => a + b, 0) / n]
  const sxx = x.reduce((sum, each) => sum + (each - mx) ** 2, 0)
  const sxy = x.reduce((sum, each, i) => sum + (each - mx) * (y[i]! - my), 0)
  const slope = sxx > 0 ? sxy / sxx : 0
  const squares = y.reduce((sum, each, i) => sum + (each - my - slope * (x[i]! - mx)) ** 2, 0)
  return Math.sqrt(squares / Math.max(1, n - 2))
}
