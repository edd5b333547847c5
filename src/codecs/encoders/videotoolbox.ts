// VideoToolbox: Apple's encoders. The Linux build has none of them: their options are FFmpeg 8's (videotoolboxenc.c), a trial on a Mac proves them.
import type { EncoderRequest, EncoderRow } from './encoder-request.ts'
import { present } from './encoder-request.ts'
import { formatStep, hardwareLimits, rescaleQuality, usual, usualBFrames } from './hardware-shared.ts'
import { speedOn, speedScales } from './speeds.data.ts'

type VideoToolboxCodec = 'h264' | 'hevc'

const profileNames: Readonly<Record<VideoToolboxCodec, Readonly<Record<string, string>>>> = {
  h264: { 'constrained-baseline': 'constrained_baseline', main: 'main', high: 'high' },
  hevc: { main: 'main', main10: 'main10' },
}

/** FF_QP2LAMBDA: `global_quality` is in these units, and VideoToolbox divides by 100 of them. */
const QP2LAMBDA = 118

function rateOptions(request: EncoderRequest): Record<string, string | number | undefined> {
  const { rate } = request
  switch (rate.mode) {
    case 'constant-quality': {
      // 100 is best here, 0 on the scale that was asked on.
      const quality = 101 - rescaleQuality(request, rate.quality, 100)
      return { global_quality: quality * QP2LAMBDA }
    }
    case 'vbr':
      return { b: rate.averageBps, maxrate: rate.maxrateBps, bufsize: rate.bufsizeBits }
    case 'cbr':
      return { b: rate.averageBps, constant_bit_rate: 1 }
    case 'fixed':
      return {}
  }
}

/** @internal One row per codec that VideoToolbox has. */
export function videotoolbox(codec: VideoToolboxCodec): EncoderRow {
  const profiles = profileNames[codec]
  return {
    name: `${codec}_videotoolbox`,
    codec,
    family: 'videotoolbox',
    limits: {
      ...hardwareLimits,
      pixelFormats: usual[codec]!.pixelFormats,
      profiles: Object.keys(profiles),
      rates: ['constant-quality', 'vbr', 'cbr'],
      // Its limits are on seconds, not on a buffer.
      holdsPeak: [],
      maxBFrames: 2,
    },
    pictures: ({ references }) => references ?? 4,
    build: request => {
      const constantQuality = request.rate.mode === 'constant-quality'
      return {
        options: present({
          profile: profiles[request.profile],
          level: codec === 'h264' ? (request.level ?? undefined) : undefined,
          ...rateOptions(request),
          flags: constantQuality ? '+cgop+qscale' : '+cgop',
          prio_speed: Number(speedOn(speedScales.videotoolbox, request.speed)),
          allow_sw: 0,
          g: request.gopFrames,
          bf: usualBFrames(request),
          max_ref_frames: request.references ?? undefined,
        }),
        filters: [formatStep(request.pixelFormat)],
        notes: constantQuality
          ? ['constant quality needs an Apple chip; on a Mac with an Intel chip the trial fails']
          : [],
      }
    },
  }
}
