// ITU-T H.273 code points (Tables 2, 3, 4) by the names that the model and FFmpeg use: codec strings carry the numbers.
import type { ColorDescription } from '../model/index.ts'

export const primariesCode: Readonly<Record<ColorDescription['primaries'], number>> = {
  bt709: 1,
  bt470m: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  film: 8,
  bt2020: 9,
  smpte428: 10,
  smpte431: 11,
  smpte432: 12,
  ebu3213: 22,
}

export const transferCode: Readonly<Record<ColorDescription['transfer'], number>> = {
  bt709: 1,
  gamma22: 4,
  gamma28: 5,
  smpte170m: 6,
  smpte240m: 7,
  linear: 8,
  log100: 9,
  log316: 10,
  'iec61966-2-4': 11,
  bt1361e: 12,
  'iec61966-2-1': 13,
  'bt2020-10': 14,
  'bt2020-12': 15,
  smpte2084: 16,
  smpte428: 17,
  'arib-std-b67': 18,
}

export const matrixCode: Readonly<Record<ColorDescription['matrix'], number>> = {
  gbr: 0,
  bt709: 1,
  fcc: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  ycgco: 8,
  bt2020nc: 9,
  bt2020c: 10,
  smpte2085: 11,
  'chroma-derived-nc': 12,
  'chroma-derived-c': 13,
  ictcp: 14,
}
