// A slow gain that brings a programme's loudness range down, planned from its measured curves. Pure.
import type { LoudnessMeasurement, RideParams as Ride } from '../model/index.ts'
import { combinedLoudness, rangeOfMomentary } from './meter/index.ts'

export type PlannedRide = {
  readonly ride: Ride
  /** What the programme is expected to be behind it. */
  readonly rangeLu: number
  readonly integratedLufs: number
}

type Series = LoudnessMeasurement['series']

/** The ride of a fader: what lasts as long as a sentence is followed, what lasts as long as a syllable is not. */
const SMOOTH_S = 1
const MOST_DB = 15
/** Tech 3342 leaves out what is 20 LU below the mean: a pause is not raised, the gain goes on to its other side. */
const PAUSE_LU = -20
const SHORT_TERM_MS = 3000
const MOMENTARY_MS = 400
/** At 1 nothing of the programme's own movement would be left. */
const MOST_STRENGTH = 0.95

/** null where the range cannot be measured, or is not above `rangeLu`. */
export function planRide(series: Series, rangeLu: number): PlannedRide | null {
  const own = rangeOfMomentary([...series.momentaryLufs])
  const pivot = combinedLoudness([series.momentaryLufs])
  if (own === null || pivot === null || own <= rangeLu) return null
  const levels = bridge(centred(series), pivot + PAUSE_LU, Math.round(SHORT_TERM_MS / series.stepMs))
  let low = 0
  let high = MOST_STRENGTH
  // The range falls as the strength grows, if not quite evenly: twelve halvings are finer than any meter.
  for (let i = 0; i < 12; i++) {
    const strength = (low + high) / 2
    if ((outcome(series, rideOf(series, levels, pivot, strength)).rangeLu ?? 0) > rangeLu) low = strength
    else high = strength
  }
  const ride = rideOf(series, levels, pivot, high)
  const { integratedLufs, rangeLu: expected } = outcome(series, ride)
  return { ride, rangeLu: expected ?? 0, integratedLufs: integratedLufs ?? pivot }
}

/** Short-term loudness by the middle of its window instead of its end; the ends go on as they are. */
function centred({ stepMs, shortTermLufs }: Series): (number | null)[] {
  const shift = Math.round(SHORT_TERM_MS / 2 / stepMs)
  const first = Math.round(SHORT_TERM_MS / stepMs) - 1
  const last = shortTermLufs.length - 1
  return shortTermLufs.map((_, i) => shortTermLufs[Math.min(last, Math.max(first, i + shift))] ?? null)
}

/**
 * A straight line through pauses and silence. A window is half in a pause before it falls below the gate: what lies within a
 * whole one of it has the pause inside, and counts as part of it.
 */
function bridge(levels: readonly (number | null)[], least: number, reach: number): number[] {
  const heard = (i: number): boolean => (levels[i] ?? Number.NEGATIVE_INFINITY) > least
  const near = new Uint8Array(levels.length)
  for (let i = 0, last = -1 - reach; i < levels.length; i++) {
    if (!heard(i)) last = i
    if (i - last <= reach) near[i] = 1
  }
  for (let i = levels.length - 1, next = i + 1 + reach; i >= 0; i--) {
    if (!heard(i)) next = i
    if (next - i <= reach) near[i] = 1
  }
  const known = levels.flatMap((_, i) => (near[i] ? [] : [i]))
  const at = (i: number): number => levels[i]!
  let next = 0
  return levels.map((_, i) => {
    while (next < known.length && known[next]! < i) next++
    const after = known[next]
    const before = after === i ? i : known[next - 1]
    if (before === undefined || after === undefined) return at(before ?? after ?? 0) ?? least
    return after === before ? at(i) : at(before) + ((at(after) - at(before)) * (i - before)) / (after - before)
  })
}

function rideOf({ stepMs }: Series, levels: readonly number[], pivot: number, strength: number): Ride {
  const wanted = levels.map(level => Math.max(-MOST_DB, Math.min(MOST_DB, strength * (pivot - level))))
  return { stepMs, gainsDb: smooth(wanted, (SMOOTH_S * 1000) / stepMs).map(db => Math.round(db * 100) / 100) }
}

/** Three moving means of one width are close to a Gaussian of that deviation. */
function smooth(values: readonly number[], deviation: number): number[] {
  const half = Math.max(1, Math.round(deviation))
  let out = [...values]
  for (let pass = 0; pass < 3; pass++) {
    const sums = new Float64Array(out.length + 1)
    out.forEach((value, i) => {
      sums[i + 1] = sums[i]! + value
    })
    out = out.map((_, i) => {
      const from = Math.max(0, i - half)
      const to = Math.min(out.length, i + half + 1)
      return (sums[to]! - sums[from]!) / (to - from)
    })
  }
  return out
}

function outcome({ stepMs, momentaryLufs }: Series, { gainsDb }: Ride) {
  const shift = Math.round(MOMENTARY_MS / 2 / stepMs)
  const ridden = momentaryLufs.map((lufs, i) => (lufs === null ? null : lufs + gainsDb[Math.max(0, i - shift)]!))
  return { integratedLufs: combinedLoudness([ridden]), rangeLu: rangeOfMomentary(ridden) }
}

/** Gain at a time, dB; before and after the curve, that of its ends. */
function gainAt({ stepMs, gainsDb }: Ride, ms: number): number {
  const at = Math.max(0, Math.min(gainsDb.length - 1, ms / stepMs))
  const before = gainsDb[Math.floor(at)] ?? 0
  const after = gainsDb[Math.ceil(at)] ?? before
  return before + (after - before) * (at - Math.floor(at))
}

/** Within so few samples a straight line of factors is a straight line of dB. */
const CHORD = 64

/** Changes planes of samples in place; `first` is the number of their first sample from the beginning of the programme. */
export function applyRide(planes: readonly Float32Array[], first: number, rateHz: number, ride: Ride): void {
  const factorAt = (sample: number): number => 10 ** (gainAt(ride, (1000 * sample) / rateHz) / 20)
  const samples = planes[0]?.length ?? 0
  for (let from = 0; from < samples; from += CHORD) {
    const to = Math.min(samples, from + CHORD)
    const factor = factorAt(first + from)
    const slope = (factorAt(first + to) - factor) / (to - from)
    for (const plane of planes) for (let i = from; i < to; i++) plane[i]! *= factor + slope * (i - from)
  }
}
