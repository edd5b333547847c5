// VP9 levels. Column tiles, the distance of alternate references and the number of buffers in use are the encoder's to see to.
import { atMost, type Level, perSecond } from './level-rules.ts'
import { vp9Levels } from './vp9-levels.data.ts'

/** Reference frames that every decoder holds (VP9 specification, 3: NUM_REF_FRAMES). */
const SLOTS = 8

/** The same for all profiles. The limit on the average rate is held against the highest, which is never below it. */
export function vp9LevelsOf(): readonly Level[] {
  return vp9Levels.map(row => ({
    name: row.name,
    code: Math.round(Number(row.name) * 10),
    hasHighTier: false,
    picture: ({ width, height, frameRate }) => [
      atMost('size', 'luma samples a picture', width * height, row.maxPictureSize),
      atMost('size', 'luma samples a side', Math.max(width, height), row.maxBreadth),
      perSecond('luma samples a second', width * height, frameRate, row.maxSampleRate),
    ],
    buffer: () => SLOTS,
    rates: () => ({ maxrateBps: row.averageKbps * 1000, bufsizeBits: row.maxCpbKbit * 1000 }),
  }))
}
