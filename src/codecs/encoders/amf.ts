// AMF: AMD's encoders, fed from CPU memory.
import type { EncoderRequest, EncoderRow, Refusal } from './encoder-request.ts'
import { present } from './encoder-request.ts'
import { formatStep, hardwareLimits, qualityNote, rescaleQuality, usual, usualBFrames } from './hardware-shared.ts'
import { speedOn, speedScales } from './speeds.data.ts'

type AmfCodec = 'h264' | 'hevc' | 'av1'

const profileNames: Readonly<Record<AmfCodec, Readonly<Record<string, string>>>> = {
  h264: { 'constrained-baseline': 'constrained_baseline', main: 'main', high: 'high' },
  hevc: { main: 'main', main10: 'main10' },
  av1: { main: 'main' },
}

function rateOptions(request: EncoderRequest): Record<string, string | number | undefined> | Refusal {
  const { rate, codec } = request
  switch (rate.mode) {
    case 'constant-quality': {
      // Without a cap AMF has a constant quantiser only, which is not what was asked.
      if (rate.maxrateBps === null)
        return { because: 'AMF has constant quality only under a cap (QVBR): give a maxrate' }
      const level = rescaleQuality(request, rate.quality, 51)
      const bufsize = rate.bufsizeBits ?? undefined
      return {
        rc: 'qvbr',
        qvbr_quality_level: level,
        b: rate.maxrateBps,
        maxrate: rate.maxrateBps,
        bufsize,
        enforce_hrd: 1,
      }
    }
    case 'vbr':
      return { rc: 'vbr_peak', b: rate.averageBps, maxrate: rate.maxrateBps, bufsize: rate.bufsizeBits, enforce_hrd: 1 }
    case 'cbr':
      return {
        rc: 'cbr',
        b: rate.averageBps,
        maxrate: rate.averageBps,
        bufsize: rate.bufsizeBits,
        enforce_hrd: 1,
        // AV1 has padding of its own; filler NAL units are H.264's and HEVC's.
        filler_data: codec === 'av1' ? undefined : 1,
      }
    case 'fixed':
      return {}
  }
}

/** @internal One row per codec that AMF has. */
export function amf(codec: AmfCodec): EncoderRow {
  const profiles = profileNames[codec]
  return {
    name: `${codec}_amf`,
    codec,
    family: 'amf',
    limits: {
      ...hardwareLimits,
      pixelFormats: usual[codec]!.pixelFormats,
      profiles: Object.keys(profiles),
      rates: ['capped-quality', 'vbr', 'cbr'],
      holdsPeak: ['capped-quality', 'vbr', 'cbr'],
      // HEVC on AMD has no B-frames.
      maxBFrames: codec === 'hevc' ? 0 : 3,
    },
    pictures: ({ references }) => (codec === 'av1' ? 8 : (references ?? 4)),
    build: request => {
      const rate = rateOptions(request)
      if ('because' in rate && typeof rate.because === 'string') return { because: rate.because }
      return {
        options: present({
          usage: 'transcoding',
          quality: speedOn(speedScales.amf, request.speed) ?? undefined,
          profile: profiles[request.profile],
          profile_tier: codec === 'hevc' ? (request.tier ?? 'main') : undefined,
          level: request.level ?? undefined,
          bitdepth: codec === 'h264' ? undefined : request.pixelFormat.includes('10') ? 10 : 8,
          ...(rate as Record<string, string | number | undefined>),
          g: request.gopFrames,
          bf: codec === 'hevc' ? undefined : usualBFrames(request),
          max_b_frames: codec === 'hevc' ? undefined : usualBFrames(request),
          refs: codec === 'av1' ? undefined : (request.references ?? 4),
          forced_idr: 1,
          // Headers at each key frame; HEVC and AV1 name where, H.264 follows the key frames.
          header_insertion_mode: codec === 'hevc' ? 'idr' : undefined,
          vbaq: codec === 'av1' ? undefined : 1,
        }),
        filters: request.pixelFormat === 'yuv420p' ? [] : [formatStep(request.pixelFormat)],
        notes: request.rate.mode === 'constant-quality' ? [qualityNote] : [],
      }
    },
  }
}
