// Where the loudspeakers of FFmpeg's channels stand, and the bits by which its layouts name them.

/** A channel that BS.1770 leaves out has no position. Degrees; the sign of the azimuth does not matter here. */
export type ChannelPosition = {
  /** In the mask of a layout (libavutil/channel_layout.h, enum AVChannel); the order of channels is the order of bits. */
  readonly bit: number
  readonly azimuthDeg: number | null
  readonly elevationDeg: number
}

const at = (bit: number, azimuthDeg: number | null, elevationDeg = 0): ChannelPosition => ({
  bit,
  azimuthDeg,
  elevationDeg,
})

/** Where a back pair stands that has a side pair before it: M±135 of 7.1 (ITU-R BS.2051-3 system I). */
export const BACK_BEHIND_SIDE_DEG = 135

/**
 * Nominal positions of ITU-R BS.2051-3 Table 1 (M±030, M±060, M±090, M±110, U±045 …). BL and BR stand alone at ±110, as
 * the one surround pair of 5.1 does, whichever name a file gives it.
 */
export const channelPositions: Readonly<Record<string, ChannelPosition>> = {
  FL: at(0, 30),
  FR: at(1, 30),
  FC: at(2, 0),
  LFE: at(3, null),
  BL: at(4, 110),
  BR: at(5, 110),
  FLC: at(6, 15),
  FRC: at(7, 15),
  BC: at(8, 180),
  SL: at(9, 90),
  SR: at(10, 90),
  TC: at(11, 0, 90),
  TFL: at(12, 45, 30),
  TFC: at(13, 0, 30),
  TFR: at(14, 45, 30),
  TBL: at(15, 135, 30),
  TBC: at(16, 180, 30),
  TBR: at(17, 135, 30),
  DL: at(29, 30),
  DR: at(30, 30),
  WL: at(31, 60),
  WR: at(32, 60),
  SDL: at(33, 110),
  SDR: at(34, 110),
  LFE2: at(35, null),
  TSL: at(36, 90, 30),
  TSR: at(37, 90, 30),
  BFC: at(38, 0, -30),
  BFL: at(39, 45, -30),
  BFR: at(40, 45, -30),
}
