// Down-mix to stereo by ITU-R BS.775: centre and surrounds at −3 dB, LFE left out, scaled so that it cannot clip.
import { HeadendError } from '../core/index.ts'
import type { AudioStream, FilterStep } from '../model/index.ts'

const HALF_POWER = Math.SQRT1_2

/** Coefficients towards left and right of each channel name. */
const sides: Readonly<Record<string, readonly [number, number]>> = {
  FL: [1, 0],
  FR: [0, 1],
  FC: [HALF_POWER, HALF_POWER],
  LFE: [0, 0],
  BL: [HALF_POWER, 0],
  BR: [0, HALF_POWER],
  SL: [HALF_POWER, 0],
  SR: [0, HALF_POWER],
  BC: [0.5, 0.5],
}

/** Channel names of FFmpeg's layouts, in order. */
const layouts: Readonly<Record<string, readonly string[]>> = {
  '2.1': ['FL', 'FR', 'LFE'],
  '3.0': ['FL', 'FR', 'FC'],
  '3.0(back)': ['FL', 'FR', 'BC'],
  '4.0': ['FL', 'FR', 'FC', 'BC'],
  quad: ['FL', 'FR', 'BL', 'BR'],
  'quad(side)': ['FL', 'FR', 'SL', 'SR'],
  '3.1': ['FL', 'FR', 'FC', 'LFE'],
  '4.1': ['FL', 'FR', 'FC', 'LFE', 'BC'],
  '5.0': ['FL', 'FR', 'FC', 'BL', 'BR'],
  '5.0(side)': ['FL', 'FR', 'FC', 'SL', 'SR'],
  '5.1': ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR'],
  '5.1(side)': ['FL', 'FR', 'FC', 'LFE', 'SL', 'SR'],
  '6.1': ['FL', 'FR', 'FC', 'LFE', 'BC', 'SL', 'SR'],
  '7.0': ['FL', 'FR', 'FC', 'BL', 'BR', 'SL', 'SR'],
  '7.1': ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR', 'SL', 'SR'],
}

/** Layouts FFmpeg leaves unnamed, by count: the order of WAVE_FORMAT_EXTENSIBLE. */
const byCount: Readonly<Record<number, string>> = {
  1: 'mono',
  2: 'stereo',
  3: '3.0',
  4: 'quad',
  5: '5.0',
  6: '5.1',
  7: '6.1',
  8: '7.1',
}

export type Downmix = {
  readonly filters: readonly FilterStep[]
  readonly channels: 1 | 2
  readonly layout: 'mono' | 'stereo'
  readonly because: string
  /** Set when the layout was not stated. */
  readonly assumedLayout: string | null
}

/** @throws {HE_INPUT_UNSUPPORTED} for layouts without a rule. */
export function planDownmix({ layout: stated, channels }: Pick<AudioStream, 'layout' | 'channels'>): Downmix {
  const known = stated === 'mono' || stated === 'stereo' || stated in layouts
  const layout = known ? stated : byCount[channels]
  if (!layout)
    throw new HeadendError('HE_INPUT_UNSUPPORTED', `${channels} channels in layout "${stated}" have no down-mix rule`)
  const assumedLayout = known ? null : layout
  if (layout === 'mono') return { filters: [], channels: 1, layout: 'mono', because: 'mono stays mono', assumedLayout }
  if (layout === 'stereo')
    return { filters: [], channels: 2, layout: 'stereo', because: 'stereo stays stereo', assumedLayout }
  const names = layouts[layout]!
  const total = names.reduce((sum, name) => sum + (sides[name]?.[0] ?? 0), 0)
  const row = (side: 0 | 1): string =>
    names
      .map((name, i) => [(sides[name]?.[side] ?? 0) / total, `c${i}`] as const)
      .filter(([gain]) => gain > 0)
      .map(([gain, channel]) => `${gain.toFixed(6)}*${channel}`)
      .join('+')
  return {
    filters: [{ name: 'pan', args: { args: `stereo|FL=${row(0)}|FR=${row(1)}` } }],
    channels: 2,
    layout: 'stereo',
    because: `ITU-R BS.775: centre and surrounds at −3 dB, LFE left out, divided by ${total.toFixed(3)} so that it cannot clip`,
    assumedLayout,
  }
}
