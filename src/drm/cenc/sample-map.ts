// Which bytes of a sample are protected, by codec: slice data of H.264 and HEVC, tile data of AV1, everything of sound.
import { HeadendError } from '../../core/index.ts'
import { Cursor, damaged } from '../../manifest/index.ts'
import type { SampleEntry } from '../protected-entry.ts'
import { createAv1Mapper } from './av1-obus.ts'
import { AvcParameterSets } from './avc-parameter-sets.ts'
import { avcSliceHeaderBytes } from './avc-slice.ts'
import { HevcParameterSets, layerOf } from './hevc-parameter-sets.ts'
import { hevcSliceHeaderBytes } from './hevc-slice.ts'
import { SubsampleBuilder, type SubsampleMap } from './subsamples.ts'

/** The map of the next sample in decoding order; null where all of it is protected. */
export type SampleMapper = (sample: Uint8Array) => SubsampleMap | null

/** Sound whose samples are protected whole. */
const WHOLE = new Set(['mp4a', 'Opus', 'ac-3', 'ec-3', 'fLaC', 'ac-4', 'alac'])

/** A mapper that knows the configuration in the sample entry. @throws {HE_INPUT_UNSUPPORTED} {HE_INPUT_DAMAGED} */
export function createSampleMapper({ format, boxes }: SampleEntry, { align }: { align: boolean }): SampleMapper {
  const config = (type: string): Uint8Array | undefined => boxes.find(box => box.type === type)?.body
  const avcC = config('avcC')
  const hvcC = config('hvcC')
  if (WHOLE.has(format)) return () => null
  if (/^(avc[13]|dva[v1])$/.test(format) && avcC) return createAvcMapper(avcC, align)
  if (/^(hvc1|hev1|dvh[e1])$/.test(format) && hvcC) return createHevcMapper(hvcC, align)
  if (/^(av01|dav1)$/.test(format)) return createAv1Mapper(config('av1C'), align)
  throw new HeadendError('HE_INPUT_UNSUPPORTED', `samples of ${format} cannot be encrypted`, { details: { format } })
}

/** ISO/IEC 14496-15 5.3.3.1 */
function createAvcMapper(config: Uint8Array, align: boolean): SampleMapper {
  const sets = new AvcParameterSets()
  const cursor = new Cursor(config, 'avcC')
  cursor.skip(4)
  const lengthBytes = (cursor.u8() & 3) + 1
  for (let left = cursor.u8() & 31; left > 0; left--) putUnit(sets, cursor.take(cursor.u16()))
  for (let left = cursor.u8(); left > 0; left--) putUnit(sets, cursor.take(cursor.u16()))
  return createUnitMapper(lengthBytes, align, unit => {
    const type = unit[0]! & 31
    if (type === 1 || type === 5) return avcSliceHeaderBytes(unit, sets)
    // 2 … 4 are partitions, 20 and 21 slices of other layers and views: pictures that would stay readable.
    if ((type >= 2 && type <= 4) || type === 20 || type === 21)
      throw new HeadendError('HE_INPUT_UNSUPPORTED', `H.264 with NAL units of type ${type} cannot be encrypted`)
    sets.put(unit)
    return unit.length
  })
}

/** ISO/IEC 14496-15 8.3.3.1 */
function createHevcMapper(config: Uint8Array, align: boolean): SampleMapper {
  const sets = new HevcParameterSets()
  const cursor = new Cursor(config, 'hvcC')
  cursor.skip(21)
  const lengthBytes = (cursor.u8() & 3) + 1
  for (let arrays = cursor.u8(); arrays > 0; arrays--) {
    cursor.skip(1)
    for (let left = cursor.u16(); left > 0; left--) putUnit(sets, cursor.take(cursor.u16()))
  }
  return createUnitMapper(lengthBytes, align, unit => {
    // 0 … 31 are coded pictures (table 7-1).
    if (unit[0]! >> 1 >= 32) {
      sets.put(unit)
      return unit.length
    }
    if (layerOf(unit) !== 0)
      throw new HeadendError('HE_INPUT_UNSUPPORTED', 'HEVC with several layers cannot be encrypted')
    return hevcSliceHeaderBytes(unit, sets)
  })
}

const putUnit = (sets: { put(unit: Uint8Array): void }, unit: Uint8Array): void => {
  if (unit.length > 0) sets.put(unit)
}

/** `clearBytes` says how much of a unit stays in the clear. */
function createUnitMapper(lengthBytes: number, align: boolean, clearBytes: (unit: Uint8Array) => number): SampleMapper {
  const builder = new SubsampleBuilder({ align })
  return sample => {
    for (let at = 0; at < sample.length; ) {
      let length = 0
      if (at + lengthBytes > sample.length) throw damaged('a NAL unit is cut off')
      for (let i = 0; i < lengthBytes; i++) length = length * 256 + sample[at + i]!
      at += lengthBytes
      if (length > sample.length - at) throw damaged('a NAL unit is longer than its sample')
      const clear = length === 0 ? 0 : clearBytes(sample.subarray(at, at + length))
      builder.add(lengthBytes + clear, length - clear)
      at += length
    }
    return builder.finish()
  }
}
