// From the sums of the kernels to features, from features to the score (notes: libvmaf 3.2.0, double precision throughout).
import { type ModelName, modelOf } from './models.ts'

/** One value per scale, the full picture first. */
export type Scales = readonly [number, number, number, number]

/** What a frame is judged by; names with `Neg` count no gain from enhancement (sharpening, contrast). */
export type Features = {
  readonly adm2: number
  readonly adm2Neg: number
  readonly admScales: Scales
  readonly admScalesNeg: Scales
  /** The smaller of the motion to the frame before and to the frame after; 0 on the first frame. */
  readonly motion2: number
  readonly vif: Scales
  readonly vifNeg: Scales
}

/** Values the kernels write per scale: numerator, numerator NEG, denominator. */
const perScale = 3

/**
 * Features of a frame from the 12 numbers each of the kernels `vif` and `adm` writes and from its motion2.
 *
 * libvmaf counts ADM sums below 1e-10·w·h/(1920·1080) as zero. Every band adds the cube root of 1/32 of its area to both sums,
 * which is above that for any picture that fits into memory, so there is nothing to do here.
 */
export function featuresOf(vifOut: Float64Array, admOut: Float64Array, motion2: number): Features {
  return {
    adm2: total(admOut, 0) / total(admOut, 2),
    adm2Neg: total(admOut, 1) / total(admOut, 2),
    admScales: ratios(admOut, 0),
    admScalesNeg: ratios(admOut, 1),
    motion2,
    // Single precision, as libvmaf divides.
    vif: single(ratios(vifOut, 0)),
    vifNeg: single(ratios(vifOut, 1)),
  }
}

/** The score of a frame under a model, 0 to 100. */
export function predict(name: ModelName, features: Features): number {
  const { neg, gamma, rho, slopes, intercepts, vectors, curve } = modelOf(name)
  const vif = neg ? features.vifNeg : features.vif
  const scaled = [neg ? features.adm2Neg : features.adm2, features.motion2, ...vif].map(
    (feature, i) => slopes[i + 1]! * feature + intercepts[i + 1]!,
  )
  let sum = -rho
  for (let at = 0; at < vectors.length; at += 7) {
    let distance = 0
    for (let i = 0; i < 6; i++) {
      const difference = scaled[i]! - vectors[at + 1 + i]!
      distance += difference * difference
    }
    sum += vectors[at]! * Math.exp(-gamma * distance)
  }
  let score = (sum - intercepts[0]!) / slopes[0]!
  if (curve) score = Math.max(score, curve[0] + curve[1] * score + curve[2] * score * score)
  return Math.min(100, Math.max(0, score))
}

function total(sums: Float64Array, part: number): number {
  let sum = 0
  for (let scale = 0; scale < 4; scale++) sum += sums[scale * perScale + part]!
  return sum
}

function ratios(sums: Float64Array, part: number): Scales {
  const ratio = (scale: number): number => sums[scale * perScale + part]! / sums[scale * perScale + 2]!
  return [ratio(0), ratio(1), ratio(2), ratio(3)]
}

function single([a, b, c, d]: Scales): Scales {
  return [Math.fround(a), Math.fround(b), Math.fround(c), Math.fround(d)]
}
