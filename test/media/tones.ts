// Sines of known level, by the recipes of EBU Tech 3341 and 3342; deterministic noise.

/** Level of the peak in dBFS (null: silence) and seconds. */
export type Segment = readonly [peakDb: number | null, seconds: number]

/** 1000 Hz through all segments with one phase, as the test signals of Tech 3341 are. */
export function tones(segments: readonly Segment[], rate = 48_000): Float32Array<ArrayBuffer> {
  const ends: number[] = []
  let end = 0
  for (const [, seconds] of segments) {
    end += seconds
    ends.push(Math.round(end * rate))
  }
  const samples = new Float32Array(ends.at(-1) ?? 0)
  let at = 0
  for (const [i, [peakDb]] of segments.entries()) {
    const size = peakDb === null ? 0 : 10 ** (peakDb / 20)
    for (; at < ends[i]!; at++) samples[at] = size * Math.sin((2 * Math.PI * 1000 * at) / rate)
  }
  return samples
}

/** One second of a sine at a fraction of the sample rate, faded in and out over 10 ms (Tech 3341 cases 15 to 19). */
export function peakTone(part: number, phaseDeg: number, size: number, rate = 48_000): Float32Array<ArrayBuffer> {
  const fade = rate / 100
  return Float32Array.from({ length: rate }, (_, i) => {
    const gain = Math.min(1, i / fade, (rate - 1 - i) / fade)
    return gain * size * Math.sin(2 * Math.PI * part * i + (phaseDeg * Math.PI) / 180)
  })
}

/**
 * Tech 3341 cases 20 to 23: at four times the rate, a sine of rate/6 at half of full scale in which one period of rate/4 at
 * full scale takes the place of its own; limited to the band, then every fourth sample from `offset` on. The text leaves
 * filter and splice open: here at a zero crossing, by 255 taps of a Blackman-windowed sinc.
 */
export function splicedTone(offset: number, rate = 48_000): Float32Array<ArrayBuffer> {
  const long = 24 * 400
  const start = 24 * 200
  const source = Float64Array.from({ length: 2 * long }, (_, i) => {
    const gain = Math.min(1, i / 1920, (2 * long - 1 - i) / 1920)
    if (i >= start && i < start + 16) return Math.sin((2 * Math.PI * (i - start)) / 16)
    // After the period the slower sine goes on from its own zero crossing.
    const slow = i < start ? i : i - start - 16
    return gain * 0.5 * Math.sin((2 * Math.PI * slow) / 24)
  })
  const taps = Float64Array.from({ length: 255 }, (_, k) => {
    const x = k - 127
    const cut = (0.92 * rate) / 2 / (4 * rate)
    const window = 0.42 + 0.5 * Math.cos((Math.PI * x) / 127.5) + 0.08 * Math.cos((2 * Math.PI * x) / 127.5)
    return window * (x === 0 ? 2 * cut : Math.sin(2 * Math.PI * cut * x) / (Math.PI * x))
  })
  const scale = taps.reduce((sum, tap) => sum + tap, 0)
  return Float32Array.from({ length: Math.floor((source.length - offset) / 4) }, (_, i) =>
    taps.reduce((sum, tap, k) => sum + (tap / scale) * (source[4 * i + offset + k - 127] ?? 0), 0),
  )
}

/** White noise between −1 and 1, the same for every run of a seed. */
export function noise(length: number, seed = 1): Float32Array<ArrayBuffer> {
  let state = seed
  return Float32Array.from({ length }, () => {
    // Numerical Recipes' linear congruential generator.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  })
}
