// How long the header of an H.264 slice is (ITU-T H.264 7.3.3): that part stays in the clear.
import { damaged } from '../../manifest/index.ts'
import type { AvcParameterSets, AvcPps, AvcSps } from './avc-parameter-sets.ts'
import { BitReader } from './bit-reader.ts'

/** Table 7-6, modulo 5. */
const P = 0
const B = 1
const I = 2
const SP = 3
const SI = 4

/** Bytes of NAL header and slice header, emulation prevention included, rounded up. `unit` begins with the NAL header. */
export function avcSliceHeaderBytes(unit: Uint8Array, sets: AvcParameterSets): number {
  const refIdc = (unit[0]! >> 5) & 3
  const idr = (unit[0]! & 31) === 5
  const bits = new BitReader(unit, { escaped: true, start: 1 })
  bits.ue()
  const type = bits.ueMost(9, 'slice_type') % 5
  const { pps, sps } = sets.get(bits.ueMost(255, 'pic_parameter_set_id'))
  if (sps.separateColourPlanes) bits.skip(2)
  bits.skip(sps.frameNumBits)
  let field = false
  if (!sps.frameMbsOnly) {
    field = bits.flag()
    if (field) bits.skip(1)
  }
  if (idr) bits.ue()
  skipOrderCount(bits, sps, pps, field)
  if (pps.redundantPicCnt) bits.ue()
  if (type === B) bits.skip(1)
  const refs = readRefCounts(bits, type, pps)
  if (type !== I && type !== SI) skipModification(bits)
  if (type === B) skipModification(bits)
  if ((pps.weightedPred && (type === P || type === SP)) || (pps.weightedBipredIdc === 1 && type === B))
    skipWeights(bits, type, refs, sps)
  if (refIdc !== 0) skipMarking(bits, idr)
  if (pps.cabac && type !== I && type !== SI) bits.ue()
  bits.se()
  if (type === SP) bits.skip(1)
  if (type === SP || type === SI) bits.se()
  if (pps.deblockingControl && bits.ue() !== 1) {
    bits.se()
    bits.se()
  }
  // 7.4.3: Ceil(Log2(PicSizeInMapUnits ÷ SliceGroupChangeRate + 1)) bits, the division exact.
  if (pps.sliceGroupChangeRate > 0) bits.skip(Math.ceil(Math.log2(sps.mapUnits / pps.sliceGroupChangeRate + 1)))
  return bits.byteEnd
}

function skipOrderCount(bits: BitReader, sps: AvcSps, pps: AvcPps, field: boolean): void {
  if (sps.pocType === 0) {
    bits.skip(sps.pocLsbBits)
    if (pps.bottomFieldPicOrder && !field) bits.se()
  } else if (sps.pocType === 1 && !sps.deltaPicOrderAlwaysZero) {
    bits.se()
    if (pps.bottomFieldPicOrder && !field) bits.se()
  }
}

function readRefCounts(bits: BitReader, type: number, pps: AvcPps): readonly [number, number] {
  if (type === I || type === SI || !bits.flag()) return pps.refIdxDefault
  const first = bits.ueMost(31, 'num_ref_idx_l0_active_minus1') + 1
  return [first, type === B ? bits.ueMost(31, 'num_ref_idx_l1_active_minus1') + 1 : pps.refIdxDefault[1]]
}

/** 7.3.3.1, one list. */
function skipModification(bits: BitReader): void {
  if (!bits.flag()) return
  for (let i = 0; bits.ue() !== 3; i++) {
    if (i > 66) throw damaged('a list of reference pictures never ends')
    bits.ue()
  }
}

/** 7.3.3.2 */
function skipWeights(bits: BitReader, type: number, refs: readonly [number, number], sps: AvcSps): void {
  bits.ue()
  if (sps.chromaArrayType !== 0) bits.ue()
  for (let list = 0; list < (type === B ? 2 : 1); list++)
    for (let i = 0; i < refs[list]!; i++) {
      if (bits.flag()) {
        bits.se()
        bits.se()
      }
      if (sps.chromaArrayType !== 0 && bits.flag()) for (let k = 0; k < 4; k++) bits.se()
    }
}

/** 7.3.3.3 */
function skipMarking(bits: BitReader, idr: boolean): void {
  if (idr) {
    bits.skip(2)
    return
  }
  if (!bits.flag()) return
  for (let i = 0; ; i++) {
    if (i > 66) throw damaged('marking of reference pictures never ends')
    const operation = bits.ue()
    if (operation === 0) return
    if (operation !== 5) bits.ue()
    if (operation === 3) bits.ue()
  }
}
