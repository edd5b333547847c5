// ITU-T H.262 | ISO/IEC 13818-2, 8.2 and 8.3: Tables 8-8, 8-11 (sizes and rates), 8-13 (luma samples), 8-12 (bit rates) and 8-14
// (VBV buffer) of Main Profile, and the same of 4:2:2 Profile. Those of Main Profile agree with mpeg2enc of the MPEG
// Software Simulation Group (maxval_tab).

export type Mpeg2LevelRow = {
  readonly name: string
  /** Level of profile_and_level_indication; 4:2:2 Profile is an escape with numbers of its own (Table 8-5). */
  readonly code: number
  readonly maxWidth: number
  readonly maxHeight: number
  readonly maxFps: number
  /** Luma samples per second. */
  readonly maxSampleRate: number
  readonly maxBps: number
  /** bit. */
  readonly vbvBits: number
}

const row = (
  name: string,
  code: number,
  [maxWidth, maxHeight, maxFps, maxSampleRate]: readonly [number, number, number, number],
  [maxBps, vbvBits]: readonly [number, number],
): Mpeg2LevelRow => ({ name, code, maxWidth, maxHeight, maxFps, maxSampleRate, maxBps, vbvBits })

/** By profile, from small to large. */
export const mpeg2Levels: Readonly<Record<string, readonly Mpeg2LevelRow[]>> = {
  main: [
    row('low', 10, [352, 288, 30, 3_041_280], [4_000_000, 475_136]),
    row('main', 8, [720, 576, 30, 10_368_000], [15_000_000, 1_835_008]),
    row('high-1440', 6, [1440, 1152, 60, 47_001_600], [60_000_000, 7_340_032]),
    row('high', 4, [1920, 1152, 60, 62_668_800], [80_000_000, 9_781_248]),
  ],
  '422': [
    row('main', 5, [720, 608, 30, 11_059_200], [50_000_000, 9_437_184]),
    row('high', 2, [1920, 1152, 60, 62_668_800], [300_000_000, 47_185_920]),
  ],
}
