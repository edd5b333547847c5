// What container and bitstream say about color, side by side.
import * as AV from 'node-av/constants'
import type { ColorTags, VideoStream } from '../model/index.ts'
import { chromaLocationNames, matrixNames, primariesNames, rangeNames, transferNames } from './inspect-names.data.ts'

/** FFmpeg's numbers, as codec parameters and frames carry them. */
export type NativeColor = {
  readonly colorPrimaries: number
  readonly colorTrc: number
  readonly colorSpace: number
  readonly colorRange: number
  readonly chromaLocation: number
}

export const silentColor: NativeColor = {
  colorPrimaries: AV.AVCOL_PRI_UNSPECIFIED,
  colorTrc: AV.AVCOL_TRC_UNSPECIFIED,
  colorSpace: AV.AVCOL_SPC_UNSPECIFIED,
  colorRange: AV.AVCOL_RANGE_UNSPECIFIED,
  chromaLocation: AV.AVCHROMA_LOC_UNSPECIFIED,
}

/** Copies the five numbers out of a native object, which may change later. */
export const readNativeColor = (source: NativeColor): NativeColor => ({
  colorPrimaries: source.colorPrimaries,
  colorTrc: source.colorTrc,
  colorSpace: source.colorSpace,
  colorRange: source.colorRange,
  chromaLocation: source.chromaLocation,
})

/** Unspecified and reserved code points become null. */
export const toColorTags = (color: NativeColor): ColorTags => ({
  primaries: primariesNames[color.colorPrimaries] ?? null,
  transfer: transferNames[color.colorTrc] ?? null,
  matrix: matrixNames[color.colorSpace] ?? null,
  range: rangeNames[color.colorRange] ?? null,
  chromaLocation: chromaLocationNames[color.chromaLocation] ?? null,
})

const fields = ['primaries', 'transfer', 'matrix', 'range', 'chromaLocation'] as const satisfies (keyof ColorTags)[]

/** The bitstream's word counts where it speaks; where both speak and differ, the field is named. */
export function mergeColor(container: ColorTags, bitstream: ColorTags): VideoStream['color'] {
  const pick = <K extends keyof ColorTags>(key: K): ColorTags[K] => bitstream[key] ?? container[key]
  return {
    container,
    bitstream,
    effective: {
      primaries: pick('primaries'),
      transfer: pick('transfer'),
      matrix: pick('matrix'),
      range: pick('range'),
      chromaLocation: pick('chromaLocation'),
    },
    contradictions: fields.filter(key => {
      const [left, right] = [container[key], bitstream[key]]
      return left !== null && right !== null && left !== right
    }),
  }
}
