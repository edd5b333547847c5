// AV1 bitstream specification, Annex A.3. The compression ratio and the tiles depend on the coded stream: the encoder's.
import { av1Levels, av1Profiles } from './av1-levels.data.ts'
import { atMost, type Level, perSecond } from './level-rules.ts'

/** Reference frames that every decoder holds (NUM_REF_FRAMES). */
const SLOTS = 8

export function av1LevelsOf(profile: string): readonly Level[] {
  const { factor } = av1Profiles[profile]!
  return av1Levels.map(row => ({
    name: row.name,
    code: row.index,
    hasHighTier: row.mbps.high > 0,
    picture: ({ width, height, frameRate }) => [
      atMost('size', 'samples a picture', width * height, row.maxPicSize),
      atMost('size', 'samples across', width, row.maxHSize),
      atMost('size', 'lines', height, row.maxVSize),
      perSecond('shown samples a second', width * height, frameRate, row.maxDisplayRate),
      // Each frame that is shown is decoded once, and has one header that counts: frames shown again do not (A.3).
      perSecond('decoded samples a second', width * height, frameRate, row.maxDecodeRate),
      perSecond('frame headers a second', 1, frameRate, row.maxHeaderRate),
    ],
    buffer: () => SLOTS,
    rates: tier => {
      const maxrateBps = Math.round(row.mbps[tier] * 1_000_000 * factor)
      // E.3.2: the smoothing buffer holds a second of the highest rate.
      return { maxrateBps, bufsizeBits: maxrateBps }
    },
  }))
}
