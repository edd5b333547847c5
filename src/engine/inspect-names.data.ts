// FFmpeg's numbers → the names of our model. Color: the code points of ITU-T H.273, which FFmpeg takes over.
import * as AV from 'node-av/constants'
import type { ColorTags, VideoStream } from '../model/index.ts'

type Names<K extends keyof ColorTags> = Readonly<Record<number, NonNullable<ColorTags[K]>>>

/** H.273 table 2. */
export const primariesNames: Names<'primaries'> = {
  1: 'bt709',
  4: 'bt470m',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'film',
  9: 'bt2020',
  10: 'smpte428',
  11: 'smpte431',
  12: 'smpte432',
  22: 'ebu3213',
}

/** H.273 table 3. */
export const transferNames: Names<'transfer'> = {
  1: 'bt709',
  4: 'gamma22',
  5: 'gamma28',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'linear',
  9: 'log100',
  10: 'log316',
  11: 'iec61966-2-4',
  12: 'bt1361e',
  13: 'iec61966-2-1',
  14: 'bt2020-10',
  15: 'bt2020-12',
  16: 'smpte2084',
  17: 'smpte428',
  18: 'arib-std-b67',
}

/** H.273 table 4. */
export const matrixNames: Names<'matrix'> = {
  0: 'gbr',
  1: 'bt709',
  4: 'fcc',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'ycgco',
  9: 'bt2020nc',
  10: 'bt2020c',
  11: 'smpte2085',
  12: 'chroma-derived-nc',
  13: 'chroma-derived-c',
  14: 'ictcp',
}

export const rangeNames: Names<'range'> = { [AV.AVCOL_RANGE_MPEG]: 'tv', [AV.AVCOL_RANGE_JPEG]: 'pc' }

export const chromaLocationNames: Names<'chromaLocation'> = {
  [AV.AVCHROMA_LOC_LEFT]: 'left',
  [AV.AVCHROMA_LOC_CENTER]: 'center',
  [AV.AVCHROMA_LOC_TOPLEFT]: 'topleft',
  [AV.AVCHROMA_LOC_TOP]: 'top',
  [AV.AVCHROMA_LOC_BOTTOMLEFT]: 'bottomleft',
  [AV.AVCHROMA_LOC_BOTTOM]: 'bottom',
}

/** Name → flag, in the order in which they are listed. */
export const dispositionFlags: readonly (readonly [string, number])[] = [
  ['default', AV.AV_DISPOSITION_DEFAULT],
  ['dub', AV.AV_DISPOSITION_DUB],
  ['original', AV.AV_DISPOSITION_ORIGINAL],
  ['comment', AV.AV_DISPOSITION_COMMENT],
  ['lyrics', AV.AV_DISPOSITION_LYRICS],
  ['karaoke', AV.AV_DISPOSITION_KARAOKE],
  ['forced', AV.AV_DISPOSITION_FORCED],
  ['hearing_impaired', AV.AV_DISPOSITION_HEARING_IMPAIRED],
  ['visual_impaired', AV.AV_DISPOSITION_VISUAL_IMPAIRED],
  ['clean_effects', AV.AV_DISPOSITION_CLEAN_EFFECTS],
  ['attached_pic', AV.AV_DISPOSITION_ATTACHED_PIC],
  ['timed_thumbnails', AV.AV_DISPOSITION_TIMED_THUMBNAILS],
  ['non_diegetic', AV.AV_DISPOSITION_NON_DIEGETIC],
  ['captions', AV.AV_DISPOSITION_CAPTIONS],
  ['descriptions', AV.AV_DISPOSITION_DESCRIPTIONS],
  ['metadata', AV.AV_DISPOSITION_METADATA],
  ['dependent', AV.AV_DISPOSITION_DEPENDENT],
  ['still_image', AV.AV_DISPOSITION_STILL_IMAGE],
  ['multilayer', AV.AV_DISPOSITION_MULTILAYER],
]

/** AVFieldOrder → the field shown first (tb and bt name the coded one first, the shown one second). */
export const fieldOrderNames: Readonly<Record<number, VideoStream['fieldOrder']>> = {
  1: 'progressive',
  2: 'tff',
  3: 'bff',
  4: 'bff',
  5: 'tff',
}

/** Nominal rates in use, frames per second: what a jittery average is snapped to. */
export const commonFrameRates: readonly (readonly [number, number])[] = [
  [24000, 1001],
  [24, 1],
  [25, 1],
  [30000, 1001],
  [30, 1],
  [48000, 1001],
  [48, 1],
  [50, 1],
  [60000, 1001],
  [60, 1],
  [100, 1],
  [120000, 1001],
  [120, 1],
  [240, 1],
  [20, 1],
  [15000, 1001],
  [15, 1],
  [12000, 1001],
  [12, 1],
  [25, 2],
  [10, 1],
  [5, 1],
  [1, 1],
]
