// ITU-T H.262 8.2 and 8.3: levels of Main and 4:2:2 Profile.
import { atMost, type Level, perSecond } from './level-rules.ts'
import { mpeg2Levels } from './mpeg2-levels.data.ts'

/** One reference before, one after, and the picture that is being decoded. */
const FRAMES = 3

export function mpeg2LevelsOf(profile: string): readonly Level[] {
  return mpeg2Levels[profile]!.map(row => ({
    name: row.name,
    code: row.code,
    hasHighTier: false,
    picture: ({ width, height, frameRate }) => [
      atMost('size', 'samples a line', width, row.maxWidth),
      atMost('size', 'lines', height, row.maxHeight),
      perSecond('frames a second', 1, frameRate, row.maxFps),
      perSecond('luma samples a second', width * height, frameRate, row.maxSampleRate),
    ],
    buffer: () => FRAMES,
    rates: () => ({ maxrateBps: row.maxBps, bufsizeBits: row.vbvBits }),
  }))
}
