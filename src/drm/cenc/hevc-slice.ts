// How long the header of an H.265 slice segment is (ITU-T H.265 7.3.6): that part stays in the clear.
import { HeadendError } from '../../core/index.ts'
import { damaged } from '../../manifest/index.ts'
import { BitReader, bitsFor } from './bit-reader.ts'
import type { HevcParameterSets, HevcPps, HevcSps } from './hevc-parameter-sets.ts'
import { type RefPicSet, readRefPicSet } from './hevc-ref-pic-set.ts'

const B = 0
const I = 2

/** Bytes of NAL header and slice segment header, emulation prevention included. `unit` begins with the NAL header. */
export function hevcSliceHeaderBytes(unit: Uint8Array, sets: HevcParameterSets): number {
  const nalType = (unit[0]! >> 1) & 63
  const bits = new BitReader(unit, { escaped: true, start: 2 })
  const first = bits.flag()
  // BLA_W_LP … RSV_IRAP_VCL23
  if (nalType >= 16 && nalType <= 23) bits.skip(1)
  const { pps, sps } = sets.get(bits.ueMost(63, 'slice_pic_parameter_set_id'))
  let dependent = false
  if (!first) {
    dependent = pps.dependentSlices && bits.flag()
    bits.skip(sps.addressBits)
  }
  if (!dependent) skipIndependent(bits, nalType, pps, sps)
  if (pps.entryPoints) {
    const count = bits.ueMost(440 * 512, 'num_entry_point_offsets')
    if (count > 0) bits.skip(count * (bits.ueMost(31, 'offset_len_minus1') + 1))
  }
  if (pps.headerExtension) bits.skip(8 * bits.ueMost(256, 'slice_segment_header_extension_length'))
  // 7.3.2.12: byte_alignment() is a one, and zeros up to the next byte.
  bits.skip(1)
  return bits.byteEnd
}

function skipIndependent(bits: BitReader, nalType: number, pps: HevcPps, sps: HevcSps): void {
  bits.skip(pps.extraBits)
  const type = bits.ueMost(2, 'slice_type')
  if (pps.outputFlag) bits.skip(1)
  if (sps.separateColourPlanes) bits.skip(2)
  const refs = nalType === 19 || nalType === 20 ? noReferences : readReferences(bits, sps)
  const saoLuma = sps.sao && bits.flag()
  const saoChroma = sps.sao && sps.chromaArrayType !== 0 && bits.flag()
  if (type !== I) skipInter(bits, type, pps, sps, refs)
  bits.se()
  if (pps.sliceChromaQp) {
    bits.se()
    bits.se()
  }
  if (pps.actQp) for (let i = 0; i < 3; i++) bits.se()
  if (pps.chromaQpList) bits.skip(1)
  let deblockingDisabled = pps.deblockingDisabled
  if (pps.deblockingOverride && bits.flag()) {
    deblockingDisabled = bits.flag()
    if (!deblockingDisabled) {
      bits.se()
      bits.se()
    }
  }
  if (pps.loopFilterAcross && (saoLuma || saoChroma || !deblockingDisabled)) bits.skip(1)
}

type References = { readonly used: number; readonly temporalMvp: boolean }
const noReferences: References = { used: 0, temporalMvp: false }
const countUsed = ({ negative, positive }: RefPicSet): number =>
  [...negative, ...positive].filter(({ used }) => used).length

function readReferences(bits: BitReader, sps: HevcSps): References {
  bits.skip(sps.pocLsbBits)
  const count = sps.refPicSets.length
  let set: RefPicSet | undefined
  if (!bits.flag()) set = readRefPicSet(bits, count, count, sps.refPicSets)
  else set = sps.refPicSets[count > 1 ? bits.u(bitsFor(count)) : 0]
  if (!set) throw damaged('a slice names a reference picture set that there is not')
  let used = countUsed(set)
  if (sps.longTerm) {
    const known = sps.longTermUsed.length
    const fromSps = known > 0 ? bits.ueMost(32, 'num_long_term_sps') : 0
    const own = bits.ueMost(32, 'num_long_term_pics')
    for (let i = 0; i < fromSps + own; i++) {
      if (i < fromSps) {
        if (sps.longTermUsed[known > 1 ? bits.u(bitsFor(known)) : 0]) used++
      } else {
        bits.skip(sps.pocLsbBits)
        if (bits.flag()) used++
      }
      if (bits.flag()) bits.ue()
    }
  }
  return { used, temporalMvp: sps.temporalMvp && bits.flag() }
}

function skipInter(bits: BitReader, type: number, pps: HevcPps, sps: HevcSps, refs: References): void {
  let [first, second] = pps.refIdxDefault
  if (bits.flag()) {
    first = bits.ueMost(14, 'num_ref_idx_l0_active_minus1') + 1
    if (type === B) second = bits.ueMost(14, 'num_ref_idx_l1_active_minus1') + 1
  }
  const total = refs.used + (pps.currentPictureRef ? 1 : 0)
  if (pps.listsModification && total > 1) {
    if (bits.flag()) bits.skip(first * bitsFor(total))
    if (type === B && bits.flag()) bits.skip(second * bitsFor(total))
  }
  if (type === B) bits.skip(1)
  if (pps.cabacInit) bits.skip(1)
  if (refs.temporalMvp) {
    const fromFirst = type !== B || bits.flag()
    if ((fromFirst ? first : second) > 1) bits.ue()
  }
  if (type === B ? pps.weightedBipred : pps.weightedPred) {
    // 7.3.6.3: which entries have weights then depends on the order of pictures, which nothing here follows.
    if (pps.currentPictureRef)
      throw new HeadendError(
        'HE_INPUT_UNSUPPORTED',
        'HEVC that weights references to its own picture cannot be encrypted',
      )
    skipWeights(bits, type === B ? [first, second] : [first], sps)
  }
  bits.ue()
  if (sps.motionVectorControlIdc === 2) bits.skip(1)
}

/** 7.3.6.3: all flags of a list come before its values. */
function skipWeights(bits: BitReader, lists: readonly number[], sps: HevcSps): void {
  const chroma = sps.chromaArrayType !== 0
  bits.ue()
  if (chroma) bits.se()
  for (const length of lists) {
    const luma = Array.from({ length }, () => bits.flag())
    const both = Array.from({ length }, () => chroma && bits.flag())
    for (let i = 0; i < length; i++) for (let left = (luma[i] ? 2 : 0) + (both[i] ? 4 : 0); left > 0; left--) bits.se()
  }
}
