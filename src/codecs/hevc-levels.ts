// ITU-T H.265 A.4.1 and A.4.2. Slices, tiles and MinCR are the encoder's to see to.
import { hevcLevels, hevcProfiles } from './hevc-levels.data.ts'
import { atMost, type Level, type PictureShape, perSecond } from './level-rules.ts'

/** Coded sides are whole coding blocks of 8 samples, the smallest that there are (7.4.3.2.1). */
const coded = (side: number): number => Math.ceil(side / 8) * 8
const lumaSamples = ({ width, height }: Pick<PictureShape, 'width' | 'height'>): number => coded(width) * coded(height)

/** MaxDpbSize, with maxDpbPicBuf of 6; the picture that is being decoded counts. */
function maxDpbSize(samples: number, maxLumaPs: number): number {
  if (samples <= Math.floor(maxLumaPs / 4)) return 16
  if (samples <= Math.floor(maxLumaPs / 2)) return 12
  return samples <= Math.floor((3 * maxLumaPs) / 4) ? 8 : 6
}

export function hevcLevelsOf(profile: string): readonly Level[] {
  const { factor } = hevcProfiles[profile]!
  return hevcLevels.map(({ name, maxLumaPs, maxLumaSr, maxBr, maxCpb }) => ({
    name,
    // A.4.1: 30 times the level.
    code: Math.round(Number(name) * 30),
    hasHighTier: maxBr.high > 0,
    picture: shape => {
      const { width, height, frameRate } = shape
      return [
        atMost('size', 'luma samples a picture', lumaSamples(shape), maxLumaPs),
        atMost(
          'size',
          'luma samples a side',
          Math.max(coded(width), coded(height)),
          Math.floor(Math.sqrt(maxLumaPs * 8)),
        ),
        perSecond('luma samples a second', lumaSamples(shape), frameRate, maxLumaSr),
      ]
    },
    buffer: size => maxDpbSize(lumaSamples(size), maxLumaPs),
    rates: tier => ({ maxrateBps: maxBr[tier] * factor, bufsizeBits: maxCpb[tier] * factor }),
  }))
}
