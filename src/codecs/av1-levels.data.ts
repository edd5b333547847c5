// AV1 bitstream specification, Annex A.3 (levels), read through FFmpeg's libavcodec/av1_levels.c (commit 3be81e3b449f).

export type Av1LevelRow = {
  readonly name: string
  /** seq_level_idx, which the codec string counts in. */
  readonly index: number
  /** Samples per picture. */
  readonly maxPicSize: number
  readonly maxHSize: number
  readonly maxVSize: number
  /** Shown samples per second. */
  readonly maxDisplayRate: number
  /** Decoded samples per second. */
  readonly maxDecodeRate: number
  /** Frame headers per second. */
  readonly maxHeaderRate: number
  /** Mbit/s times the profile's factor; 0 where the level has no High tier. */
  readonly mbps: { readonly main: number; readonly high: number }
}

const row = (
  name: string,
  index: number,
  [maxPicSize, maxHSize, maxVSize]: readonly [number, number, number],
  [maxDisplayRate, maxDecodeRate, maxHeaderRate]: readonly [number, number, number],
  [main, high]: readonly [number, number],
): Av1LevelRow => ({
  ...{ name, index, maxPicSize, maxHSize, maxVSize, maxDisplayRate, maxDecodeRate, maxHeaderRate },
  mbps: { main, high },
})

/** From small to large; the numbers between them are reserved. */
export const av1Levels: readonly Av1LevelRow[] = [
  row('2.0', 0, [147_456, 2048, 1152], [4_423_680, 5_529_600, 150], [1.5, 0]),
  row('2.1', 1, [278_784, 2816, 1584], [8_363_520, 10_454_400, 150], [3, 0]),
  row('3.0', 4, [665_856, 4352, 2448], [19_975_680, 24_969_600, 150], [6, 0]),
  row('3.1', 5, [1_065_024, 5504, 3096], [31_950_720, 39_938_400, 150], [10, 0]),
  row('4.0', 8, [2_359_296, 6144, 3456], [70_778_880, 77_856_768, 300], [12, 30]),
  row('4.1', 9, [2_359_296, 6144, 3456], [141_557_760, 155_713_536, 300], [20, 50]),
  row('5.0', 12, [8_912_896, 8192, 4352], [267_386_880, 273_715_200, 300], [30, 100]),
  row('5.1', 13, [8_912_896, 8192, 4352], [534_773_760, 547_430_400, 300], [40, 160]),
  row('5.2', 14, [8_912_896, 8192, 4352], [1_069_547_520, 1_094_860_800, 300], [60, 240]),
  row('5.3', 15, [8_912_896, 8192, 4352], [1_069_547_520, 1_176_502_272, 300], [60, 240]),
  row('6.0', 16, [35_651_584, 16_384, 8704], [1_069_547_520, 1_176_502_272, 300], [60, 240]),
  row('6.1', 17, [35_651_584, 16_384, 8704], [2_139_095_040, 2_189_721_600, 300], [100, 480]),
  row('6.2', 18, [35_651_584, 16_384, 8704], [4_278_190_080, 4_379_443_200, 300], [160, 800]),
  row('6.3', 19, [35_651_584, 16_384, 8704], [4_278_190_080, 4_706_009_088, 300], [160, 800]),
]

/** seq_profile and BitrateProfileFactor (A.3). */
export const av1Profiles: Readonly<Record<string, { readonly idc: 0 | 1 | 2; readonly factor: number }>> = {
  main: { idc: 0, factor: 1 },
  high: { idc: 1, factor: 2 },
  professional: { idc: 2, factor: 3 },
}
