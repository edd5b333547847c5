// Pictures for a page: whatever was filmed, as JPEG shows it. Pure.
import { planColor } from '../color/index.ts'
import type { FilterStep, VideoStream } from '../model/index.ts'

type JpegRequest = Pick<VideoStream, 'pixelFormat' | 'chroma'> & { readonly width: number; readonly height: number }

/**
 * `pixelFormat` and `chroma` are those of the pictures that come in; `width` × `height` is what they have, and what goes out. HDR is tone
 * mapped to SDR. @throws {HE_INPUT_UNSUPPORTED} for color without a conversion
 */
export function jpegSteps(video: VideoStream, { width, height, pixelFormat, chroma }: JpegRequest): FilterStep[] {
  const shown: VideoStream = { ...video, codedWidth: width, codedHeight: height, rotation: 0, pixelFormat, chroma }
  const color = planColor({
    video: shown,
    dynamicRange: 'sdr',
    space: 'bt709',
    range: 'full',
    pixelFormat: 'yuv444p',
    toneMap: { curve: 'bt2390' },
    legal: false,
    light: 'gamma',
    kernel: 'bicubic',
    encoderHdr: { hdr10Plus: false, dolbyVision: [] },
  })
  return [
    ...color.convert,
    ...color.scale(width, height),
    // JFIF knows one matrix.
    { name: 'scale', args: { in_color_matrix: 'bt709', out_color_matrix: 'bt601', in_range: 'pc', out_range: 'pc' } },
    { name: 'format', args: { pix_fmts: 'yuvj444p' } },
  ]
}
