// What color the source is in: what it states, completed by written rules where it is silent.
import { parseRational, toNumber } from '../core/index.ts'
import type { ColorDescription, VideoStream } from '../model/index.ts'

/** ITU-R BT.709. */
export const bt709: ColorDescription = {
  primaries: 'bt709',
  transfer: 'bt709',
  matrix: 'bt709',
  range: 'tv',
  chromaLocation: 'left',
}
/** ITU-R BT.601, 625 lines, by FFmpeg's names of its H.273 code points (5, 6, 5). */
export const bt601Lines625: ColorDescription = {
  primaries: 'bt470bg',
  transfer: 'smpte170m',
  matrix: 'bt470bg',
  range: 'tv',
  chromaLocation: 'left',
}
/** ITU-R BT.601, 525 lines (6, 6, 6). */
export const bt601Lines525: ColorDescription = {
  primaries: 'smpte170m',
  transfer: 'smpte170m',
  matrix: 'smpte170m',
  range: 'tv',
  chromaLocation: 'left',
}
/** ITU-R BT.2020 with the SDR curve; BT.2100 differs in the transfer. */
const bt2020: ColorDescription = {
  primaries: 'bt2020',
  transfer: 'bt2020-10',
  matrix: 'bt2020nc',
  range: 'tv',
  chromaLocation: 'left',
}

export type SourceColor = {
  readonly used: ColorDescription
  /** Names of the fields that the source does not state. */
  readonly assumed: readonly string[]
  /** Why the assumed values are these. */
  readonly because: string
}

const fields = ['primaries', 'transfer', 'matrix', 'range', 'chromaLocation'] as const

/** Whether the pictures are RGB, whatever their matrix tag says. */
export const isRgb = ({ chroma, color }: VideoStream): boolean => chroma === 'rgb' || color.effective.matrix === 'gbr'

/** Every field of the source's color, stated or assumed. */
export function describeSourceColor(video: VideoStream): SourceColor {
  const stated = video.color.effective
  const { color, because } = guess(video)
  const used: ColorDescription = {
    primaries: stated.primaries ?? color.primaries,
    transfer: stated.transfer ?? color.transfer,
    matrix: isRgb(video) ? 'gbr' : (stated.matrix ?? color.matrix),
    range: stated.range ?? color.range,
    chromaLocation: stated.chromaLocation ?? color.chromaLocation,
  }
  return { used, assumed: fields.filter(field => stated[field] === null), because }
}

/** Codecs whose standards say what an absent range flag means. */
const VIDEO_CODECS: ReadonlySet<string> = new Set(['h264', 'hevc', 'vvc', 'av1', 'vp9', 'mpeg2video'])

type Guess = { readonly color: ColorDescription; readonly because: string }

function guess(video: VideoStream): Guess {
  const family = familyOf(video)
  // RGB and the JPEG formats are full range by definition, and so is grey outside of video codecs, as FFmpeg writes it;
  // elsewhere an absent flag means limited (H.264 E.2.1, H.265 E.3.1).
  const grey = video.chroma === '4:0:0' && !VIDEO_CODECS.has(video.codec)
  const full = isRgb(video) || video.pixelFormat.startsWith('yuvj') || grey
  // JPEG and MPEG-1 put chroma between the pixels; elsewhere an absent location means left (H.264 E.2.1).
  const centred = video.codec === 'mjpeg' || video.codec === 'mpeg1video'
  return {
    because: family.because,
    color: {
      ...family.color,
      range: full ? 'pc' : 'tv',
      chromaLocation: centred ? 'center' : 'left',
    },
  }
}

/** The family that the tags belong to; without tags, the one that pictures of this size are made in. */
function familyOf(video: VideoStream): Guess {
  const { primaries, transfer, matrix } = video.color.effective
  const hdr = hdrTransfer(video)
  if (hdr)
    return {
      color: { ...bt2020, transfer: hdr },
      because: 'HDR is BT.2100: PQ or HLG with the primaries of BT.2020',
    }
  if (primaries === 'bt2020' || matrix === 'bt2020nc' || matrix === 'bt2020c' || transfer?.startsWith('bt2020'))
    return { color: bt2020, because: 'its other tags say BT.2020' }
  if (primaries === 'bt709' || matrix === 'bt709') return { color: bt709, because: 'its other tags say BT.709' }
  if (primaries === 'bt470bg' || matrix === 'bt470bg')
    return { color: bt601Lines625, because: 'its other tags say BT.601, 625 lines' }
  if (primaries === 'smpte170m' || matrix === 'smpte170m')
    return { color: bt601Lines525, because: 'its other tags say BT.601, 525 lines' }
  if (isRgb(video)) return { color: bt709, because: 'RGB without tags is taken as BT.709' }
  return bySize(video)
}

/** PQ or HLG when the tags, the HDR metadata or the Dolby Vision base layer say so; else null. */
function hdrTransfer({ color, hdr }: VideoStream): 'smpte2084' | 'arib-std-b67' | null {
  const { transfer } = color.effective
  if (transfer === 'smpte2084' || transfer === 'arib-std-b67') return transfer
  if (transfer !== null) return null
  if (hdr.format === 'hdr10' || hdr.format === 'hdr10plus' || hdr.format === 'pq') return 'smpte2084'
  if (hdr.format === 'hlg') return 'arib-std-b67'
  // Dolby Vision bl_signal_compatibility_id: 1 and 6 HDR10, 4 HLG.
  const base = hdr.dolbyVision?.compatibilityId
  return base === 1 || base === 6 ? 'smpte2084' : base === 4 ? 'arib-std-b67' : null
}

/** By the shorter side and the lines, so that a picture turned by 90° is judged as it was made. */
function bySize(video: VideoStream): Guess {
  const [short, long] = [video.displayWidth, video.displayHeight].toSorted((a, b) => a - b) as [number, number]
  if (long >= 1280 || short > 576) return { color: bt709, because: 'pictures larger than SD are made in BT.709' }
  const rate = video.frameRate === null ? null : toNumber(parseRational(video.frameRate))
  const fiftyHz = rate !== null && [25, 50].some(each => Math.abs(rate - each) < 0.01)
  const lines = Math.min(video.codedWidth, video.codedHeight)
  const is625 = lines === 576 || lines === 288 || (fiftyHz && lines !== 480 && lines !== 240)
  return is625
    ? { color: bt601Lines625, because: 'SD pictures of 576 lines or 25/50 fps are made in BT.601, 625 lines' }
    : {
        color: bt601Lines525,
        because: 'SD pictures that are not of 576 lines or 25/50 fps are made in BT.601, 525 lines',
      }
}
