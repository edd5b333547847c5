// ADM: whether the distorted edge points where the reference's does, within one degree (notes/vmaf-spec.md §4.3). Decided in
// single precision where that is beyond doubt, else as libvmaf computes it.

/** cos²(1°) in single precision. */
const SAME: f32 = 0.9996954202651978
/** All roundings on the way amount to less than 2^-19 of the product; 2^-18 more or less is doubt. In memory, see adm-taps.ts. */
const SURELY: usize = memory.data<f32>([0.9996954202651978 * 1.000003814697265625])
const PERHAPS: usize = memory.data<f32>([0.9996954202651978 * 0.999996185302734375])
/** Scratch that slow ways work in. */
export const SPARE_BYTES: usize = 80

/**
 * Mask of the lanes surely within a degree, from `dot` = oh·th + ov·tv and the product of both squared lengths, each off by a
 * few units of single precision. Lanes where {@link perhaps} differs are in doubt and decided by {@link decided}.
 */
// @ts-ignore: decorator
@inline
export function surely(dot: v128, lengths: v128): v128 {
  const above = f32x4.ge(f32x4.mul(dot, dot), f32x4.mul(lengths, v128.load32_splat(SURELY)))
  return v128.and(above, f32x4.ge(dot, f32x4.splat(0)))
}

/** See {@link surely}. */
// @ts-ignore: decorator
@inline
export function perhaps(dot: v128, lengths: v128): v128 {
  const above = f32x4.ge(f32x4.mul(dot, dot), f32x4.mul(lengths, v128.load32_splat(PERHAPS)))
  return v128.and(above, f32x4.ge(dot, f32x4.splat(0)))
}

/**
 * The mask of four lanes without doubt, lane by lane; `spare` has {@link SPARE_BYTES}. It goes through memory for a reason:
 * without side effects the compiler would always call it and then select.
 */
// @ts-ignore: decorator
@inline
export function decided(oh: v128, ov: v128, th: v128, tv: v128, spare: usize): v128 {
  v128.store(spare, oh)
  v128.store(spare, ov, 16)
  v128.store(spare, th, 32)
  v128.store(spare, tv, 48)
  decideLanes(spare)
  return v128.load(spare, 64)
}

/** Lengths pass through single precision, the comparison is in double precision. */
function decideLanes(spare: usize): void {
  for (let at = spare; at < spare + 16; at += 4) {
    const oh = <i64>load<i32>(at)
    const ov = <i64>load<i32>(at, 16)
    const th = <i64>load<i32>(at, 32)
    const tv = <i64>load<i32>(at, 48)
    const dot = <f64>(<f32>(oh * th + ov * tv)) / 4096.0
    const ref = <f64>(<f32>(oh * oh + ov * ov)) / 4096.0
    const dis = <f64>(<f32>(th * th + tv * tv)) / 4096.0
    store<i32>(at, dot >= 0.0 && dot * dot >= <f64>SAME * ref * dis ? -1 : 0, 64)
  }
}
