// Frame rate and its steadiness from the presentation times of all frames. Pure.
import { mul, type Rational, rational, toNumber } from '../core/index.ts'
import { commonFrameRates } from './inspect-names.data.ts'

export type Timing = {
  readonly frameRate: Rational | null
  readonly mode: 'constant' | 'variable' | 'unknown'
}

const common: readonly Rational[] = commonFrameRates.map(([num, den]) => rational(num, den))

/**
 * Decides from `ticks`, the presentation times of all frames in any order, and `stated`, the rates that container, codec and
 * FFmpeg name, most trusted first. Constant means: every frame lies on an even grid, give or take the rounding of its clock.
 */
export function readTiming(ticks: readonly number[], timebase: Rational, stated: readonly (Rational | null)[]): Timing {
  const rates = stated.filter(rate => rate !== null).map(rate => toCommon(rate, timebase))
  if (ticks.length === 0) return { frameRate: rates[0] ?? null, mode: 'unknown' }
  const times = Float64Array.from(ticks).sort()
  const tick = toNumber(timebase)
  const exact = exactRate(times, timebase)
  const candidates = exact ? [exact, ...rates, ...common] : [...rates, ...common]
  const strict = candidates.find(rate => isOnGrid(times, tick, rate, 1))
  if (strict) return { frameRate: strict, mode: times.length > 1 ? 'constant' : 'unknown' }
  // A file whose milliseconds were copied into a finer clock keeps their rounding.
  const loose = candidates.find(rate => isOnGrid(times, tick, rate, Math.min(0.001, 0.125 / toNumber(rate)) / tick))
  if (loose) return { frameRate: loose, mode: 'constant' }
  return { frameRate: nominalRate(times, tick, rates), mode: 'variable' }
}

/** Whether all times lie within `tolerance` ticks of a grid that begins at the first. */
function isOnGrid(times: Float64Array, tick: number, rate: Rational, tolerance: number): boolean {
  if (rate.num <= 0n) return false
  // A double is exact to 2^-53 of an hour's ticks here: far below a tick.
  const step = 1 / (toNumber(rate) * tick)
  const slack = tolerance + 1e-6
  for (let i = 1; i < times.length; i++) {
    if (Math.abs(times[i]! - times[0]! - i * step) > slack) return false
  }
  return true
}

/** The rate when every step is the same and the clock is too fine for that to be chance. */
function exactRate(times: Float64Array, timebase: Rational): Rational | null {
  if (times.length < 3 || isCoarse(timebase)) return null
  const step = times[1]! - times[0]!
  if (!(step > 0)) return null
  for (let i = 2; i < times.length; i++) if (times[i]! - times[i - 1]! !== step) return null
  const frame = mul(timebase, rational(BigInt(step)))
  return rational(frame.den, frame.num)
}

/** In a coarse clock a rate cannot be told from the common one beside it: 2997/100 in milliseconds is 30000/1001. */
const toCommon = (rate: Rational, timebase: Rational): Rational =>
  isCoarse(timebase) ? (nearest(toNumber(rate), 2e-5) ?? rate) : rate

/** Milliseconds and the like, in which steps of a frame are rounded by percents; 1/25 and 1001/30000 are exact instead. */
function isCoarse(timebase: Rational): boolean {
  const tick = toNumber(timebase)
  return tick > 4e-4 && tick < 4e-3
}

function nearest(rate: number, tolerance: number): Rational | null {
  let best: Rational | null = null
  let distance = tolerance
  for (const each of common) {
    const off = Math.abs(rate / toNumber(each) - 1)
    if (off <= distance) [best, distance] = [each, off]
  }
  return best
}

/** For a variable rate: the step that most frames keep, else the average. */
function nominalRate(times: Float64Array, tick: number, stated: readonly Rational[]): Rational | null {
  const steps = Float64Array.from(times.subarray(1), (time, i) => time - times[i]!)
  const median = Float64Array.from(steps).sort()[steps.length >> 1]!
  const reach = Math.max(1, 0.001 / tick)
  const usual = steps.filter(step => Math.abs(step - median) <= reach)
  const mean = usual.reduce((sum, step) => sum + step, 0) / usual.length
  const average = (times.at(-1)! - times[0]!) / steps.length
  const step = usual.length * 2 >= steps.length && mean > 0 ? mean : average
  if (!(step > 0)) return stated[0] ?? null
  const rate = 1 / (step * tick)
  // 24 and 24000/1001 are 0.1 % apart: half of that is as far as a guess may go.
  return (
    nearest(rate, 5e-4) ??
    stated.find(each => Math.abs(toNumber(each) / rate - 1) < 5e-4) ??
    rational(BigInt(Math.max(1, Math.round(rate * 1000))), 1000n)
  )
}
