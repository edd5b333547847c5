// Channel names of FFmpeg's layouts, in the order of their channels (libavutil/channel_layout.h), and down-mix coefficients.

export const layoutChannels: Readonly<Record<string, readonly string[]>> = {
  mono: ['FC'],
  stereo: ['FL', 'FR'],
  downmix: ['DL', 'DR'],
  '2.1': ['FL', 'FR', 'LFE'],
  '3.0': ['FL', 'FR', 'FC'],
  '3.0(back)': ['FL', 'FR', 'BC'],
  '3.1': ['FL', 'FR', 'FC', 'LFE'],
  '4.0': ['FL', 'FR', 'FC', 'BC'],
  '4.1': ['FL', 'FR', 'FC', 'LFE', 'BC'],
  quad: ['FL', 'FR', 'BL', 'BR'],
  'quad(side)': ['FL', 'FR', 'SL', 'SR'],
  '5.0': ['FL', 'FR', 'FC', 'BL', 'BR'],
  '5.0(side)': ['FL', 'FR', 'FC', 'SL', 'SR'],
  '5.1': ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR'],
  '5.1(side)': ['FL', 'FR', 'FC', 'LFE', 'SL', 'SR'],
  '6.0': ['FL', 'FR', 'FC', 'BC', 'SL', 'SR'],
  hexagonal: ['FL', 'FR', 'FC', 'BL', 'BR', 'BC'],
  '6.1': ['FL', 'FR', 'FC', 'LFE', 'BC', 'SL', 'SR'],
  '6.1(back)': ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR', 'BC'],
  '7.0': ['FL', 'FR', 'FC', 'BL', 'BR', 'SL', 'SR'],
  '7.0(front)': ['FL', 'FR', 'FC', 'FLC', 'FRC', 'SL', 'SR'],
  '7.1': ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR', 'SL', 'SR'],
  '7.1(wide)': ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR', 'FLC', 'FRC'],
  '7.1(wide-side)': ['FL', 'FR', 'FC', 'LFE', 'FLC', 'FRC', 'SL', 'SR'],
  octagonal: ['FL', 'FR', 'FC', 'BL', 'BR', 'BC', 'SL', 'SR'],
}

/** What a number of channels without a layout is taken for: the order of WAVE files and of most interfaces. */
export const layoutByCount: Readonly<Record<number, string>> = {
  1: 'mono',
  2: 'stereo',
  3: '3.0',
  4: 'quad',
  5: '5.0',
  6: '5.1',
  7: '6.1',
  8: '7.1',
}

/** −3 dB: equal power from two loudspeakers. */
export const HALF_POWER = Math.SQRT1_2

/**
 * Parts of each channel in left and right, by ITU-R BS.775-4 Table 2 (2/0 out of 3/2, 3/1 and 2/2): centre and surround
 * pairs at −3 dB, a single surround at −6 dB, LFE left out (Annex 7 leaves it to the programme maker). Channels that the
 * table does not have follow the neighbour on whose side they stand; those between left and centre are panned by power.
 */
export const downmixParts: Readonly<Record<string, readonly [left: number, right: number]>> = {
  FL: [1, 0],
  FR: [0, 1],
  DL: [1, 0],
  DR: [0, 1],
  FC: [HALF_POWER, HALF_POWER],
  LFE: [0, 0],
  LFE2: [0, 0],
  BL: [HALF_POWER, 0],
  BR: [0, HALF_POWER],
  SL: [HALF_POWER, 0],
  SR: [0, HALF_POWER],
  BC: [0.5, 0.5],
  FLC: [Math.cos(Math.PI / 8), Math.sin(Math.PI / 8)],
  FRC: [Math.sin(Math.PI / 8), Math.cos(Math.PI / 8)],
  WL: [1, 0],
  WR: [0, 1],
  TFL: [HALF_POWER, 0],
  TFR: [0, HALF_POWER],
  TFC: [0.5, 0.5],
  TBL: [0.5, 0],
  TBR: [0, 0.5],
  TBC: [0.35, 0.35],
  TSL: [HALF_POWER, 0],
  TSR: [0, HALF_POWER],
  TC: [0.35, 0.35],
}

/**
 * Surrounds of a matrix down-mix (Lt/Rt): one sum, against the phase in the left and with it in the right (ATSC A/52 7.8.2).
 * Channels that are not listed go as in `downmixParts`.
 */
export const matrixParts: Readonly<Record<string, readonly [left: number, right: number]>> = {
  BL: [-HALF_POWER, HALF_POWER],
  BR: [-HALF_POWER, HALF_POWER],
  SL: [-HALF_POWER, HALF_POWER],
  SR: [-HALF_POWER, HALF_POWER],
  BC: [-HALF_POWER, HALF_POWER],
}

/** What a 5.1 down-mix has, in FFmpeg's order. */
export const surroundNames = ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR'] as const

type Surround = readonly [fl: number, fr: number, fc: number, lfe: number, bl: number, br: number]

/**
 * Parts of each channel in 5.1. No table of BS.775 goes there: a channel keeps its level on its nearest loudspeaker, one
 * between two is panned by power, heights come down at −3 dB. A second mix to stereo then gives what the direct one does.
 */
export const surroundParts: Readonly<Record<string, Surround>> = {
  FL: [1, 0, 0, 0, 0, 0],
  FR: [0, 1, 0, 0, 0, 0],
  FC: [0, 0, 1, 0, 0, 0],
  LFE: [0, 0, 0, 1, 0, 0],
  LFE2: [0, 0, 0, 1, 0, 0],
  BL: [0, 0, 0, 0, 1, 0],
  BR: [0, 0, 0, 0, 0, 1],
  SL: [0, 0, 0, 0, 1, 0],
  SR: [0, 0, 0, 0, 0, 1],
  BC: [0, 0, 0, 0, HALF_POWER, HALF_POWER],
  FLC: [HALF_POWER, 0, HALF_POWER, 0, 0, 0],
  FRC: [0, HALF_POWER, HALF_POWER, 0, 0, 0],
  WL: [1, 0, 0, 0, 0, 0],
  WR: [0, 1, 0, 0, 0, 0],
  TFL: [HALF_POWER, 0, 0, 0, 0, 0],
  TFR: [0, HALF_POWER, 0, 0, 0, 0],
  TFC: [0, 0, HALF_POWER, 0, 0, 0],
  TBL: [0, 0, 0, 0, HALF_POWER, 0],
  TBR: [0, 0, 0, 0, 0, HALF_POWER],
  TBC: [0, 0, 0, 0, 0.5, 0.5],
  TSL: [0, 0, 0, 0, HALF_POWER, 0],
  TSR: [0, 0, 0, 0, 0, HALF_POWER],
}
