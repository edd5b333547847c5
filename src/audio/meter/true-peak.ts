// True peak by ITU-R BS.1770-5 Annex 2: the largest magnitude between the samples, found by oversampling.

/** Samples that a value half-way between two is made of: flat to 0.46 of the sample rate (22 kHz of 48). */
const HALF_TAPS = 48
/** Of the doubled rate, whose upper half is empty: values a quarter of the way are made of so many. */
const QUARTER_TAPS = 12
/** Kaiser window, 60 dB of stop band: ripple of 0.01 dB. */
const KAISER_BETA = 5.65
/** So many places are decided about by one bound. */
const GROUP = 16
/** Samples that one place looks at beside its own. */
const HISTORY = HALF_TAPS - 1 + QUARTER_TAPS / 2
/** Places whose half-way values stand before the first one of a call. */
const LEAD = QUARTER_TAPS / 4
/** Groups of samples that the values of one group of places reach. */
const REACH = Math.ceil((GROUP + HISTORY) / GROUP)

/** How many values are looked at per sample: 4 at 48 kHz as in Annex 2, so 2 at 96 kHz, and 1 where that is enough. */
export const oversamplingOf = (sampleRateHz: number): 4 | 2 | 1 =>
  sampleRateHz < 88_200 ? 4 : sampleRateHz < 176_400 ? 2 : 1

export type TruePeakMeter = {
  /** So many samples of the past stand before the new ones. */
  readonly history: number
  /**
   * The larger of `peak` and the largest magnitude between the samples, over `count` new ones at `samples[history …]`. It
   * looks half a filter behind: at the end it wants `history` zeros more.
   */
  update(samples: Float32Array, count: number, peak: number): number
}

/** A meter for one sample rate, for calls of at most `longest` samples. It keeps nothing between them: any channel may come. */
export function createTruePeakMeter(sampleRateHz: number, longest: number): TruePeakMeter {
  const factor = oversamplingOf(sampleRateHz)
  if (factor === 1) return { history: 0, update: (_samples, _count, peak) => peak }
  const bounds = planBounds(factor)
  // Samples and half-way values in turn.
  const doubled = new Float64Array(2 * (Math.max(longest, HISTORY) + 2 * LEAD))
  return {
    history: HISTORY,
    update(samples, count, peak) {
      let best = peak
      let ready = 0
      for (let from = 0; from < count; from += GROUP) {
        const to = Math.min(from + GROUP, count)
        // What these samples can add up to at most is no larger than what was seen.
        if (boundOf(bounds, samples, from, to + HISTORY) <= best) continue
        double(samples, doubled, Math.max(ready, from), to + 2 * LEAD)
        ready = to + 2 * LEAD
        best = largestOf(doubled, from + LEAD, to + LEAD, factor, best)
      }
      return best
    },
  }
}

const halfTaps = planTaps(HALF_TAPS)
const quarterTaps = planTaps(QUARTER_TAPS)

/** The first half of a symmetric filter that finds the value half-way: a windowed sinc, 1 for a constant. */
function planTaps(count: number): Float64Array<ArrayBuffer> {
  const taps = Float64Array.from({ length: count / 2 }, (_, k) => {
    const x = k - (count - 1) / 2
    const edge = x / (count / 2)
    return (Math.sin(Math.PI * x) / (Math.PI * x)) * bessel(KAISER_BETA * Math.sqrt(1 - edge * edge))
  })
  const sum = 2 * taps.reduce((total, tap) => total + tap, 0)
  return taps.map(tap => tap / sum)
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let sum = 1
  let term = 1
  for (let n = 1; term > 1e-18 * sum; n++) {
    term *= (x / (2 * n)) ** 2
    sum += term
  }
  return sum
}

/** Fills places `from … to` of `doubled`: a sample, and the value half-way to the next one. */
function double(samples: Float32Array, doubled: Float64Array, from: number, to: number): void {
  const middle = HALF_TAPS / 2 - 1
  for (let at = from; at < to; at++) {
    let a = 0
    let b = 0
    for (let k = 0, far = at + HALF_TAPS - 1; k < HALF_TAPS / 2; k += 2, far -= 2) {
      a += halfTaps[k]! * (samples[at + k]! + samples[far]!)
      b += halfTaps[k + 1]! * (samples[at + k + 1]! + samples[far - 1]!)
    }
    doubled[2 * at] = samples[at + middle]!
    doubled[2 * at + 1] = a + b
  }
}

/** The largest of the half-way values of places `from … to` and, for a factor of 4, of the values around them. */
function largestOf(doubled: Float64Array, from: number, to: number, factor: 4 | 2, best: number): number {
  let largest = best
  for (let at = 2 * from; at < 2 * to; at += 2) {
    const size = Math.abs(doubled[at + 1]!)
    if (size > largest) largest = size
  }
  if (factor === 2) return largest
  const [q0, q1, q2, q3, q4, q5] = quarterTaps as unknown as readonly [number, number, number, number, number, number]
  for (let at = 2 * from; at < 2 * to; at++) {
    const outer = q0 * (doubled[at - 5]! + doubled[at + 6]!) + q1 * (doubled[at - 4]! + doubled[at + 5]!)
    const middle = q2 * (doubled[at - 3]! + doubled[at + 4]!) + q3 * (doubled[at - 2]! + doubled[at + 3]!)
    const inner = q4 * (doubled[at - 1]! + doubled[at + 2]!) + q5 * (doubled[at]! + doubled[at + 1]!)
    const size = Math.abs(outer + middle + inner)
    if (size > largest) largest = size
  }
  return largest
}

/** By how much the largest of each group of samples can count in any value of one group of places. */
function planBounds(factor: 4 | 2): Float64Array<ArrayBuffer> {
  const bounds = new Float64Array(REACH)
  for (const taps of impulseResponses(factor))
    for (let place = 0; place < GROUP; place++) {
      const parts = new Float64Array(REACH)
      taps.forEach((tap, k) => {
        parts[Math.floor((place + k) / GROUP)]! += Math.abs(tap)
      })
      for (let i = 0; i < REACH; i++) bounds[i] = Math.max(bounds[i]!, parts[i]!)
    }
  // Above the rounding of the sums that it stands for.
  return bounds.map(part => part * (1 + 1e-9))
}

/** What each value of one place is made of: the weight of each of the samples it can look at. */
function impulseResponses(factor: 4 | 2): Float64Array[] {
  const places = 2 * LEAD + 1
  const responses = Array.from({ length: factor - 1 }, () => new Float64Array(HISTORY + 1))
  const doubled = new Float64Array(2 * places)
  for (let k = 0; k <= HISTORY; k++) {
    const impulse = new Float32Array(HISTORY + 1)
    impulse[k] = 1
    double(impulse, doubled, 0, places)
    responses[0]![k] = doubled[2 * LEAD + 1]!
    for (let i = 1; i < factor - 1; i++) {
      const at = 2 * LEAD + i - 1
      for (let tap = 0; tap < QUARTER_TAPS / 2; tap++) {
        const far = doubled[at + QUARTER_TAPS / 2 - tap]!
        responses[i]![k]! += quarterTaps[tap]! * (doubled[at - QUARTER_TAPS / 2 + 1 + tap]! + far)
      }
    }
  }
  return responses
}

function boundOf(bounds: Float64Array, samples: Float32Array, from: number, to: number): number {
  let sum = 0
  let at = from
  for (let i = 0; at < to; i++) {
    const end = Math.min(at + GROUP, to)
    let largest = 0
    for (; at < end; at++) {
      const size = Math.abs(samples[at]!)
      if (size > largest) largest = size
    }
    sum += largest * bounds[i]!
  }
  return sum
}
