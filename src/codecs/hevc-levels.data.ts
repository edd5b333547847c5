// ITU-T H.265 Tables A.8 and A.9 (general tier and level limits) and A.10 (factors), read through FFmpeg's
// libavcodec/h265_profile_level.c (commit 455d3a768477).

export type HevcLevelRow = {
  readonly name: string
  /** Luma samples per picture. */
  readonly maxLumaPs: number
  /** Luma samples per second. */
  readonly maxLumaSr: number
  /** Units of the profile's factor, bit/s; 0 where the level has no High tier. */
  readonly maxBr: { readonly main: number; readonly high: number }
  /** Units of the profile's factor, bit. */
  readonly maxCpb: { readonly main: number; readonly high: number }
}

type Pair = readonly [main: number, high: number]
const row = (name: string, maxLumaPs: number, maxLumaSr: number, br: Pair, cpb: Pair): HevcLevelRow => ({
  name,
  maxLumaPs,
  maxLumaSr,
  maxBr: { main: br[0], high: br[1] },
  maxCpb: { main: cpb[0], high: cpb[1] },
})

/** From small to large. Level 8.5, which bounds nothing, is left out. */
export const hevcLevels: readonly HevcLevelRow[] = [
  row('1.0', 36_864, 552_960, [128, 0], [350, 0]),
  row('2.0', 122_880, 3_686_400, [1500, 0], [1500, 0]),
  row('2.1', 245_760, 7_372_800, [3000, 0], [3000, 0]),
  row('3.0', 552_960, 16_588_800, [6000, 0], [6000, 0]),
  row('3.1', 983_040, 33_177_600, [10_000, 0], [10_000, 0]),
  row('4.0', 2_228_224, 66_846_720, [12_000, 30_000], [12_000, 30_000]),
  row('4.1', 2_228_224, 133_693_440, [20_000, 50_000], [20_000, 50_000]),
  row('5.0', 8_912_896, 267_386_880, [25_000, 100_000], [25_000, 100_000]),
  row('5.1', 8_912_896, 534_773_760, [40_000, 160_000], [40_000, 160_000]),
  row('5.2', 8_912_896, 1_069_547_520, [60_000, 240_000], [60_000, 240_000]),
  row('6.0', 35_651_584, 1_069_547_520, [60_000, 240_000], [60_000, 240_000]),
  row('6.1', 35_651_584, 2_139_095_040, [120_000, 480_000], [120_000, 480_000]),
  row('6.2', 35_651_584, 4_278_190_080, [240_000, 800_000], [240_000, 800_000]),
]

export type HevcProfileRow = {
  /** general_profile_idc. */
  readonly idc: 1 | 2 | 4
  /** CpbVclFactor and BrVclFactor (Table A.10). */
  readonly factor: number
  /**
   * Of the format range extensions, A.3.5: general_max_12bit, max_10bit, max_8bit and max_422chroma as the low nibble of the
   * first constraint byte, max_420chroma as the top bit of the second. `null` for version 1, which has none.
   */
  readonly constraints: readonly [first: number, second: number] | null
  /** The same where every picture is intra coded; x265 then signals an intra profile of the extensions. */
  readonly intra: readonly [first: number, second: number]
}

/** Profiles as x265 signals them: version 1 by its own number, the others as format range extensions. */
export const hevcProfiles: Readonly<Record<string, HevcProfileRow>> = {
  main: { idc: 1, factor: 1000, constraints: null, intra: [0xf, 0x80] },
  main10: { idc: 2, factor: 1000, constraints: null, intra: [0xd, 0x80] },
  main12: { idc: 4, factor: 1500, constraints: [0x9, 0x80], intra: [0x9, 0x80] },
  'main422-10': { idc: 4, factor: 1667, constraints: [0xd, 0x00], intra: [0xd, 0x00] },
  'main422-12': { idc: 4, factor: 2000, constraints: [0x9, 0x00], intra: [0x9, 0x00] },
  'main444-8': { idc: 4, factor: 2000, constraints: [0xe, 0x00], intra: [0xe, 0x00] },
  'main444-10': { idc: 4, factor: 2500, constraints: [0xc, 0x00], intra: [0xc, 0x00] },
  'main444-12': { idc: 4, factor: 3000, constraints: [0x8, 0x00], intra: [0x8, 0x00] },
}
