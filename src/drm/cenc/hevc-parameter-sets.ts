// SPS and PPS of H.265, as far as a slice header depends on them (ITU-T H.265 7.3.2.2 and 7.3.2.3).
import { HeadendError } from '../../core/index.ts'
import { damaged } from '../../manifest/index.ts'
import { BitReader, bitsFor } from './bit-reader.ts'
import { type RefPicSet, readRefPicSet } from './hevc-ref-pic-set.ts'
import { skipHevcVui } from './hevc-vui.ts'

export type HevcSps = {
  readonly id: number
  readonly chromaArrayType: number
  readonly separateColourPlanes: boolean
  readonly pocLsbBits: number
  /** Bits of slice_segment_address. */
  readonly addressBits: number
  readonly sao: boolean
  readonly refPicSets: readonly RefPicSet[]
  readonly longTerm: boolean
  /** used_by_curr_pic_lt_sps_flag of each. */
  readonly longTermUsed: readonly boolean[]
  readonly temporalMvp: boolean
  readonly motionVectorControlIdc: number
}

export type HevcPps = {
  readonly id: number
  readonly spsId: number
  readonly dependentSlices: boolean
  readonly outputFlag: boolean
  readonly extraBits: number
  readonly cabacInit: boolean
  readonly refIdxDefault: readonly [number, number]
  readonly sliceChromaQp: boolean
  readonly weightedPred: boolean
  readonly weightedBipred: boolean
  /** Tiles or wavefronts: slices list entry points. */
  readonly entryPoints: boolean
  readonly loopFilterAcross: boolean
  readonly deblockingOverride: boolean
  readonly deblockingDisabled: boolean
  readonly listsModification: boolean
  readonly headerExtension: boolean
  readonly chromaQpList: boolean
  readonly currentPictureRef: boolean
  readonly actQp: boolean
}

export function readHevcSps(unit: Uint8Array): HevcSps {
  const bits = new BitReader(unit, { escaped: true, start: 2 })
  bits.skip(4)
  const subLayers = bits.u(3)
  bits.skip(1)
  skipProfileTierLevel(bits, subLayers)
  const id = bits.ueMost(15, 'sps_seq_parameter_set_id')
  const chroma = bits.ueMost(3, 'chroma_format_idc')
  const separateColourPlanes = chroma === 3 && bits.flag()
  const [width, height] = [bits.ue(), bits.ue()]
  if (bits.flag()) for (let i = 0; i < 4; i++) bits.ue()
  const depths = [bits.ueMost(8, 'bit_depth_luma_minus8') + 8, bits.ueMost(8, 'bit_depth_chroma_minus8') + 8] as const
  const pocLsbBits = bits.ueMost(12, 'log2_max_pic_order_cnt_lsb_minus4') + 4
  for (let i = bits.flag() ? 0 : subLayers; i <= subLayers; i++) for (let k = 0; k < 3; k++) bits.ue()
  const ctbLog2 = bits.ueMost(3, 'log2_min_luma_coding_block_size_minus3') + 3 + bits.ueMost(3, 'log2_diff_max_min')
  for (let i = 0; i < 4; i++) bits.ue()
  if (bits.flag() && bits.flag()) skipScalingLists(bits)
  bits.skip(1)
  const sao = bits.flag()
  if (bits.flag()) {
    bits.skip(8)
    bits.ue()
    bits.ue()
    bits.skip(1)
  }
  const refPicSets: RefPicSet[] = []
  for (let left = bits.ueMost(64, 'num_short_term_ref_pic_sets'), count = left; left > 0; left--)
    refPicSets.push(readRefPicSet(bits, refPicSets.length, count, refPicSets))
  const longTerm = bits.flag()
  const longTermUsed: boolean[] = []
  if (longTerm)
    for (let left = bits.ueMost(32, 'num_long_term_ref_pics_sps'); left > 0; left--) {
      bits.skip(pocLsbBits)
      longTermUsed.push(bits.flag())
    }
  const temporalMvp = bits.flag()
  bits.skip(1)
  if (bits.flag()) skipHevcVui(bits, subLayers)
  const ctbs = Math.ceil(width / 2 ** ctbLog2) * Math.ceil(height / 2 ** ctbLog2)
  return {
    id,
    chromaArrayType: separateColourPlanes ? 0 : chroma,
    separateColourPlanes,
    pocLsbBits,
    addressBits: bitsFor(ctbs),
    sao,
    refPicSets,
    longTerm,
    longTermUsed,
    temporalMvp,
    motionVectorControlIdc: bits.flag() ? readSpsExtensions(bits, chroma, depths) : 0,
  }
}

/** 7.3.2.2.1 and the extensions behind it, up to the one field that slices need. */
function readSpsExtensions(bits: BitReader, chroma: number, depths: readonly [number, number]): number {
  const [range, multilayer, three, scc] = [bits.flag(), bits.flag(), bits.flag(), bits.flag()]
  bits.skip(4)
  if (range) bits.skip(9)
  if (multilayer) bits.skip(1)
  if (!scc) return 0
  if (three) throw unsupported('3D extensions with screen content coding')
  bits.skip(1)
  if (bits.flag()) {
    bits.ue()
    bits.ue()
    if (bits.flag()) {
      const entries = bits.ueMost(127, 'sps_num_palette_predictor_initializers_minus1') + 1
      bits.skip(entries * (depths[0] + (chroma === 0 ? 0 : 2 * depths[1])))
    }
  }
  return bits.u(2)
}

const unsupported = (what: string): HeadendError =>
  new HeadendError('HE_INPUT_UNSUPPORTED', `HEVC with ${what} cannot be encrypted`)

/** 7.3.3 */
function skipProfileTierLevel(bits: BitReader, subLayers: number): void {
  bits.skip(96)
  const present: [boolean, boolean][] = []
  for (let i = 0; i < subLayers; i++) present.push([bits.flag(), bits.flag()])
  if (subLayers > 0) bits.skip(2 * (8 - subLayers))
  for (const [profile, level] of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0))
}

/** 7.3.4 */
function skipScalingLists(bits: BitReader): void {
  for (let size = 0; size < 4; size++)
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.ue()
        continue
      }
      if (size > 1) bits.se()
      for (let i = Math.min(64, 1 << (4 + (size << 1))); i > 0; i--) bits.se()
    }
}

export function readHevcPps(unit: Uint8Array): HevcPps {
  const bits = new BitReader(unit, { escaped: true, start: 2 })
  const id = bits.ueMost(63, 'pps_pic_parameter_set_id')
  const spsId = bits.ueMost(15, 'pps_seq_parameter_set_id')
  const dependentSlices = bits.flag()
  const outputFlag = bits.flag()
  const extraBits = bits.u(3)
  bits.skip(1)
  const cabacInit = bits.flag()
  const refIdxDefault = [bits.ueMost(14, 'num_ref_idx_l0') + 1, bits.ueMost(14, 'num_ref_idx_l1') + 1] as const
  bits.se()
  bits.skip(1)
  const transformSkip = bits.flag()
  if (bits.flag()) bits.ue()
  bits.se()
  bits.se()
  const sliceChromaQp = bits.flag()
  const weightedPred = bits.flag()
  const weightedBipred = bits.flag()
  bits.skip(1)
  const tiles = bits.flag()
  const wavefronts = bits.flag()
  if (tiles) skipTiles(bits)
  const loopFilterAcross = bits.flag()
  let deblockingOverride = false
  let deblockingDisabled = false
  if (bits.flag()) {
    deblockingOverride = bits.flag()
    deblockingDisabled = bits.flag()
    if (!deblockingDisabled) {
      bits.se()
      bits.se()
    }
  }
  if (bits.flag()) skipScalingLists(bits)
  const listsModification = bits.flag()
  bits.ue()
  const headerExtension = bits.flag()
  const extension = bits.flag() ? readPpsExtensions(bits, transformSkip) : none
  return {
    id,
    spsId,
    dependentSlices,
    outputFlag,
    extraBits,
    cabacInit,
    refIdxDefault,
    sliceChromaQp,
    weightedPred,
    weightedBipred,
    entryPoints: tiles || wavefronts,
    loopFilterAcross,
    deblockingOverride,
    deblockingDisabled,
    listsModification,
    headerExtension,
    ...extension,
  }
}

function skipTiles(bits: BitReader): void {
  const columns = bits.ueMost(64, 'num_tile_columns_minus1')
  const rows = bits.ueMost(64, 'num_tile_rows_minus1')
  if (!bits.flag()) for (let i = columns + rows; i > 0; i--) bits.ue()
  bits.skip(1)
}

type PpsExtensions = Pick<HevcPps, 'chromaQpList' | 'currentPictureRef' | 'actQp'>
const none: PpsExtensions = { chromaQpList: false, currentPictureRef: false, actQp: false }

function readPpsExtensions(bits: BitReader, transformSkip: boolean): PpsExtensions {
  const [range, multilayer, three, scc] = [bits.flag(), bits.flag(), bits.flag(), bits.flag()]
  bits.skip(4)
  let chromaQpList = false
  if (range) {
    if (transformSkip) bits.ue()
    bits.skip(1)
    chromaQpList = bits.flag()
    if (chromaQpList) {
      bits.ue()
      for (let left = bits.ueMost(5, 'chroma_qp_offset_list_len_minus1') + 1; left > 0; left--) {
        bits.se()
        bits.se()
      }
    }
    bits.ue()
    bits.ue()
  }
  if (!scc) return { ...none, chromaQpList }
  if (multilayer || three) throw unsupported('layers and screen content coding')
  const currentPictureRef = bits.flag()
  return { chromaQpList, currentPictureRef, actQp: bits.flag() && bits.flag() }
}

/** Parameter sets by their ids, as the stream brings them. */
export class HevcParameterSets {
  readonly #sps = new Map<number, HevcSps>()
  readonly #pps = new Map<number, HevcPps>()

  /** Takes a unit of type 33 or 34 of the base layer; others are none of its business. */
  put(unit: Uint8Array): void {
    const type = (unit[0]! >> 1) & 63
    if (layerOf(unit) !== 0) return
    if (type === 33) {
      const sps = readHevcSps(unit)
      this.#sps.set(sps.id, sps)
    } else if (type === 34) {
      const pps = readHevcPps(unit)
      this.#pps.set(pps.id, pps)
    }
  }

  /** @throws {HE_INPUT_DAMAGED} */
  get(ppsId: number): { pps: HevcPps; sps: HevcSps } {
    const pps = this.#pps.get(ppsId)
    const sps = pps && this.#sps.get(pps.spsId)
    if (!pps || !sps) throw damaged(`a slice names parameter set ${ppsId}, which did not come before it`)
    return { pps, sps }
  }
}

/** nuh_layer_id */
export const layerOf = (unit: Uint8Array): number => ((unit[0]! & 1) << 5) | ((unit[1] ?? 0) >> 3)
