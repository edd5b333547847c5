// The constants of ADM in memory: reciprocals for the gain and the contrast sensitivity of each band. Shared by all instances.
import { align16 } from './pictures'

/** Bands in the order of all sums. */
export const H: i32 = 0
export const V: i32 = 1
export const D: i32 = 2

/** Entries of the table of reciprocals, index 1..32768. */
const RECIPROCALS: i32 = 32769
const SENSITIVITIES: usize = (RECIPROCALS * 4 + 15) & ~15

/** Bytes of the ADM tables. */
export function admTablesBytes(): i32 {
  return <i32>align16(SENSITIVITIES + 4 * 3 * 4)
}

/** Fills the tables, once per memory; `tables` 16-byte aligned. */
export function initAdmTables(tables: usize): void {
  store<i32>(tables, 0)
  for (let i = 1; i < RECIPROCALS; i++) store<i32>(tables + (<usize>i << 2), (1 << 30) / i)
  // Watson et al. 1997: detection threshold of the 9/7 wavelet; amplitudes of the basis functions per scale.
  setSensitivity(tables, 0, 0.67234, 0.72709)
  setSensitivity(tables, 1, 0.41317, 0.49428)
  setSensitivity(tables, 2, 0.22727, 0.28688)
  setSensitivity(tables, 3, 0.11792, 0.15214)
}

/** 2^30 / i, cut off, for i in 1..32768. */
// @ts-ignore: decorator
@inline
export function reciprocal(tables: usize, i: i32): i64 {
  return <i64>load<i32>(tables + (<usize>i << 2))
}

/** Contrast sensitivity of a band (H, V, D) at a scale: the reciprocal of its quantiser step. */
export function sensitivity(tables: usize, scale: i32, band: i32): f32 {
  return load<f32>(tables + SENSITIVITIES + (<usize>(scale * 3 + band) << 2))
}

/** The sensitivity as the integer factor of the fixed-point path. Scale 0 has fixed factors of its own. */
export function sensitivityFactor(tables: usize, scale: i32, band: i32): i32 {
  if (scale == 0) return band == D ? 49417 : 36453
  return <i32>(<f64>sensitivity(tables, scale, band) * 4294967296.0)
}

function setSensitivity(tables: usize, scale: i32, amplitude: f32, diagonalAmplitude: f32): void {
  const straight = oneOverStep(scale, 1.0, amplitude)
  const at = tables + SENSITIVITIES + (<usize>(scale * 3) << 2)
  store<f32>(at, straight)
  store<f32>(at, straight, 4)
  store<f32>(at, oneOverStep(scale, 0.534, diagonalAmplitude), 8)
}

/** Viewing distance 3 heights of a 1080-line picture. Which steps round to single precision matters: 2e-5 of VMAF. */
function oneOverStep(scale: i32, orientation: f32, amplitude: f32): f32 {
  const samplesPerDegree = <f32>(3.0 * 1080.0 * Math.PI / 180.0)
  const size = <f64>(2 << scale) * <f64>(<f32>0.401) * <f64>orientation
  const t = <f32>Math.log10(size / <f64>samplesPerDegree)
  const exponent: f32 = <f32>0.466 * t * t
  const step = <f32>(2.0 * <f64>(<f32>0.495) * Math.pow(10.0, <f64>exponent) / <f64>amplitude)
  return <f32>1.0 / step
}
