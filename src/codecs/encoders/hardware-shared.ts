// What the encoders of graphics chips share: the formats they read, and the words for what they refuse.

import type { FilterStep, VideoCodec } from '../../model/index.ts'
import type { EncoderLimits, EncoderRequest } from './encoder-request.ts'

/** The device's name of a planar format: the same samples, chroma interleaved. */
export const deviceFormats: Readonly<Record<string, string>> = {
  yuv420p: 'nv12',
  yuv420p10le: 'p010le',
  yuv422p: 'nv16',
  yuv422p10le: 'p210le',
  yuv444p: 'yuv444p',
}

export const formatStep = (pixelFormat: string): FilterStep => ({
  name: 'format',
  args: { pix_fmts: deviceFormats[pixelFormat] ?? pixelFormat },
})

export const hardwareLimits = {
  twoPass: false,
  scans: ['progressive'],
  tunes: [],
  cuts: false,
  shots: false,
  staticHdr: 'frames',
  hdr10Plus: false,
  dolbyVision: false,
} as const satisfies Partial<EncoderLimits>

/** Profiles and formats that chips encode, by codec. */
export const usual: Readonly<
  Partial<Record<VideoCodec, { readonly profiles: readonly string[]; readonly pixelFormats: readonly string[] }>>
> = {
  h264: { profiles: ['constrained-baseline', 'main', 'high'], pixelFormats: ['yuv420p'] },
  hevc: { profiles: ['main', 'main10'], pixelFormats: ['yuv420p', 'yuv420p10le'] },
  av1: { profiles: ['main'], pixelFormats: ['yuv420p', 'yuv420p10le'] },
  vp9: { profiles: ['0', '2'], pixelFormats: ['yuv420p', 'yuv420p10le'] },
}

/** Quality on the scale of the codec's CPU encoder (0–51, AV1 and VP9 0–63) to one of `top` steps. */
export function rescaleQuality({ codec }: EncoderRequest, quality: number, top: number): number {
  const scale = codec === 'av1' || codec === 'vp9' ? 63 : 51
  return Math.max(1, Math.round((quality * top) / scale))
}

/** B-frames for a request that leaves them to the encoder: two between references, none in Constrained Baseline. */
export const usualBFrames = ({ bFrames, profile }: EncoderRequest, otherwise = 2): number =>
  profile === 'constrained-baseline' ? 0 : (bFrames ?? otherwise)

export const qualityNote =
  'the quality scale of this encoder is its own: the same number does not give the quality of the CPU encoder'
