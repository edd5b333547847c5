// libx265: every rate mode, two passes through a file, HDR10 in SEI, Dolby Vision where the frames bring their RPU.
import type { EncoderRequest, EncoderRow, PictureUse } from './encoder-request.ts'
import { joinParams, keyInterval, present, qualityZones } from './encoder-request.ts'
import { chromaLocationType, hasStaticHdr, is10Bit, is420, lightLevel, masteringDisplayInUnits } from './hdr-params.ts'
import { speedOn, speedScales } from './speeds.data.ts'

/** Reference frames and B-frames of x265's presets, 0 to 9 (x265 documentation, “Presets”). */
const presets: readonly (readonly [refs: number, bFrames: number])[] = [
  [1, 3],
  [1, 3],
  [2, 4],
  [2, 4],
  [3, 4],
  [3, 4],
  [4, 4],
  [5, 8],
  [5, 8],
  [5, 8],
]
const presetNames = Object.keys(speedScales.x26x.names)

function shape({ speed, bFrames, references, tune }: PictureUse): { refs: number; bFrames: number } {
  const index = presetNames.indexOf(speed)
  const [refs, b] = presets[index >= 0 ? index : speed === 'placebo' ? 9 : Number(speed)] ?? presets[5]!
  return { refs: references ?? refs, bFrames: bFrames ?? (tune === 'zerolatency' ? 0 : b) }
}

/** sps_max_dec_pic_buffering as x265 sets it: references or reordering, whichever needs more, and the picture itself. */
function pictures(use: PictureUse): number {
  const { refs, bFrames } = shape(use)
  const reordered = bFrames > 1 ? 2 : bFrames
  return Math.max(reordered + 2, refs) + 1
}

function rateOptions({ rate }: EncoderRequest): Record<string, string | number | undefined> {
  switch (rate.mode) {
    case 'constant-quality':
      return { crf: rate.quality, maxrate: rate.maxrateBps ?? undefined, bufsize: rate.bufsizeBits ?? undefined }
    case 'vbr':
      return { b: rate.averageBps, maxrate: rate.maxrateBps, bufsize: rate.bufsizeBits }
    case 'cbr':
      return { b: rate.averageBps, maxrate: rate.averageBps, bufsize: rate.bufsizeBits }
    case 'fixed':
      return {}
  }
}

function options(request: EncoderRequest, pass: 1 | 2 | null): ReturnType<typeof present> {
  const { hdr, color, keyFrames, level, tier, pixelFormat, rate } = request
  const interval = keyInterval(request)
  const hdr10 = color.transfer === 'smpte2084' && hasStaticHdr(hdr)
  const params = joinParams({
    'log-level': 'error',
    keyint: interval.longest,
    'min-keyint': interval.shortest,
    scenecut: keyFrames === 'grid' ? 0 : 40,
    'open-gop': 0,
    bframes: request.bFrames ?? undefined,
    ref: request.references ?? undefined,
    // x265 reads 4.1 and 41 alike.
    'level-idc': level ?? undefined,
    'high-tier': tier === 'high' ? 1 : 0,
    // Parameter sets at each key frame, so that every segment can be decoded by itself.
    'repeat-headers': 1,
    zones: qualityZones(request),
    'strict-cbr': rate.mode === 'cbr' ? 1 : undefined,
    hrd: rate.mode === 'cbr' ? 1 : undefined,
    chromaloc: is420(pixelFormat) ? chromaLocationType[color.chromaLocation] : undefined,
    hdr10: hdr10 ? 1 : undefined,
    'hdr10-opt': hdr10 && is10Bit(pixelFormat) && is420(pixelFormat) ? 1 : undefined,
    'master-display': hdr.masteringDisplay ? masteringDisplayInUnits(hdr.masteringDisplay) : undefined,
    'max-cll': hdr.contentLight ? lightLevel(hdr.contentLight) : undefined,
    // ETSI TS 101 154: HLG is also named by the alternative transfer characteristics SEI; 18 is HLG in H.273.
    'atc-sei': color.transfer === 'arib-std-b67' ? 18 : undefined,
  })
  return present({
    preset: speedOn(speedScales.x26x, request.speed) ?? undefined,
    tune: request.tune,
    profile: request.profile,
    ...rateOptions(request),
    flags: `+cgop${pass === null ? '' : `+pass${pass}`}`,
    'x265-stats': pass === null ? undefined : '{stats}',
    g: interval.longest,
    'forced-idr': 1,
    dolbyvision: hdr.dolbyVision ? 1 : undefined,
    threads: 0,
    'x265-params': params,
  })
}

export const x265: EncoderRow = {
  name: 'libx265',
  codec: 'hevc',
  family: 'cpu',
  limits: {
    pixelFormats: [
      ...['yuv420p', 'yuv422p', 'yuv444p', 'gray', 'gbrp'],
      ...['yuv420p10le', 'yuv422p10le', 'yuv444p10le', 'gray10le', 'gbrp10le'],
      ...['yuv420p12le', 'yuv422p12le', 'yuv444p12le', 'gray12le', 'gbrp12le'],
    ],
    profiles: ['main', 'main10', 'main12', 'main422-10', 'main422-12', 'main444-8', 'main444-10', 'main444-12'],
    rates: ['constant-quality', 'capped-quality', 'vbr', 'cbr'],
    holdsPeak: ['capped-quality', 'vbr', 'cbr'],
    twoPass: true,
    // x265 signals fields but codes them as whole pictures, which no player expects.
    scans: ['progressive'],
    maxBFrames: 16,
    tunes: ['psnr', 'ssim', 'grain', 'fastdecode', 'zerolatency', 'animation'],
    cuts: true,
    shots: true,
    staticHdr: 'settings',
    hdr10Plus: false,
    dolbyVision: true,
  },
  pictures,
  build: request => {
    const { hdr, rate } = request
    if (request.gopFrames === 1 && ['main', 'main10'].includes(request.profile))
      return { because: 'libx265 signals key frames alone as an Intra profile of the range extensions' }
    // x265 refuses to signal Dolby Vision without HRD limits and, below HDR10, without a mastering display.
    if (hdr.dolbyVision && rate.mode === 'constant-quality' && rate.maxrateBps === null)
      return { because: 'x265 writes Dolby Vision only with a capped rate: maxrate and buffer are missing' }
    if (hdr.dolbyVision && hdr.dolbyVision.compatibilityId === 1 && hdr.masteringDisplay === null)
      return { because: 'x265 writes Dolby Vision over HDR10 only with a mastering display' }
    if (request.passes === 1) return { options: options(request, null) }
    return { options: options(request, 2), firstPass: { options: options(request, 1) } }
  },
}
