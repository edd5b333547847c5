// How x264's nine names of speed map to each encoder's own scale. Names stand for a like place between fast and good, not for a like speed.

export const speedNames = [
  'ultrafast',
  'superfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
] as const
export type SpeedName = (typeof speedNames)[number]

/** An encoder's scale: its value for each name, and what it takes when it is asked by its own number. */
export type SpeedScale = {
  readonly unit: string
  readonly names: Readonly<Record<SpeedName, string>>
  readonly own: readonly string[]
}

const scale = (unit: string, values: readonly string[], own: readonly string[]): SpeedScale => ({
  unit,
  names: Object.fromEntries(speedNames.map((name, i) => [name, values[i]!])) as Record<SpeedName, string>,
  own,
})
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i))

export const speedScales = {
  /** x264 and x265 count their ten presets from 0 to 9 as well. */
  x26x: scale('preset', speedNames, [...numbers(0, 9), 'placebo']),
  /** SVT-AV1 3.1: presets above 10 are mapped down in random access (its own message), so ultrafast ends at 10. */
  svtav1: scale('preset', ['10', '10', '10', '9', '9', '8', '6', '4', '2'], numbers(-1, 13)),
  /** libvpx: cpu-used in `good` reaches to 5; above that only `realtime`, which the two fastest names use. */
  libvpx: scale('cpu-used', ['8', '6', '5', '4', '3', '2', '1', '1', '0'], numbers(0, 8)),
  /** NVENC: p1 (fastest) to p7; p4 is NVIDIA's own default. */
  nvenc: scale(
    'preset',
    ['p1', 'p1', 'p2', 'p3', 'p3', 'p4', 'p5', 'p6', 'p7'],
    [...numbers(1, 7), ...numbers(1, 7).map(n => `p${n}`)],
  ),
  /** Quick Sync: target usage 7 (veryfast) to 1 (veryslow), which FFmpeg names so. */
  qsv: scale(
    'preset',
    ['veryfast', 'veryfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'],
    numbers(1, 7),
  ),
  /** VA-API: quality level, 1 is best; a driver with fewer levels takes its last (FFmpeg says so in its log). */
  vaapi: scale('compression_level', ['7', '7', '6', '6', '5', '4', '3', '2', '1'], numbers(1, 7)),
  /** AMF has three presets that every generation knows. */
  amf: scale(
    'quality',
    ['speed', 'speed', 'speed', 'speed', 'balanced', 'balanced', 'quality', 'quality', 'quality'],
    ['speed', 'balanced', 'quality'],
  ),
  /** VideoToolbox knows fast or not. */
  videotoolbox: scale('prio_speed', ['1', '1', '1', '1', '1', '0', '0', '0', '0'], ['0', '1']),
  /** One speed only: the codec sets what is done. */
  single: scale('none', Array(9).fill('') as string[], []),
} as const satisfies Record<string, SpeedScale>

/** The value of a scale for a name or for its own number; null when it is neither. */
export function speedOn({ names, own }: SpeedScale, speed: string): string | null {
  if (Object.hasOwn(names, speed)) return names[speed as SpeedName]
  return own.includes(speed) ? speed : null
}
