// Pools a series of per-frame values into the figures a report states. Pure: no clock, no rounding.

/** A stretch of frames with its mean. */
export type Stretch = {
  readonly mean: number
  /** Index of its first value. */
  readonly first: number
  /** Number of values in it. */
  readonly count: number
}

/** What a series comes to. */
export type Pooled = {
  readonly count: number
  readonly mean: number
  /** N / Σ 1/(v+1) − 1, libvmaf's definition: bad frames weigh more. */
  readonly harmonicMean: number
  readonly min: number
  readonly max: number
  /** Population standard deviation (divided by N). */
  readonly standardDeviation: number
  /** Percentiles, linearly interpolated between neighbours at (N−1)·p/100, numpy's default. */
  readonly p1: number
  readonly p5: number
  readonly p10: number
  readonly p50: number
  /** The window of one second with the lowest mean; the first of equals. Present when a rate was given. */
  readonly worstSecond?: Stretch
  /** The shot with the lowest mean; the first of equals. Present when shots were given. */
  readonly worstShot?: Stretch
}

/** What pooling may be told about a series. */
export type PoolOptions = {
  /** Values per second, a rational: the frame rate, divided by n when only every n-th frame was measured. */
  readonly rate?: { readonly num: number; readonly den: number }
  /** Index of the first value of each shot, ascending; values before the first of them form a shot of their own. */
  readonly shotStarts?: readonly number[]
}

/**
 * Pools a series of scores.
 * @throws RangeError on an empty series, on values that are not finite or not above −1 (the harmonic mean has no meaning for
 * them), on a rate that is not positive and on shots that are not ascending indices of the series.
 */
export function pool(values: ArrayLike<number>, { rate, shotStarts }: PoolOptions = {}): Pooled {
  const series = Float64Array.from(values)
  if (series.length === 0) throw new RangeError('cannot pool an empty series')
  const odd = series.findIndex(value => !(value > -1 && value < Infinity))
  if (odd >= 0) throw new RangeError(`cannot pool ${series[odd]} (value ${odd})`)
  const sorted = series.toSorted()
  const mean = meanOf(series, 0, series.length)
  return {
    count: series.length,
    mean,
    harmonicMean: series.length / series.reduce((sum, value) => sum + 1 / (value + 1), 0) - 1,
    min: sorted[0]!,
    max: sorted[sorted.length - 1]!,
    standardDeviation: Math.sqrt(series.reduce((sum, value) => sum + (value - mean) ** 2, 0) / series.length),
    p1: percentile(sorted, 1),
    p5: percentile(sorted, 5),
    p10: percentile(sorted, 10),
    p50: percentile(sorted, 50),
    ...(rate && { worstSecond: worstSecond(series, rate) }),
    ...(shotStarts && { worstShot: worstShot(series, shotStarts) }),
  }
}

function percentile(sorted: Float64Array, percent: number): number {
  const position = ((sorted.length - 1) * percent) / 100
  const below = Math.floor(position)
  const value = sorted[below]!
  return value + (sorted[Math.min(below + 1, sorted.length - 1)]! - value) * (position - below)
}

/** The lowest of all windows of round(rate) values; a series shorter than a second is one window. */
function worstSecond(series: Float64Array, { num, den }: { readonly num: number; readonly den: number }): Stretch {
  const perSecond = num / den
  if (!(perSecond > 0 && perSecond < Infinity)) throw new RangeError(`not a rate: ${num}/${den}`)
  const count = Math.min(series.length, Math.max(1, Math.round(perSecond)))
  let worst: Stretch = { mean: Infinity, first: 0, count }
  for (let first = 0; first + count <= series.length; first++) {
    // Each window is summed afresh: a running sum would drift, and then ties and reports would depend on the length.
    const mean = meanOf(series, first, first + count)
    if (mean < worst.mean) worst = { mean, first, count }
  }
  return worst
}

function worstShot(series: Float64Array, starts: readonly number[]): Stretch {
  const bounds = starts[0] === 0 ? [...starts, series.length] : [0, ...starts, series.length]
  let worst: Stretch = { mean: Infinity, first: 0, count: 0 }
  for (let i = 0; i + 1 < bounds.length; i++) {
    const first = bounds[i]!
    const end = bounds[i + 1]!
    if (!Number.isInteger(first) || !(first < end))
      throw new RangeError(`shots do not ascend within the series: ${starts}`)
    const mean = meanOf(series, first, end)
    if (mean < worst.mean) worst = { mean, first, count: end - first }
  }
  return worst
}

function meanOf(series: Float64Array, first: number, end: number): number {
  let sum = 0
  for (let i = first; i < end; i++) sum += series[i]!
  return sum / (end - first)
}
