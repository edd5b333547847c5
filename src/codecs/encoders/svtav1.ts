// libsvtav1: constant quality with and without a cap, average rate, constant rate in low delay; one pass.
import type { EncoderRequest, EncoderRow } from './encoder-request.ts'
import { joinParams, present, rateModeOf } from './encoder-request.ts'
import { lightLevel, masteringDisplayInReals } from './hdr-params.ts'
import { speedOn, speedScales } from './speeds.data.ts'

/** SVT-AV1's `tune` (its Parameters.md): 0 for the eye, 1 PSNR (its default), 2 SSIM. */
const tunes: Readonly<Record<string, number>> = { visual: 0, psnr: 1, ssim: 2 }

function rateOptions({ rate }: EncoderRequest): Record<string, string | number | undefined> {
  switch (rate.mode) {
    case 'constant-quality':
      // With any `b` the wrapper leaves CRF, or SVT-AV1 refuses; its default is not 0 in every build.
      return { crf: rate.quality, b: 0, maxrate: rate.maxrateBps ?? undefined, bufsize: rate.bufsizeBits ?? undefined }
    case 'vbr':
      // Only CRF takes a cap: `Max Bitrate only supported with CRF mode`.
      return { b: rate.averageBps, bufsize: rate.bufsizeBits }
    case 'cbr':
      return { b: rate.averageBps, maxrate: rate.averageBps, bufsize: rate.bufsizeBits }
    case 'fixed':
      return {}
  }
}

export const svtav1: EncoderRow = {
  name: 'libsvtav1',
  codec: 'av1',
  family: 'cpu',
  limits: {
    pixelFormats: ['yuv420p', 'yuv420p10le'],
    profiles: ['main'],
    rates: ['constant-quality', 'capped-quality', 'vbr', 'cbr'],
    holdsPeak: ['capped-quality'],
    twoPass: false,
    scans: ['progressive'],
    maxBFrames: 0,
    tunes: Object.keys(tunes),
    cuts: false,
    shots: false,
    staticHdr: 'settings',
    hdr10Plus: false,
    dolbyVision: true,
  },
  // AV1 always has eight reference slots and no level limits them (AV1 specification, 7.20).
  pictures: () => 8,
  build: request => {
    const { rate, hdr, gopFrames, level, tune } = request
    // Its `tier` changes nothing that it writes: seq_tier stays 0 (measured with 3.1).
    if (request.tier === 'high') return { because: 'libsvtav1 signals the Main tier alone' }
    return {
      options: present({
        preset: speedOn(speedScales.svtav1, request.speed) ?? undefined,
        profile: request.profile,
        level: level ?? undefined,
        ...rateOptions(request),
        // Closed: key frames, not forward key frames.
        flags: '+cgop',
        g: gopFrames,
        dolbyvision: hdr.dolbyVision ? 1 : undefined,
        'svtav1-params': joinParams({
          tune: tune === undefined ? undefined : tunes[tune],
          // Its default lets a capped CRF go half as much above the cap; measured: 24 % more over 11 s.
          'mbr-overshoot-pct': rateModeOf(rate) === 'capped-quality' ? 0 : undefined,
          // SVT-AV1 has a constant rate in low delay only: `CBR Rate control is currently not supported for RANDOM_ACCESS`.
          'pred-struct': rate.mode === 'cbr' ? 1 : undefined,
          'mastering-display': hdr.masteringDisplay ? masteringDisplayInReals(hdr.masteringDisplay) : undefined,
          'content-light': hdr.contentLight ? lightLevel(hdr.contentLight) : undefined,
        }),
      }),
    }
  },
}
