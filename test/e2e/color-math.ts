// The ITU's formulas for color, written from the Recommendations for the tests alone; imports nothing of src/.

export type Triple = readonly [number, number, number]
type Matrix = readonly [Triple, Triple, Triple]

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const apply = (m: Matrix, v: Triple): Triple => [dot(m[0], v), dot(m[1], v), dot(m[2], v)]
const columns = (m: Matrix): Matrix => [
  [m[0][0], m[1][0], m[2][0]],
  [m[0][1], m[1][1], m[2][1]],
  [m[0][2], m[1][2], m[2][2]],
]
const times = (a: Matrix, b: Matrix): Matrix => {
  const [x, y, z] = columns(b)
  return [
    [dot(a[0], x), dot(a[0], y), dot(a[0], z)],
    [dot(a[1], x), dot(a[1], y), dot(a[1], z)],
    [dot(a[2], x), dot(a[2], y), dot(a[2], z)],
  ]
}
const cross = (a: Triple, b: Triple): Triple => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
function inverse(m: Matrix): Matrix {
  const [a, b, c] = columns(m)
  const det = dot(a, cross(b, c))
  const row = (v: Triple): Triple => [v[0] / det, v[1] / det, v[2] / det]
  return [row(cross(b, c)), row(cross(c, a)), row(cross(a, b))]
}

/** xy of red, green, blue. */
const PRIMARIES = {
  /** BT.709-6 item 1.3 */
  bt709: [
    [0.64, 0.33],
    [0.3, 0.6],
    [0.15, 0.06],
  ],
  /** BT.601-7 table 3, 525 lines */
  smpte170m: [
    [0.63, 0.34],
    [0.31, 0.595],
    [0.155, 0.07],
  ],
  /** BT.601-7 table 3, 625 lines */
  bt470bg: [
    [0.64, 0.33],
    [0.29, 0.6],
    [0.15, 0.06],
  ],
  /** BT.2020-2 table 3 */
  bt2020: [
    [0.708, 0.292],
    [0.17, 0.797],
    [0.131, 0.046],
  ],
} as const
export type PrimariesName = keyof typeof PRIMARIES
const D65 = [0.3127, 0.329] as const

const xyz = ([x, y]: readonly [number, number]): Triple => [x / y, 1, (1 - x - y) / y]

/** SMPTE RP 177: linear R, G, B of a space to CIE XYZ. */
function toXyz(name: PrimariesName): Matrix {
  const [r, g, b] = PRIMARIES[name].map(xyz) as [Triple, Triple, Triple]
  const m = columns([r, g, b])
  const [sr, sg, sb] = apply(inverse(m), xyz(D65))
  return m.map(([x, y, z]) => [x * sr, y * sg, z * sb]) as unknown as Matrix
}

/** Kr and Kb: BT.601-7, BT.709-6, BT.2020-2. */
const LUMA = {
  smpte170m: [0.299, 0.114],
  bt470bg: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
} as const

export type Space = {
  readonly primaries: PrimariesName
  /** `gbr` for R′G′B′. */
  readonly matrix: PrimariesName | 'gbr'
  readonly curve: 'sdr' | 'pq' | 'hlg'
  readonly range: 'tv' | 'pc'
  readonly bits: number
}

/** Code values of a signal: BT.709-6 §3, BT.2100-2 table 9; Y′ (or R′) first, then C′B and C′R as −0.5…0.5. */
export function quantise(signal: Triple, { range, bits, matrix }: Space): Triple {
  const rgb = matrix === 'gbr'
  const one = 2 ** (bits - 8)
  if (range === 'pc') {
    const top = 2 ** bits - 1
    const chroma = (c: number): number => (rgb ? c * top : c * top + 2 ** (bits - 1))
    return [signal[0] * top, chroma(signal[1]), chroma(signal[2])]
  }
  const luma = (v: number): number => (219 * v + 16) * one
  const chroma = (c: number): number => (rgb ? luma(c) : (224 * c + 128) * one)
  return [luma(signal[0]), chroma(signal[1]), chroma(signal[2])]
}

export function dequantise(codes: Triple, space: Space): Triple {
  const zero = quantise([0, 0, 0], space)
  const one = quantise([1, 1, 1], space)
  return codes.map((code, i) => (code - zero[i]!) / (one[i]! - zero[i]!)) as unknown as Triple
}

function fromRgb([r, g, b]: Triple, { matrix }: Space): Triple {
  if (matrix === 'gbr') return [r, g, b]
  const [kr, kb] = LUMA[matrix]
  const y = kr * r + (1 - kr - kb) * g + kb * b
  return [y, (b - y) / (2 * (1 - kb)), (r - y) / (2 * (1 - kr))]
}

function toRgb(signal: Triple, { matrix }: Space): Triple {
  if (matrix === 'gbr') return signal
  const [y, cb, cr] = signal
  const [kr, kb] = LUMA[matrix]
  const r = y + 2 * (1 - kr) * cr
  const b = y + 2 * (1 - kb) * cb
  return [r, (y - kr * r - kb * b) / (1 - kr - kb), b]
}

/** Codes of an R′G′B′ signal in this space, and back. */
export const codesOf = (rgb: Triple, space: Space): Triple => quantise(fromRgb(rgb, space), space)
export const rgbOf = (codes: Triple, space: Space): Triple => toRgb(dequantise(codes, space), space)

/** BT.2100-2 table 4. */
const [m1, m2] = [2610 / 16384, (2523 / 4096) * 128]
const [c1, c2, c3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32]
export function pqOfNits(nits: number): number {
  const y = (Math.max(0, nits) / 10_000) ** m1
  return ((c1 + c2 * y) / (1 + c3 * y)) ** m2
}
export function nitsOfPq(signal: number): number {
  const e = Math.max(0, signal) ** (1 / m2)
  return 10_000 * (Math.max(e - c1, 0) / (c2 - c3 * e)) ** (1 / m1)
}

/** BT.2100-2 table 5. */
const a = 0.17883277
const b = 1 - 4 * a
const c = 0.5 - a * Math.log(4 * a)
const hlgOetf = (e: number): number => (e <= 1 / 12 ? Math.sqrt(3 * Math.max(0, e)) : a * Math.log(12 * e - b) + c)
const hlgScene = (v: number): number => (v <= 0.5 ? v ** 2 / 3 : (Math.exp((v - c) / a) + b) / 12)
/** BT.2408-7: SDR white in HDR. */
export const WHITE = 203
/** BT.2100-2 table 5, for a display of 1000 cd/m². */
const [HLG_PEAK, GAMMA] = [1000, 1.2]
const luminance = ([r, g, bl]: Triple): number => 0.2627 * r + 0.678 * g + 0.0593 * bl
const each = (v: Triple, f: (x: number) => number): Triple => [f(v[0]), f(v[1]), f(v[2])]

/** Light of a display, cd/m², of an R′G′B′ signal. SDR by BT.1886 with its white at 203 cd/m². */
export function lightOf(rgb: Triple, { curve }: Space): Triple {
  if (curve === 'sdr') return each(rgb, v => WHITE * Math.max(0, v) ** 2.4)
  if (curve === 'pq') return each(rgb, nitsOfPq)
  const scene = each(rgb, hlgScene)
  const y = luminance(scene)
  return each(scene, e => HLG_PEAK * e * (y > 0 ? y ** (GAMMA - 1) : 0))
}

/** R′G′B′ signal of a display's light. Light that the space has no color for is cut. */
export function signalOf(light: Triple, { curve }: Space): Triple {
  if (curve === 'sdr') return each(light, v => (Math.max(0, v) / WHITE) ** (1 / 2.4))
  if (curve === 'pq') return each(light, pqOfNits)
  const y = luminance(light) / HLG_PEAK
  return each(light, v => hlgOetf((v / HLG_PEAK) * (y > 0 ? y ** (1 / GAMMA - 1) : 0)))
}

export const toPrimaries = (light: Triple, from: PrimariesName, to: PrimariesName): Triple =>
  from === to ? light : apply(times(inverse(toXyz(to)), toXyz(from)), light)

/** Curves from light of up to `peak` to light of up to `target`, cd/m², of one channel. */
export const toneCurves: Readonly<Record<string, (nits: number, peak: number, target: number) => number>> = {
  // BT.2390-11 §5.4.1, steps 1–4, black at 0.
  bt2390: (nits, peak, target) => {
    const scale = pqOfNits(peak)
    const e1 = Math.min(1, pqOfNits(nits) / scale)
    const maxLum = pqOfNits(target) / scale
    const ks = 1.5 * maxLum - 0.5
    if (e1 < ks) return nitsOfPq(e1 * scale)
    const t = (e1 - ks) / (1 - ks)
    const p =
      (2 * t ** 3 - 3 * t ** 2 + 1) * ks + (t ** 3 - 2 * t ** 2 + t) * (1 - ks) + (-2 * t ** 3 + 3 * t ** 2) * maxLum
    return nitsOfPq(p * scale)
  },
  clip: (nits, _peak, target) => Math.min(nits, target),
  // Reinhard, Stark, Shirley, Ferwerda 2002, equation 4.
  reinhard: (nits, peak, target) => {
    const [x, w] = [Math.min(nits, peak) / target, peak / target]
    return (target * x * (1 + x / w ** 2)) / (1 + x)
  },
  // Hable 2010: A 0.15, B 0.50, C 0.10, D 0.20, E 0.02, F 0.30.
  hable: (nits, peak, target) => {
    const f = (x: number): number =>
      (x * (0.15 * x + 0.1 * 0.5) + 0.2 * 0.02) / (x * (0.15 * x + 0.5) + 0.2 * 0.3) - 0.02 / 0.3
    return (target * f(Math.min(nits, peak) / target)) / f(peak / target)
  },
  // x up to 0.3; above, (x + p) / (q x + r) with value 0.3 and slope 1 there, and 1 at the peak.
  mobius: (nits, peak, target) => {
    const [x, w, j] = [Math.min(nits, peak) / target, peak / target, 0.3]
    if (x <= j) return target * x
    // y = j + (x − j) / (1 + k (x − j)) has slope 1 at j; k from y(w) = 1.
    const k = ((w - j) / (1 - j) - 1) / (w - j)
    return target * (j + (x - j) / (1 + k * (x - j)))
  },
}

export type Conversion = {
  /** What becomes of the light of each channel, cd/m², in the primaries of the source. */
  readonly tone?: (nits: number) => number
  /** Whether R′, G′ and B′ of the result are held between 0 and 1. */
  readonly cut?: boolean
}

/** Code values of `to` that show what code values of `from` show. */
export function convert(codes: Triple, from: Space, to: Space, { tone, cut = false }: Conversion = {}): Triple {
  const rgb = rgbOf(codes, from)
  if (from.curve === to.curve && from.primaries === to.primaries) return codesOf(rgb, to)
  const light = lightOf(rgb, from)
  const mapped = signalOf(toPrimaries(tone ? each(light, tone) : light, from.primaries, to.primaries), to)
  return codesOf(cut ? each(mapped, v => Math.min(1, Math.max(0, v))) : mapped, to)
}
