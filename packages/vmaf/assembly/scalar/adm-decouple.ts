// ADM: splits the distorted bands into what is restored of the reference (a gain change) and what was added (an impairment),
// and turns the added part into the contrast that masks (notes/vmaf-spec.md §4.3, §4.4).
import { D, H, reciprocal, sensitivityFactor, V } from './adm-tables'

/** cos²(1°): within this angle of the reference a vector counts as the same edge, stronger. */
const SAME_DIRECTION: f64 = <f64>(<f32>0.9996954202651978)

/**
 * Works on rows `top`..`bottom`−1 and columns `left`..`right`−1 of bands `w` wide. `ref` and `dis` hold the planes h, v, d
 * `plane` bytes apart; `restored` receives the same layout; `around` and `centre` receive, summed over the three bands, the
 * contrast a value lends to its eight neighbours and to its own place. `gainLimit` 100 is standard, 1 is NEG.
 */
export function decouple(ref: usize, dis: usize, restored: usize, around: usize, centre: usize, plane: usize, w: i32, left: i32, top: i32, right: i32, bottom: i32, scale: i32, gainLimit: f64, tables: usize): void {
  const factorH = <i64>sensitivityFactor(tables, scale, H)
  const factorV = <i64>sensitivityFactor(tables, scale, V)
  const factorD = <i64>sensitivityFactor(tables, scale, D)
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = (<usize>y * <usize>w + <usize>x) << 2
      const same = sameDirection(
        load<i32>(ref + at), load<i32>(ref + at + plane), load<i32>(dis + at), load<i32>(dis + at + plane))
      store<i32>(around + at, 0)
      store<i32>(centre + at, 0)
      band(ref, dis, restored, around, centre, at, scale, factorH, 15, 16384, same, gainLimit, tables)
      band(ref + plane, dis + plane, restored + plane, around, centre, at, scale, factorV, 15, 16384, same, gainLimit, tables)
      // 65535 and not 65536 is what libvmaf adds for the diagonal band.
      band(ref + 2 * plane, dis + 2 * plane, restored + 2 * plane, around, centre, at, scale, factorD, 17, 65535, same, gainLimit, tables)
    }
  }
}

/** One value of one band; `shift` and `half` are those of scale 0. */
// @ts-ignore: decorator
@inline
function band(ref: usize, dis: usize, restored: usize, around: usize, centre: usize, at: usize, scale: i32, factor: i64, shift: i64, half: i64, same: bool, gainLimit: f64, tables: usize): void {
  const t = load<i32>(dis + at)
  const r = restore(load<i32>(ref + at), t, scale, same, gainLimit, tables)
  const added = <i64>(t - r)
  store<i32>(restored + at, r)
  if (scale == 0) {
    const contrast = abs<i32>(<i32>(<i16>((factor * added + half) >> shift)))
    store<i32>(around + at, load<i32>(around + at) + <i32>(<i16>((4369 * contrast + 2048) >> 12)))
    store<i32>(centre + at, load<i32>(centre + at) + <i32>(<i16>((8738 * contrast + 2048) >> 12)))
    return
  }
  const contrast = abs<i64>(<i64>(<i32>((factor * added + 134217728) >> 28)))
  store<i32>(around + at, load<i32>(around + at) + scaled(143165577, contrast))
  store<i32>(centre + at, load<i32>(centre + at) + scaled(286331153, contrast))
}

/** libvmaf's rounding constant 2^31 is a 32-bit integer there and so wraps to −2^31: this subtracts, as it does. */
// @ts-ignore: decorator
@inline
function scaled(factor: i64, contrast: i64): i32 {
  return <i32>((factor * contrast - 2147483648) >> 32)
}

/** Whether (th, tv) lies within one degree of (oh, ov). Lengths pass through single precision, as in libvmaf. */
function sameDirection(oh: i32, ov: i32, th: i32, tv: i32): bool {
  const dot = <f64>(<f32>(<i64>oh * <i64>th + <i64>ov * <i64>tv)) / 4096.0
  if (dot < 0.0) return false
  const ref = <f64>(<f32>(<i64>oh * <i64>oh + <i64>ov * <i64>ov)) / 4096.0
  const dis = <f64>(<f32>(<i64>th * <i64>th + <i64>tv * <i64>tv)) / 4096.0
  return dot * dot >= SAME_DIRECTION * ref * dis
}

/** The part of `t` that is `o` with a gain of 0 to 1, or up to `gainLimit` when the direction is the same. */
function restore(o: i32, t: i32, scale: i32, same: bool, gainLimit: f64, tables: usize): i32 {
  const k = gain(o, t, scale, tables)
  const r = <i32>((k * <i64>o + 16384) >> 15)
  if (!same || k == 0 || o == 0) return r
  const stronger = <f64>r * gainLimit
  return <i32>(o > 0 ? min<f64>(stronger, <f64>t) : max<f64>(stronger, <f64>t))
}

/** t/o limited to 0..1, in 1/32768. */
function gain(o: i32, t: i32, scale: i32, tables: usize): i64 {
  if (o == 0) return 32768
  let m = abs<i32>(o)
  let shift: i64 = 15
  if (scale > 0 && m >= 32768) {
    const excess = 17 - clz<i32>(m)
    m = (m + (1 << (excess - 1))) >> excess
    shift += <i64>excess
  }
  const inverse = o > 0 ? reciprocal(tables, m) : -reciprocal(tables, m)
  const k = (inverse * <i64>t + ((<i64>1) << (shift - 1))) >> shift
  return min<i64>(max<i64>(k, 0), 32768)
}
