// ITU-T H.264 Table A-1 (levels), Table A-4 (interlaced coding) and A.3.1/A.3.3 (bit-rate factors), read through FFmpeg's
// libavcodec/h264_levels.c (commit 25c8507818d8).

export type H264LevelRow = {
  readonly name: string
  /** level_idc as the sequence parameter set carries it. */
  readonly idc: number
  /** Macroblocks per second. */
  readonly maxMbps: number
  /** Macroblocks per frame. */
  readonly maxFs: number
  /** Macroblocks in the decoded picture buffer. */
  readonly maxDpbMbs: number
  /** Units of the profile's factor, bit/s. */
  readonly maxBr: number
  /** Units of the profile's factor, bit. */
  readonly maxCpb: number
  /** Table A-4: whether frame_mbs_only_flag may be 0. */
  readonly interlaced: boolean
}

const row = (
  name: string,
  [maxMbps, maxFs, maxDpbMbs, maxBr, maxCpb]: readonly [number, number, number, number, number],
): H264LevelRow => {
  const idc = Math.round(Number(name) * 10)
  return { name, idc, maxMbps, maxFs, maxDpbMbs, maxBr, maxCpb, interlaced: idc >= 21 && idc <= 41 }
}

/** From small to large. Level 1b is left out: its signalling depends on the profile and nothing here needs it. */
export const h264Levels: readonly H264LevelRow[] = [
  row('1.0', [1485, 99, 396, 64, 175]),
  row('1.1', [3000, 396, 900, 192, 500]),
  row('1.2', [6000, 396, 2376, 384, 1000]),
  row('1.3', [11880, 396, 2376, 768, 2000]),
  row('2.0', [11880, 396, 2376, 2000, 2000]),
  row('2.1', [19800, 792, 4752, 4000, 4000]),
  row('2.2', [20250, 1620, 8100, 4000, 4000]),
  row('3.0', [40500, 1620, 8100, 10000, 10000]),
  row('3.1', [108000, 3600, 18000, 14000, 14000]),
  row('3.2', [216000, 5120, 20480, 20000, 20000]),
  row('4.0', [245760, 8192, 32768, 20000, 25000]),
  row('4.1', [245760, 8192, 32768, 50000, 62500]),
  row('4.2', [522240, 8704, 34816, 50000, 62500]),
  row('5.0', [589824, 22080, 110400, 135000, 135000]),
  row('5.1', [983040, 36864, 184320, 240000, 240000]),
  row('5.2', [2073600, 36864, 184320, 240000, 240000]),
  row('6.0', [4177920, 139264, 696320, 240000, 240000]),
  row('6.1', [8355840, 139264, 696320, 480000, 480000]),
  row('6.2', [16711680, 139264, 696320, 800000, 800000]),
]

export type H264ProfileRow = {
  readonly idc: number
  /** The byte of constraint flags as libx264 sets it (7.4.2.1.1). */
  readonly constraints: number
  /** cpbBrVclFactor (Table A-2 and A.3.3). */
  readonly factor: number
}

export const h264Profiles: Readonly<Record<string, H264ProfileRow>> = {
  'constrained-baseline': { idc: 66, constraints: 0xc0, factor: 1000 },
  main: { idc: 77, constraints: 0x40, factor: 1000 },
  high: { idc: 100, constraints: 0x00, factor: 1250 },
  high10: { idc: 110, constraints: 0x00, factor: 3000 },
  high422: { idc: 122, constraints: 0x00, factor: 4000 },
  high444: { idc: 244, constraints: 0x00, factor: 4000 },
}

/** constraint_set3_flag, which libx264 sets in High and above when every picture is intra coded (A.2.8 to A.2.10). */
export const H264_INTRA_ONLY = 0x10
