// VP9 levels (webmproject.org/vp9/levels) as libvpx keeps them in vp9/encoder/vp9_encoder.c, vp9_level_defs[]. libvpx marks
// the buffer sizes from 5.2 on as tentative.

export type Vp9LevelRow = {
  readonly name: string
  /** Luma samples per second. */
  readonly maxSampleRate: number
  /** Luma samples per picture. */
  readonly maxPictureSize: number
  /** The longer side. */
  readonly maxBreadth: number
  /** kbit/s. */
  readonly averageKbps: number
  /** kbit. */
  readonly maxCpbKbit: number
}

const row = (
  name: string,
  [maxSampleRate, maxPictureSize, maxBreadth]: readonly [number, number, number],
  [averageKbps, maxCpbKbit]: readonly [number, number],
): Vp9LevelRow => ({ name, maxSampleRate, maxPictureSize, maxBreadth, averageKbps, maxCpbKbit })

/** From small to large. */
export const vp9Levels: readonly Vp9LevelRow[] = [
  row('1.0', [829_440, 36_864, 512], [200, 400]),
  row('1.1', [2_764_800, 73_728, 768], [800, 1000]),
  row('2.0', [4_608_000, 122_880, 960], [1800, 1500]),
  row('2.1', [9_216_000, 245_760, 1344], [3600, 2800]),
  row('3.0', [20_736_000, 552_960, 2048], [7200, 6000]),
  row('3.1', [36_864_000, 983_040, 2752], [12_000, 10_000]),
  row('4.0', [83_558_400, 2_228_224, 4160], [18_000, 16_000]),
  row('4.1', [160_432_128, 2_228_224, 4160], [30_000, 18_000]),
  row('5.0', [311_951_360, 8_912_896, 8384], [60_000, 36_000]),
  row('5.1', [588_251_136, 8_912_896, 8384], [120_000, 46_000]),
  row('5.2', [1_176_502_272, 8_912_896, 8384], [180_000, 90_000]),
  row('6.0', [1_176_502_272, 35_651_584, 16_832], [180_000, 90_000]),
  row('6.1', [2_353_004_544, 35_651_584, 16_832], [240_000, 180_000]),
  row('6.2', [4_706_009_088, 35_651_584, 16_832], [480_000, 360_000]),
]
