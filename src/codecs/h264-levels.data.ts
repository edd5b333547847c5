// ITU-T H.264 Table A-1 (levels) and A.3.1/A.3.3 (bit-rate factors), as carried by FFmpeg's libavcodec/h264_levels.c.

export type H264Level = {
  readonly name: string
  /** level_idc as written in the sequence parameter set. */
  readonly idc: number
  /** Macroblocks per second. */
  readonly maxMbps: number
  /** Macroblocks per frame. */
  readonly maxFs: number
  /** Macroblocks in the decoded picture buffer. */
  readonly maxDpbMbs: number
  /** Units of cpbBrVclFactor bit/s and bit. */
  readonly maxBr: number
  readonly maxCpb: number
}

const level = (
  name: string,
  idc: number,
  maxMbps: number,
  maxFs: number,
  maxDpbMbs: number,
  maxBr: number,
  maxCpb: number,
): H264Level => ({
  name,
  idc,
  maxMbps,
  maxFs,
  maxDpbMbs,
  maxBr,
  maxCpb,
})

/** Level 1b is left out: its signalling depends on the profile and no target asks for it. */
export const h264Levels: readonly H264Level[] = [
  level('1.0', 10, 1485, 99, 396, 64, 175),
  level('1.1', 11, 3000, 396, 900, 192, 500),
  level('1.2', 12, 6000, 396, 2376, 384, 1000),
  level('1.3', 13, 11880, 396, 2376, 768, 2000),
  level('2.0', 20, 11880, 396, 2376, 2000, 2000),
  level('2.1', 21, 19800, 792, 4752, 4000, 4000),
  level('2.2', 22, 20250, 1620, 8100, 4000, 4000),
  level('3.0', 30, 40500, 1620, 8100, 10000, 10000),
  level('3.1', 31, 108000, 3600, 18000, 14000, 14000),
  level('3.2', 32, 216000, 5120, 20480, 20000, 20000),
  level('4.0', 40, 245760, 8192, 32768, 20000, 25000),
  level('4.1', 41, 245760, 8192, 32768, 50000, 62500),
  level('4.2', 42, 522240, 8704, 34816, 50000, 62500),
  level('5.0', 50, 589824, 22080, 110400, 135000, 135000),
  level('5.1', 51, 983040, 36864, 184320, 240000, 240000),
  level('5.2', 52, 2073600, 36864, 184320, 240000, 240000),
  level('6.0', 60, 4177920, 139264, 696320, 240000, 240000),
  level('6.1', 61, 8355840, 139264, 696320, 480000, 480000),
  level('6.2', 62, 16711680, 139264, 696320, 800000, 800000),
]

/** profile_idc, the constraint byte libx264 writes, and cpbBrVclFactor (bit/s per unit of MaxBR). */
export const h264Profiles = {
  high: { idc: 100, constraints: 0, factor: 1250 },
  main: { idc: 77, constraints: 0x40, factor: 1000 },
} as const
