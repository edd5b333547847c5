// ITU-T H.264 A.3.1 and A.3.3. What an encoder must see to itself (MinCR, MaxVmvR, MaxMvsPer2Mb) no plan can compute.
import { h264Levels, h264Profiles } from './h264-levels.data.ts'
import { atMost, type Level, type PictureShape, perSecond } from './level-rules.ts'

/** Macroblocks across and down; frames with fields have an even number of macroblock rows (7.4.2.1.1). */
function macroblocks({ width, height, interlaced }: Pick<PictureShape, 'width' | 'height' | 'interlaced'>): {
  across: number
  down: number
  frame: number
} {
  const across = Math.ceil(width / 16)
  const down = interlaced ? Math.ceil(height / 32) * 2 : Math.ceil(height / 16)
  return { across, down, frame: across * down }
}

export function h264LevelsOf(profile: string): readonly Level[] {
  const factor = h264Profiles[profile]!.factor
  return h264Levels.map(({ name, idc, maxFs, maxMbps, maxDpbMbs, maxBr, maxCpb, interlaced }) => ({
    name,
    code: idc,
    hasHighTier: false,
    picture: shape => {
      const { across, down, frame } = macroblocks(shape)
      return [
        atMost('scan', 'interlaced pictures', Number(shape.interlaced ?? false), Number(interlaced)),
        atMost('size', 'macroblocks a frame', frame, maxFs),
        // A.3.1 f, g: neither side longer than Sqrt(MaxFS * 8) macroblocks.
        atMost('size', 'macroblocks a side', Math.max(across, down), Math.floor(Math.sqrt(maxFs * 8))),
        perSecond('macroblocks a second', frame, shape.frameRate, maxMbps),
      ]
    },
    // A.3.1 h: MaxDpbFrames.
    buffer: size => Math.min(16, Math.floor(maxDpbMbs / macroblocks(size).frame)),
    rates: () => ({ maxrateBps: maxBr * factor, bufsizeBits: maxCpb * factor }),
  }))
}
