// The K filter of BS.1770 for any sample rate: a shelf for the head, then a high pass.

/** Two second-order sections in series: b0 b1 b2 a1 a2 of the shelf, then of the high pass; a0 is 1. */
export type KWeighting = Float64Array<ArrayBuffer>

/**
 * The analogue filters behind the 48 kHz coefficients of ITU-R BS.1770-5 Annex 1, Tables 1 and 2, found by undoing the
 * bilinear transform: B. De Man, "Evaluation of Implementations of the EBU R128 Loudness Measurement", AES 145 (2018),
 * §2.1; libebur128 and FFmpeg's ebur128 use the same figures. At 48 kHz they give the tables back (a test checks it).
 */
const SHELF = {
  hz: 1681.974450955533,
  q: 0.7071752369554196,
  gainDb: 3.999843853973347,
  bandExponent: 0.4996667741545416,
}
const HIGH_PASS = { hz: 38.13547087602444, q: 0.5003270373238773 }

/** Coefficients for one sample rate. */
export function planKWeighting(sampleRateHz: number): KWeighting {
  const k = Math.tan((Math.PI * SHELF.hz) / sampleRateHz)
  const high = 10 ** (SHELF.gainDb / 20)
  const band = high ** SHELF.bandExponent
  const a0 = 1 + k / SHELF.q + k * k
  const l = Math.tan((Math.PI * HIGH_PASS.hz) / sampleRateHz)
  const c0 = 1 + l / HIGH_PASS.q + l * l
  return Float64Array.of(
    (high + (band * k) / SHELF.q + k * k) / a0,
    (2 * (k * k - high)) / a0,
    (high - (band * k) / SHELF.q + k * k) / a0,
    (2 * (k * k - 1)) / a0,
    (1 - k / SHELF.q + k * k) / a0,
    1,
    -2,
    1,
    (2 * (l * l - 1)) / c0,
    (1 - l / HIGH_PASS.q + l * l) / c0,
  )
}

/** Below this (−600 dBFS) a state is set to zero: after silence it would sink into denormal numbers, which are slow. */
const NOTHING = 1e-30

/**
 * Filters `samples[from … to)` and returns the sum of the squares of what comes out. `state` holds the four delays of one
 * channel from call to call.
 */
export function kWeightedEnergy(
  filter: KWeighting,
  state: Float64Array,
  samples: Float32Array,
  from: number,
  to: number,
): number {
  const b0 = filter[0]!
  const b1 = filter[1]!
  const b2 = filter[2]!
  const a1 = filter[3]!
  const a2 = filter[4]!
  const d0 = filter[5]!
  const d1 = filter[6]!
  const d2 = filter[7]!
  const c1 = filter[8]!
  const c2 = filter[9]!
  let s0 = state[0]!
  let s1 = state[1]!
  let s2 = state[2]!
  let s3 = state[3]!
  let energy = 0
  for (let i = from; i < to; i++) {
    const x = samples[i]!
    const y = b0 * x + s0
    s0 = b1 * x - a1 * y + s1
    s1 = b2 * x - a2 * y
    const z = d0 * y + s2
    s2 = d1 * y - c1 * z + s3
    s3 = d2 * y - c2 * z
    energy += z * z
  }
  state[0] = Math.abs(s0) < NOTHING ? 0 : s0
  state[1] = Math.abs(s1) < NOTHING ? 0 : s1
  state[2] = Math.abs(s2) < NOTHING ? 0 : s2
  state[3] = Math.abs(s3) < NOTHING ? 0 : s3
  return energy
}
