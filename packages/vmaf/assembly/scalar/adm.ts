// ADM at four scales, the reference: wavelet, decoupling, masking, cubic sums (notes/vmaf-spec.md §4). Standard and NEG share
// the wavelet and the denominator.
import { decouple } from './adm-decouple'
import { denominator, numerator } from './adm-sums'
import { transform, WAVELET_ROWS } from './adm-wavelet'
import { align16 } from './pictures'

export { admTablesBytes, initAdmTables } from './adm-tables'

/** Planes of the largest band's size: a of both pictures twice (in and out), h v d of both, restored h v d, two of masking. */
const PLANES: usize = 15

/** Bytes of scratch that {@link adm} needs for a picture of this size. */
export function admScratchBytes(w: i32, h: i32): i32 {
  return <i32>(PLANES * planeBytes(w, h) + align16(<usize>(WAVELET_ROWS * w) << 2))
}

/**
 * Writes 12 f64 to `out`: numerator (gain limit 100), numerator NEG (gain limit 1) and denominator of scales 0 to 3, each a
 * single-precision value widened. `tables` from `initAdmTables`; planes and scratch 16-byte aligned; `stride` in bytes.
 */
export function adm(ref: usize, dis: usize, w: i32, h: i32, stride: i32, bits: i32, tables: usize, scratch: usize, out: usize): void {
  const plane = planeBytes(w, h)
  const refBands = scratch + 4 * plane
  const disBands = refBands + 3 * plane
  const restored = disBands + 3 * plane
  const around = restored + 3 * plane
  const centre = around + plane
  const rows = centre + plane
  for (let scale = 0; scale < 4; scale++) {
    const smallRef = scratch + <usize>(scale & 1) * 2 * plane
    const smallDis = smallRef + plane
    if (scale > 0) {
      transform<i32>(ref, w, h, stride, scale, 0, rows, smallRef, refBands, refBands + plane, refBands + 2 * plane)
      transform<i32>(dis, w, h, stride, scale, 0, rows, smallDis, disBands, disBands + plane, disBands + 2 * plane)
    } else if (bits == 8) {
      transform<u8>(ref, w, h, stride, 0, bits, rows, smallRef, refBands, refBands + plane, refBands + 2 * plane)
      transform<u8>(dis, w, h, stride, 0, bits, rows, smallDis, disBands, disBands + plane, disBands + 2 * plane)
    } else {
      transform<u16>(ref, w, h, stride, 0, bits, rows, smallRef, refBands, refBands + plane, refBands + 2 * plane)
      transform<u16>(dis, w, h, stride, 0, bits, rows, smallDis, disBands, disBands + plane, disBands + 2 * plane)
    }
    ref = smallRef
    dis = smallDis
    w = (w + 1) >> 1
    h = (h + 1) >> 1
    stride = w << 2
    // Inner region: what is summed. Outer region: one more on each side, what masks it.
    const left = <i32>(<f64>w * 0.1 - 0.5)
    const top = <i32>(<f64>h * 0.1 - 0.5)
    const before = <i32>(<f64>w * 0.1 - 1.5)
    const above = <i32>(<f64>h * 0.1 - 1.5)
    const results = out + <usize>(scale * 24)
    for (let neg = 0; neg < 2; neg++) {
      const limit: f64 = neg == 1 ? 1.0 : 100.0
      decouple(
        refBands, disBands, restored, around, centre, plane, w,
        max<i32>(0, before), max<i32>(0, above), min<i32>(w, w - before + 2), min<i32>(h, h - above + 2), scale, limit, tables)
      const num = numerator(restored, around, centre, plane, w, h, left, top, w - left, h - top, scale, tables)
      store<f64>(results + (<usize>neg << 3), <f64>num)
    }
    store<f64>(results, <f64>denominator(refBands, plane, w, left, top, w - left, h - top, scale, tables), 16)
  }
}

function planeBytes(w: i32, h: i32): usize {
  return align16((<usize>((w + 1) >> 1) * <usize>((h + 1) >> 1)) << 2)
}
