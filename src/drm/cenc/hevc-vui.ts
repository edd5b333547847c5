// Passes over the VUI of an H.265 SPS (annex E.2), to reach the extensions that stand behind it.
import type { BitReader } from './bit-reader.ts'

/** `subLayers` is sps_max_sub_layers_minus1. */
export function skipHevcVui(bits: BitReader, subLayers: number): void {
  // aspect_ratio_idc 255: Extended_SAR.
  if (bits.flag() && bits.u(8) === 255) bits.skip(32)
  if (bits.flag()) bits.skip(1)
  if (bits.flag()) {
    bits.skip(4)
    if (bits.flag()) bits.skip(24)
  }
  if (bits.flag()) {
    bits.ue()
    bits.ue()
  }
  bits.skip(3)
  if (bits.flag()) for (let i = 0; i < 4; i++) bits.ue()
  if (bits.flag()) {
    bits.skip(64)
    if (bits.flag()) bits.ue()
    if (bits.flag()) skipHrd(bits, subLayers)
  }
  if (bits.flag()) {
    bits.skip(3)
    for (let i = 0; i < 5; i++) bits.ue()
  }
}

/** E.2.2, with common information present. */
function skipHrd(bits: BitReader, subLayers: number): void {
  const [nal, vcl] = [bits.flag(), bits.flag()]
  let subPicture = false
  if (nal || vcl) {
    subPicture = bits.flag()
    if (subPicture) bits.skip(19)
    bits.skip(8)
    if (subPicture) bits.skip(4)
    bits.skip(15)
  }
  for (let i = 0; i <= subLayers; i++) {
    const fixedGeneral = bits.flag()
    const fixedInSequence = fixedGeneral || bits.flag()
    let lowDelay = false
    if (fixedInSequence) bits.ue()
    else lowDelay = bits.flag()
    const count = lowDelay ? 1 : bits.ueMost(31, 'cpb_cnt_minus1') + 1
    for (let k = 0; k < (nal ? count : 0) + (vcl ? count : 0); k++) {
      for (let n = subPicture ? 4 : 2; n > 0; n--) bits.ue()
      bits.skip(1)
    }
  }
}
