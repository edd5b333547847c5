// libx264: every rate mode, two passes through a file, HRD for constant rate.
import type { EncoderRequest, EncoderRow, PictureUse } from './encoder-request.ts'
import { joinParams, keyInterval, present, qualityZones } from './encoder-request.ts'
import { chromaLocationType, is420, lightLevel, masteringDisplayInUnits } from './hdr-params.ts'
import { speedOn, speedScales } from './speeds.data.ts'

/** x264's name for each profile; `baseline` is always constrained, x264 has neither FMO nor ASO. */
const profiles: Readonly<Record<string, string>> = {
  'constrained-baseline': 'baseline',
  main: 'main',
  high: 'high',
  high10: 'high10',
  high422: 'high422',
  high444: 'high444',
}

/** Reference frames and B-frames of x264's presets, 0 to 9 (x264 --fullhelp). */
const presets: readonly (readonly [refs: number, bFrames: number])[] = [
  [1, 0],
  [1, 3],
  [1, 3],
  [2, 3],
  [2, 3],
  [3, 3],
  [5, 3],
  [8, 3],
  [16, 8],
  [16, 16],
]
const presetNames = Object.keys(speedScales.x26x.names)

function presetOf(speed: string): readonly [refs: number, bFrames: number] {
  const index = presetNames.indexOf(speed)
  return presets[index >= 0 ? index : speed === 'placebo' ? 9 : Number(speed)] ?? presets[5]!
}

/** B-pyramids keep four pictures (x264 sets num_ref_frames so), which a smaller buffer must not be asked for. */
const PYRAMID = 4

/** What a tune makes of a preset (x264_param_default_preset). */
function tuned([refs, bFrames]: readonly [number, number], tune: string | undefined): readonly [number, number] {
  if (tune === 'animation') return [refs > 1 ? Math.min(16, refs * 2) : 1, Math.min(16, bFrames + 2)]
  return tune === 'zerolatency' ? [refs, 0] : [refs, bFrames]
}

function shape({ speed, bFrames, references, tune }: PictureUse): { refs: number; bFrames: number; pyramid: boolean } {
  const [presetRefs, presetBFrames] = tuned(presetOf(speed), tune)
  const b = bFrames ?? presetBFrames
  return {
    refs: references ?? presetRefs,
    bFrames: b,
    pyramid: b > 1 && (references === null || references >= PYRAMID),
  }
}

function pictures(use: PictureUse): number {
  const { refs, bFrames, pyramid } = shape(use)
  return Math.max(refs, bFrames === 0 ? 1 : 2, pyramid ? PYRAMID : 1)
}

function rateOptions({ rate }: EncoderRequest): Record<string, string | number | undefined> {
  switch (rate.mode) {
    case 'constant-quality':
      return { crf: rate.quality, maxrate: rate.maxrateBps ?? undefined, bufsize: rate.bufsizeBits ?? undefined }
    case 'vbr':
      return { b: rate.averageBps, maxrate: rate.maxrateBps, bufsize: rate.bufsizeBits }
    case 'cbr':
      // With HRD parameters of a constant rate x264 fills what it does not need (NAL type 12).
      return { b: rate.averageBps, maxrate: rate.averageBps, bufsize: rate.bufsizeBits, 'nal-hrd': 'cbr' }
    case 'fixed':
      return {}
  }
}

function options(request: EncoderRequest, pass: 1 | 2 | null): ReturnType<typeof present> {
  const { profile, level, scan, keyFrames, hdr, color, pixelFormat, tune } = request
  const baseline = profile === 'constrained-baseline'
  const interval = keyInterval(request)
  const { bFrames, pyramid } = shape(request)
  const flags = `+cgop${scan === 'progressive' ? '' : '+ildct+ilme'}${pass === null ? '' : `+pass${pass}`}`
  return present({
    preset: speedOn(speedScales.x26x, request.speed) ?? undefined,
    tune,
    profile: profiles[profile],
    level: level ?? undefined,
    ...rateOptions(request),
    flags,
    stats: pass === null ? undefined : '{stats}',
    g: interval.longest,
    keyint_min: interval.shortest,
    sc_threshold: keyFrames === 'grid' ? 0 : 40,
    'forced-idr': 1,
    bf: baseline ? 0 : (request.bFrames ?? undefined),
    refs: request.references ?? undefined,
    'b-pyramid': baseline || pyramid || bFrames < 2 ? undefined : 'none',
    // x264 weights no P-frames of fields; Baseline has no weights at all.
    weightp: baseline || scan !== 'progressive' ? 'none' : undefined,
    '8x8dct': baseline || profile === 'main' ? 0 : 1,
    // Without CABAC, as ultrafast has it, the bitstream of Main says Constrained Baseline.
    coder: baseline ? 'cavlc' : 'cabac',
    threads: 0,
    'x264-params': joinParams({
      // Streams of several encodes can be joined: the parameter sets do not depend on the content.
      stitchable: 1,
      'open-gop': 0,
      zones: qualityZones(request),
      tff: scan === 'tff' ? 1 : undefined,
      bff: scan === 'bff' ? 1 : undefined,
      chromaloc: is420(pixelFormat) ? chromaLocationType[color.chromaLocation] : undefined,
      'mastering-display': hdr.masteringDisplay ? masteringDisplayInUnits(hdr.masteringDisplay) : undefined,
      cll: hdr.contentLight ? lightLevel(hdr.contentLight) : undefined,
      // ETSI TS 101 154: HLG is also named by the alternative transfer characteristics SEI.
      'alternative-transfer': color.transfer === 'arib-std-b67' ? 'arib-std-b67' : undefined,
    }),
  })
}

export const x264: EncoderRow = {
  name: 'libx264',
  codec: 'h264',
  family: 'cpu',
  limits: {
    pixelFormats: ['yuv420p', 'yuv422p', 'yuv444p', 'yuv420p10le', 'yuv422p10le', 'yuv444p10le', 'gray', 'gray10le'],
    profiles: Object.keys(profiles),
    rates: ['constant-quality', 'capped-quality', 'vbr', 'cbr'],
    holdsPeak: ['capped-quality', 'vbr', 'cbr'],
    twoPass: true,
    scans: ['progressive', 'tff', 'bff'],
    maxBFrames: 16,
    tunes: ['film', 'animation', 'grain', 'stillimage', 'psnr', 'ssim', 'fastdecode', 'zerolatency'],
    cuts: true,
    shots: true,
    staticHdr: 'settings',
    hdr10Plus: false,
    dolbyVision: false,
  },
  pictures,
  build: request => {
    if (request.scan !== 'progressive' && request.profile === 'constrained-baseline')
      return { because: 'Constrained Baseline has no interlaced coding; Main has' }
    if (request.profile === 'constrained-baseline' && (request.bFrames ?? 0) > 0)
      return { because: 'Constrained Baseline has no B-frames; Main has' }
    if (request.passes === 1) return { options: options(request, null) }
    return { options: options(request, 2), firstPass: { options: options(request, 1) } }
  },
}
