// Made by scripts/generate-vif.ts: do not edit. The filters of VIF over rows of 16-bit values that are biased by −32768, so that
// unsigned values fit signed dot products: every filter sums to 65536, so the bias comes to 2^31, one bit.

const BIAS: v128 = i16x8.splat(-32768)
const TOP: v128 = i32x4.splat(0x80000000)

/** Upper and lower halves of eight 32-bit values, biased, to two rows a pitch apart. */
// @ts-ignore: decorator
@inline
function storeHalves(to: usize, pitch: usize, lo: v128, hi: v128): void {
  v128.store(to, v128.xor(i16x8.narrow_i32x4_u(i32x4.shr_u(lo, 16), i32x4.shr_u(hi, 16)), BIAS))
  const mask = i32x4.splat(0xffff)
  v128.store(to + pitch, v128.xor(i16x8.narrow_i32x4_u(v128.and(lo, mask), v128.and(hi, mask)), BIAS))
}

/** (upper·65536 + lower + 32768) >> 16 of filtered halves. */
// @ts-ignore: decorator
@inline
function joined(upper: v128, lower: v128): v128 {
  return i32x4.add(upper, i32x4.shr_u(i32x4.add(lower, i32x4.splat(32768)), 16))
}

/** (a·b + 2^31) >> 32 of unsigned lanes. */
// @ts-ignore: decorator
@inline
function products(a: v128, b: v128): v128 {
  const half = i64x2.splat(0x80000000)
  const low = i64x2.add(i64x2.extmul_low_i32x4_u(a, b), half)
  const high = i64x2.add(i64x2.extmul_high_i32x4_u(a, b), half)
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7)
}

/** The five quantities of 8-bit rows down the columns; `delta` leads from the reference to the distorted. */
export function columns8(rows: usize, delta: usize, w: usize, pitch: usize, to: usize): void {
  const offset: usize = 0
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const p3 = <usize>load<u32>(rows, 12) + offset
  const p4 = <usize>load<u32>(rows, 16) + offset
  const p5 = <usize>load<u32>(rows, 20) + offset
  const p6 = <usize>load<u32>(rows, 24) + offset
  const p7 = <usize>load<u32>(rows, 28) + offset
  const p8 = <usize>load<u32>(rows, 32) + offset
  const p9 = <usize>load<u32>(rows, 36) + offset
  const p10 = <usize>load<u32>(rows, 40) + offset
  const p11 = <usize>load<u32>(rows, 44) + offset
  const p12 = <usize>load<u32>(rows, 48) + offset
  const p13 = <usize>load<u32>(rows, 52) + offset
  const p14 = <usize>load<u32>(rows, 56) + offset
  const p15 = <usize>load<u32>(rows, 60) + offset
  const p16 = <usize>load<u32>(rows, 64) + offset
  const round = i32x4.splat(128)
  const zero = i32x4.splat(0)
  let r: v128
  let d: v128
  let s: v128
  let e: v128
  let p: v128
  let q: v128
  for (let x: usize = 0; x < w; x += 8) {
    r = v128.load_ext<u8>(p0 + x)
    d = v128.load_ext<u8>(p0 + delta + x)
    s = v128.load_ext<u8>(p16 + x)
    e = v128.load_ext<u8>(p16 + delta + x)
    p = v128.shuffle<i16>(r, s, 0, 8, 1, 9, 2, 10, 3, 11)
    q = v128.shuffle<i16>(d, e, 0, 8, 1, 9, 2, 10, 3, 11)
    let aLow = i32x4.dot_i16x8_s(p, i16x8.splat(489))
    let bLow = i32x4.dot_i16x8_s(q, i16x8.splat(489))
    let cLow = i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(489))
    let dLow = i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(489))
    let eLow = i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(489))
    p = v128.shuffle<i16>(r, s, 4, 12, 5, 13, 6, 14, 7, 15)
    q = v128.shuffle<i16>(d, e, 4, 12, 5, 13, 6, 14, 7, 15)
    let aHigh = i32x4.dot_i16x8_s(p, i16x8.splat(489))
    let bHigh = i32x4.dot_i16x8_s(q, i16x8.splat(489))
    let cHigh = i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(489))
    let dHigh = i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(489))
    let eHigh = i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(489))
    r = v128.load_ext<u8>(p1 + x)
    d = v128.load_ext<u8>(p1 + delta + x)
    s = v128.load_ext<u8>(p15 + x)
    e = v128.load_ext<u8>(p15 + delta + x)
    p = v128.shuffle<i16>(r, s, 0, 8, 1, 9, 2, 10, 3, 11)
    q = v128.shuffle<i16>(d, e, 0, 8, 1, 9, 2, 10, 3, 11)
    aLow = i32x4.add(aLow, i32x4.dot_i16x8_s(p, i16x8.splat(935)))
    bLow = i32x4.add(bLow, i32x4.dot_i16x8_s(q, i16x8.splat(935)))
    cLow = i32x4.add(cLow, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(935)))
    dLow = i32x4.add(dLow, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(935)))
    eLow = i32x4.add(eLow, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(935)))
    p = v128.shuffle<i16>(r, s, 4, 12, 5, 13, 6, 14, 7, 15)
    q = v128.shuffle<i16>(d, e, 4, 12, 5, 13, 6, 14, 7, 15)
    aHigh = i32x4.add(aHigh, i32x4.dot_i16x8_s(p, i16x8.splat(935)))
    bHigh = i32x4.add(bHigh, i32x4.dot_i16x8_s(q, i16x8.splat(935)))
    cHigh = i32x4.add(cHigh, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(935)))
    dHigh = i32x4.add(dHigh, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(935)))
    eHigh = i32x4.add(eHigh, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(935)))
    r = v128.load_ext<u8>(p2 + x)
    d = v128.load_ext<u8>(p2 + delta + x)
    s = v128.load_ext<u8>(p14 + x)
    e = v128.load_ext<u8>(p14 + delta + x)
    p = v128.shuffle<i16>(r, s, 0, 8, 1, 9, 2, 10, 3, 11)
    q = v128.shuffle<i16>(d, e, 0, 8, 1, 9, 2, 10, 3, 11)
    aLow = i32x4.add(aLow, i32x4.dot_i16x8_s(p, i16x8.splat(1640)))
    bLow = i32x4.add(bLow, i32x4.dot_i16x8_s(q, i16x8.splat(1640)))
    cLow = i32x4.add(cLow, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(1640)))
    dLow = i32x4.add(dLow, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(1640)))
    eLow = i32x4.add(eLow, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(1640)))
    p = v128.shuffle<i16>(r, s, 4, 12, 5, 13, 6, 14, 7, 15)
    q = v128.shuffle<i16>(d, e, 4, 12, 5, 13, 6, 14, 7, 15)
    aHigh = i32x4.add(aHigh, i32x4.dot_i16x8_s(p, i16x8.splat(1640)))
    bHigh = i32x4.add(bHigh, i32x4.dot_i16x8_s(q, i16x8.splat(1640)))
    cHigh = i32x4.add(cHigh, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(1640)))
    dHigh = i32x4.add(dHigh, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(1640)))
    eHigh = i32x4.add(eHigh, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(1640)))
    r = v128.load_ext<u8>(p3 + x)
    d = v128.load_ext<u8>(p3 + delta + x)
    s = v128.load_ext<u8>(p13 + x)
    e = v128.load_ext<u8>(p13 + delta + x)
    p = v128.shuffle<i16>(r, s, 0, 8, 1, 9, 2, 10, 3, 11)
    q = v128.shuffle<i16>(d, e, 0, 8, 1, 9, 2, 10, 3, 11)
    aLow = i32x4.add(aLow, i32x4.dot_i16x8_s(p, i16x8.splat(2640)))
    bLow = i32x4.add(bLow, i32x4.dot_i16x8_s(q, i16x8.splat(2640)))
    cLow = i32x4.add(cLow, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(2640)))
    dLow = i32x4.add(dLow, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(2640)))
    eLow = i32x4.add(eLow, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(2640)))
    p = v128.shuffle<i16>(r, s, 4, 12, 5, 13, 6, 14, 7, 15)
    q = v128.shuffle<i16>(d, e, 4, 12, 5, 13, 6, 14, 7, 15)
    aHigh = i32x4.add(aHigh, i32x4.dot_i16x8_s(p, i16x8.splat(2640)))
    bHigh = i32x4.add(bHigh, i32x4.dot_i16x8_s(q, i16x8.splat(2640)))
    cHigh = i32x4.add(cHigh, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(2640)))
    dHigh = i32x4.add(dHigh, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(2640)))
    eHigh = i32x4.add(eHigh, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(2640)))
    r = v128.load_ext<u8>(p4 + x)
    d = v128.load_ext<u8>(p4 + delta + x)
    s = v128.load_ext<u8>(p12 + x)
    e = v128.load_ext<u8>(p12 + delta + x)
    p = v128.shuffle<i16>(r, s, 0, 8, 1, 9, 2, 10, 3, 11)
    q = v128.shuffle<i16>(d, e, 0, 8, 1, 9, 2, 10, 3, 11)
    aLow = i32x4.add(aLow, i32x4.dot_i16x8_s(p, i16x8.splat(3896)))
    bLow = i32x4.add(bLow, i32x4.dot_i16x8_s(q, i16x8.splat(3896)))
    cLow = i32x4.add(cLow, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(3896)))
    dLow = i32x4.add(dLow, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(3896)))
    eLow = i32x4.add(eLow, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(3896)))
    p = v128.shuffle<i16>(r, s, 4, 12, 5, 13, 6, 14, 7, 15)
    q = v128.shuffle<i16>(d, e, 4, 12, 5, 13, 6, 14, 7, 15)
    aHigh = i32x4.add(aHigh, i32x4.dot_i16x8_s(p, i16x8.splat(3896)))
    bHigh = i32x4.add(bHigh, i32x4.dot_i16x8_s(q, i16x8.splat(3896)))
    cHigh = i32x4.add(cHigh, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(3896)))
    dHigh = i32x4.add(dHigh, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(3896)))
    eHigh = i32x4.add(eHigh, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(3896)))
    r = v128.load_ext<u8>(p5 + x)
    d = v128.load_ext<u8>(p5 + delta + x)
    s = v128.load_ext<u8>(p11 + x)
    e = v128.load_ext<u8>(p11 + delta + x)
    p = v128.shuffle<i16>(r, s, 0, 8, 1, 9, 2, 10, 3, 11)
    q = v128.shuffle<i16>(d, e, 0, 8, 1, 9, 2, 10, 3, 11)
    aLow = i32x4.add(aLow, i32x4.dot_i16x8_s(p, i16x8.splat(5274)))
    bLow = i32x4.add(bLow, i32x4.dot_i16x8_s(q, i16x8.splat(5274)))
    cLow = i32x4.add(cLow, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(5274)))
    dLow = i32x4.add(dLow, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(5274)))
    eLow = i32x4.add(eLow, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(5274)))
    p = v128.shuffle<i16>(r, s, 4, 12, 5, 13, 6, 14, 7, 15)
    q = v128.shuffle<i16>(d, e, 4, 12, 5, 13, 6, 14, 7, 15)
    aHigh = i32x4.add(aHigh, i32x4.dot_i16x8_s(p, i16x8.splat(5274)))
    bHigh = i32x4.add(bHigh, i32x4.dot_i16x8_s(q, i16x8.splat(5274)))
    cHigh = i32x4.add(cHigh, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(5274)))
    dHigh = i32x4.add(dHigh, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(5274)))
    eHigh = i32x4.add(eHigh, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(5274)))
    r = v128.load_ext<u8>(p6 + x)
    d = v128.load_ext<u8>(p6 + delta + x)
    s = v128.load_ext<u8>(p10 + x)
    e = v128.load_ext<u8>(p10 + delta + x)
    p = v128.shuffle<i16>(r, s, 0, 8, 1, 9, 2, 10, 3, 11)
    q = v128.shuffle<i16>(d, e, 0, 8, 1, 9, 2, 10, 3, 11)
    aLow = i32x4.add(aLow, i32x4.dot_i16x8_s(p, i16x8.splat(6547)))
    bLow = i32x4.add(bLow, i32x4.dot_i16x8_s(q, i16x8.splat(6547)))
    cLow = i32x4.add(cLow, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(6547)))
    dLow = i32x4.add(dLow, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(6547)))
    eLow = i32x4.add(eLow, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(6547)))
    p = v128.shuffle<i16>(r, s, 4, 12, 5, 13, 6, 14, 7, 15)
    q = v128.shuffle<i16>(d, e, 4, 12, 5, 13, 6, 14, 7, 15)
    aHigh = i32x4.add(aHigh, i32x4.dot_i16x8_s(p, i16x8.splat(6547)))
    bHigh = i32x4.add(bHigh, i32x4.dot_i16x8_s(q, i16x8.splat(6547)))
    cHigh = i32x4.add(cHigh, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(6547)))
    dHigh = i32x4.add(dHigh, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(6547)))
    eHigh = i32x4.add(eHigh, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(6547)))
    r = v128.load_ext<u8>(p7 + x)
    d = v128.load_ext<u8>(p7 + delta + x)
    s = v128.load_ext<u8>(p9 + x)
    e = v128.load_ext<u8>(p9 + delta + x)
    p = v128.shuffle<i16>(r, s, 0, 8, 1, 9, 2, 10, 3, 11)
    q = v128.shuffle<i16>(d, e, 0, 8, 1, 9, 2, 10, 3, 11)
    aLow = i32x4.add(aLow, i32x4.dot_i16x8_s(p, i16x8.splat(7455)))
    bLow = i32x4.add(bLow, i32x4.dot_i16x8_s(q, i16x8.splat(7455)))
    cLow = i32x4.add(cLow, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(7455)))
    dLow = i32x4.add(dLow, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(7455)))
    eLow = i32x4.add(eLow, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(7455)))
    p = v128.shuffle<i16>(r, s, 4, 12, 5, 13, 6, 14, 7, 15)
    q = v128.shuffle<i16>(d, e, 4, 12, 5, 13, 6, 14, 7, 15)
    aHigh = i32x4.add(aHigh, i32x4.dot_i16x8_s(p, i16x8.splat(7455)))
    bHigh = i32x4.add(bHigh, i32x4.dot_i16x8_s(q, i16x8.splat(7455)))
    cHigh = i32x4.add(cHigh, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(7455)))
    dHigh = i32x4.add(dHigh, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(7455)))
    eHigh = i32x4.add(eHigh, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(7455)))
    r = v128.load_ext<u8>(p8 + x)
    d = v128.load_ext<u8>(p8 + delta + x)
    p = v128.shuffle<i16>(r, zero, 0, 8, 1, 9, 2, 10, 3, 11)
    q = v128.shuffle<i16>(d, zero, 0, 8, 1, 9, 2, 10, 3, 11)
    aLow = i32x4.add(aLow, i32x4.dot_i16x8_s(p, i16x8.splat(7784)))
    bLow = i32x4.add(bLow, i32x4.dot_i16x8_s(q, i16x8.splat(7784)))
    cLow = i32x4.add(cLow, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(7784)))
    dLow = i32x4.add(dLow, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(7784)))
    eLow = i32x4.add(eLow, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(7784)))
    p = v128.shuffle<i16>(r, zero, 4, 12, 5, 13, 6, 14, 7, 15)
    q = v128.shuffle<i16>(d, zero, 4, 12, 5, 13, 6, 14, 7, 15)
    aHigh = i32x4.add(aHigh, i32x4.dot_i16x8_s(p, i16x8.splat(7784)))
    bHigh = i32x4.add(bHigh, i32x4.dot_i16x8_s(q, i16x8.splat(7784)))
    cHigh = i32x4.add(cHigh, i32x4.mul(i32x4.dot_i16x8_s(p, p), i32x4.splat(7784)))
    dHigh = i32x4.add(dHigh, i32x4.mul(i32x4.dot_i16x8_s(q, q), i32x4.splat(7784)))
    eHigh = i32x4.add(eHigh, i32x4.mul(i32x4.dot_i16x8_s(p, q), i32x4.splat(7784)))
    const at = to + (x << 1)
    aLow = i32x4.shr_u(i32x4.add(aLow, round), 8)
    aHigh = i32x4.shr_u(i32x4.add(aHigh, round), 8)
    v128.store(at, v128.xor(i16x8.narrow_i32x4_u(aLow, aHigh), BIAS))
    bLow = i32x4.shr_u(i32x4.add(bLow, round), 8)
    bHigh = i32x4.shr_u(i32x4.add(bHigh, round), 8)
    v128.store(at + pitch, v128.xor(i16x8.narrow_i32x4_u(bLow, bHigh), BIAS))
    storeHalves(at + 2 * pitch, pitch, cLow, cHigh)
    storeHalves(at + 4 * pitch, pitch, dLow, dHigh)
    storeHalves(at + 6 * pitch, pitch, eLow, eHigh)
  }
}

/** Means of one picture down the columns of scale 0, biased, from biased rows at `offset`. */
export function means0(rows: usize, offset: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const p3 = <usize>load<u32>(rows, 12) + offset
  const p4 = <usize>load<u32>(rows, 16) + offset
  const p5 = <usize>load<u32>(rows, 20) + offset
  const p6 = <usize>load<u32>(rows, 24) + offset
  const p7 = <usize>load<u32>(rows, 28) + offset
  const p8 = <usize>load<u32>(rows, 32) + offset
  const p9 = <usize>load<u32>(rows, 36) + offset
  const p10 = <usize>load<u32>(rows, 40) + offset
  const p11 = <usize>load<u32>(rows, 44) + offset
  const p12 = <usize>load<u32>(rows, 48) + offset
  const p13 = <usize>load<u32>(rows, 52) + offset
  const p14 = <usize>load<u32>(rows, 56) + offset
  const p15 = <usize>load<u32>(rows, 60) + offset
  const p16 = <usize>load<u32>(rows, 64) + offset
  const round = i32x4.splat(half)
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.load(p0 + x2)
    b = v128.load(p16 + x2)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(32047593))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(32047593))
    a = v128.load(p1 + x2)
    b = v128.load(p15 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(61277095)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(61277095)))
    a = v128.load(p2 + x2)
    b = v128.load(p14 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(107480680)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(107480680)))
    a = v128.load(p3 + x2)
    b = v128.load(p13 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(173017680)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(173017680)))
    a = v128.load(p4 + x2)
    b = v128.load(p12 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(255332152)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(255332152)))
    a = v128.load(p5 + x2)
    b = v128.load(p11 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(345642138)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(345642138)))
    a = v128.load(p6 + x2)
    b = v128.load(p10 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(429070739)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(429070739)))
    a = v128.load(p7 + x2)
    b = v128.load(p9 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(488578335)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(488578335)))
    a = v128.load(p8 + x2)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(7784)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(7784)))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    lo = i32x4.shr_u(i32x4.add(lo, round), shift)
    hi = i32x4.shr_u(i32x4.add(hi, round), shift)
    v128.store(to + x2, v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}

/** Squares down the columns of scale 0: both halves of the rows at `offset`, a pitch apart, to both halves at `to`. */
export function squares0(rows: usize, offset: usize, pitch: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const p3 = <usize>load<u32>(rows, 12) + offset
  const p4 = <usize>load<u32>(rows, 16) + offset
  const p5 = <usize>load<u32>(rows, 20) + offset
  const p6 = <usize>load<u32>(rows, 24) + offset
  const p7 = <usize>load<u32>(rows, 28) + offset
  const p8 = <usize>load<u32>(rows, 32) + offset
  const p9 = <usize>load<u32>(rows, 36) + offset
  const p10 = <usize>load<u32>(rows, 40) + offset
  const p11 = <usize>load<u32>(rows, 44) + offset
  const p12 = <usize>load<u32>(rows, 48) + offset
  const p13 = <usize>load<u32>(rows, 52) + offset
  const p14 = <usize>load<u32>(rows, 56) + offset
  const p15 = <usize>load<u32>(rows, 60) + offset
  const p16 = <usize>load<u32>(rows, 64) + offset
  const round = i32x4.splat(half)
  const up = 16 - shift
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.load(p0 + x2)
    b = v128.load(p16 + x2)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(32047593))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(32047593))
    a = v128.load(p1 + x2)
    b = v128.load(p15 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(61277095)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(61277095)))
    a = v128.load(p2 + x2)
    b = v128.load(p14 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(107480680)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(107480680)))
    a = v128.load(p3 + x2)
    b = v128.load(p13 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(173017680)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(173017680)))
    a = v128.load(p4 + x2)
    b = v128.load(p12 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(255332152)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(255332152)))
    a = v128.load(p5 + x2)
    b = v128.load(p11 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(345642138)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(345642138)))
    a = v128.load(p6 + x2)
    b = v128.load(p10 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(429070739)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(429070739)))
    a = v128.load(p7 + x2)
    b = v128.load(p9 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(488578335)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(488578335)))
    a = v128.load(p8 + x2)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(7784)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(7784)))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    const upperLo = lo
    const upperHi = hi
    {
      const next = x2 + pitch
    a = v128.load(p0 + next)
    b = v128.load(p16 + next)
    let lowLo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(32047593))
    let lowHi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(32047593))
    a = v128.load(p1 + next)
    b = v128.load(p15 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(61277095)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(61277095)))
    a = v128.load(p2 + next)
    b = v128.load(p14 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(107480680)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(107480680)))
    a = v128.load(p3 + next)
    b = v128.load(p13 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(173017680)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(173017680)))
    a = v128.load(p4 + next)
    b = v128.load(p12 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(255332152)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(255332152)))
    a = v128.load(p5 + next)
    b = v128.load(p11 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(345642138)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(345642138)))
    a = v128.load(p6 + next)
    b = v128.load(p10 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(429070739)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(429070739)))
    a = v128.load(p7 + next)
    b = v128.load(p9 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(488578335)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(488578335)))
    a = v128.load(p8 + next)
    lowLo = i32x4.add(lowLo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(7784)))
    lowHi = i32x4.add(lowHi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(7784)))
    lowLo = v128.xor(lowLo, TOP)
    lowHi = v128.xor(lowHi, TOP)
      lo = i32x4.add(i32x4.shl(upperLo, up), i32x4.shr_u(i32x4.add(lowLo, round), shift))
      hi = i32x4.add(i32x4.shl(upperHi, up), i32x4.shr_u(i32x4.add(lowHi, round), shift))
    }
    storeHalves(to + x2, pitch, lo, hi)
  }
}

/**
 * Filters the eight rows of scale 0 along the row and writes variances and covariance, 32 bits each, `out` bytes apart.
 * `from` points to value 0; 8 mirrored values lie before it.
 */
export function variances0(from: usize, pitch: usize, w: usize, to: usize, out: usize): void {
  const start = from - 16
  let even: v128
  let odd: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    const at0 = start + 0 * pitch + x2
    const at1 = start + 1 * pitch + x2
    const at2 = start + 2 * pitch + x2
    const at3 = start + 3 * pitch + x2
    const at4 = start + 4 * pitch + x2
    const at5 = start + 5 * pitch + x2
    const at6 = start + 6 * pitch + x2
    const at7 = start + 7 * pitch + x2
    even = i32x4.dot_i16x8_s(v128.load(at0, 0), i32x4.splat(61276649))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 4), i32x4.splat(173016680)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 8), i32x4.splat(345640760)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 12), i32x4.splat(488577427)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 16), i32x4.splat(488578664)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 20), i32x4.splat(345643411)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 24), i32x4.splat(173018936)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 28), i32x4.splat(61277800)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 32), i32x4.splat(489)))
    odd = i32x4.dot_i16x8_s(v128.load(at0, 2), i32x4.splat(61276649))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 6), i32x4.splat(173016680)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 10), i32x4.splat(345640760)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 14), i32x4.splat(488577427)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 18), i32x4.splat(488578664)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 22), i32x4.splat(345643411)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 26), i32x4.splat(173018936)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 30), i32x4.splat(61277800)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 34), i32x4.splat(489)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    const refEven = even
    const refOdd = odd
    even = i32x4.dot_i16x8_s(v128.load(at1, 0), i32x4.splat(61276649))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 4), i32x4.splat(173016680)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 8), i32x4.splat(345640760)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 12), i32x4.splat(488577427)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 16), i32x4.splat(488578664)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 20), i32x4.splat(345643411)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 24), i32x4.splat(173018936)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 28), i32x4.splat(61277800)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 32), i32x4.splat(489)))
    odd = i32x4.dot_i16x8_s(v128.load(at1, 2), i32x4.splat(61276649))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 6), i32x4.splat(173016680)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 10), i32x4.splat(345640760)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 14), i32x4.splat(488577427)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 18), i32x4.splat(488578664)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 22), i32x4.splat(345643411)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 26), i32x4.splat(173018936)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 30), i32x4.splat(61277800)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 34), i32x4.splat(489)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    const disEven = even
    const disOdd = odd
    even = i32x4.dot_i16x8_s(v128.load(at2, 0), i32x4.splat(61276649))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 4), i32x4.splat(173016680)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 8), i32x4.splat(345640760)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 12), i32x4.splat(488577427)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 16), i32x4.splat(488578664)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 20), i32x4.splat(345643411)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 24), i32x4.splat(173018936)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 28), i32x4.splat(61277800)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 32), i32x4.splat(489)))
    odd = i32x4.dot_i16x8_s(v128.load(at2, 2), i32x4.splat(61276649))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 6), i32x4.splat(173016680)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 10), i32x4.splat(345640760)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 14), i32x4.splat(488577427)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 18), i32x4.splat(488578664)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 22), i32x4.splat(345643411)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 26), i32x4.splat(173018936)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 30), i32x4.splat(61277800)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 34), i32x4.splat(489)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenRef = even
    let oddRef = odd
    even = i32x4.dot_i16x8_s(v128.load(at3, 0), i32x4.splat(61276649))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 4), i32x4.splat(173016680)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 8), i32x4.splat(345640760)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 12), i32x4.splat(488577427)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 16), i32x4.splat(488578664)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 20), i32x4.splat(345643411)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 24), i32x4.splat(173018936)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 28), i32x4.splat(61277800)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 32), i32x4.splat(489)))
    odd = i32x4.dot_i16x8_s(v128.load(at3, 2), i32x4.splat(61276649))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 6), i32x4.splat(173016680)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 10), i32x4.splat(345640760)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 14), i32x4.splat(488577427)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 18), i32x4.splat(488578664)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 22), i32x4.splat(345643411)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 26), i32x4.splat(173018936)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 30), i32x4.splat(61277800)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 34), i32x4.splat(489)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenRef = i32x4.sub(joined(evenRef, even), products(refEven, refEven))
    oddRef = i32x4.sub(joined(oddRef, odd), products(refOdd, refOdd))
    even = i32x4.dot_i16x8_s(v128.load(at4, 0), i32x4.splat(61276649))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 4), i32x4.splat(173016680)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 8), i32x4.splat(345640760)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 12), i32x4.splat(488577427)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 16), i32x4.splat(488578664)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 20), i32x4.splat(345643411)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 24), i32x4.splat(173018936)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 28), i32x4.splat(61277800)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 32), i32x4.splat(489)))
    odd = i32x4.dot_i16x8_s(v128.load(at4, 2), i32x4.splat(61276649))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 6), i32x4.splat(173016680)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 10), i32x4.splat(345640760)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 14), i32x4.splat(488577427)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 18), i32x4.splat(488578664)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 22), i32x4.splat(345643411)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 26), i32x4.splat(173018936)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 30), i32x4.splat(61277800)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 34), i32x4.splat(489)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenDis = even
    let oddDis = odd
    even = i32x4.dot_i16x8_s(v128.load(at5, 0), i32x4.splat(61276649))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 4), i32x4.splat(173016680)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 8), i32x4.splat(345640760)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 12), i32x4.splat(488577427)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 16), i32x4.splat(488578664)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 20), i32x4.splat(345643411)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 24), i32x4.splat(173018936)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 28), i32x4.splat(61277800)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 32), i32x4.splat(489)))
    odd = i32x4.dot_i16x8_s(v128.load(at5, 2), i32x4.splat(61276649))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 6), i32x4.splat(173016680)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 10), i32x4.splat(345640760)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 14), i32x4.splat(488577427)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 18), i32x4.splat(488578664)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 22), i32x4.splat(345643411)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 26), i32x4.splat(173018936)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 30), i32x4.splat(61277800)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 34), i32x4.splat(489)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenDis = i32x4.sub(joined(evenDis, even), products(disEven, disEven))
    oddDis = i32x4.sub(joined(oddDis, odd), products(disOdd, disOdd))
    even = i32x4.dot_i16x8_s(v128.load(at6, 0), i32x4.splat(61276649))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 4), i32x4.splat(173016680)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 8), i32x4.splat(345640760)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 12), i32x4.splat(488577427)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 16), i32x4.splat(488578664)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 20), i32x4.splat(345643411)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 24), i32x4.splat(173018936)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 28), i32x4.splat(61277800)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 32), i32x4.splat(489)))
    odd = i32x4.dot_i16x8_s(v128.load(at6, 2), i32x4.splat(61276649))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 6), i32x4.splat(173016680)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 10), i32x4.splat(345640760)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 14), i32x4.splat(488577427)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 18), i32x4.splat(488578664)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 22), i32x4.splat(345643411)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 26), i32x4.splat(173018936)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 30), i32x4.splat(61277800)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 34), i32x4.splat(489)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenBoth = even
    let oddBoth = odd
    even = i32x4.dot_i16x8_s(v128.load(at7, 0), i32x4.splat(61276649))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 4), i32x4.splat(173016680)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 8), i32x4.splat(345640760)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 12), i32x4.splat(488577427)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 16), i32x4.splat(488578664)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 20), i32x4.splat(345643411)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 24), i32x4.splat(173018936)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 28), i32x4.splat(61277800)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 32), i32x4.splat(489)))
    odd = i32x4.dot_i16x8_s(v128.load(at7, 2), i32x4.splat(61276649))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 6), i32x4.splat(173016680)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 10), i32x4.splat(345640760)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 14), i32x4.splat(488577427)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 18), i32x4.splat(488578664)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 22), i32x4.splat(345643411)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 26), i32x4.splat(173018936)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 30), i32x4.splat(61277800)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 34), i32x4.splat(489)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenBoth = i32x4.sub(joined(evenBoth, even), products(refEven, disEven))
    oddBoth = i32x4.sub(joined(oddBoth, odd), products(refOdd, disOdd))
    const target = to + (x2 << 1)
    v128.store(target + 0 * out, v128.shuffle<i32>(evenRef, oddRef, 0, 4, 1, 5))
    v128.store(target + 0 * out, v128.shuffle<i32>(evenRef, oddRef, 2, 6, 3, 7), 16)
    v128.store(target + 1 * out, v128.shuffle<i32>(evenDis, oddDis, 0, 4, 1, 5))
    v128.store(target + 1 * out, v128.shuffle<i32>(evenDis, oddDis, 2, 6, 3, 7), 16)
    v128.store(target + 2 * out, v128.shuffle<i32>(evenBoth, oddBoth, 0, 4, 1, 5))
    v128.store(target + 2 * out, v128.shuffle<i32>(evenBoth, oddBoth, 2, 6, 3, 7), 16)
  }
}

/** Means of one picture down the columns of scale 1, biased, from biased rows at `offset`. */
export function means1(rows: usize, offset: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const p3 = <usize>load<u32>(rows, 12) + offset
  const p4 = <usize>load<u32>(rows, 16) + offset
  const p5 = <usize>load<u32>(rows, 20) + offset
  const p6 = <usize>load<u32>(rows, 24) + offset
  const p7 = <usize>load<u32>(rows, 28) + offset
  const p8 = <usize>load<u32>(rows, 32) + offset
  const round = i32x4.splat(half)
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.load(p0 + x2)
    b = v128.load(p8 + x2)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(81528028))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(81528028))
    a = v128.load(p1 + x2)
    b = v128.load(p7 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(240062031)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(240062031)))
    a = v128.load(p2 + x2)
    b = v128.load(p6 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(519380725)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(519380725)))
    a = v128.load(p3 + x2)
    b = v128.load(p5 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(825110830)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(825110830)))
    a = v128.load(p4 + x2)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(14692)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(14692)))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    lo = i32x4.shr_u(i32x4.add(lo, round), shift)
    hi = i32x4.shr_u(i32x4.add(hi, round), shift)
    v128.store(to + x2, v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}

/** Squares down the columns of scale 1: both halves of the rows at `offset`, a pitch apart, to both halves at `to`. */
export function squares1(rows: usize, offset: usize, pitch: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const p3 = <usize>load<u32>(rows, 12) + offset
  const p4 = <usize>load<u32>(rows, 16) + offset
  const p5 = <usize>load<u32>(rows, 20) + offset
  const p6 = <usize>load<u32>(rows, 24) + offset
  const p7 = <usize>load<u32>(rows, 28) + offset
  const p8 = <usize>load<u32>(rows, 32) + offset
  const round = i32x4.splat(half)
  const up = 16 - shift
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.load(p0 + x2)
    b = v128.load(p8 + x2)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(81528028))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(81528028))
    a = v128.load(p1 + x2)
    b = v128.load(p7 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(240062031)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(240062031)))
    a = v128.load(p2 + x2)
    b = v128.load(p6 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(519380725)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(519380725)))
    a = v128.load(p3 + x2)
    b = v128.load(p5 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(825110830)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(825110830)))
    a = v128.load(p4 + x2)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(14692)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(14692)))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    const upperLo = lo
    const upperHi = hi
    {
      const next = x2 + pitch
    a = v128.load(p0 + next)
    b = v128.load(p8 + next)
    let lowLo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(81528028))
    let lowHi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(81528028))
    a = v128.load(p1 + next)
    b = v128.load(p7 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(240062031)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(240062031)))
    a = v128.load(p2 + next)
    b = v128.load(p6 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(519380725)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(519380725)))
    a = v128.load(p3 + next)
    b = v128.load(p5 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(825110830)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(825110830)))
    a = v128.load(p4 + next)
    lowLo = i32x4.add(lowLo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(14692)))
    lowHi = i32x4.add(lowHi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(14692)))
    lowLo = v128.xor(lowLo, TOP)
    lowHi = v128.xor(lowHi, TOP)
      lo = i32x4.add(i32x4.shl(upperLo, up), i32x4.shr_u(i32x4.add(lowLo, round), shift))
      hi = i32x4.add(i32x4.shl(upperHi, up), i32x4.shr_u(i32x4.add(lowHi, round), shift))
    }
    storeHalves(to + x2, pitch, lo, hi)
  }
}

/**
 * Filters the eight rows of scale 1 along the row and writes variances and covariance, 32 bits each, `out` bytes apart.
 * `from` points to value 0; 4 mirrored values lie before it.
 */
export function variances1(from: usize, pitch: usize, w: usize, to: usize, out: usize): void {
  const start = from - 8
  let even: v128
  let odd: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    const at0 = start + 0 * pitch + x2
    const at1 = start + 1 * pitch + x2
    const at2 = start + 2 * pitch + x2
    const at3 = start + 3 * pitch + x2
    const at4 = start + 4 * pitch + x2
    const at5 = start + 5 * pitch + x2
    const at6 = start + 6 * pitch + x2
    const at7 = start + 7 * pitch + x2
    even = i32x4.dot_i16x8_s(v128.load(at0, 0), i32x4.splat(240059612))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 4), i32x4.splat(825106165)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 8), i32x4.splat(825112932)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 12), i32x4.splat(240066293)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 16), i32x4.splat(1244)))
    odd = i32x4.dot_i16x8_s(v128.load(at0, 2), i32x4.splat(240059612))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 6), i32x4.splat(825106165)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 10), i32x4.splat(825112932)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 14), i32x4.splat(240066293)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 18), i32x4.splat(1244)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    const refEven = even
    const refOdd = odd
    even = i32x4.dot_i16x8_s(v128.load(at1, 0), i32x4.splat(240059612))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 4), i32x4.splat(825106165)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 8), i32x4.splat(825112932)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 12), i32x4.splat(240066293)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 16), i32x4.splat(1244)))
    odd = i32x4.dot_i16x8_s(v128.load(at1, 2), i32x4.splat(240059612))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 6), i32x4.splat(825106165)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 10), i32x4.splat(825112932)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 14), i32x4.splat(240066293)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 18), i32x4.splat(1244)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    const disEven = even
    const disOdd = odd
    even = i32x4.dot_i16x8_s(v128.load(at2, 0), i32x4.splat(240059612))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 4), i32x4.splat(825106165)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 8), i32x4.splat(825112932)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 12), i32x4.splat(240066293)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 16), i32x4.splat(1244)))
    odd = i32x4.dot_i16x8_s(v128.load(at2, 2), i32x4.splat(240059612))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 6), i32x4.splat(825106165)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 10), i32x4.splat(825112932)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 14), i32x4.splat(240066293)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 18), i32x4.splat(1244)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenRef = even
    let oddRef = odd
    even = i32x4.dot_i16x8_s(v128.load(at3, 0), i32x4.splat(240059612))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 4), i32x4.splat(825106165)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 8), i32x4.splat(825112932)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 12), i32x4.splat(240066293)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 16), i32x4.splat(1244)))
    odd = i32x4.dot_i16x8_s(v128.load(at3, 2), i32x4.splat(240059612))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 6), i32x4.splat(825106165)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 10), i32x4.splat(825112932)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 14), i32x4.splat(240066293)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 18), i32x4.splat(1244)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenRef = i32x4.sub(joined(evenRef, even), products(refEven, refEven))
    oddRef = i32x4.sub(joined(oddRef, odd), products(refOdd, refOdd))
    even = i32x4.dot_i16x8_s(v128.load(at4, 0), i32x4.splat(240059612))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 4), i32x4.splat(825106165)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 8), i32x4.splat(825112932)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 12), i32x4.splat(240066293)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 16), i32x4.splat(1244)))
    odd = i32x4.dot_i16x8_s(v128.load(at4, 2), i32x4.splat(240059612))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 6), i32x4.splat(825106165)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 10), i32x4.splat(825112932)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 14), i32x4.splat(240066293)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 18), i32x4.splat(1244)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenDis = even
    let oddDis = odd
    even = i32x4.dot_i16x8_s(v128.load(at5, 0), i32x4.splat(240059612))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 4), i32x4.splat(825106165)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 8), i32x4.splat(825112932)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 12), i32x4.splat(240066293)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 16), i32x4.splat(1244)))
    odd = i32x4.dot_i16x8_s(v128.load(at5, 2), i32x4.splat(240059612))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 6), i32x4.splat(825106165)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 10), i32x4.splat(825112932)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 14), i32x4.splat(240066293)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 18), i32x4.splat(1244)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenDis = i32x4.sub(joined(evenDis, even), products(disEven, disEven))
    oddDis = i32x4.sub(joined(oddDis, odd), products(disOdd, disOdd))
    even = i32x4.dot_i16x8_s(v128.load(at6, 0), i32x4.splat(240059612))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 4), i32x4.splat(825106165)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 8), i32x4.splat(825112932)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 12), i32x4.splat(240066293)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 16), i32x4.splat(1244)))
    odd = i32x4.dot_i16x8_s(v128.load(at6, 2), i32x4.splat(240059612))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 6), i32x4.splat(825106165)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 10), i32x4.splat(825112932)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 14), i32x4.splat(240066293)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 18), i32x4.splat(1244)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenBoth = even
    let oddBoth = odd
    even = i32x4.dot_i16x8_s(v128.load(at7, 0), i32x4.splat(240059612))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 4), i32x4.splat(825106165)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 8), i32x4.splat(825112932)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 12), i32x4.splat(240066293)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 16), i32x4.splat(1244)))
    odd = i32x4.dot_i16x8_s(v128.load(at7, 2), i32x4.splat(240059612))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 6), i32x4.splat(825106165)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 10), i32x4.splat(825112932)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 14), i32x4.splat(240066293)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 18), i32x4.splat(1244)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenBoth = i32x4.sub(joined(evenBoth, even), products(refEven, disEven))
    oddBoth = i32x4.sub(joined(oddBoth, odd), products(refOdd, disOdd))
    const target = to + (x2 << 1)
    v128.store(target + 0 * out, v128.shuffle<i32>(evenRef, oddRef, 0, 4, 1, 5))
    v128.store(target + 0 * out, v128.shuffle<i32>(evenRef, oddRef, 2, 6, 3, 7), 16)
    v128.store(target + 1 * out, v128.shuffle<i32>(evenDis, oddDis, 0, 4, 1, 5))
    v128.store(target + 1 * out, v128.shuffle<i32>(evenDis, oddDis, 2, 6, 3, 7), 16)
    v128.store(target + 2 * out, v128.shuffle<i32>(evenBoth, oddBoth, 0, 4, 1, 5))
    v128.store(target + 2 * out, v128.shuffle<i32>(evenBoth, oddBoth, 2, 6, 3, 7), 16)
  }
}

/** Filters 8-bit rows down the columns for scale 1, biased. */
export function halveColumns8(rows: usize, w: usize, to: usize): void {
  const offset: usize = 0
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const p3 = <usize>load<u32>(rows, 12) + offset
  const p4 = <usize>load<u32>(rows, 16) + offset
  const p5 = <usize>load<u32>(rows, 20) + offset
  const p6 = <usize>load<u32>(rows, 24) + offset
  const p7 = <usize>load<u32>(rows, 28) + offset
  const p8 = <usize>load<u32>(rows, 32) + offset
  const round = i32x4.splat(128)
  let a: v128
  let b: v128
  for (let x: usize = 0; x < w; x += 8) {
    const x2 = x
    a = v128.load_ext<u8>(p0 + x2)
    b = v128.load_ext<u8>(p8 + x2)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(81528028))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(81528028))
    a = v128.load_ext<u8>(p1 + x2)
    b = v128.load_ext<u8>(p7 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(240062031)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(240062031)))
    a = v128.load_ext<u8>(p2 + x2)
    b = v128.load_ext<u8>(p6 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(519380725)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(519380725)))
    a = v128.load_ext<u8>(p3 + x2)
    b = v128.load_ext<u8>(p5 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(825110830)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(825110830)))
    a = v128.load_ext<u8>(p4 + x2)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(14692)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(14692)))

    lo = i32x4.shr_u(i32x4.add(lo, round), 8)
    hi = i32x4.shr_u(i32x4.add(hi, round), 8)
    v128.store(to + (x << 1), v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}

/** Filters unsigned 16-bit rows down the columns for scale 1, biased. */
export function halveColumns1(rows: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const offset: usize = 0
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const p3 = <usize>load<u32>(rows, 12) + offset
  const p4 = <usize>load<u32>(rows, 16) + offset
  const p5 = <usize>load<u32>(rows, 20) + offset
  const p6 = <usize>load<u32>(rows, 24) + offset
  const p7 = <usize>load<u32>(rows, 28) + offset
  const p8 = <usize>load<u32>(rows, 32) + offset
  const round = i32x4.splat(half)
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.xor(v128.load(p0 + x2), BIAS)
    b = v128.xor(v128.load(p8 + x2), BIAS)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(81528028))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(81528028))
    a = v128.xor(v128.load(p1 + x2), BIAS)
    b = v128.xor(v128.load(p7 + x2), BIAS)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(240062031)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(240062031)))
    a = v128.xor(v128.load(p2 + x2), BIAS)
    b = v128.xor(v128.load(p6 + x2), BIAS)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(519380725)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(519380725)))
    a = v128.xor(v128.load(p3 + x2), BIAS)
    b = v128.xor(v128.load(p5 + x2), BIAS)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(825110830)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(825110830)))
    a = v128.xor(v128.load(p4 + x2), BIAS)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(14692)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(14692)))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    lo = i32x4.shr_u(i32x4.add(lo, round), shift)
    hi = i32x4.shr_u(i32x4.add(hi, round), shift)
    v128.store(to + x2, v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}

/** Every second value of a biased row, filtered for scale 1, as unsigned 16 bits; `w` values come out. */
export function halveRow1(from: usize, w: usize, to: usize): void {
  const start = from - 8
  const round = i32x4.splat(32768)
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    const at = start + (x2 << 1)
    let first = i32x4.dot_i16x8_s(v128.load(at, 0), i32x4.splat(240059612))
    first = i32x4.add(first, i32x4.dot_i16x8_s(v128.load(at, 4), i32x4.splat(825106165)))
    first = i32x4.add(first, i32x4.dot_i16x8_s(v128.load(at, 8), i32x4.splat(825112932)))
    first = i32x4.add(first, i32x4.dot_i16x8_s(v128.load(at, 12), i32x4.splat(240066293)))
    first = i32x4.add(first, i32x4.dot_i16x8_s(v128.load(at, 16), i32x4.splat(1244)))
    first = v128.xor(first, TOP)
    let second = i32x4.dot_i16x8_s(v128.load(at, 16), i32x4.splat(240059612))
    second = i32x4.add(second, i32x4.dot_i16x8_s(v128.load(at, 20), i32x4.splat(825106165)))
    second = i32x4.add(second, i32x4.dot_i16x8_s(v128.load(at, 24), i32x4.splat(825112932)))
    second = i32x4.add(second, i32x4.dot_i16x8_s(v128.load(at, 28), i32x4.splat(240066293)))
    second = i32x4.add(second, i32x4.dot_i16x8_s(v128.load(at, 32), i32x4.splat(1244)))
    second = v128.xor(second, TOP)
    first = i32x4.shr_u(i32x4.add(first, round), 16)
    second = i32x4.shr_u(i32x4.add(second, round), 16)
    v128.store(to + x2, i16x8.narrow_i32x4_u(first, second))
  }
}

/** Means of one picture down the columns of scale 2, biased, from biased rows at `offset`. */
export function means2(rows: usize, offset: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const p3 = <usize>load<u32>(rows, 12) + offset
  const p4 = <usize>load<u32>(rows, 16) + offset
  const round = i32x4.splat(half)
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.load(p0 + x2)
    b = v128.load(p4 + x2)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(234032627))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(234032627))
    a = v128.load(p1 + x2)
    b = v128.load(p3 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(1048854148)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(1048854148)))
    a = v128.load(p2 + x2)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(26386)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(26386)))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    lo = i32x4.shr_u(i32x4.add(lo, round), shift)
    hi = i32x4.shr_u(i32x4.add(hi, round), shift)
    v128.store(to + x2, v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}

/** Squares down the columns of scale 2: both halves of the rows at `offset`, a pitch apart, to both halves at `to`. */
export function squares2(rows: usize, offset: usize, pitch: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const p3 = <usize>load<u32>(rows, 12) + offset
  const p4 = <usize>load<u32>(rows, 16) + offset
  const round = i32x4.splat(half)
  const up = 16 - shift
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.load(p0 + x2)
    b = v128.load(p4 + x2)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(234032627))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(234032627))
    a = v128.load(p1 + x2)
    b = v128.load(p3 + x2)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(1048854148)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(1048854148)))
    a = v128.load(p2 + x2)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(26386)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(26386)))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    const upperLo = lo
    const upperHi = hi
    {
      const next = x2 + pitch
    a = v128.load(p0 + next)
    b = v128.load(p4 + next)
    let lowLo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(234032627))
    let lowHi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(234032627))
    a = v128.load(p1 + next)
    b = v128.load(p3 + next)
    lowLo = i32x4.add(lowLo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(1048854148)))
    lowHi = i32x4.add(lowHi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(1048854148)))
    a = v128.load(p2 + next)
    lowLo = i32x4.add(lowLo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(26386)))
    lowHi = i32x4.add(lowHi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(26386)))
    lowLo = v128.xor(lowLo, TOP)
    lowHi = v128.xor(lowHi, TOP)
      lo = i32x4.add(i32x4.shl(upperLo, up), i32x4.shr_u(i32x4.add(lowLo, round), shift))
      hi = i32x4.add(i32x4.shl(upperHi, up), i32x4.shr_u(i32x4.add(lowHi, round), shift))
    }
    storeHalves(to + x2, pitch, lo, hi)
  }
}

/**
 * Filters the eight rows of scale 2 along the row and writes variances and covariance, 32 bits each, `out` bytes apart.
 * `from` points to value 0; 2 mirrored values lie before it.
 */
export function variances2(from: usize, pitch: usize, w: usize, to: usize, out: usize): void {
  const start = from - 4
  let even: v128
  let odd: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    const at0 = start + 0 * pitch + x2
    const at1 = start + 1 * pitch + x2
    const at2 = start + 2 * pitch + x2
    const at3 = start + 3 * pitch + x2
    const at4 = start + 4 * pitch + x2
    const at5 = start + 5 * pitch + x2
    const at6 = start + 6 * pitch + x2
    const at7 = start + 7 * pitch + x2
    even = i32x4.dot_i16x8_s(v128.load(at0, 0), i32x4.splat(1048841715))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 4), i32x4.splat(1048864530)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 8), i32x4.splat(3571)))
    odd = i32x4.dot_i16x8_s(v128.load(at0, 2), i32x4.splat(1048841715))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 6), i32x4.splat(1048864530)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 10), i32x4.splat(3571)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    const refEven = even
    const refOdd = odd
    even = i32x4.dot_i16x8_s(v128.load(at1, 0), i32x4.splat(1048841715))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 4), i32x4.splat(1048864530)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 8), i32x4.splat(3571)))
    odd = i32x4.dot_i16x8_s(v128.load(at1, 2), i32x4.splat(1048841715))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 6), i32x4.splat(1048864530)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 10), i32x4.splat(3571)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    const disEven = even
    const disOdd = odd
    even = i32x4.dot_i16x8_s(v128.load(at2, 0), i32x4.splat(1048841715))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 4), i32x4.splat(1048864530)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 8), i32x4.splat(3571)))
    odd = i32x4.dot_i16x8_s(v128.load(at2, 2), i32x4.splat(1048841715))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 6), i32x4.splat(1048864530)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 10), i32x4.splat(3571)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenRef = even
    let oddRef = odd
    even = i32x4.dot_i16x8_s(v128.load(at3, 0), i32x4.splat(1048841715))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 4), i32x4.splat(1048864530)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 8), i32x4.splat(3571)))
    odd = i32x4.dot_i16x8_s(v128.load(at3, 2), i32x4.splat(1048841715))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 6), i32x4.splat(1048864530)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 10), i32x4.splat(3571)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenRef = i32x4.sub(joined(evenRef, even), products(refEven, refEven))
    oddRef = i32x4.sub(joined(oddRef, odd), products(refOdd, refOdd))
    even = i32x4.dot_i16x8_s(v128.load(at4, 0), i32x4.splat(1048841715))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 4), i32x4.splat(1048864530)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 8), i32x4.splat(3571)))
    odd = i32x4.dot_i16x8_s(v128.load(at4, 2), i32x4.splat(1048841715))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 6), i32x4.splat(1048864530)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 10), i32x4.splat(3571)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenDis = even
    let oddDis = odd
    even = i32x4.dot_i16x8_s(v128.load(at5, 0), i32x4.splat(1048841715))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 4), i32x4.splat(1048864530)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 8), i32x4.splat(3571)))
    odd = i32x4.dot_i16x8_s(v128.load(at5, 2), i32x4.splat(1048841715))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 6), i32x4.splat(1048864530)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 10), i32x4.splat(3571)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenDis = i32x4.sub(joined(evenDis, even), products(disEven, disEven))
    oddDis = i32x4.sub(joined(oddDis, odd), products(disOdd, disOdd))
    even = i32x4.dot_i16x8_s(v128.load(at6, 0), i32x4.splat(1048841715))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 4), i32x4.splat(1048864530)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 8), i32x4.splat(3571)))
    odd = i32x4.dot_i16x8_s(v128.load(at6, 2), i32x4.splat(1048841715))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 6), i32x4.splat(1048864530)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 10), i32x4.splat(3571)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenBoth = even
    let oddBoth = odd
    even = i32x4.dot_i16x8_s(v128.load(at7, 0), i32x4.splat(1048841715))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 4), i32x4.splat(1048864530)))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 8), i32x4.splat(3571)))
    odd = i32x4.dot_i16x8_s(v128.load(at7, 2), i32x4.splat(1048841715))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 6), i32x4.splat(1048864530)))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 10), i32x4.splat(3571)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenBoth = i32x4.sub(joined(evenBoth, even), products(refEven, disEven))
    oddBoth = i32x4.sub(joined(oddBoth, odd), products(refOdd, disOdd))
    const target = to + (x2 << 1)
    v128.store(target + 0 * out, v128.shuffle<i32>(evenRef, oddRef, 0, 4, 1, 5))
    v128.store(target + 0 * out, v128.shuffle<i32>(evenRef, oddRef, 2, 6, 3, 7), 16)
    v128.store(target + 1 * out, v128.shuffle<i32>(evenDis, oddDis, 0, 4, 1, 5))
    v128.store(target + 1 * out, v128.shuffle<i32>(evenDis, oddDis, 2, 6, 3, 7), 16)
    v128.store(target + 2 * out, v128.shuffle<i32>(evenBoth, oddBoth, 0, 4, 1, 5))
    v128.store(target + 2 * out, v128.shuffle<i32>(evenBoth, oddBoth, 2, 6, 3, 7), 16)
  }
}

/** Filters unsigned 16-bit rows down the columns for scale 2, biased. */
export function halveColumns2(rows: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const offset: usize = 0
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const p3 = <usize>load<u32>(rows, 12) + offset
  const p4 = <usize>load<u32>(rows, 16) + offset
  const round = i32x4.splat(half)
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.xor(v128.load(p0 + x2), BIAS)
    b = v128.xor(v128.load(p4 + x2), BIAS)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(234032627))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(234032627))
    a = v128.xor(v128.load(p1 + x2), BIAS)
    b = v128.xor(v128.load(p3 + x2), BIAS)
    lo = i32x4.add(lo, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(1048854148)))
    hi = i32x4.add(hi, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(1048854148)))
    a = v128.xor(v128.load(p2 + x2), BIAS)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(26386)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(26386)))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    lo = i32x4.shr_u(i32x4.add(lo, round), shift)
    hi = i32x4.shr_u(i32x4.add(hi, round), shift)
    v128.store(to + x2, v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}

/** Every second value of a biased row, filtered for scale 2, as unsigned 16 bits; `w` values come out. */
export function halveRow2(from: usize, w: usize, to: usize): void {
  const start = from - 4
  const round = i32x4.splat(32768)
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    const at = start + (x2 << 1)
    let first = i32x4.dot_i16x8_s(v128.load(at, 0), i32x4.splat(1048841715))
    first = i32x4.add(first, i32x4.dot_i16x8_s(v128.load(at, 4), i32x4.splat(1048864530)))
    first = i32x4.add(first, i32x4.dot_i16x8_s(v128.load(at, 8), i32x4.splat(3571)))
    first = v128.xor(first, TOP)
    let second = i32x4.dot_i16x8_s(v128.load(at, 16), i32x4.splat(1048841715))
    second = i32x4.add(second, i32x4.dot_i16x8_s(v128.load(at, 20), i32x4.splat(1048864530)))
    second = i32x4.add(second, i32x4.dot_i16x8_s(v128.load(at, 24), i32x4.splat(3571)))
    second = v128.xor(second, TOP)
    first = i32x4.shr_u(i32x4.add(first, round), 16)
    second = i32x4.shr_u(i32x4.add(second, round), 16)
    v128.store(to + x2, i16x8.narrow_i32x4_u(first, second))
  }
}

/** Means of one picture down the columns of scale 3, biased, from biased rows at `offset`. */
export function means3(rows: usize, offset: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const round = i32x4.splat(half)
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.load(p0 + x2)
    b = v128.load(p2 + x2)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(714615448))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(714615448))
    a = v128.load(p1 + x2)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(-21808)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(-21808)))
    lo = i32x4.add(lo, i32x4.shl(i32x4.extend_low_i16x8_s(a), 16))
    hi = i32x4.add(hi, i32x4.shl(i32x4.extend_high_i16x8_s(a), 16))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    lo = i32x4.shr_u(i32x4.add(lo, round), shift)
    hi = i32x4.shr_u(i32x4.add(hi, round), shift)
    v128.store(to + x2, v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}

/** Squares down the columns of scale 3: both halves of the rows at `offset`, a pitch apart, to both halves at `to`. */
export function squares3(rows: usize, offset: usize, pitch: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const round = i32x4.splat(half)
  const up = 16 - shift
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.load(p0 + x2)
    b = v128.load(p2 + x2)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(714615448))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(714615448))
    a = v128.load(p1 + x2)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(-21808)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(-21808)))
    lo = i32x4.add(lo, i32x4.shl(i32x4.extend_low_i16x8_s(a), 16))
    hi = i32x4.add(hi, i32x4.shl(i32x4.extend_high_i16x8_s(a), 16))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    const upperLo = lo
    const upperHi = hi
    {
      const next = x2 + pitch
    a = v128.load(p0 + next)
    b = v128.load(p2 + next)
    let lowLo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(714615448))
    let lowHi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(714615448))
    a = v128.load(p1 + next)
    lowLo = i32x4.add(lowLo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(-21808)))
    lowHi = i32x4.add(lowHi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(-21808)))
    lowLo = i32x4.add(lowLo, i32x4.shl(i32x4.extend_low_i16x8_s(a), 16))
    lowHi = i32x4.add(lowHi, i32x4.shl(i32x4.extend_high_i16x8_s(a), 16))
    lowLo = v128.xor(lowLo, TOP)
    lowHi = v128.xor(lowHi, TOP)
      lo = i32x4.add(i32x4.shl(upperLo, up), i32x4.shr_u(i32x4.add(lowLo, round), shift))
      hi = i32x4.add(i32x4.shl(upperHi, up), i32x4.shr_u(i32x4.add(lowHi, round), shift))
    }
    storeHalves(to + x2, pitch, lo, hi)
  }
}

/**
 * Filters the eight rows of scale 3 along the row and writes variances and covariance, 32 bits each, `out` bytes apart.
 * `from` points to value 0; 1 mirrored values lie before it.
 */
export function variances3(from: usize, pitch: usize, w: usize, to: usize, out: usize): void {
  const start = from - 2
  let even: v128
  let odd: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    const at0 = start + 0 * pitch + x2
    const at1 = start + 1 * pitch + x2
    const at2 = start + 2 * pitch + x2
    const at3 = start + 3 * pitch + x2
    const at4 = start + 4 * pitch + x2
    const at5 = start + 5 * pitch + x2
    const at6 = start + 6 * pitch + x2
    const at7 = start + 7 * pitch + x2
    even = i32x4.dot_i16x8_s(v128.load(at0, 0), i32x4.splat(-1429198184))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at0, 4), i32x4.splat(10904)))
    even = i32x4.add(even, v128.and(v128.load(at0 + 2 - 2), i32x4.splat(-65536)))
    odd = i32x4.dot_i16x8_s(v128.load(at0, 2), i32x4.splat(-1429198184))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at0, 6), i32x4.splat(10904)))
    odd = i32x4.add(odd, v128.and(v128.load(at0 + 4 - 2), i32x4.splat(-65536)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    const refEven = even
    const refOdd = odd
    even = i32x4.dot_i16x8_s(v128.load(at1, 0), i32x4.splat(-1429198184))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at1, 4), i32x4.splat(10904)))
    even = i32x4.add(even, v128.and(v128.load(at1 + 2 - 2), i32x4.splat(-65536)))
    odd = i32x4.dot_i16x8_s(v128.load(at1, 2), i32x4.splat(-1429198184))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at1, 6), i32x4.splat(10904)))
    odd = i32x4.add(odd, v128.and(v128.load(at1 + 4 - 2), i32x4.splat(-65536)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    const disEven = even
    const disOdd = odd
    even = i32x4.dot_i16x8_s(v128.load(at2, 0), i32x4.splat(-1429198184))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at2, 4), i32x4.splat(10904)))
    even = i32x4.add(even, v128.and(v128.load(at2 + 2 - 2), i32x4.splat(-65536)))
    odd = i32x4.dot_i16x8_s(v128.load(at2, 2), i32x4.splat(-1429198184))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at2, 6), i32x4.splat(10904)))
    odd = i32x4.add(odd, v128.and(v128.load(at2 + 4 - 2), i32x4.splat(-65536)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenRef = even
    let oddRef = odd
    even = i32x4.dot_i16x8_s(v128.load(at3, 0), i32x4.splat(-1429198184))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at3, 4), i32x4.splat(10904)))
    even = i32x4.add(even, v128.and(v128.load(at3 + 2 - 2), i32x4.splat(-65536)))
    odd = i32x4.dot_i16x8_s(v128.load(at3, 2), i32x4.splat(-1429198184))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at3, 6), i32x4.splat(10904)))
    odd = i32x4.add(odd, v128.and(v128.load(at3 + 4 - 2), i32x4.splat(-65536)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenRef = i32x4.sub(joined(evenRef, even), products(refEven, refEven))
    oddRef = i32x4.sub(joined(oddRef, odd), products(refOdd, refOdd))
    even = i32x4.dot_i16x8_s(v128.load(at4, 0), i32x4.splat(-1429198184))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at4, 4), i32x4.splat(10904)))
    even = i32x4.add(even, v128.and(v128.load(at4 + 2 - 2), i32x4.splat(-65536)))
    odd = i32x4.dot_i16x8_s(v128.load(at4, 2), i32x4.splat(-1429198184))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at4, 6), i32x4.splat(10904)))
    odd = i32x4.add(odd, v128.and(v128.load(at4 + 4 - 2), i32x4.splat(-65536)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenDis = even
    let oddDis = odd
    even = i32x4.dot_i16x8_s(v128.load(at5, 0), i32x4.splat(-1429198184))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at5, 4), i32x4.splat(10904)))
    even = i32x4.add(even, v128.and(v128.load(at5 + 2 - 2), i32x4.splat(-65536)))
    odd = i32x4.dot_i16x8_s(v128.load(at5, 2), i32x4.splat(-1429198184))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at5, 6), i32x4.splat(10904)))
    odd = i32x4.add(odd, v128.and(v128.load(at5 + 4 - 2), i32x4.splat(-65536)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenDis = i32x4.sub(joined(evenDis, even), products(disEven, disEven))
    oddDis = i32x4.sub(joined(oddDis, odd), products(disOdd, disOdd))
    even = i32x4.dot_i16x8_s(v128.load(at6, 0), i32x4.splat(-1429198184))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at6, 4), i32x4.splat(10904)))
    even = i32x4.add(even, v128.and(v128.load(at6 + 2 - 2), i32x4.splat(-65536)))
    odd = i32x4.dot_i16x8_s(v128.load(at6, 2), i32x4.splat(-1429198184))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at6, 6), i32x4.splat(10904)))
    odd = i32x4.add(odd, v128.and(v128.load(at6 + 4 - 2), i32x4.splat(-65536)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    let evenBoth = even
    let oddBoth = odd
    even = i32x4.dot_i16x8_s(v128.load(at7, 0), i32x4.splat(-1429198184))
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(at7, 4), i32x4.splat(10904)))
    even = i32x4.add(even, v128.and(v128.load(at7 + 2 - 2), i32x4.splat(-65536)))
    odd = i32x4.dot_i16x8_s(v128.load(at7, 2), i32x4.splat(-1429198184))
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(at7, 6), i32x4.splat(10904)))
    odd = i32x4.add(odd, v128.and(v128.load(at7 + 4 - 2), i32x4.splat(-65536)))
    even = v128.xor(even, TOP)
    odd = v128.xor(odd, TOP)
    evenBoth = i32x4.sub(joined(evenBoth, even), products(refEven, disEven))
    oddBoth = i32x4.sub(joined(oddBoth, odd), products(refOdd, disOdd))
    const target = to + (x2 << 1)
    v128.store(target + 0 * out, v128.shuffle<i32>(evenRef, oddRef, 0, 4, 1, 5))
    v128.store(target + 0 * out, v128.shuffle<i32>(evenRef, oddRef, 2, 6, 3, 7), 16)
    v128.store(target + 1 * out, v128.shuffle<i32>(evenDis, oddDis, 0, 4, 1, 5))
    v128.store(target + 1 * out, v128.shuffle<i32>(evenDis, oddDis, 2, 6, 3, 7), 16)
    v128.store(target + 2 * out, v128.shuffle<i32>(evenBoth, oddBoth, 0, 4, 1, 5))
    v128.store(target + 2 * out, v128.shuffle<i32>(evenBoth, oddBoth, 2, 6, 3, 7), 16)
  }
}

/** Filters unsigned 16-bit rows down the columns for scale 3, biased. */
export function halveColumns3(rows: usize, w: usize, half: i32, shift: i32, to: usize): void {
  const offset: usize = 0
  const p0 = <usize>load<u32>(rows, 0) + offset
  const p1 = <usize>load<u32>(rows, 4) + offset
  const p2 = <usize>load<u32>(rows, 8) + offset
  const round = i32x4.splat(half)
  let a: v128
  let b: v128
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    a = v128.xor(v128.load(p0 + x2), BIAS)
    b = v128.xor(v128.load(p2 + x2), BIAS)
    let lo = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), i32x4.splat(714615448))
    let hi = i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), i32x4.splat(714615448))
    a = v128.xor(v128.load(p1 + x2), BIAS)
    lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, i16x8.splat(-21808)))
    hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, i16x8.splat(-21808)))
    lo = i32x4.add(lo, i32x4.shl(i32x4.extend_low_i16x8_s(a), 16))
    hi = i32x4.add(hi, i32x4.shl(i32x4.extend_high_i16x8_s(a), 16))
    lo = v128.xor(lo, TOP)
    hi = v128.xor(hi, TOP)
    lo = i32x4.shr_u(i32x4.add(lo, round), shift)
    hi = i32x4.shr_u(i32x4.add(hi, round), shift)
    v128.store(to + x2, v128.xor(i16x8.narrow_i32x4_u(lo, hi), BIAS))
  }
}

/** Every second value of a biased row, filtered for scale 3, as unsigned 16 bits; `w` values come out. */
export function halveRow3(from: usize, w: usize, to: usize): void {
  const start = from - 2
  const round = i32x4.splat(32768)
  for (let x2: usize = 0; x2 < w << 1; x2 += 16) {
    const at = start + (x2 << 1)
    let first = i32x4.dot_i16x8_s(v128.load(at, 0), i32x4.splat(-1429198184))
    first = i32x4.add(first, i32x4.dot_i16x8_s(v128.load(at, 4), i32x4.splat(10904)))
    first = i32x4.add(first, v128.and(v128.load(at + 2 - 2), i32x4.splat(-65536)))
    first = v128.xor(first, TOP)
    let second = i32x4.dot_i16x8_s(v128.load(at, 16), i32x4.splat(-1429198184))
    second = i32x4.add(second, i32x4.dot_i16x8_s(v128.load(at, 20), i32x4.splat(10904)))
    second = i32x4.add(second, v128.and(v128.load(at + 18 - 2), i32x4.splat(-65536)))
    second = v128.xor(second, TOP)
    first = i32x4.shr_u(i32x4.add(first, round), 16)
    second = i32x4.shr_u(i32x4.add(second, round), 16)
    v128.store(to + x2, i16x8.narrow_i32x4_u(first, second))
  }
}
