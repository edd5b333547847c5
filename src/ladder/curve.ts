// Rate and quality of one picture size over the encoder's quality scale, from a few probes: monotone between them. Pure.

/** One encode of a sample. */
export type Probe = {
  /** Constant quality on the encoder's own scale: higher is worse and smaller. */
  readonly crf: number
  readonly bitrateBps: number
  /** Mean VMAF at the size in which the source is shown. */
  readonly vmaf: number
}

/** Something that only falls, through points in order of x. */
type Falling = (x: number) => number

export type QualityCurve = {
  readonly from: number
  readonly to: number
  /** log2 of bit/s at a quality setting; the curve goes on straight outside of its probes. */
  readonly logRate: Falling
  /** VMAF at a quality setting, 0–100. */
  readonly vmaf: Falling
}

/**
 * A curve through probes of at least two settings. Encoders are not quite monotone: where a worse setting gave a better
 * figure, neighbours are averaged until nothing rises any more. @throws {RangeError} with fewer than two settings
 */
export function fitCurve(probes: readonly Probe[]): QualityCurve {
  const points = probes.toSorted((a, b) => a.crf - b.crf).filter((probe, i, all) => probe.crf !== all[i - 1]?.crf)
  if (points.length < 2) throw new RangeError('a curve takes probes of two settings')
  const x = points.map(({ crf }) => crf)
  const vmaf = interpolate(x, neverRising(points.map(point => point.vmaf)).map(toOdds))
  return {
    from: x[0]!,
    to: x.at(-1)!,
    logRate: interpolate(x, neverRising(points.map(({ bitrateBps }) => Math.log2(bitrateBps)))),
    vmaf: at => fromOdds(vmaf(at)),
  }
}

/**
 * Over an encoder's quality scale the logarithm of the odds of VMAF is nearly a straight line, so that two probes tell most
 * of the curve (x264 on natural pictures, CRF 18–42: within 2 points of it). VMAF itself bends at both ends.
 */
const toOdds = (vmaf: number): number => {
  const share = Math.min(0.9995, Math.max(0.0005, vmaf / 100))
  return Math.log(share / (1 - share))
}
const fromOdds = (odds: number): number => 100 / (1 + Math.exp(-odds))

/** The nearest sequence that never rises (pool adjacent violators, least squares). */
export function neverRising(values: readonly number[]): number[] {
  const blocks: { sum: number; count: number }[] = []
  for (const value of values) {
    blocks.push({ sum: value, count: 1 })
    for (let last = blocks.at(-1)!, before = blocks.at(-2); before; last = blocks.at(-1)!, before = blocks.at(-2)) {
      if (before.sum / before.count >= last.sum / last.count) break
      blocks.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count })
    }
  }
  return blocks.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count))
}

/** Piecewise cubic, monotone wherever its points are (Fritsch and Carlson 1980), straight beyond both ends. */
function interpolate(x: readonly number[], y: readonly number[]): Falling {
  const last = x.length - 1
  const step = (i: number): number => x[i + 1]! - x[i]!
  const secant = Array.from({ length: last }, (_, i) => (y[i + 1]! - y[i]!) / step(i))
  const slope = x.map((_, i) => {
    const before = secant[i - 1]
    const after = secant[i]
    if (before === undefined || after === undefined) return (before ?? after)!
    if (before * after <= 0) return 0
    // Weighted harmonic mean: the slope of the flatter side counts more, and nothing overshoots.
    const w1 = 2 * step(i) + step(i - 1)
    const w2 = step(i) + 2 * step(i - 1)
    return (w1 + w2) / (w1 / before + w2 / after)
  })
  return at => {
    if (at <= x[0]!) return y[0]! + (at - x[0]!) * slope[0]!
    if (at >= x[last]!) return y[last]! + (at - x[last]!) * slope[last]!
    const i = x.findLastIndex(each => each <= at)
    const h = step(i)
    const t = (at - x[i]!) / h
    return (
      y[i]! * (1 + 2 * t) * (1 - t) ** 2 +
      h * slope[i]! * t * (1 - t) ** 2 +
      y[i + 1]! * t * t * (3 - 2 * t) +
      h * slope[i + 1]! * t * t * (t - 1)
    )
  }
}
