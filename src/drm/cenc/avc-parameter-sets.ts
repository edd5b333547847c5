// SPS and PPS of H.264, as far as a slice header depends on them (ITU-T H.264 7.3.2.1 and 7.3.2.2).
import { damaged } from '../../manifest/index.ts'
import { BitReader } from './bit-reader.ts'

export type AvcSps = {
  readonly id: number
  readonly chromaArrayType: number
  readonly separateColourPlanes: boolean
  readonly frameNumBits: number
  readonly pocType: number
  readonly pocLsbBits: number
  readonly deltaPicOrderAlwaysZero: boolean
  readonly frameMbsOnly: boolean
  readonly mapUnits: number
}

export type AvcPps = {
  readonly id: number
  readonly spsId: number
  readonly cabac: boolean
  readonly bottomFieldPicOrder: boolean
  /** Bits of slice_group_change_cycle depend on it; 0 where there is none. */
  readonly sliceGroupChangeRate: number
  readonly refIdxDefault: readonly [number, number]
  readonly weightedPred: boolean
  readonly weightedBipredIdc: number
  readonly deblockingControl: boolean
  readonly redundantPicCnt: boolean
}

/** Profiles whose SPS states the chroma format (7.3.2.1.1). */
const HIGH = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

/** `unit` begins with the NAL header. */
export function readAvcSps(unit: Uint8Array): AvcSps {
  const bits = new BitReader(unit, { escaped: true, start: 1 })
  const profile = bits.u(8)
  bits.skip(16)
  const id = bits.ueMost(31, 'seq_parameter_set_id')
  let chroma = 1
  let separate = false
  if (HIGH.has(profile)) {
    chroma = bits.ueMost(3, 'chroma_format_idc')
    if (chroma === 3) separate = bits.flag()
    bits.ue()
    bits.ue()
    bits.skip(1)
    const lists = bits.flag() ? (chroma === 3 ? 12 : 8) : 0
    for (let i = 0; i < lists; i++) if (bits.flag()) skipScalingList(bits, i < 6 ? 16 : 64)
  }
  const frameNumBits = bits.ueMost(12, 'log2_max_frame_num_minus4') + 4
  const pocType = bits.ueMost(2, 'pic_order_cnt_type')
  let pocLsbBits = 0
  let deltaPicOrderAlwaysZero = false
  if (pocType === 0) pocLsbBits = bits.ueMost(12, 'log2_max_pic_order_cnt_lsb_minus4') + 4
  else if (pocType === 1) {
    deltaPicOrderAlwaysZero = bits.flag()
    bits.se()
    bits.se()
    for (let left = bits.ueMost(255, 'num_ref_frames_in_pic_order_cnt_cycle'); left > 0; left--) bits.se()
  }
  bits.ue()
  bits.skip(1)
  const mapUnits = (bits.ue() + 1) * (bits.ue() + 1)
  const frameMbsOnly = bits.flag()
  return {
    id,
    chromaArrayType: separate ? 0 : chroma,
    separateColourPlanes: separate,
    frameNumBits,
    pocType,
    pocLsbBits,
    deltaPicOrderAlwaysZero,
    frameMbsOnly,
    mapUnits,
  }
}

/** 7.3.2.1.1.1 */
function skipScalingList(bits: BitReader, size: number): void {
  let last = 8
  let next = 8
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256
    last = next === 0 ? last : next
  }
}

export function readAvcPps(unit: Uint8Array): AvcPps {
  const bits = new BitReader(unit, { escaped: true, start: 1 })
  const id = bits.ueMost(255, 'pic_parameter_set_id')
  const spsId = bits.ueMost(31, 'seq_parameter_set_id')
  const cabac = bits.flag()
  const bottomFieldPicOrder = bits.flag()
  const groups = bits.ueMost(7, 'num_slice_groups_minus1')
  const sliceGroupChangeRate = groups > 0 ? readSliceGroups(bits, groups) : 0
  const refIdxDefault = [bits.ueMost(31, 'num_ref_idx_l0') + 1, bits.ueMost(31, 'num_ref_idx_l1') + 1] as const
  const weightedPred = bits.flag()
  const weightedBipredIdc = bits.u(2)
  bits.se()
  bits.se()
  bits.se()
  const deblockingControl = bits.flag()
  bits.skip(1)
  return {
    id,
    spsId,
    cabac,
    bottomFieldPicOrder,
    sliceGroupChangeRate,
    refIdxDefault,
    weightedPred,
    weightedBipredIdc,
    deblockingControl,
    redundantPicCnt: bits.flag(),
  }
}

function readSliceGroups(bits: BitReader, groups: number): number {
  const type = bits.ueMost(6, 'slice_group_map_type')
  if (type === 0) for (let i = 0; i <= groups; i++) bits.ue()
  else if (type === 2)
    for (let i = 0; i < groups; i++) {
      bits.ue()
      bits.ue()
    }
  else if (type >= 3 && type <= 5) {
    bits.skip(1)
    return bits.ue() + 1
  } else if (type === 6) {
    const size = bits.ueMost(139_264, 'pic_size_in_map_units_minus1') + 1
    bits.skip(size * Math.ceil(Math.log2(groups + 1)))
  }
  return 0
}

/** Parameter sets by their ids, as the stream brings them. */
export class AvcParameterSets {
  readonly #sps = new Map<number, AvcSps>()
  readonly #pps = new Map<number, AvcPps>()

  /** Takes a unit of type 7 or 8; others are none of its business. */
  put(unit: Uint8Array): void {
    const type = unit[0]! & 31
    if (type === 7) {
      const sps = readAvcSps(unit)
      this.#sps.set(sps.id, sps)
    } else if (type === 8) {
      const pps = readAvcPps(unit)
      this.#pps.set(pps.id, pps)
    }
  }

  /** @throws {HE_INPUT_DAMAGED} */
  get(ppsId: number): { pps: AvcPps; sps: AvcSps } {
    const pps = this.#pps.get(ppsId)
    const sps = pps && this.#sps.get(pps.spsId)
    if (!pps || !sps) throw damaged(`a slice names parameter set ${ppsId}, which did not come before it`)
    return { pps, sps }
  }
}
