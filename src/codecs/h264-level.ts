// The smallest H.264 level that allows a stream, with the reason.
import { type Rational, toNumber } from '../core/index.ts'
import { type H264Level, h264Levels, h264Profiles } from './h264-levels.data.ts'

export type H264Stream = {
  readonly profile: keyof typeof h264Profiles
  readonly width: number
  readonly height: number
  /** Frames per second. */
  readonly frameRate: Rational
  /** Reference frames, max_num_ref_frames. */
  readonly refs: number
  readonly maxrateBps: number
  readonly bufsizeBits: number
}

export type LevelChoice =
  | { readonly ok: true; readonly level: H264Level; readonly because: string; readonly codecString: string }
  | { readonly ok: false; readonly because: string }

/** ITU-T H.264 A.3.1, A.3.3: frame size, macroblock rate, DPB, bit rate and buffer, in this order. */
export function chooseH264Level(stream: H264Stream): LevelChoice {
  let exceeded = ''
  for (const level of h264Levels) {
    const problem = firstExceeded(stream, level)
    if (problem === null) {
      const because = exceeded ? `the smallest level that allows it: ${exceeded}` : 'the smallest level allows it'
      return { ok: true, level, because, codecString: codecString(stream.profile, level) }
    }
    exceeded = problem
  }
  return { ok: false, because: exceeded }
}

/** What of `stream` is more than `level` allows; null when nothing is. */
export function firstExceeded(stream: H264Stream, level: H264Level): string | null {
  const widthMbs = Math.ceil(stream.width / 16)
  const heightMbs = Math.ceil(stream.height / 16)
  const frameMbs = widthMbs * heightMbs
  const longest = Math.floor(Math.sqrt(8 * level.maxFs))
  const mbps = Math.ceil(frameMbs * toNumber(stream.frameRate))
  const { factor } = h264Profiles[stream.profile]
  const over = (what: string, value: number, limit: number): string | null =>
    value > limit ? `level ${level.name} allows ${limit} ${what}, this has ${value}` : null
  return (
    over('macroblocks a frame', frameMbs, level.maxFs) ??
    over('macroblocks a side', Math.max(widthMbs, heightMbs), longest) ??
    over('macroblocks a second', mbps, level.maxMbps) ??
    over('reference frames', stream.refs, Math.min(16, Math.floor(level.maxDpbMbs / frameMbs))) ??
    over('bit/s', stream.maxrateBps, level.maxBr * factor) ??
    over('bits of buffer', stream.bufsizeBits, level.maxCpb * factor)
  )
}

/** RFC 6381: avc1. and the three bytes after the version in the avcC box. */
function codecString(profile: H264Stream['profile'], level: H264Level): string {
  const { idc, constraints } = h264Profiles[profile]
  const hex = (value: number): string => value.toString(16).padStart(2, '0')
  return `avc1.${hex(idc)}${hex(constraints)}${hex(level.idc)}`
}
